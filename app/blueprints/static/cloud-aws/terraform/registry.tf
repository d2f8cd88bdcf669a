resource "aws_ecr_repository" "this" {
  for_each             = toset(["language", "speech", "embeddings", "custom", "decode"])
  name                 = "${local.prefix}/${each.key}"
  image_tag_mutability = "IMMUTABLE"

  image_scanning_configuration {
    scan_on_push = true
  }

  encryption_configuration {
    encryption_type = "KMS"
    kms_key         = aws_kms_key.this.arn
  }
}
