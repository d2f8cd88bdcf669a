from dataclasses import replace

import numpy as np
import pytest
from sqlalchemy import delete

from app.domain.decision.criteria import WeightSet
from app.domain.decision.scorecard import Contender, LikelyCase, Scorecard
from app.domain.decision.scoring import Measures
from app.persistence import Session, assessments, scorecards
from app.persistence.scorecards import Everything
from app.persistence.tables import MeanValuesRow
from tests.builders import NOON, a_person, a_project, a_sample, a_snapshot
from tests.domain.builders import WEIGHTS

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


SET = replace(
    WEIGHTS,
    criteria=tuple(c for c in WEIGHTS.criteria if c.key in KEYS),
    default_weights={"cost": 0.5, "speed": 0.5},
)
OTHER = replace(SET, criteria=(replace(SET.criteria[0], worst=3.0), SET.criteria[1]))


def _everything(db: Session, now: WeightSet = SET, then: WeightSet = SET) -> Everything:
    return scorecards.everything(db, now, then, SET.anchors)


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
    assert _everything(db).others == 1


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
    found = _everything(db)
    assert (set(found.own_ranking), found.others) == ({ranked}, 0)
    groups = {tuple(group.ids): group for group in found.groups}
    assert groups.keys() == {tuple(alike), (profile,), (empty,)}
    group = groups[tuple(alike)]
    assert group.contenders == ("colocation", "managed_api")
    assert group.families == ("on_premises", "cloud")
    assert group.values[1].tolist() == CARD.values.mean(axis=0).tolist()
    assert groups[profile,].profile == "speed_first"
    assert groups[empty,].values.shape == (1, 0, 2)
    turned = replace(SET, criteria=SET.criteria[::-1])
    assert scorecards.everything(db, turned, turned, turned.anchors).others == 5


def test_the_means_of_an_earlier_version_of_footing_are_filled_in_once(db: Session) -> None:
    project = a_project(db, a_person(db))
    _keep(db, project.id, replace(CARD, ranked=()))
    before = _everything(db).groups[0].values.tolist()
    db.execute(delete(MeanValuesRow))
    assert _everything(db).others == 1
    assert [scorecards.fill_means(db) for _ in range(2)] == [1, 0]
    assert _everything(db).groups[0].values.tolist() == before


@pytest.mark.parametrize("worlds", [0, 1])
def test_a_project_that_nothing_suits_has_a_scorecard_too(db: Session, worlds: int) -> None:
    project = a_project(db, a_person(db))
    nothing = replace(CARD, contenders=(), values=np.zeros((worlds, 0, 2)))
    _keep(db, project.id, nothing)
    found = scorecards.of_version(db, project.id, 1)
    assert found is not None
    assert found[0].values.shape == (worlds, 0, 2)


# ---- other anchors -----------------------------------------------------------------------------

FOUND = np.random.default_rng(2).uniform(0.3, 3.0, (7, 2, 2))
IS_KNOWN = np.array([[True, True], [True, False]])
FOUND[:, 1, 1] = 0.25  # not known: a place, not a measure


def _measured(card: Scorecard = CARD) -> Scorecard:
    """The card as it is kept now, with what was measured."""
    measures = Measures(FOUND, IS_KNOWN)
    likely = Measures(FOUND[:1], IS_KNOWN)
    return replace(
        card,
        values=measures.values(SET.anchors),
        likely=LikelyCase(("on_premises", "cloud"), likely.values(SET.anchors)[0], likely),
        anchors=SET.anchors,
        measures=measures,
    )


def test_measures_and_anchors_come_back_to_the_last_bit(db: Session) -> None:
    project = a_project(db, a_person(db))
    _keep(db, project.id, _measured())
    found = scorecards.of_version(db, project.id, 1)
    assert found is not None
    card = found[0]
    assert card.measures is not None
    assert card.anchors == SET.anchors
    assert card.measures.found.tolist() == FOUND.tolist()
    assert card.measures.is_known.tolist() == IS_KNOWN.tolist()
    assert card.values.tolist() == _measured().values.tolist()
    assert card.likely.values.tolist() == _measured().likely.values.tolist()
    assert card.on(OTHER.anchors).values.tolist() == _measured().on(OTHER.anchors).values.tolist()


def test_means_are_put_on_the_anchors_of_each_set(db: Session) -> None:
    project = a_project(db, a_person(db))
    _keep(db, project.id, _measured(replace(CARD, ranked=())))
    (same,) = _everything(db).groups
    assert same.drafted is None
    (group,) = _everything(db, SET, OTHER).groups
    assert group.drafted is not None
    exact = _measured().on(OTHER.anchors).values.mean(axis=0)
    assert group.values[0].tolist() == same.values[0].tolist()
    assert group.drafted[0] == pytest.approx(exact, abs=0.1)  # a slice may straddle an anchor
    (back,) = _everything(db, OTHER, SET).groups
    assert back.drafted is not None
    assert back.drafted[0].tolist() == same.values[0].tolist()
    (both,) = _everything(db, OTHER, OTHER).groups
    assert both.drafted is None
    assert both.values.tolist() == group.drafted.tolist()


def test_a_ranking_of_ones_own_is_weighed_once_anchors_move(db: Session) -> None:
    project = a_project(db, a_person(db))
    _keep(db, project.id, _measured())
    assert _everything(db).own_ranking == {project.id}
    found = _everything(db, SET, OTHER)
    assert (found.own_ranking, found.fixed, found.others) == (frozenset(), 0, 0)
    assert [group.ranked for group in found.groups] == [("speed",)]


def test_what_was_kept_without_measures_is_counted_and_not_guessed(db: Session) -> None:
    bo = a_person(db)
    old, new, ranked = (a_project(db, bo).id for _ in range(3))
    _keep(db, old, replace(CARD, ranked=()))
    _keep(db, new, _measured(replace(CARD, ranked=())))
    _keep(db, ranked, CARD)
    found = _everything(db, SET, OTHER)
    assert [list(group.ids) for group in found.groups] == [[new]]
    assert (found.fixed, found.others, found.own_ranking) == (2, 0, frozenset())
    on_other = _everything(db, OTHER, OTHER)
    assert [list(group.ids) for group in on_other.groups] == [[new]]
    assert on_other.fixed == 1
    assert on_other.own_ranking == {ranked}
    assert _everything(db).fixed == 0
