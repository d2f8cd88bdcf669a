import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, make_url, text

from app import reference
from app.domain.decision.drafts import Draft
from app.domain.errors import Conflict, InvalidAnswers, NotAllowed, NotFound
from app.domain.questionnaire.reading import flattened
from app.persistence import Session, pinned
from app.persistence.engine import Database, connect, migrate
from app.services import assessments, audit, projects, replaying, weights
from app.services.people import Person
from app.services.projects import Project
from tests.builders import (
    NOON,
    a_draft,
    a_person,
    a_project,
    a_sample,
    a_scorecard,
    a_version,
)
from tests.domain.builders import a_decided_document

SHIPPED = reference.load()


@pytest.fixture
def ada(db: Session) -> Person:
    return a_person(db, "Ada", is_administrator=True)


def _publish(
    db: Session, by: Person, draft: Draft, based_on: int = 1, reason: str = "The board asked."
) -> int:
    now = weights.in_force(db, SHIPPED)
    return weights.publish(db, now, by, draft, based_on=based_on, reason=reason, now=NOON)


# ---- which is in force -----------------------------------------------------------------------


def test_what_ships_is_set_one_and_in_force(db: Session, ada: Person) -> None:
    assert weights.in_force(db, SHIPPED) == SHIPPED
    (only,) = weights.listing(db, SHIPPED, ada)
    assert (only.number, only.by, only.is_shipped) == (1, "Footing", True)


def test_starting_again_publishes_nothing(db: Session, ada: Person) -> None:
    weights.ensure(db, SHIPPED, NOON)
    assert len(weights.listing(db, SHIPPED, ada)) == 1


def _shipping_other_weights() -> reference.Reference:
    shares = dict(SHIPPED.weights.default_weights)
    shares["cost"], shares["control"] = shares["control"], shares["cost"]
    return replace(SHIPPED, weights=replace(SHIPPED.weights, default_weights=shares))


def test_other_shipped_weights_replace_shipped_ones(db: Session, ada: Person) -> None:
    other = _shipping_other_weights()
    weights.ensure(db, other, NOON)
    weights.ensure(db, other, NOON)
    now = weights.in_force(db, other).weights
    assert (now.version, now.default_weights) == (2, other.weights.default_weights)
    assert [p.number for p in weights.listing(db, other, ada)] == [2, 1]


def test_but_not_those_that_somebody_published(db: Session, ada: Person) -> None:
    _publish(db, ada, a_draft(cost=90))
    weights.ensure(db, _shipping_other_weights(), NOON)
    assert weights.in_force(db, SHIPPED).weights.version == 2


def test_unless_the_criteria_changed(db: Session, ada: Person) -> None:
    _publish(db, ada, a_draft(cost=90))
    fewer = replace(
        SHIPPED.weights,
        criteria=SHIPPED.weights.criteria[:2],
        default_weights={"cost": 0.5, "predictability": 0.5},
    )
    weights.ensure(db, replace(SHIPPED, weights=fewer), NOON)
    newest = pinned.newest_weights(db)
    assert newest is not None
    assert (newest.number, newest.reason) == (
        3,
        "The criteria changed with a new version of Footing.",
    )


def test_new_facts_are_stored_once_under_their_name(db: Session) -> None:
    figures = dict(list(SHIPPED.facts.figures.items())[1:])
    snapshot = replace(SHIPPED.snapshot, facts=replace(SHIPPED.facts, figures=figures))
    fewer = reference.as_pinned(reference.snapshots.named(snapshot))
    for _ in range(2):
        weights.ensure(db, fewer, NOON)
    assert weights.pinned_by(db, facts_sha256=fewer.facts.sha256, weight_set=1) == fewer
    assert weights.pinned_by(db, facts_sha256=SHIPPED.facts.sha256, weight_set=1) == SHIPPED
    assert weights.pinned_by(db, facts_sha256="e" * 64, weight_set=1) is None
    assert weights.pinned_by(db, facts_sha256=SHIPPED.facts.sha256, weight_set=9) is None


# ---- publishing --------------------------------------------------------------------------------


