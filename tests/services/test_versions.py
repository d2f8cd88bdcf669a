"""Milestones, and taking up earlier answers: what is replaced is kept, and others are told."""

import pytest

from app import reference
from app.domain.errors import Conflict, InvalidAnswers, NotAllowed, NotFound
from app.persistence import Session, assessments
from app.services import activity, answering, audit, projects, versions
from app.services.answering import Given
from app.services.people import Person
from app.services.projects import Project
from tests.builders import NOON, a_person, a_project, a_snapshot, join

QUESTIONS = reference.load().questions


@pytest.fixture
def bo(db: Session) -> Person:
    return a_person(db, is_administrator=True)


@pytest.fixture
def project(db: Session, bo: Person) -> Project:
    """A project with one saved version (scope: one_workload), and other answers since."""
    project = a_project(db, bo)
    assessments.keep(db, project.id, a_snapshot(), by=bo.id, at=NOON)
    typed = {"scope": Given("estate"), "needed_in_weeks": Given({"likely": "26"})}
    answering.save(db, QUESTIONS, bo, project, typed, window="bo", now=NOON)
    return project


def restore(db: Session, by: Person, project: Project) -> None:
    earlier = versions.of_version(db, project, 1)
    versions.restore(db, by, project, earlier, earlier.as_of, NOON)


def test_a_version_is_named_and_its_name_taken_away(
    db: Session, bo: Person, project: Project
) -> None:
    versions.name(db, bo, project, 1, "  To the  board ", NOON)
    assert versions.names(db, project) == {1: "To the board"}
    versions.name(db, bo, project, 1, "Approved", NOON)
    assert versions.names(db, project) == {1: "Approved"}
    assert [line.action for line in audit.newest(db, bo, most=2)] == ["named a version of"] * 2
    versions.name(db, bo, project, 1, "", NOON)
    assert versions.names(db, project) == {}


def test_what_cannot_be_named_is_said(db: Session, bo: Person, project: Project) -> None:
    with pytest.raises(NotFound):
        versions.name(db, bo, project, 2, "Board", NOON)
    with pytest.raises(InvalidAnswers):
        versions.name(db, bo, project, 1, "x" * 81, NOON)


def test_the_answers_of_a_version_are_taken_up_again(
    db: Session, bo: Person, project: Project
) -> None:
    restore(db, bo, project)
    assert projects.answers(db, project) == {"scope": "one_workload"}
    assert activity.newest(db, project, most=9)[0].did in {
        "restored the answers of version 1",
        "",
    }


def test_what_was_there_is_kept_and_can_be_taken_up_too(
    db: Session, bo: Person, project: Project
) -> None:
    before = projects.answers(db, project)
    restore(db, bo, project)
    (kept,) = versions.drafts(db, project)
    earlier = versions.of_draft(db, project, kept.id)
    versions.restore(db, bo, project, earlier, earlier.as_of, NOON)
    assert projects.answers(db, project) == before


def test_whoever_has_a_page_open_is_told(db: Session, bo: Person, project: Project) -> None:
    restore(db, bo, project)
    typed = {"needed_in_weeks": Given({"likely": "30"}, base=1)}
    clashes = answering.save(db, QUESTIONS, bo, project, typed, window="bo", now=NOON)
    assert clashes["needed_in_weeks"].theirs.value is None
    assert projects.answers(db, project) == {"scope": "one_workload"}


def test_answers_that_came_meanwhile_are_not_replaced_unseen(
    db: Session, bo: Person, project: Project
) -> None:
    earlier = versions.of_version(db, project, 1)
    typed = {"needed_in_weeks": Given({"likely": "52"}, base=1)}
    answering.save(db, QUESTIONS, bo, project, typed, window="bo", now=NOON)
    with pytest.raises(Conflict, match="Somebody answered since"):
        versions.restore(db, bo, project, earlier, earlier.as_of, NOON)
    assert versions.drafts(db, project) == []
    assert projects.answers(db, project)["needed_in_weeks"] == {"likely": "52"}


def test_who_may_only_look_does_neither(db: Session, project: Project) -> None:
    viewer = a_person(db, "Vi")
    assert project.team
    join(db, viewer, project.team.id, "viewer")
    found = projects.find(db, viewer, project.id)
    with pytest.raises(NotAllowed):
        versions.name(db, viewer, found, 1, "Board", NOON)
    with pytest.raises(NotAllowed):
        restore(db, viewer, found)


def test_a_draft_of_another_project_is_not_found(db: Session, bo: Person, project: Project) -> None:
    restore(db, bo, project)
    (kept,) = versions.drafts(db, project)
    other = a_project(db, bo, "Another")
    with pytest.raises(NotFound):
        versions.of_draft(db, other, kept.id)
    with pytest.raises(NotFound):
        versions.of_version(db, other, 1)
