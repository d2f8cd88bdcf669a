"""The decision figures of a whole result: they agree with its totals and with each other."""

import numpy as np
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


# ---- servers that are paid by use --------------------------------------------------------------


@pytest.mark.parametrize(("quote", "is_reached"), [(4.0, True), (6.7, True), (7.5, False)])
def test_break_even_use_counts_what_is_metered_above_the_least_share(
    quote: float, *, is_reached: bool
) -> None:
    """Own cost of a year at the break-even use is the rent of the hours used, written out."""
    paid = {"way": "by_use", "usd_per_gpu_hour": quote, "accelerator": "H200", "least_share": 0.8}
    found = assessed(a_large_document(discount_rate=0, own_payment=paid), worlds=50)
    row = against(found, "own_site", "hyperscaler_on_demand")
    use, rent = row["breakeven_utilisation"]["value"], row["usd_per_server_hour"]
    assert (use is not None) == is_reached
    if use is None:
        return
    server, fleet = figures(found, "own_site")["own_server"], option_of(found, "own_site")["fleet"]
    months = np.arange(1, 37)
    metered = quote * 8 * float((1.025 ** (-months / 12)).mean())
    standing = np.repeat(fleet["servers_by_year"], 12)
    least = 0.8 * standing.sum() / (standing - fleet["spare_servers"]).sum()
    own = server["fixed_usd_per_year"] + 8_760 * (
        use * server["variable_usd_per_hour"] + max(use - least, 0.0) * metered
    )
    assert own == pytest.approx(8_760 * use * rent, rel=1e-6)
    assert (use > least) == (quote > 6)
