"""Projects and their answers."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.persistence.dialects import insert
from app.persistence.tables import (
    AnswerChangeRow,
    AnswerRow,
    JSONValue,
    MembershipRow,
    ProjectRow,
)


@dataclass(frozen=True)
class Answered:
    """One stored answer; `value` is None when it was taken back, `by` "" when nobody is known."""

    project_id: int
    question: str
    value: JSONValue
    at: datetime
    by: str
    revision: int
    window: str


@dataclass(frozen=True)
class Changed:
    """One answer as it was from one revision to the next."""

    question: str
    revision: int
    value: JSONValue
    by: str
    at: datetime
    window: str


@dataclass(frozen=True)
class Author:
    """Who answers.

    Attributes:
        by_id: whose account; None for the shipped samples, and for whoever has none.
        by_name: what is shown; kept with the answer, as it was then.
        window: a name for the open page in which it is typed; empty for none.
    """

    by_id: int | None = None
    by_name: str = ""
    window: str = ""


# Who answered what ships with Footing.
NOBODY = Author()


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
            AnswerRow.project_id,
            AnswerRow.question,
            AnswerRow.value,
            AnswerRow.at,
            AnswerRow.by_name,
            AnswerRow.revision,
            AnswerRow.window,
        )
        .where(AnswerRow.project_id.in_(project_ids))
        .order_by(AnswerRow.at, AnswerRow.question)
    )
    return [Answered(*row) for row in rows]


def one_by_one(session: Session, project_id: int) -> None:
    """Make whoever else answers this project wait until this transaction ends.

    Who answers first looks at what is stored; of two at once the second must see the first's.
    SQLite has a single writer anyway.
    """
    session.execute(
        select(ProjectRow.id).where(ProjectRow.id == project_id).with_for_update(key_share=True)
    )


def save_answer(
    session: Session, project_id: int, question: str, value: JSONValue, author: Author, at: datetime
) -> int:
    """Store what was typed and return its revision, 1 for the first; None takes the answer back.

    One statement, so that of two people answering at once neither is refused nor uncounted.
    """
    new = insert(session, AnswerRow).values(
        project_id=project_id, question=question, value=value, revision=1, at=at, **asdict(author)
    )
    saved = new.on_conflict_do_update(
        index_elements=[AnswerRow.project_id, AnswerRow.question],
        set_={
            "revision": AnswerRow.revision + 1,
            **{key: new.excluded[key] for key in ("value", "by_id", "by_name", "window", "at")},
        },
    ).returning(AnswerRow.revision)
    revision = session.execute(saved).scalar_one()
    change = AnswerChangeRow(
        project_id=project_id,
        question=question,
        revision=revision,
        value=value,
        by_name=author.by_name,
        window=author.window,
        at=at,
    )
    session.add(change)
    session.flush()
    return revision


def changes_of(session: Session, project_id: int, questions: Collection[str]) -> list[Changed]:
    """The kept changes of these answers, newest first."""
    rows = session.execute(
        select(
            AnswerChangeRow.question,
            AnswerChangeRow.revision,
            AnswerChangeRow.value,
            AnswerChangeRow.by_name,
            AnswerChangeRow.at,
            AnswerChangeRow.window,
        )
        .where(AnswerChangeRow.project_id == project_id, AnswerChangeRow.question.in_(questions))
        .order_by(AnswerChangeRow.id.desc())
    )
    return [Changed(*row) for row in rows]


def last_answered(session: Session, project_id: int) -> datetime | None:
    """When an answer was last changed, or None before the first."""
    return session.scalar(select(func.max(AnswerRow.at)).where(AnswerRow.project_id == project_id))
