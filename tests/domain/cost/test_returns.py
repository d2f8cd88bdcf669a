"""Rates of return, payback and the tail against textbooks and other ways to the same number."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.domain.cost.returns import by_month, dear_tail, internal_rate, payback_month


def rate(*advantage: float) -> float:
    found = internal_rate(np.array(advantage))
    assert found.value is not None, found.reason
    return found.value


# ---- payback -----------------------------------------------------------------------------------


@given(capex=st.floats(100, 1e6), saving=st.floats(1, 1e5), interest=st.floats(0.0001, 0.05))
def test_payback_is_the_closed_form_rounded_up_to_a_month(
    capex: float, saving: float, interest: float
) -> None:
    months = 60
    own = np.array([capex, *[0.0] * months, 0.0])
    other = np.array([0.0, *[saving] * months, 0.0])
    assume(abs(capex / saving - round(capex / saving)) > 1e-6)
    simple = math.ceil(capex / saving)
    assert payback_month(own, other, 0.0).value == (simple if simple <= months else None)
    # -ln(1 - i capex / s) / ln(1 + i), never where the savings do not pay the interest
    left = 1 - interest * capex / saving
    exact = -math.log(left) / math.log1p(interest) if left > 0 else math.inf
    assume(math.isinf(exact) or abs(exact - round(exact)) > 1e-6)
    found = payback_month(own, other, interest).value
    assert found == (math.ceil(exact) if exact <= months else None)


def test_payback_counts_whole_months_and_interest_delays_it() -> None:
    other = np.array([0.0, *[30.0] * 12, 0.0])
    own = np.array([100.0, *[0.0] * 12, -50.0])
    assert payback_month(own, other, 0.0).value == 4  # 4 x 30 >= 100
    # 30 a month at 10 % a month: 27.3, 52.1, 74.6, 95.1, 113.7
    assert payback_month(own, other, 0.1).value == 5
    assert payback_month(own, 0 * other, 0.0).value is None, "resale at the end does not count"


# ---- rate of return ----------------------------------------------------------------------------


def test_the_rate_of_a_loan_is_found_again() -> None:
    # 1,000 repaid in twelve payments at 1 % a month: the textbook's 88.849 each
    assert rate(-1_000, *[88.8487887] * 12) == pytest.approx(1.01**12 - 1, abs=1e-7)


@given(
    spent=st.floats(10, 1e6),
    saved=st.lists(st.floats(1, 1e5), min_size=2, max_size=24),
)
def test_the_rate_is_the_root_that_a_polynomial_solver_finds(
    spent: float, saved: list[float]
) -> None:
    found = internal_rate(np.array([-spent, *saved]))
    roots = np.roots([*reversed(saved), -spent])
    (real,) = (r.real for r in roots if abs(r.imag) < 1e-9 and r.real > 1e-9)
    monthly = 1 / real - 1
    if found.value is None:
        assert not -0.9 < monthly < 10.0
    else:
        assert (1 + found.value) ** (1 / 12) - 1 == pytest.approx(monthly, rel=1e-4, abs=1e-7)


def test_with_two_rates_there_is_none() -> None:
    # -100, 230, -132 is worth nothing at 10 % and at 20 %
    found = internal_rate(np.array([-100.0, 230.0, -132.0]))
    assert found.value is None
    assert "2 times" in found.reason


def test_a_rate_needs_money_spent_first_and_saved_later() -> None:
    assert internal_rate(np.array([-5.0, -1.0])).reason == "nothing is ever saved"
    assert internal_rate(np.array([5.0, 1.0])).reason == "nothing has to be spent first"
    assert internal_rate(np.zeros(3)).reason == "nothing has to be spent first"
    assert "saves first" in internal_rate(np.array([5.0, -6.0])).reason


def test_what_follows_the_horizon_falls_on_its_last_day() -> None:
    assert by_month(np.array([1.0, 2.0, 3.0, 4.0])).tolist() == [1.0, 2.0, 7.0]


# ---- the dear tail -----------------------------------------------------------------------------


def test_the_dear_tail_is_the_mean_of_the_dearest_twentieth() -> None:
    assert dear_tail(np.arange(1.0, 101.0)) == pytest.approx((96 + 97 + 98 + 99 + 100) / 5)
    assert dear_tail(np.array([7.0])) == 7.0


@given(st.lists(st.floats(0, 1e9), min_size=20, max_size=200))
def test_the_tail_is_no_cheaper_than_where_it_begins(totals: list[float]) -> None:
    assert dear_tail(np.array(totals)) >= np.percentile(totals, 95) - 1e-6 * max(totals)
