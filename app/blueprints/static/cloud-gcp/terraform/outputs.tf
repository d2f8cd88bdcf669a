output "cluster_name" {
  description = "Name of the cluster, for gcloud container clusters get-credentials."
  value       = google_container_cluster.this.name
}

output "bucket_names" {
  description = "Bucket of each stage of the data."
  value       = { for name in local.buckets : name => google_storage_bucket.this[name].name }
}

output "registry" {
  description = "Where your own images go."
  value       = google_artifact_registry_repository.images.id
}

output "gpus_most" {
  description = "The most GPUs that can ever run at once; k8s/ holds the same number."
  value       = var.gpu_machines_most * var.gpus_per_machine
}
