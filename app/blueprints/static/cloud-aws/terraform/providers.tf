provider "aws" {
  region = var.region

  # Refuse to run in any other account than yours.
  allowed_account_ids = var.allowed_account_ids

  default_tags {
    tags = local.tags
  }
}
