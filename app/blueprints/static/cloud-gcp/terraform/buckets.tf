locals {
  # What arrives. The workloads read here and write to "derived".
  source_bucket = "raw"

  # Known before anything is made, so that every setting below is made once per bucket.
  buckets = toset(["raw", "derived", "models"])
}
