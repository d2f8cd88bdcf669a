"""What moved a result between two saved versions, from what each of them pins."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from app import reference
from app.domain.assessment import ENGINE_VERSION
from app.domain.assessment.attribution import CAUSES, Attribution, Cause, Moved
from app.domain.errors import NotFound
from app.domain.questionnaire.reading import flattened
from app.persistence import Session
from app.persistence import assessments as rows
from app.reference import Reference
from app.services import assessments, comparing, projects, weights
from app.services.comparing import NotAttributable, Pair
from app.services.people import Person
from app.services.projects import Project
from tests.builders import NOON, a_person, a_project, a_snapshot
from tests.domain.builders import a_large_document

SHIPPED = reference.load()
WORLDS = 200


@pytest.fixture
def bo(db: Session) -> Person:
    return a_person(db)


@pytest.fixture
def project(db: Session, bo: Person) -> Project:
    """A project with one version, in which nothing is ranked."""
    project = a_project(db, bo)
    typed = flattened(a_large_document(priorities=None)["answers"], SHIPPED.questions)
    projects.save_answers(db, bo, project, typed, NOON)
    _save(db, project, SHIPPED)
    return project


def _save(db: Session, project: Project, shipped: Reference) -> int:
    now = weights.in_force(db, shipped)
    return assessments.keep(db, now, project, by=None, title="", worlds=WORLDS, now=NOON)


def _more(db: Session, bo: Person, project: Project) -> None:
    more = {"modalities.image.volume_per_day": 60_000_000}
    projects.save_answers(db, bo, project, more, NOON)


def _dearer(db: Session) -> Reference:
    """What ships, but managed services cost twice as much; stored to be pinned."""
    prices = tuple(
        replace(
            price,
            usd_per_mtok_in=price.usd_per_mtok_in and price.usd_per_mtok_in * 2,
            usd_per_mtok_out=price.usd_per_mtok_out and price.usd_per_mtok_out * 2,
        )
        for price in SHIPPED.facts.api_prices
    )
    facts = replace(SHIPPED.facts, api_prices=prices)
    found = reference.as_pinned(reference.snapshots.named(replace(SHIPPED.snapshot, facts=facts)))
    weights.ensure(db, found, NOON + timedelta(days=1))
    return found


def _publish_other_weights(db: Session, shipped: Reference) -> Reference:
    """Cost counts as little as can be, and what cost had goes to control."""
    other = dict(zip(SHIPPED.weights.keys, SHIPPED.weights.default_weights.values(), strict=True))
    other["cost"], other["sustainability"] = other["sustainability"], other["cost"]
    changed = replace(shipped, weights=replace(shipped.weights, default_weights=other))
    weights.ensure(db, changed, NOON + timedelta(days=1))
    assert weights.in_force(db, changed).weights.version == 2
    return changed


def _moved(db: Session, project: Project, before: int = 1, after: int = 2) -> Attribution:
    return comparing.what_moved(db, comparing.pair(db, project, before, after))


def _every(found: Attribution) -> list[Moved]:
    every = [*found.costs.values(), *found.shares.values(), found.lead]
    assert found.costs
    assert found.shares
    assert all(moved is not None for moved in every)
    return [moved for moved in every if moved is not None]


def _only(found: Attribution, cause: Cause) -> None:
    for moved in _every(found):
        assert moved.parts[cause] == moved.difference
        assert moved.remainder == 0
        assert all(moved.parts[other] == 0 for other in CAUSES if other != cause)


def test_one_answer_changed_has_all_of_it(db: Session, bo: Person, project: Project) -> None:
    _more(db, bo, project)
    _save(db, project, SHIPPED)
    found = _moved(db, project)
    _only(found, "answers")
    assert any(moved is not None and moved.difference > 0 for moved in found.costs.values())


def test_only_the_weights_changed_moves_shares_and_no_cost(db: Session, project: Project) -> None:
    _save(db, project, _publish_other_weights(db, SHIPPED))
    found = _moved(db, project)
    _only(found, "weights")
    assert all(moved is not None and moved.difference == 0 for moved in found.costs.values())
    assert any(moved.difference for moved in found.shares.values())


def test_only_the_facts_changed_has_all_of_it(db: Session, project: Project) -> None:
    _save(db, project, _dearer(db))
    found = _moved(db, project)
    _only(found, "facts")
    assert any(moved is not None and moved.difference > 0 for moved in found.costs.values())


def test_nothing_changed_is_nothing(db: Session, project: Project) -> None:
    _save(db, project, SHIPPED)
    assert comparing.pair(db, project, 1, 2).changed == frozenset()
    for moved in _every(_moved(db, project)):
        assert (moved.difference, moved.remainder, set(moved.parts.values())) == (0, 0, {0})


def test_all_three_changed_add_up_to_what_the_versions_say(
    db: Session, bo: Person, project: Project
) -> None:
    _more(db, bo, project)
    _save(db, project, _publish_other_weights(db, _dearer(db)))
    two = comparing.pair(db, project, 1, 2)
    assert two.changed == set(CAUSES)
    found = comparing.what_moved(db, two)
    for moved in _every(found):
        assert sum(moved.parts.values()) + moved.remainder == moved.after - moved.before
    # As many worlds as were saved, so that the shares are those of the versions.
    for family, moved in found.shares.items():
        for version, won in ((two.before, moved.before), (two.after, moved.after)):
            share = version.result["families"][family]["share_of_worlds"]
            assert won == pytest.approx(share * WORLDS, abs=1e-6)
    costs = [moved for moved in found.costs.values() if moved is not None]
    assert any(m.parts["answers"] and m.parts["facts"] and m.remainder for m in costs)


def test_backwards_is_the_same_difference_the_other_way(
    db: Session, bo: Person, project: Project
) -> None:
    _more(db, bo, project)
    _save(db, project, SHIPPED)
    forth, back = _moved(db, project), _moved(db, project, 2, 1)
    for key, moved in forth.costs.items():
        other = back.costs[key]
        assert moved is not None
        assert other is not None
        assert moved.difference == -other.difference


def test_another_engine_is_said_and_not_computed(db: Session, project: Project) -> None:
    first = rows.by_number(db, project.id, 1)
    assert first is not None
    old = replace(a_snapshot(result=first.result), engine_version="0.9")
    rows.keep(db, project.id, old, by=None, at=NOON)
    two = comparing.pair(db, project, 1, 2)
    assert "version 2 by engine version 0.9" in comparing.why_not(two)
    assert f"this is engine version {ENGINE_VERSION}" in comparing.why_not(two)
    with pytest.raises(NotAttributable, match=r"engine version 0\.9"):
        comparing.what_moved(db, two)


def test_facts_that_were_never_kept_are_said(db: Session, project: Project) -> None:
    _save(db, project, SHIPPED)
    saved = comparing.pair(db, project, 1, 2)
    two = Pair(replace(saved.before, facts_sha256="e" * 64), saved.after)
    assert comparing.why_not(two) == ""
    with pytest.raises(NotAttributable, match="before Footing kept the facts"):
        comparing.what_moved(db, two)


def test_answers_that_the_other_weights_do_not_know_are_said(
    db: Session, bo: Person, project: Project
) -> None:
    """A profile that was published later: the earlier set does not offer it."""
    profiles = {**SHIPPED.weights.profiles, "frugal": ("cost",)}
    changed = replace(SHIPPED, weights=replace(SHIPPED.weights, profiles=profiles))
    weights.ensure(db, changed, NOON + timedelta(days=1))
    projects.save_answers(db, bo, project, {"priorities.profile": "frugal"}, NOON)
    _save(db, project, SHIPPED)
    with pytest.raises(NotAttributable, match="version 2 with the weights of version 1"):
        _moved(db, project)


def test_no_more_worlds_than_either_was_saved_with(db: Session, project: Project) -> None:
    first = rows.by_number(db, project.id, 1)
    assert first is not None
    result = json.loads(first.result)
    result["versions"]["worlds"] = 20_000
    rows.keep(db, project.id, a_snapshot(result=json.dumps(result)), by=None, at=NOON)
    assert comparing.pair(db, project, 1, 2).worlds == WORLDS
    assert comparing.pair(db, project, 2, 2).worlds == 2_000


def test_no_such_version_is_not_found(db: Session, project: Project) -> None:
    with pytest.raises(NotFound, match="no version 7"):
        comparing.pair(db, project, 1, 7)
