from dataclasses import replace

import numpy as np
import pytest
from sqlalchemy import delete

from app.domain.decision.scorecard import Contender, LikelyCase, Scorecard
from app.persistence import Session, assessments, scorecards
from app.persistence.tables import MeanValuesRow
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
        scorecards.keep(db, row, card, KEYS)


def test_a_scorecard_comes_back_to_the_last_bit(db: Session) -> None:
    project = a_project(db, a_person(db))
    _keep(db, project.id, CARD)
    found = scorecards.of_version(db, project.id, 1)
    assert found is not None
    card, keys = found
    assert keys == KEYS
    assert card.values.tolist() == CARD.values.tolist()
    assert card.likely.values.tolist() == CARD.likely.values.tolist()
    assert card.open_choices[0][0].values.shape == (0, 2)
    for name in ("contenders", "ranked", "profile", "seed"):
        assert getattr(card, name) == getattr(CARD, name), name
    assert card.likely.families == CARD.likely.families


def test_only_the_newest_version_of_a_project_counts(db: Session) -> None:
    project, sample = a_project(db, a_person(db)), a_sample(db)
    _keep(db, project.id, CARD)
    _keep(db, sample.id, CARD)
    _keep(db, project.id, replace(CARD, seed=4))
    found = scorecards.newest_of(db, [project.id, sample.id])
    assert {id_: card.seed for id_, card in found.items()} == {project.id: 4, sample.id: 3}


def test_a_version_without_a_scorecard_is_counted_as_one(db: Session) -> None:
    project = a_project(db, a_person(db))
    _keep(db, project.id, None)
    assert scorecards.of_version(db, project.id, 1) is None
    assert scorecards.everything(db, KEYS).others == 1


def test_all_are_grouped_with_those_that_are_alike(db: Session) -> None:
    bo = a_person(db)
    unranked = replace(CARD, ranked=())
    alike = [a_project(db, bo).id for _ in range(2)]
    for project_id in alike:
        _keep(db, project_id, unranked)
    profile, ranked, empty = (a_project(db, bo).id for _ in range(3))
    _keep(db, profile, replace(unranked, profile="speed_first"))
    _keep(db, ranked, CARD)
    _keep(db, empty, replace(unranked, contenders=(), values=np.zeros((5, 0, 2))))
    found = scorecards.everything(db, KEYS)
    assert (set(found.own_ranking), found.others) == ({ranked}, 0)
    groups = {tuple(group.ids): group for group in found.groups}
    assert groups.keys() == {tuple(alike), (profile,), (empty,)}
    group = groups[tuple(alike)]
    assert group.contenders == ("colocation", "managed_api")
    assert group.families == ("on_premises", "cloud")
    assert group.values[1].tolist() == CARD.values.mean(axis=0).tolist()
    assert groups[profile,].profile == "speed_first"
    assert groups[empty,].values.shape == (1, 0, 2)
    assert scorecards.everything(db, ("speed", "cost")).others == 5


def test_the_means_of_an_earlier_version_of_footing_are_filled_in_once(db: Session) -> None:
    project = a_project(db, a_person(db))
    _keep(db, project.id, replace(CARD, ranked=()))
    before = scorecards.everything(db, KEYS).groups[0].values.tolist()
    db.execute(delete(MeanValuesRow))
    assert scorecards.everything(db, KEYS).others == 1
    assert [scorecards.fill_means(db) for _ in range(2)] == [1, 0]
    assert scorecards.everything(db, KEYS).groups[0].values.tolist() == before


@pytest.mark.parametrize("worlds", [0, 1])
def test_a_project_that_nothing_suits_has_a_scorecard_too(db: Session, worlds: int) -> None:
    project = a_project(db, a_person(db))
    nothing = replace(CARD, contenders=(), values=np.zeros((worlds, 0, 2)))
    _keep(db, project.id, nothing)
    found = scorecards.of_version(db, project.id, 1)
    assert found is not None
    assert found[0].values.shape == (worlds, 0, 2)
