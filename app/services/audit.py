"""The audit log: who did what to whom, and why. No answer and no figure ever comes here."""

from dataclasses import dataclass
from datetime import datetime

from app.domain.errors import NotAllowed
from app.persistence import Session
from app.persistence import audit as rows
from app.persistence.tables import AuditRow
from app.services.people import Person

# Whoever runs the command line on the machine itself.
OPERATOR = "the operator"


@dataclass(frozen=True)
class Line:
    """Something that somebody did.

    Attributes:
        by: the name of whoever did it, as it was then, with their number: names can be alike.
        action: what was done, as the end of a sentence that begins with the name:
            "published weight set".
        subject: to what or whom: "3", "Bo".
        detail: the reason given, or empty.
    """

    id: int
    at: datetime
    by: str
    action: str
    subject: str
    detail: str


def note(
    db: Session, by: Person | None, action: str, subject: str, *, now: datetime, detail: str = ""
) -> None:
    """Write down that `by` did `action` to `subject`; without a person it was the operator."""
    rows.add(
        db,
        at=now,
        by_id=by.id if by else None,
        by_name=by.name if by else OPERATOR,
        action=action,
        subject=subject,
        detail=detail,
    )


def note_of(db: Session, by_name: str, action: str, subject: str, *, now: datetime) -> None:
    """The same of somebody without an account, who is called `by_name`."""
    rows.add(db, at=now, by_id=None, by_name=by_name, action=action, subject=subject, detail="")


def newest(db: Session, by: Person, *, most: int = 100, before: int | None = None) -> list[Line]:
    """At most `most` lines, newest first, of those older than line `before`.

    Raises:
        NotAllowed: `by` is not an administrator.
    """
    if not by.is_administrator:
        raise NotAllowed("Only administrators may read the audit log.")
    return [
        Line(row.id, row.at, _signed(row), row.action, row.subject, row.detail)
        for row in rows.newest(db, most=most, before=before)
    ]


def _signed(row: AuditRow) -> str:
    return row.by_name if row.by_id is None else f"{row.by_name} (#{row.by_id})"
