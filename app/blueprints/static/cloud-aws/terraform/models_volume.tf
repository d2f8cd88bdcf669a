# Models are read from their bucket as files, so that a new copy starts without downloading first.

data "aws_iam_policy_document" "pod_assume" {
  statement {
    actions = ["sts:AssumeRole", "sts:TagSession"]

    principals {
      type        = "Service"
      identifiers = ["pods.eks.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "models" {
  statement {
    actions   = ["s3:ListBucket"]
    resources = [aws_s3_bucket.this["models"].arn]
  }

  statement {
    actions   = ["s3:GetObject"]
    resources = ["${aws_s3_bucket.this["models"].arn}/*"]
  }

  statement {
    actions   = ["kms:Decrypt"]
    resources = [aws_kms_key.this.arn]
  }
}

resource "aws_iam_role" "models" {
  name               = "${local.prefix}-models-volume"
  assume_role_policy = data.aws_iam_policy_document.pod_assume.json
}

resource "aws_iam_role_policy" "models" {
  name   = "read-models"
  role   = aws_iam_role.models.id
  policy = data.aws_iam_policy_document.models.json
}

resource "aws_eks_addon" "s3_files" {
  cluster_name = aws_eks_cluster.this.name
  addon_name   = "aws-mountpoint-s3-csi-driver"

  # Without this it stays away from the GPU nodes, which have a taint.
  configuration_values = jsonencode({ node = { tolerateAllTaints = true } })

  pod_identity_association {
    role_arn        = aws_iam_role.models.arn
    service_account = "s3-csi-driver-sa"
  }
}

output "models_volume" {
  description = "The volume that k8s/ claims: terraform output -raw models_volume | kubectl apply -f -"
  value = yamlencode({
    apiVersion = "v1"
    kind       = "PersistentVolume"
    metadata   = { name = "models" }
    spec = {
      # The driver ignores the size; Kubernetes wants one.
      capacity                      = { storage = "1Ti" }
      accessModes                   = ["ReadOnlyMany"]
      persistentVolumeReclaimPolicy = "Retain"
      storageClassName              = ""
      claimRef                      = { namespace = "inference", name = "models" }
      mountOptions                  = ["region ${var.region}", "allow-other"]
      csi = {
        driver           = "s3.csi.aws.com"
        volumeHandle     = "models"
        volumeAttributes = { bucketName = aws_s3_bucket.this["models"].bucket }
      }
    }
  })
}
