"""The additive model: monotone, and deaf to irrelevant options."""

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from app.domain.decision.measures import Measured
from app.domain.decision.scoring import (
    contributions,
    flip_weight,
    nearest_flip,
    reweighted,
    scores,
    values,
)
from app.domain.worlds import Array
from tests.domain.builders import WEIGHTS

shares = st.floats(0, 1)
positive = arrays(np.float64, 6, elements=st.floats(0.01, 1))


def simplex(raw: Array) -> Array:
    result: Array = raw / raw.sum()
    return result


def random_problems(count: int, options: int, criteria: int, seed: int) -> tuple[Array, Array]:
    random = np.random.default_rng(seed)
    weights = random.dirichlet(np.ones(criteria), count)
    return random.random((count, options, criteria)), weights


def test_measures_become_values_in_the_order_of_both() -> None:
    def measured(**changed: float) -> Mapping[str, Measured]:
        return {
            c.key: Measured(np.full(3, changed.get(c.key, c.worst)), "so") for c in WEIGHTS.criteria
        }

    table = {"a": measured(), "b": measured(talent=0.0)}
    valued = values(table, WEIGHTS)
    assert valued.shape == (3, 2, 10)
    talent = WEIGHTS.keys.index("talent")
    assert valued[:, 0].max() == pytest.approx(0.0)
    assert valued[:, 1, talent] == pytest.approx(np.ones(3))


def test_scores_are_weighted_sums() -> None:
    valued, weights = random_problems(50, 4, 10, seed=1)
    by_loop = [[float(v @ w) for v in world] for world, w in zip(valued, weights, strict=True)]
    assert scores(valued, weights) == pytest.approx(np.array(by_loop))
    same = scores(valued, weights[:1])
    assert same == pytest.approx(np.array([[v @ weights[0] for v in world] for world in valued]))


@given(
    valued=arrays(np.float64, (1, 2, 6), elements=shares),
    weights=positive,
    j=st.integers(0, 5),
    gain=shares,
)
def test_a_better_value_never_lowers_the_score(
    valued: Array, weights: Array, j: int, gain: float
) -> None:
    better = valued.copy()
    better[0, 0, j] = min(1.0, better[0, 0, j] + gain)
    drawn = simplex(weights)[None, :]
    assert scores(better, drawn)[0, 0] >= scores(valued, drawn)[0, 0] - 1e-12
    assert scores(better, drawn)[0, 1] == scores(valued, drawn)[0, 1]


@given(
    valued=arrays(np.float64, (8, 3, 6), elements=shares),
    weights=arrays(np.float64, (8, 6), elements=st.floats(0.01, 1)),
)
def test_contributions_sum_to_the_lead(valued: Array, weights: Array) -> None:
    drawn = weights / weights.sum(axis=1, keepdims=True)
    parts = contributions(valued, drawn, 0, 2)
    lead = scores(valued, drawn)[:, 0] - scores(valued, drawn)[:, 2]
    assert parts.sum() == pytest.approx(lead.mean(), abs=1e-12)


@given(
    mine=st.lists(shares, min_size=6, max_size=6),
    theirs=st.lists(shares, min_size=6, max_size=6),
    weights=positive,
    j=st.integers(0, 5),
)
def test_at_the_flip_both_score_the_same(
    mine: list[float], theirs: list[float], weights: Array, j: int
) -> None:
    before = simplex(weights)
    star = flip_weight(mine, theirs, before.tolist(), j)
    gaps = np.array(mine) - np.array(theirs)

    def lead(weight: float) -> float:
        rest = before * (1 - weight) / (1 - before[j])
        rest[j] = weight
        assert rest.sum() == pytest.approx(1.0)
        return float(rest @ gaps)

    if star is None:
        assert lead(0.0) * lead(1.0) >= -1e-12, "no weight makes them change places"
    else:
        assert lead(star) == pytest.approx(0.0, abs=1e-9)


def test_a_criterion_that_is_all_the_weight_cannot_be_traded() -> None:
    assert flip_weight([1.0, 0.0], [0.0, 1.0], [1.0, 0.0], 0) is None


def test_options_alike_in_everything_have_no_flip() -> None:
    assert flip_weight([0.5, 0.5], [0.5, 0.5], [0.5, 0.5], 0) is None


@given(
    valued=arrays(np.float64, (5, 6), elements=st.floats(0, 1)),
    raw=positive,
    j=st.integers(0, 5),
)
def test_a_stated_flip_is_seen_when_the_order_is_made_again(
    valued: Array, raw: Array, j: int
) -> None:
    weights = simplex(raw)
    leader = int(np.argmax(valued @ weights))
    flip = nearest_flip(valued, weights, j)
    if flip is None:
        return
    stated, winner = flip
    assert 0 <= stated <= 1
    after = valued @ reweighted(weights, j, stated)
    assert int(np.argmax(after)) == winner != leader
    # one percent nearer, and everywhere between, the leader is not behind anybody
    nearer = stated - 0.01 if stated > weights[j] else stated + 0.01
    for weight in np.linspace(weights[j], nearer, 9):
        between = valued @ reweighted(weights, j, float(weight))
        assert between[leader] >= between.max() - 1e-6


def test_the_first_to_pass_is_named_not_the_runner_up() -> None:
    # The second option is the runner-up; the third passes it before the second would.
    valued = np.array([[0.6, 0.6], [0.59, 0.61], [0.0, 0.9]])
    weights = np.array([0.8, 0.2])
    assert nearest_flip(valued, weights, 1) == (0.51, 1)
    steeper = np.array([[0.6, 0.6], [0.45, 0.61], [0.0, 1.0]])
    assert nearest_flip(steeper, weights, 1) == (0.61, 2)


def test_what_leads_in_everything_is_never_passed() -> None:
    assert nearest_flip(np.array([[1.0, 1.0], [0.0, 0.0]]), np.array([0.5, 0.5]), 0) is None
    assert nearest_flip(np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([1.0, 0.0]), 0) is None
