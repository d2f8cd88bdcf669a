"""A hybrid that wins and one that loses, by hand; and what holds of every one without its price.

One kind of server, one offer of the same accelerator, no growth, no discount. Whatever is the
same for all or small is taken out of the facts, so that a reader can add up what is left.
"""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from app.domain.cost.load_duration import units_to_own
from app.domain.cost.plan import (
    Plan,
    cheapest_plan,
    costing,
    hybrid_plans,
    owned_plans,
    reserved_plan,
    worth_reserving,
)
from app.domain.cost.setting import Setting
from app.domain.facts import Facts, Figure
from app.domain.worlds import likely_world
from tests.domain.builders import (
    FACTS,
    a_large_document,
    a_reservation,
    a_server,
    an_offer,
    answers_of,
)

LEFT_OUT = (
    "maintenance.share_per_year",
    "insurance.share_per_year",
    "own_space.usd_per_kw_month",
    "electricity.elsewhere",
    "decommission.usd_per_server",
    "support.unpublished_share",
    "staff.infrastructure_minimum_fte",
    "oncall.usd_per_week",
    "migration.self_hosted_weeks",
    "migration.second_platform_weeks",
    "exit.supplier_weeks",
    "second_platform.duplicated_share",
    "lead.owned_weeks",
    "lead.specialist_weeks",
)
K_HYBRID = ("second_platform.fte", "second_platform.link_usd_per_month")
OFFER = an_offer("coreweave", "HGX H200")
HOURS = 36 * 730


def fixed(figure: Figure, value: float) -> Figure:
    return replace(figure, value=value, low=value, high=value)


def plain_facts(*also_left_out: str) -> Facts:
    figures = dict(FACTS.figures)
    for key in (*LEFT_OUT, *also_left_out):
        figures[key] = fixed(figures[key], 0.0)
    figures["staff.gpus_per_fte"] = fixed(figures["staff.gpus_per_fte"], 1e12)
    return replace(FACTS, figures=figures, servers=(a_server("8xh200"),), offers=(OFFER,))


def project(images_a_day: float, facts: Facts, peak: float = 4.0) -> Setting:
    """Images that somebody waits for, in spikes; nothing is kept and nothing leaves."""
    document = a_large_document(
        growth_per_year=0.0,
        discount_rate=0.0,
        horizon_months=36,
        traffic={"shape": "spiky", "peak_to_average": peak},
        data_location={"scope": "anywhere"},
        egress_tb_per_month=0,
    )
    document["answers"]["modalities"]["image"] |= {
        "volume_per_day": images_a_day,
        "retention_days": 0,
        "latency": {"p95_ms": 5_000},
    }
    return Setting(answers_of(document), facts, likely_world())


def usd(setting: Setting, plan: Plan | None) -> float:
    assert plan is not None
    return float(costing(setting, plan).ledger.ranked_npv[0])


def all_cloud(setting: Setting) -> float:
    return usd(setting, Plan(OFFER, None))


def all_own(setting: Setting) -> float:
    (plan,) = owned_plans(setting, "own_site", OFFER)
    return usd(setting, plan)


def hybrid(setting: Setting) -> Plan:
    plan = cheapest_plan(setting, hybrid_plans(setting, "own_site", OFFER, lambda _key: ()))
    assert plan is not None
    return plan


# ---- by hand -------------------------------------------------------------------------------------

# A server costs 277,897.75 x 1.2 = 333,477.30 today, network, installation and spare parts add
# 18.5 %, and after three years 27.5 % of its price comes back:
SERVER = 277_897.75 * 1.2 * (1 + 0.185 - 0.275)  # 303,464.34
# Half an engineer for the platform, whoever owns the machines: 0.5 x 225,000 x 3 years.
PLATFORM = 0.5 * 225_000 * 3  # 337,500
# The second platform: one engineer, and a link of 10 Gbit/s at 1,642.50 a month.
SECOND = 1.0 * 225_000 * 3 + 36 * 1_642.5  # 734,130
PRICE = 6.305  # an hour of one H200 at the list price, 2026-09-20


