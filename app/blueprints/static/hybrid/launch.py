"""The third lock of a task beside your own site: it starts only if all that it carries may leave.

Run it with the Python that has SkyPilot, instead of `sky launch`: `python hybrid/launch.py`. It
refuses a task whose data nobody called public, and one that brings along anything but the script
and files from below a folder called `public`.
"""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

COMMAND = ["sky", "launch", "--down", "--cluster", "footing", "task.yaml"]


def refusals(task: Mapping[str, Any]) -> Iterator[str]:
    """Every reason why `task` must not start, a sentence each."""
    if task.get("envs", {}).get("DATA_CLASS") != "public":
        yield "DATA_CLASS is not public: somebody must have decided that this data may leave."
    if task.get("workdir") != "task":
        yield "The task may bring along the folder task/ and no other."
    if task.get("volumes") or task.get("volume_mounts") or task.get("setup"):
        yield "The task may have no volumes and no setup: they could bring along something else."
    if task.get("run") != "bash run.sh":
        yield "The task may run the script in task/ and nothing else."
    for place, source in task.get("file_mounts", {}).items():
        if not isinstance(source, str) or "public" not in source.split("/")[3:]:
            yield f"{place} comes from {source}, which lies below no folder called public."


def main() -> int:
    """Start the task and return 0, or say why not and return 1."""
    task = yaml.safe_load(Path("task.yaml").read_text("utf-8"))
    reasons = list(refusals(task))
    for reason in reasons:
        sys.stderr.write(f"{reason}\n")
    return 1 if reasons else subprocess.run(COMMAND, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
