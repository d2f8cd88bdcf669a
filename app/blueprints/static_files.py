"""Which hand-written files a plan includes: whole ones or none."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from app.blueprints.parts import CloudPart, Plan

STATIC = Path(__file__).parent / "static"
# Parts of README.md: read by it, and in no folder themselves.
README_PARTS = "readme"

# Included only where the plan asks for it; every other file of its folder always is.
_OPTIONAL = {
    "buckets.tf",
    "buckets_staging.tf",
    "link_vpn.tf",
    "plan.tftest.hcl",
    "plan_link.tftest.hcl",
    "queue.tf",
    "scratch_fsx.tf",
}

# Under their own names these would speak to our repository, or be two.
_RENAMED = {
    "common/gitignore": ".gitignore",
    "hybrid/HYBRID-task.md": "hybrid/HYBRID.md",
}
_FETCHED_CHART = "on-prem/charts/gpu-operator.yaml"


@cache
def text(path: str) -> str:
    """The text of one static file."""
    return (STATIC / path).read_text("utf-8")


@cache
def below(folder: str) -> tuple[str, ...]:
    """Every static file below `folder`, sorted."""
    root = STATIC / folder
    return tuple(
        sorted(str(path.relative_to(STATIC)) for path in root.rglob("*") if path.is_file())
    )


def included(plan: Plan) -> Iterator[str]:
    """The static files of `plan`, as paths below `static/`."""
    yield from below("common")
    if any(serving.kind == "speech" for serving in plan.servings):
        yield from below("images")
    if has_cluster(plan):
        yield from _workloads(plan)
    if plan.cloud is not None:
        yield from _cloud(plan, plan.cloud)
    if plan.site is not None:
        yield from _site(plan)
    if plan.kind == "hybrid":
        yield from _hybrid(plan)
    if plan.task is not None:
        yield from below("task")


def _workloads(plan: Plan) -> Iterator[str]:
    yield from below("k8s/base")
    for kind in sorted({serving.kind for serving in plan.servings}):
        yield from below(f"k8s/{kind}")
    if plan.decodes_video:
        yield from below("k8s/decode")


def _hybrid(plan: Plan) -> Iterator[str]:
    """The locks and the copying; and where a second cluster stands, its queues and their locks."""
    yield from (*below("hybrid/policy-site"), *below("hybrid/replicate"))
    if plan.cloud is None:
        yield from ("hybrid/HYBRID-task.md", "hybrid/launch.py")
        return
    yield "hybrid/HYBRID.md"
    for folder in ("burst", "burst-cloud", "charts", "policy-cloud", "policy-home"):
        yield from below(f"hybrid/{folder}")


def _site(plan: Plan) -> Iterator[str]:
    """The files of an own site; those for an air gap replace the chart that is fetched."""
    for path in below("on-prem"):
        is_for_airgap = "airgap" in path
        if (path != _FETCHED_CHART and not is_for_airgap) or plan.is_air_gapped == is_for_airgap:
            yield path


def _cloud(plan: Plan, cloud: CloudPart) -> Iterator[str]:
    yield from below("ci")
    wanted = _wanted(plan)
    for path in below(f"cloud-{cloud.cloud}"):
        name = Path(path).name
        if name not in _OPTIONAL or name in wanted:
            yield path


def _wanted(plan: Plan) -> set[str]:
    """The optional files that the plan asks for."""
    alone = {"buckets.tf", "plan.tftest.hcl"}
    linked = {"buckets_staging.tf", "link_vpn.tf", "plan_link.tftest.hcl"}
    wanted = alone if plan.site is None else linked
    if plan.has_jobs:
        wanted.add("queue.tf")
    if plan.trains:
        wanted.add("scratch_fsx.tf")
    return wanted


def place(path: str) -> str:
    """Where a static file stands in the folder that is handed over."""
    return _RENAMED.get(path, path.removeprefix("common/"))


def has_cluster(plan: Plan) -> bool:
    """Whether the models run in a Kubernetes cluster, rather than as a task."""
    return plan.cloud is not None or plan.site is not None


def readme_parts(plan: Plan) -> Iterator[str]:
    """The hand-written parts of README.md, in order."""
    parts = []
    if plan.site is not None:
        parts += ["on-prem", *(["on-prem-airgap"] if plan.is_air_gapped else [])]
    if plan.cloud is not None:
        beside = "-burst" if plan.site is not None else ""
        parts += [f"cloud-{plan.cloud.cloud}{beside}", *(["burst"] if beside else [])]
    if plan.task is not None:
        parts.append("task-burst" if plan.site is not None else "task")
    if has_cluster(plan):
        parts.append("models")
    return (f"{README_PARTS}/{part}.md" for part in parts)
