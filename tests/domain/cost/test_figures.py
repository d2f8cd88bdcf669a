"""Decision figures against textbooks, a worked example and other ways to the same number."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.cost.figures import (
    annuity,
    breakeven_hours,
    breakeven_utilisation,
    by_month,
    dear_tail,
    discounted_payback,
    equivalent_annual_cost,
    internal_rate,
    payback_month,
    simple_payback,
)

# One server of eight H200 in colocation, five years at 8 %: our worked example of November 2026.
FIXED = 192_000.0
VARIABLE = 0.86


def rate(*advantage: float) -> float:
    found = internal_rate(np.array(advantage))
    assert found.value is not None, found.reason
    return found.value


# ---- the worked example ------------------------------------------------------------------------


def test_the_fixed_cost_of_the_worked_example() -> None:
    capital = equivalent_annual_cost(278_000 + 35_000, 0.12 * 278_000, 0.08, 5)
    people, upkeep, space = 0.25 * 225_000, 0.12 * 278_000, 10.2 * 184 * 12
    idle = 8_760 * 0.3 * 10.2 * 1.3 * 0.0929
    insurance = 0.005 * 313_000
    fixed = capital + people + upkeep + space + idle + insurance
    assert fixed == pytest.approx(FIXED, rel=0.02)
    assert pytest.approx(VARIABLE, abs=0.005) == 0.7 * 10.2 * 1.3 * 0.0929


@pytest.mark.parametrize(
    ("usd_per_hour", "use", "hours"),
    [
        (84.8, 0.26, 6.3),
        (63.3, 0.35, 8.4),
        (36.7, 0.61, 14.7),
        (34.3, 0.66, 15.7),
        (28, 0.81, 19.4),
    ],
)
def test_the_break_even_use_of_the_worked_example(
    usd_per_hour: float, use: float, hours: float
) -> None:
    found = breakeven_utilisation(FIXED, VARIABLE, usd_per_hour).value
    assert found == pytest.approx(use, abs=0.005)
    assert 24 * (found or 0) == pytest.approx(hours, abs=0.05)


@pytest.mark.parametrize(("use", "usd"), [(1, 2.85), (0.5, 5.59), (0.25, 11.07)])
def test_an_own_hour_costs_what_the_worked_example_says(use: float, usd: float) -> None:
    assert (FIXED / (8_760 * use) + VARIABLE) / 8 == pytest.approx(usd, abs=0.01)


def test_owning_never_wins_where_renting_is_cheaper_than_power_or_the_year_too_short() -> None:
    assert breakeven_utilisation(FIXED, VARIABLE, 0.86).value is None
    assert "electricity" in breakeven_utilisation(FIXED, VARIABLE, 0.5).reason
    assert "hours" in breakeven_utilisation(FIXED, VARIABLE, 20.0).reason


@given(one=st.floats(25, 500), more=st.floats(0.01, 500))
def test_a_dearer_rent_needs_less_use(one: float, more: float) -> None:
    low = breakeven_utilisation(FIXED, VARIABLE, one).value
    high = breakeven_utilisation(FIXED, VARIABLE, one + more).value
    assert low is not None
    assert high is not None
    assert high < low


def test_hours_to_pay_in_published_form() -> None:
    # LP2368, configuration A against 98.32 USD an hour on demand
    found = breakeven_hours(250_141.80, 98.32, 0.87 + 3.42)
    assert found.value == pytest.approx(250_141.80 / (98.32 - 4.29))
    assert breakeven_hours(1.0, 2.0, 2.0).value is None


# ---- annuity and payback -----------------------------------------------------------------------


@given(interest=st.floats(0.001, 0.5), years=st.integers(1, 30))
def test_an_annuity_is_the_sum_of_its_payments(interest: float, years: int) -> None:
    summed = sum(1 / (1 + interest) ** year for year in range(1, years + 1))
    assert annuity(interest, years) == pytest.approx(summed)
    assert annuity(0, years) == years


@given(capex=st.floats(1, 1e6), months=st.integers(1, 60), interest=st.floats(0.0001, 0.05))
def test_discounted_payback_is_when_the_discounted_savings_reach_the_price(
    capex: float, months: int, interest: float
) -> None:
    saving = capex / sum((1 + interest) ** -m for m in range(1, months + 1))
    assert discounted_payback(capex, saving, interest).value == pytest.approx(months, rel=1e-6)
    simple = simple_payback(capex, saving).value
    assert simple is not None
    assert simple <= months + 1e-6


def test_no_payback_without_savings_or_below_the_interest() -> None:
    assert simple_payback(100, 0).value is None
    assert discounted_payback(100, 1, 0.01).value is None
    assert discounted_payback(100, 10, 0).value == 10


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
