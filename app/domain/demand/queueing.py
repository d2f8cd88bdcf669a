"""How many servers keep the queue short."""

import math
from functools import cache

import numpy as np

from app.domain.worlds import Array

# From so many slots on the utilisation is at its cap, and no search is needed.
_POOLED = 256


def waiting_probability(servers: int, offered_load: float) -> float:
    """Probability that a request must wait (Erlang C), in [0, 1].

        B_n = a B_{n-1} / (n + a B_{n-1});  C = B_c / (1 - (a/c)(1 - B_c))

    Args:
        servers: parallel servers c >= 1.
        offered_load: a = arrival rate x mean service time, in erlang. At a >= c all wait.

    Source: Erlang 1917; recursion after Cooper, Introduction to Queueing Theory, 1981.
    """
    if offered_load >= servers:
        return 1.0
    blocking = 1.0
    for n in range(1, servers + 1):
        blocking = offered_load * blocking / (n + offered_load * blocking)
    return blocking / (1.0 - (offered_load / servers) * (1.0 - blocking))


def greatest_utilisation(servers: int, wait_probability: float, cap: float) -> float:
    """Greatest utilisation in [0, cap] at which at most `wait_probability` must wait.

    Found by bisection to 1e-6; grows with the number of servers (pooling).
    """
    low, high = 0.0, 1.0
    while high - low > 1e-6:
        middle = (low + high) / 2
        if waiting_probability(servers, middle * servers) <= wait_probability:
            low = middle
        else:
            high = middle
    return min(low, cap)


def servers_needed(load: float, slots_per_server: int, wait_probability: float, cap: float) -> int:
    """Fewest servers for a peak `load` (in busy servers) with a short queue; at least 1.

    A server with several slots (continuous batching) queues like that many small servers.
    Beyond 256 slots the utilisation is at its cap and no search is needed.
    """
    count = max(1, math.ceil(load / cap))
    while count * slots_per_server < _POOLED:
        allowed = greatest_utilisation(count * slots_per_server, wait_probability, cap)
        if load <= allowed * count:
            break
        count += 1
    return count


def copies_needed(load: Array, slots_per_copy: int, wait_probability: float, cap: float) -> Array:
    """`servers_needed` in every world, whole, shape (worlds,)."""
    allowed = _allowed(slots_per_copy, wait_probability, cap)
    held = allowed * np.arange(1, allowed.size + 1)
    searched = np.searchsorted(held, load, side="left") + 1.0
    pooled = np.maximum(np.ceil(load / cap), allowed.size + 1.0)
    result: Array = np.where(searched <= allowed.size, searched, pooled)
    return result


def utilisation_allowed(
    copies: Array, slots_per_copy: int, wait_probability: float, cap: float
) -> Array:
    """`greatest_utilisation` of so many copies in every world, shape (worlds,)."""
    table = np.append(_allowed(slots_per_copy, wait_probability, cap), cap)
    place = np.minimum(copies.astype(int) - 1, table.size - 1)
    result: Array = table[place]
    return result


@cache
def _allowed(slots_per_copy: int, wait_probability: float, cap: float) -> Array:
    """Greatest utilisation of 1, 2, ... copies, as far as it is below its cap by search."""
    most = (_POOLED - 1) // slots_per_copy
    return np.array(
        [
            greatest_utilisation(count * slots_per_copy, wait_probability, cap)
            for count in range(1, most + 1)
        ]
    )
