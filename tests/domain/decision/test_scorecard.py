"""What other weights would make of an assessment, without sizing and pricing again."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from app.domain.assessment import Assessed, assessed
from app.domain.decision.criteria import WeightSet
from app.domain.decision.scorecard import SCORED_WORLDS, LikelyCase, standing
from app.domain.worlds import Worlds
from tests.domain.builders import (
    FACTS,
    WEIGHTS,
    Document,
    a_decided_document,
    a_large_document,
    answers_of,
)

DOCUMENTS: Mapping[str, Document] = {
    "nothing ranked": a_large_document(priorities=None),
    "ranked": a_large_document(),
    "a profile": a_large_document(priorities={"profile": "speed_first"}),
    "open": a_decided_document(isolation=None),
    "impossible": a_decided_document(isolation="air_gapped", gpu_owner="nobody"),
}


@cache
def found(name: str) -> Assessed:
    return assess_with(WEIGHTS, name)


def assess_with(weights: WeightSet, name: str) -> Assessed:
    worlds = Worlds(SCORED_WORLDS, 1)
    return assessed(answers_of(DOCUMENTS[name]), FACTS, weights, (), worlds)


# Half of the weight on control, the rest as before.
HALVED = {key: weight / 2 for key, weight in WEIGHTS.default_weights.items()}
OTHERS = replace(WEIGHTS, default_weights={**HALVED, "control": HALVED["control"] + 0.5})


@pytest.mark.parametrize("name", ["nothing ranked", "ranked", "a profile"])
def test_a_scorecard_stands_as_the_assessment_with_those_weights_would(name: str) -> None:
    for weights, again in ((WEIGHTS, found(name)), (OTHERS, assess_with(OTHERS, name))):
        recommended = again.result["recommended"]
        now = standing(found(name).scorecard, weights)
        assert now.best is not None
        assert now.best.key == recommended["option"]
        assert now.label == recommended["label"]
        assert now.share == pytest.approx(recommended["share_of_worlds"])
        assert 0 <= now.lead <= now.share


def test_weights_that_nobody_ranked_move_the_answer() -> None:
    card = found("nothing ranked").scorecard
    before, after = (standing(card, w) for w in (WEIGHTS, OTHERS))
    assert before.best is not None
    assert after.best is not None
    assert after.best.family == "on_premises", "half of the weight lies on control"
    assert (before.best, before.share) != (after.best, after.share)


def test_a_ranking_of_ones_own_is_not_moved() -> None:
    card = found("ranked").scorecard
    assert card.ranked == ("cost", "speed")
    assert standing(card, WEIGHTS) == standing(card, OTHERS)


def test_where_nothing_may_be_chosen_nothing_stands() -> None:
    card = found("impossible").scorecard
    assert card.contenders == ()
    now = standing(card, WEIGHTS)
    assert now.best is None
    assert (now.share, now.lead) == (0.0, 0.0)


def test_an_open_choice_that_decides_holds_the_label_back() -> None:
    card = found("open").scorecard
    assert card.open_choices
    assert standing(card, WEIGHTS).label != "clear"


def test_the_likely_case_is_won_by_the_best_option() -> None:
    case = LikelyCase(("cloud", "hybrid"), np.array([[1.0, 0.0], [0.0, 1.0]]))
    assert case.winner(np.array([0.6, 0.4])) == "cloud"
    assert case.winner(np.array([0.4, 0.6])) == "hybrid"
    assert LikelyCase((), np.zeros((0, 2))).winner(np.array([0.5, 0.5])) is None
