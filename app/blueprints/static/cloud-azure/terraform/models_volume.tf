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
      mountOptions                  = ["-o allow_other", "--read-only=true"]
      csi = {
        driver       = "blob.csi.azure.com"
        readOnly     = true
        volumeHandle = "${var.storage_account_name}-models"
        volumeAttributes = {
          protocol                     = "fuse2"
          resourceGroup                = azurerm_resource_group.this.name
          storageAccount               = azurerm_storage_account.this.name
          containerName                = "models"
          AzureStorageAuthType         = "MSI"
          AzureStorageIdentityObjectID = azurerm_kubernetes_cluster.this.kubelet_identity[0].object_id
        }
      }
    }
  })
}
