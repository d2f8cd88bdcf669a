"""What one administrator proposes: kept, read, and decided once."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.persistence.tables import ProposalRow


def add(session: Session, row: ProposalRow) -> int:
    """Keep a proposal, and return its number."""
    session.add(row)
    session.flush()
    return row.id


def by_id(session: Session, proposal_id: int) -> ProposalRow | None:
    """The proposal of this number, or None."""
    return session.get(ProposalRow, proposal_id, populate_existing=True)


def waiting(session: Session, kinds: Collection[str]) -> Sequence[ProposalRow]:
    """Those of these kinds that nobody has decided, oldest first."""
    query = select(ProposalRow).where(ProposalRow.kind.in_(kinds), ProposalRow.outcome.is_(None))
    return session.scalars(query.order_by(ProposalRow.id)).all()


def count_decided(session: Session) -> int:
    """How many were decided."""
    decided = select(func.count()).select_from(ProposalRow).where(ProposalRow.outcome.is_not(None))
    return session.scalar(decided) or 0


def decide(
    session: Session, proposal_id: int, outcome: str, *, by_name: str, why: str, at: datetime
) -> bool:
    """Note what became of it; False if that was decided before. Of two at once one gets True."""
    decided = session.scalar(
        update(ProposalRow)
        .where(ProposalRow.id == proposal_id, ProposalRow.outcome.is_(None))
        .values(outcome=outcome, decided_by_name=by_name, decided_why=why, decided_at=at)
        .returning(ProposalRow.id)
    )
    return decided is not None