def mean_above(capacity: float) -> float:
    """Mean load above `capacity`, both over the mean load, of spikes of four times the mean.

    load(q) = 0.05 + 3.95 q^k over the share q of the hours; its mean is 1 for k = 3.95/0.95 - 1.
    load(q0) = capacity; integral of load - capacity from q0 to 1.
    """
    k, q0 = 3.95 / 0.95 - 1, 1.0 - share_above(capacity)
    return float((0.05 - capacity) * (1 - q0) + 3.95 / (k + 1) * (1 - q0 ** (k + 1)))


def share_above(capacity: float) -> float:
    """Share of the hours in which the load is above `capacity`, over the mean load."""
    k = 3.95 / 0.95 - 1
    return float(1.0 - ((capacity - 0.05) / 3.95) ** (1 / k))


def test_a_hybrid_wins_where_a_large_load_has_a_base_and_spikes() -> None:
    setting = project(60_000_000, plain_facts())
    load = float(setting.fitting_fleet("H200").realtime_load[0])
    assert load == pytest.approx(40.3526, rel=1e-5)

    # Cloud: an autoscaler bills 1/0.7 of the busy hours. 40.3526 / 0.7 = 57.647 on average,
    # more than the two kept ready, and than 40.3526 / 0.85 + 4 for whole machines of eight.
    # 57.647 x 26,280 h x 6.305 = 9,551,770, and the platform's people.
    cloud = load / 0.7 * HOURS * PRICE + PLATFORM
    assert cloud == pytest.approx(9_889_270, rel=1e-6)
    assert all_cloud(setting) == pytest.approx(cloud, rel=1e-6)

    # Own: 185 accelerators at the busiest 1 % of hours are 24 servers, and one spare.
    # 25 x 303,464.34 = 7,586,609. Nothing above them is rented.
    (whole,) = owned_plans(setting, "own_site", OFFER)
    assert whole.owned is not None
    assert whole.owned.servers_by_year == (25, 25, 25)
    own = 25 * SERVER + PLATFORM
    assert own == pytest.approx(7_924_109, rel=1e-6)
    assert all_own(setting) == pytest.approx(own, rel=1e-6)

    # Hybrid: a server carries 8 x 0.85 = 6.8 accelerators' worth of load. The 12th saves
    # (mean above 11 - mean above 12) x 40.3526 / 0.7 x 26,280 x 6.305 = 321,000 of rent, more
    # than the 303,464 that it costs; the 13th saves 284,000, less.
    def saved_by(server: int) -> float:
        below, above = (mean_above(6.8 * n / load) for n in (server - 1, server))
        return (below - above) * load / 0.7 * HOURS * PRICE

    assert saved_by(12) > SERVER > saved_by(13)
    plan = hybrid(setting)
    assert plan.owned is not None
    assert plan.owned.servers_by_year == (13, 13, 13), "twelve and the spare"
    # 13 x 303,464.34 = 3,945,036; above 12 x 6.8 = 81.6 accelerators the mean load is 7.26,
    # 7.26 / 0.7 x 26,280 x 6.305 = 1,718,761; people and the second platform.
    total = 13 * SERVER + mean_above(81.6 / load) * load / 0.7 * HOURS * PRICE + PLATFORM + SECOND
    assert total == pytest.approx(6_735_427, rel=1e-6)
    assert usd(setting, plan) == pytest.approx(total, rel=1e-6)
    assert total < min(cloud, own), "by 1.19 million"


def test_a_hybrid_loses_where_the_load_is_too_small_to_carry_two_platforms() -> None:
    setting = project(3_000_000, plain_facts())
    load = float(setting.fitting_fleet("H200").realtime_load[0])
    assert load == pytest.approx(2.01763, rel=1e-5)

    # Cloud: one machine of eight stands ready at all times, more than 2.0176 / 0.7 = 2.88 and
    # than 2.0176 / 0.85 + 4 = 6.37: 8 x 26,280 x 6.305 = 1,325,563.
    cloud = 8 * HOURS * PRICE + PLATFORM
    assert all_cloud(setting) == pytest.approx(cloud, rel=1e-6)
    # Own: ten accelerators at the peak are two servers, and one spare: 3 x 303,464.34 = 910,393.
    own = 3 * SERVER + PLATFORM
    assert all_own(setting) == pytest.approx(own, rel=1e-6)
    # Hybrid: one server and the spare, 606,929; above 6.8 the mean load is 0.0333, and for 0.0535
    # of the hours there is any. Machines of eight are billed whole: 0.0333 / 0.85 + 4 x 0.0535 =
    # 0.2532, more than 0.0333 / 0.7 = 0.0476: x 26,280 x 6.305 = 41,960. A server less saves
    # 261,505; a second platform takes 734,130.
    above, often = mean_above(6.8 / load) * load, share_above(6.8 / load)
    assert (above, often) == pytest.approx((0.0333, 0.0535), abs=5e-5)
    rented = (above / 0.85 + 4 * often) * HOURS * PRICE
    assert rented == pytest.approx(41_960, rel=1e-4)
    total = 2 * SERVER + rented + PLATFORM + SECOND
    assert usd(setting, hybrid(setting)) == pytest.approx(total, rel=1e-6)
    assert total > max(cloud, own), "dearer than either"


