"""Bars of a tornado, from leads written out by hand."""

import numpy as np
import pytest

from app.domain.decision.tornado import bars

# The lead is 2 points in the likely world; then each of three inputs low and high.
LEAD = np.array([2.0, 1.5, 2.5, -1.0, 4.0, 2.0, 2.0])
SAVED = np.array([100.0, 90.0, 110.0, 100.0, 100.0, 100.0, 100.0])
NAMES = ("volume", "price", "nothing")


def test_the_longest_bar_is_first_and_what_moves_nothing_has_none() -> None:
    found = bars(NAMES, LEAD, SAVED)
    assert [bar.name for bar in found] == ["price", "volume"]
    assert [bar.swing for bar in found] == [5.0, 1.0]


def test_a_bar_flips_where_the_lead_changes_sides() -> None:
    price, volume = bars(NAMES, LEAD, SAVED)
    assert price.flips
    assert not volume.flips
    assert (price.low, price.high) == (-1.0, 4.0)
    behind = bars(NAMES, -LEAD, SAVED)
    assert [bar.flips for bar in behind] == [True, False]


def test_both_ends_say_what_the_runner_up_costs_more() -> None:
    volume = bars(NAMES, LEAD, SAVED)[1]
    assert (volume.usd_low, volume.usd_high) == (90.0, 110.0)


def test_what_moves_money_alone_has_a_bar_too() -> None:
    (only,) = bars(["rate"], np.full(3, 2.0), np.array([0.0, -5.0, 5.0]))
    assert only.swing == 0
    assert not only.flips


def test_equal_bars_stand_in_the_order_of_their_names() -> None:
    found = bars(["b", "a"], np.array([0.0, -1, 1, -1, 1]), np.zeros(5))
    assert [bar.name for bar in found] == ["a", "b"]
    assert [bar.swing for bar in found] == pytest.approx([2.0, 2.0])
