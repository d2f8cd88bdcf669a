provider "azurerm" {
  # Runs in this subscription and in no other.
  subscription_id = var.subscription_id

  # Storage is reached as whoever is signed in, never with an account key.
  storage_use_azuread = true

  features {}
}
