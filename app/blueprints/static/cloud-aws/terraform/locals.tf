data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

locals {
  prefix  = "${var.name}-${var.environment}"
  account = data.aws_caller_identity.current.account_id
  iam     = "arn:${data.aws_partition.current.partition}:iam"

  zones = { for number, zone in var.availability_zones : zone => number }

  tags = {
    Project     = var.name
    Environment = var.environment
    ManagedBy   = "terraform"
  }
}
