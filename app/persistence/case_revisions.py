"""What administrators changed in the library of cases: revisions, only ever added."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select, text

from app.persistence import Session
from app.persistence.tables import CaseRevisionRow, JSONValue

# Any number, but always this one: what `lock` locks on PostgreSQL.
_CHANGING_CASES = 20_261_126


def lock(db: Session) -> None:
    """Wait for others who change cases to have ended; SQLite has one writer anyway."""
    if db.get_bind().dialect.name == "postgresql":
        db.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _CHANGING_CASES})


def add(
    db: Session,
    case_id: str,
    content: Mapping[str, JSONValue] | None,
    *,
    by_name: str,
    reason: str,
    at: datetime,
) -> CaseRevisionRow:
    """Add the next revision of a case; `content` is its row of the file, None once retired."""
    last = db.scalar(
        select(func.max(CaseRevisionRow.number)).where(CaseRevisionRow.case_id == case_id)
    )
    row = CaseRevisionRow(
        case_id=case_id,
        number=(last or 0) + 1,
        content=content,
        by_name=by_name,
        reason=reason,
        at=at,
    )
    db.add(row)
    db.flush()
    return row


def newest_of_each(db: Session) -> list[CaseRevisionRow]:
    """The newest revision of every case that was ever changed, in the order of their ids."""
    newest = (
        select(CaseRevisionRow.case_id, func.max(CaseRevisionRow.number).label("number"))
        .group_by(CaseRevisionRow.case_id)
        .subquery()
    )
    matches = (CaseRevisionRow.case_id == newest.c.case_id) & (
        CaseRevisionRow.number == newest.c.number
    )
    rows = select(CaseRevisionRow).join(newest, matches).order_by(CaseRevisionRow.case_id)
    return list(db.scalars(rows))


def last_content(db: Session, case_id: str) -> Mapping[str, JSONValue] | None:
    """The row of the file that was stored last for a case; None if none ever was."""
    stored = select(CaseRevisionRow).where(CaseRevisionRow.case_id == case_id)
    rows = db.scalars(stored.order_by(CaseRevisionRow.number.desc()))
    return next((row.content for row in rows if isinstance(row.content, Mapping)), None)


def retired_at(db: Session, case_id: str) -> datetime | None:
    """When the case was retired; None if it never was, or is back."""
    newest = select(CaseRevisionRow).where(CaseRevisionRow.case_id == case_id)
    row = db.scalar(newest.order_by(CaseRevisionRow.number.desc()).limit(1))
    return row.at if row is not None and row.content is None else None


def latest(db: Session, most: int) -> list[CaseRevisionRow]:
    """At most `most` revisions of all cases, the newest first."""
    order = (CaseRevisionRow.at.desc(), CaseRevisionRow.case_id, CaseRevisionRow.number.desc())
    return list(db.scalars(select(CaseRevisionRow).order_by(*order).limit(most)))