def test_a_published_set_is_in_force_with_who_when_and_why(db: Session, ada: Person) -> None:
    assert _publish(db, ada, a_draft(cost=90), reason="  Bills\n come first. ") == 2
    newest = weights.newest(db, SHIPPED, ada)
    assert (newest.number, newest.by, newest.at) == (2, "Ada", NOON)
    assert (newest.reason, newest.is_shipped) == ("Bills come first.", False)
    in_force = weights.in_force(db, SHIPPED).weights
    assert in_force == newest.weights
    assert in_force.default_weights["cost"] == pytest.approx(90 / 170)
    assert sum(in_force.default_weights.values()) == pytest.approx(1)


def test_it_is_written_in_the_audit_log(db: Session, ada: Person) -> None:
    _publish(db, ada, a_draft(cost=90))
    line = audit.newest(db, ada)[0]
    assert (line.by, line.action, line.subject) == (f"Ada (#{ada.id})", "published weight set", "2")
    assert line.detail == "The board asked."


def test_an_earlier_set_is_brought_back_by_publishing_it_again(db: Session, ada: Person) -> None:
    _publish(db, ada, a_draft(cost=90))
    _publish(db, ada, a_draft(), based_on=2, reason="Back to the first.")
    assert weights.in_force(db, SHIPPED).weights.version == 3
    assert [p.number for p in weights.listing(db, SHIPPED, ada)] == [3, 2, 1]
    assert weights.find(db, SHIPPED, ada, 2).weights.default_weights["cost"] > 0.5


def test_the_questions_offer_the_profiles_in_force(db: Session, ada: Person) -> None:
    profiles = {"cost_first": SHIPPED.weights.profiles["cost_first"], "board": ("control",)}
    _publish(db, ada, replace(a_draft(), profiles={**profiles, "plain": ()}))
    options = weights.in_force(db, SHIPPED).questions.field("priorities.profile").options
    assert [(o.key, o.label) for o in options] == [
        ("cost_first", "Cost first: cost, predictability, scalability, talent"),
        ("board", "Board: control"),
        ("plain", "Plain: the default weights"),
    ]


@pytest.mark.parametrize(
    ("draft", "reason", "paths"),
    [
        (a_draft(cost=90), " ", ["reason"]),
        (a_draft(cost=90), "x" * 501, ["reason"]),
        (a_draft(cost=-1), "Why", ["weight.cost"]),
        (a_draft(cost=-1), "", ["weight.cost", "reason"]),
        (a_draft(), "Why", ["weight.cost"]),
    ],
)
def test_what_cannot_be_published_is_named_and_nothing_is(
    db: Session, ada: Person, draft: Draft, reason: str, paths: list[str]
) -> None:
    with pytest.raises(InvalidAnswers) as caught:
        _publish(db, ada, draft, reason=reason)
    assert [problem.path for problem in caught.value.problems] == paths
    assert weights.in_force(db, SHIPPED).weights.version == 1


def test_a_draft_of_an_older_set_is_a_conflict(db: Session, ada: Person) -> None:
    _publish(db, ada, a_draft(cost=90))
    with pytest.raises(Conflict, match="published while"):
        _publish(db, ada, a_draft(cost=80), based_on=1)
    assert weights.in_force(db, SHIPPED).weights.version == 2


def test_only_administrators_read_draft_and_publish(db: Session) -> None:
    bo = a_person(db, "Bo")
    for do in (
        lambda: weights.listing(db, SHIPPED, bo),
        lambda: weights.newest(db, SHIPPED, bo),
        lambda: weights.find(db, SHIPPED, bo, 1),
        lambda: weights.preview(db, SHIPPED, bo, a_draft(cost=90)),
        lambda: _publish(db, bo, a_draft(cost=90)),
    ):
        with pytest.raises(NotAllowed, match="Only administrators"):
            do()
    assert weights.in_force(db, SHIPPED).weights.version == 1


def test_a_set_that_is_not_there_is_not_found(db: Session, ada: Person) -> None:
    with pytest.raises(NotFound, match="no weight set 9"):
        weights.find(db, SHIPPED, ada, 9)


# ---- what a draft would change -------------------------------------------------------------------


