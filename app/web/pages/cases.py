"""Published decisions: all of them with filters and search, and each by itself."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar
from urllib.parse import urlencode

from app.domain.backtest import Tried
from app.domain.cases import MOVED_BACK, PERIODS, Case, facets
from app.domain.matching import ATTRIBUTE_WEIGHTS, Likeness
from app.domain.options import FAMILIES
from app.reports.case_words import DIRECTIONS, TOLD_BY, value_in_words, words_of
from app.reports.words import day, number, percent
from app.web.pages.base import Page

# Facet → its name on the page, and its values in the order shown; None for the order of letters.
_FACETS: Mapping[str, tuple[str, tuple[str, ...] | None]] = {
    "decision": ("Decision", (*FAMILIES, MOVED_BACK)),
    "modality": ("Kind of data", None),
    "sector": ("Sector", None),
    "region": ("Region", None),
    "size": ("Size of the organisation", ("small", "medium", "large", "very_large")),
    "period": ("Year", PERIODS),
    "evidence": ("Evidence", ("high", "medium", "low")),
    "told_by": ("Told by", tuple(TOLD_BY)),
}
FACETS = tuple(_FACETS)
# Attribute of a case → how the page names it.
_SITUATION = {
    "modalities": "Kinds of data",
    "load_profile": "Load",
    "growth": "Growth",
    "data_sensitivity": "Most sensitive data",
    "latency_need": "Answers needed",
    "regulations": "Rules named",
    "drivers": "What was wanted",
    "organisation_size": "Size of the organisation",
    "team_skill": "Skill of the team",
    "decision_scope": "Scope",
    "years": "Years",
}
# Attribute by which cases are compared → how a page names it.
ATTRIBUTES = {
    "drivers": "what was wanted",
    "load_profile": "load",
    "existing_datacentre": "data centre",
    "data_sensitivity": "sensitivity of the data",
    "modalities": "kinds of data",
    "latency_need": "how soon answers are needed",
    "decision_scope": "scope",
}


@dataclass(frozen=True)
class Choice:
    """One value of a filter."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class Filter:
    """One facet by which the list may be narrowed."""

    name: str
    label: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Way:
    """A way out of an empty list: what to drop, how many cases that gives, and the address."""

    label: str
    count: int
    address: str


@dataclass(frozen=True)
class CaseLine:
    """A case in the list.

    Attributes:
        numbers: what the source states, with units.
        likeness, same, differs: held against a project; empty when there is none.
    """

    id: str
    organisation: str
    decision: str
    about: str
    summary: str
    numbers: tuple[str, ...]
    told_by: str
    dated: str
    confidence: str
    likeness: str
    same: tuple[str, ...]
    differs: tuple[str, ...]


@dataclass(frozen=True)
class CasesPage(Page):
    """The cases that pass, how many there are in all, and what was asked for.

    Attributes:
        typed: what was searched for.
        problem: why it could not be searched for; empty when it could.
        ways: what to drop when nothing passes.
        project: name of the project whose likeness orders the list; empty for none.
        unread: why its answers could not be used; empty when they could.
        weighed: what is compared with the project, and its share in the likeness.
    """

    template: ClassVar[str] = "cases/index.html"

    found: tuple[CaseLine, ...]
    total: int
    filters: tuple[Filter, ...]
    typed: str
    problem: str
    ways: tuple[Way, ...]
    is_filtered: bool
    project: str
    project_id: int
    unread: str
    weighed: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Said:
    """What the engine says about a case, and whether that is what was chosen."""

    family: str
    share: str
    others: tuple[tuple[str, str], ...]
    agrees: bool
    as_of: str


@dataclass(frozen=True)
class CasePage(Page):
    """One case in our schema.

    Attributes:
        situation: attribute and value, for what the source states.
        unstated: the attributes that it does not state.
        told_by: whose word it is.
        said: None where the back-test has not put this case to the engine.
        may_correct: the reader is an administrator.
    """

    template: ClassVar[str] = "cases/case.html"

    id: str
    organisation: str
    decision: str
    direction: str
    about: str
    summary: str
    outcome: str
    situation: tuple[tuple[str, str], ...]
    unstated: tuple[str, ...]
    said: Said | None
    source_title: str
    source_url: str
    told_by: str
    dated: str
    confidence: str
    may_correct: bool


@dataclass(frozen=True)
class Asked:
    """What the reader asked of the list: search words, facet → value, and a project.

    Attributes:
        likeness: id → likeness to the project, the most alike first; empty for no project.
    """

    typed: str
    wanted: Mapping[str, str]
    problem: str = ""
    project: str = ""
    project_id: int = 0
    unread: str = ""
    likeness: Mapping[str, Likeness] = field(default_factory=dict)

    def refused(self, why: str) -> "Asked":
        """The same, with why it cannot be searched for."""
        return replace(self, problem=why)

    def beside(
        self, project: str, project_id: int, likeness: Mapping[str, Likeness], unread: str = ""
    ) -> "Asked":
        """The same, beside a project whose answers give `likeness`, or are `unread` and why."""
        return replace(
            self, project=project, project_id=project_id, likeness=likeness, unread=unread
        )


