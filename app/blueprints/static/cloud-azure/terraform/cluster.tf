resource "azurerm_user_assigned_identity" "cluster" {
  name                = "id-${local.prefix}-cluster"
  resource_group_name = azurerm_resource_group.this.name
  location            = azurerm_resource_group.this.location
  tags                = local.tags
}

# control: least_privilege
resource "azurerm_role_assignment" "cluster_network" {
  scope                = azurerm_virtual_network.this.id
  role_definition_name = "Network Contributor"
  principal_id         = azurerm_user_assigned_identity.cluster.principal_id
}

resource "azurerm_kubernetes_cluster" "this" {
  name                              = "aks-${local.prefix}"
  resource_group_name               = azurerm_resource_group.this.name
  location                          = azurerm_resource_group.this.location
  dns_prefix                        = local.prefix
  kubernetes_version                = var.kubernetes_version
  disk_encryption_set_id            = azurerm_disk_encryption_set.this.id
  sku_tier                          = "Standard"
  automatic_upgrade_channel         = "patch"
  node_os_upgrade_channel           = "NodeImage"
  local_account_disabled            = true
  azure_policy_enabled              = true
  oidc_issuer_enabled               = true
  workload_identity_enabled         = true
  role_based_access_control_enabled = true
  image_cleaner_enabled             = true
  image_cleaner_interval_hours      = 48
  cost_analysis_enabled             = true
  tags                              = local.tags

  # control: private_only
  private_cluster_enabled = true

  default_node_pool {
    name                         = "system"
    vm_size                      = "Standard_D4ds_v5"
    vnet_subnet_id               = azurerm_subnet.nodes.id
    auto_scaling_enabled         = true
    min_count                    = 2
    max_count                    = 4
    os_disk_type                 = "Ephemeral"
    host_encryption_enabled      = true
    only_critical_addons_enabled = true
    max_pods                     = 50
    temporary_name_for_rotation  = "systemtmp"
  }

  # The GPU pool is explicit, so nothing is provisioned by itself.
  node_provisioning_profile {
    mode = "Manual"
  }

  identity {
    type         = "UserAssigned"
    identity_ids = [azurerm_user_assigned_identity.cluster.id]
  }

  azure_active_directory_role_based_access_control {
    azure_rbac_enabled     = true
    tenant_id              = var.tenant_id
    admin_group_object_ids = var.admin_group_object_ids
  }

  network_profile {
    network_plugin      = "azure"
    network_plugin_mode = "overlay"
    network_policy      = "cilium"
    network_data_plane  = "cilium"
    outbound_type       = "userAssignedNATGateway"

    # The ranges that Azure would take by itself may be those of your network or your site.
    pod_cidr       = "10.42.0.0/16"
    service_cidr   = "10.43.0.0/16"
    dns_service_ip = "10.43.0.10"
  }

  storage_profile {
    blob_driver_enabled = true
  }

  key_vault_secrets_provider {
    secret_rotation_enabled = true
  }

  oms_agent {
    log_analytics_workspace_id      = azurerm_log_analytics_workspace.this.id
    msi_auth_for_monitoring_enabled = true
  }

  depends_on = [
    azurerm_role_assignment.cluster_disks,
    azurerm_role_assignment.cluster_network,
    azurerm_role_assignment.disk_key,
    azurerm_subnet_nat_gateway_association.nodes,
  ]
}
