"""A usual week: the load curve laid out hour by hour, and what can wait put where it is quiet.

The curve says how many hours are how busy, and the fleet is sized on it. Which hours these are it
does not say; here they are those of the traffic's shape, by judgement. So the week is a picture of
the curve, not another one.
"""

from collections.abc import Mapping

import numpy as np

from app.domain.demand.load import LoadCurve
from app.domain.worlds import Array

HOURS_OF_WEEK = 168
_DAY = 24

# Shape → hour of the day about which the load gathers, and the standing of Monday to Sunday.
# Judgement, 2026-11-26; the weekend of `business_hours` after a request trace of 23 days
# (Alibaba GenTD26), in which Saturday had a fifth and Sunday three fifths of a weekday.
_RHYTHMS: Mapping[str, tuple[float, tuple[float, ...]]] = {
    "steady": (14.0, (1.0, 1.0, 1.0, 1.0, 1.0, 0.95, 0.95)),
    "business_hours": (13.0, (1.0, 1.0, 1.0, 1.0, 0.95, 0.2, 0.6)),
    "spiky": (20.0, (0.85, 0.87, 0.9, 0.95, 1.0, 0.97, 0.9)),
    "batch_windows": (2.0, (1.0, 1.0, 1.0, 1.0, 1.0, 0.7, 0.7)),
}


def realtime_week(curve: LoadCurve, shape: str) -> Array:
    """Load of every hour from Monday 0:00 over the mean, in the first world, shape (168,).

        load(q) of the curve, q the rank of the hour among the week's

    Args:
        shape: of the traffic; an unknown one is drawn as business hours.
    """
    centre, days = _RHYTHMS.get(shape, _RHYTHMS["business_hours"])
    hours = np.arange(HOURS_OF_WEEK)
    off = np.abs((hours % _DAY) + 0.5 - centre)
    nearness = 1.0 - np.minimum(off, _DAY - off) / _DAY
    standing = nearness * np.asarray(days)[hours // _DAY]
    ranks = np.empty(HOURS_OF_WEEK)
    ranks[np.argsort(standing, kind="stable")] = np.arange(HOURS_OF_WEEK)
    at = [float(curve.at((rank + 0.5) / HOURS_OF_WEEK)[0]) for rank in ranks]
    return np.asarray(at)


def deferrable_week(realtime: Array, mean: float) -> Array:
    """What can wait, put into the quietest hours, shape (168,), with the given mean.

        max(0, level - realtime), at the level that holds all of it

    Args:
        realtime: load of each hour, in the unit of `mean`.
    """
    ordered = np.sort(realtime)
    work = mean * realtime.size
    counts = np.arange(1, realtime.size + 1)
    levels = (work + np.cumsum(ordered)) / counts
    # The level stands above the hours that it fills and below all others.
    above = np.nonzero(levels > ordered)[0]
    level = levels[above[-1]] if above.size else 0.0
    result: Array = np.maximum(level - realtime, 0.0)
    return result
