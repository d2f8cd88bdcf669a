"""The checker of Kubernetes objects: every planted defect, and nothing in what is right."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
import yaml

from app.blueprints.static_files import STATIC
from tests.blueprints.kubernetes import documents, problems, task_problems

Item = dict[str, Any]
DEPLOYMENT: Item = dict(documents((STATIC / "k8s/language/deployment.yaml").read_text("utf-8"))[0])
POOL: Item = dict(
    documents((STATIC / "cloud-aws/manifests/base/nodepool.yaml").read_text("utf-8"))[0]
)


def _pod(item: Item) -> Item:
    found: Item = item["spec"]["template"]["spec"]
    return found


def _misspelt_image(item: Item) -> None:
    container = _pod(item)["containers"][0]
    container["imagee"] = container.pop("image")


def _no_selector(item: Item) -> None:
    del item["spec"]["selector"]


def _text_for_a_number(item: Item) -> None:
    item["spec"]["replicas"] = "2"


def _number_for_a_text(item: Item) -> None:
    _pod(item)["containers"][0]["env"][0]["value"] = 1


def _yes_for_a_number(item: Item) -> None:
    item["spec"]["replicas"] = True


def _list_for_an_object(item: Item) -> None:
    _pod(item)["securityContext"] = []


def _misspelt_deep_down(item: Item) -> None:
    _pod(item)["containers"][0]["securityContext"]["readOnlyRootFilesytem"] = True


def _label_that_is_no_text(item: Item) -> None:
    item["metadata"]["labels"]["x"] = 1


def _another_version(item: Item) -> None:
    item["apiVersion"] = "apps/v1beta1"


DEFECTS: list[Callable[[Item], None]] = [
    _misspelt_image, _no_selector, _text_for_a_number, _number_for_a_text, _yes_for_a_number,
    _list_for_an_object, _misspelt_deep_down, _label_that_is_no_text, _another_version,
]  # fmt: skip


@pytest.mark.parametrize("version", ["1.35", "1.36"])
def test_what_is_right_passes(version: str) -> None:
    assert problems(DEPLOYMENT, version) == []
    assert problems(POOL, version) == []


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_planted_defect_is_found(defect: Callable[[Item], None]) -> None:
    item = copy.deepcopy(DEPLOYMENT)
    defect(item)
    assert problems(item, "1.36") != []


def test_kinds_of_projects_are_judged_by_their_own_shapes() -> None:
    item = copy.deepcopy(POOL)
    item["spec"]["limit"] = item["spec"].pop("limits")
    assert problems(item, "1.36") == ["karpenter.sh/v1/NodePool.spec: unknown field limit"]
    item = copy.deepcopy(POOL)
    item["spec"]["limits"]["nvidia.com/gpu"] = 8
    assert problems(item, "1.36") != []


def test_a_key_given_twice_is_an_error() -> None:
    with pytest.raises(yaml.constructor.ConstructorError, match="given twice"):
        documents("a: 1\nb: 2\na: 3\n")


@pytest.mark.parametrize(
    "wrong",
    [
        {"num_node": 2},
        {"num_nodes": "2"},
        {"resources": {"acelerators": "H100:8"}},
        {"resources": {"autostop": {"idle_minutes": "15", "down": True}}},
        {"envs": {"a b": "1"}},
    ],
)
def test_a_task_that_skypilot_would_refuse_is_found(wrong: Item) -> None:
    assert task_problems({"name": "footing", "run": "true", "envs": {"A_1": "1"}}) == []
    assert task_problems({"name": "footing", **wrong}) != []
