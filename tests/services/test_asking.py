"""What to answer next: kept with a version or by a quick run, and what was answered drops out."""

from datetime import timedelta

import pytest

from app import reference
from app.domain.errors import InvalidAnswers, NotAllowed
from app.domain.questionnaire.reading import flattened
from app.persistence import Session
from app.services import asking, assessments, projects
from app.services.asking import QUICK_WORLDS, Asking
from app.services.people import Person
from app.services.projects import Project
from tests.builders import NOON, a_person, a_project
from tests.domain.builders import a_decided_document

SHIPPED = reference.load()


@pytest.fixture
def bo(db: Session) -> Person:
    return a_person(db)


@pytest.fixture
def project(db: Session, bo: Person) -> Project:
    """A project in which the isolation is open, which decides."""
    project = a_project(db, bo)
    document = a_decided_document(isolation=None, gpu_owner="named")
    typed = flattened(document["answers"], SHIPPED.questions)
    projects.save_answers(db, bo, project, typed, NOON)
    return project


def found(db: Session, project: Project) -> Asking:
    known = asking.find(db, project, projects.answers(db, project))
    assert known is not None
    return known


def paths(known: Asking) -> list[str]:
    return [row["path"] for row in known.found["open_questions"]]


def test_nothing_is_known_before_anything_was_computed(db: Session, project: Project) -> None:
    assert asking.find(db, project, {}) is None


def test_a_quick_run_is_kept_and_saves_no_version(
    db: Session, bo: Person, project: Project
) -> None:
    asking.compute(db, SHIPPED, bo, project, NOON)
    known = found(db, project)
    assert known.is_current
    assert known.at == NOON
    assert known.found["worlds"] == QUICK_WORLDS
    assert "isolation" in paths(known)
    assert assessments.latest(db, project) is None


def test_what_was_answered_since_is_asked_no_more_and_the_order_stays(
    db: Session, bo: Person, project: Project
) -> None:
    asking.compute(db, SHIPPED, bo, project, NOON)
    before = paths(found(db, project))
    projects.save_answers(db, bo, project, {"isolation": "none"}, NOON)
    known = found(db, project)
    assert not known.is_current
    assert paths(known) == [path for path in before if path != "isolation"]


def test_a_saved_version_takes_the_place_of_what_was_known(
    db: Session, bo: Person, project: Project
) -> None:
    asking.compute(db, SHIPPED, bo, project, NOON)
    projects.save_answers(db, bo, project, {"isolation": "none"}, NOON)
    later = NOON + timedelta(days=1)
    assessments.submit(db, SHIPPED, bo, project, title="", worlds=200, now=later)
    known = found(db, project)
    assert (known.at, known.found["worlds"], known.is_current) == (later, 200, True)
    assert "isolation" not in paths(known)


def test_only_who_may_change_a_project_has_it_computed(db: Session, project: Project) -> None:
    with pytest.raises(NotAllowed):
        asking.compute(db, SHIPPED, None, project, NOON)
    assert asking.find(db, project, {}) is None


def test_answers_that_cannot_be_used_leave_what_was_known(
    db: Session, bo: Person, project: Project
) -> None:
    asking.compute(db, SHIPPED, bo, project, NOON)
    projects.save_answers(db, bo, project, {"modalities": None}, NOON)
    with pytest.raises(InvalidAnswers):
        asking.compute(db, SHIPPED, bo, project, NOON)
    assert found(db, project).found["worlds"] == QUICK_WORLDS
