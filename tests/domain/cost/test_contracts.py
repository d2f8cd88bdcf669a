"""Servers that are not bought: what they cost by hand, what is owed, and what stays one's own."""

from dataclasses import replace

import numpy as np
import pytest

from app.domain.assessment.candidates import candidate
from app.domain.cost.contracts import charge_servers, owed_usd
from app.domain.cost.ledger import Ledger, monthly_rate
from app.domain.cost.owned import OwnedPlan, server_price, stranded_usd, with_extras
from app.domain.cost.paying import LEASED, Payment, lease_usd_per_month
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
