"""Servers that are not bought: what they cost by hand, what is owed, and what stays one's own."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.assessment.candidates import candidate
from app.domain.cost.contracts import charge_servers, metered, owed_usd
from app.domain.cost.ledger import Ledger, monthly_rate
from app.domain.cost.owned import (
    OwnedPlan,
    charge_upkeep,
    residual_share,
    server_price,
    stranded_usd,
    with_extras,
)
from app.domain.cost.paying import BOUGHT, LEASED, Payment, lease_usd_per_month
from app.domain.cost.plan import Costing, costing
from app.domain.cost.setting import Setting
from app.domain.options import OPTIONS
from app.domain.worlds import Range
from tests.domain.builders import LIKELY, a_large_document, a_server, a_setting

OPTION = {option.key: option for option in OPTIONS}
EXACT = LIKELY.assuming("inflation.per_year", Range(0.0, 0.0, 0.0))
QUOTED = Payment("by_use", Range(4.0, 4.0, 4.0), "H200")
PRICE, EXTRAS = (float(f[0]) for f in (server_price(a_server(), LIKELY), with_extras(LIKELY)))


def charged(plan: OwnedPlan, busy: float = 0.5, months: int = 36) -> Ledger:
    ledger = Ledger(months, monthly_rate(np.array([0.0])))
    charge_servers(ledger, plan, np.full((1, months), busy), EXACT)
    return ledger


def own(servers: tuple[int, ...], payment: Payment, there: int = 0) -> OwnedPlan:
    plan = OwnedPlan(a_server(), "own_site", servers, 0, payment=payment)
    return replace(plan, there=there, there_age_months=12.0)


def of_option(key: str, **answers: object) -> tuple[Setting, Costing]:
    setting = a_setting(a_large_document(**answers), worlds=200)
    plan = candidate(OPTION[key], setting).plan
    assert plan is not None
    return setting, costing(setting, plan)


# ---- leased ------------------------------------------------------------------------------------


def test_two_leased_servers_by_hand() -> None:
    # A lessor expects 15 % of the price, less than the 27.5 % that the market pays by then.
    each = lease_usd_per_month(np.array([PRICE * EXTRAS]), np.array([0.15 * PRICE]), 36, EXACT)
    ledger = charged(own((2, 2, 2), LEASED))
    assert list(ledger.lines) == ["lease"]
    assert ledger.undiscounted[0] == pytest.approx(2 * 36 * float(each[0]))
    assert ledger.capex[0] == 0.0


def test_servers_of_a_later_year_are_leased_for_what_is_left() -> None:
    ledger = charged(own((1, 1, 3), LEASED))
    first = lease_usd_per_month(np.array([PRICE * EXTRAS]), np.array([0.15 * PRICE]), 36, EXACT)
    later = lease_usd_per_month(np.array([PRICE * EXTRAS]), np.array([0.15 * PRICE]), 24, EXACT)
    in_time = 36 * float(first[0]) + 2 * 12 * float(later[0])
    assert ledger.cash[0, :-1].sum() == pytest.approx(in_time)
    assert ledger.cash[0, -1] == pytest.approx(2 * 12 * float(later[0]))  # owed when it ends


def test_servers_that_are_there_stay_ones_own() -> None:
    ledger = charged(own((1, 1, 2), LEASED, there=1))
    assert set(ledger.lines) == {"hardware", "lease"}
    alone = charged(own((1, 1, 1), LEASED, there=1))
    assert set(alone.lines) == {"hardware"}
    assert ledger.lines["hardware"].npv == pytest.approx(alone.lines["hardware"].npv)


@given(rate=st.floats(0.001, 0.2), months=st.integers(24, 60), servers=st.integers(1, 9))
def test_a_lease_at_ones_own_rate_with_the_market_s_resale_is_worth_the_purchase(
    rate: float, months: int, servers: int
) -> None:
    resale = float(residual_share(months, LIKELY)[0])
    known = EXACT.assuming("lease.rate_per_year", Range(rate, rate, rate))
    known = known.assuming("lease.returned_share", Range(resale, resale, resale))
    plan = own((servers,) * -(-months // 12), LEASED)
    bought, leased = (Ledger(months, monthly_rate(np.array([rate]))) for _ in range(2))
    busy = np.full((1, months), 0.5)
    charge_servers(leased, plan, busy, known)
    charge_servers(bought, replace(plan, payment=BOUGHT), busy, known)
    assert leased.npv[0] == pytest.approx(bought.npv[0], rel=1e-9)


@given(dearer=st.floats(0.0, 2.0), payment=st.sampled_from([BOUGHT, LEASED]))
def test_a_dearer_server_never_costs_less_however_it_is_paid(
    dearer: float, payment: Payment
) -> None:
    plan = own((1, 2, 2), payment)
    price = plan.server.price_usd
    more = replace(price, **{f: getattr(price, f) * (1 + dearer) for f in ("value", "low", "high")})
    other = replace(plan, server=replace(plan.server, price_usd=more))
    assert charged(other).npv[0] >= charged(plan).npv[0]


def test_what_a_lease_runs_beyond_the_plan_is_due_in_the_money_of_its_end() -> None:
    # 24 months of which 12 are left when the plan ends: 12 payments, at 5 % of inflation since.
    known = LIKELY.assuming("inflation.per_year", Range(0.05, 0.05, 0.05))
    ledger = Ledger(12, monthly_rate(np.array([0.0])))
    charge_servers(ledger, own((1,), LEASED), np.full((1, 12), 0.5), known)
    each = lease_usd_per_month(np.array([PRICE * EXTRAS]), np.array([0.15 * PRICE]), 24, known)
    assert ledger.cash[0, -1] == pytest.approx(12 * float(each[0]) / 1.05)
    # The same contract stopped after six months owes 18 payments in the money of that day.
    owed = owed_usd(own((1,), LEASED), 12, known, 6.0)
    assert owed[0] == pytest.approx(18 * float(each[0]) / 1.05**0.5)


# ---- by use ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("busy", "paid"), [(0.2, 0.8), (0.8, 0.8), (0.95, 0.95)])
def test_use_is_paid_by_the_hour_and_the_least_share_always(busy: float, paid: float) -> None:
    ledger = charged(own((2, 2, 2), QUOTED), busy)
    assert list(ledger.lines) == ["by_use"]
    assert ledger.undiscounted[0] == pytest.approx(4.0 * 730 * 36 * 16 * paid)


def test_ones_own_servers_work_before_those_that_are_paid_by_use() -> None:
    # 1.9 of 2 servers are busy: one is one's own, so 0.9 of the other.
    ledger = charged(own((2, 2, 2), QUOTED, there=1), 0.95)
    assert ledger.lines["by_use"].undiscounted[0] == pytest.approx(4.0 * 730 * 36 * 8 * 0.9)


def test_a_vendor_looks_after_its_own_servers_and_not_after_those_that_are_there() -> None:
    def upkeep(plan: OwnedPlan) -> Ledger:
        ledger = Ledger(36, monthly_rate(np.array([0.0])))
        charge_upkeep(ledger, plan, np.full((1, 36), 0.5), "own_datacentre", None, LIKELY)
        return ledger

    assert set(upkeep(own((3, 3, 3), QUOTED)).lines) == {"facility", "energy"}
    mixed, alone = upkeep(own((3, 3, 3), QUOTED, there=2)), upkeep(own((2, 2, 2), BOUGHT, there=2))
    # 12 % of the price a year for three years for the two that are there.
    assert mixed.lines["maintenance"].npv[0] == pytest.approx(2 * 0.12 * PRICE * 3)
    for key in ("maintenance", "insurance"):
        assert mixed.lines[key].npv == pytest.approx(alone.lines[key].npv)
        products = mixed.lines[key].products
        assert sum(p.usd for p in products) == pytest.approx(float(mixed.lines[key].npv[0]))


def test_an_hour_is_metered_from_what_is_paid_for_in_any_case() -> None:
    assert metered(own((2, 2, 2), LEASED), 36, EXACT) == (0.0, 1.0)
    assert metered(own((2, 2, 2), QUOTED), 36, EXACT) == pytest.approx((8 * 4.0, 0.8))
    # one of two is there already and works first: 1 + 0.8 of 2
    assert metered(own((2, 2, 2), QUOTED, there=1), 36, EXACT) == pytest.approx((8 * 4.0, 0.9))
    # one of three is spare: 0.8 of three are paid for, which is 1.2 of the two that work
    spared = replace(own((3, 3, 3), QUOTED), spares=1)
    assert metered(spared, 36, EXACT) == pytest.approx((8 * 4.0, 1.0))


def test_a_plan_shorter_than_the_contract_owes_the_least_sum() -> None:
    ledger = charged(own((1,), QUOTED), 1.0, months=12)
    assert ledger.cash[0, -1] == pytest.approx(4.0 * 730 * 8 * 0.8 * 12)


# ---- stopping, and the whole option ------------------------------------------------------------


def test_what_is_owed_after_stopping() -> None:
    leased, used = own((1, 1, 1), LEASED), own((1, 1, 1), QUOTED)
    each = lease_usd_per_month(np.array([PRICE * EXTRAS]), np.array([0.15 * PRICE]), 36, EXACT)
    assert owed_usd(leased, 36, EXACT, 18.0)[0] == pytest.approx(18 * float(each[0]))
    assert owed_usd(used, 36, EXACT, 30.0)[0] == pytest.approx(6 * 730 * 8 * 0.8 * 4.0)
    assert owed_usd(leased, 36, EXACT, 36.0)[0] == 0.0
    bought = replace(leased, payment=Payment("bought"))
    assert owed_usd(bought, 36, EXACT, 18.0) == pytest.approx(stranded_usd(bought, 36, EXACT, 18.0))


@pytest.mark.parametrize("way", ["leased", "by_use"])
def test_without_a_purchase_nothing_is_invested_and_the_rest_stays(way: str) -> None:
    quote = {"usd_per_gpu_hour": 4.0, "accelerator": "H200"}
    setting, paid = of_option("own_site", own_payment={"way": way, **quote})
    _, bought = of_option("own_site")
    assert (paid.ledger.capex == 0.0).all()
    assert (bought.ledger.capex > 0.0).all()
    gone = {"leased": {"hardware"}, "by_use": {"hardware", "maintenance", "insurance"}}[way]
    come = {"leased": "lease", "by_use": "by_use"}[way]
    assert set(paid.ledger.lines) ^ set(bought.ledger.lines) == gone | {come}
    for line in costing(setting.likely, paid.plan).ledger.lines.values():
        summed = sum(product.usd for product in line.products)
        assert summed == pytest.approx(float(line.npv[0]), rel=1e-6, abs=0.01), line.key


def test_only_what_was_quoted_can_be_paid_by_use() -> None:
    quote = {"way": "by_use", "usd_per_gpu_hour": 4.0, "accelerator": "B200"}
    _, found = of_option("own_site", own_payment=quote)
    assert found.plan.owned is not None
    assert found.plan.owned.server.accelerator == "B200"


def test_a_higher_quote_never_costs_less_in_any_world() -> None:
    setting, found = of_option(
        "own_site",
        own_payment={"way": "by_use", "usd_per_gpu_hour": 4.0, "accelerator": "H200"},
    )
    owned = found.plan.owned
    assert owned is not None
    dearer = replace(owned, payment=Payment("by_use", Range(5.0, 5.0, 5.0), "H200"))
    more = costing(setting, replace(found.plan, owned=dearer))
    assert (more.ledger.npv > found.ledger.npv).all()
