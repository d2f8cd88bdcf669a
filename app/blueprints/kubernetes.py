"""The kustomize overlay: how many copies of which model, and the ceiling of the namespace."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import yaml

from app.blueprints.parts import CloudPart, Plan, SitePart
from app.blueprints.pins import pins
from app.blueprints.sizing import Serving

Json = dict[str, Any]

_HEAD = "# Written by Footing from the assessment; see README.md.\n"
# Beside every GPU of a copy: processors and memory that loading its share of the weights takes.
_CPUS, _MEMORY_GIB, _MOST_MEMORY_GIB = 2, 12, 64
_YOUR_IMAGE = {"newName": "registry.example.com/set-me", "newTag": "set-me"}


def overlay(plan: Plan) -> Iterator[tuple[str, str]]:
    """Path → text of k8s/sized/ and of the other overlays that hold numbers."""
    home = {serving.key: copies_at_start(serving, plan) for serving in plan.servings}
    yield from _cluster(plan, "k8s/sized", home, gpus_in_namespace(plan), is_burst=False)
    if plan.cloud is not None and plan.cloud.cloud == "aws":
        yield "cloud-aws/manifests/sized/kustomization.yaml", document(_node_pool(plan.cloud))
    if plan.site is not None and plan.cloud is not None:
        none = dict.fromkeys(home, 0)
        most = plan.cloud.pool.gpus_most
        yield from _cluster(plan, "k8s/burst", none, most, is_burst=True)
        queues = {"home": gpus_of_the_home_queue(plan, plan.site), "burst": most}
        yield "hybrid/sized/kustomization.yaml", document(_queues("burst", queues))
        away = _queues("burst-cloud", {"burst": most})
        yield "hybrid/sized-cloud/kustomization.yaml", document(away)
    if plan.kind == "hybrid":
        yield "hybrid/copying/kustomization.yaml", document(_copying())


def copies_at_start(serving: Serving, plan: Plan) -> int:
    """Copies of a deployment from the first day, in the cluster that is always there.

    Own GPUs are there anyway, so they are filled; of rented ones runs what must be ready. Where
    jobs have a queue of their own, a model that nobody waits for gets its GPUs from that queue.
    """
    if plan.site is None:
        return serving.copies_ready
    return 0 if _has_queues(plan) and not serving.somebody_waits else serving.copies_most


def _has_queues(plan: Plan) -> bool:
    return plan.site is not None and plan.cloud is not None


def gpus_of_the_home_queue(plan: Plan, site: SitePart) -> int:
    """GPUs at home that no deployment holds, those of the spare servers included."""
    held = sum(copies_at_start(s, plan) * s.gpus_per_copy for s in plan.servings)
    return site.gpus_at_start - held


def _cluster(
    plan: Plan, folder: str, copies: Mapping[str, int], quota: int, *, is_burst: bool
) -> Iterator[tuple[str, str]]:
    """The overlay of one cluster: its models with their copies, and its ceiling."""
    decodes = plan.decodes_video and not is_burst
    parts = [*copies, *(["decode"] if decodes else [])]
    yield f"{folder}/kustomization.yaml", document(_sized(parts, quota))
    for serving in plan.servings:
        served = _served(serving, copies[serving.key], plan, is_burst=is_burst)
        yield f"{folder}/{serving.key}/kustomization.yaml", document(served)
    if decodes:
        yield f"{folder}/decode/kustomization.yaml", document(_decoding(plan))


def document(value: Mapping[str, Any]) -> str:
    """One YAML document; ASCII, because two line separators do not survive as themselves."""
    body: str = yaml.dump(dict(value), Dumper=_Dumper, sort_keys=False, width=1000)
    return _HEAD + body


class _Dumper(yaml.SafeDumper):
    """Plain data in ASCII; what has several lines, such as a patch, is written as such lines."""


def _written(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _written)


def gpus_in_namespace(plan: Plan) -> int:
    """The most GPUs that the models may hold in the cluster that is always there."""
    if plan.site is not None:
        return plan.site.gpus_at_start
    if plan.cloud is not None:
        return plan.cloud.pool.gpus_most
    return plan.task.gpus_most if plan.task else 0


def _sized(parts: Sequence[str], quota: int) -> Json:
    most = _replace("/spec/hard/requests.nvidia.com~1gpu", str(quota))
    return {
        **_kustomization(["../base", *parts]),
        "patches": [_patch("ResourceQuota", "gpus", [most])],
    }


def _image(kind: str) -> Json:
    """Where an image comes from; one that you must build points to a registry of yours."""
    public = {"newName": "vllm/vllm-openai", "newTag": pins()["vllm"].version}
    is_public = kind in ("language", "embeddings")
    return {"name": f"footing/{kind}", **(public if is_public else _YOUR_IMAGE)}


def _served(serving: Serving, copies: int, plan: Plan, *, is_burst: bool) -> Json:
    suffix = serving.key.removeprefix(serving.kind)
    at = "/spec/template/spec/containers/0"
    changes = [
        _replace("/spec/replicas", copies),
        _replace(f"{at}/args", _arguments(serving)),
        _replace(f"{at}/resources", _resources(serving.gpus_per_copy)),
    ]
    if plan.cloud is not None and (plan.site is None or is_burst):
        changes += _clouds_own(plan.cloud.cloud)
    if is_burst:
        # Only what may leave runs here; the policy of that cluster asks for the label.
        changes.append(_add("/metadata/labels/data-class", "public"))
        changes.append(_add("/spec/template/metadata/labels/data-class", "public"))
    instance = {"pairs": {"app.kubernetes.io/instance": serving.key}, "includeSelectors": True}
    return {
        **_kustomization([f"../../{serving.kind}"]),
        **({"nameSuffix": suffix} if suffix else {}),
        "labels": [instance],
        "images": [_image(serving.kind)],
        "patches": [_patch("Deployment", serving.kind, changes)],
    }


def _clouds_own(cloud: str) -> list[Json]:
    """What a cloud reads off a pod: whether it mounts buckets, or speaks for an identity."""
    at = "/spec/template/metadata"
    if cloud == "gcp":
        return [_add(f"{at}/annotations", {"gke-gcsfuse/volumes": "true"})]
    if cloud == "azure":
        return [_add(f"{at}/labels/azure.workload.identity~1use", "true")]
    return []


def _arguments(serving: Serving) -> list[str]:
    if serving.kind == "custom":
        return [f"/models/{serving.key}"]
    first = [f"/models/{serving.key}", f"--served-model-name={serving.key}"]
    if serving.kind == "embeddings":
        return [*first, "--runner=pooling"]
    if serving.kind == "speech":
        return first
    longest = serving.longest_request
    limit = [f"--max-model-len={longest}"] if longest is not None else []
    return [*first, *limit, f"--tensor-parallel-size={serving.gpus_per_copy}"]


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


def _decoding(plan: Plan) -> Json:
    """One decoder: how many are needed depends on your code, which was not measured."""
    patches = [_patch("Deployment", "decode", [_replace("/spec/replicas", 1)])]
    if plan.site is not None:
        # Its object store is at home too, and video must have no way out of the site.
        inside = _add("/spec/egress/0/to", [{"ipBlock": {"cidr": plan.networks.site}}])
        patches.append(_patch("NetworkPolicy", "decode", [inside]))
    return {
        **_kustomization(["../../decode"]),
        "images": [_image("decode")],
        "patches": patches,
    }


def _node_pool(cloud: CloudPart) -> Json:
    pool = cloud.pool
    machine = [
        _replace("/spec/template/spec/requirements/0/values", [pool.machine.instance]),
        _replace("/spec/limits/nvidia.com~1gpu", str(pool.gpus_most)),
    ]
    return {
        **_kustomization(["../base"]),
        "patches": [_patch("NodePool", "gpu", machine)],
    }


def _queues(folder: str, numbers: Mapping[str, int]) -> Json:
    """The queues of one cluster with the GPUs that each may hand out."""
    at = "/spec/resourceGroups/0/flavors/0/resources/0/nominalQuota"
    return {
        **_kustomization([f"../{folder}"]),
        "patches": [
            _patch("ClusterQueue", name, [_replace(at, str(most))])
            for name, most in numbers.items()
        ],
    }


def _copying() -> Json:
    return {**_kustomization(["../replicate"]), "images": [_image("copy")]}


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
