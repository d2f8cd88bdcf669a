"""What a price file would change, in words: for the command line, and its rows for the page."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.domain.facts import Offer
from app.domain.prices.catalogue import Change, ProviderChanges
from app.domain.prices.guards import Refused
from app.reports.words import unit_price

MOST_SHOWN = 20


@dataclass(frozen=True)
class Refusal:
    """Rows that are refused for one reason.

    Attributes:
        where: their first few, in words.
    """

    sentence: str
    count: int
    where: str


def refusals(refused: Sequence[Refused]) -> tuple[Refusal, ...]:
    """The refused rows by reason, the most frequent first; every row counts in one of them."""
    by_sentence: dict[str, list[Refused]] = {}
    for row in refused:
        by_sentence.setdefault(row.sentence, []).append(row)
    ordered = sorted(by_sentence.items(), key=lambda item: -len(item[1]))
    return tuple(Refusal(sentence, len(rows), _where(rows)) for sentence, rows in ordered)


def _where(rows: Sequence[Refused]) -> str:
    first = [f"line {row.line:,} {row.name[:60]}".strip() for row in rows[:2]]
    more = [f"and {len(rows) - 2:,} more"] if len(rows) > 2 else []
    return ", ".join([*first, *more])


def offer_words(offer: Offer) -> str:
    """The offer as a person says it: `H100, p5.48xlarge in us-east-1`."""
    return f"{offer.accelerator}, {offer.instance} in {offer.region}"


def price_words(change: Change, offer: Offer) -> str:
    """The price of `offer` that the change is about."""
    prices = {
        "on demand": offer.usd_per_hour,
        "reserved for one year": offer.reserved_1y_usd_per_hour,
        "reserved for three years": offer.reserved_3y_usd_per_hour,
    }
    return unit_price(prices[change.way])


def share_words(share: float) -> str:
    """A change with its sign: `+4.2%`."""
    return f"{share * 100:+.1f}%"


def in_words(
    changes: Sequence[ProviderChanges], passed_over: Mapping[str, int], repeated: int
) -> str:
    """The whole plan for a terminal."""
    lines = [line for changed in changes for line in _provider(changed)]
    lines += [f"Passed over: {count:,} {what}." for what, count in passed_over.items()]
    if repeated:
        lines.append(f"{repeated:,} rows say the same again.")
    return "\n".join(lines)


def _provider(changed: ProviderChanges) -> Iterator[str]:
    yield (
        f"{changed.name} ({changed.key}): {len(changed.new):,} new, {len(changed.changed):,} "
        f"changed, {len(changed.dropped):,} dropped, {changed.confirmed:,} confirmed, "
        f"{len(changed.refused):,} refused"
    )
    largest = sorted(changed.changed, key=lambda change: -abs(change.share))
    for change in largest[:MOST_SHOWN]:
        was, now = (price_words(change, offer) for offer in (change.before, change.after))
        moved = f"{was} to {now}, {share_words(change.share)}"
        yield f"  {offer_words(change.after)}, {change.way}: {moved}"
    for offer in changed.dropped[:MOST_SHOWN]:
        yield f"  dropped: {offer_words(offer)}"
    for refusal in refusals(changed.refused):
        yield f"  refused {refusal.count:,}: {refusal.sentence} ({refusal.where})"
    for caution in changed.cautions:
        yield f"  look at it: {caution} Take it with --looked-at {changed.key}."
    if not changed.may_be_taken:
        yield "  nothing of it is believed, so its prices stay as they are"
