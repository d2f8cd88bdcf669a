"""Published decisions: what somebody in a known situation chose, and who says so."""

import re
from dataclasses import dataclass

from app.domain.facts import Source
from app.domain.options import Family


@dataclass(frozen=True)
class Case:
    """One published decision; an attribute that the source does not state is "", () or None.

    Attributes:
        decision: what was chosen in the end; `direction`: whether that meant a move.
        years: when it was decided and carried out, for example `2014-2020`.
        data_volume_tb, gpus: as published; a volume may be a capacity or a forecast.
        drivers: criteria that the organisation named, the weightiest first.
        source_type: whose word it is.
    """

    id: str
    organisation: str
    industry: str
    country: str
    decision: Family
    decision_scope: str
    modalities: tuple[str, ...]
    data_sensitivity: str
    load_profile: str
    growth: str
    organisation_size: str
    workload: str
    team_skill: str
    ai_relevance: str
    existing_datacentre: bool | None
    latency_need: str
    drivers: tuple[str, ...]
    summary: str
    outcome: str
    source_title: str
    source_url: str
    source_type: str
    source: Source
    region: str = ""
    direction: str = ""
    years: str = ""
    regulations: tuple[str, ...] = ()
    data_volume_tb: float | None = None
    gpus: float | None = None


MOVED_BACK = "moved_back"
PERIODS = ("since_2024", "2020_to_2023", "2015_to_2019", "before_2015")


def facets(case: Case) -> dict[str, tuple[str, ...]]:
    """By what a list of cases may be narrowed, and the values that `case` has for each."""
    moved = (MOVED_BACK,) if case.direction == "repatriated" else ()
    return {
        "decision": (case.decision, *moved),
        "modality": case.modalities,
        "size": _stated(case.organisation_size),
        "region": _stated(case.region),
        "sector": (case.industry,),
        "period": _stated(_period(case)),
        "evidence": (case.source.confidence,),
        "told_by": (case.source_type,),
    }


def _stated(word: str) -> tuple[str, ...]:
    return (word,) if word else ()


def _period(case: Case) -> str:
    """When it was last carried on, by the years of the story, else the date of its source."""
    years = re.findall(r"\b(?:19|20)\d\d\b", case.years) or re.findall(r"^\d{4}", case.source.as_of)
    if not years:
        return ""
    year = int(years[-1])
    starts = zip((2024, 2020, 2015, 0), PERIODS, strict=True)
    return next(period for start, period in starts if year >= start)
