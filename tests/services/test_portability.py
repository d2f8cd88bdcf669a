"""A project taken along, brought in again, and deleted with everything in it."""

import base64
import gzip
import json
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from app import reference
from app.domain.errors import InvalidAnswers, NotAllowed, NotFound
from app.domain.questionnaire.reading import flattened
from app.persistence import Session, portable
from app.persistence.tables import AssessmentRow, MeanValuesRow, ProjectRow, Row, TeamRow
from app.services import (
    assessments,
    portability,
    projects,
    replaying,
    share_links,
    teams,
    weights,
)
from app.services.people import Person
from app.services.projects import Project
from tests.builders import NOON, a_draft, a_person, a_project, a_sample, join
from tests.domain.builders import a_decided_document

QUESTIONS = reference.load().questions


SHIPPED = reference.load()
# Tables that refer to a project and do not travel, and why.
STAYS = {
    "stated_weights": "belongs to accounts, which are nobody elsewhere",
    "mean_values": "made anew from the scorecards",
    "uses": "read again from the results",
    "share_link": "a key to this installation",
    "link_weights": "stated by such a key",
    "asking": "computed again from the answers",
    "assignment": "asks accounts, which are nobody elsewhere",
}


@pytest.fixture
def bo(db: Session) -> Person:
    return a_person(db)


@pytest.fixture
def project(db: Session, bo: Person) -> Project:
    """A project with answers and two versions, the second with weights published in between."""
    project = a_project(db, bo, "Radiology ${x} 'assistant'")
    typed = flattened(a_decided_document(priorities=None)["answers"], SHIPPED.questions)
    projects.save_answers(db, bo, project, typed, NOON)
    assessments.keep(db, SHIPPED, project, by=bo, title="First", worlds=20, now=NOON)
    ada = a_person(db, "Ada", is_administrator=True)
    weights.publish(db, SHIPPED, ada, a_draft(speed=90), based_on=1, reason="Why", now=NOON)
    now = weights.in_force(db, SHIPPED)
    assessments.keep(db, now, project, by=bo, title="Second", worlds=20, now=NOON)
    return project


def _exported(db: Session, by: Person, project: Project) -> bytes:
    return portability.of_project(db, by, project, NOON).content


def _changed(content: bytes, change: Callable[[dict[str, Any]], None]) -> bytes:
    document = json.loads(gzip.decompress(content))
    change(document)
    return gzip.compress(json.dumps(document).encode())


def _saved(db: Session, project: Project) -> list[tuple[object, ...]]:
    rows = db.scalars(select(AssessmentRow).where(AssessmentRow.project_id == project.id))
    return [
        (r.number, r.title, r.created_at, r.answers, r.result, r.result_sha256, r.engine_version)
        for r in rows
    ]


def test_every_table_of_a_project_travels_or_says_why_not() -> None:
    of_projects = _of("project", "assessment")
    while (further := of_projects | _of(*of_projects)) != of_projects:  # of what is of a project
        of_projects = further
    travels = {part.__tablename__ for part in portable.PARTS} | {"scorecard"}
    assert of_projects == travels | STAYS.keys()


def _of(*tables: str) -> set[str]:
    """The tables whose rows refer to one of these."""
    return {
        table.name
        for table in Row.metadata.sorted_tables
        if any(key.column.table.name in tables for key in table.foreign_keys)
    }


def test_what_was_exported_comes_back_the_same_and_replays(
    db: Session, bo: Person, project: Project
) -> None:
    content = _exported(db, bo, project)
    assert project.team
    (back,) = portability.take_in(db, bo, content, team_id=project.team.id, now=NOON)
    assert back.id != project.id
    assert (back.name, back.purpose, back.created_at) == (
        project.name,
        project.purpose,
        project.created_at,
    )
    assert projects.answers(db, back) == projects.answers(db, project)
    assert _saved(db, back) == _saved(db, project)
    for number in (1, 2):
        assert replaying.replay(db, back.id, number).outcome == "equal"
    again = _exported(db, bo, back)
    rows = [json.loads(gzip.decompress(c))["projects"][0]["rows"] for c in (content, again)]
    assert rows[0] == rows[1]
    means = db.scalars(select(MeanValuesRow.project_id)).all()
    assert {project.id, back.id} <= set(means)


