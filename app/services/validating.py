"""Published workloads held against the sizing in force."""

from collections.abc import Sequence

from app.domain.facts import Facts
from app.domain.known import Known
from app.domain.validation import refit, sizing
from app.domain.validation.cases import SizingCase
from app.domain.validation.published import with_accelerators
from app.domain.validation.refit import Fits
from app.domain.validation.sizing import Computed
from app.domain.worlds import likely_world
from app.reference import sizing_file
from app.reference.published_sizing import published


def computed(facts: Facts, cases: Sequence[SizingCase] | None = None) -> list[Computed]:
    """Every case, computed with `facts`; without cases, those that ship."""
    known = with_accelerators(facts, published())
    return sizing.computed(sizing_file.shipped() if cases is None else cases, known)


def fits(facts: Facts) -> Fits:
    """The figures that are fitted, fitted anew to what was published."""
    known = Known(with_accelerators(facts, published()), likely_world())
    return refit.fits(published().runs, published().rates, known)
