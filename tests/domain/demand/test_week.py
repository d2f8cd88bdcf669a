"""The week is the load curve, laid out; what can wait fills the quiet hours."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.demand.load import LoadCurve
from app.domain.demand.week import HOURS_OF_WEEK, deferrable_week, realtime_week

SHAPES = ("steady", "business_hours", "spiky", "batch_windows", "")
peaks = st.floats(1.0, 20)
floors = st.floats(0.0, 0.8)


@given(st.sampled_from(SHAPES), peaks, floors)
def test_the_week_has_the_mean_and_the_peak_of_the_curve(
    shape: str, peak: float, floor: float
) -> None:
    week = realtime_week(LoadCurve(np.array([peak]), floor), shape)
    assert week.shape == (HOURS_OF_WEEK,)
    # The midpoints of 168 steps miss a very steep curve by little.
    assert week.mean() == pytest.approx(1.0, rel=0.02)
    assert floor - 1e-9 <= week.min() <= week.max() <= peak + 1e-6


@pytest.mark.parametrize(
    ("shape", "busiest"), [("business_hours", 12), ("batch_windows", 1), ("spiky", 19)]
)
def test_the_busiest_hour_is_where_the_shape_has_it(shape: str, busiest: int) -> None:
    week = realtime_week(LoadCurve(np.array([5.0]), 0.1), shape)
    assert int(week.argmax()) % 24 in (busiest, busiest + 1)


def test_business_is_quiet_at_the_weekend() -> None:
    week = realtime_week(LoadCurve(np.array([3.5]), 0.15), "business_hours")
    monday, saturday = week[:24], week[5 * 24 : 6 * 24]
    assert saturday.max() < monday.mean()


@given(st.lists(st.floats(0, 50), min_size=HOURS_OF_WEEK, max_size=HOURS_OF_WEEK), st.floats(0, 50))
def test_all_that_can_wait_is_put_where_it_raises_the_peak_least(
    hours: list[float], mean: float
) -> None:
    realtime = np.array(hours)
    deferred = deferrable_week(realtime, mean)
    assert deferred.mean() == pytest.approx(mean, abs=1e-6)
    assert (deferred >= 0).all()
    filled = (realtime + deferred)[deferred > 1e-9]
    if filled.size:
        assert filled.max() - filled.min() < 1e-6
        assert realtime[deferred <= 1e-9].min(initial=np.inf) >= filled.max() - 1e-6
