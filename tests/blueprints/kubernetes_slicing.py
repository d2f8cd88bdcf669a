"""Make the Kubernetes slices again: `python -m tests.blueprints.kubernetes_slicing WHEEL`.

WHEEL is the wheel of `kubernetes-validate`, which carries the schemas that Kubernetes itself
publishes. Kept are the kinds we write, strictly, without the descriptions.
"""

import json
import sys
import zipfile
from pathlib import Path
from typing import Any

from tests.blueprints.slicing import one_line_each
from tests.blueprints.terraform import SCHEMAS

VERSIONS = ("1.35", "1.36")
KINDS = {
    "v1/ConfigMap": "configmap-v1",
    "v1/Namespace": "namespace-v1",
    "v1/PersistentVolume": "persistentvolume-v1",
    "v1/PersistentVolumeClaim": "persistentvolumeclaim-v1",
    "v1/ResourceQuota": "resourcequota-v1",
    "v1/Service": "service-v1",
    "v1/ServiceAccount": "serviceaccount-v1",
    "admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy": (
        "validatingadmissionpolicy-admissionregistration-v1"
    ),
    "admissionregistration.k8s.io/v1/ValidatingAdmissionPolicyBinding": (
        "validatingadmissionpolicybinding-admissionregistration-v1"
    ),
    "apps/v1/Deployment": "deployment-apps-v1",
    "batch/v1/CronJob": "cronjob-batch-v1",
    "batch/v1/Job": "job-batch-v1",
    "networking.k8s.io/v1/NetworkPolicy": "networkpolicy-networking-v1",
    "policy/v1/PodDisruptionBudget": "poddisruptionbudget-policy-v1",
    "scheduling.k8s.io/v1/PriorityClass": "priorityclass-scheduling-v1",
}
_KEPT = {
    "$ref", "additionalProperties", "allOf", "anyOf", "enum", "items", "oneOf", "pattern",
    "properties", "required", "type",
}  # fmt: skip


def main(wheel: Path) -> None:
    """Write one slice per version."""
    with zipfile.ZipFile(wheel) as packed:
        for version in VERSIONS:
            folder = f"kubernetes_validate/kubernetes-json-schema/v{version}.0-local-strict"
            whole = json.loads(packed.read(f"{folder}/_definitions.json"))["$defs"]
            kinds = {
                kind: json.loads(packed.read(f"{folder}/{file}.json"))
                for kind, file in KINDS.items()
            }
            path = SCHEMAS / f"kubernetes-{version}.json"
            path.write_text(_slice(version, wheel.name, kinds, whole), "utf-8")


def _slice(version: str, wheel: str, kinds: dict[str, Any], whole: dict[str, Any]) -> str:
    kept: dict[str, Any] = {}
    bare = {kind: _bare(found) for kind, found in kinds.items()}
    for found in bare.values():
        found["properties"].pop("status", None)  # nobody writes it by hand
    waiting = [name for found in bare.values() for name in _names(found)]
    while waiting:
        name = waiting.pop()
        if name not in kept:
            kept[name] = _bare(whole[name])
            waiting += _names(kept[name])
    source = {
        "kubernetes": version, "package": wheel, "extracted_on": "2026-11-26",
    }  # fmt: skip
    document = {"source": source, "kinds": bare, "definitions": kept}
    return one_line_each(document)


def _bare(found: Any) -> Any:  # noqa: ANN401  # JSON
    """The same without descriptions; names of properties are kept whatever they are."""
    if isinstance(found, list):
        return [_bare(item) for item in found]
    if not isinstance(found, dict):
        return found
    return {
        key: {name: _bare(inner) for name, inner in value.items()}
        if key == "properties"
        else _bare(value)
        for key, value in found.items()
        if key in _KEPT
    }


def _names(found: Any) -> list[str]:  # noqa: ANN401  # JSON
    if isinstance(found, list):
        return [name for item in found for name in _names(item)]
    if not isinstance(found, dict):
        return []
    own = [found["$ref"].rpartition("/")[2]] if isinstance(found.get("$ref"), str) else []
    return own + [name for value in found.values() for name in _names(value)]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
