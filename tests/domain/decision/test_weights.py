"""Weights from a ranking: the centroid, and draws whose mean it is."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.decision.weights import drawn_weights, likely_weights, rank_order_centroid
from app.domain.worlds import Worlds
from tests.domain.builders import WEIGHTS

KEYS = WEIGHTS.keys
rankings = st.permutations(KEYS).flatmap(
    lambda order: st.integers(0, 10).map(lambda count: tuple(order[:count]))
)


@pytest.mark.parametrize(
    ("count", "weights"),
    # Barron and Barrett, Decision quality using ranked attribute weights, Management Science
    # 42 (1996), table of rank-order centroid weights
    [
        (2, [0.75, 0.25]),
        (3, [0.6111, 0.2778, 0.1111]),
        (4, [0.5208, 0.2708, 0.1458, 0.0625]),
        (5, [0.4567, 0.2567, 0.1567, 0.0900, 0.0400]),
        (6, [0.4083, 0.2417, 0.1583, 0.1028, 0.0611, 0.0278]),
    ],
)
def test_the_published_centroids(count: int, weights: list[float]) -> None:
    assert rank_order_centroid(count) == pytest.approx(weights, abs=5e-5)


def test_three_of_ten_named() -> None:
    # The weights that the interface description prints for three ranked of ten criteria
    weights = likely_weights(("security", "control", "cost"), WEIGHTS)
    by_key = dict(zip(KEYS, weights, strict=True))
    assert by_key["security"] == pytest.approx(0.293, abs=5e-4)
    assert by_key["control"] == pytest.approx(0.193, abs=5e-4)
    assert by_key["cost"] == pytest.approx(0.143, abs=5e-4)
    rest = [w for key, w in by_key.items() if key not in ("security", "control", "cost")]
    assert rest == pytest.approx([0.053] * 7, abs=5e-4)


@given(ranked=rankings)
def test_weights_sum_to_one_and_respect_the_order(ranked: tuple[str, ...]) -> None:
    weights = likely_weights(ranked, WEIGHTS)
    assert weights.sum() == pytest.approx(1.0)
    named = [weights[KEYS.index(key)] for key in ranked]
    assert named == sorted(named, reverse=True)
    others = [w for key, w in zip(KEYS, weights, strict=True) if key not in ranked]
    if ranked and others:
        assert max(others) <= named[-1] + 1e-12


@given(ranked=rankings, seed=st.integers(0, 2**32))
def test_every_draw_sums_to_one_and_respects_the_order(ranked: tuple[str, ...], seed: int) -> None:
    drawn = drawn_weights(ranked, WEIGHTS, Worlds(40, seed))
    assert drawn.sum(axis=1) == pytest.approx(np.ones(40))
    assert (drawn >= 0).all()
    named = drawn[:, [KEYS.index(key) for key in ranked]]
    assert (np.diff(named, axis=1) <= 1e-12).all()
    others = [i for i, key in enumerate(KEYS) if key not in ranked]
    if ranked and others:
        assert (drawn[:, others].max(axis=1) <= named[:, -1] + 1e-12).all()


@pytest.mark.parametrize("ranked", [(), ("speed",), ("security", "control", "cost"), KEYS])
def test_the_mean_of_the_draws_is_the_likely_weight(ranked: tuple[str, ...]) -> None:
    drawn = drawn_weights(ranked, WEIGHTS, Worlds(20_000, 1))
    error = drawn.std(axis=0) / np.sqrt(20_000)
    assert (np.abs(drawn.mean(axis=0) - likely_weights(ranked, WEIGHTS)) < 4.5 * error + 1e-9).all()


def test_nobody_ranked_means_the_default_weights() -> None:
    likely = dict(zip(KEYS, likely_weights((), WEIGHTS), strict=True))
    assert likely == dict(WEIGHTS.default_weights)


def test_ranked_weights_are_uniform_on_the_order() -> None:
    # The largest of ten flat Dirichlet parts has the mean H_10/10 and this standard deviation
    drawn = drawn_weights(("cost",), WEIGHTS, Worlds(20_000, 3))[:, KEYS.index("cost")]
    reciprocals = 1 / np.arange(1, 11)
    mean = reciprocals.sum() / 10
    second = (reciprocals.sum() ** 2 + (reciprocals**2).sum()) / (10 * 11)
    assert drawn.mean() == pytest.approx(mean, abs=0.003)
    assert drawn.std() == pytest.approx(np.sqrt(second - mean**2), rel=0.03)
