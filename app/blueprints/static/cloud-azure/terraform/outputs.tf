output "cluster_name" {
  description = "Name of the cluster, for az aks get-credentials."
  value       = azurerm_kubernetes_cluster.this.name
}

output "resource_group" {
  description = "Group that holds everything."
  value       = azurerm_resource_group.this.name
}

output "bucket_names" {
  description = "Container of each stage of the data."
  value       = { for name in local.buckets : name => azurerm_storage_container.this[name].name }
}

output "registry" {
  description = "Where your own images go."
  value       = azurerm_container_registry.this.login_server
}

output "gpus_most" {
  description = "The most GPUs that can ever run at once; k8s/ holds the same number."
  value       = var.gpu_machines_most * var.gpus_per_machine
}
