"""What needs tools that not every machine has: each is used where it is, and missed aloud.

`make blueprints-check` installs what comes from PyPI into `.venv-blueprints`, runs these alone and
prints what was skipped, and why. docs/blueprints.md says which test of the design is which.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.blueprints.folder import files
from app.blueprints.parts import Plan
from app.blueprints.static_files import STATIC, included
from tests.blueprints import kubernetes
from tests.blueprints.reviewed import REVIEWED
from tests.blueprints.scenes import every_combination
from tests.blueprints.terraform import SCHEMAS

MIRROR = os.environ.get("TF_PLUGIN_DIR", "")
INSTALLED = Path(__file__).parents[2] / ".venv-blueprints" / "bin"
# No account is asked, but the providers are fetched: only where somebody says that this may be.
REGISTRY = os.environ.get("TF_REGISTRY", "")


def _tool(name: str) -> str:
    found = shutil.which(name, path=f"{INSTALLED}{os.pathsep}{os.environ['PATH']}")
    if found is None:
        pytest.skip(f"{name} is neither in .venv-blueprints nor on this machine")
    return found


def _run(*command: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {k: v for k, v in os.environ.items() if k != "TF_CLI_CONFIG_FILE"}
    return subprocess.run(
        command,
        cwd=folder,
        env={
            **clean,
            "CHECKPOINT_DISABLE": "1",
            "TF_IN_AUTOMATION": "1",
            "PATH": f"{INSTALLED}{os.pathsep}{os.environ['PATH']}",
            **environment,
        },
        check=False,
        capture_output=True,
        text=True,
        timeout=600,
    )


def _distinct(prefix: str) -> Iterator[Plan]:
    """One plan for each set of files below a folder whose name begins with `prefix`."""
    seen: set[frozenset[str]] = set()
    for plan in every_combination():
        below = frozenset(path for path in included(plan) if path.startswith(prefix))
        if below and below not in seen:
            seen.add(below)
            yield plan


def _covering() -> list[Plan]:
    """Plans that hold, between them, every set of files that one part of a folder can have."""
    parts = ("k8s/", "images/", "cloud-", "on-prem/", "hybrid/", "task/")
    found = {frozenset(included(plan)): plan for part in parts for plan in _distinct(part)}
    return list(found.values())


def _written(plan: Plan, folder: Path) -> Path:
    for path, text in files(plan).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")
    return folder


def test_terraform_formats_nothing_anew(tmp_path: Path) -> None:
    terraform = _tool("terraform")
    shutil.copytree(STATIC, tmp_path / "static")
    for number, plan in enumerate(_distinct("cloud-")):
        _written(plan, tmp_path / str(number))
    done = _run(terraform, "fmt", "-check", "-diff", "-recursive", ".", folder=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


def test_kubectl_builds_every_overlay(tmp_path: Path) -> None:
    kubectl = _tool("kubectl")
    plans = [*_distinct("k8s/"), *_distinct("hybrid/"), *_distinct("cloud-")]
    built = set()
    for number, plan in enumerate(plans):
        folder = _written(plan, tmp_path / str(number))
        for path in kubernetes.OVERLAYS:
            key = (path, tuple(sorted(s.key for s in plan.servings)))
            if (folder / path).is_dir() and key not in built:
                built.add(key)
                done = _run(kubectl, "kustomize", path, folder=folder)
                assert done.returncode == 0, done.stderr
                # The builder that stands in for it elsewhere builds the same.
                ours = kubernetes.built(files(plan), path)
                assert _sorted(kubernetes.documents(done.stdout)) == _sorted(ours)


def _sorted(items: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return sorted(items, key=lambda item: (item["kind"], item["metadata"]["name"]))


def test_terraform_validates_and_plans_with_the_real_provider(tmp_path: Path) -> None:
    terraform = _tool("terraform")
    if not MIRROR:
        pytest.skip("TF_PLUGIN_DIR names no folder with Terraform providers")
    for number, plan in enumerate(_distinct("cloud-aws")):
        folder = _written(plan, tmp_path / str(number)) / "cloud-aws" / "terraform"
        _ask_for_what_is_there(folder / "versions.tf")
        init = _run(terraform, "init", "-input=false", f"-plugin-dir={MIRROR}", folder=folder)
        assert init.returncode == 0, init.stderr
        for command in ("validate", "test"):
            done = _run(terraform, command, folder=folder)
            assert done.returncode == 0, done.stdout + done.stderr


def _ask_for_what_is_there(versions: Path) -> None:
    """A mirror holds one version, which need not be the pinned one: the copy asks for that."""
    found = sorted(Path(MIRROR).glob("registry.terraform.io/hashicorp/aws/*"))
    if not found:
        pytest.skip("TF_PLUGIN_DIR holds no provider hashicorp/aws")
    text = versions.read_text("utf-8")
    versions.write_text(text.replace('"~> 6.0"', f'"{found[-1].name}"'), "utf-8")


@pytest.mark.parametrize("program", ["terraform", "tofu"])
@pytest.mark.parametrize("cloud", ["aws", "gcp", "azure"])
def test_the_pinned_providers_accept_every_folder(program: str, cloud: str, tmp_path: Path) -> None:
    if not REGISTRY:
        pytest.skip("TF_REGISTRY is not set, which lets the pinned providers be fetched")
    found = _tool(program)
    for number, plan in enumerate(_distinct(f"cloud-{cloud}")):
        folder = _written(plan, tmp_path / str(number)) / f"cloud-{cloud}" / "terraform"
        given = {"TF_PLUGIN_CACHE_DIR": str(tmp_path), "TF_CLI_CONFIG_FILE": os.devnull}
        commands = [("init", "-backend=false", "-input=false"), ("validate",)]
        if (folder / "tests").is_dir():
            commands.append(("test",))
        for command in commands:
            done = _run(found, *command, folder=folder, **given)
            assert done.returncode == 0, done.stdout + done.stderr


# ---- policies --------------------------------------------------------------------------------


def _scanned(folder: Path, *frameworks: str) -> list[Mapping[str, Any]]:
    """What the scanner skipped in `folder`; it must have passed something and failed nothing."""
    checkov = _tool("checkov")
    done = _run(checkov, "--directory", ".", "--skip-download", "--output", "json",
                "--framework", *frameworks, folder=folder)  # fmt: skip
    found = json.loads(done.stdout)
    reports = found if isinstance(found, list) else [found]
    passed = {report["check_type"] for report in reports if report["summary"]["passed"]}
    assert passed >= set(frameworks) - {"secrets"}, "of these it says only what failed"
    failed = {
        f"{row['check_id']} {row['file_path']} {row['resource']}"
        for report in reports for row in report["results"]["failed_checks"]
    }  # fmt: skip
    assert not failed, "\n".join(sorted(failed))
    return [row for report in reports for row in report["results"]["skipped_checks"]]


def test_the_policy_scanner_finds_nothing_that_is_not_reviewed(tmp_path: Path) -> None:
    plans = {str(number): plan for number, plan in enumerate(_distinct("cloud-"))}
    for name, plan in plans.items():
        _written(plan, tmp_path / "written" / name)
        place = f"{name}/cloud-{plan.cloud.cloud if plan.cloud else ''}/terraform"
        shutil.copytree(tmp_path / "written" / place, tmp_path / "terraform" / place)
    skipped = _scanned(tmp_path / "terraform", "terraform")
    for row in skipped:
        folder = files(plans[row["file_path"].split("/")[1]])
        assert any(path.endswith(f"/{REVIEWED[row['check_id']]}") for path in folder), row
    _objects_as_applied(tmp_path / "kubernetes")
    skipped += _scanned(tmp_path / "kubernetes", "kubernetes")
    skipped += _scanned(_everything_else(tmp_path / "rest"), *REST)
    assert {row["check_id"] for row in skipped} == set(REVIEWED)
    for row in skipped:
        assert len(row["check_result"]["suppress_comment"]) >= 20, row["check_id"]


def _objects_as_applied(folder: Path) -> None:
    """A file for each distinct Kubernetes object that an overlay builds."""
    folder.mkdir()
    for number, text in enumerate(_objects()):
        (folder / f"{number}.yaml").write_text(text, "utf-8")


def _objects() -> list[str]:
    return sorted({yaml.safe_dump(item) for plan in _covering() for item in _built(files(plan))})


def _built(folder: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    for path in kubernetes.OVERLAYS:
        if f"{path}/kustomization.yaml" in folder:
            yield from kubernetes.built(folder, path)


REST = ("ansible", "dockerfile", "github_actions", "secrets")


def _everything_else(folder: Path) -> Path:
    """Playbooks, images and scripts, and the file for CI where its reader is told to copy it."""
    for number, plan in enumerate([*_distinct("on-prem"), *_distinct("images"), *_distinct("ci")]):
        _written(plan, folder / str(number))
    workflows = folder / ".github" / "workflows"
    workflows.mkdir(parents=True)
    shutil.copy(STATIC / "ci" / "github-actions.yml", workflows / "infrastructure.yml")
    return folder


def test_ansible_lint_is_content_in_production(tmp_path: Path) -> None:
    lint = _tool("ansible-lint")
    for number, plan in enumerate(_distinct("on-prem")):
        folder = _written(plan, tmp_path / str(number)) / "on-prem"
        done = _run(lint, "--offline", "--nocolor", "--profile", "production", folder=folder)
        assert done.returncode == 0, done.stdout


def test_ansible_reads_every_playbook(tmp_path: Path) -> None:
    ansible = _tool("ansible-playbook")
    for number, plan in enumerate(_distinct("on-prem")):
        folder = _written(plan, tmp_path / str(number)) / "on-prem"
        for playbook in sorted(folder.glob("playbooks/*.yml")):
            done = _run(ansible, "--syntax-check", str(playbook), folder=folder)
            assert done.returncode == 0, done.stderr


# ---- schemas ---------------------------------------------------------------------------------


def test_the_whole_schemas_of_ci_and_of_tasks_accept_the_files(tmp_path: Path) -> None:
    check = _tool("check-jsonschema")
    schema = tmp_path / "task.json"
    stored = json.loads((SCHEMAS / "skypilot-task.json").read_text("utf-8"))
    schema.write_text(json.dumps(stored["task"]), "utf-8")
    asked = {
        "ci/github-actions.yml": ("--builtin-schema", "vendor.github-workflows"),
        "ci/gitlab-ci.yml": ("--builtin-schema", "vendor.gitlab-ci"),
        "task.yaml": ("--schemafile", str(schema)),
    }
    read = set()
    for number, plan in enumerate([*_distinct("ci"), *_distinct("task")]):
        folder = _written(plan, tmp_path / str(number))
        for path, arguments in asked.items():
            if (folder / path).exists():
                read.add(path)
                done = _run(check, *arguments, path, folder=folder)
                assert done.returncode == 0, done.stdout
    assert read == set(asked)


def test_kubernetes_published_schemas_accept_every_overlay(tmp_path: Path) -> None:
    """As the slices in schemas/ do: this is the program and the data that they were cut from."""
    validate = _tool("kubernetes-validate")
    own = [text for text in _objects() if _is_kubernetes_own(yaml.safe_load(text))]
    (tmp_path / "objects.yaml").write_text("---\n".join(own), "utf-8")
    for version in ("1.35", "1.36"):
        asked = ("--strict", "--kubernetes-version", f"{version}.0")
        done = _run(validate, *asked, "objects.yaml", folder=tmp_path)
        assert done.returncode == 0, done.stdout
        assert "WARN" not in done.stdout


def _is_kubernetes_own(item: Mapping[str, Any]) -> bool:
    group = item["apiVersion"].rpartition("/")[0]
    return "." not in group or (group.endswith(".k8s.io") and not group.startswith("kueue."))
