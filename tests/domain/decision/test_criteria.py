"""Values run between fixed anchors."""

from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.decision.criteria import Anchors, Criterion
from tests.domain.builders import WEIGHTS

criteria = st.sampled_from(WEIGHTS.criteria)
measures = st.floats(-1e4, 1e4)


def value(criterion: Criterion, measured: float) -> float:
    return float(criterion.value(np.array([measured]))[0])


def criterion(key: str) -> Criterion:
    return next(c for c in WEIGHTS.criteria if c.key == key)


@pytest.mark.parametrize("criterion", WEIGHTS.criteria, ids=lambda c: c.key)
def test_the_anchors_are_worth_nothing_and_all(criterion: Criterion) -> None:
    assert value(criterion, criterion.worst) == pytest.approx(0.0)
    assert value(criterion, criterion.best) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("key", "measured", "worth"),
    [
        ("cost", 1.0, 0.5),  # log: as far from half as from twice
        ("cost", 2**0.5, 0.25),
        ("talent", 1.5, 0.5),
        ("control", 2, 0.4),
        ("integration", 0.0, 1.0),
        ("speed", (52 * 2) ** 0.5, 0.5),
    ],
)
def test_values_by_hand(key: str, measured: float, worth: float) -> None:
    assert value(criterion(key), measured) == pytest.approx(worth)


@given(criterion=criteria, measured=measures)
def test_a_value_lies_between_nothing_and_all(criterion: Criterion, measured: float) -> None:
    assert 0 <= value(criterion, measured) <= 1


@given(criterion=criteria, one=measures, other=measures)
def test_nearer_to_the_best_is_never_worth_less(
    criterion: Criterion, one: float, other: float
) -> None:
    rising = criterion.best > criterion.worst
    worse, better = sorted((one, other), reverse=not rising)
    assert value(criterion, worse) <= value(criterion, better) + 1e-12


@pytest.mark.parametrize("criterion", WEIGHTS.criteria, ids=lambda c: c.key)
def test_the_unknown_stays_unknown(criterion: Criterion) -> None:
    assert np.isnan(value(criterion, float("nan")))


def test_a_weight_set_names_its_criteria_in_order() -> None:
    assert WEIGHTS.keys == tuple(c.key for c in WEIGHTS.criteria)
    assert set(WEIGHTS.default_weights) == set(WEIGHTS.keys)


# ---- other anchors -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("worst", "best", "scale", "wrong"),
    [
        (2.0, 2.0, "linear", "must differ"),
        (float("nan"), 1.0, "linear", "must differ"),
        (1.0, float("inf"), "log", "must differ"),
        (0.0, 1.0, "log", "above 0"),
        (2.0, -1.0, "log", "above 0"),
    ],
)
def test_what_is_no_scale_is_refused(
    worst: float, best: float, scale: Literal["linear", "log"], wrong: str
) -> None:
    with pytest.raises(ValueError, match=wrong):
        Anchors(worst, best, scale)


@given(criterion=criteria, measured=st.floats(-10, 1e4))
def test_a_straightened_measure_has_the_same_value(criterion: Criterion, measured: float) -> None:
    ends = criterion.anchors
    straight = ends.straightened(np.array([measured]))
    assert ends.value_of_straightened(straight) == pytest.approx(
        criterion.value(np.array([measured])), abs=1e-9
    )
