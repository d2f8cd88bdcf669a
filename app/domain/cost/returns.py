"""What a purchase returns: rate of return, payback, and the dear tail of a bill.

Bare arithmetic on payments; what has no meaning is no number but a reason.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq

from app.domain.cost.breakeven import breakeven_month
from app.domain.worlds import Array

_LEAST_RATE, _GREATEST_RATE = -0.9, 10.0


@dataclass(frozen=True)
class Found:
    """A figure, or why there is none."""

    value: float | None
    reason: str = ""


def by_month(cash: Array) -> Array:
    """`Ledger.cash` of one world with what follows the horizon at its end, shape (months + 1,)."""
    return np.append(cash[:-2], cash[-2] + cash[-1])


def internal_rate(advantage: Array) -> Found:
    """Yearly rate at which the `advantage` of month 0, 1, 2 … (USD) is worth nothing.

    sum_t advantage_t (1 + i)^-t = 0,  IRR = (1 + i)^12 - 1

    Only where money is first spent and then saved, with one change of sign: with several, more
    than one rate would do, and none would mean anything.
    """
    signs = np.sign(advantage[np.abs(advantage) > _CENT])
    changes = int((np.diff(signs) != 0).sum())
    if not signs.size or changes == 0:
        paid = signs.size and signs[0] < 0
        return Found(None, "nothing is ever saved" if paid else "nothing has to be spent first")
    if signs[0] > 0:
        return Found(None, "it saves first and pays later, so nothing is invested")
    if changes > 1:
        return Found(None, f"savings and payments change places {changes} times")
    months = np.arange(advantage.size)

    def worth(rate: float) -> float:
        return float((advantage * (1.0 + rate) ** -months).sum())

    if worth(_LEAST_RATE) * worth(_GREATEST_RATE) > 0:
        return Found(None, "it lies beyond any rate that means something")
    monthly = float(brentq(worth, _LEAST_RATE, _GREATEST_RATE, xtol=1e-12))
    return Found((1.0 + monthly) ** 12 - 1.0)


_CENT = 0.01


def payback_month(own: Array, other: Array, monthly_rate: float) -> Found:
    """Month from whose end on `own` has cost no more than `other`, at a discount rate.

    Args:
        own, other: payments of one world, shape (months + 2,), as `Ledger.cash`; what follows
            the horizon does not count.
        monthly_rate: 0 for the simple payback.
    """
    times = np.minimum(np.arange(own.size), own.size - 2)
    worth = (1.0 + monthly_rate) ** -times.astype(np.float64)
    month = float(breakeven_month((own * worth)[None, :], (other * worth)[None, :])[0])
    if math.isinf(month):
        return Found(None, "not within the horizon")
    return Found(month)


def dear_tail(totals: Array, share: float = 0.05) -> float:
    """Mean of the dearest `share` of `totals` (worlds,), USD: the conditional value at risk."""
    dearest = np.sort(totals)[-max(1, math.ceil(len(totals) * share)) :]
    return float(dearest.mean())
