# Plans and applies against a made-up AWS: no account is needed, nothing is made.

mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }

  mock_data "aws_iam_policy_document" {
    defaults = { json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}" }
  }

  mock_data "aws_ec2_instance_type_offerings" {
    defaults = { instance_types = ["mock"] }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/mock" }
  }

  mock_resource "aws_kms_key" {
    defaults = { arn = "arn:aws:kms:eu-west-1:123456789012:key/mock" }
  }

  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:eu-west-1:123456789012:log-group:mock" }
  }

  mock_resource "aws_sqs_queue" {
    defaults = { arn = "arn:aws:sqs:eu-west-1:123456789012:mock" }
  }
}

variables {
  region              = "eu-west-1"
  allowed_regions     = ["eu-west-1"]
  allowed_account_ids = ["123456789012"]
  availability_zones  = ["eu-west-1a", "eu-west-1b"]
  budget_emails       = ["platform@example.com"]
  site_gateway_ip     = "198.51.100.7"
  site_networks       = ["10.20.0.0/16"]
}

run "the_cluster_cannot_be_reached_from_outside" {
  command = plan

  assert {
    condition     = !aws_eks_cluster.this.vpc_config[0].endpoint_public_access
    error_message = "The API must not have a public address."
  }

  assert {
    condition     = alltrue([for block in aws_s3_bucket_public_access_block.this : block.restrict_public_buckets])
    error_message = "No bucket may be public."
  }
}

run "the_link_is_encrypted_by_today_s_means" {
  command = plan

  assert {
    condition     = one(aws_vpn_connection.site.tunnel1_ike_versions) == "ikev2" && one(aws_vpn_connection.site.tunnel2_ike_versions) == "ikev2"
    error_message = "Both tunnels must use IKEv2."
  }

  assert {
    condition     = !contains(local.buckets, "raw")
    error_message = "The cloud part has no bucket for what must stay at home."
  }
}

run "it_applies" {
  command = apply

  assert {
    condition     = output.gpus_most == var.gpu_machines_most * var.gpus_per_machine
    error_message = "The ceiling must be the sized one."
  }

  assert {
    condition     = yamldecode(output.node_class).spec.ephemeralStorage.kmsKeyID == aws_kms_key.this.arn
    error_message = "The disks of the nodes must be under your key."
  }
}

run "a_region_where_the_data_may_not_be_is_refused" {
  command = plan

  variables {
    region = "us-east-1"
  }

  expect_failures = [var.region]
}

run "a_most_below_the_least_is_refused" {
  command = plan

  variables {
    gpu_machines_least = 2
    gpu_machines_most  = 1
  }

  expect_failures = [var.gpu_machines_most]
}