def cases_page(every: Sequence[Case], matching: Sequence[Case], asked: Asked) -> CasesPage:
    """The cases among `matching` that pass every facet; of all the choices there are.

    Args:
        every: all cases; matching: those that the search found, in its order.
    """
    wanted = {name: value for name, value in asked.wanted.items() if value}
    passing = [case for case in matching if _passes(case, wanted)]
    if asked.likeness:
        order = list(asked.likeness)
        passing.sort(key=lambda case: order.index(case.id))
    return CasesPage(
        found=tuple(_line(case, asked.likeness.get(case.id)) for case in passing),
        total=len(every),
        filters=tuple(_filter(name, every, wanted.get(name, "")) for name in _FACETS),
        typed=asked.typed,
        problem=asked.problem,
        ways=() if passing or asked.problem else tuple(_ways(every, matching, asked, wanted)),
        is_filtered=bool(wanted or asked.typed),
        project=asked.project,
        project_id=asked.project_id,
        unread=asked.unread,
        weighed=tuple(_weighed()) if asked.likeness else (),
    )


def _weighed() -> Iterator[tuple[str, str]]:
    whole = sum(ATTRIBUTE_WEIGHTS.values())
    for name, weight in ATTRIBUTE_WEIGHTS.items():
        yield ATTRIBUTES[name], percent(weight / whole)


def _passes(case: Case, wanted: Mapping[str, str]) -> bool:
    has = facets(case)
    return all(value in has[name] for name, value in wanted.items())


def _filter(name: str, every: Sequence[Case], chosen: str) -> Filter:
    label, order = _FACETS[name]
    present = {value for case in every for value in facets(case)[name]}
    values = [value for value in order if value in present] if order else sorted(present)
    return Filter(
        name,
        label,
        tuple(Choice(value, value_in_words(value), value == chosen) for value in values),
    )


def _ways(
    every: Sequence[Case], matching: Sequence[Case], asked: Asked, wanted: Mapping[str, str]
) -> list[Way]:
    """Each part of the question that, left out, leaves something; the most helpful first."""
    ways = []
    for name, value in wanted.items():
        rest = {key: kept for key, kept in wanted.items() if key != name}
        count = sum(_passes(case, rest) for case in matching)
        ways.append(
            Way(
                f"remove “{value_in_words(value)[:40]}”",
                count,
                _address(asked, rest, asked.typed),
            )
        )
    if len(wanted) > 1:
        ways.append(Way("remove every filter", len(matching), _address(asked, {}, asked.typed)))
    if asked.typed:
        count = sum(_passes(case, wanted) for case in every)
        ways.append(Way("remove the search words", count, _address(asked, wanted, "")))
    return sorted((way for way in ways if way.count), key=lambda way: -way.count)


def _address(asked: Asked, wanted: Mapping[str, str], typed: str) -> str:
    parts = {"q": typed, **wanted, "project": str(asked.project_id or "")}
    given = {key: value for key, value in parts.items() if value}
    return "/cases" + (f"?{urlencode(given)}" if given else "")


def _line(case: Case, likeness: Likeness | None) -> CaseLine:
    return CaseLine(
        id=case.id,
        organisation=case.organisation,
        decision=case.decision,
        about=_about(case),
        summary=case.summary,
        numbers=_numbers(case),
        told_by=TOLD_BY[case.source_type],
        dated=day(case.source.as_of),
        confidence=case.source.confidence,
        likeness=percent(likeness.share) if likeness else "",
        same=tuple(ATTRIBUTES[name] for name in likeness.same) if likeness else (),
        differs=tuple(ATTRIBUTES[name] for name in likeness.differs) if likeness else (),
    )


def _numbers(case: Case) -> tuple[str, ...]:
    stated = (("GPUs", case.gpus), ("TB", case.data_volume_tb))
    return tuple(f"{number(value)} {unit}" for unit, value in stated if value is not None)


def case_page(case: Case, said: Tried | None, as_of: str, *, may_correct: bool = False) -> CasePage:
    """One case; `said` is the engine's answer in the back-test of the day `as_of`."""
    stated = [(name, words_of(getattr(case, key))) for key, name in _SITUATION.items()]
    stated.append(("Work", {"both": "training and inference"}.get(case.workload, case.workload)))
    site = {None: "", True: "yes", False: "no"}[case.existing_datacentre]
    stated.append(("A data centre of its own before", site))
    stated += [
        ("GPUs", number(case.gpus) if case.gpus is not None else ""),
        ("TB of data", number(case.data_volume_tb) if case.data_volume_tb is not None else ""),
    ]
    return CasePage(
        id=case.id,
        organisation=case.organisation,
        decision=case.decision,
        direction=DIRECTIONS.get(case.direction, ""),
        about=_about(case),
        summary=case.summary,
        outcome=case.outcome,
        situation=tuple((name, words) for name, words in stated if words),
        unstated=tuple(_inside(name) for name, words in stated if not words),
        said=_said(said, as_of) if said else None,
        source_title=case.source_title,
        source_url=case.source_url,
        told_by=TOLD_BY[case.source_type],
        dated=day(case.source.as_of),
        confidence=case.source.confidence,
        may_correct=may_correct,
    )


def _said(tried: Tried, as_of: str) -> Said:
    first, *others = (*tried.ranking, "")
    return Said(
        family=first,
        share=percent(tried.shares.get(first, 0.0)),
        others=tuple((f, percent(tried.shares[f])) for f in others if f),
        agrees=tried.is_hit,
        as_of=day(as_of),
    )


def _about(case: Case) -> str:
    return ", ".join(part for part in (value_in_words(case.industry), case.country) if part)


def _inside(name: str) -> str:
    """`name` inside a sentence: small, unless it is an abbreviation."""
    return name if name[:2].isupper() else name[0].lower() + name[1:]
