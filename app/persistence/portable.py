"""A project's rows as plain data that another database can take in, and the deletion of it all.

What belongs to a project is read off the tables: every column but the row's own id, the project
and people, who are somebody else there.
"""

import base64
import binascii
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, LargeBinary, Table, delete, insert, select
from sqlalchemy.orm import Session

from app.persistence.scorecards import is_readable
from app.persistence.tables import (
    ActivityRow,
    AnswerChangeRow,
    AnswerRow,
    AssessmentRow,
    KeptDraftRow,
    MilestoneRow,
    NoteRow,
    ProjectRow,
    Row,
    ScorecardRow,
    TeamRow,
    UtcDateTime,
)

Plain = dict[str, Any]

# In the order in which they can be put in.
PARTS: tuple[type[Row], ...] = (
    AnswerRow,
    AnswerChangeRow,
    KeptDraftRow,
    NoteRow,
    ActivityRow,
    AssessmentRow,
    MilestoneRow,
)


class NotReadable(ValueError):
    """A value is not what its column holds; the text is the end of a sentence."""


def project_rows(session: Session, project_id: int) -> dict[str, list[Plain]]:
    """Table → its rows of this project, oldest first; a version carries its scorecard."""
    found = {part.__tablename__: list(_dumped(session, part, project_id)) for part in PARTS}
    scorecards = session.execute(
        select(AssessmentRow.number, ScorecardRow.content)
        .join(ScorecardRow, ScorecardRow.assessment_id == AssessmentRow.id)
        .where(AssessmentRow.project_id == project_id)
    )
    by_number = {number: base64.b64encode(content).decode() for number, content in scorecards}
    for version in found[AssessmentRow.__tablename__]:
        version["scorecard"] = by_number.get(version["number"])
    return found


def put_rows(session: Session, project_id: int, tables: Mapping[str, Sequence[Plain]]) -> None:
    """Add rows that `project_rows` gave, as those of this project.

    Raises:
        NotReadable: a row lacks a column, has another, or a value is of the wrong kind.
    """
    for part in PARTS:
        for plain in tables.get(part.__tablename__, ()):
            scorecard = plain.pop("scorecard", None) if part is AssessmentRow else None
            row = part(project_id=project_id, **_loaded(part, plain))
            session.add(row)
            session.flush()
            if scorecard is not None and isinstance(row, AssessmentRow):
                content = _bytes(scorecard, "scorecard")
                if not is_readable(content):
                    raise NotReadable("a scorecard is none")
                session.execute(insert(ScorecardRow).values(assessment_id=row.id, content=content))


def drop_project(session: Session, project_id: int) -> None:
    """Delete a project; what belongs to it goes with it, by the tables' own rules."""
    session.execute(delete(ProjectRow).where(ProjectRow.id == project_id))
    session.expire_all()


def drop_team(session: Session, team_id: int) -> None:
    """Delete a team without projects, its memberships and invitations."""
    session.execute(delete(TeamRow).where(TeamRow.id == team_id))
    session.expire_all()


def of_team(session: Session, team_id: int) -> Sequence[int]:
    """The ids of a team's projects, oldest first."""
    found = select(ProjectRow.id).where(ProjectRow.team_id == team_id).order_by(ProjectRow.id)
    return session.scalars(found).all()


def _table(part: type[Row]) -> Table:
    return Row.metadata.tables[part.__tablename__]


def _columns(part: type[Row]) -> Iterator[Column[Any]]:
    for column in _table(part).columns:
        is_people = any(key.column.table.name == "person" for key in column.foreign_keys)
        if column.name not in ("id", "project_id") and not is_people:
            yield column


def _dumped(session: Session, part: type[Row], project_id: int) -> Iterator[Plain]:
    table = _table(part)
    columns = list(_columns(part))
    order = list(table.primary_key.columns)
    rows = session.execute(
        select(*columns).where(table.c.project_id == project_id).order_by(*order)
    )
    for row in rows:
        yield {c.name: _plain(value) for c, value in zip(columns, row, strict=True)}


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


def _loaded(part: type[Row], plain: object) -> Plain:
    if not isinstance(plain, dict):
        raise NotReadable(f"a row of {part.__tablename__} is not a table of values")
    columns = {column.name: column for column in _columns(part)}
    optional = {name for name, c in columns.items() if c.nullable or c.server_default is not None}
    if strange := sorted(plain.keys() - columns):
        raise NotReadable(f"{part.__tablename__} has no column {strange[0][:40]!r}")
    if missing := sorted(columns.keys() - plain.keys() - optional):
        raise NotReadable(f"a row of {part.__tablename__} lacks {missing[0]!r}")
    return {name: _value(columns[name], value) for name, value in plain.items()}


def _value(column: Column[Any], value: object) -> object:
    if value is None and column.nullable:
        return None
    if isinstance(column.type, UtcDateTime):
        return _moment(value, column.name)
    if isinstance(column.type, LargeBinary):
        return _bytes(value, column.name)
    kind = column.type.python_type
    if kind is not dict and (not isinstance(value, kind) or (kind is int and value is True)):
        raise NotReadable(f"{column.name!r} is not a value of its kind, {kind.__name__}")
    return value


def _moment(value: object, name: str) -> datetime:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise NotReadable(f"{name!r} is not a moment with its time zone")
    return moment


def _bytes(value: object, name: str) -> bytes:
    try:
        return base64.b64decode(value if isinstance(value, str) else "-", validate=True)
    except (binascii.Error, ValueError) as error:
        raise NotReadable(f"{name!r} is not in base 64") from error
