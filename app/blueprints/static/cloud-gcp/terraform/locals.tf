data "google_project" "current" {
  project_id = var.project_id
}

locals {
  prefix = "${var.name}-${var.environment}"
  number = data.google_project.current.number

  labels = {
    project     = var.name
    environment = var.environment
    managed_by  = "terraform"
  }

  # The workloads prove who they are with their Kubernetes account; no key is stored anywhere.
  inference = "principal://iam.googleapis.com/projects/${local.number}/locations/global/workloadIdentityPools/${var.project_id}.svc.id.goog/subject/ns/inference/sa/inference"
}
