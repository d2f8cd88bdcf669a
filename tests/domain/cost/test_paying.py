"""Leases: equal payments that are worth the price at the lessor's rate, fixed while prices rise."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.cost.ledger import Ledger, monthly_rate
from app.domain.cost.paying import (
    BOUGHT,
    LEASED,
    Payment,
    charge_lease,
    contract_months,
    lease_usd_per_month,
    payment,
    what_fixed_sums_are_worth,
)
from app.domain.known import Known
from app.domain.questionnaire.reading import read_answers
from app.domain.worlds import Range
from tests.domain.builders import LIKELY, QUESTIONS, a_document

rates = st.floats(0.01, 0.3)
months = st.integers(12, 60)
QUOTE = {"usd_per_gpu_hour": 4.1, "accelerator": "H200"}


def at(rate: float, inflation: float = 0.0) -> Known:
    known = LIKELY.assuming("lease.rate_per_year", Range(rate, rate, rate))
    return known.assuming("inflation.per_year", Range(inflation, inflation, inflation))


def one(usd: float) -> np.ndarray:
    return np.array([usd])


def test_a_payment_by_hand() -> None:
    # 1 % a month for 3 months: 0.01 / (1 - 1.01^-3) = 0.3400221; of 200,000 less
    # 50,000 x 1.01^-3 = 48,529.51 that comes back.
    paid = lease_usd_per_month(one(200_000), one(50_000), 3, at(1.01**12 - 1))
    assert paid[0] == pytest.approx((200_000 - 48_529.51) * 0.3400221, rel=1e-6)


@given(rate=rates, n=months, returned=st.floats(0, 0.9))
def test_what_a_lessor_is_paid_is_worth_the_price_at_its_rate(
    rate: float, n: int, returned: float
) -> None:
    paid = float(lease_usd_per_month(one(1_000.0), one(1_000.0 * returned), n, at(rate))[0])
    i = (1 + rate) ** (1 / 12) - 1
    worth = sum(paid * (1 + i) ** -t for t in range(1, n + 1)) + 1_000 * returned * (1 + i) ** -n
    assert worth == pytest.approx(1_000.0)


@given(real=st.floats(0.0, 0.15), inflation=st.floats(0.005, 0.05), n=st.integers(24, 60))
def test_at_ones_own_rate_of_interest_a_lease_is_worth_the_purchase(
    real: float, inflation: float, n: int
) -> None:
    """1 + nominal = (1 + real)(1 + inflation): moving money in time then costs nothing."""
    known = at((1 + real) * (1 + inflation) - 1, inflation)
    ledger = Ledger(n, monthly_rate(np.array([real])))
    charge_lease(ledger, "lease", "a server", 0, one(100_000.0), one(0.0), known)
    assert ledger.npv[0] == pytest.approx(100_000.0)
    assert ledger.capex[0] == 0.0


@given(lower=rates, more=st.floats(0.001, 0.2), n=months)
def test_a_dearer_rate_is_never_cheaper(lower: float, more: float, n: int) -> None:
    cheap, dear = (
        lease_usd_per_month(one(1e5), one(1e4), n, at(rate))[0] for rate in (lower, lower + more)
    )
    assert dear > cheap


def test_a_fixed_sum_loses_what_prices_gain() -> None:
    worth = what_fixed_sums_are_worth(24, at(0.1, 0.05))
    assert worth[0, 11] == pytest.approx(1 / 1.05)
    assert worth[0, 23] == pytest.approx(1 / 1.05**2)
    assert what_fixed_sums_are_worth(24, at(0.1))[0].tolist() == [1.0] * 24


def test_a_short_plan_owes_the_rest_of_the_shortest_contract() -> None:
    known = at(0.1)
    assert contract_months(36, known) == 36
    assert contract_months(8, known) == 24
    ledger = Ledger(12, monthly_rate(np.array([0.0])))
    line = charge_lease(ledger, "lease", "a server", 4, one(9_000.0), one(0.0), known)
    each = float(lease_usd_per_month(one(9_000.0), one(0.0), 24, known)[0])
    assert ledger.cash[0, 4] == 0.0  # the first payment is at the end of its month
    assert ledger.cash[0, 5:13] == pytest.approx([each] * 8)
    assert ledger.cash[0, 13] == pytest.approx(16 * each)
    assert sum(product.usd for product in line.products) == pytest.approx(float(line.npv[0]))


@pytest.mark.parametrize(
    ("answered", "expected"),
    [
        ({}, BOUGHT),
        ({"way": "bought"}, BOUGHT),
        ({"way": "leased"}, LEASED),
        ({"way": "by_use"}, BOUGHT),
        ({"way": "by_use", "usd_per_gpu_hour": 4.1}, BOUGHT),
        ({"way": "leased", **QUOTE}, LEASED),
        ({"way": "by_use", **QUOTE}, Payment("by_use", Range(4.1, 4.1, 4.1), "H200")),
    ],
)
def test_a_way_to_pay_is_what_was_answered_and_no_price_is_made_up(
    answered: dict[str, object], expected: Payment
) -> None:
    document = a_document(None, **({"own_payment": answered} if answered else {}))
    found = payment(read_answers(document, QUESTIONS))
    assert (found.way, found.accelerator) == (expected.way, expected.accelerator)
    assert (found.usd_per_hour is None) == (expected.usd_per_hour is None)
    if found.usd_per_hour is not None:
        assert found.usd_per_hour.likely == 4.1
