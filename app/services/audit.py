"""The audit log: who did what to whom, and why. No answer and no figure ever comes here."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from app.domain.errors import NotAllowed
from app.persistence import Session
from app.persistence import audit as rows
from app.persistence import teams as team_rows
from app.persistence.audit import Filter
from app.persistence.tables import AuditRow
from app.services.people import Person

# Whoever runs the command line on the machine itself.
OPERATOR = "the operator"
_LINES_AT_ONCE = 1_000
_NUMBER = re.compile(r"#(\d{1,9})")


@dataclass(frozen=True)
class Line:
    """Something that somebody did.

    Attributes:
        by: the name of whoever did it, as it was then, with their number: names can be alike.
        action: what was done, as the end of a sentence that begins with the name:
            "published weight set".
        subject: to what or whom: "3", "Bo".
        detail: the reason given, or empty.
        team: the team that it was about, as it was called then, with its number; or empty.
    """

    id: int
    at: datetime
    by: str
    action: str
    subject: str
    detail: str
    team: str = ""


@dataclass(frozen=True)
class Sought:
    """What somebody looks for in the log; empty parts let everything through.

    Attributes:
        by: part of a name, or `#3`, the number behind it.
        words: each must stand in what was done, to whom, or why.
        since, until: the first day and the last, in UTC.
        team: part of a team's name, or its `#` and number.
    """

    by: str = ""
    words: str = ""
    since: date | None = None
    until: date | None = None
    team: str = ""

    @property
    def filter(self) -> Filter:
        """The same, as the log is asked."""
        return Filter(
            by=_name_or_number(self.by),
            words=tuple(self.words.split()),
            since=_midnight(self.since) if self.since else None,
            until=_day_after(self.until) if self.until else None,
            team=_name_or_number(self.team),
        )

    def __str__(self) -> str:
        """What is looked for, in words; empty where it is everything."""
        parts = {
            "by": self.by,
            "with the words": self.words,
            "from": self.since,
            "to": self.until,
            "of team": self.team,
        }
        return ", ".join(f"{what} {value}" for what, value in parts.items() if value)


def _name_or_number(typed: str) -> str | int:
    number = _NUMBER.fullmatch(typed.strip())
    return int(number[1]) if number else typed.strip()


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _day_after(day: date) -> datetime | None:
    return None if day == date.max else _midnight(day + timedelta(days=1))


def note(
    db: Session,
    by: Person | None,
    action: str,
    subject: str,
    *,
    now: datetime,
    detail: str = "",
    team_id: int | None = None,
) -> None:
    """Write down that `by` did `action` to `subject`; without a person it was the operator.

    Args:
        team_id: of the team that it is about, if it is about one.
    """
    rows.add(
        db,
        AuditRow(
            at=now,
            by_id=by.id if by else None,
            by_name=by.name if by else OPERATOR,
            action=action,
            subject=subject,
            detail=detail,
            team_id=team_id,
            team_name=_team_name(db, team_id),
        ),
    )


def note_of(
    db: Session,
    by_name: str,
    action: str,
    subject: str,
    *,
    now: datetime,
    team_id: int | None = None,
) -> None:
    """The same of somebody without an account, who is called `by_name`."""
    rows.add(
        db,
        AuditRow(
            at=now,
            by_id=None,
            by_name=by_name,
            action=action,
            subject=subject,
            detail="",
            team_id=team_id,
            team_name=_team_name(db, team_id),
        ),
    )


def _team_name(db: Session, team_id: int | None) -> str:
    team = team_rows.by_id(db, team_id) if team_id is not None else None
    return team.name if team else ""


NOTHING_SOUGHT = Sought()


def newest(
    db: Session,
    by: Person,
    sought: Sought = NOTHING_SOUGHT,
    *,
    most: int = 100,
    before: int | None = None,
) -> list[Line]:
    """At most `most` of the lines that are sought, newest first, older than line `before`.

    Raises:
        NotAllowed: `by` is not an administrator.
    """
    _require_administrator(by)
    found = rows.newest(db, most=most, before=before, wanted=sought.filter)
    return [_line(row) for row in found]


def begin_export(db: Session, by: Person, sought: Sought, form: str, now: datetime) -> int:
    """Write down that `by` takes the log along, and return the line that is its last.

    Raises:
        NotAllowed: `by` is not an administrator.
    """
    _require_administrator(by)
    return rows.add(
        db,
        AuditRow(
            at=now,
            by_id=by.id,
            by_name=by.name,
            action="exported the audit log as",
            subject=form,
            detail=str(sought),
        ),
    )


def exported(db: Session, sought: Sought, *, after: int, upto: int) -> list[Line]:
    """The next lines of an export that was begun, oldest first; none when it is at its end."""
    found = rows.oldest(db, most=_LINES_AT_ONCE, after=after, upto=upto, wanted=sought.filter)
    return [_line(row) for row in found]


def _require_administrator(by: Person) -> None:
    if not by.is_administrator:
        raise NotAllowed("Only administrators may read the audit log.")


def _line(row: AuditRow) -> Line:
    return Line(
        id=row.id,
        at=row.at,
        by=_numbered(row.by_name, row.by_id),
        action=row.action,
        subject=row.subject,
        detail=row.detail,
        team=_numbered(row.team_name, row.team_id),
    )


def _numbered(name: str, number: int | None) -> str:
    return name if number is None else f"{name} (#{number})"
