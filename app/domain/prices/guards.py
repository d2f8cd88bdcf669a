"""Which rows of a price file are believed: each becomes an offer, or is refused with a reason.

Nothing is dropped in silence. The bounds are our judgement, and each says why where it stands;
most come from bugs that price catalogues really had (SkyPilot #10199, gpuhunt #200).
"""

import math
import statistics
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, cast, get_args

from app.domain.facts import Confidence, Offer, Source, earliest_day
from app.domain.prices.rows import Place, Priced, Vocabulary

Reason = Literal[
    "not_for_sale", "formula", "provider", "region", "accelerator", "count", "number", "currency",
    "no_price", "placeholder", "host_only", "other_region", "unit", "level", "source", "duplicate",
]  # fmt: skip

# Catalogues write 0 or a cent for what they could not find out. Judgement.
PLACEHOLDER_USD = 0.01
# A machine without its accelerators costs a fifth of the whole (a2-highgpu-1g: 0.74 of 3.67 USD).
# Judgement: no true price lies below a quarter of the lowest one known.
LOWEST_SHARE = 0.25
# Judgement: no true price is ten times the dearest one known.
MOST_TIMES = 10.0
# A month has 730 hours; half to twice that, because the price itself may have moved.
HOURS_PER_MONTH = 730.0
_NEAR = 2.0
# For an accelerator without a known price. Judgement: the dearest list price of 2026 is 18 USD.
DEAREST_USD = 100.0
_MOST_ACCELERATORS = 10_000
# Also in their full-width form, which spreadsheets read alike.
_LIKE_A_FORMULA = tuple("=+-@\t\r\uff1d\uff0b\uff0d\uff20")


@dataclass(frozen=True)
class Refused:
    """A row that is not believed, and why, in a sentence that many rows may share."""

    line: int
    provider: str
    name: str
    reason: Reason
    sentence: str


@dataclass(frozen=True)
class Judged:
    """The rows of a file, judged.

    Attributes:
        repeated: rows that say the same again, such as one for each zone of a region.
    """

    offers: tuple[Offer, ...]
    refused: tuple[Refused, ...]
    repeated: int


class _Unbelievable(Exception):
    """A row is refused."""

    def __init__(self, reason: Reason, sentence: str) -> None:
        self.reason: Reason = reason
        self.sentence = sentence
        super().__init__(sentence)


def judged(rows: Sequence[Priced], known: Vocabulary, base: Sequence[Offer], today: date) -> Judged:
    """Offers and refusals, in the order of the file.

    Args:
        base: the offers in force; what a price is compared with.
    """
    whole, refused = _with_hosts(rows, known)
    levels = _levels(base)
    found: dict[Key, list[tuple[Priced, Offer]]] = defaultdict(list)
    for row in whole:
        try:
            offer = _offer(row, known, today)
            _refuse_level(offer, levels.get(offer.accelerator, ()))
        except _Unbelievable as why:
            refused.append(Refused(row.line, row.provider, row.name, why.reason, why.sentence))
        else:
            found[key_of(offer)].append((row, offer))
    offers, repeated = [], 0
    for same in found.values():
        if len({_prices(offer) for _, offer in same}) == 1:
            offers.append(same[0][1])
            repeated += len(same) - 1
        else:
            refused += [
                Refused(row.line, row.provider, row.name, "duplicate", _CONTRADICTORY)
                for row, _ in same
            ]
    return Judged(tuple(offers), tuple(sorted(refused, key=lambda r: r.line)), repeated)


_CONTRADICTORY = "The file has different prices for the same machine in the same region."

Key = tuple[str, str, str, str, float]


def key_of(offer: Offer) -> Key:
    """What tells an offer from all others of a snapshot."""
    return (offer.provider, offer.region, offer.instance, offer.accelerator, offer.unit)


def _prices(offer: Offer) -> tuple[float | None, ...]:
    return (offer.usd_per_hour, offer.reserved_1y_usd_per_hour, offer.reserved_3y_usd_per_hour)


# ---- a machine and its accelerators, priced apart ----------------------------------------------


