"""How rented prices move over the horizon: list prices jump, specialists' prices wander.

A list price stays for years and is then cut at once; a smooth decline was never seen. Source:
29 list prices over 75.5 SKU-years, 2022 to 2026: four cuts, all of one provider in one event,
and one rise. A cut is therefore an event of the provider, shared by all that it rents.
"""

import math

import numpy as np

from app.domain.facts import ProviderKind
from app.domain.known import Known
from app.domain.worlds import Array

# The market in which a surveyed contract is renewed.
CONTRACTS = "contracts"


def price_path(kind: ProviderKind, provider: str, known: Known, months: int) -> Array:
    """On-demand price over today's in the middle of each month, shape (worlds, months)."""
    if kind == "specialist":
        return _wandering(f"price.specialist.{provider}", known, months)
    rates, sizes = known.range("price.jump_rate_per_year"), known.range("price.jump_size")
    return known.worlds.process(
        ("price.jump", provider, months, rates, sizes),
        lambda: _cut_now_and_then(provider, known, months),
    )


def renewed(path: Array, years: int) -> Array:
    """What a commitment of `years` pays over today's: the path as it was when a term began.

    The price of the first term is today's; whoever committed keeps it when the list falls.
    """
    term = 12 * years
    starts = term * (np.arange(path.shape[1]) // term)
    result: Array = np.where(starts[None, :] == 0, 1.0, path[:, starts])
    return result


def _cut_now_and_then(provider: str, known: Known, months: int) -> Array:
    """A compound Poisson process of one provider, shape (worlds, months).

        product over the cuts before month t of (1 - size)

    Times between cuts are exponential at `price.jump_rate_per_year`, sizes triangular at
    `price.jump_size`.
    """
    rate = known.worlds.positive("price.jump_rate", known.range("price.jump_rate_per_year"))
    middle = (np.arange(months) + 0.5) / 12.0
    path = np.ones((known.worlds.count, months))
    years, number = np.zeros(known.worlds.count), 0
    while True:
        number += 1
        wait = known.worlds.uniform(f"price.jump.{provider}.{number}")
        years = years - np.log1p(-wait) / rate
        cut = np.flatnonzero(years < middle[-1])
        if not cut.size:
            return path
        size = _cut_size(known, known.worlds.uniform(f"price.cut.{provider}.{number}")[cut])
        happened = middle[None, :] > years[cut, None]
        path[cut] *= np.where(happened, 1.0 - size[:, None], 1.0)


def _cut_size(known: Known, uniform: Array) -> Array:
    """Triangular between the low and the high of `price.jump_size`, likeliest at its value."""
    size = known.range("price.jump_size")
    span = size.high - size.low
    below = size.low + np.sqrt(uniform * span * (size.likely - size.low))
    above = size.high - np.sqrt((1.0 - uniform) * span * (size.high - size.likely))
    result: Array = np.where(uniform * span < size.likely - size.low, below, above)
    return result


def _wandering(name: str, known: Known, months: int) -> Array:
    """A geometric walk that is drawn back to today's price, shape (worlds, months).

        x(t + 1) = keep * x(t) + step * z,  keep = sqrt(1 - (step / spread)^2),  price = exp(x)

    `price.specialist_step` is the standard deviation of one month, `price.specialist_sd` that
    of a price long after; the median stays at today's price. Where chips are short, servers are
    dear and rents rise; what a new generation takes from rents, it takes from resale too.
    """
    step, spread = known.value("price.specialist_step"), known.value("price.specialist_sd")
    keep = math.sqrt(1.0 - (step / spread) ** 2)
    along = {
        "server.price_factor": known.value("price.specialist_with_servers"),
        "residual.at_month_36": known.value("price.specialist_with_resale"),
    }
    return known.worlds.process(
        (name, months, keep, step, *along.values()),
        lambda: np.exp(known.worlds.walk(name, months, keep, step, along)),
    )
