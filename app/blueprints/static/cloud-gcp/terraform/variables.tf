variable "name" {
  description = "Short name that every resource begins with."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,18}[a-z0-9]$", var.name))
    error_message = "Use 3 to 20 lower-case letters, digits and hyphens, beginning with a letter."
  }
}

variable "environment" {
  description = "Which copy of the platform this is."
  type        = string

  validation {
    condition     = contains(["dev", "test", "prod"], var.environment)
    error_message = "Choose dev, test or prod."
  }
}

# control: residency
variable "allowed_regions" {
  description = "Regions in which data may be stored and processed."
  type        = list(string)
}

variable "region" {
  description = "Region of everything in this folder."
  type        = string

  validation {
    condition     = contains(var.allowed_regions, var.region)
    error_message = "The region must be one of allowed_regions: that is where the data may be."
  }
}

variable "network_cidr" {
  description = "Private addresses of the network; must not overlap with networks it is linked to."
  type        = string

  validation {
    condition     = can(cidrsubnet(var.network_cidr, 8, 0))
    error_message = "Give a network such as 10.40.0.0/16."
  }
}

variable "gpus_per_machine" {
  description = "GPUs in one machine."
  type        = number

  validation {
    condition     = var.gpus_per_machine >= 1 && var.gpus_per_machine <= 16
    error_message = "A machine has 1 to 16 GPUs."
  }
}

variable "gpu_machines_least" {
  description = "Machines that are kept ready at all times."
  type        = number

  validation {
    condition     = var.gpu_machines_least >= 0 && floor(var.gpu_machines_least) == var.gpu_machines_least
    error_message = "Give a whole number of at least 0."
  }
}

variable "gpu_machines_most" {
  description = "The most machines that may run at once."
  type        = number

  validation {
    condition     = var.gpu_machines_most >= var.gpu_machines_least && var.gpu_machines_most >= 1
    error_message = "The most must not be below the least."
  }
}

variable "raw_retention_days" {
  description = "Days after which raw data is deleted; 0 keeps it."
  type        = number

  validation {
    condition     = var.raw_retention_days >= 0
    error_message = "Give 0 or a number of days."
  }
}

variable "monthly_budget_usd" {
  description = "Spending at which the alerts go out, US dollars a month."
  type        = number

  validation {
    condition     = var.monthly_budget_usd > 0
    error_message = "Give an amount above 0."
  }
}

variable "log_retention_days" {
  description = "Days that audit events are kept."
  type        = number
  default     = 365
}

variable "audit_log_locked" {
  description = "Whether these days can no longer be shortened, by nobody and for good."
  type        = bool
  default     = false
}

variable "project_id" {
  description = "The project that everything is made in."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project_id)) && !startswith(var.project_id, "set-")
    error_message = "Give the identifier of your own project."
  }
}

variable "gpu_zones" {
  description = "Zones of the region in which the GPU machine is offered."
  type        = list(string)

  validation {
    condition     = length(var.gpu_zones) >= 1 && alltrue([for zone in var.gpu_zones : startswith(zone, var.region)])
    error_message = "Give at least one zone, each of the chosen region."
  }
}

variable "admin_network" {
  description = "Network from which the cluster is administered; nobody else reaches its API."
  type        = string

  validation {
    condition     = can(cidrhost(var.admin_network, 0)) && var.admin_network != "0.0.0.0/0"
    error_message = "Give a network of yours, and not all of them."
  }
}

variable "billing_account" {
  description = "The account that pays, for the budget alert."
  type        = string

  validation {
    condition     = can(regex("^[0-9A-F]{6}-[0-9A-F]{6}-[0-9A-F]{6}$", var.billing_account))
    error_message = "A billing account looks like 01ABCD-234567-89EF01."
  }
}

variable "budget_email" {
  description = "Who is told when the budget is nearly spent."
  type        = string

  validation {
    condition     = can(regex("^[^@[:space:]]+@[^@[:space:]]+\\.[^@[:space:]]+$", var.budget_email))
    error_message = "Give an e-mail address."
  }
}

variable "gpu_machine_type" {
  description = "The GPU machine that the assessment sized for."
  type        = string
}

variable "gpu_type" {
  description = "Google's name of the GPU in it."
  type        = string
}
