"""Projects and their answers."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.persistence.tables import AnswerRow, JSONValue, MembershipRow, PersonRow, ProjectRow


@dataclass(frozen=True)
class Answered:
    """One stored answer; `value` is None when it was taken back, `by` "" when nobody is known."""

    project_id: int
    question: str
    value: JSONValue
    at: datetime
    by: str


def add(
    session: Session,
    *,
    name: str,
    purpose: str,
    at: datetime,
    team_id: int | None = None,
    sample_key: str | None = None,
) -> ProjectRow:
    """Add a project without answers; it has its id afterwards."""
    project = ProjectRow(
        name=name, purpose=purpose, team_id=team_id, sample_key=sample_key, created_at=at
    )
    session.add(project)
    session.flush()
    return project


def by_id(session: Session, project_id: int) -> ProjectRow | None:
    """The project, or None."""
    return session.get(ProjectRow, project_id)


def by_sample_key(session: Session, key: str) -> ProjectRow | None:
    """The sample of this key, or None."""
    return session.scalar(select(ProjectRow).where(ProjectRow.sample_key == key))


def seen_by(session: Session, person_id: int) -> Sequence[ProjectRow]:
    """The projects of the teams that a person is in, newest first."""
    return session.scalars(
        select(ProjectRow)
        .join(MembershipRow, MembershipRow.team_id == ProjectRow.team_id)
        .where(MembershipRow.person_id == person_id)
        .order_by(ProjectRow.id.desc())
    ).all()


def seen_ids(session: Session, person_id: int) -> frozenset[int]:
    """The ids of the projects of the teams that a person is in."""
    found = session.scalars(
        select(ProjectRow.id)
        .join(MembershipRow, MembershipRow.team_id == ProjectRow.team_id)
        .where(MembershipRow.person_id == person_id)
    )
    return frozenset(found)


def samples(session: Session) -> Sequence[ProjectRow]:
    """The sample projects, in the order they were added."""
    return session.scalars(
        select(ProjectRow).where(ProjectRow.sample_key.is_not(None)).order_by(ProjectRow.id)
    ).all()


def answers(session: Session, project_id: int) -> dict[str, JSONValue]:
    """Question key → what was typed; a question whose answer was taken back is left out."""
    rows = session.execute(
        select(AnswerRow.question, AnswerRow.value)
        .where(AnswerRow.project_id == project_id)
        .order_by(AnswerRow.question)
    )
    return {question: value for question, value in rows if value is not None}


def answers_of(session: Session, project_ids: Collection[int]) -> Sequence[Answered]:
    """Every answer of these projects, those that were taken back included, oldest first."""
    rows = session.execute(
        select(
            AnswerRow.project_id, AnswerRow.question, AnswerRow.value, AnswerRow.at, PersonRow.name
        )
        .outerjoin(PersonRow, PersonRow.id == AnswerRow.by_id)
        .where(AnswerRow.project_id.in_(project_ids))
        .order_by(AnswerRow.at, AnswerRow.question)
    )
    return [Answered(*row[:4], row[4] or "") for row in rows]


def save_answer(
    session: Session,
    project_id: int,
    question: str,
    value: JSONValue,
    *,
    by: int | None,
    at: datetime,
) -> int:
    """Store what was typed and return its revision, 1 for the first; None takes the answer back.

    One statement, so that of two people answering at once neither is refused nor uncounted.
    """
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    new = insert(AnswerRow).values(
        project_id=project_id, question=question, value=value, revision=1, by_id=by, at=at
    )
    saved = new.on_conflict_do_update(
        index_elements=[AnswerRow.project_id, AnswerRow.question],
        set_={
            "value": new.excluded.value,
            "revision": AnswerRow.revision + 1,
            "by_id": new.excluded.by_id,
            "at": new.excluded.at,
        },
    ).returning(AnswerRow.revision)
    return session.execute(saved).scalar_one()


def last_answered(session: Session, project_id: int) -> datetime | None:
    """When an answer was last changed, or None before the first."""
    return session.scalar(select(func.max(AnswerRow.at)).where(AnswerRow.project_id == project_id))
