"""The load curve keeps its mean, peak and floor, and its overflow is its integral."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.optimize import brentq

from app.domain.demand.load import LoadCurve

peaks = st.floats(1.0, 50.0)
floors = st.floats(0.0, 0.95)
capacities = st.floats(0.0, 60.0)


def curve(peak: float, floor: float) -> LoadCurve:
    return LoadCurve(np.array([peak]), floor)


def overflow(peak: float, floor: float, capacity: float) -> float:
    return float(curve(peak, floor).overflow(np.array([capacity]))[0])


@given(peak=peaks, floor=floors)
def test_the_mean_of_the_curve_is_one(peak: float, floor: float) -> None:
    # floor + (peak - floor)/(k + 1), the closed integral, and quadrature, which the steep end
    # of a high peak makes inexact
    k = float(curve(peak, floor).exponent[0])
    assert floor + (max(peak, 1.0) - floor) / (k + 1) == pytest.approx(1.0)
    if peak < 10:
        mean, _ = quad(lambda q: float(curve(peak, floor).at(q)[0]), 0, 1)
        assert mean == pytest.approx(1.0, rel=1e-5)


@given(peak=st.floats(1.001, 50.0), floor=floors)
def test_the_curve_runs_from_its_floor_to_its_peak(peak: float, floor: float) -> None:
    assert float(curve(peak, floor).at(0.0)[0]) == pytest.approx(floor)
    assert float(curve(peak, floor).at(1.0)[0]) == pytest.approx(peak)


@given(peak=peaks, floor=floors, one=st.floats(0, 1), other=st.floats(0, 1))
def test_more_hours_have_at_most_a_higher_load(
    peak: float, floor: float, one: float, other: float
) -> None:
    low, high = sorted((one, other))
    assert curve(peak, floor).at(low)[0] <= curve(peak, floor).at(high)[0] * (1 + 1e-12)


@given(peak=st.floats(1.0, 12.0), floor=floors, capacity=st.floats(0.0, 14.0))
@example(peak=8.0, floor=0.1640625, capacity=3.359375)
def test_overflow_is_what_lies_above_the_capacity(
    peak: float, floor: float, capacity: float
) -> None:
    def above(q: float) -> float:
        return float(curve(peak, floor).at(q)[0]) - capacity

    # Integrated from where it begins, because a kink within an interval goes unseen.
    start = 0.0 if above(0.0) >= 0 else 1.0 if above(1.0) <= 0 else float(brentq(above, 0.0, 1.0))
    # A steep curve has its peak in a sliver of the hours.
    edges = (start, *(edge for edge in (0.9, 0.99, 0.999, 1.0) if edge > start))
    expected = sum(quad(above, low, high, limit=200)[0] for low, high in pairwise(edges))
    assert overflow(peak, floor, capacity) == pytest.approx(expected, abs=2e-5)


@given(peak=peaks, floor=floors)
def test_without_capacity_everything_overflows(peak: float, floor: float) -> None:
    assert overflow(peak, floor, 0.0) == pytest.approx(1.0)


@given(peak=peaks, floor=floors, spare=st.floats(0, 10))
def test_capacity_for_the_peak_lets_nothing_overflow(
    peak: float, floor: float, spare: float
) -> None:
    assert overflow(peak, floor, peak + spare + 1e-6) == pytest.approx(0.0, abs=1e-6)


@given(peak=peaks, floor=floors, one=capacities, other=capacities)
def test_more_capacity_never_lets_more_overflow(
    peak: float, floor: float, one: float, other: float
) -> None:
    low, high = sorted((one, other))
    assert overflow(peak, floor, high) <= overflow(peak, floor, low) + 1e-9


@given(one=peaks, other=peaks, floor=floors, capacity=capacities)
def test_a_higher_peak_never_lets_less_overflow(
    one: float, other: float, floor: float, capacity: float
) -> None:
    low, high = sorted((one, other))
    assert overflow(low, floor, capacity) <= overflow(high, floor, capacity) + 1e-7


def test_overflow_may_be_asked_by_month() -> None:
    curve = LoadCurve(np.array([2.0, 5.0]), 0.1)
    capacity = np.array([[0.5, 1.0, 9.0], [0.5, 1.0, 9.0]])
    by_month = curve.overflow(capacity)
    assert by_month.shape == (2, 3)
    for month in range(3):
        np.testing.assert_allclose(by_month[:, month], curve.overflow(capacity[:, month]))
