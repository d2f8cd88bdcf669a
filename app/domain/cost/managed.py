"""What models cost that are sold as a service, by the token or the minute."""

from collections.abc import Iterable, Iterator

import numpy as np

from app.domain.cost.ledger import Factor, Ledger, figure, in_arrears, times
from app.domain.demand.serving import TableWork
from app.domain.demand.workload import DAYS_PER_MONTH, ModalityWork
from app.domain.facts import ApiPrice, Facts
from app.domain.known import Known
from app.domain.worlds import Array

_SETTLED_MONTHS = 12.0
# The workload of the throughput table that vendors sell by the minute of audio.
_TRANSCRIPTION = "whisper_large_v3"


def services_for(work: ModalityWork, facts: Facts) -> list[ApiPrice]:
    """The published prices for which a vendor would do the work of one modality.

    Token work needs a model that accepts the modality and stands for its size class;
    transcription needs a price by the minute. Embedding by a vendor has no price here.
    """
    return [price for price in facts.api_prices if _would_do(price, work)]


def _would_do(price: ApiPrice, work: ModalityWork) -> bool:
    if work.modality not in price.modalities:
        return False
    if isinstance(work.work, TableWork):
        transcribed = work.work.workload == _TRANSCRIPTION
        return transcribed and price.usd_per_audio_minute is not None
    sold_by_token = price.usd_per_mtok_in is not None and price.usd_per_mtok_out is not None
    return sold_by_token and work.work.model.key in price.stands_for


def usd_per_item(price: ApiPrice, work: ModalityWork) -> Array:
    """List price of one item, USD, shape (worlds,).

    requests * (tokens in * price in + tokens out * price out) / 1e6, or the minute's price

    Validity: no batch discount, no cached prompts; the open model's own token counts.
    """
    if isinstance(work.work, TableWork):
        return np.full_like(work.items_per_day, price.usd_per_audio_minute or 0.0)
    paid_in = work.work.tokens_in * (price.usd_per_mtok_in or 0.0)
    paid_out = work.work.tokens_out * (price.usd_per_mtok_out or 0.0)
    result: Array = work.requests_per_item * (paid_in + paid_out) / 1e6
    return result


def pinning(price: ApiPrice, known: Known, *, pinned: bool) -> Array:
    """What pinned processing costs over the list price, shape (worlds,); 1 where none is wanted.

    As the vendor publishes it; drawn where it offers pinning and does not say its price.
    """
    if not pinned or price.pinned_factor is not None:
        return np.full(known.worlds.count, price.pinned_factor or 1.0 if pinned else 1.0)
    return known.positive(_PINNING)


_PINNING = "api.pinning_factor"


def charge_services(
    ledger: Ledger,
    chosen: Iterable[tuple[ModalityWork, ApiPrice]],
    growth: Array,
    known: Known,
    *,
    pinned: bool,
) -> None:
    """Enter every item of every modality at its vendor's price.

    items/day * 365/12 * growth * price of an item * pinning * price path

    Args:
        growth: (worlds, months).
        pinned: whether processing must stay in one region, which some vendors charge for.
    """
    for work, price in chosen:
        path = _price_path(price.vendor, known, ledger.months)
        surcharge = pinning(price, known, pinned=pinned)
        usd = work.items_per_day * usd_per_item(price, work) * surcharge * DAYS_PER_MONTH
        line = ledger.monthly("managed_api", usd[:, None] * growth * path)
        line.formula = (
            "items a day x 365/12 x growth x list price of an item"
            f"{' x what pinned processing costs' if pinned else ''}, each month"
        )
        months = growth[0] * path[0]
        ledger.work_out(
            line,
            f"{price.name} for {work.modality}",
            in_arrears(usd[0] * months),
            times(f"{work.unit} of {work.modality} a day", work.items_per_day[0], work.unit),
            times("days in a month", DAYS_PER_MONTH, "days"),
            times("months of today's volume, growth included", months.sum(), "months"),
            times(
                f"{price.name}, each",
                usd_per_item(price, work)[0],
                "USD",
                price.source,
            ),
            *_pinning_factors(price, known, pinned=pinned),
        )


def _pinning_factors(price: ApiPrice, known: Known, *, pinned: bool) -> Iterator[Factor]:
    if not pinned:
        return
    if price.pinned_factor is None:
        yield figure(known.figure(_PINNING))
    else:
        name = f"{price.name}, pinned over list price"
        yield times(name, price.pinned_factor, "ratio", price.source)


def _price_path(vendor: str, known: Known, months: int) -> Array:
    """Price over today's, shape (worlds, months): settles within a year, up or down."""
    sd = known.value("api.price_sd")
    level = np.exp(sd * known.worlds.normal(f"price.api.{vendor}"))
    ramp = np.minimum((np.arange(months) + 0.5) / _SETTLED_MONTHS, 1.0)
    result: Array = 1.0 + (level[:, None] - 1.0) * ramp[None, :]
    return result
