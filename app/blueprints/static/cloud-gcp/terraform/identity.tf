# control: least_privilege
resource "google_storage_bucket_iam_member" "inference" {
  for_each = {
    (local.source_bucket) = "roles/storage.objectViewer"
    models                = "roles/storage.objectViewer"
    derived               = "roles/storage.objectCreator"
  }
  bucket = google_storage_bucket.this[each.key].name
  role   = each.value
  member = local.inference
}
