"""Notes about questions: added, resolved, never changed."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.persistence.tables import NoteRow


def add(
    session: Session, project_id: int, question: str, text: str, *, by_name: str, at: datetime
) -> None:
    """Keep a note."""
    session.add(
        NoteRow(project_id=project_id, question=question, text=text, by_name=by_name, at=at)
    )
    session.flush()


def of_question(session: Session, project_id: int, question: str) -> Sequence[NoteRow]:
    """The notes about a question, oldest first."""
    return session.scalars(
        select(NoteRow)
        .where(NoteRow.project_id == project_id, NoteRow.question == question)
        .order_by(NoteRow.id)
        .execution_options(populate_existing=True)
    ).all()


def count_open(session: Session, project_id: int) -> dict[str, int]:
    """Question → how many of its notes are not resolved; those without are left out."""
    rows = session.execute(
        select(NoteRow.question, func.count())
        .where(NoteRow.project_id == project_id, NoteRow.resolved_at.is_(None))
        .group_by(NoteRow.question)
    )
    return {row[0]: row[1] for row in rows}


def resolve(
    session: Session, project_id: int, note_id: int, *, by_name: str, at: datetime
) -> str | None:
    """Resolve a note, the first time; returns its question, or None if there is no such note."""
    this = (NoteRow.id == note_id, NoteRow.project_id == project_id)
    session.execute(
        update(NoteRow)
        .where(*this, NoteRow.resolved_at.is_(None))
        .values(resolved_by=by_name, resolved_at=at)
    )
    return session.scalar(select(NoteRow.question).where(*this))
