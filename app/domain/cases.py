"""Published decisions: what somebody in a known situation chose, and who says so."""

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
