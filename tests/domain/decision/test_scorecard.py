from dataclasses import replace

import numpy as np
import pytest

from app.domain.assessment import Assessed, assessed
from app.domain.decision.criteria import WeightSet
from app.domain.decision.scorecard import SCORED_WORLDS, LikelyCase, standing
from app.domain.worlds import Worlds
from tests.domain.builders import (
    FACTS,
    REFERENCE,
    WEIGHTS,
    Document,
    a_decided_document,
    answers_of,
)


def weighing(**weights: float) -> WeightSet:
    """The published set with nothing but these default weights, and other profiles."""
    rest = dict.fromkeys(WEIGHTS.keys, 0.0)
    return replace(
        WEIGHTS,
        default_weights={**rest, **weights},
        profiles={"cost_first": ("control", "security"), "speed_first": ("cost",)},
    )


COST, CONTROL = weighing(cost=1.0), weighing(control=0.5, security=0.5)
SPEED = weighing(speed=0.7, talent=0.3)
UNRANKED = a_decided_document(priorities=None)
OPEN = a_decided_document(priorities=None, isolation=None)  # a choice that is open, and decides
PROFILE = a_decided_document(priorities={"profile": "cost_first"})
OPEN_PROFILE = a_decided_document(priorities={"profile": "speed_first"}, isolation=None)
RANKED = a_decided_document()
WORLDS = 200


def assessed_with(
    document: Document, weights: WeightSet, worlds: int = WORLDS, profile: str = ""
) -> Assessed:
    answers = answers_of(document)
    return assessed(answers, FACTS, weights, REFERENCE.cases, Worlds(worlds, 1), profile)


@pytest.mark.parametrize(
    ("document", "weights"),
    [
        (UNRANKED, WEIGHTS),
        (UNRANKED, COST),
        (UNRANKED, CONTROL),
        (OPEN, SPEED),
        (OPEN, CONTROL),
        (PROFILE, CONTROL),
        (OPEN_PROFILE, COST),
        (RANKED, COST),
    ],
)
def test_a_standing_is_what_an_assessment_with_those_weights_finds(
    document: Document, weights: WeightSet
) -> None:
    kept = assessed_with(document, WEIGHTS).scorecard
    found = standing(kept, weights)
    again = assessed_with(document, weights).result
    best = again["recommended"]
    assert found.best is not None
    assert (found.best.key, found.best.title, found.best.family) == (
        best["option"],
        best["title"],
        best["family"],
    )
    assert found.label == best["label"]
    assert found.share == pytest.approx(best["share_of_worlds"], rel=1e-8)
    shares = sorted(f["share_of_worlds"] for f in again["families"].values())
    assert found.lead == pytest.approx(shares[-1] - shares[-2], abs=1e-8)


def test_of_a_larger_assessment_the_first_worlds_are_kept() -> None:
    few = assessed_with(UNRANKED, WEIGHTS).scorecard
    many = assessed_with(UNRANKED, WEIGHTS, worlds=SCORED_WORLDS + 1).scorecard
    assert many.values.shape[0] == SCORED_WORLDS
    cost = WEIGHTS.keys.index("cost")
    assert np.array_equal(many.values[:WORLDS, :, cost], few.values[:, :, cost])


def test_the_team_s_own_ranking_is_not_moved_by_any_weights() -> None:
    card = assessed_with(RANKED, WEIGHTS).scorecard
    assert card.ranked == ("cost", "speed")
    assert len({standing(card, weights) for weights in (WEIGHTS, COST, SPEED)}) == 1


def test_a_profile_asked_for_counts_instead_of_the_ranking() -> None:
    card = assessed_with(RANKED, WEIGHTS, profile="speed_first").scorecard
    assert card.ranked == ()
    assert card.profile == "speed_first"


def test_a_profile_that_is_gone_falls_back_to_the_default_weights() -> None:
    chosen = assessed_with(PROFILE, WEIGHTS)
    nothing = assessed_with(UNRANKED, WEIGHTS)
    gone = replace(WEIGHTS, profiles={})
    assert standing(chosen.scorecard, gone) == standing(nothing.scorecard, gone)


def test_without_an_option_nothing_is_best() -> None:
    card = assessed_with(UNRANKED, WEIGHTS).scorecard
    none = replace(card, contenders=(), values=np.zeros((WORLDS, 0, 10)))
    assert standing(none, WEIGHTS).best is None
    assert LikelyCase((), np.zeros((0, 10))).winner(np.full(10, 0.1)) is None
