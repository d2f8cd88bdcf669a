"""What tests are about, with defaults: each test says only what matters to it."""

from datetime import UTC, datetime

from app import reference
from app.persistence import Session, projects
from app.persistence.assessments import Snapshot
from app.persistence.tables import PersonRow
from app.services.people import Person
from app.services.projects import Project, find

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def a_person(db: Session, name: str = "Bo", *, is_administrator: bool = False) -> Person:
    row = PersonRow(name=name, is_administrator=is_administrator, created_at=NOON)
    db.add(row)
    db.flush()
    return Person(row.id, row.name, row.is_administrator)


def a_project(db: Session, owner: Person, name: str = "Radiology assistant") -> Project:
    row = projects.add(db, name=name, purpose="", owner_id=owner.id, at=NOON)
    return find(db, owner, row.id)


def a_sample(db: Session, key: str = "hospital") -> Project:
    row = projects.add(db, name="A hospital group", purpose="", sample_key=key, at=NOON)
    return find(db, None, row.id)


def a_snapshot(
    title: str = "First",
    result: str = '{"recommended":null}',
    *,
    facts_sha256: str = "",
    weight_set: int = 1,
) -> Snapshot:
    return Snapshot(
        title=title,
        answers={"scope": "one_workload"},
        result=result,
        question_set=1,
        weight_set=weight_set,
        facts_sha256=facts_sha256 or reference.load().facts.sha256,
        engine_version="0.1.0",
        seed=1,
        worlds=2_000,
    )
