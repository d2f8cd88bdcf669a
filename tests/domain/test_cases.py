"""A published decision: what is not stated is unknown, and never zero or no."""

from app.domain.cases import Case
from app.domain.facts import Source


def test_what_is_not_stated_is_unknown() -> None:
    case = Case(
        id="one",
        organisation="An organisation",
        industry="telecom",
        country="",
        decision="hybrid",
        decision_scope="enterprise",
        modalities=(),
        data_sensitivity="",
        load_profile="",
        growth="",
        organisation_size="",
        workload="",
        team_skill="",
        ai_relevance="ai_core",
        existing_datacentre=None,
        latency_need="",
        drivers=(),
        summary="It did both. Nobody says why.",
        outcome="",
        source_title="A page",
        source_url="https://example.org/page",
        source_type="press",
        source=Source("https://example.org/page", "2024", "low"),
    )
    assert case.gpus is None
    assert case.data_volume_tb is None
    assert case.existing_datacentre is None
    assert case.region == case.direction == case.years == ""
    assert case.regulations == ()
