"""The result as plain data, piece by piece."""

from typing import Any

import pytest

from app import reference
from app.domain.assessment import assess
from app.domain.assessment.result import SHARED_INPUTS
from app.domain.questionnaire.reading import read_answers
from app.domain.worlds import Worlds
from tests.domain.builders import (
    FACTS,
    QUESTIONS,
    WEIGHTS,
    Json,
    a_decided_document,
    a_large_document,
    assessed,
    option_of,
)


@pytest.fixture(scope="module")
def result() -> Json:
    return assessed(a_large_document(), 500)


def test_an_option_says_where_it_stands_and_what_it_buys(result: Json) -> None:
    own = option_of(result, "own_site")
    assert own["placement"] == {"image": "own_site"}
    fleet = own["fleet"]
    assert fleet["accelerators"] == fleet["servers"] * 8
    assert fleet["servers"] == fleet["servers_by_year"][-1]
    assert own["purchase"]["role"] == "shortages and the wait for servers"
    rented = option_of(result, "hyperscaler_on_demand")
    assert rented["fleet"] is None
    assert rented["purchase"]["role"] == "everything"
    assert rented["placement"]["image"].split(":")[1] == rented["purchase"]["region"]
    hybrid = option_of(result, "hybrid_burst")
    assert hybrid["purchase"]["role"] == "peaks"
    assert "+" in hybrid["placement"]["image"]


def test_a_purchase_has_its_price_and_its_source(result: Json) -> None:
    for option in result["options"]:
        if option["purchase"]:
            assert option["purchase"]["usd_per_hour"] > 0
            assert option["purchase"]["source"]
            assert option["purchase"]["as_of"]


def test_verdicts_are_said_once_for_several_modalities() -> None:
    document = a_decided_document(
        {m: {"volume_per_day": 500} for m in ("text", "image")}, isolation="air_gapped"
    )
    failed = option_of(assessed(document, 20), "specialist_cloud")["failed"]
    (gap,) = (f for f in failed if f["id"] == "V2")
    assert gap["modality"] == ["text", "image"]
    assert gap["because"] == ["isolation"]
    assert gap["smallest_change"]
    assert (gap["title"], gap["owner"]) == ("Isolation from the internet", "security")


def test_demand_says_how_it_was_sized(result: Json) -> None:
    (image,) = result["demand"]
    assert image["modality"] == "image"
    assert image["unit"] == "images"
    assert image["volume_per_day"]["p50"] == pytest.approx(40e6, rel=0.05)
    assert image["quality"] == "modelled"
    assert image["method"].startswith("roofline for ")
    assert image["busy_gpu_hours_per_day"]["p50"] == pytest.approx(
        40e6 * image["seconds_per_request"]["p50"] / 3_600, rel=0.1
    )
    assert image["source"]


def test_a_measured_rate_says_so() -> None:
    document = a_decided_document({"audio": {"volume_per_day": 500_000}})
    (audio,) = assessed(document, 50)["demand"]
    assert "times real time on" in audio["method"]
    assert audio["quality"] in ("measured", "modelled")


def test_two_methods_give_a_second_opinion_on_what_may_be_chosen(result: Json) -> None:
    rows = result["second_opinion"]
    assert [row["method"] for row in rows] == ["topsis", "promethee_ii"]
    for row in rows:
        assert option_of(result, row["leads"])["feasible"]
        assert row["agrees"] == (row["leads"] == result["recommended"]["option"])


def test_nothing_is_asked_about_a_single_option() -> None:
    closed = {"text": {"volume_per_day": 500, "model_source": "closed_api"}}
    alone = assessed(a_decided_document(closed), 20)
    assert len([option for option in alone["options"] if option["feasible"]]) == 1
    assert alone["second_opinion"] == []


def test_reasons_are_sorted_by_their_weight(result: Json) -> None:
    sizes = [abs(row["contribution"]) for row in result["why"]]
    assert sizes == sorted(sizes, reverse=True)
    assert len({row["criterion"] for row in result["why"]}) == 10


def test_flips_name_what_would_win_then(result: Json) -> None:
    keys = {option["key"] for option in result["options"]}
    for kind in ("weight", "input"):
        assert len([flip for flip in result["flips"] if flip["kind"] == kind]) <= 5
    for flip in result["flips"]:
        assert flip["then_best"] in keys
        assert flip["what"]
        assert flip["becomes"] is not None
        assert flip["kind"] in ("weight", "input")


