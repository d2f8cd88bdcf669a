"""What a judged price file would change in the catalogue, provider by provider."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.domain.facts import Offer, Provider
from app.domain.prices.guards import Judged, Refused, key_of

# Judgement: list prices move by 20 to 45 % once in years (cost.md section 4), so somebody looks.
JUMP = 0.30

# Less is rounding: sources give five figures.
_ROUNDING = 1e-4

# The three prices of an offer, in words.
_WAYS = ("on demand", "reserved for one year", "reserved for three years")


@dataclass(frozen=True)
class Change:
    """An offer whose price moves.

    Attributes:
        way: which of its prices moves most: `on demand`, `reserved for one year`.
        share: the new price over the old one, less one.
    """

    before: Offer
    after: Offer
    way: str
    share: float

    @property
    def is_jump(self) -> bool:
        """Whether it is more than anybody takes unseen."""
        return abs(self.share) > JUMP


@dataclass(frozen=True)
class ProviderChanges:
    """What a file would do to the prices of one provider.

    Attributes:
        confirmed: offers whose prices stay, with the date and the source of the file.
        lost: offers that lose the price of a reservation, which the file does not state.
        offers: all of the provider's offers afterwards; empty where none is believed, and then
            nothing can be taken.
    """

    key: str
    name: str
    new: tuple[Offer, ...]
    changed: tuple[Change, ...]
    dropped: tuple[Offer, ...]
    confirmed: int
    lost: int
    refused: tuple[Refused, ...]
    offers: tuple[Offer, ...]

    @property
    def jumps(self) -> tuple[Change, ...]:
        """The changes above 30 %."""
        return tuple(change for change in self.changed if change.is_jump)

    @property
    def cautions(self) -> tuple[str, ...]:
        """What somebody must say they have looked at before the prices are taken."""
        found = []
        if self.jumps:
            found.append(f"{_many(len(self.jumps), 'price')} would move by more than {JUMP:.0%}.")
        if self.lost:
            found.append(
                f"{_many(self.lost, 'offer')} would lose the price of a reservation, which the "
                "file does not state."
            )
        gone = {o.accelerator for o in self.dropped} - {o.accelerator for o in self.offers}
        if gone and self.offers:
            found.append(f"{', '.join(sorted(gone))} would not be on offer there any more.")
        return tuple(found)

    @property
    def may_be_taken(self) -> bool:
        """Whether there is anything to take: a source that failed never empties a provider."""
        return bool(self.offers)


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def changes(
    base: Sequence[Offer], judged: Judged, providers: Mapping[str, Provider]
) -> tuple[ProviderChanges, ...]:
    """Provider by provider, in the order of the file; those that it does not name stay away."""
    keys = dict.fromkeys(
        [offer.provider for offer in judged.offers] + [row.provider for row in judged.refused]
    )
    return tuple(
        _of_provider(key, providers[key].name if key in providers else key, base, judged)
        for key in keys
    )


def _of_provider(key: str, name: str, base: Sequence[Offer], judged: Judged) -> ProviderChanges:
    old = {key_of(offer): offer for offer in base if offer.provider == key}
    offers = tuple(offer for offer in judged.offers if offer.provider == key)
    kept = [(old[key_of(offer)], offer) for offer in offers if key_of(offer) in old]
    changed = tuple(change for before, after in kept if (change := _change(before, after)))
    present = {key_of(offer) for offer in offers}
    return ProviderChanges(
        key=key,
        name=name,
        new=tuple(offer for offer in offers if key_of(offer) not in old),
        changed=changed,
        dropped=tuple(offer for k, offer in old.items() if k not in present) if offers else (),
        confirmed=len(kept) - len(changed),
        lost=sum(_loses(before, after) for before, after in kept),
        refused=tuple(row for row in judged.refused if row.provider == key),
        offers=offers,
    )


def _prices(offer: Offer) -> tuple[float | None, float | None, float | None]:
    return (offer.usd_per_hour, offer.reserved_1y_usd_per_hour, offer.reserved_3y_usd_per_hour)


def _change(before: Offer, after: Offer) -> Change | None:
    """The price that moves most; None where they differ by rounding alone."""
    moves = [
        (now / was - 1.0, way)
        for way, was, now in zip(_WAYS, _prices(before), _prices(after), strict=True)
        if was is not None and now is not None and abs(now / was - 1.0) > _ROUNDING
    ]
    if not moves:
        return None
    share, way = max(moves, key=lambda move: abs(move[0]))
    return Change(before, after, way, share)


def _loses(before: Offer, after: Offer) -> bool:
    pairs = list(zip(_prices(before), _prices(after), strict=True))[1:]
    return any(was is not None and now is None for was, now in pairs)


def merged(base: Sequence[Offer], taken: Iterable[ProviderChanges]) -> tuple[Offer, ...]:
    """The catalogue with the taken providers' offers in place of theirs; the others stay."""
    new = {changes.key: changes.offers for changes in taken}
    order = dict.fromkeys([offer.provider for offer in base] + list(new))
    by_provider = {
        key: new.get(key, tuple(offer for offer in base if offer.provider == key)) for key in order
    }
    return tuple(offer for offers in by_provider.values() for offer in offers)


def contenders(offers: Sequence[Offer]) -> tuple[Offer, ...]:
    """The offers of which one can be the cheapest anywhere; the order stays.

    Of the machines of one provider, country and shape, those that no other one beats at all
    three prices: constraints and network times look at the country, never at the region.
    """
    best: dict[tuple[object, ...], int] = {}
    for place, offer in enumerate(offers):
        shape = (offer.provider, offer.country, offer.geography, offer.accelerator)
        for way, price in enumerate(_prices(offer)):
            key = (*shape, offer.unit, offer.per_machine, way)
            if price is not None and (
                key not in best or price < (_prices(offers[best[key]])[way] or 0)
            ):
                best[key] = place
    return tuple(offers[place] for place in sorted(set(best.values())))