def _with_hosts(rows: Sequence[Priced], known: Vocabulary) -> tuple[list[Priced], list[Refused]]:
    """Rows with the price of the whole machine: never one added across regions."""
    whole = [row for row in rows if row.instance and row.accelerator]
    # One for each price: where zones of a region differ, that is refused as contradictory.
    hosts = {(r.region, r.instance, r.usd_per_hour): r for r in rows if not r.accelerator}
    attached = {
        (r.region, r.accelerator, r.count, r.usd_per_hour): r for r in rows if not r.instance
    }
    by_load: dict[tuple[str, float], list[Priced]] = defaultdict(list)
    for host in hosts.values():
        by_load[known.hosts[host.instance]].append(host)
    refused: list[Refused] = []
    used: set[int] = set()
    for row in attached.values():
        load = (known.accelerator(row.accelerator, row.memory_gb), _as_float(row.count))
        fitting = by_load.get(load, [])
        here = [host for host in fitting if host.region == row.region]
        used.update(host.line for host in here)
        whole += [_summed(row, host) for host in here]
        if load[0] and not here:
            reason: Reason = "other_region" if fitting else "host_only"
            refused.append(Refused(row.line, row.provider, row.name, reason, _HOSTS[reason]))
        elif not load[0]:
            sentence = _unknown_accelerator(row)
            refused.append(Refused(row.line, row.provider, row.name, "accelerator", sentence))
    refused += [
        Refused(host.line, host.provider, host.name, "host_only", _HOST_ALONE)
        for host in hosts.values()
        if host.line not in used
    ]
    return whole, refused


_HOST_ALONE = "This is the price of the machine without its accelerators."
_HOSTS: Mapping[str, str] = {
    "other_region": (
        "The machine around the accelerator is priced in other regions only, and prices of two "
        "regions are never added."
    ),
    "host_only": "The price of the machine around the accelerator is not in the file.",
}


def _summed(row: Priced, host: Priced) -> Priced:
    both = (_as_float(row.usd_per_hour), _as_float(host.usd_per_hour))
    # Where one of them is missing or no price, so is the sum: it is left to be refused.
    bad = next((p for p in (row, host) if not 0 < _as_float(p.usd_per_hour) < math.inf), None)
    total = bad.usd_per_hour if bad else repr(sum(both))
    return replace(row, instance=host.instance, usd_per_hour=total)