def test_a_commitment_reserves_the_base_and_rents_the_spikes() -> None:
    setting = project(60_000_000, plain_facts())
    load = float(setting.fitting_fleet("H200").realtime_load[0])
    # Reserved around the clock at 4.00, eight cost 8 x 26,280 x 4.00 = 840,960 in three years. The
    # third eight save 849,771 of rent on demand, the fourth 753,320: 24 are reserved. On demand
    # all costs 9,889,270; all that is planned, 192, would be 20.5 million.
    paid = a_reservation(4.0, 3)
    eight = 8 * HOURS * 4.0

    def saved_by(lot: int) -> float:
        below, above = (mean_above(6.8 * n / load) for n in (lot - 1, lot))
        return (below - above) * load / 0.7 * HOURS * PRICE

    assert saved_by(3) > eight > saved_by(4)
    assert worth_reserving(setting, OFFER, paid) == (24, 24, 24)
    plan = reserved_plan(setting, (OFFER,), lambda _offer: paid)
    assert plan is not None
    above = mean_above(20.4 / load) * load
    total = 3 * eight + above / 0.7 * HOURS * PRICE + PLATFORM
    assert total == pytest.approx(9_250_881, rel=1e-6)
    assert usd(setting, plan) == pytest.approx(total, rel=1e-6)
    assert total < min(all_cloud(setting), usd(setting, Plan(OFFER, None, paid)))


# ---- without the price of a second platform ------------------------------------------------------

FREE = plain_facts(*K_HYBRID)


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    images=st.floats(2e6, 3e8),
    peak=st.floats(1.3, 12.0),
    price=st.floats(1.0, 12.0),
)
def test_without_its_price_a_hybrid_costs_no_more_than_either_parent(
    images: float, peak: float, price: float
) -> None:
    """hybrid <= min(all own, all cloud) where K = 0, on the engine's own plans and ledgers.

    A base of one server is the smallest there is: where even that does not pay for itself and for
    the spare that it brings, all cloud is the optimum, and no hybrid.
    """
    offer = replace(OFFER, usd_per_hour=price)
    setting = project(images, replace(FREE, offers=(offer,)), peak)
    plans = hybrid_plans(setting, "own_site", offer, lambda _key: ())
    found = cheapest_plan(setting, plans)
    (whole,) = owned_plans(setting, "own_site", offer)
    best = usd(setting, found)
    assert best <= usd(setting, whole) * (1 + 1e-9)
    assume(_first_server_pays(setting, price))
    assert best <= usd(setting, Plan(offer, None)) * (1 + 1e-9)


def _first_server_pays(setting: Setting, price: float) -> bool:
    """Whether the first server saves more rent than it and its spare cost."""
    fleet = setting.fitting_fleet("H200")
    whole, above = (
        float(fleet.overflow(setting.workload.growth[0] * 6.8 * n).sum()) for n in (0, 1)
    )
    return (whole - above) / 0.7 * 730 * price > 2 * SERVER


def test_the_search_of_the_engine_is_the_load_duration_rule() -> None:
    """The rule on the levels of the closed curve, and the engine's cheapest plan, agree."""
    for images in (20e6, 60e6, 150e6):
        setting = project(images, FREE)
        load = float(setting.fitting_fleet("H200").realtime_load[0])
        ends = [mean_above(min(6.8 * n / load, 4.0)) for n in range(1, 60)]
        hours = -np.diff([1.0, *ends]) * load / 0.7 * HOURS
        by_rule = units_to_own(hours, SERVER, PRICE)
        plan = hybrid(setting)
        assert plan.owned is not None
        assert plan.owned.servers_by_year[-1] - plan.owned.spares == by_rule
