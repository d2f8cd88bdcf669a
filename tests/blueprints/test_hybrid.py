"""The locks that keep data at home, and the task that ends its machines."""

from dataclasses import replace
from typing import Any

import yaml

from app.blueprints.folder import files
from app.blueprints.parts import Plan
from tests.blueprints import kubernetes, terraform
from tests.blueprints.scenes import LANGUAGE, NOTHING, SPEECH, a_cloud, a_plan, a_site, a_task


def _hybrid(**changes: object) -> Plan:
    return a_plan("aws", kind="hybrid", site=a_site(), **changes)


def _one(items: list[dict[str, Any]], kind: str, name: str) -> dict[str, Any]:
    (found,) = [i for i in items if (i["kind"], i["metadata"]["name"]) == (kind, name)]
    return found


def test_the_lock_covers_what_people_make_and_what_comes_of_it() -> None:
    for folder in ("policy-home", "policy-cloud"):
        built = kubernetes.built(files(_hybrid()), f"hybrid/{folder}")
        (policy,) = [item for item in built if item["kind"] == "ValidatingAdmissionPolicy"]
        covered = {
            resource
            for rule in policy["spec"]["matchConstraints"]["resourceRules"]
            for resource in rule["resources"]
        }
        assert covered >= {"pods", "deployments", "jobs"}
        assert policy["spec"]["failurePolicy"] == "Fail"
        binding = next(i for i in built if i["kind"] == "ValidatingAdmissionPolicyBinding")
        assert "Deny" in binding["spec"]["validationActions"]
        assert binding["spec"]["policyName"] == policy["metadata"]["name"]


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
    assert plan.site is not None
    assert plan.cloud is not None
    for name, most in {"home": plan.site.gpus_at_start, "burst": plan.cloud.pool.gpus_most}.items():
        (group,) = _one(built, "ClusterQueue", name)["spec"]["resourceGroups"]
        assert group["flavors"][0]["resources"][0]["nominalQuota"] == str(most)


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
    copies = [entry.split("=")[1].split("x") for entry in task["envs"]["COPIES"].split()]
    assert sum(int(size) * int(count) for size, count in copies) <= 16
    assert [int(size) for size, _ in copies] == sorted((int(s) for s, _ in copies), reverse=True)
    assert f"{task['workdir']}/{task['run'].split()[-1]}" in folder
    sent = [path for path in folder if path.startswith(f"{task['workdir']}/")]
    assert sent == ["task/run.sh"], "nothing else of the folder leaves with the task"
    assert not any(path.startswith(("k8s/", "cloud-")) for path in folder)


def test_beside_an_own_site_a_task_has_its_lock_too() -> None:
    folder = files(a_plan(kind="hybrid", cloud=None, site=a_site(), task=a_task()))
    assert "task.yaml" in folder
    assert "hybrid/policy-home/data-stays-home.yaml" in folder
    assert "SkyPilot" in folder["hybrid/HYBRID.md"]


def test_the_readme_says_what_may_leave_and_what_never_does() -> None:
    readme = files(_hybrid())["README.md"]
    assert "| image | public | yes, once you label it `data-class=public` |" in readme
    assert "| text | internal | never |" in readme
    assert "| audio | not classified | never |" in readme
    assert "What may leave" not in files(a_plan())["README.md"]
