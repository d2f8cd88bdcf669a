# The way home: an encrypted tunnel to your site.

variable "site_networks" {
  description = "Networks of your site that are reached through the link."
  type        = list(string)

  validation {
    condition     = length(var.site_networks) > 0 && alltrue([for network in var.site_networks : can(cidrhost(network, 0))])
    error_message = "Give at least one network such as 10.20.0.0/16."
  }
}

variable "site_gateway_ip" {
  description = "Public address of the gateway at your site."
  type        = string

  validation {
    condition     = can(cidrhost("${var.site_gateway_ip}/32", 0))
    error_message = "Give an address such as 198.51.100.7, your own."
  }
}

variable "link_secret" {
  description = "Secret that both ends of the link share; set TF_VAR_link_secret rather than a file."
  type        = string
  sensitive   = true

  validation {
    condition     = length(var.link_secret) >= 32
    error_message = "Use at least 32 random characters."
  }
}

# The service wants this very name.
resource "azurerm_subnet" "gateway" {
  name                 = "GatewaySubnet"
  resource_group_name  = azurerm_resource_group.this.name
  virtual_network_name = azurerm_virtual_network.this.name
  address_prefixes     = [cidrsubnet(var.network_cidr, 6, 63)]
}

resource "azurerm_public_ip" "link" {
  name                = "pip-${local.prefix}-link"
  resource_group_name = azurerm_resource_group.this.name
  location            = azurerm_resource_group.this.location
  allocation_method   = "Static"
  sku                 = "Standard"
  zones               = ["1", "2", "3"]
  tags                = local.tags
}

resource "azurerm_virtual_network_gateway" "this" {
  name                = "vpn-${local.prefix}"
  resource_group_name = azurerm_resource_group.this.name
  location            = azurerm_resource_group.this.location
  type                = "Vpn"
  vpn_type            = "RouteBased"
  sku                 = "VpnGw2AZ"
  generation          = "Generation2"
  tags                = local.tags

  ip_configuration {
    name                          = "link"
    public_ip_address_id          = azurerm_public_ip.link.id
    private_ip_address_allocation = "Dynamic"
    subnet_id                     = azurerm_subnet.gateway.id
  }
}

resource "azurerm_local_network_gateway" "site" {
  name                = "site-${local.prefix}"
  resource_group_name = azurerm_resource_group.this.name
  location            = azurerm_resource_group.this.location
  gateway_address     = var.site_gateway_ip
  address_space       = var.site_networks
  tags                = local.tags
}

# control: encrypted_transport
resource "azurerm_virtual_network_gateway_connection" "site" {
  name                       = "link-${local.prefix}"
  resource_group_name        = azurerm_resource_group.this.name
  location                   = azurerm_resource_group.this.location
  type                       = "IPsec"
  virtual_network_gateway_id = azurerm_virtual_network_gateway.this.id
  local_network_gateway_id   = azurerm_local_network_gateway.site.id
  connection_protocol        = "IKEv2"
  shared_key                 = var.link_secret
  tags                       = local.tags

  ipsec_policy {
    ike_encryption   = "GCMAES256"
    ike_integrity    = "SHA384"
    dh_group         = "ECP384"
    ipsec_encryption = "GCMAES256"
    ipsec_integrity  = "GCMAES256"
    pfs_group        = "ECP384"
  }
}
