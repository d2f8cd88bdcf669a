import pytest
from sqlalchemy.exc import IntegrityError

from app.persistence import Session, projects
from app.persistence.projects import Author
from app.persistence.tables import JSONValue
from tests.builders import NOON, a_person, a_project, a_sample, join

TYPED: list[JSONValue] = [
    "50 0oo",
    {"low": "1", "likely": "2", "high": "", "evidence": "estimated"},
    ["batch_inference", "fine_tuning"],
    {"image": {"volume_per_day": {"likely": "40000"}}},
]


@pytest.mark.parametrize("value", TYPED)
def test_an_answer_comes_back_as_it_was_typed(db: Session, value: JSONValue) -> None:
    project = a_project(db, a_person(db))
    projects.save_answer(db, project.id, "traffic", value, projects.NOBODY, NOON)
    assert projects.answers(db, project.id) == {"traffic": value}


def test_every_change_of_an_answer_counts_as_a_revision(db: Session) -> None:
    bo = a_person(db)
    project = a_project(db, bo)
    revisions = [
        projects.save_answer(db, project.id, "scope", value, Author(bo.id, bo.name), NOON)
        for value in ("estate", None, "one_workload")
    ]
    assert revisions == [1, 2, 3]


def test_an_answer_taken_back_is_left_out(db: Session) -> None:
    project = a_project(db, a_person(db))
    projects.save_answer(db, project.id, "scope", "estate", projects.NOBODY, NOON)
    projects.save_answer(db, project.id, "scope", None, projects.NOBODY, NOON)
    assert projects.answers(db, project.id) == {}


def test_an_answer_belongs_to_a_project(db: Session) -> None:
    with pytest.raises(IntegrityError), db.begin_nested():
        projects.save_answer(db, 999_999, "scope", "estate", projects.NOBODY, NOON)


def test_a_person_sees_the_projects_of_their_teams_newest_first(db: Session) -> None:
    bo, cy = a_person(db, "Bo"), a_person(db, "Cy")
    first, second = a_project(db, bo), a_project(db, bo)
    theirs = a_project(db, cy)
    assert [row.id for row in projects.seen_by(db, bo.id)] == [second.id, first.id]
    assert theirs.team
    join(db, bo, theirs.team.id, "viewer")
    assert [row.id for row in projects.seen_by(db, bo.id)] == [theirs.id, second.id, first.id]


def test_a_sample_exists_once(db: Session) -> None:
    a_sample(db, "hospital")
    with pytest.raises(IntegrityError), db.begin_nested():
        a_sample(db, "hospital")
    assert [row.sample_key for row in projects.samples(db)] == ["hospital"]
