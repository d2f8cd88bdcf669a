"""The kustomize overlay: how many copies of which model, and the ceiling of the namespace."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import yaml

from app.blueprints.pins import pins
from app.blueprints.plan import Plan
from app.blueprints.sizing import Serving

Json = dict[str, Any]

_HEAD = "# Written by Footing from the assessment; see README.md.\n"
# Beside every GPU of a copy: processors and memory that loading its share of the weights takes.
_CPUS, _MEMORY_GIB, _MOST_MEMORY_GIB = 2, 12, 64


def overlay(plan: Plan) -> Iterator[tuple[str, str]]:
    """Path → text of the files in k8s/sized/ and, on AWS, of its node pool."""
    yield "k8s/sized/kustomization.yaml", document(_sized(plan))
    for serving in plan.servings:
        yield f"k8s/sized/{serving.key}/kustomization.yaml", document(_served(serving, plan))
    if plan.decodes_video:
        yield "k8s/sized/decode/kustomization.yaml", document(_decoding())
    if plan.cloud and plan.cloud.cloud == "aws":
        yield "cloud-aws/manifests/sized/kustomization.yaml", document(_node_pool(plan))


def document(value: Mapping[str, Any]) -> str:
    """One YAML document; ASCII, because two line separators do not survive as themselves."""
    body: str = yaml.safe_dump(dict(value), allow_unicode=False, sort_keys=False, width=1000)
    return _HEAD + body


def gpus_in_namespace(plan: Plan) -> int:
    """The most GPUs that the models may hold in the cluster that is always there."""
    if plan.site is not None:
        return plan.site.gpus_at_start
    if plan.cloud is not None:
        return plan.cloud.pool.gpus_most
    return plan.task.gpus_most if plan.task else 0


def _sized(plan: Plan) -> Json:
    parts = [serving.key for serving in plan.servings]
    quota = _replace("/spec/hard/requests.nvidia.com~1gpu", str(gpus_in_namespace(plan)))
    return {
        **_kustomization(["../base", *parts, *(["decode"] if plan.decodes_video else [])]),
        "images": _images(plan),
        "patches": [_patch("ResourceQuota", "gpus", [quota])],
    }


def _images(plan: Plan) -> list[Json]:
    """Where the images come from; those that you must build point to a registry of yours."""
    public = {"newName": "vllm/vllm-openai", "newTag": pins()["vllm"].version}
    yours = {"newName": "registry.example.com/set-me", "newTag": "set-me"}
    kinds = sorted({serving.kind for serving in plan.servings})
    rows = [
        {"name": f"footing/{kind}", **(yours if kind == "speech" else public)} for kind in kinds
    ]
    if plan.decodes_video:
        rows.append({"name": "footing/decode", **yours})
    return rows


def _served(serving: Serving, plan: Plan) -> Json:
    copies = serving.copies_ready if plan.site is None else serving.copies_most
    suffix = serving.key.removeprefix(serving.kind)
    at = "/spec/template/spec/containers/0"
    changes = [
        _replace("/spec/replicas", copies),
        _replace(f"{at}/args", _arguments(serving)),
        _replace(f"{at}/resources", _resources(serving.gpus_per_copy)),
    ]
    if plan.cloud and plan.cloud.cloud == "azure" and plan.site is None:
        changes.append(_add("/spec/template/metadata/labels/azure.workload.identity~1use", "true"))
    return {
        **_kustomization([f"../../{serving.kind}"]),
        **({"nameSuffix": suffix} if suffix else {}),
        "labels": [
            {"pairs": {"app.kubernetes.io/instance": serving.key}, "includeSelectors": True}
        ],
        "patches": [_patch("Deployment", serving.kind, changes)],
    }


def _arguments(serving: Serving) -> list[str]:
    first = [f"--model=/models/{serving.key}", f"--served-model-name={serving.key}"]
    if serving.kind == "embeddings":
        return [*first, "--runner=pooling"]
    if serving.kind == "speech":
        return first
    return [*first, "--max-model-len=32768", f"--tensor-parallel-size={serving.gpus_per_copy}"]


def _resources(gpus: int) -> Json:
    return {
        "requests": {
            "cpu": str(_CPUS * gpus),
            "memory": f"{_MEMORY_GIB * gpus}Gi",
            "nvidia.com/gpu": str(gpus),
        },
        "limits": {
            "cpu": str(8 * _CPUS * gpus),
            "memory": f"{_MOST_MEMORY_GIB * gpus}Gi",
            "nvidia.com/gpu": str(gpus),
        },
    }


def _decoding() -> Json:
    """One decoder: how many are needed depends on your code, which was not measured."""
    return {
        **_kustomization(["../../decode"]),
        "patches": [_patch("Deployment", "decode", [_replace("/spec/replicas", 1)])],
    }


def _node_pool(plan: Plan) -> Json:
    if plan.cloud is None:
        raise ValueError(plan.kind)
    prefix = f"{plan.name}-{plan.environment}"
    pool = plan.cloud.pool
    at = "/spec/template/spec/requirements/0/values"
    return {
        **_kustomization(["../base"]),
        "patches": [
            _patch(
                "NodePool",
                "gpu",
                [
                    _replace(at, [pool.machine.instance]),
                    _replace("/spec/limits/nvidia.com~1gpu", str(pool.gpus_most)),
                ],
            ),
            _patch(
                "NodeClass",
                "gpu",
                [
                    _replace("/spec/role", f"{prefix}-node"),
                    _replace("/spec/subnetSelectorTerms/0/tags/footing~1cluster", prefix),
                    _replace(
                        "/spec/securityGroupSelectorTerms/0/tags/aws:eks:cluster-name", prefix
                    ),
                ],
            ),
        ],
    }


def _kustomization(resources: Sequence[str]) -> Json:
    return {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "resources": list(resources),
    }


def _patch(kind: str, name: str, changes: Sequence[Json]) -> Json:
    return {
        "target": {"kind": kind, "name": name},
        "patch": yaml.safe_dump(list(changes), allow_unicode=False, sort_keys=False, width=1000),
    }


def _replace(path: str, value: object) -> Json:
    return {"op": "replace", "path": path, "value": value}


def _add(path: str, value: object) -> Json:
    return {"op": "add", "path": path, "value": value}
