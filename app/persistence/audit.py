"""The audit log: lines are added and read, never changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from app.persistence.tables import AuditRow


@dataclass(frozen=True)
class Filter:
    """Which lines are wanted: those that all of it holds for.

    Attributes:
        by: part of a name, or the number of a person.
        words: each stands in what was done, to whom, or why.
        since, until: from this moment on, and before that one.
        team: part of a team's name, or its number.
    """

    by: str | int = ""
    words: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    team: str | int = ""


EVERY_LINE = Filter()


def add(session: Session, line: AuditRow) -> int:
    """Add a line, and return its number."""
    session.add(line)
    session.flush()
    return line.id


def newest(
    session: Session, *, most: int, before: int | None = None, wanted: Filter = EVERY_LINE
) -> Sequence[AuditRow]:
    """At most `most` lines, newest first; with `before`, only those with a smaller id."""
    query = _those(wanted).order_by(AuditRow.id.desc()).limit(most)
    if before is not None:
        query = query.where(AuditRow.id < before)
    return session.scalars(query).all()


def oldest(
    session: Session, *, most: int, after: int, upto: int, wanted: Filter = EVERY_LINE
) -> Sequence[AuditRow]:
    """At most `most` lines, oldest first, with an id above `after` and of at most `upto`."""
    query = _those(wanted).where(AuditRow.id > after, AuditRow.id <= upto)
    return session.scalars(query.order_by(AuditRow.id).limit(most)).all()


def _those(wanted: Filter) -> Select[AuditRow]:
    conditions: list[ColumnElement[bool]] = [
        or_(
            *(
                column.icontains(word, autoescape=True)
                for column in (AuditRow.action, AuditRow.subject, AuditRow.detail)
            )
        )
        for word in wanted.words
    ]
    if wanted.since is not None:
        conditions.append(AuditRow.at >= wanted.since)
    if wanted.until is not None:
        conditions.append(AuditRow.at < wanted.until)
    if isinstance(wanted.by, int):
        conditions.append(AuditRow.by_id == wanted.by)
    elif wanted.by:
        conditions.append(AuditRow.by_name.icontains(wanted.by, autoescape=True))
    if isinstance(wanted.team, int):
        conditions.append(AuditRow.team_id == wanted.team)
    elif wanted.team:
        conditions.append(AuditRow.team_name.icontains(wanted.team, autoescape=True))
    return select(AuditRow).where(*conditions)
