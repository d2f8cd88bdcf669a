"""Which hand-written files a plan includes: whole ones or none."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from app.blueprints.plan import CloudPart, Plan

STATIC = Path(__file__).parent / "static"
# Parts of README.md: read by it, and in no folder themselves.
README_PARTS = "readme"

# Included only where the plan asks for it; every other file of its folder always is.
_OPTIONAL = {
    "buckets.tf",
    "buckets_staging.tf",
    "link_vpn.tf",
    "queue.tf",
    "scratch_fsx.tf",
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
    yield from below("k8s/base")
    for kind in sorted({serving.kind for serving in plan.servings}):
        yield from below(f"k8s/{kind}")
    if any(serving.kind == "speech" for serving in plan.servings):
        yield from below("images")
    if plan.decodes_video:
        yield from below("k8s/decode")
    if plan.cloud is not None:
        yield from _cloud(plan, plan.cloud)
    if plan.site is not None:
        yield from _site(plan)


def _site(plan: Plan) -> Iterator[str]:
    """The files of an own site; those for an air gap replace the chart that is fetched."""
    for path in below("on-prem"):
        is_for_airgap = "airgap" in path
        if (path != _FETCHED_CHART and not is_for_airgap) or plan.is_air_gapped == is_for_airgap:
            yield path


def _cloud(plan: Plan, cloud: CloudPart) -> Iterator[str]:
    wanted = _wanted(plan)
    for path in below(f"cloud-{cloud.cloud}"):
        name = Path(path).name
        if name not in _OPTIONAL or name in wanted:
            yield path


def _wanted(plan: Plan) -> set[str]:
    """The optional files that the plan asks for."""
    wanted = {"buckets.tf"} if plan.site is None else {"buckets_staging.tf", "link_vpn.tf"}
    if plan.has_jobs:
        wanted.add("queue.tf")
    if plan.trains:
        wanted.add("scratch_fsx.tf")
    return wanted


def place(path: str) -> str:
    """Where a static file stands in the folder that is handed over."""
    return path.removeprefix("common/").replace("gitignore", ".gitignore")


def has_cluster(plan: Plan) -> bool:
    """Whether the models run in a Kubernetes cluster, rather than as a task."""
    return plan.cloud is not None or plan.site is not None


def readme_parts(plan: Plan) -> Iterator[str]:
    """The hand-written parts of README.md, in order."""
    if plan.site is not None:
        yield f"{README_PARTS}/on-prem.md"
        if plan.is_air_gapped:
            yield f"{README_PARTS}/on-prem-airgap.md"
    if plan.cloud is not None:
        beside = "-burst" if plan.site is not None else ""
        yield f"{README_PARTS}/cloud-{plan.cloud.cloud}{beside}.md"
    if plan.task is not None:
        yield f"{README_PARTS}/task.md"
    if has_cluster(plan):
        yield f"{README_PARTS}/models.md"
