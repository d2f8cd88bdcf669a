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

# None of Azure's own roles writes without reading, overwriting and deleting too: this one adds results and no more.
# control: least_privilege
resource "azurerm_role_definition" "add_results" {
  name        = "${local.prefix} adds results"
  scope       = azurerm_resource_group.this.id
  description = "Adds blobs; reads, changes and deletes none."

  permissions {
    actions      = []
    data_actions = ["Microsoft.Storage/storageAccounts/blobServices/containers/blobs/add/action"]
  }

  assignable_scopes = [azurerm_resource_group.this.id]
}

# control: least_privilege
resource "azurerm_role_assignment" "reads_source" {
  scope                = azurerm_storage_container.this[local.source_bucket].id
  role_definition_name = "Storage Blob Data Reader"
  principal_id         = azurerm_user_assigned_identity.inference.principal_id
}

# control: least_privilege
resource "azurerm_role_assignment" "adds_results" {
  scope              = azurerm_storage_container.this["derived"].id
  role_definition_id = azurerm_role_definition.add_results.role_definition_resource_id
  principal_id       = azurerm_user_assigned_identity.inference.principal_id
}

# The driver that mounts the weights runs as the nodes do.
# control: least_privilege
resource "azurerm_role_assignment" "models" {
  scope                = azurerm_storage_container.this["models"].id
  role_definition_name = "Storage Blob Data Reader"
  principal_id         = azurerm_kubernetes_cluster.this.kubelet_identity[0].object_id
}

output "inference_client_id" {
  description = "Identity of the workloads, for the annotation of their account; see README.md."
  value       = azurerm_user_assigned_identity.inference.client_id
}