def test_every_weight_that_turns_the_answer_is_shown_up_to_five() -> None:
    document = reference.sample("contact_centre")
    flips = [f for f in assessed(document, 300)["flips"] if f["kind"] == "weight"]
    assert len(flips) == 5
    ways = [abs(flip["becomes"] - flip["now"]) for flip in flips]
    assert ways == sorted(ways), "the nearest first"


def test_what_a_must_have_waits_for_is_asked_first() -> None:
    undecided = a_decided_document(isolation=None, zero_retention=None, growth_per_year=None)
    result = assessed(undecided, 300)
    rows = result["ask_next"]
    waiting = [row for row in rows if row.get("must_have")]
    assert waiting
    assert rows[: len(waiting)] == waiting
    assert len({row["path"] for row in rows}) == len(rows)
    for row in waiting:
        for key in row["concerns"]:
            (option,) = (o for o in result["options"] if o["key"] == key)
            assert option["feasible"]
            assert any(
                row["path"].startswith(path) for r in option["unverified"] for path in r["because"]
            )


def test_what_was_answered_is_not_asked_again() -> None:
    asked = assessed(reference.sample("hospital_group"), 300)["ask_next"]
    assert not any(row.get("must_have") for row in asked), "a place is named; it is not verified"


def test_no_default_stands_in_for_what_is_not_asked() -> None:
    paths = [
        r["path"] for r in assessed(reference.sample("contact_centre"), 50)["defaults"]["paths"]
    ]
    assert not any(path.startswith("training.") for path in paths), "nothing is trained there"
    document: Json = reference.sample("contact_centre")
    document["answers"]["workloads"] = ["realtime_inference", "fine_tuning"]
    paths = [r["path"] for r in assessed(document, 50)["defaults"]["paths"]]
    assert "training.runs_per_year" in paths


def test_the_volume_is_the_one_that_was_answered() -> None:
    rows = {
        row["modality"]: row for row in assessed(reference.sample("contact_centre"), 50)["demand"]
    }
    assert rows["text"]["volume_per_day"] == {"p10": 80_000, "p50": 100_000, "p90": 130_000}


def test_what_is_not_known_has_no_value() -> None:
    result = assessed(reference.sample("contact_centre"), 50)
    for option in result["options"]:
        for criterion in option["criteria"].values():
            assert (criterion["value"] is None) == ("not known" in criterion["words"])
            assert criterion["known"] == (criterion["value"] is not None)


def test_the_fleet_by_year_adds_up_and_is_worth_what_the_line_resells() -> None:
    result = assessed(reference.sample("contact_centre"), 50)
    for option in result["options"]:
        if not option["fleet"]:
            continue
        rows, fleet = option["fleet"]["tranches"], option["fleet"]
        assert [row["standing"] for row in rows] == fleet["servers_by_year"]
        assert sum(row["bought"] for row in rows) == fleet["servers"]
        (line,) = (x for x in option["cost_lines"] if x["key"] == "hardware")
        resold = line["products"][1]["usd"] * 1.08**3
        assert sum(row["resale_usd"] for row in rows) == pytest.approx(-resold, rel=1e-6)


def test_three_questions_are_asked_at_most() -> None:
    undecided = a_decided_document(isolation=None, gpu_owner=None)
    for document in (undecided, a_large_document()):
        asked = assessed(document, 300)["ask_next"]
        assert len(asked) <= 3
        assert all(row["path"] and row["question"] for row in asked)


def test_defaults_are_those_of_open_questions_with_their_sources() -> None:
    result = assessed(a_large_document(growth_per_year=0.1), 50)
    rows = {row["path"]: row for row in result["defaults"]["paths"]}
    assert "growth_per_year" not in rows
    assert rows["horizon_months"]["default"] == "36 months"
    assert all(row["source"] and row["as_of"] for row in rows.values())
    assert 0 <= result["defaults"]["share_of_variance"] <= 1


@pytest.mark.parametrize("key", ["own_site", "colocation"])
def test_owning_says_when_it_has_paid_off(key: str, result: Json) -> None:
    found = option_of(result, key)["breakeven"]
    assert found["against"]
    assert 0 <= found["share_of_worlds"] <= 1
    assert (found["month"] is None) == (found["share_of_worlds"] < 0.5)
    assert bool(found["reason"]) == (found["month"] is None)


def test_renting_has_nothing_to_pay_off(result: Json) -> None:
    assert option_of(result, "specialist_cloud")["breakeven"] is None


