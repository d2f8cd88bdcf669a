"""Many assessments weighed in one product: the same leaders as one by one."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.decision.criteria import WeightSet
from app.domain.decision.impact import SLICES, Group, led, revalued, sliced
from app.domain.decision.scoring import Measures, scores
from app.domain.decision.weights import likely_weights
from app.domain.options import Family
from tests.domain.builders import WEIGHTS

OPTIONS: tuple[tuple[str, Family], ...] = (
    ("managed_api", "cloud"),
    ("specialist_cloud", "cloud"),
    ("own_site", "on_premises"),
    ("hybrid_burst", "hybrid"),
)


def weighing(**weights: float) -> WeightSet:
    rest = dict.fromkeys(WEIGHTS.keys, 0.0)
    return replace(WEIGHTS, default_weights={**rest, **weights}, profiles={"quick": ("speed",)})


COST, SPEED = weighing(cost=1.0), weighing(speed=1.0)


def a_group(values: np.ndarray, *, first_id: int = 1, profile: str = "") -> Group:
    options = OPTIONS[: values.shape[1]]
    return Group(
        ids=range(first_id, first_id + len(values)),
        contenders=tuple(key for key, _ in options),
        families=tuple(family for _, family in options),
        profile=profile,
        values=values,
    )


def two_criteria(cost: list[float], speed: list[float]) -> np.ndarray:
    values = np.full((1, len(cost), len(WEIGHTS.keys)), 0.5)
    values[0, :, WEIGHTS.keys.index("cost")] = cost
    values[0, :, WEIGHTS.keys.index("speed")] = speed
    return values


def test_the_margin_is_over_the_best_of_another_family() -> None:
    """The second best is a cloud too; the next family is the own site, 0.9 - 0.6 behind."""
    found = led([a_group(two_criteria([0.9, 0.8, 0.6], [0.1, 0.2, 0.7]))], COST, SPEED)
    assert (found.now.tolist(), found.then.tolist()) == (["managed_api"], ["own_site"])
    assert found.now_margin == pytest.approx([0.3])
    assert found.then_margin == pytest.approx([0.5])
    assert found.moves.tolist() == [True]


def test_a_family_alone_and_nobody_at_all_are_ahead_of_nobody() -> None:
    alone = a_group(two_criteria([0.9, 0.8], [0.1, 0.2]))
    empty = a_group(np.zeros((2, 0, len(WEIGHTS.keys))), first_id=7)
    found = led([alone, empty], COST, SPEED)
    assert found.ids.tolist() == [1, 7, 8]
    assert found.now.tolist() == ["managed_api", "", ""]
    assert np.isinf(found.now_margin).all()
    assert found.moves.tolist() == [True, False, False]


def test_of_nothing_nothing_is_led() -> None:
    found = led([], COST, SPEED)
    assert found.ids.size == 0
    assert found.closest(200).size == 0


def test_a_profile_that_was_chosen_counts_instead_of_the_defaults() -> None:
    values = two_criteria([0.9, 0.8, 0.6], [0.1, 0.2, 0.7])
    found = led([a_group(values), a_group(values, first_id=2, profile="quick")], COST, COST)
    assert found.now.tolist() == ["managed_api", "own_site"]
    assert not found.moves.any()


def test_the_closest_come_first_whichever_set_makes_them_close() -> None:
    near_then = two_criteria([0.9, 0.1, 0.1], [0.50, 0.1, 0.51])
    near_now = two_criteria([0.50, 0.1, 0.505], [0.9, 0.1, 0.1])
    far = two_criteria([0.9, 0.1, 0.1], [0.9, 0.1, 0.1])
    found = led([a_group(np.concatenate([far, near_then, near_now]))], COST, SPEED)
    assert found.closest(2).tolist() == [3, 2]


@given(seed=st.integers(0, 10_000), options=st.integers(1, 4))
def test_together_is_as_one_by_one(seed: int, options: int) -> None:
    chance = np.random.default_rng(seed)
    values = chance.random((5, options, len(WEIGHTS.keys)))
    found = led([a_group(values)], WEIGHTS, SPEED)
    for i, weights in enumerate((WEIGHTS, SPEED)):
        likely = likely_weights((), weights)
        one_by_one = scores(values, np.broadcast_to(likely, (5, len(likely))))
        leaders = [OPTIONS[j][0] for j in one_by_one.argmax(axis=1)]
        assert (found.now, found.then)[i].tolist() == leaders


# ---- other anchors -----------------------------------------------------------------------------

HARDER = tuple(
    replace(c, worst=c.worst + 0.3 * (c.best - c.worst), best=c.best + 0.1 * (c.worst - c.best))
    for c in WEIGHTS.criteria
)
CHANGED = {j: criterion.anchors for j, criterion in enumerate(HARDER)}


def some_measures(seed: int, worlds: int, spread: float) -> Measures:
    """Two options around the middle of each scale, one measure of which is not known."""
    chance = np.random.default_rng(seed)
    place = chance.normal(0.5, spread, (worlds, 2, len(HARDER)))
    worst, best = (
        np.array([getattr(c, end) for c in WEIGHTS.criteria]) for end in ("worst", "best")
    )
    is_known = np.ones((2, len(HARDER)), bool)
    is_known[1, -1] = False
    found = np.where(is_known, worst + place * (best - worst), np.clip(place, 0, 1))
    return Measures(found, is_known)


def revalued_means(measures: Measures) -> np.ndarray:
    means = measures.values(WEIGHTS.anchors).mean(axis=0)[None]
    slices = sliced(measures, WEIGHTS.anchors)[None]
    result: np.ndarray = revalued(means, slices, CHANGED)[0]
    return result


@given(seed=st.integers(0, 10_000), worlds=st.integers(1, 40))
def test_measures_that_are_the_same_in_all_worlds_are_revalued_exactly(
    seed: int, worlds: int
) -> None:
    one = some_measures(seed, 1, 0.5)
    measures = Measures(np.repeat(one.found, worlds, axis=0), one.is_known)
    exact = measures.values([c.anchors for c in HARDER]).mean(axis=0)
    assert revalued_means(measures) == pytest.approx(exact, abs=1e-9)


@given(seed=st.integers(0, 10_000), worlds=st.integers(1, 90), spread=st.floats(0, 0.6))
def test_means_on_other_anchors_are_off_by_no_more_than_a_slice(
    seed: int, worlds: int, spread: float
) -> None:
    measures = some_measures(seed, worlds, spread)
    exact = measures.values([c.anchors for c in HARDER]).mean(axis=0)
    assert np.abs(revalued_means(measures) - exact).max() <= 2 / SLICES / 2
    assert revalued_means(measures)[1, -1] == pytest.approx(exact[1, -1], abs=1e-12)  # not known


def test_of_no_worlds_there_are_no_slices_to_speak_of() -> None:
    nothing = Measures(np.zeros((0, 2, len(HARDER))), np.ones((2, len(HARDER)), bool))
    assert sliced(nothing, WEIGHTS.anchors).shape == (2, len(HARDER), SLICES)


def test_a_draft_of_other_anchors_is_scored_on_them() -> None:
    """0.9 against 0.6 on cost; were both beyond the best end, speed would decide."""
    values = two_criteria([0.9, 0.8, 0.6], [0.1, 0.2, 0.7])
    both = replace(COST, default_weights={**COST.default_weights, "cost": 0.8, "speed": 0.2})
    alike = replace(a_group(values), drafted=two_criteria([1.0, 1.0, 1.0], [0.1, 0.2, 0.7]))
    found = led([alike], both, both)
    assert (found.now.tolist(), found.then.tolist()) == (["managed_api"], ["own_site"])
    assert found.then_margin == pytest.approx([0.2 * 0.5])


def test_a_ranking_of_ones_own_counts_before_profile_and_defaults() -> None:
    values = two_criteria([0.9, 0.8, 0.6], [0.1, 0.2, 0.7])
    found = led([replace(a_group(values), ranked=("speed",))], COST, COST)
    assert found.now.tolist() == ["own_site"]
