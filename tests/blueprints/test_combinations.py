"""Every folder that can be handed over: it parses, fits the schemas, and says one number."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import pytest

from app.blueprints.choices import POD_NETWORK, SERVICE_NETWORK
from app.blueprints.controls import controls
from app.blueprints.folder import files
from app.blueprints.kubernetes import gpus_in_namespace
from app.blueprints.parts import Plan
from app.blueprints.readme import placeholders
from app.blueprints.static_files import STATIC, included
from tests.blueprints import kubernetes, terraform
from tests.blueprints.scenes import every_combination


def _distinct() -> dict[frozenset[str], Plan]:
    return {frozenset(included(plan)): plan for plan in every_combination()}


DISTINCT = _distinct()
VERSIONS = ("1.35", "1.36")


@cache
def _folders() -> tuple[tuple[Plan, dict[str, str]], ...]:
    return tuple((plan, files(plan)) for plan in DISTINCT.values())


def _of(folder: Mapping[str, str], ending: str) -> Iterator[tuple[str, str]]:
    return ((path, text) for path, text in folder.items() if path.endswith(ending))


@cache
def _built() -> tuple[tuple[str, tuple[dict[str, Any], ...]], ...]:
    """Every overlay of every folder with what it builds into, each distinct one once."""
    found: dict[str, tuple[str, tuple[dict[str, Any], ...]]] = {}
    for _, folder in _folders():
        for path in kubernetes.OVERLAYS:
            if f"{path}/kustomization.yaml" in folder:
                items = kubernetes.built(folder, path)
                found.setdefault(repr(items), (path, tuple(items)))
    return tuple(found.values())


def _terraform_folders() -> dict[tuple[tuple[str, str], ...], Plan]:
    """Each distinct set of Terraform files once, however many folders hold it."""
    found = {}
    for plan, folder in _folders():
        rows = tuple(
            (path.rpartition("/")[2], text)
            for path, text in _of(folder, ".tf")
            if "/terraform/" in path
        )
        if rows:
            found[rows] = plan
    return found


def test_there_is_a_folder_for_every_way_to_include_files() -> None:
    used = {path for paths in DISTINCT for path in paths}
    shipped = {str(p.relative_to(STATIC)) for p in STATIC.rglob("*") if p.is_file()}
    assert {path for path in shipped if not path.startswith("readme/")} == used


def test_terraform_files_fit_the_schema_of_their_provider() -> None:
    for rows in _terraform_folders():
        assert terraform.problems(dict(rows)) == []


@pytest.mark.parametrize("provider", ["aws", "google", "azurerm"])
def test_a_schema_says_where_it_comes_from(provider: str) -> None:
    source = terraform.schema(provider)["source"]
    assert set(source) == {"provider", "version", "package", "extracted_on"}


def test_every_value_has_its_variable_and_every_variable_its_value() -> None:
    for plan, folder in _folders():
        if plan.cloud is None:
            continue
        root = f"cloud-{plan.cloud.cloud}/terraform"
        code = dict(_of(folder, ".tf"))
        declared = terraform.variables(code)
        given = terraform.parse(folder[f"{root}/terraform.tfvars"]).arguments
        asked = terraform.parse(folder[f"{root}/yours.auto.tfvars.example"]).arguments
        assert not set(given) & set(asked)
        with_default = {n for n, b in declared.items() if "default" in b.body.arguments}
        assert {*given, *asked} == set(declared) - with_default
        assert terraform.variables_used(code) == set(declared)
        for name, value in {**given, **asked}.items():
            kind = declared[name].body.arguments["type"].tokens[0].text
            assert {"string": "string", "number": "number", "list": "list"}[kind] == value.kind


def test_yaml_is_read_and_kubernetes_objects_fit_their_schemas() -> None:
    seen: set[str] = set()
    for _, folder in _folders():
        for path, text in _of(folder, ".yaml"):
            items = kubernetes.documents(text)
            if text in seen or path.endswith("kustomization.yaml") or path == "task.yaml":
                continue
            seen.add(text)
            for item in items:
                for version in VERSIONS:
                    assert kubernetes.problems(item, version) == [], path


def test_overlays_build_into_valid_objects() -> None:
    for path, items in _built():
        for item in items:
            for version in VERSIONS:
                assert kubernetes.problems(item, version) == [], path
        names = [(item["kind"], item["metadata"]["name"]) for item in items]
        assert len(names) == len(set(names)), path


def test_nothing_keeps_a_value_that_only_an_overlay_may_set() -> None:
    for path, items in _built():
        text = repr(items)
        assert "set-in-sized" not in text, path
        assert "'footing/" not in text.replace("'footing/cluster'", "").replace(
            "'footing/serves'", ""
        ).replace("'footing/may-ask'", ""), path


def test_all_tools_are_told_the_same_ceiling() -> None:
    for plan, folder in _folders():
        if "k8s/sized/kustomization.yaml" not in folder:
            continue
        built = kubernetes.built(folder, "k8s/sized")
        (quota,) = [item for item in built if item["kind"] == "ResourceQuota"]
        most = gpus_in_namespace(plan)
        assert quota["spec"]["hard"]["requests.nvidia.com/gpu"] == str(most)
        asked = sum(_gpus(item) for item in built if item["kind"] == "Deployment")
        assert asked <= most
        assert f"| GPUs that the models may hold | {most} |" in folder["README.md"]
        if plan.cloud is not None:
            _same_pool(plan, folder)


def _gpus(item: Mapping[str, object]) -> int:
    spec = item["spec"]
    assert isinstance(spec, dict)
    resources = spec["template"]["spec"]["containers"][0]["resources"]
    return int(spec["replicas"]) * int(resources["limits"].get("nvidia.com/gpu", 0))


def _same_pool(plan: Plan, folder: Mapping[str, str]) -> None:
    assert plan.cloud is not None
    pool = plan.cloud.pool
    given = terraform.parse(
        folder[f"cloud-{plan.cloud.cloud}/terraform/terraform.tfvars"]
    ).arguments
    assert given["gpu_machines_most"].text == str(pool.machines_most)
    assert given["gpus_per_machine"].text == str(pool.gpus_per_machine)
    assert f"| GPUs at most | {pool.gpus_most} |" in folder["README.md"]
    assert f"with {pool.gpus_most} GPUs count as" in folder["README.md"]
    if plan.cloud.cloud == "aws":
        built = kubernetes.built(folder, "cloud-aws/manifests/sized")
        pools = {i["metadata"]["name"]: i["spec"] for i in built if i["kind"] == "NodePool"}
        assert set(pools) == {"general", "gpu"}
        assert pools["gpu"]["limits"]["nvidia.com/gpu"] == str(pool.gpus_most)


# ---- documents -------------------------------------------------------------------------------


def test_every_named_file_and_line_is_there() -> None:
    for _, folder in _folders():
        for path, line in re.findall(r"^- `([^`]+):(\d+)`$", folder["CONTROLS.md"], re.MULTILINE):
            assert "control: " in folder[path].splitlines()[int(line) - 1]
        for name in re.findall(r"\]\((?!http)([^)#]+)\)", folder["README.md"]):
            assert name in folder
        for name in re.findall(r"`([\w./-]+/[\w./-]+\.\w+)`", folder["README.md"]):
            assert name in folder or name.endswith(".yml"), name


def test_each_folder_answers_the_questions_that_it_must() -> None:
    for plan, folder in _folders():
        keys = {control.key for control in controls(folder) if control.lines}
        if plan.cloud is not None:
            assert keys >= {
                "own_key",
                "encrypted_transport",
                "private_only",
                "least_privilege",
                "audit_trail",
                "residency",
                "retention",
                "budget",
            }
            # Azure's logs can be purged by who administers them, and CONTROLS.md says so.
            assert ("retention_lock" in keys) == (plan.cloud.cloud != "azure")  # fmt: skip
        if plan.cloud is not None or plan.site is not None:
            assert keys >= {"restricted_pods", "default_deny", "budget"}
        if plan.site is not None:
            assert keys >= {"audit_trail", "cis_profile", "secrets"}
        assert ("data_stays_home" in keys) == (plan.kind == "hybrid")


def test_nothing_is_claimed_of_a_file_that_is_not_there() -> None:
    """Beside an own site stands no bucket, and what RKE2 encrypts is under no key of the team."""
    for plan, folder in _folders():
        row = next(r for r in folder["README.md"].splitlines() if r.startswith("| days that raw"))
        assert ("/storage.tf`" in row) == (plan.cloud is not None)
        keys = {control.key for control in controls(folder) if control.lines}
        assert ("own_key" in keys) == (plan.cloud is not None)


def test_the_readme_says_what_was_and_was_not_proved() -> None:
    for plan, folder in _folders():
        readme = folder["README.md"]
        assert "Nothing was applied to an account, no cluster was started" in readme
        assert ("hashicorp/aws 6.69.1" in readme) == bool(plan.cloud and plan.cloud.cloud == "aws")
        assert ("terraform validate" in readme) == (plan.cloud is not None)
        assert ("ansible-lint" in readme) == (plan.site is not None)


def test_every_value_to_fill_in_is_listed() -> None:
    for _, folder in _folders():
        named = set(re.findall(r"^- `([^`]+)`$", folder["README.md"], re.MULTILINE))
        body = {path: text for path, text in folder.items() if path != "README.md"}
        assert named == {path for path, _ in placeholders(body)}
        assert not any("/playbooks/" in path or path.endswith(".tf") for path in named)


# ---- what must never be in it ----------------------------------------------------------------

SECRETS = {
    "an access key": r"\b(AKIA|ASIA)[0-9A-Z]{16}\b",
    "a private key": r"BEGIN [A-Z ]*PRIVATE KEY",
    "a sample secret": r"(?i)change-?me|passw0rd|hunter2",
    "a digest of zeros": r"0{32}",
    "a Google key": r"AIza[0-9A-Za-z_-]{30}",
    "a token of GitHub": r"gh[pousr]_[0-9A-Za-z]{30}",
    "an assigned secret": r"(?i)(password|secret|token|api_key)\s*[:=]\s*[\"'][^\"'{$<\s]{8,}",
}
RETIRED = {
    "MinIO: archived, its images are gone": r"(?i)minio",
    "ingress-nginx: retired in March 2026": r"(?i)image:.*ingress-nginx|chart: ingress-nginx",
    "Amazon Linux 2": r"\bAL2_|amazon-linux-2\b",
    "Kueue's former version": r"kueue\.x-k8s\.io/v1beta1",
    "Parallelstore": r"(?i)parallelstore",
}


def test_no_secret_and_nothing_retired_is_handed_over() -> None:
    texts = {(path, text) for _, folder in _folders() for path, text in folder.items()}
    for path, text in texts:
        if path == "MANIFEST.sha256":
            continue
        for what, pattern in {**SECRETS, **RETIRED}.items():
            assert not re.search(pattern, text), f"{path} holds {what}"


def test_nothing_names_a_region_besides_those_that_are_allowed() -> None:
    region = re.compile(r"\b(?:us|eu|ap|sa|ca|me|af)-[a-z]+-\d\b|\beurope-[a-z]+\d\b|swedencentral")
    for plan, folder in _folders():
        allowed = set(plan.cloud.allowed_regions) if plan.cloud else set()
        for path, text in folder.items():
            if "/tests/" in path or plan.cloud is None:
                continue  # the tests invent a region, to see it refused
            assert set(region.findall(text)) <= allowed, path


def test_nothing_is_copied_elsewhere() -> None:
    for rows in _terraform_folders():
        for kind, name in terraform.types_used(dict(rows)):
            assert "replication" not in name, (kind, name)


def test_no_path_leads_out_of_the_folder() -> None:
    for _, folder in _folders():
        for path in folder:
            assert not path.startswith("/")
            assert ".." not in path.split("/")
            assert re.fullmatch(r"[A-Za-z0-9._/-]+", path)


def test_clusters_take_the_ranges_whose_overlap_is_refused() -> None:
    """Google's lie inside the network of the cloud; the others would choose one by themselves."""
    ranges = {"aws": {SERVICE_NETWORK}, "azure": {POD_NETWORK, SERVICE_NETWORK}}
    for cloud, expected in ranges.items():
        text = (STATIC / f"cloud-{cloud}/terraform/cluster.tf").read_text("utf-8")
        assert set(re.findall(r'_cidr\s*= "([0-9./]+)"', text)) == expected


