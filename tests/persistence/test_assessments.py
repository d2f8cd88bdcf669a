import hashlib

import pytest
from sqlalchemy import update

from app.persistence import Session, assessments
from app.persistence.tables import AssessmentRow, ImmutableError
from app.services.projects import Project
from tests.builders import NOON, a_person, a_project, a_snapshot


@pytest.fixture
def project(db: Session) -> Project:
    return a_project(db, a_person(db))


def test_versions_of_a_project_are_numbered_from_one(db: Session, project: Project) -> None:
    other = a_project(db, a_person(db, "Cy"))
    for title in ("First", "Second"):
        assessments.keep(db, project.id, a_snapshot(title), by=None, at=NOON)
    assessments.keep(db, other.id, a_snapshot(), by=None, at=NOON)
    assert [row.number for row in assessments.all_of(db, project.id)] == [2, 1]
    assert [row.number for row in assessments.all_of(db, other.id)] == [1]


def test_a_version_is_found_by_its_number(db: Session, project: Project) -> None:
    assessments.keep(db, project.id, a_snapshot("First"), by=None, at=NOON)
    assessments.keep(db, project.id, a_snapshot("Second"), by=None, at=NOON)
    first = assessments.by_number(db, project.id, 1)
    latest = assessments.latest(db, project.id)
    assert first is not None
    assert latest is not None
    assert (first.title, latest.title) == ("First", "Second")
    assert assessments.by_number(db, project.id, 3) is None


def test_a_project_without_versions_has_no_latest(db: Session, project: Project) -> None:
    assert assessments.latest(db, project.id) is None


def test_the_result_is_kept_to_the_byte_with_its_hash(db: Session, project: Project) -> None:
    result = '{"label":"leaning","note":"Größe ≥ 1"}'
    row = assessments.keep(db, project.id, a_snapshot(result=result), by=None, at=NOON)
    db.expire_all()
    assert row.result == result
    assert row.result_sha256 == hashlib.sha256(result.encode()).hexdigest()


def test_a_saved_assessment_cannot_be_changed(db: Session, project: Project) -> None:
    row = assessments.keep(db, project.id, a_snapshot(), by=None, at=NOON)
    row.title = "Better"
    with pytest.raises(ImmutableError):
        db.flush()


def test_nor_can_all_of_them_at_once(db: Session, project: Project) -> None:
    assessments.keep(db, project.id, a_snapshot(), by=None, at=NOON)
    with pytest.raises(ImmutableError):
        db.execute(update(AssessmentRow).values(title="Better"))
