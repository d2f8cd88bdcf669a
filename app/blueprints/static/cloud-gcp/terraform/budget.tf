resource "google_monitoring_notification_channel" "budget" {
  display_name = "${local.prefix} budget"
  type         = "email"
  labels       = { email_address = var.budget_email }
}

# control: budget
resource "google_billing_budget" "monthly" {
  billing_account = var.billing_account
  display_name    = "${local.prefix} monthly"

  budget_filter {
    projects = ["projects/${local.number}"]
  }

  amount {
    specified_amount {
      currency_code = "USD"
      units         = tostring(var.monthly_budget_usd)
    }
  }

  dynamic "threshold_rules" {
    for_each = [0.5, 0.8]

    content {
      threshold_percent = threshold_rules.value
    }
  }

  threshold_rules {
    threshold_percent = 1.0
    spend_basis       = "FORECASTED_SPEND"
  }

  all_updates_rule {
    monitoring_notification_channels = [google_monitoring_notification_channel.budget.id]
  }
}
