"""Owned servers: whole, in tranches, with upkeep, and worth less every month."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.cost.ledger import Ledger, monthly_rate
from app.domain.cost.owned import (
    OwnedPlan,
    book_servers,
    charge_decommissioning,
    charge_disks,
    charge_hardware,
    charge_upkeep,
    energy_kwh,
    owned_plan,
    pue_figure,
    residual_share,
    server_price,
    space_figure,
    stranded_usd,
    tariff_figure,
    utilisation,
)
from app.domain.options import OwnedPlace
from tests.domain.builders import FACTS, LIKELY, a_large_document, a_server, a_setting, known

PRICE = 277_897.75 * LIKELY.value("server.price_factor")
plans = st.lists(st.integers(1, 900), min_size=1, max_size=5).map(sorted)


def flat(months: int = 36, yearly: float = 0.0) -> Ledger:
    return Ledger(months, monthly_rate(np.array([yearly])))


# ---- the plan ----------------------------------------------------------------------------------


@given(accelerators=plans, spares=st.integers(0, 2))
def test_servers_are_whole_and_one_fewer_would_not_do(accelerators: list[int], spares: int) -> None:
    plan = owned_plan(a_server(), "own_site", accelerators, spares)
    for servers, wanted in zip(plan.servers_by_year, accelerators, strict=True):
        assert (servers - spares) * 8 >= wanted > (servers - spares - 1) * 8
    assert sum(plan.bought()) == plan.servers_by_year[-1]
    assert all(count >= 0 for count in plan.bought())


def test_servers_stand_by_year_and_spares_do_not_work() -> None:
    plan = owned_plan(a_server(), "own_site", (8, 16, 40), spares=1)
    assert plan.servers_by_year == (2, 3, 6)
    assert plan.bought() == (2, 1, 3)
    assert plan.standing(30)[[0, 11, 12, 23, 24, 29]].tolist() == [2, 2, 3, 3, 6, 6]
    assert plan.working_accelerators(30)[[0, 29]].tolist() == [8, 40]


# ---- resale ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("months", "share"),
    [
        (0, 1.0),
        (6, 0.8),
        (12, 0.65),
        (18, 0.525),
        (24, 0.375),
        (30, 0.325),
        (36, 0.275),
        (54, 0.15),
        (60, 0.15 - 6 * (0.275 - 0.15) / 18),
        (120, 0.0),
    ],
)
def test_resale_follows_the_published_curve(months: float, share: float) -> None:
    assert residual_share(months, LIKELY)[0] == pytest.approx(share)


@given(one=st.floats(0, 120), other=st.floats(0, 120), seed=st.integers(0, 99))
def test_resale_falls_with_age_and_stays_a_share(one: float, other: float, seed: int) -> None:
    young, old = sorted((one, other))
    over = known(50, seed)
    assert (residual_share(old, over) <= residual_share(young, over) + 1e-12).all()
    assert ((residual_share(young, over) >= 0) & (residual_share(young, over) <= 1)).all()


# ---- what is paid ------------------------------------------------------------------------------


def test_hardware_is_bought_by_the_tranche_and_sold_at_the_horizon() -> None:
    ledger = flat()
    charge_hardware(ledger, OwnedPlan(a_server(), "own_site", (2, 2, 3), 0), LIKELY)
    extras = 1 + 0.125 + 0.03 + 0.03
    assert ledger.capex[0] == pytest.approx(3 * PRICE * extras)
    assert ledger.cash[0, 0] == pytest.approx(2 * PRICE * extras)
    assert ledger.cash[0, 12] == 0
    assert ledger.cash[0, 24] == pytest.approx(PRICE * extras)
    assert ledger.cash[0, 37] == pytest.approx(-PRICE * (2 * 0.275 + 0.65))


def test_no_world_gives_hardware_away() -> None:
    over = known(5_000)
    ledger = Ledger(12, monthly_rate(np.full(5_000, 0.0)))
    charge_hardware(ledger, OwnedPlan(a_server(), "own_site", (1,), 0), over)
    assert (ledger.npv > 0).all()
    assert (server_price(a_server(), over) > 0).all()


LARGE = a_setting(a_large_document(), 200)


def upkeep(plan: OwnedPlan, yearly: float = 0.0) -> Ledger:
    likely = LARGE.likely
    ledger = flat(yearly=yearly)
    country = FACTS.countries["DE"]
    busy = utilisation(plan, likely.fitting_fleet("H200"))
    charge_upkeep(ledger, plan, busy, "own_datacentre", country, likely.known)
    return ledger


def test_upkeep_is_maintenance_space_energy_and_insurance_by_the_month() -> None:
    plan = OwnedPlan(a_server(), "own_site", (5, 5, 5), 0)
    ledger = upkeep(plan)
    assert set(ledger.lines) == {"maintenance", "facility", "energy", "insurance"}
    assert ledger.lines["maintenance"].npv[0] == pytest.approx(5 * PRICE * 0.12 * 3)
    assert ledger.lines["facility"].npv[0] == pytest.approx(5 * 10.2 * 115 * 36)
    busy = utilisation(plan, LARGE.likely.fitting_fleet("H200"))[0]
    kw = 5 * 10.2 * (0.3 + 0.7 * busy)
    price = FACTS.countries["DE"].electricity
    assert price is not None
    assert ledger.lines["energy"].npv[0] == pytest.approx((kw * 730 * 1.54).sum() * price.value)
    # written off over five years: on average 70 % of the price is left over the first three
    insured = 5 * PRICE * 1.185 * 0.70 * 0.005 * 3
    assert ledger.lines["insurance"].npv[0] == pytest.approx(insured)


def test_a_later_tranche_has_more_of_its_life_left() -> None:
    plan = OwnedPlan(a_server(), "own_site", (2, 2, 3), 0)
    booked = book_servers(plan, 36, LIKELY)
    assert booked[0] == pytest.approx(2 * (1 - 0.5 / 60))
    assert booked[23] == pytest.approx(2 * (1 - 23.5 / 60))
    assert booked[24] == pytest.approx(2 * (1 - 24.5 / 60) + 1 * (1 - 0.5 / 60))


def test_nothing_is_left_to_insure_after_the_life_of_a_server() -> None:
    booked = book_servers(OwnedPlan(a_server(), "own_site", (1,) * 7, 0), 84, LIKELY)
    assert booked[59] > 0
    assert not booked[60:].any()


def test_every_standing_server_is_taken_down_after_the_horizon() -> None:
    ledger = flat()
    charge_decommissioning(ledger, OwnedPlan(a_server(), "own_site", (2, 3, 3), 1), LIKELY)
    assert ledger.npv[0] == pytest.approx(3 * 1_500)
    assert ledger.cash[0, -1] == pytest.approx(3 * 1_500)
    assert not ledger.cash[0, :-1].any()


@pytest.mark.parametrize(
    ("place", "kw", "usd", "least"),
    [
        ("own_site", [10], 115, 0),
        ("colocation", [204], 225, 0),
        ("colocation", [205], 184.06, 250),  # from 250 x 184.06 / 225 kW on a whole lot is cheaper
        ("colocation", [900], 184.06, 250),
        ("colocation", [20, 20, 20, 240], 225, 0),  # a lot from the start is dearer
    ],
)
def test_space_costs_less_by_the_hall(
    place: OwnedPlace, kw: list[float], usd: float, least: float
) -> None:
    figure, lot = space_figure(place, np.array(kw), LIKELY)
    assert (figure.value, lot) == (usd, least)


@given(one=st.floats(1, 2_000), other=st.floats(1, 2_000))
def test_more_space_never_costs_less(one: float, other: float) -> None:
    def bill(kw: float) -> float:
        figure, least = space_figure("colocation", np.array([kw]), LIKELY)
        return figure.value * max(kw, least)

    low, high = sorted((one, other))
    assert bill(low) <= bill(high) * (1 + 1e-12)


@pytest.mark.parametrize(
    ("place", "site", "key"),
    [
        ("colocation", "own_datacentre", "pue.colocation"),
        ("own_site", "server_room", "pue.server_room"),
        ("own_site", "own_datacentre", "pue.own_datacentre"),
        ("own_site", "", "pue.own_datacentre"),
    ],
)
def test_the_place_decides_the_overhead_of_cooling(place: OwnedPlace, site: str, key: str) -> None:
    assert pue_figure(place, site, LIKELY).key == key


def test_a_country_without_a_tariff_has_the_range_of_all() -> None:
    assert tariff_figure(FACTS.countries["DE"], LIKELY) == FACTS.countries["DE"].electricity
    assert tariff_figure(FACTS.countries["JP"], LIKELY).key == "electricity.elsewhere"
    assert tariff_figure(None, LIKELY).key == "electricity.elsewhere"


@given(busy=st.floats(0, 1), more=st.floats(0, 1))
def test_idle_servers_draw_power_and_busy_ones_more(busy: float, more: float) -> None:
    plan = OwnedPlan(a_server(), "own_site", (1,), 0)
    pue = FACTS.figure("pue.own_datacentre")
    low, high = sorted((busy, more))
    kwh = [energy_kwh(plan, np.full((1, 12), b), pue, LIKELY).sum() for b in (0.0, low, high)]
    assert 0 < kwh[0] <= kwh[1] <= kwh[2]
    assert kwh[0] == pytest.approx(8_760 * 10.2 * 0.3 * 1.54)


def test_no_world_cools_for_less_than_nothing() -> None:
    plan = OwnedPlan(a_server(), "own_site", (1,), 0)
    low = replace(FACTS.figure("pue.hyperscale"), low=0.5)
    over = known(2_000)
    kwh = energy_kwh(plan, np.ones((2_000, 12)), low, over)
    assert (kwh >= 730 * 10.2 * (1 - 1e-9)).all()


@given(servers=st.integers(2, 60))
def test_owned_machines_are_used_between_none_and_the_cap(servers: int) -> None:
    plan = OwnedPlan(a_server(), "own_site", (servers,) * 3, 1)
    used = utilisation(plan, LARGE.fitting_fleet("H200"))
    cap = FACTS.figure("queue.utilisation_cap").value
    assert (used >= 0).all()
    assert (used <= cap * (servers - 1) / servers + 1e-9).all()


def test_more_servers_are_used_less() -> None:
    fleet = LARGE.likely.fitting_fleet("H200")
    used = [
        utilisation(OwnedPlan(a_server(), "own_site", (n,) * 3, 0), fleet).mean()
        for n in (2, 4, 8, 16, 32)
    ]
    assert all(few >= many - 1e-12 for few, many in pairwise(used))


def test_disks_are_bought_for_what_is_kept_at_the_end_of_each_year() -> None:
    stored = np.concatenate([np.full((1, 12), 7_000.0), np.full((1, 24), 14_000.0)], axis=1)
    ledger = flat()
    charge_disks(ledger, stored, LIKELY)
    figures = ("disk.hdd_usd_per_tb_raw", "disk.system_multiple", "disk.copies")
    per_tb = np.prod([LIKELY.value(key) for key in figures]) / LIKELY.value("disk.usable_share")
    upkeep = LIKELY.value("maintenance.share_per_year") / 12
    assert ledger.capex[0] == pytest.approx(14 * per_tb)
    assert ledger.cash[0, 0] == pytest.approx(7 * per_tb)
    assert ledger.cash[0, 1] == pytest.approx(7 * per_tb * upkeep)
    assert ledger.cash[0, 12] == pytest.approx(7 * per_tb * (1 + upkeep))
    assert ledger.cash[0, 36] == pytest.approx(14 * per_tb * upkeep)


def test_disks_are_not_given_back() -> None:
    stored = np.concatenate([np.full((1, 12), 7_000.0), np.zeros((1, 24))], axis=1)
    ledger = flat()
    charge_disks(ledger, stored, LIKELY)
    assert (ledger.cash >= 0).all()


# ---- stopping ----------------------------------------------------------------------------------


def test_stopping_half_way_wastes_what_the_time_did_not_use_up() -> None:
    plan = OwnedPlan(a_server(), "own_site", (2, 2, 3), 0)
    extras = 1 + 0.125 + 0.03 + 0.03
    # of the two bought at once: lost (1 - 0.45) by month 18, planned (1 - 0.275)/2; the third
    # was not bought yet
    wasted = 2 * PRICE * extras * ((1 - 0.525) - (1 - 0.275) / 2)
    assert stranded_usd(plan, 36, LIKELY, 18)[0] == pytest.approx(wasted)


@given(plan=plans, seed=st.integers(0, 99))
def test_stopping_never_pays_and_never_wastes_more_than_was_bought(
    plan: list[int], seed: int
) -> None:
    over = known(50, seed)
    owned = OwnedPlan(a_server(), "own_site", tuple(plan), 0)
    wasted = stranded_usd(owned, 12 * len(plan), over, 6 * len(plan))
    assert (wasted >= 0).all()
    assert (wasted <= plan[-1] * server_price(a_server(), over) * 2).all()
