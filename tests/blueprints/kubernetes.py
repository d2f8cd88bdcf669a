"""Compares a Kubernetes object with the published schema of its kind, strictly.

For kinds that are not Kubernetes' own (a node pool, a queue) the shapes in schemas/custom.yaml
hold, written by hand from their projects' definitions: every field must be listed there.
"""

import copy
import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import yaml

from tests.blueprints.terraform import SCHEMAS

Json = Mapping[str, Any]
# Every overlay that a folder can hold: what `kubectl apply -k` is told to apply.
OVERLAYS = (
    "k8s/sized",
    "k8s/burst",
    "cloud-aws/manifests/sized",
    "cloud-gcp/manifests",
    "hybrid/sized",
    "hybrid/sized-cloud",
    "hybrid/copying",
    "hybrid/policy-home",
    "hybrid/policy-site",
    "hybrid/policy-cloud",
)
_TYPES: Mapping[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
    "null": type(None),
}


@cache
def _slice(version: str) -> Json:
    found: Json = json.loads((SCHEMAS / f"kubernetes-{version}.json").read_text("utf-8"))
    return found


@cache
def _custom() -> Json:
    found: Json = yaml.safe_load((SCHEMAS / "custom.yaml").read_text("utf-8"))
    return found


def shape_problems(value: Any, kind: str) -> list[str]:  # noqa: ANN401
    """Everything wrong with a value that schemas/custom.yaml describes as `kind`."""
    return list(_shape(value, _custom()[kind], kind))


def task_problems(value: Json) -> list[str]:
    """Everything wrong with a SkyPilot task, by the schema that SkyPilot itself goes by."""
    schema = json.loads((SCHEMAS / "skypilot-task.json").read_text("utf-8"))["task"]
    return list(_against(value, schema, "task", {}))


def problems(item: Json, version: str) -> list[str]:
    """Everything wrong with one object; a kind without a schema is a problem too."""
    kind = f"{item.get('apiVersion')}/{item.get('kind')}"
    known = _slice(version)
    if kind in known["kinds"]:
        return list(_against(item, known["kinds"][kind], kind, known["definitions"]))
    if kind in _custom():
        return list(_shape(item, _custom()[kind], kind))
    return [f"{kind}: no schema"]


def _against(value: Any, schema: Json, where: str, definitions: Json) -> Iterator[str]:  # noqa: ANN401
    if "$ref" in schema:
        schema = definitions[schema["$ref"].rpartition("/")[2]]
    if alternatives := schema.get("oneOf", schema.get("anyOf")):
        tries = [list(_against(value, one, where, definitions)) for one in alternatives]
        yield from tries[0][:1] if all(tries) else ()
    elif not _has_type(value, schema.get("type")):
        yield f"{where}: {value!r} is not a {schema['type']}"
    else:
        yield from _inside(value, schema, where, definitions)


def _inside(value: Any, schema: Json, where: str, definitions: Json) -> Iterator[str]:  # noqa: ANN401
    if "enum" in schema and value not in schema["enum"]:
        yield f"{where}: {value!r} is none of {schema['enum']}"
    if isinstance(value, dict):
        yield from _fields(value, schema, where, definitions)
    elif isinstance(value, list) and "items" in schema:
        for number, item in enumerate(value):
            yield from _against(item, schema["items"], f"{where}[{number}]", definitions)


def _fields(value: Json, schema: Json, where: str, definitions: Json) -> Iterator[str]:
    properties, others = schema.get("properties", {}), schema.get("additionalProperties", True)
    patterns = schema.get("patternProperties", {})
    for name, inner in value.items():
        fitting = [found for pattern, found in patterns.items() if re.search(pattern, name)]
        if name in properties or fitting:
            found = properties.get(name) or fitting[0]
            yield from _against(inner, found, f"{where}.{name}", definitions)
        elif others is False:
            yield f"{where}: unknown field {name}"
        elif isinstance(others, dict):
            yield from _against(inner, others, f"{where}.{name}", definitions)
    for name in schema.get("required", ()):
        if name not in value:
            yield f"{where}: {name} is missing"


def _has_type(value: object, wanted: str | list[str] | None) -> bool:
    if wanted is None:
        return True
    names = [wanted] if isinstance(wanted, str) else wanted
    if isinstance(value, bool):
        return "boolean" in names
    return any(isinstance(value, _TYPES[name]) for name in names)


