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
      mountOptions                  = ["implicit-dirs"]
      csi = {
        driver       = "gcsfuse.csi.storage.gke.io"
        volumeHandle = google_storage_bucket.this["models"].name
        readOnly     = true
      }
    }
  })
}