def test_a_draft_that_turns_a_project_says_from_what_to_what(db: Session, ada: Person) -> None:
    project = a_project(db, ada)
    a_version(db, project, a_scorecard())
    found = weights.preview(db, SHIPPED, ada, a_draft(speed=90))
    assert (found.projects, found.samples, found.options, found.labels) == (1, 0, 1, 0)
    (change,) = found.changes
    assert change.project == project
    assert change.now.best is not None
    assert change.then.best is not None
    assert (change.now.best.key, change.then.best.key) == ("colocation", "managed_api")


def test_a_draft_that_only_moves_a_label_is_counted_as_that(db: Session, ada: Person) -> None:
    a_version(db, a_project(db, ada), a_scorecard())
    found = weights.preview(db, SHIPPED, ada, a_draft(cost=13))
    assert (found.options, found.labels) == (0, 1)


def test_a_ranking_of_ones_own_is_moved_by_no_set(db: Session, ada: Person) -> None:
    a_version(db, a_project(db, ada), a_scorecard(ranked=("cost",)))
    a_version(db, a_sample(db), a_scorecard(ranked=("speed",)))
    found = weights.preview(db, SHIPPED, ada, a_draft(speed=90))
    assert (found.projects, found.samples, found.own_ranking) == (2, 1, 2)
    assert (found.options, found.labels, found.changes) == (0, 0, ())


def test_a_profile_moves_those_who_chose_it(db: Session, ada: Person) -> None:
    a_version(db, a_project(db, ada), a_scorecard(profile="cost_first"))
    other = {**SHIPPED.weights.profiles, "cost_first": ("speed",)}
    found = weights.preview(db, SHIPPED, ada, replace(a_draft(), profiles=other))
    assert (found.options, found.without_profile) == (1, 0)
    found = weights.preview(db, SHIPPED, ada, replace(a_draft(), profiles={}))
    assert found.without_profile == 1


def test_a_strangers_project_is_counted_but_not_named(db: Session, ada: Person) -> None:
    a_version(db, a_project(db, a_person(db, "Eve")), a_scorecard())
    found = weights.preview(db, SHIPPED, ada, a_draft(speed=90))
    assert (found.options, found.changes) == (1, ())


