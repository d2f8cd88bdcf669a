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
        (0, "language-a=4x1:8192 speech=1x6", [
            "0,1,2,3 language-a 8000 --tensor-parallel-size=4 --max-model-len=8192"] + [
            f"{gpu} speech {7997 + gpu}" for gpu in (4, 5, 6, 7)]),
        (1, "language-a=4x1:8192 speech=1x6", ["0 speech 8000", "1 speech 8001"]),
        (0, "language-b=8x1", ["0,1,2,3,4,5,6,7 language-b 8000 --tensor-parallel-size=8"]),
        (1, "language-c=2x3 embeddings-text=1x3", ["0 embeddings-text 8000 --runner=pooling"]),
    ],
)  # fmt: skip
def test_copies_are_laid_over_the_machines(
    rank: int, copies: str, expected: list[str], tmp_path: Path
) -> None:
    bash = shutil.which("bash")
    assert bash, "the script is for bash"
    fake, log = tmp_path / "vllm", tmp_path / "log"
    fake.write_text(
        "#!/bin/sh\ngpus=$CUDA_VISIBLE_DEVICES; model=${2#/models/}; port=${4#--port=}\nshift 4\n"
        'echo "$gpus $model $port $*" | sed "s/ $//" >> "$LOG"\nsleep 2\n',
        "utf-8",
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


@pytest.mark.parametrize(("given", "starts"), [("public", True), ("set-me", False), ("", False)])
def test_beside_an_own_site_only_public_data_is_worked_on(given: str, *, starts: bool) -> None:
    """With no copies to start, the script ends at once: with 0, or with what it refused."""
    environment = {"GPUS": "8", "COPIES": "", "SKYPILOT_NODE_RANK": "0", "DATA_CLASS": given}
    done = subprocess.run(
        ["/bin/bash", str(RUN)], env={**os.environ, **environment},
        check=False, capture_output=True, text=True, timeout=10,
    )  # fmt: skip
    assert ("is not public" in done.stderr) != starts


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
