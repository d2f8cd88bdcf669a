"""The locks decide: their expressions are evaluated, on what may pass and on what must not.

Needs a reader of CEL, which `make blueprints-check` installs.
"""

import copy
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from app.blueprints.folder import files
from tests.blueprints import kubernetes
from tests.blueprints.scenes import a_plan, a_site

PYTHON = Path(__file__).parents[2] / ".venv-blueprints" / "bin" / "python"
DECIDING = Path(__file__).parent / "deciding.py"
FOLDER = files(a_plan("aws", kind="hybrid", site=a_site()))
QUEUE = "kueue.x-k8s.io/queue-name"
KUEUE = "system:serviceaccount:kueue-system:kueue-controller-manager"

Object = dict[str, Any]


def _refusals(folder: str, name: str, *objects: Object, user: str = "somebody") -> list[bool]:
    """For each object, whether the policy `name` refuses it."""
    if not PYTHON.exists():
        pytest.skip("no reader of CEL is in .venv-blueprints: make blueprints-check installs it")
    policies = [
        item["spec"]
        for item in kubernetes.built(FOLDER, f"hybrid/{folder}")
        if item["kind"] == "ValidatingAdmissionPolicy" and item["metadata"]["name"] == name
    ]
    asked = {"policies": policies, "requests": [{"object": o, "user": user} for o in objects]}
    done = subprocess.run(
        [PYTHON, DECIDING], input=json.dumps(asked), check=True, capture_output=True, text=True
    )
    found: list[list[str]] = json.loads(done.stdout)
    return [bool(messages) for messages in found]


def _object(kind: str, labels: dict[str, str] | None, **spec: object) -> Object:
    metadata: Object = {"name": "try", "namespace": "inference"}
    if labels is not None:
        metadata["labels"] = labels
    return {"kind": kind, "metadata": metadata, "spec": spec}


KINDS = ("Pod", "Deployment", "Job", "StatefulSet", "CronJob", "JobSet", "RayJob", "PyTorchJob")


@pytest.mark.parametrize("kind", KINDS)
def test_of_any_kind_only_what_is_called_public_may_ask_for_the_burst_queue(kind: str) -> None:
    public = {"data-class": "public"}
    assert _refusals(
        "policy-home",
        "data-stays-home",
        _object(kind, {QUEUE: "burst"}),
        _object(kind, {QUEUE: "burst", "data-class": "internal"}),
        _object(kind, {QUEUE: "burst", **public}),
        _object(kind, {QUEUE: "home"}),
        _object(kind, {}),
        _object(kind, None),
    ) == [True, True, False, False, False, False]


def test_no_second_queue_leads_out() -> None:
    def queue(namespace: str, name: str, leads_to: str) -> Object:
        metadata = {"namespace": namespace, "name": name}
        return {"kind": "LocalQueue", "metadata": metadata, "spec": {"clusterQueue": leads_to}}

    assert _refusals(
        "policy-home",
        "one-way-out",
        queue("inference", "burst", "burst"),
        queue("inference", "default", "burst"),
        queue("elsewhere", "burst", "burst"),
        queue("elsewhere", "home", "home"),
    ) == [False, True, True, False]


def test_no_other_cluster_queue_sends_work_on() -> None:
    items = kubernetes.built(FOLDER, "hybrid/sized")
    shipped = {i["metadata"]["name"]: i for i in items if i["kind"] == "ClusterQueue"}
    second = copy.deepcopy(shipped["burst"])
    second["metadata"]["name"] = "second"
    assert _refusals("policy-home", "one-way-out", shipped["home"], shipped["burst"], second) == [
        False,
        False,
        True,
    ]


def test_only_kueue_writes_workloads_for_the_burst_queue() -> None:
    burst, home = (_object("Workload", {}, queueName=name) for name in ("burst", "home"))
    neither = _object("Workload", {})
    asked = ("policy-home", "one-way-out", burst, home, neither)
    assert _refusals(*asked) == [True, False, False]
    assert _refusals(*asked, user=KUEUE) == [False, False, False]


def _copier() -> Object:
    """The pod that the shipped CronJob makes."""
    items = kubernetes.built(FOLDER, "hybrid/copying")
    (job,) = [item for item in items if item["kind"] == "CronJob"]
    template = job["spec"]["jobTemplate"]["spec"]["template"]
    return {"kind": "Pod", **copy.deepcopy(template)}


def test_the_copier_may_run_and_nobody_in_its_name() -> None:
    other_folder, other_command, second, other_volume = (_copier() for _ in range(4))
    other_folder["spec"]["containers"][0]["args"][1] = "home:all"
    other_command["spec"]["containers"][0]["command"] = ["sh"]
    second["spec"]["containers"].append({"name": "second", "image": "example"})
    other_volume["spec"]["volumes"].append(
        {"name": "m", "persistentVolumeClaim": {"claimName": "m"}}
    )
    beside = _copier()
    beside["spec"]["initContainers"] = [{"name": "before", "image": "example"}]
    somebody = _object("Pod", {"app.kubernetes.io/name": "language"}, containers=[{"name": "x"}])
    assert _refusals(
        "policy-site", "only-the-copier-leaves",
        _copier(), other_folder, other_command, second, other_volume, beside, somebody,
    ) == [False, True, True, True, True, True, False]  # fmt: skip


def test_the_cloud_runs_nothing_that_is_not_called_public() -> None:
    assert _refusals(
        "policy-cloud",
        "only-public-data",
        _object("Pod", {"data-class": "public"}),
        _object("Pod", {"data-class": "internal"}),
        _object("Deployment", {}),
        _object("Job", None),
    ) == [False, True, True, True]
