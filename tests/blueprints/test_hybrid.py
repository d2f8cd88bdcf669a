"""The locks that keep data at home, and the task that ends its machines."""

import runpy
from dataclasses import replace
from typing import Any

import pytest
import yaml

from app.blueprints.folder import files
from app.blueprints.parts import Plan
from app.blueprints.static_files import STATIC
from tests.blueprints import kubernetes, terraform
from tests.blueprints.scenes import LANGUAGE, NOTHING, SPEECH, a_cloud, a_plan, a_site, a_task


def _hybrid(**changes: object) -> Plan:
    return a_plan("aws", kind="hybrid", site=a_site(), **changes)


def _one(items: list[dict[str, Any]], kind: str, name: str) -> dict[str, Any]:
    (found,) = [i for i in items if (i["kind"], i["metadata"]["name"]) == (kind, name)]
    return found


COVERED = {
    "data-stays-home": {"*"},
    "one-way-out": {"clusterqueues", "localqueues", "workloads"},
    "only-the-copier-leaves": {"pods", "pods/ephemeralcontainers"},
    "only-public-data": {"pods", "deployments", "statefulsets", "jobs", "cronjobs"},
}


def test_every_lock_refuses_what_it_cannot_judge_and_is_bound() -> None:
    policies, bound = {}, set()
    for folder in ("policy-home", "policy-site", "policy-cloud"):
        for item in kubernetes.built(files(_hybrid()), f"hybrid/{folder}"):
            if item["kind"] == "ValidatingAdmissionPolicy":
                policies[item["metadata"]["name"]] = item["spec"]
            else:
                assert "Deny" in item["spec"]["validationActions"]
                bound.add(item["spec"]["policyName"])
    assert bound == set(policies) == set(COVERED)
    for name, spec in policies.items():
        rules = spec["matchConstraints"]["resourceRules"]
        assert {resource for rule in rules for resource in rule["resources"]} == COVERED[name]
        assert all(rule["operations"] == ["CREATE", "UPDATE"] for rule in rules)
        assert spec["failurePolicy"] == "Fail"


def test_the_locks_name_the_queue_and_the_copier_that_are_there() -> None:
    folder = files(_hybrid())
    sent = _one(kubernetes.built(folder, "hybrid/sized"), "LocalQueue", "burst")
    assert (sent["metadata"]["namespace"], sent["spec"]["clusterQueue"]) == ("inference", "burst")
    built = kubernetes.built(folder, "hybrid/copying")
    template = _one(built, "CronJob", "copy-public")["spec"]["jobTemplate"]["spec"]["template"]
    (container,) = template["spec"]["containers"]
    lock = folder["hybrid/policy-site/only-the-copier-leaves.yaml"]
    assert str(container["args"]) in lock, "or the copier itself would be refused"
    let_out = _one(built, "NetworkPolicy", "copy-public")["spec"]["podSelector"]["matchLabels"]
    assert let_out == template["metadata"]["labels"]
    for name, value in let_out.items():
        assert f"object.metadata.labels['{name}'] == '{value}'" in lock


def test_at_home_video_has_no_way_out_of_the_site() -> None:
    plan = _hybrid(decodes_video=True)
    policy = _one(kubernetes.built(files(plan), "k8s/sized"), "NetworkPolicy", "decode")
    https = policy["spec"]["egress"][0]
    assert https["to"] == [{"ipBlock": {"cidr": plan.networks.site}}]
    rented = _one(
        kubernetes.built(files(a_plan(decodes_video=True)), "k8s/sized"), "NetworkPolicy", "decode"
    )
    assert "to" not in rented["spec"]["egress"][0], "the addresses of a cloud's store are many"


def test_the_cloud_part_starts_with_nothing_and_runs_only_what_may_leave() -> None:
    plan = _hybrid(cloud=a_cloud(ready=0))
    built = kubernetes.built(files(plan), "k8s/burst")
    for item in built:
        if item["kind"] == "Deployment":
            assert item["spec"]["replicas"] == 0
            assert item["metadata"]["labels"]["data-class"] == "public"
            assert item["spec"]["template"]["metadata"]["labels"]["data-class"] == "public"
    assert plan.cloud is not None
    quota = _one(built, "ResourceQuota", "gpus")["spec"]["hard"]["requests.nvidia.com/gpu"]
    assert quota == str(plan.cloud.pool.gpus_most)


