"""Worlds counted: ranks, families, labels."""

from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from app.domain.decision.robustness import Label, label, robustness
from app.domain.options import FAMILIES, Family
from app.domain.worlds import Array

FOUR: dict[str, Family] = {
    "a": "cloud",
    "b": "cloud",
    "c": "on_premises",
    "d": "hybrid",
}
ALL = [True] * 4
scored_worlds = arrays(np.float64, (25, 4), elements=st.floats(0, 1))


@given(scored=scored_worlds, feasible=st.lists(st.booleans(), min_size=4, max_size=4))
def test_shares_are_shares(scored: Array, feasible: list[bool]) -> None:
    found = robustness(scored, FOUR, feasible, has_priorities=True)
    may = [key for key, f in zip(FOUR, feasible, strict=True) if f]
    assert list(found.rank_shares) == may
    for shares in found.rank_shares.values():
        assert sum(shares) == pytest.approx(1.0)
        assert len(shares) == len(may)
    for rank in range(len(may)):
        assert sum(s[rank] for s in found.rank_shares.values()) == pytest.approx(1.0)
    assert sum(found.family_shares.values()) == pytest.approx(1.0 if may else 0.0)
    assert set(found.family_shares) == set(FAMILIES)
    assert found.label in get_args(Label)
    assert (found.best is None) == (not may)


@given(scored=scored_worlds, feasible=st.lists(st.booleans(), min_size=4, max_size=4))
def test_an_option_that_may_not_be_chosen_is_not_counted(
    scored: Array, feasible: list[bool]
) -> None:
    found = robustness(scored, FOUR, feasible, has_priorities=True)
    best = scored.copy()
    best[:, [not f for f in feasible]] = 9.0
    assert robustness(best, FOUR, feasible, has_priorities=True) == found


def test_similar_options_do_not_split_the_vote_of_their_family() -> None:
    scored = np.zeros((10, 4))
    scored[:3, 0] = scored[3:6, 1] = scored[6:, 2] = 1.0
    found = robustness(scored, FOUR, ALL, has_priorities=True)
    assert found.rank_shares["c"][0] == 0.4
    assert found.family_shares["cloud"] == pytest.approx(0.6)
    assert found.best in ("a", "b")
    assert found.label == "leaning"
    assert set(found.best_in_family) == set(FAMILIES)


def test_where_none_may_be_chosen_none_is_best() -> None:
    found = robustness(np.ones((5, 4)), FOUR, [False] * 4, has_priorities=True)
    assert found.best is None
    assert found.rank_shares == {}
    assert found.label == "too_close_to_call"
    assert set(found.family_shares.values()) == {0.0}


@pytest.mark.parametrize(
    ("share", "capped", "expected"),
    [
        (0.80, False, "clear"),
        (0.7999, False, "leaning"),
        (0.55, False, "leaning"),
        (0.5499, False, "too_close_to_call"),
        (1.0, True, "leaning"),
        (0.5, True, "too_close_to_call"),
    ],
)
def test_labels_begin_at_their_bounds(share: float, capped: bool, expected: str) -> None:  # noqa: FBT001  # a value
    assert label(share, capped=capped) == expected


def test_without_priorities_it_is_at_most_leaning_unless_one_family_is_left() -> None:
    scored = np.tile([0.9, 0.1, 0.2, 0.3], (10, 1))
    assert robustness(scored, FOUR, ALL, has_priorities=False).label == "leaning"
    assert robustness(scored, FOUR, ALL, has_priorities=True).label == "clear"
    alone = robustness(scored, FOUR, [True, True, False, False], has_priorities=False)
    assert alone.label == "clear"


def test_where_the_runner_up_costs_at_most_a_point_it_is_too_close_to_call() -> None:
    # c is ahead of a in every world; by hand: it is 0.009 ahead, then 0.011
    for lead, expected in ((0.009, "too_close_to_call"), (0.011, "clear")):
        scored = np.tile([0.5, 0.1, 0.5 + lead, 0.2], (10, 1))
        found = robustness(scored, FOUR, ALL, has_priorities=True)
        assert found.family_shares["on_premises"] == 1.0
        assert found.label == expected


def test_who_wins_most_worlds_but_less_on_average_is_not_ahead() -> None:
    # cloud wins seven of ten by 0.02, on-premises three by 0.5: 0.5 against 0.636 on average
    scored = np.array([[0.5, 0.1, 0.48, 0.0]] * 7 + [[0.5, 0.1, 1.0, 0.0]] * 3)
    found = robustness(scored, FOUR, ALL, has_priorities=True)
    assert found.best == "a"
    assert found.label == "too_close_to_call"


def test_a_family_that_is_alone_is_ahead_however_alike_its_options_are() -> None:
    scored = np.tile([0.5, 0.5, 0.0, 0.0], (10, 1))
    found = robustness(scored, FOUR, [True, True, False, False], has_priorities=True)
    assert found.label == "clear"


@given(scored=scored_worlds)
def test_a_clear_family_beats_each_other_one_as_often(scored: Array) -> None:
    found = robustness(scored, FOUR, ALL, has_priorities=True)
    if found.label != "clear":
        return
    best = {f: scored[:, [i for i, g in enumerate(FOUR.values()) if g == f]] for f in FAMILIES}
    winner = FOUR[found.best or ""]
    for family in set(FAMILIES) - {winner}:
        ahead = best[winner].max(axis=1) >= best[family].max(axis=1)
        assert ahead.mean() >= 0.80


def test_ties_go_by_order() -> None:
    found = robustness(np.full((4, 4), 0.5), FOUR, ALL, has_priorities=True)
    assert [found.rank_shares[key].index(1.0) for key in FOUR] == [0, 1, 2, 3]
    assert found.best == "a"
