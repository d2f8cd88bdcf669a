# The way home: two encrypted tunnels to your site. AWS makes their keys; none is in this folder.

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

resource "aws_customer_gateway" "site" {
  # The routes are static, so the number is announced to nobody.
  bgp_asn    = 65000
  ip_address = var.site_gateway_ip
  type       = "ipsec.1"
  tags       = { Name = "${local.prefix}-site" }
}

resource "aws_vpn_gateway" "this" {
  vpc_id = aws_vpc.this.id
  tags   = { Name = local.prefix }
}

resource "aws_vpn_gateway_route_propagation" "private" {
  vpn_gateway_id = aws_vpn_gateway.this.id
  route_table_id = aws_route_table.private.id
}

# control: encrypted_transport
resource "aws_vpn_connection" "site" {
  customer_gateway_id = aws_customer_gateway.site.id
  vpn_gateway_id      = aws_vpn_gateway.this.id
  type                = "ipsec.1"
  static_routes_only  = true

  tunnel1_ike_versions                 = ["ikev2"]
  tunnel1_phase1_encryption_algorithms = ["AES256-GCM-16"]
  tunnel1_phase2_encryption_algorithms = ["AES256-GCM-16"]
  tunnel1_phase1_dh_group_numbers      = [20]
  tunnel1_phase2_dh_group_numbers      = [20]
  tunnel2_ike_versions                 = ["ikev2"]
  tunnel2_phase1_encryption_algorithms = ["AES256-GCM-16"]
  tunnel2_phase2_encryption_algorithms = ["AES256-GCM-16"]
  tunnel2_phase1_dh_group_numbers      = [20]
  tunnel2_phase2_dh_group_numbers      = [20]
}

resource "aws_vpn_connection_route" "site" {
  for_each               = toset(var.site_networks)
  destination_cidr_block = each.value
  vpn_connection_id      = aws_vpn_connection.site.id
}

# The cluster at home sends work to this one, and whoever looks after both sits there.
resource "aws_vpc_security_group_ingress_rule" "api_from_the_site" {
  for_each          = toset(var.site_networks)
  security_group_id = aws_eks_cluster.this.vpc_config[0].cluster_security_group_id
  description       = "The Kubernetes API, from the site"
  cidr_ipv4         = each.value
  from_port         = 443
  to_port           = 443
  ip_protocol       = "tcp"
}
