"""Price catalogues: which is in force, and the cheapest machine in it.

A catalogue is published once and never changed; the one with the highest number is in force. What
ships is the first. Assessments pin its prices with their facts, so a saved one keeps its own.
"""

import hashlib
import json
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import datetime
from functools import lru_cache
from math import ceil
from threading import Lock

from app.domain.facts import Offer
from app.domain.prices.catalogue import contenders
from app.persistence import Session, price_catalogue
from app.persistence.tables import PriceSnapshotRow
from app.reference import Reference, with_offers

SHIPPED_BY = "Footing"
SHIPPED_FILE = "offers.csv"


def ensure(db: Session, shipped: Reference, now: datetime) -> None:
    """Publish the prices that ship: where there are none, or those in force shipped but differ."""
    newest = price_catalogue.newest(db)
    offers = shipped.facts.offers
    if newest is None:
        reason = "The prices that ship with Footing."
    elif newest.by_id is None and newest.by_name == SHIPPED_BY and newest.sha256 != named(offers):
        reason = "A new version of Footing ships other prices."
    else:
        return
    number = newest.number + 1 if newest else 1
    row = PriceSnapshotRow(
        number=number,
        rows_of=number,
        sha256=named(offers),
        file=SHIPPED_FILE,
        form="a table of offers",
        providers=",".join(dict.fromkeys(offer.provider for offer in offers)),
        reason=reason,
        by_id=None,
        by_name=SHIPPED_BY,
        at=now,
    )
    if price_catalogue.add(db, row):
        price_catalogue.add_offers(db, number, offers, contenders(offers))


def in_force(db: Session, shipped: Reference) -> Reference:
    """The shipped reference with the prices in force; here and nowhere else they are chosen."""
    newest = price_catalogue.newest(db)
    if newest is None:
        return shipped
    found = shipped
    if newest.sha256 != named(shipped.facts.offers):
        found = _KEPT.find(
            (shipped.facts.sha256, newest.sha256), lambda: _priced(db, shipped, newest)
        )
    return replace(found, price_snapshot=newest.number)


def _priced(db: Session, shipped: Reference, snapshot: PriceSnapshotRow) -> Reference:
    providers = shipped.facts.providers
    return with_offers(
        shipped, price_catalogue.offers(db, snapshot.rows_of, providers, contenders=True)
    )


def all_offers(db: Session, shipped: Reference) -> tuple[Offer, ...]:
    """Every offer of the catalogue in force, also those that no assessment can choose."""
    newest = price_catalogue.newest(db)
    if newest is None:
        return shipped.facts.offers
    return price_catalogue.offers(db, newest.rows_of, shipped.facts.providers)


def cheapest_fits(
    db: Session, shipped: Reference, memory_gb: float, country: str = ""
) -> list[tuple[Offer, int]]:
    """Of each kind the cheapest accelerator in a machine that holds `memory_gb`, and how many.

    The cheapest first by accelerators needed x price per accelerator-hour, as assessments choose;
    what is billed together may be more. One look into an index for each kind of accelerator,
    however many offers there are.
    """
    newest = price_catalogue.newest(db)
    if newest is None:
        return []
    found = []
    for key in shipped.facts.on_offer:
        needed = max(1, ceil(memory_gb / shipped.facts.accelerators[key].memory_gb))
        offer = price_catalogue.cheapest(
            db,
            newest.rows_of,
            shipped.facts.providers,
            accelerator=key,
            at_least=needed,
            country=country,
        )
        if offer is not None:
            found.append((offer, needed))
    return sorted(found, key=lambda fit: fit[1] * (fit[0].usd_per_hour or 0.0))


@lru_cache(maxsize=8)  # every request asks for the name of what ships
def named(offers: tuple[Offer, ...]) -> str:
    """The name of a list of offers: the SHA-256 of what it says, in its order."""
    text = json.dumps([asdict(offer) for offer in offers], sort_keys=True, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


class _Kept:
    """The last few references that were put together, which every request asks for."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._guard = Lock()
        self._found: OrderedDict[tuple[str, str], Reference] = OrderedDict()

    def find(self, key: tuple[str, str], make: Callable[[], Reference]) -> Reference:
        with self._guard:
            if key in self._found:
                self._found.move_to_end(key)
                return self._found[key]
        made = make()
        with self._guard:
            self._found[key] = made
            while len(self._found) > self._most:
                self._found.popitem(last=False)
        return made


_KEPT = _Kept(4)