def test_weights_from_elsewhere_are_kept_and_never_in_force(
    db: Session, bo: Person, project: Project
) -> None:
    """An installation with other sets of the same number: the versions replay with their own."""

    def elsewhere(document: dict[str, Any]) -> None:
        plain = document["weight_sets"]["2"]
        inner = json.loads(plain["content"])
        inner["source"]["source"] = "judgement: another board"
        plain["content"] = json.dumps(inner)

    content = _changed(_exported(db, bo, project), elsewhere)
    before = weights.in_force(db, SHIPPED).weights
    listed = weights.listing(db, SHIPPED, a_person(db, "Al", is_administrator=True))
    (back,) = portability.take_in(db, bo, content, team_id=None, now=NOON)
    numbers = db.scalars(
        select(AssessmentRow.weight_set)
        .where(AssessmentRow.project_id == back.id)
        .order_by(AssessmentRow.number)
    ).all()
    assert numbers == [1, -1]
    assert weights.in_force(db, SHIPPED).weights == before
    assert len(weights.listing(db, SHIPPED, a_person(db, "Di", is_administrator=True))) == len(
        listed
    )
    assert replaying.replay(db, back.id, 2).outcome == "equal"
    portability.take_in(db, bo, content, team_id=None, now=NOON)
    assert db.scalar(select(func.count()).where(AssessmentRow.weight_set == -1)) == 2


def test_a_version_names_no_price_catalogue_of_another_installation(
    db: Session, bo: Person, project: Project
) -> None:
    def priced(document: dict[str, Any]) -> None:
        for version in document["projects"][0]["rows"]["assessment"]:
            version["price_snapshot"] = 7

    content = _changed(_exported(db, bo, project), priced)
    (back,) = portability.take_in(db, bo, content, team_id=None, now=NOON)
    named = select(AssessmentRow.price_snapshot).where(AssessmentRow.project_id == back.id)
    assert set(db.scalars(named)) == {None}
    assert replaying.replay(db, back.id, 1).outcome == "equal"


def test_a_team_travels_whole_and_becomes_one_of_its_name(
    db: Session, bo: Person, project: Project
) -> None:
    assert project.team
    other = projects.start(db, bo, name="Other", purpose="", now=NOON, team_id=project.team.id)
    archive = portability.of_team(db, bo, project.team.id, NOON)
    cy = a_person(db, "Cy")
    found = portability.take_in(db, cy, archive.content, team_id=None, now=NOON)
    assert [p.name for p in found] == [project.name, other.name]
    (team,) = teams.mine(db, cy)
    assert (team.name, team.role) == (project.team.name, "owner")


def test_the_name_of_the_file_is_plain(db: Session, bo: Person, project: Project) -> None:
    name = portability.of_project(db, bo, project, NOON).name
    assert name == "radiology-x-assistant.footing.json.gz"


def _without_part(document: dict[str, Any]) -> None:
    del document["projects"][0]["rows"]["assessment"]


def _another_result(document: dict[str, Any]) -> None:
    document["projects"][0]["rows"]["assessment"][0]["result"] = "{}"


def _another_fact(document: dict[str, Any]) -> None:
    document["facts"] = {name: text + " " for name, text in document["facts"].items()}


def _a_number_as_text(document: dict[str, Any]) -> None:
    document["projects"][0]["rows"]["assessment"][0]["seed"] = "one"


def _a_strange_column(document: dict[str, Any]) -> None:
    document["projects"][0]["rows"]["answer"][0]["is_administrator"] = True


def _no_time_zone(document: dict[str, Any]) -> None:
    document["projects"][0]["rows"]["answer"][0]["at"] = "2026-11-24T12:00:00"


def _no_weights(document: dict[str, Any]) -> None:
    document["weight_sets"] = {}


