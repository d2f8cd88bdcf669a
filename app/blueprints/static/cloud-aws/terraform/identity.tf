# control: least_privilege
data "aws_iam_policy_document" "inference" {
  statement {
    actions   = ["s3:GetObject"]
    resources = ["${aws_s3_bucket.this[local.source_bucket].arn}/*"]
  }

  statement {
    actions   = ["s3:PutObject"]
    resources = ["${aws_s3_bucket.this["derived"].arn}/*"]
  }

  statement {
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [aws_kms_key.this.arn]
  }
}

resource "aws_iam_role" "inference" {
  name               = "${local.prefix}-inference"
  assume_role_policy = data.aws_iam_policy_document.pod_assume.json
}

resource "aws_iam_role_policy" "inference" {
  name   = "read-source-write-derived"
  role   = aws_iam_role.inference.id
  policy = data.aws_iam_policy_document.inference.json
}

# Auto Mode runs the agent that hands this role to the pods; no key is stored anywhere.
resource "aws_eks_pod_identity_association" "inference" {
  cluster_name    = aws_eks_cluster.this.name
  namespace       = "inference"
  service_account = "inference"
  role_arn        = aws_iam_role.inference.arn
}