def test_beyond_the_closest_the_mean_scores_count(
    db: Session, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three alike, of which two are Eve's: with room for one, the others are not read closely."""
    eve = a_person(db, "Eve")
    for by in (ada, eve, eve):
        a_version(db, a_project(db, by), a_scorecard())
    everyone = weights.preview(db, SHIPPED, ada, a_draft(speed=90))
    monkeypatch.setattr(weights, "CLOSEST", 0)
    found = weights.preview(db, SHIPPED, ada, a_draft(speed=90))
    assert (everyone.closely, found.closely) == (3, 1)  # what is named is read closely as well
    assert (everyone.options, found.options) == (3, 3)
    assert [change.then.best for change in found.changes] == [
        change.then.best for change in everyone.changes
    ]


def test_a_lead_that_shrinks_is_counted(db: Session, ada: Person) -> None:
    a_version(db, a_project(db, ada), a_scorecard())
    found = weights.preview(db, SHIPPED, ada, a_draft(cost=13))
    assert (found.closer, found.further) == (1, 0)
    found = weights.preview(db, SHIPPED, ada, a_draft(cost=90))
    assert (found.closer, found.further) == (0, 1)


def test_a_version_without_a_scorecard_is_not_compared(db: Session, ada: Person) -> None:
    a_version(db, a_project(db, ada), None)
    found = weights.preview(db, SHIPPED, ada, a_draft(speed=90))
    assert (found.projects, found.not_comparable) == (0, 1)


def test_looking_stores_nothing(db: Session, ada: Person) -> None:
    a_version(db, a_project(db, ada), a_scorecard())
    before = audit.newest(db, ada)
    weights.preview(db, SHIPPED, ada, a_draft(speed=90))
    assert weights.in_force(db, SHIPPED) == SHIPPED
    assert audit.newest(db, ada) == before


# ---- anchors -------------------------------------------------------------------------------------


def _anchored(**anchors: tuple[str, str]) -> Draft:
    return replace(a_draft(), anchors=anchors)


# Between one and two tests of control, all beyond the second hardly count for a service.
HARDER = _anchored(cost=("100", "0.9"), control=("1", "2"), security=("40", "60"))


def _assessed(db: Session, by: Person, ranked: list[str] | None = None) -> Project:
    """A project with one version, saved with what is in force."""
    project = a_project(db, by)
    document = a_decided_document(priorities=ranked)["answers"]
    projects.save_answers(db, by, project, flattened(document, SHIPPED.questions), NOON)
    _save(db, project)
    return project


def _save(db: Session, project: Project) -> None:
    now = weights.in_force(db, SHIPPED)
    assessments.keep(db, now, project, by=None, title="", worlds=60, now=NOON)


def _result(db: Session, project: Project) -> dict[str, Any]:
    found = assessments.latest(db, project)
    assert found is not None
    return found.result


def _ends(found: weights.Published, key: str) -> tuple[float, float]:
    return next((c.worst, c.best) for c in found.weights.criteria if c.key == key)


def test_anchors_are_published_with_where_they_come_from(db: Session, ada: Person) -> None:
    _publish(db, ada, HARDER)
    now = weights.in_force(db, SHIPPED)
    assert _ends(weights.find(db, now, ada, 2), "security") == (0.4, 0.6)
    cost = now.weights.criteria[0]
    assert (cost.worst, cost.best) == (100.0, 0.9)
    assert cost.source.source == "judgement: Ada: The board asked."
    speed = next(c for c in now.weights.criteria if c.key == "speed")
    assert speed == next(c for c in SHIPPED.weights.criteria if c.key == "speed")
    assert now.criteria == SHIPPED.criteria  # what a version pins as facts is what ships


def test_a_set_without_anchors_has_those_that_ship(db: Session, ada: Person) -> None:
    """As every set that was published before there were others."""
    _publish(db, ada, a_draft(cost=50))
    row = pinned.newest_weights(db)
    assert row is not None
    assert "anchors" not in row.content
    _publish(db, ada, HARDER, based_on=2)
    now = weights.in_force(db, SHIPPED)  # as pages read: through what is in force, not what ships
    assert _ends(weights.find(db, now, ada, 2), "cost") == (2.0, 0.5)
    assert _ends(weights.find(db, now, ada, 1), "cost") == (2.0, 0.5)


def test_anchors_stay_until_another_set_has_others(db: Session, ada: Person) -> None:
    _publish(db, ada, HARDER)
    _publish(db, ada, a_draft(cost=50), based_on=2, reason="Dearer.")
    cost = weights.in_force(db, SHIPPED).weights.criteria[0]
    assert (cost.worst, cost.source.source) == (100.0, "judgement: Ada: The board asked.")
    _publish(db, ada, _anchored(cost=("2", "0.5")), based_on=3)
    assert _ends(weights.find(db, SHIPPED, ada, 4), "cost") == (2.0, 0.5)
    assert _ends(weights.find(db, SHIPPED, ada, 4), "control") == (1.0, 2.0)


def test_the_audit_log_has_the_number_and_reason_and_no_anchor(db: Session, ada: Person) -> None:
    _publish(db, ada, HARDER)
    newest = audit.newest(db, ada)[0]
    assert "0.9" not in repr(newest)
    assert "The board asked." in repr(newest)


@pytest.mark.parametrize(
    "ranked", [None, ["cost", "control"]], ids=["default weights", "own ranking"]
)
def test_what_the_preview_of_anchors_says_is_what_the_next_version_finds(
    db: Session, ada: Person, ranked: list[str] | None
) -> None:
    project = _assessed(db, ada, ranked)
    found = weights.preview(db, SHIPPED, ada, HARDER)
    assert (found.projects, found.fixed, found.own_ranking) == (1, 0, 0)
    assert found.moves_anchors
    assert found.options == 1
    before = _result(db, project)
    _publish(db, ada, HARDER)
    assert _result(db, project) == before  # a saved version never changes
    _save(db, project)
    after = _result(db, project)["recommended"]
    was = before["recommended"]
    assert (found.options, found.labels) == (
        int(was["option"] != after["option"]),
        int(was["option"] == after["option"] and was["label"] != after["label"]),
    )
    for change in found.changes:
        assert change.then.best is not None
        assert (change.then.best.key, change.then.label) == (after["option"], after["label"])
        assert change.then.share == pytest.approx(after["share_of_worlds"], rel=1e-8)


def test_a_version_is_replayed_on_the_anchors_it_was_made_with(db: Session, ada: Person) -> None:
    project = _assessed(db, ada)
    _publish(db, ada, HARDER)
    _save(db, project)
    _publish(db, ada, _anchored(cost=("3", "0.1")), based_on=2)
    assert [replaying.replay(db, project.id, n).outcome for n in (1, 2)] == ["equal", "equal"]


def test_what_was_saved_without_measures_is_said_and_not_guessed(db: Session, ada: Person) -> None:
    a_version(db, a_project(db, ada), a_scorecard())
    found = weights.preview(db, SHIPPED, ada, HARDER)
    assert (found.projects, found.fixed, found.changes) == (0, 1, ())
    assert weights.preview(db, SHIPPED, ada, a_draft(speed=90)).fixed == 0


# ---- at once (O1 and O3) ----------------------------------------------------------------------

# `make faults` asks for the numbers of a real crowd.
IS_FULL = os.environ.get("FAULTS") == "full"
AT_ONCE, ROUNDS = (50, 200) if IS_FULL else (6, 3)
SUBMITS = 200 if IS_FULL else 6


@pytest.fixture(params=["sqlite", "postgresql"])
def shared(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database of its own, in which transactions really commit."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'footing.db'}"
        yield from _opened(url)
        return
    server = make_url(request.getfixturevalue("postgresql_url"))
    maintenance = create_engine(server, isolation_level="AUTOCOMMIT")
    name = f"{server.database}_weights"
    with maintenance.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield from _opened(server.set(database=name).render_as_string(hide_password=False))
    with maintenance.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    maintenance.dispose()


def _opened(url: str) -> Iterator[Database]:
    migrate(url)
    database = connect(url)
    with database.alone() as session:
        weights.ensure(session, SHIPPED, NOON)
    yield database
    database.close()


def _publish_alone(database: Database, by: Person, points: float, based_on: int) -> bool:
    try:
        with database.alone() as session:
            _publish(session, by, a_draft(speed=points), based_on)
    except Conflict:
        return False
    return True


def test_of_many_at_once_one_is_published(shared: Database) -> None:
    with shared.alone() as session:
        ada = a_person(session, "Ada", is_administrator=True)
    for based_on in range(1, ROUNDS + 1):
        with ThreadPoolExecutor(AT_ONCE) as pool:
            points = [based_on * 100 + i for i in range(AT_ONCE)]
            published = list(
                pool.map(lambda p, n=based_on: _publish_alone(shared, ada, p, n), points)
            )
        assert published.count(True) == 1
    with shared.reading() as session:
        numbers = [p.number for p in weights.listing(session, SHIPPED, ada)]
        assert numbers == list(range(ROUNDS + 1, 0, -1))


def test_versions_saved_while_weights_are_published_are_reproducible(shared: Database) -> None:
    with shared.alone() as session:
        ada = a_person(session, "Ada", is_administrator=True)
        project = a_project(session, ada)
        typed = flattened(a_decided_document(priorities=None)["answers"], SHIPPED.questions)
        projects.save_answers(session, ada, project, typed, NOON)

    # One after the other on each side: two who publish, or save one project, at once are told so.
    def save_many() -> None:
        for _ in range(SUBMITS):
            with shared.alone() as session:
                now = weights.in_force(session, SHIPPED)
                assessments.keep(session, now, project, by=ada, title="", worlds=20, now=NOON)

    def publish_three() -> list[bool]:
        return [_publish_alone(shared, ada, 20 + number, number) for number in range(1, 4)]

    with ThreadPoolExecutor(2) as pool:
        saving, publishing = pool.submit(save_many), pool.submit(publish_three)
        assert publishing.result() == [True, True, True]
        saving.result()
    with shared.reading() as session:
        for number in range(1, 7):
            assert replaying.replay(session, project.id, number).outcome == "equal", number