def _bad_scorecard(document: dict[str, Any]) -> None:
    document["projects"][0]["rows"]["assessment"][0]["scorecard"] = "!"


def _hostile(change: Callable[[dict[str, Any]], None]) -> Callable[[dict[str, Any]], None]:
    """A scorecard that is packed well and would disturb whoever weighs it with all others."""

    def damage(document: dict[str, Any]) -> None:
        version = document["projects"][0]["rows"]["assessment"][1]
        line, _, raw = zlib.decompress(base64.b64decode(version["scorecard"])).partition(b"\n")
        head = json.loads(line)
        change(head)
        content = zlib.compress(json.dumps(head).encode() + b"\n" + raw)
        version["scorecard"] = base64.b64encode(content).decode()

    return damage


def _bomb(document: dict[str, Any]) -> None:
    version = document["projects"][0]["rows"]["assessment"][1]
    version["scorecard"] = base64.b64encode(zlib.compress(b" " * 20_000_000)).decode()


HOSTILE: dict[str, Callable[[dict[str, Any]], None]] = {
    "equal anchors": lambda head: head["anchors"][0].update(worst=1.0, best=1.0),
    "endless anchors": lambda head: head["anchors"][0].update(best=float("inf")),
    "a strange family": lambda head: head["contenders"][0].update(family="sea"),
    "two keys in one": lambda head: head["contenders"][0].update(key="a:cloud b"),
    "a criterion too many": lambda head: head["keys"].append("luck"),
    "ranked twice": lambda head: head.update(ranked=["cost", "cost"]),
    "ranked what is not there": lambda head: head.update(ranked=["luck"]),
    "no seed": lambda head: head.update(seed="one"),
    "another shape": lambda head: head.update(shape=[1, 1, 1]),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_scorecard_that_would_disturb_others_is_refused(
    db: Session, bo: Person, project: Project, what: str
) -> None:
    content = _changed(_exported(db, bo, project), _hostile(HOSTILE[what]))
    with pytest.raises(InvalidAnswers, match="a scorecard is none"), db.begin_nested():
        portability.take_in(db, bo, content, team_id=None, now=NOON)


def test_a_bomb_is_no_scorecard(db: Session, bo: Person, project: Project) -> None:
    content = _changed(_exported(db, bo, project), _bomb)
    with pytest.raises(InvalidAnswers, match="a scorecard is none"), db.begin_nested():
        portability.take_in(db, bo, content, team_id=None, now=NOON)


@pytest.mark.parametrize(
    "ends", [{"worst": 2, "best": 2}, {"worst": -1, "best": 1}, {"worst": 1e999, "best": 1}]
)
def test_anchors_from_elsewhere_that_are_no_scale_are_refused(
    db: Session, bo: Person, project: Project, ends: dict[str, float]
) -> None:
    """Cost runs along a logarithmic scale, which has no place for what is not above 0."""

    def elsewhere(document: dict[str, Any]) -> None:
        plain = document["weight_sets"]["2"]
        inner = json.loads(plain["content"])
        inner["anchors"] = {"cost": {**ends, "source": inner["source"]}}
        plain["content"] = json.dumps(inner)

    content = _changed(_exported(db, bo, project), elsewhere)
    with pytest.raises(InvalidAnswers, match="nothing was added"), db.begin_nested():
        portability.take_in(db, bo, content, team_id=None, now=NOON)


def _project_twice_numbered(document: dict[str, Any]) -> None:
    document["projects"] = "ab"


@pytest.mark.parametrize(
    "damage",
    [
        _without_part,
        _another_result,
        _another_fact,
        _a_number_as_text,
        _a_strange_column,
        _no_time_zone,
        _no_weights,
        _bad_scorecard,
        _project_twice_numbered,
    ],
)
def test_a_damaged_archive_is_refused_and_adds_nothing(
    db: Session, bo: Person, project: Project, damage: Callable[[dict[str, Any]], None]
) -> None:
    content = _changed(_exported(db, bo, project), damage)
    with pytest.raises(InvalidAnswers) as refused, db.begin_nested():
        portability.take_in(db, bo, content, team_id=None, now=NOON)
    assert "nothing was added" in refused.value.problems[0].message
    assert db.scalar(select(func.count()).select_from(ProjectRow)) == 1


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        gzip.compress(b"not json"),
        gzip.compress(b'{"format": "footing-answers/1"}'),
        gzip.compress(b"[" * 100_000),
        gzip.compress(b'{"format": "footing-archive/1"}')[:-9],
    ],
    ids=["nothing", "not packed", "not JSON", "another format", "too deep", "cut off"],
)
def test_what_is_no_archive_is_said_to_be_none(db: Session, bo: Person, content: bytes) -> None:
    with pytest.raises(InvalidAnswers):
        portability.take_in(db, bo, content, team_id=None, now=NOON)