def _shape(value: Any, shape: Any, where: str) -> Iterator[str]:  # noqa: ANN401
    """`shape`: a type's name, [shape of the items], or field → shape; `"*"` for any field."""
    wanted = "array" if isinstance(shape, list) else "object" if isinstance(shape, dict) else shape
    if not _has_type(value, wanted):
        yield f"{where}: {value!r} is not a {wanted}"
    elif isinstance(shape, list):
        for number, item in enumerate(value):
            yield from _shape(item, shape[0], f"{where}[{number}]")
    elif isinstance(shape, dict):
        for name, inner in value.items():
            if name in shape or "*" in shape:
                yield from _shape(inner, shape.get(name, shape.get("*")), f"{where}.{name}")
            else:
                yield f"{where}: unknown field {name}"


def documents(text: str) -> list[Json]:
    """The objects of a YAML text; a key that is given twice is an error."""
    return list(copy.deepcopy(_loaded(text)))


@cache
def _loaded(text: str) -> tuple[Json, ...]:
    # Strict is a SafeLoader: it makes plain data only.
    every = yaml.load_all(text, Loader=_Strict)
    return tuple(item for item in every if item is not None)


@cache
def _changes(text: str) -> Any:  # noqa: ANN401
    return yaml.safe_load(text)


class _Strict(yaml.SafeLoader):
    """PyYAML takes the last of two equal keys without a word; this does not."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002
        keys = [self.construct_object(key, deep=deep) for key, _ in node.value]
        if len(keys) != len(set(keys)):
            raise yaml.constructor.ConstructorError(
                None, None, "a key is given twice", node.start_mark
            )
        return super().construct_mapping(node, deep=deep)


# ---- kustomize -------------------------------------------------------------------------------


def built(files: Mapping[str, str], folder: str) -> list[dict[str, Any]]:
    """What `kubectl kustomize FOLDER` prints, as far as our overlays go; in no given order.

    Resources, a suffix, labels, patches by operation, images. `kubectl` itself is asked in the
    checks that need tools; this stands in for it on a machine that has none.
    """
    (made,) = documents(files[f"{folder}/kustomization.yaml"])
    known = {"apiVersion", "kind", "resources", "nameSuffix", "labels", "patches", "images"}
    assert set(made) <= known, set(made) - known
    found: list[dict[str, Any]] = []
    for name in made["resources"]:
        path = _joined(folder, name)
        if f"{path}/kustomization.yaml" in files:
            found += built(files, path)
        else:
            found += [dict(item) for item in documents(files[path])]
    for patch in made.get("patches", ()):
        _patch(found, patch)
    for item in found:
        _rename(item, made)
    return found


def _joined(folder: str, name: str) -> str:
    parts = folder.split("/")
    for step in name.split("/"):
        if step == "..":
            parts.pop()
        elif step != ".":
            parts.append(step)
    return "/".join(parts)


def _patch(found: list[dict[str, Any]], patch: Json) -> None:
    target = patch["target"]
    (item,) = [
        i for i in found if i["kind"] == target["kind"] and i["metadata"]["name"] == target["name"]
    ]
    for change in copy.deepcopy(_changes(patch["patch"])):
        *path, last = [
            step.replace("~1", "/").replace("~0", "~") for step in change["path"].split("/")[1:]
        ]
        at: Any = item
        for step in path:
            at = at[int(step)] if isinstance(at, list) else at[step]
        key: Any = int(last) if isinstance(at, list) else last
        assert change["op"] == "add" or _holds(at, key), f"{change['path']} replaces nothing"
        at[key] = change["value"]


def _holds(at: Any, key: Any) -> bool:  # noqa: ANN401
    return key < len(at) if isinstance(at, list) else key in at


def _rename(item: dict[str, Any], made: Json) -> None:
    if item["kind"] != "Namespace":
        item["metadata"]["name"] += made.get("nameSuffix", "")
    for label in made.get("labels", ()):
        item["metadata"].setdefault("labels", {}).update(label["pairs"])
        for labels in _selecting(item):
            labels.update(label["pairs"])
    for image in made.get("images", ()):
        for container in _containers(item):
            if container["image"].partition(":")[0] == image["name"]:
                container["image"] = f"{image['newName']}:{image['newTag']}"


def _selecting(item: Json) -> list[dict[str, str]]:
    """Where an object says which pods are its own, and which labels its pods get."""
    spec = item.get("spec", {})
    if item["kind"] == "Deployment":
        return [spec["selector"]["matchLabels"], spec["template"]["metadata"]["labels"]]
    if item["kind"] == "PodDisruptionBudget":
        return [spec["selector"]["matchLabels"]]
    return [spec["selector"]] if item["kind"] == "Service" else []


def _containers(item: Json) -> list[dict[str, Any]]:
    spec = item.get("spec", {})
    if item["kind"] == "CronJob":
        spec = spec["jobTemplate"]["spec"]
    elif item["kind"] != "Deployment":
        return []
    found: list[dict[str, Any]] = spec["template"]["spec"]["containers"]
    return found