def test_where_objects_have_versions_the_old_ones_go_too() -> None:
    for name in ("storage.tf", "audit_trail.tf"):
        text = (STATIC / "cloud-aws/terraform" / name).read_text("utf-8")
        assert text.count('aws_s3_bucket_versioning" ') == text.count("noncurrent_version_exp")


def test_the_private_cluster_can_be_reached_from_where_the_readme_says() -> None:
    for _, folder in _folders():
        code = "\n".join(text for path, text in _of(folder, ".tf") if "cloud-aws" in path)
        if code:
            assert "cidr_ipv4         = var.network_cidr" in code
            linked = "cidr_ipv4         = each.value" in code
            assert linked == ("cloud-aws/terraform/link_vpn.tf" in folder)


def test_the_decoder_may_ask_who_it_is() -> None:
    """Where an address on its own machine hands out the identity; Azure's comes over HTTPS."""
    for path, cidr in {
        "k8s/decode/network-policy.yaml": "169.254.170.23/32",
        "cloud-gcp/manifests/models-egress.yaml": "169.254.169.254/32",
    }.items():
        policies = kubernetes.documents((STATIC / path).read_text("utf-8"))
        rules = [
            rule
            for policy in policies
            if policy["spec"]["podSelector"]["matchLabels"].get("app.kubernetes.io/name")
            == "decode"
            for rule in policy["spec"].get("egress", [])
        ]
        assert {"to": [{"ipBlock": {"cidr": cidr}}],
                "ports": [{"port": 80, "protocol": "TCP"}]} in rules  # fmt: skip
