"""What is asked next: the known driver first, the irrelevant never, and when to stop."""

from typing import Any

import numpy as np
import pytest

from app.domain.assessment import assess
from app.domain.assessment.asking import STOP_BELOW, STOP_FROM
from app.domain.worlds import Worlds
from tests.domain.builders import (
    FACTS,
    WEIGHTS,
    Document,
    Json,
    a_decided_document,
    answers_of,
    assessed,
)

MEASURED = {"evidence": "measured"}


def exactly(value: float) -> Json:
    return {"low": value, "likely": value, "high": value, **MEASURED}


def a_project_driven_by_its_volume(**volume: float | str) -> Document:
    """Rent or own hangs on how many images come: a hundredth or a hundred times as many."""
    images = {
        "volume_per_day": {"low": 2e4, "likely": 2e6, "high": 2e8, **volume},
        "megapixels": exactly(1),
        "retention_days": exactly(0),
    }
    return a_decided_document(
        {"image": images},
        priorities=["control", "cost"],
        gpu_owner="named",
        gpu_experience="over_1_year",
        data_location={"scope": "anywhere"},
        site={"type": "own_datacentre", "free_kw": 50_000, "kw_per_rack": 60},
        egress_tb_per_month=exactly(0),
        zero_retention=False,
        growth_per_year=exactly(0.1),
        traffic={"shape": "business_hours", "peak_to_average": exactly(3)},
        horizon_months=60,
    )


@pytest.fixture(scope="module")
def driven() -> Json:
    answers = answers_of(a_project_driven_by_its_volume())
    return assess(answers, FACTS, WEIGHTS, (), Worlds(20_000, 1))


def test_the_question_of_the_known_driver_is_asked_first(driven: Json) -> None:
    first = driven["ask_next"][0]
    assert first["path"] == "modalities.image.volume_per_day"
    assert first["evidence"] == "estimated"
    assert first["value"] == max(row["value"] for row in driven["open_questions"] if row["value"])
    assert first["changes_winner_share"] > 0.1
    assert first["turns_at"] > 0
    assert first["effort_minutes"] == 5


def test_what_is_irrelevant_is_worth_nothing_and_never_asked(driven: Json) -> None:
    # What an engineer or a later payment is worth varies, and is paid with every option alike or
    # nearly so; what was measured does not vary.
    worth = {row["path"]: row["value"] for row in driven["worth_knowing"]["inputs"]}
    asked = {row["path"] for row in driven["open_questions"]}
    assert {row["path"] for row in driven["defaults"]["paths"]} >= {"discount_rate"}
    for path in ("discount_rate", "engineer_year_usd", "modalities.image.megapixels"):
        assert worth.get(path, 0.0) == 0.0
        assert path not in asked
    assert driven["worth_knowing"]["varied"] > len(worth)


def test_once_the_driver_is_measured_it_is_not_asked_again() -> None:
    known = assessed(a_project_driven_by_its_volume(**exactly(2e4)), 500)
    assert "modalities.image.volume_per_day" not in {row["path"] for row in known["open_questions"]}


def test_a_driver_that_is_only_supposed_stays_open() -> None:
    supposed = assessed(a_project_driven_by_its_volume(evidence="what-if"), 500)
    assert supposed["open_questions"][0]["path"] == "modalities.image.volume_per_day"
    assert supposed["open_questions"][0]["evidence"] == "what-if"


def test_one_may_not_stop_while_the_driver_is_open(driven: Json) -> None:
    assert driven["stop"]["likeliest_flip"] > STOP_BELOW
    assert not driven["stop"]["may_stop"]


def a_sure_project() -> Document:
    """Many images, and servers that are bought come in time for whatever is wanted more."""
    document = a_project_driven_by_its_volume(**exactly(2e7))
    document["answers"]["time_to_double_weeks"] = exactly(52)
    return document


def test_one_may_stop_where_the_answer_is_sure_and_nothing_open_turns_it() -> None:
    known = assessed(a_sure_project(), 2_000)
    stop = known["stop"]
    assert known["recommended"]["label"] == "clear"
    assert stop["share_of_worlds"] >= STOP_FROM
    assert stop["may_stop"] == (stop["likeliest_flip"] <= STOP_BELOW and not stop["waiting"])
    assert stop["may_stop"]


@pytest.mark.parametrize(
    "change", [{"priorities": None}, {"isolation": None}, {"zero_retention": None}]
)
def test_what_is_open_keeps_one_from_stopping(change: dict[str, Any]) -> None:
    document = a_sure_project()
    document["answers"].update(change)
    result = assessed(document, 2_000)
    stop, best = result["stop"], result["recommended"]["option"]
    waits = any(best in row.get("concerns", ()) for row in result["open_questions"])
    decides = any(row["alternatives"] for row in result["open_questions"])
    if waits or decides or result["recommended"]["label"] != "clear":
        assert not stop["may_stop"]
    else:
        assert stop["may_stop"]


def test_quantities_come_by_what_a_minute_is_worth(driven: Json) -> None:
    rows = [row for row in driven["open_questions"] if row["value"] is not None]
    for_a_minute = [row["value"] / row["effort_minutes"] for row in rows]
    assert for_a_minute == sorted(for_a_minute, reverse=True)
    assert all(row["effort_minutes"] > 0 for row in driven["open_questions"])


def test_the_next_three_are_the_first_of_all(driven: Json) -> None:
    assert driven["ask_next"] == driven["open_questions"][:3]


def test_figures_that_one_question_asks_for_are_valued_together() -> None:
    document = a_decided_document(
        {"text": {"volume_per_day": {"low": 1e4, "likely": 1e6, "high": 1e7}}}
    )
    result = assessed(document, 4_000)
    paths = [row["path"] for row in result["open_questions"]]
    of_text = [p for p in paths if p.startswith("modalities.text.") and "volume" in p]
    assert len(of_text) <= 1, "one line for the volume and its tokens"
    assert not any(p.endswith((".tokens_in", ".tokens_out")) for p in paths)


def test_a_project_of_one_family_asks_which_of_its_options() -> None:
    document = a_project_driven_by_its_volume()
    document["answers"]["gpu_owner"] = "nobody"
    result = assessed(document, 4_000)
    families = {o["family"] for o in result["options"] if o["feasible"]}
    assert families == {"cloud"}
    assert result["worth_knowing"]["varied"] > 0
    best = result["recommended"]["option"]
    first = next(o for o in result["options"] if o["key"] == best)["rank_shares"][0]
    assert result["stop"]["share_of_worlds"] == pytest.approx(first)
    assert np.isfinite(result["stop"]["likeliest_flip"])
