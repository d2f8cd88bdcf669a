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

variable "allowed_account_ids" {
  description = "Accounts in which this may run; the provider refuses all others."
  type        = list(string)

  validation {
    condition     = length(var.allowed_account_ids) > 0 && alltrue([for id in var.allowed_account_ids : can(regex("^[1-9][0-9]{11}$", id))])
    error_message = "Give your own account numbers, twelve digits each."
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

variable "availability_zones" {
  description = "Two or three zones of the region in which the GPU machine is offered."
  type        = list(string)

  validation {
    condition     = length(var.availability_zones) >= 2 && length(var.availability_zones) <= 3 && alltrue([for zone in var.availability_zones : startswith(zone, var.region)])
    error_message = "Give two or three zones, each of the chosen region."
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

variable "kubernetes_version" {
  description = "Version of the cluster, one that is in standard support."
  type        = string
}

variable "gpu_instance_type" {
  description = "The GPU machine that the assessment sized for."
  type        = string
}

variable "gpus_per_machine" {
  description = "GPUs in one such machine."
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
  description = "The most machines that may run at once; the node pool's limit says the same."
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

variable "log_retention_days" {
  description = "Days that logs are kept."
  type        = number
  default     = 365
}

variable "audit_lock_mode" {
  description = "Who is held by the lock on recorded events: GOVERNANCE all but a few, COMPLIANCE everybody, for good."
  type        = string
  default     = "GOVERNANCE"

  validation {
    condition     = contains(["GOVERNANCE", "COMPLIANCE"], var.audit_lock_mode)
    error_message = "Choose GOVERNANCE or COMPLIANCE."
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

variable "budget_emails" {
  description = "Who is told when the budget is nearly spent."
  type        = list(string)

  validation {
    condition     = length(var.budget_emails) > 0 && alltrue([for address in var.budget_emails : can(regex("^[^@[:space:]]+@[^@[:space:]]+\\.[^@[:space:]]+$", address))])
    error_message = "Give at least one e-mail address."
  }
}
