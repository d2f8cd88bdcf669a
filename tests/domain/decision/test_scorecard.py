from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.assessment import Assessed, assessed
from app.domain.decision.criteria import Criterion, WeightSet
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
_KEPT: dict[str, Assessed] = {}


def assessed_with(
    document: Document, weights: WeightSet, worlds: int = WORLDS, profile: str = ""
) -> Assessed:
    """An assessment, kept, because most tests here compare others with the same few."""
    key = repr((document, weights, worlds, profile))
    if key not in _KEPT:
        answers, drawn = answers_of(document), Worlds(worlds, 1)
        _KEPT[key] = assessed(answers, FACTS, weights, REFERENCE.cases, drawn, profile)
    return _KEPT[key]


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
    none = replace(card, contenders=(), values=np.zeros((WORLDS, 0, 10)), measures=None)
    assert standing(none, WEIGHTS).best is None
    assert LikelyCase((), np.zeros((0, 10))).winner(np.full(10, 0.1)) is None


# ---- other anchors -----------------------------------------------------------------------------


def anchored(ends: dict[str, tuple[float, float]]) -> WeightSet:
    """The shipped set with worst and best of these criteria moved by shares of their distance."""
    return replace(WEIGHTS, criteria=tuple(_moved(c, *ends.get(c.key, (0, 0))) for c in CRITERIA))


def _moved(criterion: Criterion, low: float, high: float) -> Criterion:
    distance = criterion.best - criterion.worst
    return replace(
        criterion, worst=criterion.worst + low * distance, best=criterion.best - high * distance
    )


CRITERIA = WEIGHTS.criteria
some_anchors = st.dictionaries(
    st.sampled_from(WEIGHTS.keys),
    st.tuples(st.floats(-0.2, 0.45), st.floats(0.0, 0.45)),
    min_size=1,
    max_size=4,
).map(anchored)


@settings(max_examples=6)
@given(weights=some_anchors, document=st.sampled_from([UNRANKED, OPEN, PROFILE, RANKED]))
def test_a_card_on_other_anchors_is_that_of_an_assessment_made_anew_with_them(
    weights: WeightSet, document: Document
) -> None:
    kept = assessed_with(document, WEIGHTS, worlds=60).scorecard
    again = assessed_with(document, weights, worlds=60)
    moved = kept.on(weights.anchors)
    assert np.allclose(moved.values, again.scorecard.values, rtol=0, atol=1e-12)
    assert np.allclose(moved.likely.values, again.scorecard.likely.values, rtol=0, atol=1e-12)
    found, best = standing(kept, weights), again.result["recommended"]
    assert found.best is not None
    assert (found.best.key, found.label) == (best["option"], best["label"])
    assert found.share == pytest.approx(best["share_of_worlds"], rel=1e-8)


def test_on_its_own_anchors_a_card_is_what_it_was() -> None:
    card = assessed_with(OPEN, WEIGHTS).scorecard
    assert card.on(WEIGHTS.anchors) is card
    assert card.measures is not None
    assert np.array_equal(card.measures.values(WEIGHTS.anchors), card.values)
    for case in (card.likely, *card.open_choices[0]):
        again = case.on(dict(enumerate(WEIGHTS.anchors)))
        assert np.array_equal(again.values, case.values)


def test_what_is_not_known_is_moved_by_no_anchors() -> None:
    """The carbon of a service is drawn from anywhere between the worst and the best."""
    card = assessed_with(UNRANKED, WEIGHTS).scorecard
    assert card.measures is not None
    carbon = WEIGHTS.keys.index("sustainability")
    known = card.measures.is_known[:, carbon].astype(bool)
    unknown = np.flatnonzero(~known)
    assert len(unknown)
    moved = card.on(anchored({"sustainability": (0.4, 0.4)}).anchors)
    assert np.array_equal(moved.values[:, unknown, carbon], card.values[:, unknown, carbon])
    assert not np.array_equal(moved.values[:, known, carbon], card.values[:, known, carbon])


def test_a_card_of_an_earlier_footing_stays_on_the_anchors_it_had() -> None:
    card = replace(assessed_with(OPEN, WEIGHTS).scorecard, anchors=(), measures=None)
    assert card.on(anchored({"cost": (0.4, 0.4)}).anchors) is card
