"""TOPSIS and PROMETHEE II: against published examples, against another's code, and in general."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pymcdm.methods import PROMETHEE_II, TOPSIS
from pymcdm.normalizations import vector_normalization

from app.domain.decision.second_opinion import INDIFFERENCE, closeness, leaders, net_flows
from app.domain.worlds import Array

PROBLEMS = 200

# Whole points, so that what a method can tell apart is not a matter of the last bits.
points = arrays(np.float64, (5, 6), elements=st.integers(0, 100).map(lambda n: n / 100))
positive = arrays(np.float64, 6, elements=st.floats(0.01, 1))


def simplex(raw: Array) -> Array:
    result: Array = raw / raw.sum()
    return result


def a_problem(seed: int) -> tuple[Array, Array]:
    """Two to nine options on two to ten criteria; every fourth in tenths, so with ties."""
    random = np.random.default_rng(seed)
    valued = random.random((random.integers(2, 10), random.integers(2, 11)))
    valued = np.round(valued, 1) if seed % 4 == 0 else valued
    return np.maximum(valued, 1e-3), random.dirichlet(np.ones(valued.shape[1]))


def by_length(marks: Array) -> Array:
    """Each column divided by its length, as the published method begins."""
    result: Array = marks / np.sqrt((marks**2).sum(axis=0))
    return result


def test_topsis_as_published() -> None:
    # Tzeng and Huang, Multiple Attribute Decision Making, 2011; as quoted in the tests of
    # scikit-criteria. Marks out of ten.
    marks = np.array([[5, 8, 4], [7, 6, 8], [8, 8, 6], [7, 4, 6]])
    found = closeness(by_length(marks), np.array([0.3, 0.4, 0.3]))
    assert found == pytest.approx(np.array([0.5037, 0.6581, 0.7482, 0.3340]), abs=1e-4)


def test_topsis_by_hand() -> None:
    # Weighted by 1/4 and 3/4: (0.15, 0.6) and (0.2, 0.45). The first is 0.05 from the best and
    # 0.15 from the worst: 0.15/(0.05 + 0.15) = 3/4; the second the other way round.
    valued = np.array([[0.6, 0.8], [0.8, 0.6]])
    assert closeness(valued, np.array([0.25, 0.75])) == pytest.approx(np.array([0.75, 0.25]))


def test_promethee_as_published() -> None:
    # Zhao, Peng and Li, Revised PROMETHEE II for improving efficiency in emergency response,
    # Procedia Computer Science 17, 2013; as quoted in the tests of pymcdm. By hand: the first
    # beats the second on 0.5 + 0.3 and the third on 0.3, loses 0.2 and 0.5 + 0.2:
    # (0.8 + 0.3 - 0.2 - 0.7)/2 = 0.1.
    marks = np.array([[4, 3, 2], [3, 2, 4], [5, 1, 3]]) / 10
    found = net_flows(marks, np.array([0.5, 0.3, 0.2]))
    assert found == pytest.approx(np.array([0.1, -0.3, 0.2]))


def as_it_is(column: Array, cost: bool) -> Array:  # noqa: FBT001  # as pymcdm calls it
    assert not cost
    return column


def test_both_equal_what_pymcdm_computes() -> None:
    for seed in range(PROBLEMS):
        valued, weights = a_problem(seed)
        # every criterion is a benefit; and without the warning that an option is dominated
        problem = (valued, weights, np.ones(len(weights)), False)
        topsis = TOPSIS(as_it_is)(*problem)
        assert closeness(valued, weights) == pytest.approx(topsis, abs=1e-12)
        published = TOPSIS(vector_normalization)(*problem)
        assert closeness(by_length(valued), weights) == pytest.approx(published, abs=1e-12)
        usual = PROMETHEE_II("usual")(*problem)
        assert net_flows(valued, weights, 0.0) == pytest.approx(usual, abs=1e-12)
        u_shaped = PROMETHEE_II("ushape", q=[INDIFFERENCE] * len(weights))(*problem)
        assert net_flows(valued, weights) == pytest.approx(u_shaped, abs=1e-12)


@given(valued=points, raw=positive)
def test_ratings_stay_in_their_range(valued: Array, raw: Array) -> None:
    near = closeness(valued, simplex(raw))
    assert np.all((near >= 0) & (near <= 1))
    flows = net_flows(valued, simplex(raw))
    assert np.all((flows >= -1 - 1e-12) & (flows <= 1 + 1e-12))
    assert flows.sum() == pytest.approx(0.0, abs=1e-9)


@given(
    valued=points,
    raw=positive,
    row=st.integers(0, 4),
    lost=arrays(np.float64, 6, elements=st.integers(0, 100).map(lambda n: n / 100)),
    place=st.integers(0, 5),
)
def test_a_dominated_option_is_never_first(
    valued: Array, raw: Array, row: int, lost: Array, place: int
) -> None:
    worse = np.maximum(valued[row] - lost, 0.0)
    if np.all(worse == valued[row]):
        return
    every = np.insert(valued, place, worse, axis=0)
    assert place not in leaders(every, simplex(raw)).values()


@given(valued=points, raw=positive, order=st.permutations(range(5)))
def test_the_order_of_the_options_does_not_matter(
    valued: Array, raw: Array, order: list[int]
) -> None:
    weights = simplex(raw)
    for rate in (closeness, net_flows):
        assert rate(valued[order], weights) == pytest.approx(rate(valued, weights)[order])


@given(valued=points, raw=positive, row=st.integers(0, 4), j=st.integers(0, 5))
def test_a_better_value_never_lowers_the_flow(valued: Array, raw: Array, row: int, j: int) -> None:
    better = valued.copy()
    better[row, j] = 1.0
    weights = simplex(raw)
    assert net_flows(better, weights)[row] >= net_flows(valued, weights)[row] - 1e-12


def test_what_is_best_in_everything_leads_in_both() -> None:
    valued = np.array([[0.2, 0.9], [0.9, 0.95], [0.1, 0.1]])
    assert leaders(valued, np.array([0.5, 0.5])) == {"topsis": 1, "promethee_ii": 1}


def test_the_methods_may_disagree() -> None:
    # Ahead by little on most of the weight wins pairs; far behind on the rest costs distance.
    valued = np.array([[0.62, 0.0], [0.6, 1.0]])
    assert leaders(valued, np.array([0.6, 0.4])) == {"topsis": 1, "promethee_ii": 0}


def test_less_than_a_point_is_no_preference() -> None:
    valued = np.array([[0.505, 0.4], [0.5, 0.45]])
    assert net_flows(valued, np.array([0.9, 0.1])) == pytest.approx(np.array([-0.1, 0.1]))
    assert net_flows(valued, np.array([0.9, 0.1]), 0.0) == pytest.approx(np.array([0.8, -0.8]))


def test_where_a_method_cannot_tell_the_additive_score_does() -> None:
    valued = np.array([[0.5, 0.5], [0.505, 0.505]])
    assert leaders(valued, np.array([0.5, 0.5]))["promethee_ii"] == 1


def test_a_small_lead_is_not_stretched_to_the_whole_scale() -> None:
    # A tenth on the first criterion is a tenth, although nobody else has anything there: divided
    # by its length it would be all of the scale, and the first would lead.
    valued, weights = np.array([[0.1, 0.5], [0.0, 0.8]]), np.array([0.5, 0.5])
    assert leaders(valued, weights)["topsis"] == 1
    assert int(np.argmax(closeness(by_length(valued), weights))) == 0


def test_options_alike_are_half_way_and_the_first_is_named() -> None:
    valued, weights = np.full((3, 2), 0.4), np.array([0.5, 0.5])
    assert closeness(valued, weights) == pytest.approx(np.full(3, 0.5))
    assert net_flows(valued, weights) == pytest.approx(np.zeros(3))
    assert leaders(valued, weights) == {"topsis": 0, "promethee_ii": 0}


@pytest.mark.parametrize("count", [0, 1])
def test_there_is_no_second_opinion_on_fewer_than_two(count: int) -> None:
    assert leaders(np.full((count, 2), 0.5), np.array([0.5, 0.5])) == {}
    assert net_flows(np.full((count, 2), 0.5), np.array([0.5, 0.5])).tolist() == [0.0] * count
