"""What tests are about, with defaults: each test says only what matters to it."""

from datetime import UTC, datetime

from app.persistence import Session, projects
from app.persistence import teams as team_rows
from app.persistence.assessments import Snapshot
from app.persistence.tables import PersonRow
from app.services import passwords, teams
from app.services.people import Person
from app.services.projects import Project, find
from app.services.teams import Role, Team

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


PASSWORD = "nineteen purple tractors"


def a_person(
    db: Session,
    name: str = "Bo",
    *,
    is_administrator: bool = False,
    email: str | None = None,
    password: str = "",
) -> Person:
    row = PersonRow(
        name=name,
        email=email,
        password_hash=passwords.hashed(password) if password else None,
        is_administrator=is_administrator,
        created_at=NOON,
    )
    db.add(row)
    db.flush()
    return Person(row.id, row.name, row.is_administrator)


def a_team(db: Session, owner: Person, name: str = "Radiology") -> Team:
    return teams.start(db, owner, name=name, now=NOON)


def join(db: Session, person: Person, team_id: int, role: Role) -> None:
    team_rows.put(db, team_id=team_id, person_id=person.id, role=role, at=NOON)


def a_project(
    db: Session, owner: Person, name: str = "Radiology assistant", *, team: Team | None = None
) -> Project:
    """A project of `team`, else of the owner's first, which is made if there is none."""
    team = team or next(iter(teams.mine(db, owner)), None) or a_team(db, owner)
    row = projects.add(db, name=name, purpose="", team_id=team.id, at=NOON)
    return find(db, owner, row.id)


def a_sample(db: Session, key: str = "hospital") -> Project:
    row = projects.add(db, name="A hospital group", purpose="", sample_key=key, at=NOON)
    return find(db, None, row.id)


def a_snapshot(title: str = "First", result: str = '{"recommended":null}') -> Snapshot:
    return Snapshot(
        title=title,
        answers={"scope": "one_workload"},
        result=result,
        question_set=1,
        weight_set=1,
        facts_sha256="0" * 64,
        engine_version="0.1.0",
        seed=1,
        worlds=2_000,
    )
