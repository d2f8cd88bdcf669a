"""Counting guesses at secrets; in the database, so that a restart forgets none."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select, text
from sqlalchemy.orm import Session

from app.persistence.tables import AttemptRow


def one_by_one(session: Session, keys: Sequence[str]) -> None:
    """Make whoever counts one of these keys wait until this transaction ends.

    Without it several guesses at once would all see the count before the others' guesses.
    SQLite has a single writer anyway. In sorted order, so that no two wait for each other.
    """
    if session.get_bind().dialect.name != "postgresql":
        return
    for key in sorted(keys):
        session.execute(
            text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": key}
        )


def count(session: Session, key: str, *, since: datetime) -> int:
    """How often `key` was tried after `since`."""
    tried = select(func.count()).where(AttemptRow.key == key, AttemptRow.at > since)
    return session.scalar(tried) or 0


def add(session: Session, keys: Sequence[str], at: datetime) -> None:
    """Count one try of each key."""
    session.add_all([AttemptRow(key=key, at=at) for key in keys])
    session.flush()


def forget(session: Session, key: str) -> None:
    """Forget the tries of one key."""
    session.execute(delete(AttemptRow).where(AttemptRow.key == key))


def take_back(session: Session, keys: Sequence[str], at: datetime) -> None:
    """Forget the tries of these keys that were counted at this very moment."""
    session.execute(delete(AttemptRow).where(AttemptRow.key.in_(keys), AttemptRow.at == at))


def forget_before(session: Session, moment: datetime) -> None:
    """Forget the tries that are too old to matter."""
    session.execute(delete(AttemptRow).where(AttemptRow.at <= moment))
