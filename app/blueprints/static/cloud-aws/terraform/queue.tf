# Work that may wait: the request names objects in the buckets, it never carries media.

resource "aws_sqs_queue" "dead" {
  name                      = "${local.prefix}-jobs-dead"
  kms_master_key_id         = aws_kms_key.this.arn
  message_retention_seconds = 1209600
}

resource "aws_sqs_queue" "jobs" {
  name                       = "${local.prefix}-jobs"
  kms_master_key_id          = aws_kms_key.this.arn
  visibility_timeout_seconds = 1800

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead.arn
    maxReceiveCount     = 5
  })
}

data "aws_iam_policy_document" "jobs" {
  statement {
    actions   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:SendMessage", "sqs:GetQueueAttributes"]
    resources = [aws_sqs_queue.jobs.arn]
  }
}

resource "aws_iam_role_policy" "jobs" {
  name   = "work-on-jobs"
  role   = aws_iam_role.inference.id
  policy = data.aws_iam_policy_document.jobs.json
}

output "job_queue_url" {
  description = "Queue that feeds the workers."
  value       = aws_sqs_queue.jobs.url
}
