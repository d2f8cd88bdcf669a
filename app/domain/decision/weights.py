"""How much each criterion counts, from a ranking.

A person ranks up to four criteria. Weights that respect the order are all equally plausible;
their mean is the rank-order centroid, and drawing them uniformly shows how much hangs on it.
"""

from collections.abc import Sequence

import numpy as np

from app.domain.decision.criteria import WeightSet
from app.domain.worlds import Array, Worlds

# Spread of the default weights when nobody ranked anything: the Dirichlet concentration of
# "not sure" (decision analysis practice: 10 loose, 30 middling, 100 firm).
_LOOSE = 10.0


def rank_order_centroid(count: int) -> Array:
    """Weights for ranks 1 to `count`, shape (count,), summing to 1.

        w_r = (1/n) * sum over k from r to n of 1/k

    Source: Barron and Barrett, Decision quality using ranked attribute weights, 1996.
    """
    reciprocals = 1.0 / np.arange(1, count + 1)
    result: Array = np.cumsum(reciprocals[::-1])[::-1] / count
    return result


def likely_weights(ranked: Sequence[str], weights: WeightSet) -> Array:
    """Weight of each criterion in the order of the set, shape (criteria,), summing to 1.

    Ranked: as `ranked_likely`. Nobody ranked: the default weights.
    """
    if not ranked:
        return np.array([weights.default_weights[key] for key in weights.keys])
    return ranked_likely(ranked, weights)


def ranked_likely(ranked: Sequence[str], weights: WeightSet) -> Array:
    """The centroid of each rank, shape (criteria,); those not ranked share the mean of the rest."""
    centroid = rank_order_centroid(len(weights.keys))[None, :]
    result: Array = _assigned(centroid, ranked, weights)[0]
    return result


def drawn_weights(ranked: Sequence[str], weights: WeightSet, worlds: Worlds) -> Array:
    """Weights in each world, shape (worlds, criteria), rows summing to 1.

    Ranked: as `ranked_draws`, so that their mean is `likely_weights`. Not ranked: Dirichlet
    around the defaults, loosely.
    """
    if not ranked:
        around = np.array([weights.default_weights[key] for key in weights.keys])
        return worlds.simplex("weights", _LOOSE * around)
    return ranked_draws(ranked, weights, worlds)


def ranked_draws(ranked: Sequence[str], weights: WeightSet, worlds: Worlds) -> Array:
    """Uniform on the weights that respect the order, shape (worlds, criteria)."""
    return _assigned(ordered_draws(len(weights.keys), worlds), ranked, weights)


def ordered_draws(count: int, worlds: Worlds) -> Array:
    """Uniform on the simplex with falling weights, shape (worlds, count): sorted flat Dirichlet."""
    flat = worlds.simplex("weights", np.ones(count))
    result: Array = np.sort(flat, axis=1)[:, ::-1]
    return result


def anyones_weights(weights: WeightSet, worlds: Worlds) -> Array:
    """Weights of anybody in each world, shape (worlds, criteria): uniform on the simplex.

    Nobody's priorities are in them, so they show for which ones an option would be chosen.
    """
    return worlds.simplex("anyone", np.ones(len(weights.keys)))


def _assigned(by_rank: Array, ranked: Sequence[str], weights: WeightSet) -> Array:
    rest = by_rank[:, len(ranked) :].mean(axis=1) if len(ranked) < by_rank.shape[1] else 0.0
    columns = [by_rank[:, ranked.index(key)] if key in ranked else rest for key in weights.keys]
    result: Array = np.stack(columns, axis=1)
    return result