def test_the_queues_hold_the_same_numbers_as_the_machines() -> None:
    plan = _hybrid()
    built = kubernetes.built(files(plan), "hybrid/sized")
    assert plan.cloud is not None
    assert _quota(built, "burst") == plan.cloud.pool.gpus_most


def _quota(built: list[dict[str, Any]], name: str) -> int:
    (group,) = _one(built, "ClusterQueue", name)["spec"]["resourceGroups"]
    return int(group["flavors"][0]["resources"][0]["nominalQuota"])


@pytest.mark.parametrize(("waits", "for_jobs"), [(True, 16 - 6 - 1), (False, 16 - 6)])
def test_at_home_deployments_and_jobs_share_out_every_gpu(for_jobs: int, *, waits: bool) -> None:
    """Two servers of 8: a language model holds 6, speech 1 if somebody waits, jobs the rest."""
    speech = replace(SPEECH, somebody_waits=waits)
    folder = files(_hybrid(servings=(LANGUAGE, speech)))
    quota = _quota(kubernetes.built(folder, "hybrid/sized"), "home")
    assert quota == for_jobs
    deployments = [i for i in kubernetes.built(folder, "k8s/sized") if i["kind"] == "Deployment"]
    held = sum(
        item["spec"]["replicas"]
        * int(
            item["spec"]["template"]["spec"]["containers"][0]["resources"]["limits"][
                "nvidia.com/gpu"
            ]
        )
        for item in deployments
    )
    assert held + quota == 16
    assert all(i["spec"]["template"]["spec"]["priorityClassName"] == "serving" for i in deployments)
    assert f"| GPUs for jobs at home, those of spare servers too | {quota} |" in folder["README.md"]


def test_what_home_sends_finds_a_queue_of_the_same_name_in_the_cloud() -> None:
    plan = _hybrid()
    assert plan.cloud is not None
    home = kubernetes.built(files(plan), "hybrid/sized")
    away = kubernetes.built(files(plan), "hybrid/sized-cloud")
    sent = _one(home, "LocalQueue", "burst")
    found = _one(away, "LocalQueue", "burst")
    assert sent["metadata"] == found["metadata"], "Kueue looks for the same name and namespace"
    queue = _one(away, "ClusterQueue", found["spec"]["clusterQueue"])
    assert "admissionChecksStrategy" not in queue["spec"], "it would be sent on again"
    (group,) = queue["spec"]["resourceGroups"]
    (flavor,) = group["flavors"]
    assert _one(away, "ResourceFlavor", flavor["name"])
    assert flavor["resources"][0]["nominalQuota"] == str(plan.cloud.pool.gpus_most)
    assert "--context CLOUD apply -k hybrid/sized-cloud" in files(plan)["README.md"]


def test_the_cloud_has_no_bucket_for_what_must_stay() -> None:
    folder = files(_hybrid())
    assert "cloud-aws/terraform/buckets.tf" not in folder
    assert (
        'toset(["staging", "derived", "models"])'
        in folder["cloud-aws/terraform/buckets_staging.tf"]
    )
    values = terraform.parse(folder["cloud-aws/terraform/terraform.tfvars"]).arguments
    assert [t.text for t in values["site_networks"].tokens if t.kind == "string"] == [
        "10.20.0.0/16"
    ]


def test_the_copying_waits_until_somebody_looked() -> None:
    job = _one(kubernetes.built(files(_hybrid()), "hybrid/copying"), "CronJob", "copy-public")
    assert job["spec"]["suspend"] is True
    container = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"][0]
    assert container["args"][1:3] == ["home:public", "away:staging"]


