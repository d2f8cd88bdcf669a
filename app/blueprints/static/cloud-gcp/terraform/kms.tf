resource "google_kms_key_ring" "this" {
  name     = local.prefix
  location = var.region
}

# control: own_key
resource "google_kms_crypto_key" "this" {
  name            = "data"
  key_ring        = google_kms_key_ring.this.id
  rotation_period = "7776000s"

  lifecycle {
    prevent_destroy = true
  }
}

# Google's own services, as far as they keep data of ours, may use the key.
resource "google_kms_crypto_key_iam_member" "services" {
  for_each = {
    storage    = "serviceAccount:service-${local.number}@gs-project-accounts.iam.gserviceaccount.com"
    clusters   = "serviceAccount:service-${local.number}@container-engine-robot.iam.gserviceaccount.com"
    disks      = "serviceAccount:service-${local.number}@compute-system.iam.gserviceaccount.com"
    registries = "serviceAccount:service-${local.number}@gcp-sa-artifactregistry.iam.gserviceaccount.com"
    queues     = "serviceAccount:service-${local.number}@gcp-sa-pubsub.iam.gserviceaccount.com"
  }
  crypto_key_id = google_kms_crypto_key.this.id
  role          = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
  member        = each.value
}
