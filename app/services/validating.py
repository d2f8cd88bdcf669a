"""Published workloads held against the sizing in force, and studies of buying against renting."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.domain.facts import Facts, Offer
from app.domain.known import Known
from app.domain.validation import consistency, refit, sizing
from app.domain.validation.cases import SizingCase
from app.domain.validation.published import with_accelerators
from app.domain.validation.refit import Fits
from app.domain.validation.sizing import Computed
from app.domain.validation.tco import NOT_COMPUTED, TcoComputed
from app.domain.validation.tco import computed as computed_tco
from app.domain.worlds import likely_world
from app.reference import sizing_file, tco_file
from app.reference.published_sizing import published
from app.reference.tco_file import Restored, Scenario
from app.reports.tco_report import Line


def computed(facts: Facts, cases: Sequence[SizingCase] | None = None) -> list[Computed]:
    """Every case, computed with `facts`; without cases, those that ship."""
    known = with_accelerators(facts, published())
    return sizing.computed(sizing_file.shipped() if cases is None else cases, known)


def fits(facts: Facts) -> Fits:
    """The figures that are fitted, fitted anew to what was published."""
    known = Known(with_accelerators(facts, published()), likely_world())
    return refit.fits(published().runs, published().rates, known)


def tco(
    offers: Sequence[Offer], today: date, scenarios: Sequence[Scenario] | None = None
) -> list[Line]:
    """Every buy-or-rent scenario, computed and checked; without scenarios, those that ship.

    Args:
        offers: the price catalogue in which a study's comparator is looked for.
    """
    every = tco_file.shipped() if scenarios is None else scenarios
    return [_line(scenario, offers, today) for scenario in every]


def _line(scenario: Scenario, offers: Sequence[Offer], today: date) -> Line:
    if scenario.case is None:
        nothing = TcoComputed(NOT_COMPUTED, scenario.notes)
        return Line(scenario.id, None, nothing, ())
    found = computed_tco(scenario.case)
    wrong = list(consistency.flags(scenario.stated, offers, today))
    wrong += consistency.does_not_follow(scenario.case, found)
    return Line(scenario.id, scenario.case, found, tuple(wrong))


@dataclass(frozen=True)
class Study:
    """A shipped scenario, what comes out, and what comes out with what it leaves out put back."""

    scenario: Scenario
    line: Line
    restored: tuple[tuple[Restored, TcoComputed], ...]


def studies(offers: Sequence[Offer], today: date) -> tuple[Study, ...]:
    """Every shipped study of buying against renting; arguments as `tco`."""
    return tuple(
        Study(
            scenario,
            _line(scenario, offers, today),
            tuple((step, computed_tco(step.case)) for step in scenario.restored),
        )
        for scenario in tco_file.shipped()
    )
