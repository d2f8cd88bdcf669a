"""When owning has paid for itself."""

import numpy as np

from app.domain.worlds import Array


def breakeven_month(own: Array, other: Array) -> Array:
    """First month by whose end `own` has cost no more than `other`, shape (worlds,).

    Compares running totals, undiscounted, and asks that it stays so to the horizon; resale at
    the horizon does not count. Infinite where it never happens.

    Args:
        own, other: payments, shape (worlds, months + 2), as `Ledger.cash`: the last column,
            what follows the horizon, is left out.
    """
    lead = np.cumsum(other - own, axis=1)[:, :-1]
    behind = lead < 0
    last_behind = behind.shape[1] - 1 - np.argmax(behind[:, ::-1], axis=1)
    month = np.where(behind.any(axis=1), last_behind + 1.0, 0.0)
    never = month > own.shape[1] - 2
    return np.where(never, np.inf, month)
