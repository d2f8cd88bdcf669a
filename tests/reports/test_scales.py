import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.reports.scales import Scale, month_ticks, nice_ticks, spread, wrapped

amounts = st.floats(min_value=-1e9, max_value=1e9, allow_nan=False)


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (0, 8.3, (0, 2, 4, 6, 8, 10)),
        (0, 1_337_650, (0, 500_000, 1_000_000, 1_500_000)),
        (-30, 100, (-50, 0, 50, 100)),
        (0, 0, (0, 0.2, 0.4, 0.6, 0.8, 1)),
    ],
)
def test_ticks_are_round(low: float, high: float, ticks: tuple[float, ...]) -> None:
    assert nice_ticks(low, high) == ticks


@given(amounts, amounts)
def test_ticks_cover_the_range_evenly(one: float, other: float) -> None:
    low, high = sorted((one, other))
    ticks = nice_ticks(low, high)
    steps = [b - a for a, b in itertools.pairwise(ticks)]
    assert 2 <= len(ticks) <= 9
    little = 1e-6 * max(1, high - low)
    assert ticks[0] <= low + little
    assert ticks[-1] >= high - little
    assert max(steps) - min(steps) <= 1e-6 * max(1, *map(abs, ticks))


def test_a_scale_maps_ends_to_ends() -> None:
    x = Scale(0, 36, 50, 350)
    assert (x(0), x(18), x(36)) == (50, 200, 350)
    assert Scale(3, 3, 50, 350)(3) == 50


@pytest.mark.parametrize(("months", "step"), [(12, 3), (24, 6), (36, 6), (60, 12)])
def test_months_are_counted_in_quarters_and_years(months: int, step: int) -> None:
    ticks = month_ticks(months)
    assert ticks[1] - ticks[0] == step
    assert ticks[-1] == months


@given(st.lists(st.floats(min_value=0, max_value=300), min_size=1, max_size=5))
def test_labels_keep_their_order_and_distance(places: list[float]) -> None:
    moved = spread(places, 40, 20, 300)
    order = sorted(range(len(places)), key=lambda i: places[i])
    apart = [moved[b] - moved[a] for a, b in itertools.pairwise(order)]
    assert all(gap >= 40 - 0.11 for gap in apart)
    assert max(moved) <= 300


def test_labels_that_are_apart_stay_where_they_are() -> None:
    assert spread([200, 50, 120], 20, 0, 300) == (200, 50, 120)


def test_a_long_title_is_broken_at_its_spaces() -> None:
    lines = wrapped("Own servers on your own site", 14, 170)
    assert lines == ("Own servers on your", "own site")
    assert wrapped("", 14, 170) == ()


def test_a_number_that_is_not_finite_has_no_place() -> None:
    assert math.isnan(Scale(0, 1, 0, 1)(math.nan))
