"""The programs in the folder do what their first lines say; the files for CI are what CI reads."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.blueprints.folder import files
from app.blueprints.static_files import STATIC
from tests.blueprints.kubernetes import documents, shape_problems
from tests.blueprints.scenes import NOTHING, a_plan, an_own_site

VERIFY = STATIC / "common" / "verify.py"
RUN = STATIC / "task" / "run.sh"


def _verified(*rows: tuple[int, int]) -> tuple[int, dict[str, object]]:
    items = [
        {
            "metadata": {"name": f"model-{number}"},
            "spec": {"replicas": wanted},
            "status": {"readyReplicas": ready} if ready else {},
        }
        for number, (wanted, ready) in enumerate(rows)
    ]
    done = subprocess.run(
        [sys.executable, str(VERIFY)],
        input=json.dumps({"items": items}),
        check=False,
        capture_output=True,
        text=True,
    )
    said: dict[str, object] = json.loads(done.stdout)
    return done.returncode, said


def test_it_is_ok_when_every_copy_answers() -> None:
    code, said = _verified((2, 2), (0, 0))
    assert (code, said["ok"]) == (0, True)


@pytest.mark.parametrize("rows", [[], [(0, 0)], [(2, 1)], [(1, 0), (2, 2)]])
def test_it_is_not_ok_before(rows: list[tuple[int, int]]) -> None:
    code, said = _verified(*rows)
    assert (code, said["ok"]) == (1, False)


@pytest.mark.parametrize(
    ("rank", "copies", "expected"),
    [
        (0, "large=4x1 small=1x6", ["0,1,2,3 large 4 8000"] + [
            f"{gpu} small 1 {7997 + gpu}" for gpu in (4, 5, 6, 7)]),
        (1, "large=4x1 small=1x6", ["0 small 1 8000", "1 small 1 8001"]),
        (0, "one=8x1", ["0,1,2,3,4,5,6,7 one 8 8000"]),
        (1, "one=2x3 two=1x3", ["0 two 1 8000"]),
    ],
)  # fmt: skip
def test_copies_are_laid_over_the_machines(
    rank: int, copies: str, expected: list[str], tmp_path: Path
) -> None:
    bash = shutil.which("bash")
    assert bash, "the script is for bash"
    fake, log = tmp_path / "vllm", tmp_path / "log"
    fake.write_text(
        '#!/bin/sh\necho "$CUDA_VISIBLE_DEVICES ${2#/models/} $6 $8" >> "$LOG"\nsleep 2\n', "utf-8"
    )
    fake.chmod(0o755)
    given = {"GPUS": "8", "COPIES": copies, "SKYPILOT_NODE_RANK": str(rank), "LOG": str(log)}
    path = f"{tmp_path}:{os.environ['PATH']}"
    with subprocess.Popen([bash, str(RUN)], env={**os.environ, **given, "PATH": path}) as running:
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline and _said(log) != sorted(expected):
            time.sleep(0.05)
        assert _said(log) == sorted(expected)
        running.terminate()


def _said(log: Path) -> list[str]:
    return sorted(log.read_text("utf-8").splitlines()) if log.exists() else []


def test_a_folder_holds_only_the_programs_it_needs() -> None:
    assert "verify.py" in files(a_plan())
    assert "task/run.sh" not in files(a_plan())
    assert NOTHING.task is None


@pytest.mark.parametrize("name", ["github-actions", "gitlab-ci"])
def test_the_files_for_ci_have_the_fields_that_ci_reads(name: str) -> None:
    folder = files(a_plan())
    (document,) = documents(folder[f"ci/{name}.yml"])
    assert shape_problems(document, name) == []
    assert "secrets" not in folder[f"ci/{name}.yml"].replace("secret:", "")
    for command in ("fmt -check", "init -backend=false", "validate", "test"):
        assert command in folder[f"ci/{name}.yml"]


def test_where_there_is_no_terraform_there_is_no_ci() -> None:
    assert not any(path.startswith("ci/") for path in files(an_own_site()))
