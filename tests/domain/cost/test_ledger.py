"""Net present value against closed forms; missing is never nothing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from app.domain.cost.ledger import LINES, Ledger, Term, monthly_rate
from app.domain.worlds import Array
from tests.domain.builders import FACTS

rates = st.floats(0, 0.5)


def a_ledger(yearly: float = 0.08, months: int = 36, worlds: int = 1) -> Ledger:
    return Ledger(months, monthly_rate(np.full(worlds, yearly)))


@given(yearly=rates)
def test_twelve_months_compound_to_the_year(yearly: float) -> None:
    assert (1 + monthly_rate(np.array([yearly]))[0]) ** 12 == pytest.approx(1 + yearly)


@given(yearly=st.floats(1e-4, 0.5), months=st.integers(1, 60), usd=st.floats(0, 1e7))
def test_an_even_payment_is_an_annuity(yearly: float, months: int, usd: float) -> None:
    ledger = a_ledger(yearly, months)
    ledger.monthly("cloud_compute", np.array([[usd]]))
    i = (1 + yearly) ** (1 / 12) - 1
    assert ledger.npv[0] == pytest.approx(usd * (1 - (1 + i) ** -months) / i)


@given(usd=arrays(np.float64, (3, 24), elements=st.floats(0, 1e6)), yearly=rates)
def test_the_value_is_the_polynomial_of_its_payments(usd: Array, yearly: float) -> None:
    ledger = a_ledger(yearly, 24, worlds=3)
    ledger.monthly("cloud_compute", usd)
    ledger.once("hardware", 0, np.array([9.0, 8.0, 7.0]))
    ledger.at_end("hardware", np.array([-1.0, -2.0, -3.0]))
    discount = 1 / (1 + monthly_rate(np.array([yearly]))[0])
    flows = np.concatenate([np.array([[9.0], [8.0], [7.0]]), usd], axis=1)
    after = np.array([[-1.0], [-2.0], [-3.0]])
    np.testing.assert_allclose(ledger.cash, np.concatenate([flows, after], axis=1))
    flows[:, -1:] += after
    expected = [np.polynomial.polynomial.polyval(discount, row) for row in flows]
    assert ledger.npv == pytest.approx(np.array(expected), rel=1e-9, abs=1e-6)


@given(usd=arrays(np.float64, (1, 12), elements=st.floats(-1e6, 1e6)), once=st.floats(-1e6, 1e6))
def test_without_discount_the_value_is_the_plain_sum(usd: Array, once: float) -> None:
    ledger = a_ledger(0.0, 12)
    ledger.monthly("energy", usd)
    ledger.once("hardware", 6, np.array([once]))
    assert ledger.npv == pytest.approx(ledger.undiscounted, abs=1e-6)
    assert ledger.undiscounted[0] == pytest.approx(usd.sum() + once, abs=1e-6)


@given(low=rates, high=rates, usd=st.floats(1, 1e6))
def test_a_higher_rate_makes_later_payments_worth_less(low: float, high: float, usd: float) -> None:
    values = []
    for yearly in sorted((low, high)):
        ledger = a_ledger(yearly)
        ledger.monthly("staff", np.array([[usd]]))
        values.append(ledger.npv[0])
    assert values[1] <= values[0] * (1 + 1e-12)


def test_lines_payments_and_sums_agree() -> None:
    ledger = a_ledger(worlds=2)
    ledger.once("hardware", 0, np.array([100.0, 200.0]))
    ledger.monthly("energy", np.array([[1.0], [2.0]]))
    ledger.monthly("energy", np.array([[0.5], [0.5]]))
    assert ledger.cash.sum(axis=1) == pytest.approx(ledger.undiscounted)
    assert ledger.ranked_running.sum(axis=1) == pytest.approx([54.0, 90.0])
    np.testing.assert_allclose(ledger.ranked_cash, ledger.cash)
    assert ledger.npv == pytest.approx(sum(line.npv for line in ledger.lines.values()))
    assert ledger.lines["energy"].undiscounted == pytest.approx([54.0, 90.0])


def test_a_missing_price_is_never_nothing_in_the_ranking() -> None:
    ledger = a_ledger(0.0)
    ledger.monthly("staff", np.array([[10.0]]))
    ledger.missing("egress", np.full((1, 36), 5.0))
    assert not ledger.is_complete
    assert ledger.npv[0] == 360, "what is not priced is not shown as a price"
    assert ledger.ranked_npv[0] == 540
    assert ledger.cash.sum() == 360
    assert ledger.ranked_cash.sum() == ledger.ranked_running.sum() == 540
    assert ledger.lines["egress"].missing


def test_a_complete_ledger_ranks_as_it_is_shown() -> None:
    ledger = a_ledger()
    ledger.monthly("staff", np.array([[10.0]]))
    assert ledger.is_complete
    assert ledger.ranked_npv == pytest.approx(ledger.npv)


def test_an_empty_ledger_is_nothing() -> None:
    assert a_ledger(worlds=3).npv.tolist() == [0, 0, 0]


def test_a_term_of_a_figure_keeps_its_source() -> None:
    figure = FACTS.figure("pue.colocation")
    assert Term.of(figure) == Term(figure.label, figure.value, figure.unit, figure.source)


def test_every_line_has_a_title_and_a_group() -> None:
    assert all(title and group for title, group in LINES.values())


@given(inflation=st.floats(0.0, 0.2), real=st.floats(0.0, 0.3))
def test_nominal_payments_at_a_nominal_rate_are_worth_what_real_ones_are(
    inflation: float, real: float
) -> None:
    """Payments that rise with prices, discounted with them: the same net present value."""
    nominal_rate = (1 + real) * (1 + inflation) - 1
    ends = np.arange(1, 37) / 12
    in_real, in_nominal = a_ledger(real), a_ledger(nominal_rate)
    in_real.monthly("staff", np.full((1, 36), 100.0))
    in_nominal.monthly("staff", 100.0 * (1 + inflation) ** ends[None, :])
    assert in_nominal.npv == pytest.approx(in_real.npv, rel=1e-9)
