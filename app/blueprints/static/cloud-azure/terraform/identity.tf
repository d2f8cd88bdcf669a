resource "azurerm_user_assigned_identity" "inference" {
  name                = "id-${local.prefix}-inference"
  resource_group_name = azurerm_resource_group.this.name
  location            = azurerm_resource_group.this.location
  tags                = local.tags
}

resource "azurerm_federated_identity_credential" "inference" {
  name                      = "inference"
  user_assigned_identity_id = azurerm_user_assigned_identity.inference.id
  audience                  = ["api://AzureADTokenExchange"]
  issuer                    = azurerm_kubernetes_cluster.this.oidc_issuer_url
  subject                   = "system:serviceaccount:inference:inference"
}

# control: least_privilege
resource "azurerm_role_assignment" "inference" {
  for_each = {
    (local.source_bucket) = "Storage Blob Data Reader"
    derived               = "Storage Blob Data Contributor"
  }
  scope                = azurerm_storage_container.this[each.key].id
  role_definition_name = each.value
  principal_id         = azurerm_user_assigned_identity.inference.principal_id
}

# The driver that mounts the weights runs as the nodes do.
resource "azurerm_role_assignment" "models" {
  scope                = azurerm_storage_container.this["models"].id
  role_definition_name = "Storage Blob Data Reader"
  principal_id         = azurerm_kubernetes_cluster.this.kubelet_identity[0].object_id
}

output "inference_client_id" {
  description = "Identity of the workloads, for the annotation of their account; see README.md."
  value       = azurerm_user_assigned_identity.inference.client_id
}
