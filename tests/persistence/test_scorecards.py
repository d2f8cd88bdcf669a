from dataclasses import replace

import numpy as np
import pytest

from app.domain.decision.scorecard import Contender, LikelyCase, Scorecard
from app.persistence import Session, assessments, scorecards
from app.persistence.scorecards import Kept
from tests.builders import NOON, a_person, a_project, a_sample, a_snapshot

KEYS = ("cost", "speed")
CARD = Scorecard(
    contenders=(
        Contender("colocation", "Colocation", "on_premises", is_doubtful=True),
        Contender("managed_api", "Managed service", "cloud", is_doubtful=False),
    ),
    values=np.random.default_rng(1).random((5, 2, 2)),
    ranked=("speed",),
    profile="",
    seed=3,
    likely=LikelyCase(("on_premises", "cloud"), np.array([[0.1, 1 / 3], [0.5, 0.25]])),
    open_choices=((LikelyCase((), np.zeros((0, 2))),),),
)


def _keep(db: Session, project_id: int, card: Scorecard | None) -> None:
    row = assessments.keep(db, project_id, a_snapshot(), by=None, at=NOON)
    if card is not None:
        scorecards.keep(db, row.id, card, KEYS)


def _only(db: Session) -> Kept:
    (kept,) = scorecards.newest_of_each_project(db)
    return kept


def test_a_scorecard_comes_back_to_the_last_bit(db: Session) -> None:
    project = a_project(db, a_person(db))
    _keep(db, project.id, CARD)
    kept = _only(db)
    assert (kept.project_id, kept.is_sample, kept.keys) == (project.id, False, KEYS)
    assert kept.card is not None
    assert kept.card.values.tolist() == CARD.values.tolist()
    assert kept.card.likely.values.tolist() == CARD.likely.values.tolist()
    assert kept.card.open_choices[0][0].values.shape == (0, 2)
    for name in ("contenders", "ranked", "profile", "seed"):
        assert getattr(kept.card, name) == getattr(CARD, name), name
    assert kept.card.likely.families == CARD.likely.families


def test_only_the_newest_version_of_a_project_counts(db: Session) -> None:
    project, sample = a_project(db, a_person(db)), a_sample(db)
    _keep(db, project.id, CARD)
    _keep(db, sample.id, CARD)
    _keep(db, project.id, replace(CARD, seed=4))
    found = list(scorecards.newest_of_each_project(db))
    assert [(kept.project_id, kept.is_sample) for kept in found] == [
        (project.id, False),
        (sample.id, True),
    ]
    assert [kept.card.seed for kept in found if kept.card] == [4, 3]


def test_a_version_without_a_scorecard_is_found_as_one(db: Session) -> None:
    project = a_project(db, a_person(db))
    _keep(db, project.id, None)
    assert _only(db).card is None


@pytest.mark.parametrize("worlds", [0, 1])
def test_a_project_that_nothing_suits_has_a_scorecard_too(db: Session, worlds: int) -> None:
    project = a_project(db, a_person(db))
    nothing = replace(CARD, contenders=(), values=np.zeros((worlds, 0, 2)))
    _keep(db, project.id, nothing)
    kept = _only(db)
    assert kept.card is not None
    assert kept.card.values.shape == (worlds, 0, 2)
