"""Values, weights and scores: the additive model.

    U(option) = sum_j w_j * v_j(x_option,j),  v_j in [0, 1],  sum w = 1

Must-haves come first and are never traded: an option that fails one has no score.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from app.domain.decision.criteria import Anchors, Criterion, WeightSet
from app.domain.decision.measures import Measured
from app.domain.worlds import Array

Table = Mapping[str, Mapping[str, Measured]]


def values(table: Table, weights: WeightSet) -> Array:
    """Value of every option on every criterion, shape (worlds, options, criteria).

    Args:
        table: option key → criterion key → measure; the order of both is kept.

    A measure that is not known has the place that was drawn for it.
    """
    rows = [
        np.stack([_valued(c, measures[c.key]) for c in weights.criteria], axis=-1)
        for measures in table.values()
    ]
    result: Array = np.stack(rows, axis=1)
    return result


def _valued(criterion: Criterion, measured: Measured) -> Array:
    return criterion.value(measured.value) if measured.anywhere is None else measured.anywhere


@dataclass(frozen=True)
class Measures:
    """What was measured of some options, to be valued on whatever anchors.

    Attributes:
        found: (worlds, options, criteria): the measure; where it is not known, the place between
            worst and best that was drawn for it, which no anchors move.
        is_known: (options, criteria).
    """

    found: Array
    is_known: Array

    def values(self, anchors: Sequence[Anchors]) -> Array:
        """Value in [0, 1] of each, on the anchors of each criterion; the shape of `found`."""
        return self.revalued(self.found, dict(enumerate(anchors)))

    def revalued(self, values: Array, changed: Mapping[int, Anchors]) -> Array:
        """`values`, with the criteria of these indices on other anchors; the shape of `found`."""
        valued = values.copy()
        for j, ends in changed.items():
            of_all = self.found[..., j]
            valued[..., j] = np.where(self.is_known[:, j], ends.value(of_all), of_all)
        return valued


def measures(table: Table, keys: Sequence[str], worlds: int) -> Measures:
    """The measures of `table` on the criteria `keys`, in the first `worlds` worlds."""
    rows = [[measured[key] for key in keys] for measured in table.values()]
    found = [
        np.stack([m.value if m.anywhere is None else m.anywhere for m in row], axis=-1)[:worlds]
        for row in rows
    ]
    return Measures(
        found=np.stack(found, axis=1) if found else np.zeros((worlds, 0, len(keys))),
        is_known=np.array([[m.is_known for m in row] for row in rows], bool).reshape(-1, len(keys)),
    )


def scores(valued: Array, weights: Array) -> Array:
    """U of every option in every world, shape (worlds, options).

    Args:
        valued: (worlds, options, criteria), in [0, 1].
        weights: (worlds, criteria) or (1, criteria), rows summing to 1.

    Source: Keeney and Raiffa, Decisions with Multiple Objectives, 1976: additive value,
    valid for mutually preferentially independent criteria.
    """
    result: Array = np.einsum(
        "woc,wc->wo", valued, np.broadcast_to(weights, (valued.shape[0], valued.shape[2]))
    )
    return result


def contributions(valued: Array, weights: Array, option: int, rival: int) -> Array:
    """Mean of w_j * (v_option,j - v_rival,j) over the worlds, shape (criteria,).

    They add up exactly to the difference of the two mean scores.
    """
    drawn = np.broadcast_to(weights, (valued.shape[0], valued.shape[2]))
    result: Array = ((valued[:, option] - valued[:, rival]) * drawn).mean(axis=0)
    return result


def flip_weight(
    valued: Sequence[float], rival: Sequence[float], weights: Sequence[float] | Array, j: int
) -> float | None:
    """Weight of criterion `j` at which both options score the same; None if none in [0, 1] does.

        d = v_j - r_j;  R = sum_(i != j) w_i (v_i - r_i) / (1 - w_j);  w* = R / (R - d)

    The other weights keep their proportions.
    """
    gaps = np.asarray(valued) - np.asarray(rival)
    drawn = np.asarray(weights)
    if drawn[j] >= 1.0:
        return None
    others = float((drawn * gaps).sum() - drawn[j] * gaps[j]) / (1.0 - float(drawn[j]))
    if others == gaps[j]:
        return None
    star = others / (others - float(gaps[j]))
    return float(star) if 0.0 <= star <= 1.0 else None


def reweighted(weights: Array, j: int, weight: float) -> Array:
    """The weights with that of criterion `j` at `weight`; the others keep their proportions.

    Validity: criterion `j` does not hold all the weight already.
    """
    moved: Array = weights * (1.0 - weight) / (1.0 - weights[j])
    moved[j] = weight
    return moved


def nearest_flip(valued: Array, weights: Array, j: int) -> tuple[float, int] | None:
    """The whole percent nearest to the weight of `j` at which another option leads, and its row.

    Every other option is tried, and the order is made again at the weight that is stated: there
    another leads, one percent nearer the same one still does. None where none ever leads.

    Args:
        valued: (options, criteria); weights: (criteria,).
    """
    if weights[j] >= 1.0:
        return None
    leader = int(np.argmax(valued @ weights))
    now = float(weights[j])
    crossings = [
        star
        for rival in range(len(valued))
        if rival != leader
        and (star := flip_weight(valued[leader].tolist(), valued[rival].tolist(), weights, j))
        is not None
    ]
    above = (math.floor(100 * star + _EXACT) + 1 for star in crossings if star >= now)
    below = (math.ceil(100 * star - _EXACT) - 1 for star in crossings if star <= now)
    stated = (percent / 100 for percent in (min(above, default=101), max(below, default=-1)))
    flips = [
        (weight, winner)
        for weight in stated
        if 0.0 <= weight <= 1.0
        and (winner := int(np.argmax(valued @ reweighted(weights, j, weight)))) != leader
    ]
    return min(flips, key=lambda flip: abs(flip[0] - now), default=None)


# Below this a crossing counts as lying on the whole percent itself.
_EXACT = 1e-7
