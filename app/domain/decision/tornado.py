"""Which input moves the lead of the best option over the runner-up, one at a time."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.domain.worlds import Array

_NOTHING = 1e-9


@dataclass(frozen=True)
class Bar:
    """One input at its tenth and at its ninetieth percentile, all others at their likely value.

    Attributes:
        low, high: lead of the best option over the runner-up, in points of 100.
        usd_low, usd_high: by how much the runner-up costs more, USD; negative where less.
        flips: whether the lead changes sides at either end.
    """

    name: str
    low: float
    high: float
    usd_low: float
    usd_high: float
    flips: bool

    @property
    def swing(self) -> float:
        """How far the lead moves between both ends, in points."""
        return abs(self.high - self.low)


def bars(names: Sequence[str], lead: Array, saved: Array) -> tuple[Bar, ...]:
    """The bars that move anything, the longest first.

    Args:
        lead, saved: over the worlds of `OneAtATime` for `names`, shape (2 names + 1,): the lead
            in points, and what the runner-up costs more, USD.
    """
    rows = [
        Bar(name, *_ends(lead, i), *_ends(saved, i), flips=_flips(lead, i))
        for i, name in enumerate(names)
    ]
    moving = [row for row in rows if _moves(row, float(lead[0]), float(saved[0]))]
    return tuple(sorted(moving, key=lambda row: (-row.swing, row.name)))


def _ends(over: Array, i: int) -> tuple[float, float]:
    return float(over[2 * i + 1]), float(over[2 * i + 2])


def _flips(lead: Array, i: int) -> bool:
    return bool(np.any(np.sign(lead[2 * i + 1 : 2 * i + 3]) == -np.sign(lead[0])))


def _moves(row: Bar, lead: float, saved: float) -> bool:
    points = max(abs(row.low - lead), abs(row.high - lead))
    usd = max(abs(row.usd_low - saved), abs(row.usd_high - saved))
    return points > _NOTHING or usd > 1.0
