"""Duels, regret and central weights: by hand, and against counting world by world."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from app.domain.decision.acceptability import central_weights, duels, regrets, share_error
from app.domain.worlds import Array, Worlds

points = arrays(np.float64, (30, 4), elements=st.integers(0, 10).map(lambda n: n / 10))
# Two worlds and three options, by hand.
SCORED = np.array([[0.6, 0.5, 0.1], [0.4, 0.4, 0.9]])


def test_the_error_of_a_half_is_the_largest_and_as_published() -> None:
    assert share_error(0.5, 20_000) == pytest.approx(0.0035, abs=5e-5)
    assert share_error(0.0, 20_000) == share_error(1.0, 20_000) == 0.0
    assert share_error(1.0 + 2e-16, 300) == 0.0, "thirds added up"
    assert share_error(0.9, 2_000) < share_error(0.5, 2_000)


def test_the_error_is_the_spread_of_counts() -> None:
    counted = np.random.default_rng(1).binomial(400, 0.3, 20_000) / 400
    assert share_error(0.3, 400) == pytest.approx(counted.std(), rel=0.02)


def test_duels_by_hand() -> None:
    # the first beats the second once and ties once; the third wins the second world only
    expected = [[0.5, 0.75, 0.5], [0.25, 0.5, 0.5], [0.5, 0.5, 0.5]]
    assert duels(SCORED).tolist() == expected


def test_regrets_by_hand() -> None:
    # lost: 0, 0.1, 0.5 in the first world; 0.5, 0.5, 0 in the second
    mean, error = regrets(SCORED)
    assert mean == pytest.approx([0.25, 0.3, 0.25])
    assert error == pytest.approx(np.array([0.25, 0.2, 0.25]) / np.sqrt(2))


@given(scored=points)
def test_both_sides_of_a_duel_make_one(scored: Array) -> None:
    won = duels(scored)
    assert won + won.T == pytest.approx(np.ones((4, 4)))
    for row in range(4):
        for column in range(4):
            by_loop = [
                1.0 if world[row] > world[column] else 0.5 if world[row] == world[column] else 0.0
                for world in scored
            ]
            assert won[row, column] == pytest.approx(np.mean(by_loop))


@given(scored=points)
def test_what_is_lost_is_ordered_as_the_mean_scores(scored: Array) -> None:
    mean, _ = regrets(scored)
    assert (mean >= 0).all()
    for row in range(4):
        # the difference of two regrets is that of two mean scores
        assert mean[row] - mean[0] == pytest.approx(scored[:, 0].mean() - scored[:, row].mean())


def anybody(worlds: int, criteria: int) -> Array:
    return Worlds(worlds, 1).simplex("anyone", np.ones(criteria))


def test_two_options_that_are_each_best_in_one_thing_share_the_weights() -> None:
    # First where the weight of its criterion is above a half: uniform there, so 3/4 on average.
    valued = np.tile([[1.0, 0.0], [0.0, 1.0]], (50_000, 1, 1))
    share, central = central_weights(valued, anybody(50_000, 2))
    assert share == pytest.approx([0.5, 0.5], abs=0.01)
    assert central == pytest.approx(np.array([[0.75, 0.25], [0.25, 0.75]]), abs=0.01)


def test_what_is_never_first_has_no_weights_that_favour_it() -> None:
    valued = np.tile([[0.9, 0.8], [0.5, 0.5]], (100, 1, 1))
    share, central = central_weights(valued, anybody(100, 2))
    assert share.tolist() == [1.0, 0.0]
    assert np.isnan(central[1]).all()
    assert central[0].sum() == pytest.approx(1.0)


def test_at_its_central_weights_an_option_leads_where_values_are_certain() -> None:
    # The weights that favour an option are convex when values do not vary, so their mean is one.
    random = np.random.default_rng(3)
    for _ in range(50):
        values = random.random((5, 4))
        share, central = central_weights(np.tile(values, (2_000, 1, 1)), anybody(2_000, 4))
        for option in np.flatnonzero(share):
            assert int(np.argmax(values @ central[option])) == option
