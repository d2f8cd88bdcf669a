output "cluster_name" {
  description = "Name of the cluster, for aws eks update-kubeconfig."
  value       = aws_eks_cluster.this.name
}

output "bucket_names" {
  description = "Bucket of each stage of the data."
  value       = { for name in local.buckets : name => aws_s3_bucket.this[name].bucket }
}

output "registry_urls" {
  description = "Where your own images go."
  value       = { for name, repository in aws_ecr_repository.this : name => repository.repository_url }
}

output "gpus_most" {
  description = "The most GPUs that can ever run at once; k8s/ and manifests/ hold the same number."
  value       = var.gpu_machines_most * var.gpus_per_machine
}

output "gpus_kept_ready" {
  description = "GPUs of the machines that are kept ready."
  value       = var.gpu_machines_least * var.gpus_per_machine
}

# Nodes like this one are made by Auto Mode. It stands here because only now the key of their disks has an address.
output "node_class" {
  description = "What nodes are made of: terraform output -raw node_class | kubectl apply -f -"
  value = yamlencode({
    apiVersion = "eks.amazonaws.com/v1"
    kind       = "NodeClass"
    metadata   = { name = "own-key" }
    spec = {
      role                       = aws_iam_role.node.name
      subnetSelectorTerms        = [{ tags = { "footing/cluster" = local.prefix } }]
      securityGroupSelectorTerms = [{ tags = { "aws:eks:cluster-name" = local.prefix } }]
      networkPolicy              = "DefaultAllow"
      # control: own_key
      ephemeralStorage = { size = "200Gi", kmsKeyID = aws_kms_key.this.arn }
    }
  })
}
