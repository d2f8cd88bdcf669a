"""Pairs of answers that do not go together: each is found, named with both, and nothing else is."""

from typing import Any

import pytest

from app.domain.errors import InvalidAnswers
from app.domain.questionnaire.reading import clashes, read_answers
from tests.domain.builders import QUESTIONS, a_decided_document, a_document

HARD = {"text": {"volume_per_day": 5, "latency": {"p95_ms": 50, "hard": True}}}
CLOSED = {"text": {"volume_per_day": 5, "model_source": "closed_api"}}
OWN = {"text": {"volume_per_day": 5, "model_source": "own_weights"}}
NO_SITE: dict[str, Any] = {"type": "none"}

# Key → kinds of data, or None for any; answers that contradict each other.
PAIRS: dict[str, tuple[dict[str, Any] | None, dict[str, Any]]] = {
    "steady_peak": (None, {"traffic": {"shape": "steady", "peak_to_average": 9}}),
    "power_without_site": (None, {"site": {**NO_SITE, "free_kw": 5}}),
    "air_per_rack": (None, {"site": {"kw_per_rack": 60, "liquid_cooling": False}}),
    "country_not_said": (None, {"data_location": {"scope": "country"}}),
    "region_not_said": (None, {"data_location": {"scope": "region"}}),
    "hard_limit_without_anybody": (HARD, {"workloads": ["batch_inference"]}),
    "air_gap_and_closed_model": (CLOSED, {"isolation": "air_gapped"}),
    "energy_without_site": (None, {"site": {**NO_SITE, "pue": 1.5}}),
    "own_site_only_without_site": (
        None,
        {"site": NO_SITE, "data_location": {"scope": "named_site"}},
    ),
    "offline_without_site": (None, {"site": NO_SITE, "works_offline": True}),
    "on_call_without_owner": (None, {"gpu_owner": "nobody", "on_call": "always"}),
    "availability_without_cover": (None, {"availability": "p99_99", "on_call": "none"}),
    "ceiling_without_purchases": (None, {"may_buy": False, "ceilings": {"capex_usd": 9}}),
    "own_machines_and_no_purchases": (None, {"may_buy": False, "tenancy": {"machines": "own"}}),
    "late_for_the_plan": (None, {"needed_in_weeks": 200, "horizon_months": 12}),
    "own_weights_without_purchases_or_rent": (OWN, {"may_buy": False, "isolation": "air_gapped"}),
    "foreign_law_without_place": (
        None,
        {"foreign_law": "refuse", "data_location": {"scope": "anywhere"}},
    ),
    "rate_not_said": (None, {"currency": {"code": "SEK"}}),
    "use_without_a_price": (None, {"own_payment": {"way": "by_use", "accelerator": "H200"}}),
}
BY_KEY = {pair.key: pair for pair in QUESTIONS.contradictions}


def test_every_pair_has_a_project_here() -> None:
    assert list(PAIRS) == list(BY_KEY)


@pytest.mark.parametrize("key", PAIRS)
def test_a_pair_is_found_with_both_of_its_answers(key: str) -> None:
    modalities, answers = PAIRS[key]
    pair, document = BY_KEY[key], a_document(modalities, **answers)
    paths = tuple(path.replace("{modality}", "text") for path in pair.paths)
    found = [clash for clash in clashes(document, QUESTIONS) if clash.paths == paths]
    assert [clash.refuses for clash in found] == [pair.refuses]
    assert found[0].words.endswith(".")
    assert "?" not in found[0].words


@pytest.mark.parametrize("key", PAIRS)
def test_what_is_refused_has_no_result_and_the_rest_does(key: str) -> None:
    modalities, answers = PAIRS[key]
    document = a_document(modalities, **answers)
    if BY_KEY[key].refuses:
        with pytest.raises(InvalidAnswers):
            read_answers(document, QUESTIONS)
    else:
        assert read_answers(document, QUESTIONS).modalities


def test_answers_that_go_together_say_nothing() -> None:
    assert clashes(a_decided_document(), QUESTIONS) == ()
    assert clashes({"name": "empty"}, QUESTIONS) == ()
