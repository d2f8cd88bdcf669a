"""The decision figures of a whole result: they agree with its totals and with each other."""

import pytest

from app.domain.demand.workload import DAYS_PER_MONTH
from tests.domain.builders import Json, a_large_document, assessed, option_of


@pytest.fixture(scope="module")
def result() -> Json:
    document = a_large_document(discount_rate=0, growth_per_year=0)
    exact = {"low": 4e7, "likely": 4e7, "high": 4e7, "evidence": "measured"}
    document["answers"]["modalities"]["image"]["volume_per_day"] = exact
    return assessed(document, worlds=400)


def figures(result: Json, key: str) -> Json:
    found: Json = result["figures"]["options"][key]
    return found


def against(result: Json, key: str, rental: str) -> Json:
    (row,) = (r for r in figures(result, key)["against"] if r["key"] == rental)
    found: Json = row
    return found


def test_every_option_is_held_against_four_ways_to_rent(result: Json) -> None:
    for key, found in result["figures"]["options"].items():
        rows = [row["key"] for row in found["against"]]
        assert rows == [row["key"] for row in result["comparators"]], key
        assert len(rows) >= 3
        assert sum(row["is_cheapest"] for row in found["against"]) == 1


def test_purchases_running_and_the_end_add_up_to_the_plain_total(result: Json) -> None:
    found, option = figures(result, "own_site"), option_of(result, "own_site")
    parts = found["capex_usd"] + found["running_usd"] + found["end_usd"]
    assert parts == pytest.approx(option["likely_usd"], rel=1e-6), "no interest in this project"
    assert found["end_usd"] < 0, "resale is more than taking down"


def test_without_interest_npv_and_plain_difference_agree_in_the_likely_world(result: Json) -> None:
    row = against(result, "own_site", "hyperscaler_on_demand")
    simple, discounted = row["simple_payback_months"], row["discounted_payback_months"]
    assert simple == discounted
    assert simple["value"] is not None, "at this size owning pays"
    assert row["undiscounted_usd"] > 0
    assert row["irr_per_year"]["value"] > 0
    assert row["cheaper_in"] > 0.5


def test_use_above_the_break_even_is_what_makes_owning_cheaper(result: Json) -> None:
    row = against(result, "own_site", "hyperscaler_on_demand")
    assert row["utilisation"] > row["breakeven_utilisation"]["value"]
    day = 24 * row["breakeven_utilisation"]["value"]
    assert row["breakeven_hours_per_day"]["value"] == pytest.approx(day)


def test_who_rents_has_no_rate_of_return_and_the_reason_is_said(result: Json) -> None:
    row = against(result, "specialist_cloud", "hyperscaler_on_demand")
    assert row["irr_per_year"] == {"value": None, "reason": "nothing is bought"}
    assert row["breakeven_utilisation"]["value"] is None


def test_the_items_of_all_kinds_pay_the_whole(result: Json) -> None:
    option = option_of(result, "specialist_cloud")
    (image,) = figures(result, "specialist_cloud")["per_item"]
    items = 40_000_000 * DAYS_PER_MONTH * 36
    # without growth and interest; the volume was answered exactly
    paid = image["usd_per_1000"]["p50"] * items / 1e3
    assert paid == pytest.approx(option["tco_usd"]["p50"], rel=1e-6)


def test_the_tail_lies_beyond_the_middle_and_the_safest_has_the_lowest(result: Json) -> None:
    every = result["figures"]["options"]
    feasible = [o["key"] for o in result["options"] if o["feasible"]]
    for key in feasible:
        assert every[key]["cvar95_usd"] >= every[key]["p95_usd"]
    least = min(feasible, key=lambda key: float(every[key]["p95_usd"]))
    assert result["figures"]["lowest_p95"] == least
