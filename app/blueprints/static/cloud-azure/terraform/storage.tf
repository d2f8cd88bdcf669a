resource "azurerm_user_assigned_identity" "storage" {
  name                = "id-${local.prefix}-storage"
  resource_group_name = azurerm_resource_group.this.name
  location            = azurerm_resource_group.this.location
  tags                = local.tags
}

resource "azurerm_role_assignment" "storage_key" {
  scope                = azurerm_key_vault.this.id
  role_definition_name = "Key Vault Crypto Service Encryption User"
  principal_id         = azurerm_user_assigned_identity.storage.principal_id
}

resource "azurerm_storage_account" "this" {
  #checkov:skip=CKV_AZURE_206:Three zones of one region on purpose: another region would leave the places where the data may be.
  #checkov:skip=CKV_AZURE_33:The queue service of this account is not used; jobs go through Service Bus.
  name                            = var.storage_account_name
  resource_group_name             = azurerm_resource_group.this.name
  location                        = azurerm_resource_group.this.location
  account_tier                    = "Standard"
  account_replication_type        = "ZRS"
  allow_nested_items_to_be_public = false
  shared_access_key_enabled       = false
  public_network_access_enabled   = false
  tags                            = local.tags

  # control: encrypted_transport
  min_tls_version = "TLS1_2"

  blob_properties {
    versioning_enabled = true

    delete_retention_policy {
      days = 30
    }

    container_delete_retention_policy {
      days = 30
    }
  }

  identity {
    type         = "UserAssigned"
    identity_ids = [azurerm_user_assigned_identity.storage.id]
  }
}

# control: own_key
resource "azurerm_storage_account_customer_managed_key" "this" {
  storage_account_id        = azurerm_storage_account.this.id
  key_vault_key_id          = azurerm_key_vault_key.data.versionless_id
  user_assigned_identity_id = azurerm_user_assigned_identity.storage.id

  depends_on = [azurerm_role_assignment.storage_key]
}

resource "azurerm_storage_container" "this" {
  #checkov:skip=CKV2_AZURE_21:Reads, writes and deletions are recorded by the diagnostic setting in audit_trail.tf.
  for_each              = local.buckets
  name                  = each.key
  storage_account_id    = azurerm_storage_account.this.id
  container_access_type = "private"
}

# control: retention
resource "azurerm_storage_management_policy" "this" {
  count              = var.raw_retention_days > 0 ? 1 : 0
  storage_account_id = azurerm_storage_account.this.id

  rule {
    name    = "delete-what-arrived"
    enabled = true

    filters {
      prefix_match = ["${local.source_bucket}/"]
      blob_types   = ["blockBlob"]
    }

    actions {
      base_blob {
        delete_after_days_since_modification_greater_than = var.raw_retention_days
      }

      version {
        delete_after_days_since_creation = 30
      }
    }
  }
}

resource "azurerm_private_endpoint" "blob" {
  name                = "pe-${local.prefix}-blob"
  resource_group_name = azurerm_resource_group.this.name
  location            = azurerm_resource_group.this.location
  subnet_id           = azurerm_subnet.endpoints.id
  tags                = local.tags

  private_service_connection {
    name                           = "blob"
    private_connection_resource_id = azurerm_storage_account.this.id
    subresource_names              = ["blob"]
    is_manual_connection           = false
  }

  private_dns_zone_group {
    name                 = "blob"
    private_dns_zone_ids = [azurerm_private_dns_zone.this["blob"].id]
  }
}
