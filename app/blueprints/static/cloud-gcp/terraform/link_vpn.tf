# The way home: two encrypted tunnels to your site, with routes that both sides announce.

variable "site_networks" {
  description = "Networks of your site that may reach the models."
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

variable "site_bgp_asn" {
  description = "Number by which your gateway announces its routes."
  type        = number
  default     = 65010
}

resource "google_compute_ha_vpn_gateway" "this" {
  name    = local.prefix
  region  = var.region
  network = google_compute_network.this.id
}

resource "google_compute_external_vpn_gateway" "site" {
  name            = "${local.prefix}-site"
  redundancy_type = "SINGLE_IP_INTERNALLY_REDUNDANT"

  interface {
    id         = 0
    ip_address = var.site_gateway_ip
  }
}

resource "google_compute_router" "link" {
  name    = "${local.prefix}-link"
  region  = var.region
  network = google_compute_network.this.id

  bgp {
    asn = 64514
  }
}

# control: encrypted_transport
resource "google_compute_vpn_tunnel" "site" {
  for_each                        = { first = 0, second = 1 }
  name                            = "${local.prefix}-${each.key}"
  region                          = var.region
  vpn_gateway                     = google_compute_ha_vpn_gateway.this.id
  vpn_gateway_interface           = each.value
  peer_external_gateway           = google_compute_external_vpn_gateway.site.id
  peer_external_gateway_interface = 0
  shared_secret                   = var.link_secret
  router                          = google_compute_router.link.id
  ike_version                     = 2
}

resource "google_compute_router_interface" "site" {
  for_each   = { first = "169.254.10.1/30", second = "169.254.10.5/30" }
  name       = each.key
  region     = var.region
  router     = google_compute_router.link.name
  ip_range   = each.value
  vpn_tunnel = google_compute_vpn_tunnel.site[each.key].name
}

resource "google_compute_router_peer" "site" {
  for_each        = { first = "169.254.10.2", second = "169.254.10.6" }
  name            = each.key
  region          = var.region
  router          = google_compute_router.link.name
  interface       = google_compute_router_interface.site[each.key].name
  peer_ip_address = each.value
  peer_asn        = var.site_bgp_asn
}

resource "google_compute_firewall" "from_the_site" {
  name          = "${local.prefix}-from-the-site"
  network       = google_compute_network.this.id
  direction     = "INGRESS"
  priority      = 1000
  source_ranges = var.site_networks

  allow {
    protocol = "tcp"
    ports    = ["443"]
  }

  log_config {
    metadata = "INCLUDE_ALL_METADATA"
  }
}
