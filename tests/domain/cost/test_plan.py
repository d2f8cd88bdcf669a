"""Options put together: cheapest of each kind, bounds of a hybrid, and what must rise or fall."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from app.domain.cost.plan import (
    Plan,
    bridge_weeks,
    cheapest_plan,
    costing,
    expected_npv,
    first_phase_weeks,
    hybrid_plans,
    largeness,
    lead_weeks,
    owned_plans,
    rented_plan,
    reserved_plan,
    weeks_range,
    without_dearer,
    worth_reserving,
)
from app.domain.cost.setting import Setting
from app.domain.options import OwnedPlace
from tests.domain.builders import FACTS, a_large_document, a_reservation, a_setting, an_offer

SETTING = a_setting(a_large_document(), 300)
OFFERS = SETTING.offers


def with_volume(volume: float, **answers: object) -> Setting:
    document = a_large_document(**answers)
    document["answers"]["modalities"]["image"]["volume_per_day"] = volume
    return a_setting(document, 50)


def no_base(_accelerator: str) -> Sequence[int]:
    return ()


def hybrids(base: Callable[[str], Sequence[int]] = no_base) -> Sequence[Plan]:
    burst = an_offer("gcp", "a3-highgpu-8g", "europe-west3")
    return hybrid_plans(SETTING, "own_site", burst, base)


# ---- renting -----------------------------------------------------------------------------------


def test_a_rented_plan_is_the_cheapest_offer() -> None:
    plan = rented_plan(SETTING, OFFERS)
    assert plan is not None
    best = expected_npv(SETTING, plan)
    for offer in OFFERS:
        if offer.accelerator in SETTING.quick_among(o.accelerator for o in OFFERS):
            assert expected_npv(SETTING, Plan(offer, None)) >= best


def test_without_offers_there_is_nothing_to_rent() -> None:
    assert rented_plan(SETTING, []) is None
    assert reserved_plan(SETTING, OFFERS, lambda _offer: None) is None
    assert cheapest_plan(SETTING, []) is None


def test_a_reserved_plan_pays_the_reservation() -> None:
    plan = reserved_plan(SETTING, OFFERS, lambda _offer: a_reservation(1.0))
    assert plan is not None
    assert plan.reservation is not None
    assert replace(plan.reservation, base=()) == a_reservation(1.0)
    assert expected_npv(SETTING, plan) < expected_npv(SETTING, replace(plan, reservation=None))


prices = st.integers(1, 12).map(lambda tenths: tenths / 2)
# Reserved price, price on demand, and the base of a reservation, empty for the whole fleet.
reservations = st.lists(
    st.tuples(prices, prices, st.sampled_from([(), (8, 8, 8)])), min_size=1, max_size=8
)
SMALL = with_volume(2_000_000)


@settings(max_examples=25)
@given(reservations)
def test_no_dearer_reservation_would_have_been_chosen(
    priced: list[tuple[float, float, tuple[int, ...]]],
) -> None:
    plans = [
        Plan(
            replace(an_offer(), usd_per_hour=hourly, region=f"region {number}"),
            None,
            replace(a_reservation(reserved), base=base),
        )
        for number, (reserved, hourly, base) in enumerate(priced)
    ]
    assert cheapest_plan(SMALL, without_dearer(plans)) == cheapest_plan(SMALL, plans)


def test_a_reservation_is_the_cheapest_of_all_that_are_published() -> None:
    able = [o for o in OFFERS if SETTING.runs_on(o.accelerator, o.per_machine)]
    published = {o: a_reservation(o.reserved_1y_usd_per_hour or 9e9) for o in able}
    quick = SETTING.quick_among(o.accelerator for o in able)
    every = [
        Plan(offer, None, replace(paid, base=base))
        for offer, paid in published.items()
        if offer.accelerator in quick
        for base in ((), worth_reserving(SETTING, offer, paid))
    ]
    assert len(without_dearer(every)) < len(every)
    assert reserved_plan(SETTING, OFFERS, published.get) == cheapest_plan(SETTING, every)


def test_the_same_price_elsewhere_is_not_dearer() -> None:
    one, other = an_offer(), replace(an_offer(), region="elsewhere")
    plans = [Plan(offer, None, a_reservation(1.0)) for offer in (one, other)]
    assert without_dearer(plans) == plans
    dearer = Plan(one, None, a_reservation(1.5))
    assert without_dearer([dearer, *plans]) == plans
    another_machine = replace(dearer, offer=replace(one, per_machine=1.0))
    assert without_dearer([another_machine, *plans]) == [another_machine, *plans]


def test_a_rented_option_owns_nothing_and_leaves_nothing_undone() -> None:
    priced = costing(SETTING, Plan(an_offer(), None))
    assert set(priced.ledger.lines) == {
        "cloud_compute",
        "storage",
        "egress",
        "between_zones",
        "support",
        "staff",
        "migration",
        "exit",
    }
    assert not priced.owned_share.any()
    assert not priced.unserved_share.any()
    assert not priced.ledger.capex.any()
    assert (priced.used_share > 0).all()
    assert (priced.used_share <= 1).all()


def test_reserved_machines_are_used_at_most_wholly() -> None:
    plan = Plan(an_offer(), None, a_reservation(1.0))
    priced = costing(with_volume(1_000_000).likely, plan)
    hours = priced.ledger.lines["cloud_compute"].undiscounted / 1.0
    assert priced.rented_hours == pytest.approx(hours), "whole machines of eight are paid"


# ---- owning ------------------------------------------------------------------------------------


@pytest.mark.parametrize("weeks", [None, 2])
@pytest.mark.parametrize("is_hybrid", [False, True])
def test_hours_rented_beside_owned_servers_are_those_that_are_paid(
    weeks: int | None, *, is_hybrid: bool
) -> None:
    """In the rented kind, and those before the servers stand: so is the carbon of them."""
    burst = an_offer("gcp", "a3-highgpu-8g", "europe-west3")
    setting = a_setting(a_large_document(needed_in_weeks=weeks or "unknown"), 1).likely
    (plan, *_) = (
        p
        for p in (
            hybrid_plans(setting, "own_site", burst, no_base)
            if is_hybrid
            else owned_plans(setting, "own_site", burst)
        )
        if p.owned and p.owned.server.accelerator == "B200"
    )
    priced = costing(setting, plan)
    lines = [
        priced.ledger.lines[key] for key in ("shortage", "bridge") if key in priced.ledger.lines
    ]
    assert burst.usd_per_hour is not None
    at_list_price = sum(line.undiscounted for line in lines) / burst.usd_per_hour
    assert (at_list_price > 0) == (is_hybrid or weeks is not None)
    # The list price moves a little over the years; a B200 does the work of more than two H100.
    assert priced.rented_hours == pytest.approx(at_list_price, rel=0.25)


def test_spares_of_a_very_large_fleet_are_counted() -> None:
    """Of n + s servers that are up 99 % of the time each, s may be down: the binomial tail."""
    setting = with_volume(9e9, availability="p99_99").likely
    up = setting.known.value("availability.server")
    found = [p.owned for p in owned_plans(setting, "own_site", None) if p.owned]
    most = max(found, key=lambda owned: owned.servers_by_year[-1])
    needed = most.servers_by_year[-1] - most.spares
    assert needed > 1_500
    one_less, enough = (
        float(binom.cdf(s, needed + s, 1.0 - up)) for s in (most.spares - 1, most.spares)
    )
    assert one_less < 0.9999 <= enough


def test_an_owned_plan_is_offered_for_every_server_that_is_quick_enough() -> None:
    plans = owned_plans(SETTING, "own_site", None)
    assert {p.owned.server.key for p in plans if p.owned} == {
        s.key
        for s in FACTS.servers
        if s.accelerator in SETTING.quick_among(s.accelerator for s in FACTS.servers)
    }
    assert all(p.owned is not None and p.owned.spares == 1 for p in plans)


def test_batch_needs_no_spare_server() -> None:
    batch = a_setting(a_large_document(workloads=["batch_inference"]))
    assert all(p.owned and p.owned.spares == 0 for p in owned_plans(batch, "own_site", None))


def test_owned_capacity_is_the_same_in_every_world() -> None:
    few, many = a_setting(a_large_document(), 3), a_setting(a_large_document(), 300, seed=9)
    assert owned_plans(few, "own_site", None) == owned_plans(many, "own_site", None)


def test_an_owned_option_without_a_backup_says_what_is_not_served() -> None:
    alone, backed = (
        costing(SETTING, owned_plans(SETTING, "own_site", offer)[0]) for offer in (None, an_offer())
    )
    assert (alone.unserved_share >= 0).all()
    assert alone.unserved_share.max() > 0, "some worlds need more than was planned"
    assert (backed.unserved_share <= alone.unserved_share).all()
    assert backed.unserved_share.sum() < alone.unserved_share.sum()
    assert "shortage" in backed.ledger.lines
    assert "shortage" not in alone.ledger.lines
    np.testing.assert_allclose(alone.owned_share, 1 - alone.unserved_share)


@pytest.mark.parametrize("place", ["own_site", "colocation"])
def test_an_owned_option_has_its_lines(place: OwnedPlace) -> None:
    priced = costing(SETTING, owned_plans(SETTING, place, None)[0])
    assert set(priced.ledger.lines) == {
        "hardware",
        "maintenance",
        "facility",
        "energy",
        "insurance",
        "storage",
        "staff",
        "migration",
        "decommission",
    }
    assert priced.ledger.is_complete


# ---- hybrids -----------------------------------------------------------------------------------


def test_a_hybrid_owns_between_one_server_and_the_whole_fleet() -> None:
    whole = {p.owned.server.key: p.owned for p in owned_plans(SETTING, "own_site", None) if p.owned}
    for plan in hybrids():
        assert plan.owned is not None
        assert plan.is_hybrid
        most = whole[plan.owned.server.key].servers_by_year
        assert all(
            1 <= n - 1 <= m - 1 for n, m in zip(plan.owned.servers_by_year, most, strict=True)
        )


def test_work_that_may_not_leave_is_always_owned() -> None:
    for plan in hybrids(lambda _accelerator: (20, 30, 40)):
        assert plan.owned is not None
        most = SETTING.planned[plan.owned.server.accelerator][-1]
        owned = (plan.owned.servers_by_year[-1] - 1) * plan.owned.server.accelerators
        assert owned >= min(40, most)


def test_a_hybrid_pays_for_its_second_platform() -> None:
    priced = costing(SETTING, hybrids()[0])
    assert (priced.ledger.lines["second_platform"].npv > 0).all()
    assert (priced.ledger.lines["bridge"].npv >= 0).all()


def test_a_larger_base_rents_less() -> None:
    plans = [p for p in hybrids() if p.owned and p.owned.server.key == "8xh200"]
    shares = [float(costing(SETTING.likely, p).owned_share[0]) for p in plans]
    assert shares == sorted(shares)
    assert shares[-1] <= 1


# ---- what must hold of every price -------------------------------------------------------------

EVERY_PLAN = {
    "on demand": Plan(an_offer(), None),
    "reserved": Plan(an_offer(), None, a_reservation(4.0)),
    "owned": owned_plans(SETTING, "own_site", an_offer())[1],
    "hybrid": hybrids()[1],
}
every_plan = pytest.mark.parametrize("plan", EVERY_PLAN.values(), ids=EVERY_PLAN)


@every_plan
def test_no_world_and_no_line_but_resale_is_negative(plan: Plan) -> None:
    ledger = costing(SETTING, plan).ledger
    assert (ledger.npv > 0).all()
    assert (ledger.ranked_running >= 0).all()
    assert all((line.npv >= 0).all() for line in ledger.lines.values())
    assert np.isfinite(ledger.cash).all()


@every_plan
def test_shares_are_shares(plan: Plan) -> None:
    priced = costing(SETTING, plan)
    # A reserved yardstick's use is not shown; see the reservation that counts too few hours.
    used = priced.used_share if plan.reservation is None else np.zeros(1)
    for share in (priced.owned_share, priced.unserved_share, used):
        assert ((share >= 0) & (share <= 1 + 1e-9)).all()


@every_plan
@given(price=st.floats(0.1, 20), factor=st.floats(1, 5))
@settings(max_examples=15)
def test_dearer_rent_never_makes_an_option_cheaper(plan: Plan, price: float, factor: float) -> None:
    assert plan.offer is not None
    cheap = replace(plan, offer=replace(plan.offer, usd_per_hour=price))
    dear = replace(plan, offer=replace(plan.offer, usd_per_hour=price * factor))
    assert expected_npv(SETTING, cheap) <= expected_npv(SETTING, dear) * (1 + 1e-12)


@given(one=st.floats(1, 1e8), other=st.floats(1, 1e8))
@settings(max_examples=15)
def test_more_volume_never_costs_less(one: float, other: float) -> None:
    low, high = (with_volume(v) for v in sorted((one, other)))
    for plan in (Plan(an_offer(), None), EVERY_PLAN["owned"]):
        assert expected_npv(low, plan) <= expected_npv(high, plan) * (1 + 1e-9)


def test_a_longer_horizon_never_costs_less() -> None:
    totals = [
        expected_npv(a_setting(a_large_document(horizon_months=m)), Plan(an_offer(), None))
        for m in (12, 24, 36, 48, 60)
    ]
    assert totals == sorted(totals)


PLACES: tuple[OwnedPlace, ...] = ("own_site", "colocation")


# ---- time --------------------------------------------------------------------------------------


def test_own_servers_take_their_delivery_and_a_hall_its_contract() -> None:
    likely = SETTING.likely
    own, hall = (owned_plans(likely, place, None)[0] for place in PLACES)
    assert lead_weeks(likely, own)[0] == 13
    assert lead_weeks(likely, hall)[0] == 19
    rents = a_setting(a_large_document(site={"type": "colocation"})).likely
    assert lead_weeks(rents, hall)[0] == 13


def test_rented_machines_take_weeks_by_kind() -> None:
    small = with_volume(1_000).likely
    assert lead_weeks(small, Plan(an_offer(), None))[0] == 3
    specialist = an_offer("lambda", "8x B200 SXM6")
    assert lead_weeks(small, Plan(specialist, None))[0] == 2
    assert 3 < lead_weeks(SETTING.likely, Plan(an_offer(), None))[0] < 13, "more take longer"
    enormous = with_volume(1e10).likely
    assert lead_weeks(enormous, Plan(an_offer(), None))[0] == pytest.approx(13)
    with pytest.raises(ValueError, match="needs an offer"):
        lead_weeks(SETTING, Plan(None, None))


def test_a_hybrid_starts_on_its_rented_part_and_pays_until_its_own_stands() -> None:
    plan, small = hybrids()[0], with_volume(1_000).likely
    assert first_phase_weeks(small, plan)[0] == 3
    assert bridge_weeks(small, plan)[0] == 10
    assert (bridge_weeks(SETTING, plan) >= 0).all()


@given(one=st.floats(1, 1e5), other=st.floats(1, 1e5))
def test_more_accelerators_are_never_small(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert 0 <= largeness(low, SETTING.likely.known) <= largeness(high, SETTING.likely.known) <= 1


def test_eight_are_a_machine_and_a_thousand_a_contract() -> None:
    assert largeness(8, SETTING.likely.known) == 0
    assert largeness(1_000, SETTING.likely.known) == 1


def test_servers_are_bridged_from_the_date_needed() -> None:
    plan = EVERY_PLAN["owned"]
    assert not bridge_weeks(SETTING, plan).any(), "no date, no bridge"
    hurry = a_setting(a_large_document(needed_in_weeks=8), 300)
    assert bridge_weeks(hurry.likely, plan)[0] == 5
    assert "bridge" in costing(hurry, plan).ledger.lines


def test_a_range_of_weeks_is_its_percentiles() -> None:
    spread = weeks_range(np.arange(101.0))
    assert (spread.low, spread.likely, spread.high) == (10, 50, 90)
