"""Which must-haves and defaults the saved assessments made use of, in short, and how often."""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.persistence.tables import AssessmentRow, UsesRow

_READ_AT_ONCE = 20  # a result has some hundred kilobytes


@dataclass(frozen=True)
class Counted:
    """How many versions there are, and key → in how many of them."""

    versions: int = 0
    excludes: Counter[str] = field(default_factory=Counter)
    leaves_open: Counter[str] = field(default_factory=Counter)
    defaults: Counter[str] = field(default_factory=Counter)


def keep(
    session: Session,
    assessment_id: int,
    *,
    excludes: Collection[str],
    leaves_open: Collection[str],
    defaults: Collection[str],
) -> None:
    """Note what one assessment made use of."""
    row = UsesRow(
        assessment_id=assessment_id,
        excludes=_joined(excludes),
        leaves_open=_joined(leaves_open),
        defaults=_joined(defaults),
    )
    session.add(row)
    session.flush()


def without(session: Session) -> Iterator[tuple[int, str]]:
    """Id and result of every assessment of which nothing is noted, some at a time."""
    missing = (
        select(AssessmentRow.id)
        .outerjoin(UsesRow, UsesRow.assessment_id == AssessmentRow.id)
        .where(UsesRow.assessment_id.is_(None))
        .order_by(AssessmentRow.id)
        .limit(_READ_AT_ONCE)
    )
    while ids := session.scalars(missing).all():
        results = select(AssessmentRow.id, AssessmentRow.result).where(AssessmentRow.id.in_(ids))
        yield from session.execute(results).all()


def counted(session: Session) -> Counted:
    """How often each key is noted; of notes that are alike one is read, with their number."""
    found = Counted(versions=session.scalar(select(func.count()).select_from(UsesRow)) or 0)
    for column, counter in (
        (UsesRow.excludes, found.excludes),
        (UsesRow.leaves_open, found.leaves_open),
        (UsesRow.defaults, found.defaults),
    ):
        alike = select(column, func.count()).group_by(column)
        for keys, count in session.execute(alike):
            for key in keys.split():
                counter[key] += count
    return found


def _joined(keys: Collection[str]) -> str:
    return " ".join(sorted(set(keys)))
