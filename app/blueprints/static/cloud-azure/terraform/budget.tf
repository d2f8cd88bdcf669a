# control: budget
resource "azurerm_consumption_budget_resource_group" "monthly" {
  name              = "budget-${local.prefix}"
  resource_group_id = azurerm_resource_group.this.id
  amount            = var.monthly_budget_usd
  time_grain        = "Monthly"

  time_period {
    start_date = var.budget_start
  }

  dynamic "notification" {
    for_each = { half = [50, "Actual"], most = [80, "Actual"], all = [100, "Forecasted"] }

    content {
      enabled        = true
      operator       = "GreaterThan"
      threshold      = notification.value[0]
      threshold_type = notification.value[1]
      contact_emails = var.budget_emails
    }
  }
}
