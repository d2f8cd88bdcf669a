# control: audit_trail
resource "google_project_iam_audit_config" "storage" {
  project = var.project_id
  service = "storage.googleapis.com"

  audit_log_config {
    log_type = "DATA_READ"
  }

  audit_log_config {
    log_type = "DATA_WRITE"
  }
}

resource "google_project_iam_audit_config" "keys" {
  project = var.project_id
  service = "cloudkms.googleapis.com"

  audit_log_config {
    log_type = "DATA_READ"
  }
}

# Audit events, in the region and for as long as elsewhere; Google's own bucket keeps them 30 days and in no region.
# control: retention_lock
resource "google_logging_project_bucket_config" "audit" {
  project        = var.project_id
  location       = var.region
  bucket_id      = "${local.prefix}-audit"
  retention_days = var.log_retention_days
  locked         = var.audit_log_locked
}

resource "google_logging_project_sink" "audit" {
  name        = "${local.prefix}-audit"
  project     = var.project_id
  destination = "logging.googleapis.com/${google_logging_project_bucket_config.audit.id}"
  filter      = "log_id(\"cloudaudit.googleapis.com/activity\") OR log_id(\"cloudaudit.googleapis.com/data_access\")"

  # The bucket is in the same project, which may write to it already.
  unique_writer_identity = false
}
