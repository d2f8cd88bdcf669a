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
  description = "Days that logs are kept."
  type        = number
  default     = 365
}

variable "kubernetes_version" {
  description = "Version of the cluster, one that is in standard support."
  type        = string
}

variable "gpu_vm_size" {
  description = "The GPU machine that the assessment sized for."
  type        = string
}

variable "gpu_zones" {
  description = "Zones of the region in which the GPU machine is offered."
  type        = list(string)

  validation {
    condition     = length(var.gpu_zones) >= 1 && alltrue([for zone in var.gpu_zones : contains(["1", "2", "3"], zone)])
    error_message = "Zones are called 1, 2 and 3."
  }
}

variable "subscription_id" {
  description = "The subscription that everything is made in."
  type        = string

  validation {
    condition     = can(regex("^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$", var.subscription_id))
    error_message = "Give the identifier of your own subscription."
  }
}

variable "tenant_id" {
  description = "The directory of its people."
  type        = string

  validation {
    condition     = can(regex("^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$", var.tenant_id))
    error_message = "Give the identifier of your own directory."
  }
}

variable "admin_group_object_ids" {
  description = "Groups that administer the cluster."
  type        = list(string)

  validation {
    condition     = length(var.admin_group_object_ids) > 0 && alltrue([for id in var.admin_group_object_ids : can(regex("^[0-9a-f]{8}-", id))])
    error_message = "Give at least one group of your directory."
  }
}

variable "storage_account_name" {
  description = "Name of the storage account and, with other letters before it, of vault and registry; unused anywhere."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9]{2,19}$", var.storage_account_name))
    error_message = "Use 3 to 20 lower-case letters and digits, beginning with a letter."
  }
}

variable "budget_start" {
  description = "First day of the month in which the budget begins."
  type        = string

  validation {
    condition     = can(regex("^20[0-9]{2}-[01][0-9]-01T00:00:00Z$", var.budget_start))
    error_message = "Give the first day of a month, such as 2027-01-01T00:00:00Z."
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
