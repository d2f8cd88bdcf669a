"""What needs tools that not every machine has: each is used where it is, and missed aloud.

`make blueprints-check` runs these alone and prints what was skipped, and why.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from app.blueprints.folder import files
from app.blueprints.parts import Plan
from app.blueprints.static_files import STATIC, included
from tests.blueprints import kubernetes
from tests.blueprints.scenes import every_combination

MIRROR = os.environ.get("TF_PLUGIN_DIR", "")


def _tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed on this machine")
    return found


def _run(*command: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {k: v for k, v in os.environ.items() if k != "TF_CLI_CONFIG_FILE"}
    return subprocess.run(
        command,
        cwd=folder,
        env={**clean, "CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1", **environment},
        check=False,
        capture_output=True,
        text=True,
        timeout=300,
    )


def _distinct(prefix: str) -> Iterator[Plan]:
    """One plan for each set of files below a folder whose name begins with `prefix`."""
    seen: set[frozenset[str]] = set()
    for plan in every_combination():
        below = frozenset(path for path in included(plan) if path.startswith(prefix))
        if below and below not in seen:
            seen.add(below)
            yield plan


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
        for path in ("k8s/sized", "k8s/burst", "hybrid/sized",
                     "hybrid/sized-cloud", "hybrid/copying",
                     "hybrid/policy-home", "hybrid/policy-cloud", "cloud-aws/manifests/sized",
                     "cloud-gcp/manifests"):  # fmt: skip
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


def test_the_policy_scanner_finds_nothing_that_is_not_reviewed(tmp_path: Path) -> None:
    checkov = _tool("checkov")
    for number, plan in enumerate(_distinct("cloud-")):
        folder = _written(plan, tmp_path / str(number))
        done = _run(checkov, "--directory", ".", "--skip-download", "--quiet", "--compact",
                    "--framework", "terraform", folder=folder)  # fmt: skip
        assert done.returncode == 0, done.stdout


def test_ansible_lint_is_content_in_production(tmp_path: Path) -> None:
    lint = _tool("ansible-lint")
    for number, plan in enumerate(_distinct("on-prem")):
        folder = _written(plan, tmp_path / str(number)) / "on-prem"
        done = _run(lint, "--offline", "--profile", "production", folder=folder)
        assert done.returncode == 0, done.stdout
