"""Write the schema of SkyPilot's task again: `PYTHON -m tests.blueprints.sky_slicing`.

PYTHON is one that has skypilot installed, which ours has not: it brings some hundred packages.
"""

from importlib.metadata import version

from sky.utils import schemas  # type: ignore[import-not-found]  # see above

from tests.blueprints.slicing import one_line_each
from tests.blueprints.terraform import SCHEMAS


def main() -> None:
    """Keep what `sky` itself compares a task with: the task, and the resources in it."""
    source = {"package": f"skypilot {version('skypilot')}", "extracted_on": "2026-11-26"}
    task = schemas.get_task_schema()
    task["properties"]["resources"] = schemas.get_resources_schema()
    kept = {"source": source, "task": task}
    (SCHEMAS / "skypilot-task.json").write_text(one_line_each(kept), "utf-8")


if __name__ == "__main__":
    main()
