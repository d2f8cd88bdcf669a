# What needs no GPU. A decoder asks for four processors, which a machine with four does not have to give.
resource "google_container_node_pool" "system" {
  name    = "system"
  cluster = google_container_cluster.this.id

  autoscaling {
    total_min_node_count = 2
    total_max_node_count = 6
    location_policy      = "BALANCED"
  }

  management {
    auto_repair  = true
    auto_upgrade = true
  }

  node_config {
    machine_type      = "e2-standard-8"
    service_account   = google_service_account.nodes.email
    oauth_scopes      = ["https://www.googleapis.com/auth/cloud-platform"]
    boot_disk_kms_key = google_kms_crypto_key.this.id
    metadata          = { disable-legacy-endpoints = "true" }

    shielded_instance_config {
      enable_secure_boot          = true
      enable_integrity_monitoring = true
    }

    workload_metadata_config {
      mode = "GKE_METADATA"
    }
  }
}

# control: budget
resource "google_container_node_pool" "gpu" {
  name           = "gpu"
  cluster        = google_container_cluster.this.id
  node_locations = var.gpu_zones

  autoscaling {
    total_min_node_count = var.gpu_machines_least
    total_max_node_count = var.gpu_machines_most
    location_policy      = "ANY"
  }

  management {
    auto_repair  = true
    auto_upgrade = true
  }

  # No GPU is spare for a second generation of nodes.
  upgrade_settings {
    max_surge       = 0
    max_unavailable = 1
  }

  node_config {
    machine_type      = var.gpu_machine_type
    disk_size_gb      = 200
    service_account   = google_service_account.nodes.email
    oauth_scopes      = ["https://www.googleapis.com/auth/cloud-platform"]
    boot_disk_kms_key = google_kms_crypto_key.this.id
    labels            = { workload = "gpu" }
    metadata          = { disable-legacy-endpoints = "true" }

    guest_accelerator {
      type  = var.gpu_type
      count = var.gpus_per_machine

      gpu_driver_installation_config {
        gpu_driver_version = "LATEST"
      }
    }

    gvnic {
      enabled = true
    }

    shielded_instance_config {
      enable_secure_boot          = true
      enable_integrity_monitoring = true
    }

    workload_metadata_config {
      mode = "GKE_METADATA"
    }

    taint {
      key    = "nvidia.com/gpu"
      value  = "present"
      effect = "NO_SCHEDULE"
    }
  }
}
