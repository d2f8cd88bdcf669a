"""What assessments pin: snapshots of the facts, and weight sets. Added and read, never changed."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.persistence.dialects import insert
from app.persistence.tables import FactsRow, WeightSetRow


def has_facts(session: Session, sha256: str) -> bool:
    """Whether the snapshot of this name is stored."""
    return session.scalar(select(FactsRow.sha256).where(FactsRow.sha256 == sha256)) is not None


def add_facts(session: Session, *, sha256: str, content: bytes, at: datetime) -> None:
    """Store a snapshot; of two processes that begin at once, one does."""
    session.execute(
        insert(session, FactsRow)
        .values(sha256=sha256, content=content, at=at)
        .on_conflict_do_nothing()
    )


def facts(session: Session, sha256: str) -> bytes | None:
    """The content of the snapshot of this name, or None."""
    return session.scalar(select(FactsRow.content).where(FactsRow.sha256 == sha256))


def add_weights(
    session: Session,
    *,
    number: int,
    content: str,
    reason: str,
    by_id: int | None,
    by_name: str,
    at: datetime,
) -> bool:
    """Publish a weight set; False if there is one of this number. Of two at once one gets True."""
    added = session.scalar(
        insert(session, WeightSetRow)
        .values(number=number, content=content, reason=reason, by_id=by_id, by_name=by_name, at=at)
        .on_conflict_do_nothing()
        .returning(WeightSetRow.number)
    )
    return added is not None


def newest_weights(session: Session) -> WeightSetRow | None:
    """The weight set with the highest number, or None before the first."""
    return session.scalar(select(WeightSetRow).order_by(WeightSetRow.number.desc()).limit(1))


def weights(session: Session, number: int) -> WeightSetRow | None:
    """The weight set of this number, or None."""
    return session.get(WeightSetRow, number)


def all_weights(session: Session) -> Sequence[WeightSetRow]:
    """Every weight set that was published here, newest first."""
    published = select(WeightSetRow).where(WeightSetRow.known_as.is_(None))
    return session.scalars(published.order_by(WeightSetRow.number.desc())).all()


def every_weight_set(session: Session) -> Sequence[WeightSetRow]:
    """Every weight set, also those that came with imported versions."""
    return session.scalars(select(WeightSetRow)).all()


def add_foreign_weights(
    session: Session, *, known_as: int, content: str, reason: str, by_name: str, at: datetime
) -> int:
    """Keep a set that was published elsewhere as `known_as`; returns its number here, below 0."""
    lowest = session.scalar(select(func.min(WeightSetRow.number))) or 0
    row = WeightSetRow(
        number=min(lowest, 0) - 1,
        content=content,
        reason=reason,
        by_id=None,
        by_name=by_name,
        at=at,
        known_as=known_as,
    )
    session.add(row)
    session.flush()
    return row.number
