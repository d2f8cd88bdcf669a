"""What was done in a project, and what was answered in it, by whom."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.persistence.projects import Changed
from app.persistence.tables import ActivityRow, AnswerChangeRow


def add(session: Session, project_id: int, *, by_name: str, did: str, at: datetime) -> None:
    """Write down that somebody did something."""
    session.add(ActivityRow(project_id=project_id, by_name=by_name, did=did, at=at))
    session.flush()


def newest(session: Session, project_id: int, *, most: int) -> Sequence[ActivityRow]:
    """At most `most` things that were done, newest first."""
    return session.scalars(
        select(ActivityRow)
        .where(ActivityRow.project_id == project_id)
        .order_by(ActivityRow.id.desc())
        .limit(most)
    ).all()


def newest_changes(session: Session, project_id: int, *, most: int) -> Sequence[Changed]:
    """At most `most` changes of answers, newest first, without the answers."""
    rows = session.execute(
        select(
            AnswerChangeRow.question,
            AnswerChangeRow.revision,
            AnswerChangeRow.by_name,
            AnswerChangeRow.at,
            AnswerChangeRow.window,
        )
        .where(AnswerChangeRow.project_id == project_id)
        .order_by(AnswerChangeRow.id.desc())
        .limit(most)
    )
    return [
        Changed(question, revision, None, by, at, window)
        for question, revision, by, at, window in rows
    ]
