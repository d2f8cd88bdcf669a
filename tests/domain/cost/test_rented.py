"""Rent, storage and egress: by the price lists, and by what must hold."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.cost.ledger import Ledger, monthly_rate
from app.domain.cost.rented import (
    HOURS_PER_MONTH,
    Shortage,
    charge_between_zones,
    charge_bridge,
    charge_egress,
    charge_on_demand,
    charge_reserved,
    charge_shortage,
    charge_storage,
    charge_taking_out,
    storage_price,
    tiered_usd,
)
from tests.domain.builders import (
    FACTS,
    a_large_document,
    a_reservation,
    a_setting,
    an_offer,
)

tiers = st.lists(
    st.tuples(st.floats(1, 1e6), st.floats(0, 1)), min_size=1, max_size=5, unique_by=lambda t: t[0]
).map(lambda rows: ((0.0, 0.1), *sorted(rows)))
falling_tiers = tiers.map(
    lambda rows: tuple(
        zip(
            (start for start, _ in rows),
            sorted((usd for _, usd in rows), reverse=True),
            strict=True,
        )
    )
)


def usd(gb: float, table: tuple[tuple[float, float], ...]) -> float:
    return float(tiered_usd(np.array([float(gb)]), table)[0])


def flat(yearly: float = 0.0, months: int = 36) -> Ledger:
    return Ledger(months, monthly_rate(np.array([yearly])))


# ---- spot machines -----------------------------------------------------------------------------


def spot_bill(answers: dict[str, Any], *, may_stop: bool, provider: str = "aws") -> Ledger:
    setting = a_setting(a_large_document(**answers), worlds=200)
    offer = replace(an_offer(), provider=provider)
    ledger = setting.ledger()
    fleet = setting.fitting_fleet(offer.accelerator)
    charge_on_demand(ledger, fleet, offer, setting.known, may_stop=may_stop)
    return ledger


TRAINS: dict[str, Any] = {
    "workloads": ["realtime_inference", "pre_training"],
    "training": {"runs_per_year": 12, "gpu_hours_per_run": 50_000},
}


def test_work_that_may_be_stopped_by_hand() -> None:
    setting = a_setting(a_large_document(**TRAINS)).likely
    known, offer = setting.known, an_offer()
    fleet = setting.fitting_fleet(offer.accelerator)
    ledger, plain = (Ledger(36, monthly_rate(np.array([0.0]))) for _ in range(2))
    charge_on_demand(ledger, fleet, offer, known, may_stop=True)
    charge_on_demand(plain, fleet, offer, known)
    price = float(offer.usd_per_hour or 0)
    deferrable = fleet.deferrable_hours(HOURS_PER_MONTH, offer.unit).sum()
    on_spot = deferrable * known.value("spot.found_share")
    ratio = known.value(f"spot.{offer.kind}") * (1 + known.value("spot.restart_loss"))
    assert ledger.lines["spot"].undiscounted[0] == pytest.approx(on_spot * price * ratio)
    saved = plain.undiscounted[0] - ledger.undiscounted[0]
    assert saved == pytest.approx(on_spot * price * (1 - ratio))
    assert sum(p.usd for p in ledger.lines["spot"].products) == pytest.approx(
        float(ledger.lines["spot"].npv[0])
    )


def test_spot_machines_save_in_every_world_and_only_where_work_waits() -> None:
    with_spot, without = (spot_bill(TRAINS, may_stop=m) for m in (True, False))
    assert (with_spot.npv <= without.npv * (1 + 1e-12)).all()
    assert (with_spot.npv < without.npv).mean() > 0.9
    somebody_waits, as_before = (spot_bill({}, may_stop=m) for m in (True, False))
    assert somebody_waits.npv == pytest.approx(as_before.npv)


def test_a_provider_that_is_not_known_to_have_spot_machines_sells_none() -> None:
    key = next(k for k, p in FACTS.providers.items() if p.spot_source is None)
    assert "spot" not in spot_bill(TRAINS, may_stop=True, provider=key).lines


# ---- egress and storage ------------------------------------------------------------------------


@given(table=tiers, gb=st.floats(0, 1e7))
def test_tiers_join_without_a_step(table: tuple[tuple[float, float], ...], gb: float) -> None:
    for start, _ in table:
        assert usd(start + 1e-6, table) == pytest.approx(usd(start, table), abs=1e-5)
    assert usd(gb, table) <= usd(gb + 1, table) + 1e-9


@given(table=falling_tiers, one=st.floats(0, 1e6), other=st.floats(0, 1e6))
def test_where_later_tiers_are_cheaper_two_bills_cost_at_least_one(
    table: tuple[tuple[float, float], ...], one: float, other: float
) -> None:
    assert usd(one, table) + usd(other, table) >= usd(one + other, table) - 1e-6
    middle = usd((one + other) / 2, table)
    assert middle >= (usd(one, table) + usd(other, table)) / 2 - 1e-6, "concave"


def test_the_order_of_tiers_does_not_matter() -> None:
    table = FACTS.providers["aws"].egress_tiers
    assert usd(60_000, table) == usd(60_000, tuple(reversed(table)))


def test_what_nobody_publishes_is_missing_and_ranked_at_the_dearest() -> None:
    gb = np.full((1, 36), 1_000.0)
    nebius = FACTS.providers["nebius"]
    ledger = flat()
    charge_egress(ledger, gb, nebius, ((0.0, 0.2),))
    assert ledger.lines["egress"].missing
    assert ledger.npv[0] == 0
    assert ledger.ranked_npv[0] == pytest.approx(36 * 200)


def test_free_egress_is_priced_at_nothing_and_not_missing() -> None:
    ledger = flat()
    charge_egress(ledger, np.full((1, 36), 1_000.0), FACTS.providers["coreweave"], ((0.0, 0.2),))
    assert ledger.is_complete
    assert ledger.ranked_npv[0] == 0


def test_storage_is_priced_where_it_is_published() -> None:
    aws = FACTS.providers["aws"]
    assert storage_price(aws, "us") == 0.023
    assert storage_price(aws, "eu") is None
    ledger = flat()
    charge_storage(ledger, np.full((1, 36), 1_000.0), aws, "us", dearest=0.03)
    assert ledger.npv[0] == pytest.approx(36 * 23)
    charge_storage(missing := flat(), np.full((1, 36), 1_000.0), aws, "eu", dearest=0.03)
    assert missing.ranked_npv[0] == pytest.approx(36 * 30)
    assert not missing.is_complete


def test_what_crosses_between_zones_pays_both_ways() -> None:
    gb = np.full((1, 36), 1_000.0)
    ledger = flat()
    charge_between_zones(ledger, gb, FACTS.providers["aws"], LIKELY.known)
    assert ledger.npv[0] == pytest.approx(36 * 1_000 * 0.5 * 0.02)
    for free in ("azure", "nebius"):  # one asks nothing, the other sells no zones
        charge_between_zones(none := flat(), gb, FACTS.providers[free], LIKELY.known)
        assert none.npv[0] == 0
        assert none.is_complete


def test_taking_everything_out_is_one_month_of_egress_after_the_horizon() -> None:
    ledger = flat()
    kept = np.array([20_000.0])
    charge_taking_out(ledger, kept, FACTS.providers["aws"], ((0.0, 0.2),), None)
    # 100 GB free, to 10,240 at 0.09, the rest at 0.085
    assert ledger.npv[0] == pytest.approx(10_140 * 0.09 + 9_760 * 0.085)
    assert ledger.cash[0, -1] == pytest.approx(ledger.npv[0])
    assert sum(p.usd for p in ledger.lines["exit"].products) == pytest.approx(ledger.npv[0])


def test_taking_out_at_an_unpublished_price_is_missing_and_ranked_at_the_dearest() -> None:
    ledger = flat(yearly=0.08)
    charge_taking_out(ledger, np.array([1_000.0]), FACTS.providers["nebius"], ((0.0, 0.2),), None)
    assert not ledger.is_complete
    assert ledger.npv[0] == 0
    assert ledger.ranked_npv[0] == pytest.approx(200 / 1.08**3)
    assert ledger.ranked_cash[0, -1] == pytest.approx(200)


def test_in_the_european_union_switching_is_free_by_law() -> None:
    in_union = a_setting(a_large_document()).free_to_leave
    assert in_union is not None
    for provider in ("aws", "nebius"):
        ledger = flat()
        charge_taking_out(
            ledger, np.array([1e6]), FACTS.providers[provider], ((0.0, 0.2),), in_union
        )
        assert ledger.ranked_npv[0] == 0
        assert ledger.is_complete
    us = a_large_document(data_location={"scope": "country", "country": "US"})
    assert a_setting(us).free_to_leave is None


# ---- machines ----------------------------------------------------------------------------------

LIKELY = a_setting(a_large_document(growth_per_year=0)).likely
FLEET = LIKELY.fitting_fleet("H100")
OFFER = an_offer()


def on_demand(price: float) -> float:
    ledger = flat()
    charge_on_demand(ledger, FLEET, replace(OFFER, usd_per_hour=price), LIKELY.known)
    return float(ledger.npv[0])


def test_on_demand_is_billed_hours_times_the_list_price() -> None:
    hours = FLEET.billed_hours(HOURS_PER_MONTH, OFFER.unit).sum()
    assert on_demand(6.88) == pytest.approx(6.88 * hours)


@given(price=st.floats(0.01, 100), factor=st.floats(1, 10))
def test_a_higher_price_never_costs_less(price: float, factor: float) -> None:
    assert on_demand(price) <= on_demand(price * factor)


def test_an_offer_without_a_price_is_not_free() -> None:
    with pytest.raises(ValueError, match="has no on-demand price"):
        charge_on_demand(flat(), FLEET, replace(OFFER, usd_per_hour=None), LIKELY.known)


def test_a_reservation_is_paid_around_the_clock_for_whole_terms() -> None:
    short = a_setting(a_large_document(growth_per_year=0, horizon_months=30)).likely
    ledger = flat(months=30)
    fleet, plenty = short.fitting_fleet("H100"), (10_000, 10_000, 10_000)
    charge_reserved(ledger, fleet, plenty, OFFER, a_reservation(2.0, 3), short.known)
    assert ledger.lines["cloud_compute"].undiscounted[0] == pytest.approx(10_000 * 730 * 2.0 * 36)
    assert ledger.lines["shortage"].undiscounted[0] == 0


def test_a_reservation_is_of_whole_machines() -> None:
    ledger = flat()
    charge_reserved(ledger, FLEET, (9_001,) * 3, OFFER, a_reservation(1.0), LIKELY.known)
    assert ledger.lines["cloud_compute"].undiscounted[0] == pytest.approx(9_008 * 730 * 36)


def test_what_a_reservation_does_not_cover_is_rented() -> None:
    ledger = flat()
    charge_reserved(ledger, FLEET, (8, 8, 8), OFFER, a_reservation(2.0), LIKELY.known)
    assert ledger.lines["shortage"].npv[0] > 0


def shortage(capacity: float, exchange: float = 1.0) -> float:
    ledger = flat()
    months = np.full(36, capacity)
    charge_shortage(ledger, Shortage.of(FLEET, months), OFFER, np.array([exchange]), LIKELY.known)
    return float(ledger.npv[0])


@given(one=st.floats(0, 500), other=st.floats(0, 500))
def test_more_own_capacity_never_rents_more(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert shortage(high) <= shortage(low) + 1e-6


def test_a_shortage_is_paid_in_the_accelerators_that_are_rented() -> None:
    assert shortage(0, exchange=2.0) == pytest.approx(2 * shortage(0))
    hours = FLEET.busy().sum() * HOURS_PER_MONTH / FLEET.realtime_autoscale[0]
    assert shortage(0) == pytest.approx(6.88 * hours)


def test_machines_for_a_rare_peak_are_billed_whole() -> None:
    """Half a machine of eight while anything is short; with any accelerator for sale, less."""
    short = Shortage.of(FLEET, np.full(36, 100.0))
    assert 0 < short.often[0, 0] < 0.1
    same = np.ones(1)
    one, eight = (short.billed_hours(unit, same)[0, 0] for unit in (0, 8))
    assert eight == pytest.approx(
        HOURS_PER_MONTH * (short.above[0, 0] / FLEET.cap + 4 * short.often[0, 0])
    )
    assert one == pytest.approx(HOURS_PER_MONTH * short.above[0, 0] / FLEET.realtime_autoscale[0])
    assert eight > one


def test_the_wait_for_servers_is_rented_by_the_week() -> None:
    ledger = flat()
    charge_bridge(ledger, FLEET, np.array([10.0]), OFFER, LIKELY.known)
    month = FLEET.billed_hours(HOURS_PER_MONTH, OFFER.unit)[0, 0] * 6.88
    assert ledger.npv[0] == pytest.approx(month * 10 * 168 / 730)


def test_a_commitment_over_the_whole_horizon_costs_the_same_in_every_world() -> None:
    short = a_setting(a_large_document(), worlds=2_000)
    offer, plenty = an_offer(), (9_000,) * 3
    fleet = short.fitting_fleet("H100")
    spread = {}
    for years in (1, 3):
        ledger = Ledger(36, monthly_rate(np.zeros(2_000)))
        charge_reserved(ledger, fleet, plenty, offer, a_reservation(2.0, years), short.known)
        spread[years] = np.unique(ledger.lines["cloud_compute"].undiscounted.round(2)).size
    assert spread[3] == 1
    assert spread[1] > 1, "a year's term is renewed at the list price of its day"
