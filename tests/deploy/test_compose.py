"""docker-compose.yml and Dockerfile: what can be known about them without building anything.

The names and forms below are those of the Compose Specification's schema, compose-spec.json, for
what this file uses. Source: compose-spec/compose-spec on GitHub, schema/compose-spec.json, read
2026-11-25. Restated by hand: no JSON Schema validator is among the tests' packages.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.settings import Settings

ROOT = Path(__file__).parents[2]
COMPOSE: Mapping[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: Mapping[str, Mapping[str, Any]] = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text()

TOP = {"name", "include", "services", "models", "networks", "volumes", "secrets", "configs"}
NAME = re.compile(r"[a-zA-Z0-9._-]+")
DURATION = re.compile(r"(\d+(us|ms|s|m|h))+")
SERVICE: Mapping[str, type | tuple[type, ...]] = {
    "build": (str, dict),
    "cap_drop": list,
    "command": (str, list),
    "depends_on": (list, dict),
    "deploy": dict,
    "entrypoint": (str, list),
    "environment": (list, dict),
    "healthcheck": dict,
    "image": str,
    "init": bool,
    "ports": list,
    "read_only": bool,
    "restart": str,
    "secrets": list,
    "security_opt": list,
    "shm_size": (int, str),
    "stop_grace_period": str,
    "tmpfs": (str, list),
    "user": str,
    "volumes": list,
}
HEALTHCHECK: Mapping[str, type | tuple[type, ...]] = {
    "disable": bool,
    "interval": str,
    "retries": (int, float),
    "start_interval": str,
    "start_period": str,
    "test": (str, list),
    "timeout": str,
}
DEPLOY: Mapping[str, type | tuple[type, ...]] = {"replicas": int, "mode": str, "resources": dict}
CONDITIONS = {"service_started", "service_healthy", "service_completed_successfully"}


def check(found: Mapping[str, Any], known: Mapping[str, type | tuple[type, ...]]) -> None:
    for key, value in found.items():
        assert key in known, f"{key} is not in the Compose Specification, or not in this test"
        assert isinstance(value, known[key]), f"{key} is {value!r}"


def test_the_file_has_the_form_of_the_specification() -> None:
    assert {key for key in COMPOSE if not key.startswith("x-")} <= TOP
    for name, service in SERVICES.items():
        assert NAME.fullmatch(name)
        check(service, SERVICE)
        check(service.get("healthcheck", {}), HEALTHCHECK)
        check(service.get("deploy", {}), DEPLOY)
        for key in ("cap_drop", "security_opt", "volumes", "secrets", "ports", "command"):
            values = service.get(key, [])
            assert all(isinstance(value, str) for value in values), f"{name}: {key}"
            assert len(values) == len(set(values)) or key == "command"
        for value in service["environment"].values():
            assert isinstance(value, str), f"{name}: {value!r} would be read as something else"
        for needed in service.get("depends_on", {}).values():
            assert set(needed) == {"condition"}
            assert needed["condition"] in CONDITIONS


def test_every_duration_is_one() -> None:
    for service in SERVICES.values():
        health = service.get("healthcheck", {})
        times = [value for key, value in health.items() if key not in {"test", "retries"}]
        for value in (*times, service.get("stop_grace_period", "1s")):
            assert DURATION.fullmatch(value), value


def test_everything_that_is_named_is_there() -> None:
    for service in SERVICES.values():
        assert set(service.get("depends_on", {})) <= set(SERVICES)
        assert set(service.get("secrets", ())) <= set(COMPOSE["secrets"])
        for volume in service.get("volumes", ()):
            source = volume.split(":")[0]
            is_file = source.startswith("./") and (ROOT / source).is_file()
            assert is_file or source in COMPOSE["volumes"], volume


def test_no_password_is_in_it_and_none_is_assumed() -> None:
    assert re.findall(r"(?i)password\s*[:=]\s*[^\s{/]", yaml.safe_dump(SERVICES)) == []
    url = SERVICES["web"]["environment"]["FOOTING_DATABASE_URL"]
    assert ":" not in url.split("//")[1].split("@")[0]
    assert COMPOSE["secrets"] == {"database_password": {"file": "./secrets/database_password"}}
    assert "/secrets/" in (ROOT / ".gitignore").read_text().splitlines()
    assert SERVICES["web"]["environment"]["FOOTING_PUBLIC_URL"].startswith("${FOOTING_PUBLIC_URL:?")


def test_its_settings_are_settings_of_footing() -> None:
    known = {f"FOOTING_{name.upper()}" for name in Settings.model_fields}
    for service in ("web", "upkeep"):
        assert set(SERVICES[service]["environment"]) <= known
    assert set(re.findall(r"FOOTING_[A-Z_]+", DOCKERFILE)) <= known


def test_web_servers_can_be_several() -> None:
    web = SERVICES["web"]
    (ports,) = web["ports"]
    first, last = map(int, re.fullmatch(r"127\.0\.0\.1:(\d+)-(\d+):8000", ports).groups())  # type: ignore[union-attr]  # a port that does not match fails
    assert last - first >= web["deploy"]["replicas"]
    assert "volumes" not in web, "it keeps nothing"


@pytest.mark.parametrize("name", ["web", "upkeep", "backup"])
def test_our_containers_may_do_little(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["tmpfs"] == ["/tmp"]  # noqa: S108  # of the container
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


def test_every_image_has_a_version() -> None:
    for service in SERVICES.values():
        assert re.search(r":\d+\.\d+(\.\d+)?(-bookworm)?$", service["image"]), service["image"]
    bases = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    assert set(bases) == {"python:3.11-slim-bookworm"}


# ---- the image ---------------------------------------------------------------------------------


def test_the_image_is_installed_by_make_setup_and_by_nothing_else() -> None:
    runs = re.findall(r"^RUN (.+?)(?<!\\)$", DOCKERFILE, re.MULTILINE | re.DOTALL)
    installs = [run for run in runs if re.search(r"\b(pip|uv|setup|install)\b", run)]
    apt, setup, folder = installs
    assert "apt-get install --yes --no-install-recommends make" in apt
    assert setup == "make setup"
    assert "install --directory" in folder


def copied() -> Iterator[str]:
    for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE):
        *sources, _ = line.split()
        yield from sources


def test_the_builder_gets_what_is_copied_and_nothing_else() -> None:
    ignore = (ROOT / ".dockerignore").read_text().splitlines()
    rules = [line for line in ignore if line and not line.startswith("#")]
    assert rules[0] == "*"
    assert [rule for rule in rules if rule.startswith("!")] == [f"!{name}" for name in copied()]


def test_nobody_in_particular_runs_it() -> None:
    users = re.findall(r"^USER (.+)$", DOCKERFILE, re.MULTILINE)
    assert users == ["10001:10001"]


def test_what_is_copied_is_enough_and_is_never_written(tmp_path: Path) -> None:
    image, data = tmp_path / "footing", tmp_path / "data"
    data.mkdir()
    for name in copied():
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, image / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            image.mkdir(exist_ok=True)
            shutil.copy(source, image / name)
    before = files_in(image)
    for path in image.rglob("*"):
        path.chmod(0o555 if path.is_dir() else 0o444)
    run = subprocess.run(
        [*without_privileges(), sys.executable, "-P", "-m", "app", "upkeep"],
        cwd=image,
        env={
            **os.environ,
            "PYTHONPATH": str(image),
            "FOOTING_DATA_DIR": str(data),
            "FOOTING_WORLDS": "100",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    for path in image.rglob("*"):
        path.chmod(0o755)
    assert run.stdout == "Deleted 0 sessions, 0 links, 0 invitations and 0 API tokens.\n", (
        run.stderr
    )
    assert files_in(image) == before
    assert "footing.db" in files_in(data)


def files_in(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def without_privileges() -> list[str]:
    """For root, who may write anything: a command that gives that right up."""
    is_root = os.geteuid() == 0
    return ["setpriv", "--bounding-set=-dac_override", "--inh-caps=-all"] if is_root else []
