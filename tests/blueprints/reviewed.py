"""Checks of the policy scanner that are waived in our files, each with what must be in the folder
for its reason to be true. The reason itself stands beside the code, where its reader needs it.
"""

from collections.abc import Mapping

REVIEWED: Mapping[str, str] = {
    "CKV_AWS_109": "kms.tf",
    "CKV_AWS_111": "kms.tf",
    "CKV_AWS_356": "kms.tf",
    "CKV_AWS_339": "cluster.tf",
    "CKV_AWS_18": "audit_trail.tf",
    "CKV_AWS_144": "storage.tf",
    "CKV2_AWS_62": "storage.tf",
    "CKV_AWS_252": "audit_trail.tf",
    "CKV_GCP_12": "cluster.tf",
    "CKV_GCP_65": "cluster.tf",
    "CKV_GCP_62": "audit_trail.tf",
    "CKV_AZURE_40": "keyvault.tf",
    "CKV_AZURE_206": "storage.tf",
    "CKV_AZURE_33": "storage.tf",
    "CKV2_AZURE_21": "audit_trail.tf",
    "CKV_AZURE_164": "registry.tf",
    "CKV_AZURE_165": "registry.tf",
    "CKV_AZURE_166": "registry.tf",
    "CKV_AZURE_199": "queue.tf",
    "CKV_AZURE_201": "queue.tf",
    "CKV_K8S_8": "deployment.yaml",
    "CKV_K8S_9": "deployment.yaml",
    "CKV_K8S_15": "deployment.yaml",
    "CKV_K8S_43": "README.md",
}