def test_a_bomb_is_no_archive(db: Session, bo: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portability, "_MOST_UNPACKED", 10_000)
    bomb = gzip.compress(b'{"format": "footing-archive/1", "x": "' + b" " * 100_000 + b'"}')
    with pytest.raises(InvalidAnswers, match="no archive"):
        portability.take_in(db, bo, bomb, team_id=None, now=NOON)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(content=st.binary(max_size=300).map(gzip.compress) | st.binary(max_size=300))
def test_no_bytes_do_more_than_be_refused(db: Session, content: bytes) -> None:
    bo = Person(0, "Bo", is_administrator=False)
    with pytest.raises(InvalidAnswers):
        portability.take_in(db, bo, content, team_id=None, now=NOON)


# ---- erasing -----------------------------------------------------------------------------------


def test_a_deleted_project_leaves_nothing_but_a_line_in_the_log(
    db: Session, bo: Person, project: Project
) -> None:
    token = share_links.create(db, bo, project, number=1, label="Board", days=7, now=NOON)
    with pytest.raises(InvalidAnswers, match="exactly so"):
        portability.erase_project(db, bo, project, "Radiology", NOON)
    portability.erase_project(db, bo, project, f"  {project.name} ", NOON)
    for table in Row.metadata.sorted_tables:
        if "project_id" in table.columns:
            assert db.scalar(select(func.count()).select_from(table)) == 0, table.name
    with pytest.raises(NotFound):
        share_links.look_up(db, QUESTIONS, token, NOON)
    with pytest.raises(NotFound):
        projects.find(db, bo, project.id)


def test_a_deleted_team_takes_its_projects_along(db: Session, bo: Person, project: Project) -> None:
    assert project.team
    other = a_project(db, a_person(db, "Eve"))
    portability.erase_team(db, bo, project.team.id, project.team.name, NOON)
    assert teams.mine(db, bo) == []
    assert db.scalars(select(ProjectRow.id)).all() == [other.id]
    assert db.scalar(select(func.count()).select_from(TeamRow)) == 1


def test_only_owners_delete_and_only_editors_export(
    db: Session, bo: Person, project: Project
) -> None:
    assert project.team
    cy, di = a_person(db, "Cy"), a_person(db, "Di")
    join(db, cy, project.team.id, "viewer")
    join(db, di, project.team.id, "editor")
    with pytest.raises(NotAllowed):
        portability.of_project(db, cy, projects.find(db, cy, project.id), NOON)
    found = projects.find(db, di, project.id)
    content = portability.of_project(db, di, found, NOON).content
    for act in (
        lambda: portability.erase_project(db, di, found, project.name, NOON),
        lambda: portability.erase_team(db, di, found.team.id if found.team else 0, "x", NOON),
        lambda: portability.of_team(db, di, found.team.id if found.team else 0, NOON),
        lambda: portability.take_in(
            db, cy, content, team_id=found.team.id if found.team else 0, now=NOON
        ),
    ):
        with pytest.raises(NotAllowed):
            act()
    with pytest.raises(NotFound):
        portability.take_in(db, a_person(db, "Eve"), content, team_id=project.team.id, now=NOON)
    sample = projects.find(db, bo, a_sample(db).id)
    with pytest.raises(NotAllowed):
        portability.erase_project(db, bo, sample, sample.name, NOON)
