# Google's storage answers over TLS only, so no rule has to say so.
# control: encrypted_transport
resource "google_storage_bucket" "this" {
  #checkov:skip=CKV_GCP_62:Every read and write of an object is recorded by the audit log in audit_trail.tf.
  for_each                    = local.buckets
  name                        = "${var.project_id}-${var.name}-${each.key}"
  location                    = var.region
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"

  versioning {
    enabled = true
  }

  # control: own_key
  encryption {
    default_kms_key_name = google_kms_crypto_key.this.id
  }

  # control: retention
  dynamic "lifecycle_rule" {
    for_each = each.key == local.source_bucket && var.raw_retention_days > 0 ? [var.raw_retention_days] : []

    content {
      action {
        type = "Delete"
      }

      condition {
        age = lifecycle_rule.value
      }
    }
  }

  lifecycle_rule {
    action {
      type = "Delete"
    }

    condition {
      days_since_noncurrent_time = 30
    }
  }

  depends_on = [google_kms_crypto_key_iam_member.services]
}