def test_payments_add_up_month_by_month(result: Json) -> None:
    for option in result["options"]:
        if option["tco_usd"] is not None:
            assert len(option["cumulative_usd"]) == 37
            if option["fleet"]:
                assert option["cumulative_usd"][0] > 0, "hardware is paid when bought"
            else:
                assert option["cumulative_usd"] == sorted(option["cumulative_usd"])


def test_yardsticks_are_priced_and_sourced(result: Json) -> None:
    for yardstick in result["comparators"]:
        assert yardstick["tco_usd"]["p50"] > 0
        assert yardstick["source"]
        assert yardstick["ranked_as_usd"] >= yardstick["tco_usd"]["p50"] * 0.999


def test_what_is_left_out_is_said(result: Json) -> None:
    assert all(row["what"] and row["why"] for row in result["not_priced"])


def of_scope(result: Json, line: str, option: str) -> tuple[str, str]:
    (row,) = (row for row in result["scope"] if row["line"] == line)
    cell = row["options"][option]
    return cell["status"], cell["why"]


def test_a_price_that_nobody_answered_is_missing_where_an_option_needs_it() -> None:
    unanswered = assessed(a_large_document(), worlds=20)
    wanted = ("missing", "what it costs was not answered")
    assert of_scope(unanswered, "uplink", "own_site") == wanted
    assert of_scope(unanswered, "standstill", "hyperscaler_on_demand") == wanted
    absent = ("not_applicable", "does not arise with these answers")
    assert of_scope(unanswered, "uplink", "hyperscaler_on_demand") == absent
    left_out = {row["what"]: row["why"] for row in unanswered["not_priced"]}
    assert left_out["Connection of your site"] == left_out["Hours without service"] == wanted[1]


def test_a_price_that_was_answered_is_priced() -> None:
    answered = {"uplink_usd_per_month": 2_000, "standstill_usd_per_hour": 1_000}
    result = assessed(a_large_document(**answered), worlds=20)
    assert of_scope(result, "uplink", "own_site") == ("priced", "")
    assert of_scope(result, "standstill", "own_site") == ("priced", "")
    left_out = {row["what"] for row in result["not_priced"]}
    assert not left_out & {"Connection of your site", "Hours without service"}


def test_a_reserved_yardstick_shows_what_is_paid_an_hour(result: Json) -> None:
    contract = FACTS.figure("commitment.specialist_1y_h100")
    found: Any = next(c for c in result["comparators"] if c["key"] == "specialist_reserved")
    assert found["usd_per_hour"] == contract.value


# ---- ways to pay -------------------------------------------------------------------------------


def test_each_way_to_pay_is_what_the_option_costs_when_it_is_answered() -> None:
    quote = {"usd_per_gpu_hour": 4.0, "accelerator": "H200"}
    found = {
        way: assessed(a_large_document(own_payment={"way": way, **quote}), worlds=20)
        for way in ("bought", "leased", "by_use")
    }
    ways = option_of(found["by_use"], "own_site")["ways_to_pay"]
    assert [row["way"] for row in ways] == ["bought", "leased", "by_use"]
    for row in ways:
        own = option_of(found[row["way"]], "own_site")
        assert row["chosen"] == (row["way"] == "by_use")
        if own["fleet"]["accelerator"] == "H200":
            assert row["total_usd"] == pytest.approx(own["likely_usd"])
            assert row["first_month_usd"] == pytest.approx(own["first_month_usd"])
    (cheapest,) = (row for row in ways if row["cheapest"])
    assert cheapest["total_usd"] == min(row["total_usd"] for row in ways)


def test_a_split_has_ways_to_pay_and_what_is_all_there_has_none() -> None:
    hospital = read_answers(reference.sample("hospital_group"), QUESTIONS)
    result = assess(hospital, FACTS, WEIGHTS, (), Worlds(20, 1))
    assert len(option_of(result, "hybrid_split")["ways_to_pay"]) == 2
    there = {"accelerator": "B200", "count": 4_000}
    assert (
        option_of(assessed(a_large_document(owned_gpus=there), 20), "own_site")["ways_to_pay"] == []
    )


def test_what_follows_the_use_says_that_it_grows() -> None:
    quote = {"way": "by_use", "usd_per_gpu_hour": 4.0, "accelerator": "H200"}
    document = a_large_document(own_payment=quote, may_stop=True, interruptible_share=0.3)
    result = assessed(document, worlds=20)
    for key, line in (("own_site", "by_use"), ("hyperscaler_on_demand", "spot")):
        (row,) = (x for x in option_of(result, key)["cost_lines"] if x["key"] == line)
        assert SHARED_INPUTS[1] in [given["name"] for given in row["inputs"]]
