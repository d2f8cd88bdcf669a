"""Published decisions: all of them with a filter, and each by itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from app.domain.cases import Case
from app.domain.errors import NotFound
from app.domain.options import FAMILIES, FAMILY_TITLES
from app.reports.words import day
from app.web.pages.base import Page

TOLD_BY = {
    "company_own": "the organisation itself",
    "press": "the press",
    "vendor_marketing": "a vendor's marketing",
    "academic": "an academic publication",
    "aggregator": "somebody else's digest",
}
# Attribute of a case → how the page names it.
_SITUATION = {
    "modalities": "Kinds of data",
    "load_profile": "Load",
    "data_sensitivity": "Most sensitive data",
    "latency_need": "Answers needed",
    "drivers": "What was wanted",
    "decision_scope": "Scope",
}


@dataclass(frozen=True)
class Choice:
    """One value of a filter."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class CaseLine:
    """A case in the list."""

    id: str
    organisation: str
    decision: str
    about: str
    summary: str


@dataclass(frozen=True)
class CasesPage(Page):
    """The cases that pass the filter, how many there are in all, and the filter itself."""

    template: ClassVar[str] = "cases/index.html"

    found: tuple[CaseLine, ...]
    total: int
    decisions: tuple[Choice, ...]
    modalities: tuple[Choice, ...]
    is_filtered: bool


@dataclass(frozen=True)
class CasePage(Page):
    """One case in our schema.

    Attributes:
        situation: attribute and value, for what the source states.
        told_by: whose word it is.
    """

    template: ClassVar[str] = "cases/case.html"

    organisation: str
    decision: str
    about: str
    summary: str
    outcome: str
    situation: tuple[tuple[str, str], ...]
    source_title: str
    source_url: str
    told_by: str
    dated: str
    confidence: str


def cases_page(cases: Sequence[Case], decision: str, modality: str) -> CasesPage:
    """The cases with this decision and this kind of data; an empty filter lets all pass."""
    modalities = sorted({name for case in cases for name in case.modalities})
    found = [
        case
        for case in cases
        if decision in ("", case.decision) and (not modality or modality in case.modalities)
    ]
    return CasesPage(
        found=tuple(
            CaseLine(case.id, case.organisation, case.decision, _about(case), case.summary)
            for case in found
        ),
        total=len(cases),
        decisions=tuple(Choice(f, FAMILY_TITLES[f], f == decision) for f in FAMILIES),
        modalities=tuple(Choice(m, m.capitalize(), m == modality) for m in modalities),
        is_filtered=bool(decision or modality),
    )


def case_page(cases: Sequence[Case], case_id: str) -> CasePage:
    """The case named `case_id`.

    Raises:
        NotFound: there is no such case.
    """
    case = next((case for case in cases if case.id == case_id), None)
    if case is None:
        raise NotFound(f"There is no case called {case_id[:60]}.")
    return CasePage(
        organisation=case.organisation,
        decision=case.decision,
        about=_about(case),
        summary=case.summary,
        outcome=case.outcome,
        situation=tuple(
            (name, words)
            for key, name in _SITUATION.items()
            if (words := _words(getattr(case, key)))
        ),
        source_title=case.source_title,
        source_url=case.source_url,
        told_by=TOLD_BY.get(case.source_type, _words(case.source_type)),
        dated=day(case.source.as_of),
        confidence=case.source.confidence,
    )


def _about(case: Case) -> str:
    return ", ".join(part for part in (_words(case.industry), case.country) if part)


def _words(value: str | tuple[str, ...]) -> str:
    text = value if isinstance(value, str) else ", ".join(value)
    return text.replace("_", " ")
