# What needs no GPU: decoders, the GPU operator, the queues. A decoder asks for four processors and the pool "system"
# belongs to the cluster itself.
resource "azurerm_kubernetes_cluster_node_pool" "general" {
  name                        = "general"
  kubernetes_cluster_id       = azurerm_kubernetes_cluster.this.id
  vm_size                     = "Standard_D8ds_v5"
  vnet_subnet_id              = azurerm_subnet.nodes.id
  auto_scaling_enabled        = true
  min_count                   = 1
  max_count                   = 4
  os_disk_type                = "Ephemeral"
  host_encryption_enabled     = true
  max_pods                    = 50
  temporary_name_for_rotation = "generaltmp"
  tags                        = local.tags
}

# control: budget
resource "azurerm_kubernetes_cluster_node_pool" "gpu" {
  name                        = "gpu"
  kubernetes_cluster_id       = azurerm_kubernetes_cluster.this.id
  vm_size                     = var.gpu_vm_size
  vnet_subnet_id              = azurerm_subnet.nodes.id
  zones                       = var.gpu_zones
  auto_scaling_enabled        = true
  min_count                   = var.gpu_machines_least
  max_count                   = var.gpu_machines_most
  os_disk_size_gb             = 200
  host_encryption_enabled     = true
  max_pods                    = 50
  node_labels                 = { workload = "gpu" }
  node_taints                 = ["nvidia.com/gpu=present:NoSchedule"]
  temporary_name_for_rotation = "gputmp"
  tags                        = local.tags

  # The GPU operator brings the drivers; this is fixed when the pool is made.
  gpu_driver = "None"
}
