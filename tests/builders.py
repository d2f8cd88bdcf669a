"""What tests are about, with defaults: each test says only what matters to it."""

from datetime import UTC, datetime

import numpy as np

from app import reference
from app.domain.decision.drafts import Draft
from app.domain.decision.scorecard import Contender, LikelyCase, Scorecard
from app.persistence import Session, assessments, projects, scorecards
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


def a_draft(**points: float) -> Draft:
    """The shipped weights and profiles, with these points instead, out of 100."""
    shipped = reference.load().weights
    typed = {key: f"{share * 100:.10g}" for key, share in shipped.default_weights.items()}
    typed.update({key: f"{value:g}" for key, value in points.items()})
    return Draft(typed, dict(shipped.profiles))


def a_scorecard(*, ranked: tuple[str, ...] = (), profile: str = "") -> Scorecard:
    """Colocation is the best on cost and a managed service on speed; on the rest they are equal."""
    keys = reference.load().weights.keys
    values = np.full((50, 2, len(keys)), 0.5)
    values[:, :, keys.index("cost")] = [1.0, 0.0]
    values[:, :, keys.index("speed")] = [0.0, 1.0]
    return Scorecard(
        contenders=(
            Contender("colocation", "Colocation", "on_premises", is_doubtful=False),
            Contender("managed_api", "Managed service", "cloud", is_doubtful=False),
        ),
        values=values,
        ranked=ranked,
        profile=profile,
        seed=1,
        likely=LikelyCase((), np.zeros((0, len(keys)))),
        open_choices=(),
    )


def a_version(db: Session, project: Project, card: Scorecard | None) -> int:
    """A saved version of the project, with what it found before weighing."""
    row = assessments.keep(db, project.id, a_snapshot(), by=None, at=NOON)
    if card is not None:
        scorecards.keep(db, row, card, reference.load().weights.keys)
    return row.number
