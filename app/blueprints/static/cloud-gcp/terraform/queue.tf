# Work that may wait: the request names objects in the buckets, it never carries media.

# control: residency
resource "google_pubsub_topic" "jobs" {
  name         = "${local.prefix}-jobs"
  kms_key_name = google_kms_crypto_key.this.id

  message_storage_policy {
    allowed_persistence_regions = [var.region]
  }

  depends_on = [google_kms_crypto_key_iam_member.services]
}

resource "google_pubsub_topic" "dead" {
  name         = "${local.prefix}-jobs-dead"
  kms_key_name = google_kms_crypto_key.this.id

  message_storage_policy {
    allowed_persistence_regions = [var.region]
  }

  depends_on = [google_kms_crypto_key_iam_member.services]
}

resource "google_pubsub_subscription" "jobs" {
  name                 = "${local.prefix}-jobs"
  topic                = google_pubsub_topic.jobs.id
  ack_deadline_seconds = 600

  dead_letter_policy {
    dead_letter_topic     = google_pubsub_topic.dead.id
    max_delivery_attempts = 5
  }
}

resource "google_pubsub_subscription_iam_member" "inference" {
  subscription = google_pubsub_subscription.jobs.name
  role         = "roles/pubsub.subscriber"
  member       = local.inference
}

output "job_subscription" {
  description = "Subscription that feeds the workers."
  value       = google_pubsub_subscription.jobs.id
}