def _as_float(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


# ---- one row -----------------------------------------------------------------------------------


def _offer(row: Priced, known: Vocabulary, today: date) -> Offer:
    if row.remark:
        raise _Unbelievable("not_for_sale", f"The file itself says: {row.remark}.")
    _refuse_formula(row)
    provider = known.providers.get(row.provider)
    if provider is None:
        raise _Unbelievable(
            "provider", f"Footing knows no provider {row.provider[:40]!r} and whose law it obeys."
        )
    place = _place(row, known)
    accelerator = known.accelerator(row.accelerator, row.memory_gb)
    if not accelerator:
        raise _Unbelievable("accelerator", _unknown_accelerator(row))
    count = _count(row.count)
    each = 1.0 if row.is_per_accelerator else count
    usd, one_year, three_years = (
        _price(text, each) for text in (row.usd_per_hour, row.reserved_1y, row.reserved_3y)
    )
    if usd is None:
        raise _Unbelievable("no_price", "No price on demand is given.")
    if row.currency != "USD":
        raise _Unbelievable("currency", f"The price is in {row.currency[:10]!r}, not in USD.")
    return Offer(
        provider=provider.key,
        provider_name=provider.name,
        kind=provider.kind,
        region=row.region,
        country=place.country,
        geography=place.geography,
        accelerator=accelerator,
        instance=row.instance,
        unit=count,
        per_machine=_count(row.per_machine) if row.per_machine else count,
        usd_per_hour=usd,
        reserved_1y_usd_per_hour=one_year,
        reserved_3y_usd_per_hour=three_years,
        source=_source(row, today),
    )


def _refuse_formula(row: Priced) -> None:
    for text in (row.provider, row.region, row.instance, row.accelerator, row.source):
        if text.startswith(_LIKE_A_FORMULA):
            raise _Unbelievable("formula", "A text begins as a formula of a spreadsheet does.")


def _place(row: Priced, known: Vocabulary) -> Place:
    place = known.places.get((row.provider, row.region))
    if place is None:
        raise _Unbelievable(
            "region", f"Where the region {row.region[:40]!r} of {row.provider} is, is not known."
        )
    if not place.geography:
        raise _Unbelievable(
            "region",
            f"The region {row.region} is in {place.country}: for that part of the world Footing "
            "has no storage prices and no network times.",
        )
    if row.geography and (row.country, row.geography) != (place.country, place.geography):
        raise _Unbelievable(
            "region",
            f"The file puts the region {row.region} elsewhere than in "
            f"{place.country or place.geography}.",
        )
    return place


def _unknown_accelerator(row: Priced) -> str:
    memory = f" with {row.memory_gb[:10]} GB" if row.memory_gb else ""
    return f"Footing has no data sheet of the accelerator {row.accelerator[:40]!r}{memory}."


def _count(text: str) -> float:
    if not text:
        raise _Unbelievable("count", "How many accelerators the price is for is not given.")
    count = _as_float(text)
    if not math.isfinite(count) or not 0 < count <= _MOST_ACCELERATORS:
        raise _Unbelievable("count", f"A machine cannot have {text[:20]!r} accelerators.")
    return count


def _price(text: str, accelerators: float) -> float | None:
    """USD per accelerator-hour; None where nothing is given, which is never 0."""
    if not text:
        return None
    total = _as_float(text)
    if not math.isfinite(total) or total < 0:
        raise _Unbelievable("number", f"{text[:20]!r} is not a price.")
    usd = total / accelerators
    if usd <= PLACEHOLDER_USD:
        raise _Unbelievable(
            "placeholder",
            f"{usd:.4g} USD an hour for an accelerator stands for a price that nobody found out.",
        )
    return usd


def _source(row: Priced, today: date) -> Source:
    if "://" not in row.source or not row.source.partition("://")[2]:
        raise _Unbelievable("source", "The source has no address.")
    day = earliest_day(row.as_of)
    if day is None or day > today:
        raise _Unbelievable("source", f"{row.as_of[:20]!r} is not a day, month or year gone by.")
    if row.confidence not in get_args(Confidence):
        allowed = ", ".join(get_args(Confidence))
        raise _Unbelievable("source", f"The confidence must be one of {allowed}.")
    return Source(row.source, row.as_of, cast("Confidence", row.confidence))


# ---- the level of a price ----------------------------------------------------------------------


def _levels(base: Iterable[Offer]) -> dict[str, tuple[float, ...]]:
    """Accelerator → its known prices on demand, ascending."""
    found: dict[str, list[float]] = defaultdict(list)
    for offer in base:
        if offer.usd_per_hour is not None:
            found[offer.accelerator].append(offer.usd_per_hour)
    return {key: tuple(sorted(prices)) for key, prices in found.items()}


def _refuse_level(offer: Offer, prices: Sequence[float]) -> None:
    """Do nothing if every price of the offer is of the order of what the accelerator costs."""
    for usd in _prices(offer):
        if usd is not None:
            _refuse_one_level(usd, offer.accelerator, prices)


def _refuse_one_level(usd: float, accelerator: str, prices: Sequence[float]) -> None:
    if not prices:
        if usd > DEAREST_USD:
            raise _Unbelievable(
                "level", f"No accelerator costs more than {DEAREST_USD:g} USD an hour."
            )
        return
    times = usd / statistics.median(prices)
    if HOURS_PER_MONTH / _NEAR < max(times, 1 / times) < HOURS_PER_MONTH * _NEAR:
        unit = "a month" if times > 1 else "an hour divided by the hours of a month"
        raise _Unbelievable(
            "unit", f"About 730 times off what a {accelerator} costs: this is a price for {unit}."
        )
    if usd < LOWEST_SHARE * prices[0]:
        raise _Unbelievable(
            "host_only",
            f"Less than a quarter of the lowest price known for a {accelerator} "
            f"({prices[0]:.3g} USD an hour): this looks like a machine without its accelerators.",
        )
    if usd > MOST_TIMES * prices[-1]:
        raise _Unbelievable(
            "level",
            f"More than {MOST_TIMES:g} times the dearest price known for a {accelerator} "
            f"({prices[-1]:.3g} USD an hour).",
        )
