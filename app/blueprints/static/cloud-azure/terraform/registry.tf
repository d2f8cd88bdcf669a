resource "azurerm_container_registry" "this" {
  #checkov:skip=CKV_AZURE_164:Content trust is gone from the service; sign images with Notation and check them on admission.
  #checkov:skip=CKV_AZURE_166:In quarantine no image is pulled until a scanner of yours lifts it: switch it on together with one.
  #checkov:skip=CKV_AZURE_165:A copy in another region would leave the places where the data may be.
  name                          = "cr${var.storage_account_name}"
  resource_group_name           = azurerm_resource_group.this.name
  location                      = azurerm_resource_group.this.location
  sku                           = "Premium"
  admin_enabled                 = false
  public_network_access_enabled = false
  zone_redundancy_enabled       = true
  data_endpoint_enabled         = true
  retention_policy_in_days      = 30
  tags                          = local.tags
}

resource "azurerm_private_endpoint" "registry" {
  name                = "pe-${local.prefix}-registry"
  resource_group_name = azurerm_resource_group.this.name
  location            = azurerm_resource_group.this.location
  subnet_id           = azurerm_subnet.endpoints.id
  tags                = local.tags

  private_service_connection {
    name                           = "registry"
    private_connection_resource_id = azurerm_container_registry.this.id
    subresource_names              = ["registry"]
    is_manual_connection           = false
  }

  private_dns_zone_group {
    name                 = "registry"
    private_dns_zone_ids = [azurerm_private_dns_zone.this["registry"].id]
  }
}

resource "azurerm_role_assignment" "pull" {
  scope                = azurerm_container_registry.this.id
  role_definition_name = "AcrPull"
  principal_id         = azurerm_kubernetes_cluster.this.kubelet_identity[0].object_id
}
