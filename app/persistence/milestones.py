"""Names of saved versions, and drafts that were kept."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.persistence.tables import AnswerChangeRow, JSONValue, KeptDraftRow, MilestoneRow


def names(session: Session, project_id: int) -> dict[int, str]:
    """Number → name, of the versions that have one."""
    rows = session.execute(
        select(MilestoneRow.number, MilestoneRow.name).where(MilestoneRow.project_id == project_id)
    )
    return {row[0]: row[1] for row in rows}


def put(
    session: Session, project_id: int, number: int, name: str, *, by_name: str, at: datetime
) -> None:
    """Name a version, or take its name away with an empty one."""
    this = (MilestoneRow.project_id == project_id, MilestoneRow.number == number)
    session.execute(delete(MilestoneRow).where(*this))
    if name:
        session.add(
            MilestoneRow(project_id=project_id, number=number, name=name, by_name=by_name, at=at)
        )
    session.flush()


def keep_draft(
    session: Session, project_id: int, answers: JSONValue, *, by_name: str, at: datetime
) -> None:
    """Keep all answers as they are."""
    session.add(KeptDraftRow(project_id=project_id, answers=answers, by_name=by_name, at=at))
    session.flush()


def drafts(session: Session, project_id: int) -> Sequence[KeptDraftRow]:
    """The kept drafts, newest first."""
    return session.scalars(
        select(KeptDraftRow)
        .where(KeptDraftRow.project_id == project_id)
        .order_by(KeptDraftRow.id.desc())
    ).all()


def draft(session: Session, project_id: int, draft_id: int) -> KeptDraftRow | None:
    """One kept draft of this project, or None."""
    return session.scalar(
        select(KeptDraftRow).where(
            KeptDraftRow.project_id == project_id, KeptDraftRow.id == draft_id
        )
    )


def newest_change(session: Session, project_id: int) -> int:
    """The number of the last change of any answer; 0 before the first."""
    newest = select(func.max(AnswerChangeRow.id)).where(AnswerChangeRow.project_id == project_id)
    return session.scalar(newest) or 0
