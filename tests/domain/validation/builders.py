"""Cases of validation: each test says only what matters to it."""

from app.domain.facts import Source
from app.domain.known import Known
from app.domain.validation.cases import SizingCase
from app.domain.validation.published import with_accelerators
from app.domain.validation.sizing import Computed, computed
from app.domain.worlds import likely_world
from app.reference.published_sizing import published
from tests.domain.builders import FACTS

PUBLISHED = published()
WITH_ALL = with_accelerators(FACTS, PUBLISHED)
LIKELY_ALL = Known(WITH_ALL, likely_world())


def a_case(
    metric: str = "gpu_hours",
    unit: str = "A100-h",
    published: float | None = None,
    tolerance: float | None = None,
    /,
    **inputs: object,
) -> SizingCase:
    return SizingCase(
        id="a",
        kind="core",
        title="A case",
        inputs=inputs,
        metric=metric,
        unit=unit,
        published=published,
        tolerance=tolerance,
        is_tuned=None,
        source=Source("", "", "medium"),
    )


def out_of(case: SizingCase, worlds: int = 500) -> Computed:
    (found,) = computed([case], WITH_ALL, worlds)
    return found


def predicted(case: SizingCase) -> float:
    found = out_of(case)
    assert found.predicted is not None, found.notes
    return found.predicted
