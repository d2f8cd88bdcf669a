"""Saved assessments: kept once, numbered, never changed."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import JSON, cast, func, select, type_coerce
from sqlalchemy.orm import Session

from app.persistence.tables import AssessmentRow, JSONValue, PersonRow


@dataclass(frozen=True)
class Snapshot:
    """What is saved of one assessment.

    Attributes:
        title: what the person calls this version.
        answers: question key → what was typed.
        result: the canonical JSON, exactly as computed.
        question_set: version of the questionnaire.
        weight_set: version of the criteria and weights.
        facts_sha256: hash of the facts it was computed with.
        engine_version: version of Footing that computed it.
        seed: where the plausible worlds began.
        worlds: how many there were.
        price_snapshot: number of the price catalogue that the facts have; None for none.
    """

    title: str
    answers: JSONValue
    result: str
    question_set: int
    weight_set: int
    facts_sha256: str
    engine_version: str
    seed: int
    worlds: int
    price_snapshot: int | None = None


def keep(
    session: Session, project_id: int, snapshot: Snapshot, *, by: int | None, at: datetime
) -> AssessmentRow:
    """Save the snapshot under the project's next number.

    Two at once get the same number; the table refuses the second, and the transaction with it.
    """
    last = session.scalar(
        select(func.max(AssessmentRow.number)).where(AssessmentRow.project_id == project_id)
    )
    row = AssessmentRow(
        project_id=project_id,
        number=(last or 0) + 1,
        created_at=at,
        created_by=by,
        result_sha256=hashlib.sha256(snapshot.result.encode()).hexdigest(),
        **asdict(snapshot),
    )
    session.add(row)
    session.flush()
    return row


def by_number(session: Session, project_id: int, number: int) -> AssessmentRow | None:
    """The project's version of this number, or None."""
    return session.scalar(
        select(AssessmentRow).where(
            AssessmentRow.project_id == project_id, AssessmentRow.number == number
        )
    )


def stamp(session: Session, project_id: int, number: int | None) -> tuple[int, int, str] | None:
    """Id, number and hash of one version, or of the newest; its answers and result stay unread."""
    found = select(AssessmentRow.id, AssessmentRow.number, AssessmentRow.result_sha256).where(
        AssessmentRow.project_id == project_id
    )
    if number is not None:
        found = found.where(AssessmentRow.number == number)
    row = session.execute(found.order_by(AssessmentRow.number.desc()).limit(1)).one_or_none()
    return row and (row[0], row[1], row[2])


def latest(session: Session, project_id: int) -> AssessmentRow | None:
    """The project's newest version, or None before the first."""
    return session.scalar(
        select(AssessmentRow)
        .where(AssessmentRow.project_id == project_id)
        .order_by(AssessmentRow.number.desc())
        .limit(1)
    )


def all_of(session: Session, project_id: int) -> Sequence[AssessmentRow]:
    """Every version of the project, newest first."""
    return session.scalars(
        select(AssessmentRow)
        .where(AssessmentRow.project_id == project_id)
        .order_by(AssessmentRow.number.desc())
    ).all()


@dataclass(frozen=True)
class Head:
    """The newest version of a project: what a list says of it, without reading all of it."""

    project_id: int
    number: int
    created_at: datetime
    result: dict[str, JSONValue]


def heads(session: Session, project_ids: Collection[int], parts: Sequence[str]) -> Sequence[Head]:
    """The newest version of each of these projects, with the named parts of its result."""
    # The text is JSON to SQLite as it is; PostgreSQL must be told. The rest of it stays unread.
    is_text = session.get_bind().dialect.name == "sqlite"
    text = AssessmentRow.result
    document = type_coerce(text, JSON) if is_text else cast(text, JSON)
    newest = (
        select(AssessmentRow.project_id, func.max(AssessmentRow.number).label("number"))
        .where(AssessmentRow.project_id.in_(project_ids))
        .group_by(AssessmentRow.project_id)
        .subquery()
    )
    rows = session.execute(
        select(
            AssessmentRow.project_id,
            AssessmentRow.number,
            AssessmentRow.created_at,
            *(document[part] for part in parts),
        ).join(
            newest,
            (newest.c.project_id == AssessmentRow.project_id)
            & (newest.c.number == AssessmentRow.number),
        )
    )
    return [
        Head(project_id, number, at, dict(zip(parts, values, strict=True)))
        for project_id, number, at, *values in rows
    ]


def author_of(session: Session, row: AssessmentRow) -> str:
    """The name of the person who saved the version; "" for a sample."""
    person = session.get(PersonRow, row.created_by) if row.created_by is not None else None
    return person.name if person else ""
