"""The audit log: lines are added and read, never changed."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.persistence.tables import AuditRow


def add(
    session: Session,
    *,
    at: datetime,
    by_id: int | None,
    by_name: str,
    action: str,
    subject: str,
    detail: str,
) -> None:
    """Add a line."""
    session.add(
        AuditRow(at=at, by_id=by_id, by_name=by_name, action=action, subject=subject, detail=detail)
    )
    session.flush()


def newest(session: Session, *, most: int, before: int | None = None) -> Sequence[AuditRow]:
    """At most `most` lines, newest first; with `before`, only those with a smaller id."""
    query = select(AuditRow).order_by(AuditRow.id.desc()).limit(most)
    if before is not None:
        query = query.where(AuditRow.id < before)
    return session.scalars(query).all()
