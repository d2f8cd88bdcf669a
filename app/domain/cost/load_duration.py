"""How much to own, and how to pay for the rest, under a load that moves: the load-duration rule.

The load is cut into levels, one for each unit that might be owned or reserved: the k-th level is
the work that only the k-th unit would do. A level is worth a fixed price where it has enough
hours. The rule is exact, equal to the linear programme over all hours, as long as nothing
couples the levels: no minimum staff, no discount for volume, no deadline, no ceiling.

Source: the screening curve of power system planning; the marginal rule is the newsvendor's, with
the critical fractile fixed / (8,760 * (price - variable)).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.domain.worlds import Array


@dataclass(frozen=True)
class Tier:
    """One way to pay for a unit: owned, reserved, on demand or spot.

    Attributes:
        fixed: USD for a unit over all the hours, used or not.
        variable: USD for each hour in which a unit works.
    """

    key: str
    fixed: float
    variable: float


@dataclass(frozen=True)
class Band:
    """Neighbouring levels that are cheapest in one tier.

    Attributes:
        start, end: load from which and up to which, in the unit of the load.
        hours: worked in the band, in that unit times hours.
        usd: what the band costs in its tier.
    """

    tier: str
    start: float
    end: float
    hours: float
    usd: float


def units_to_own(hours: Array, fixed: float, saving: float) -> int:
    """Units that are cheaper to own than to rent by the hour.

        own the k-th while saving * hours_k > fixed

    Args:
        hours: work that only the k-th unit would do, k = 1, 2, ..., (levels,); never rises.
        fixed: USD for one owned unit over all the hours, used or not.
        saving: price of a rented hour less what an owned one costs to run, USD.

    Validity: whole units, each at the same price. Spares and a second platform do not depend
    on how many are owned: they decide whether to own any, not how many.
    """
    return int(np.count_nonzero(saving * hours > fixed))


def envelope(load: Array, tiers: Sequence[Tier]) -> tuple[Band, ...]:
    """The cheapest tier for each level of the load, from the base to the peak.

        for a level with h hours: min_j fixed_j + variable_j * h

    The levels lie between neighbouring values of the load, so that the sum is the optimum of the
    linear programme with capacities that need not be whole.
    """
    bands: list[Band] = []
    ordered = np.sort(load)
    edges = np.concatenate([[0.0], ordered])
    for index in range(ordered.size):
        width, hours = float(edges[index + 1] - edges[index]), float(ordered.size - index)
        if width <= 0.0:
            continue
        costs = [tier.fixed + tier.variable * hours for tier in tiers]
        best = int(np.argmin(costs))
        level = Band(
            tiers[best].key,
            float(edges[index]),
            float(edges[index + 1]),
            width * hours,
            width * costs[best],
        )
        if bands and bands[-1].tier == level.tier:
            level = _joined(bands.pop(), level)
        bands.append(level)
    return tuple(bands)


def _joined(below: Band, above: Band) -> Band:
    hours, usd = below.hours + above.hours, below.usd + above.usd
    return Band(below.tier, below.start, above.end, hours, usd)
