"""Back-tests as they were computed: added and read, never changed."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.persistence.dialects import insert
from app.persistence.tables import BacktestRow


def add(
    session: Session,
    *,
    facts_sha256: str,
    weight_set: int,
    engine_version: str,
    content: str,
    at: datetime,
) -> bool:
    """Keep a back-test; False if one of these facts, weights and engine is kept already."""
    added = session.scalar(
        insert(session, BacktestRow)
        .values(
            facts_sha256=facts_sha256,
            weight_set=weight_set,
            engine_version=engine_version,
            content=content,
            at=at,
        )
        .on_conflict_do_nothing()
        .returning(BacktestRow.id)
    )
    return added is not None


def find(
    session: Session, *, facts_sha256: str, weight_set: int, engine_version: str
) -> BacktestRow | None:
    """The back-test of these facts, weights and engine, or None."""
    return session.scalar(
        select(BacktestRow).where(
            BacktestRow.facts_sha256 == facts_sha256,
            BacktestRow.weight_set == weight_set,
            BacktestRow.engine_version == engine_version,
        )
    )


def newest(session: Session, most: int) -> Sequence[BacktestRow]:
    """At most `most` back-tests, the newest first."""
    order = (BacktestRow.at.desc(), BacktestRow.id.desc())
    return session.scalars(select(BacktestRow).order_by(*order).limit(most)).all()
