"""A case that states nothing, and what must never be asked of one."""

from dataclasses import replace

from app.domain.cases import Case


def silent(case: Case) -> Case:
    """`case` with nothing stated that an organisation could have answered before it decided."""
    return replace(
        case,
        modalities=(),
        drivers=(),
        load_profile="",
        growth="",
        organisation_size="",
        workload="",
        existing_datacentre=None,
        data_sensitivity="",
        latency_need="",
        team_skill="",
        regulations=(),
        gpus=None,
        data_volume_tb=None,
    )


def decided_otherwise(case: Case) -> Case:
    """`case` with another decision, another story of it and another outcome."""
    return replace(
        case,
        decision="on_premises",
        direction="repatriated",
        decision_scope="enterprise",
        ai_relevance="data_heavy",
        outcome="All was well.",
        summary="It bought machines. It was glad.",
        source_type="press",
    )