def test_a_task_ends_its_machines_and_holds_what_was_sized() -> None:
    plan = replace(NOTHING, kind="task", task=a_task(), servings=(LANGUAGE, SPEECH))
    folder = files(plan)
    task = yaml.safe_load(folder["task.yaml"])
    assert kubernetes.task_problems(task) == []
    assert task["num_nodes"] == 2
    assert task["resources"]["accelerators"] == "H100:8"
    assert task["resources"]["autostop"]["down"] is True
    assert "set-me" in task["resources"]["image_id"], "the public image reads no sound"
    silent = yaml.safe_load(files(replace(plan, servings=(LANGUAGE,)))["task.yaml"])
    assert silent["resources"]["image_id"].startswith("docker:vllm/vllm-openai:v")
    laid = [entry.split("=")[1] for entry in task["envs"]["COPIES"].split()]
    assert {entry.partition(":")[2] for entry in laid} == {"8192", ""}
    copies = [entry.partition(":")[0].split("x") for entry in laid]
    assert sum(int(size) * int(count) for size, count in copies) <= 16
    assert [int(size) for size, _ in copies] == sorted((int(s) for s, _ in copies), reverse=True)
    assert f"{task['workdir']}/{task['run'].split()[-1]}" in folder
    sent = [path for path in folder if path.startswith(f"{task['workdir']}/")]
    assert sent == ["task/run.sh"], "nothing else of the folder leaves with the task"
    assert not any(path.startswith(("k8s/", "cloud-")) for path in folder)


def test_beside_an_own_site_a_task_has_its_lock_too() -> None:
    folder = files(a_plan(kind="hybrid", cloud=None, site=a_site(), task=a_task()))
    assert yaml.safe_load(folder["task.yaml"])["envs"]["DATA_CLASS"] == "set-me"
    assert "DATA_CLASS" not in files(replace(NOTHING, kind="task", task=a_task()))["task.yaml"]
    assert "hybrid/policy-site/only-the-copier-leaves.yaml" in folder
    assert not any(path.startswith("hybrid/policy-home") for path in folder), "it has no queue"
    assert "python hybrid/launch.py" in folder["README.md"]
    assert "sky launch --down --cluster" not in folder["README.md"]


PUBLIC = {
    "workdir": "task", "run": "bash run.sh", "envs": {"DATA_CLASS": "public"},
    "file_mounts": {"/models": "s3://weights/public/models"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"envs": {"DATA_CLASS": "set-me"}}, "not public"),
        ({"envs": {}}, "not public"),
        ({"workdir": "."}, "no other"),
        ({"file_mounts": {"/models": "s3://public/raw"}}, "below no folder called public"),
        ({"file_mounts": {"/models": "set-me"}}, "below no folder called public"),
        ({"file_mounts": {"/models": {"source": "/data/public"}}}, "below no folder"),
        ({"volumes": {"/data": "raw"}}, "no volumes"),
        ({"setup": "scp home:raw ."}, "no setup"),
        ({"run": "bash other.sh"}, "nothing else"),
    ],
)
def test_the_task_starts_only_with_what_may_leave(change: dict[str, Any], reason: str) -> None:
    refusals = runpy.run_path(str(STATIC / "hybrid" / "launch.py"))["refusals"]
    assert list(refusals(PUBLIC)) == []
    assert reason in " ".join(refusals({**PUBLIC, **change}))


def test_what_is_handed_over_is_refused_until_somebody_fills_it_in() -> None:
    folder = files(a_plan(kind="hybrid", cloud=None, site=a_site(), task=a_task()))
    refusals = runpy.run_path(str(STATIC / "hybrid" / "launch.py"))["refusals"]
    assert len(list(refusals(yaml.safe_load(folder["task.yaml"])))) == 2


def test_the_readme_says_what_may_leave_and_what_never_does() -> None:
    readme = files(_hybrid())["README.md"]
    assert "| image | public | yes, once you label it `data-class=public` |" in readme
    assert "| text | internal | never |" in readme
    assert "| audio | not classified | never |" in readme
    assert "What may leave" not in files(a_plan())["README.md"]
