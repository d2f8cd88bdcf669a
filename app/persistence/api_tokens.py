"""API tokens: only hashes of them come here."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app.persistence.tables import ApiTokenRow, PersonRow, TeamRow


def add(session: Session, row: ApiTokenRow) -> None:
    """Keep a new token."""
    session.add(row)
    session.flush()


def owner_of(session: Session, token_sha256: str) -> tuple[ApiTokenRow, PersonRow] | None:
    """The token, expired or not, and whose it is; None if it is unknown."""
    row = session.execute(
        select(ApiTokenRow, PersonRow)
        .join(PersonRow, PersonRow.id == ApiTokenRow.person_id)
        .where(ApiTokenRow.token_sha256 == token_sha256)
    ).one_or_none()
    return row and (row[0], row[1])


def of_person(session: Session, person_id: int) -> Sequence[tuple[ApiTokenRow, str]]:
    """The person's tokens, newest first, each with the name of its one team, or ""."""
    rows = session.execute(
        select(ApiTokenRow, func.coalesce(TeamRow.name, ""))
        .outerjoin(TeamRow, TeamRow.id == ApiTokenRow.team_id)
        .where(ApiTokenRow.person_id == person_id)
        .order_by(ApiTokenRow.id.desc())
    )
    return [(row, team) for row, team in rows]


def end(session: Session, person_id: int, token_id: int) -> str | None:
    """Delete this token of the person and say what it was called; None if they have none such."""
    return session.scalar(
        delete(ApiTokenRow)
        .where(ApiTokenRow.person_id == person_id, ApiTokenRow.id == token_id)
        .returning(ApiTokenRow.label)
    )


def used(session: Session, token_id: int, at: datetime) -> None:
    """Note that the token was used."""
    session.execute(update(ApiTokenRow).where(ApiTokenRow.id == token_id).values(last_used_at=at))
