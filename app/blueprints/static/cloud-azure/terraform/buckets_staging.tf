# control: data_stays_home
locals {
  # Only what may leave the site is copied here. There is no bucket for anything else, and the
  # role of the workloads reads no other bucket of any name.
  source_bucket = "staging"

  # Known before anything is made, so that every setting below is made once per bucket.
  buckets = toset(["staging", "derived", "models"])
}
