locals {
  prefix = "${var.name}-${var.environment}"

  tags = {
    Project     = var.name
    Environment = var.environment
    ManagedBy   = "terraform"
  }
}

resource "azurerm_resource_group" "this" {
  name     = "rg-${local.prefix}"
  location = var.region
  tags     = local.tags
}
