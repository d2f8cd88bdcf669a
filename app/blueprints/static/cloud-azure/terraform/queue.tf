# Work that may wait: the request names objects in the containers, it never carries media.

resource "azurerm_servicebus_namespace" "this" {
  #checkov:skip=CKV_AZURE_199:Once, under your key, is enough for names of objects; media is never in a message.
  #checkov:skip=CKV_AZURE_201:The key is set below, by a resource of its own that the scanner does not follow.
  name                          = "sb-${local.prefix}-${var.storage_account_name}"
  resource_group_name           = azurerm_resource_group.this.name
  location                      = azurerm_resource_group.this.location
  sku                           = "Premium"
  capacity                      = 1
  premium_messaging_partitions  = 1
  local_auth_enabled            = false
  public_network_access_enabled = false
  minimum_tls_version           = "1.2"
  tags                          = local.tags

  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_role_assignment" "queue_key" {
  scope                = azurerm_key_vault.this.id
  role_definition_name = "Key Vault Crypto Service Encryption User"
  principal_id         = azurerm_servicebus_namespace.this.identity[0].principal_id
}

# control: own_key
resource "azurerm_servicebus_namespace_customer_managed_key" "this" {
  namespace_id     = azurerm_servicebus_namespace.this.id
  key_vault_key_id = azurerm_key_vault_key.data.versionless_id

  depends_on = [azurerm_role_assignment.queue_key]
}

resource "azurerm_private_dns_zone" "queue" {
  name                = "privatelink.servicebus.windows.net"
  resource_group_name = azurerm_resource_group.this.name
  tags                = local.tags
}

resource "azurerm_private_dns_zone_virtual_network_link" "queue" {
  name                = "queue"
  private_dns_zone_id = azurerm_private_dns_zone.queue.id
  virtual_network_id  = azurerm_virtual_network.this.id
}

resource "azurerm_private_endpoint" "queue" {
  name                = "pe-${local.prefix}-queue"
  resource_group_name = azurerm_resource_group.this.name
  location            = azurerm_resource_group.this.location
  subnet_id           = azurerm_subnet.endpoints.id
  tags                = local.tags

  private_service_connection {
    name                           = "queue"
    private_connection_resource_id = azurerm_servicebus_namespace.this.id
    subresource_names              = ["namespace"]
    is_manual_connection           = false
  }

  private_dns_zone_group {
    name                 = "queue"
    private_dns_zone_ids = [azurerm_private_dns_zone.queue.id]
  }
}

resource "azurerm_servicebus_queue" "jobs" {
  name                                 = "jobs"
  namespace_id                         = azurerm_servicebus_namespace.this.id
  max_delivery_count                   = 5
  dead_lettering_on_message_expiration = true
}

# control: least_privilege
resource "azurerm_role_assignment" "jobs" {
  for_each             = toset(["Azure Service Bus Data Receiver", "Azure Service Bus Data Sender"])
  scope                = azurerm_servicebus_queue.jobs.id
  role_definition_name = each.key
  principal_id         = azurerm_user_assigned_identity.inference.principal_id
}

output "job_queue" {
  description = "Queue that feeds the workers."
  value       = azurerm_servicebus_queue.jobs.id
}
