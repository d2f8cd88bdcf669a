"""Published price catalogues and the files that may become one. Published: added, never changed."""

import zlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Row, Select, bindparam, delete, insert, select
from sqlalchemy.orm import Session

from app.domain.facts import Confidence, Offer, Provider, Source
from app.persistence import dialects
from app.persistence.tables import (
    PriceDraftRow,
    PriceOfferRow,
    PriceSnapshotRow,
    ProposalRow,
)

_COLUMNS = (
    "provider", "region", "country", "geography", "accelerator", "instance", "unit", "per_machine",
    "usd_per_hour", "reserved_1y_usd_per_hour", "reserved_3y_usd_per_hour",
)  # fmt: skip
_INSERTED_AT_ONCE = 2_000


def add(session: Session, row: PriceSnapshotRow) -> bool:
    """Publish a snapshot; False if there is one of this number. Of two at once one gets True."""
    values = {column.key: getattr(row, column.key) for column in PriceSnapshotRow.__table__.columns}
    added = session.scalar(
        dialects.insert(session, PriceSnapshotRow)
        .values(values)
        .on_conflict_do_nothing()
        .returning(PriceSnapshotRow.number)
    )
    return added is not None


def add_offers(
    session: Session, number: int, offers: Sequence[Offer], contenders: Sequence[Offer]
) -> None:
    """Store the offers of a snapshot, in order; `contenders` are those that may win."""
    may_win = {id(offer) for offer in contenders}
    rows = [
        {
            "snapshot": number,
            "place": place,
            "is_contender": id(offer) in may_win,
            **{name: getattr(offer, name) for name in _COLUMNS},
            "source": offer.source.source,
            "as_of": offer.source.as_of,
            "confidence": offer.source.confidence,
        }
        for place, offer in enumerate(offers)
    ]
    for start in range(0, len(rows), _INSERTED_AT_ONCE):
        session.execute(insert(PriceOfferRow), rows[start : start + _INSERTED_AT_ONCE])


def newest(session: Session) -> PriceSnapshotRow | None:
    """The snapshot with the highest number, or None before the first."""
    return session.scalar(
        select(PriceSnapshotRow).order_by(PriceSnapshotRow.number.desc()).limit(1)
    )


def snapshot(session: Session, number: int) -> PriceSnapshotRow | None:
    """The snapshot of this number, or None."""
    return session.get(PriceSnapshotRow, number)


def every(session: Session) -> Sequence[PriceSnapshotRow]:
    """Every snapshot, newest first."""
    return session.scalars(select(PriceSnapshotRow).order_by(PriceSnapshotRow.number.desc())).all()


def offers(
    session: Session, rows_of: int, providers: Mapping[str, Provider], *, contenders: bool = False
) -> tuple[Offer, ...]:
    """The offers of a snapshot in order, or of those only the ones that may win."""
    query = select(PriceOfferRow).where(PriceOfferRow.snapshot == rows_of)
    if contenders:
        query = query.where(PriceOfferRow.is_contender)
    return tuple(_offers(session, query.order_by(PriceOfferRow.place), providers))


def cheapest(
    session: Session,
    rows_of: int,
    providers: Mapping[str, Provider],
    *,
    accelerator: str,
    at_least: float,
    country: str = "",
) -> Offer | None:
    """The cheapest offer on demand of an accelerator in a machine of so many; None without one.

    An index has them in the order of their price: the first that fits ends the search.
    """
    query = cheapest_query(rows_of, accelerator, at_least, country)
    row = session.execute(query).first()
    return None if row is None or row.provider not in providers else _offer(row, providers)


def cheapest_query(
    rows_of: int, accelerator: str, at_least: float, country: str = ""
) -> Select[Any]:
    """The statement of `cheapest`, for whoever asks the database how it would go about it."""
    query = _CHEAPEST_IN if country else _CHEAPEST
    given = {"rows_of": rows_of, "accelerator": accelerator, "at_least": at_least}
    return query.params(**given, **({"country": country} if country else {}))


# Made once: to put a statement together takes longer than to find the row.
_OFFER = PriceOfferRow.__table__.columns
_CHEAPEST = (
    select(*_OFFER)
    .where(
        _OFFER.snapshot == bindparam("rows_of"),
        _OFFER.accelerator == bindparam("accelerator"),
        _OFFER.usd_per_hour.is_not(None),
        _OFFER.per_machine >= bindparam("at_least"),
    )
    .order_by(_OFFER.usd_per_hour)
    .limit(1)
)
_CHEAPEST_IN = _CHEAPEST.where(_OFFER.country == bindparam("country"))


def _offers(
    session: Session, query: Select[PriceOfferRow], providers: Mapping[str, Provider]
) -> Iterator[Offer]:
    for row in session.scalars(query.execution_options(yield_per=_INSERTED_AT_ONCE)):
        if row.provider in providers:  # else a later Footing took it out of its facts
            yield _offer(row, providers)


def _offer(row: PriceOfferRow | Row[Any], providers: Mapping[str, Provider]) -> Offer:
    provider = providers[row.provider]
    return Offer(
        provider=provider.key,
        provider_name=provider.name,
        kind=provider.kind,
        region=row.region,
        country=row.country,
        geography=row.geography,
        accelerator=row.accelerator,
        instance=row.instance,
        unit=row.unit,
        per_machine=row.per_machine,
        usd_per_hour=row.usd_per_hour,
        reserved_1y_usd_per_hour=row.reserved_1y_usd_per_hour,
        reserved_3y_usd_per_hour=row.reserved_3y_usd_per_hour,
        source=Source(row.source, row.as_of, cast("Confidence", row.confidence)),
    )


# ---- files that are looked at ------------------------------------------------------------------


def add_draft(
    session: Session, *, content: bytes, file: str, stated: tuple[str, str, str], at: datetime
) -> int:
    """Keep a file to be looked at; returns its number. `stated`: provider, source, date."""
    provider, source, as_of = stated
    row = PriceDraftRow(
        content=zlib.compress(content),
        file=file,
        provider=provider,
        source=source,
        as_of=as_of,
        at=at,
    )
    session.add(row)
    session.flush()
    return row.id


def draft(session: Session, draft_id: int) -> tuple[PriceDraftRow, bytes] | None:
    """A file that is looked at, with its bytes; None if there is none."""
    row = session.get(PriceDraftRow, draft_id)
    return (row, zlib.decompress(row.content)) if row else None


def forget_drafts(session: Session, before: datetime) -> None:
    """Delete the files that were brought before this moment and wait for no decision."""
    proposed = select(ProposalRow.price_draft_id).where(
        ProposalRow.outcome.is_(None), ProposalRow.price_draft_id.is_not(None)
    )
    old = PriceDraftRow.at < before
    session.execute(delete(PriceDraftRow).where(old, PriceDraftRow.id.not_in(proposed)))
