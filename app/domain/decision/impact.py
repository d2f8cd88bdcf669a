"""What a draft of weights would change in very many assessments at once.

Weighing is linear, so the mean score of an option over the worlds is its mean values times the
mean weights. One matrix product scores every assessment; only those that are close are weighed
world by world, as `scorecard.standing` does.

Valuing is not linear, because beyond its anchors a measure gains and loses nothing. For other
anchors the mean is taken over slices of the worlds, which are kept beside the mean values.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from app.domain.decision.criteria import Anchors, WeightSet
from app.domain.decision.scoring import Measures
from app.domain.decision.weights import likely_weights
from app.domain.options import Family
from app.domain.worlds import Array

# Of ten slices of the worlds at most the one that an anchor falls into is valued roughly.
SLICES = 10


def sliced(measures: Measures, anchors: Sequence[Anchors]) -> Array:
    """Means of the straightened measures over equal slices of the worlds, the smallest first.

    Shape (options, criteria, SLICES), not a number where a measure is not known. No slice of no
    worlds is the mean of anything: then all is 0.
    """
    worlds = len(measures.found)
    if not worlds:
        return np.zeros((*measures.is_known.shape, SLICES))
    straight = np.stack(
        [ends.straightened(measures.found[..., j]) for j, ends in enumerate(anchors)], axis=-1
    )
    # each world SLICES times, so that slices are equal whatever the number of worlds
    rising = np.repeat(np.sort(straight, axis=0), SLICES, axis=0)
    means = rising.reshape(SLICES, worlds, *measures.is_known.shape).mean(axis=1)
    result: Array = np.where(measures.is_known, means, np.nan).transpose(1, 2, 0)
    return result


def revalued(values: Array, slices: Array, changed: Mapping[int, Anchors]) -> Array:
    """Mean values with other anchors on some criteria; the shape of `values`.

    Args:
        values: mean values, (assessments, options, criteria).
        slices: of the same, (assessments, options, criteria, SLICES), from `sliced`.
        changed: index of a criterion → its anchors.

    Validity: exact where no slice straddles an anchor, as of measures that are the same in all
    worlds; else off by less than the part of one slice for each anchor, 1/SLICES of its spread.
    What is not known keeps its mean, which no anchors move.
    """
    if not changed:
        return values
    moved = values.copy()
    for j, ends in changed.items():
        of_one = np.asarray(slices[..., j, :], np.float64)  # they may be kept in fewer bits
        means = ends.value_of_straightened(of_one).mean(axis=-1)
        moved[..., j] = np.where(np.isnan(means), values[..., j], means)
    return moved


@dataclass(frozen=True)
class Group:
    """Assessments that chose alike and have the same options left.

    Attributes:
        ids: of what each belongs to, shape (assessments,).
        contenders: option keys; `families` the family of each.
        profile: the goal profile that all of them chose; "" for none.
        values: mean value over the worlds, shape (assessments, contenders, criteria).
        ranked: the criteria that all of them ranked themselves; no set of weights moves them.
        drafted: as `values`, on the anchors of the draft; None where these are the same.
    """

    ids: Sequence[int]
    contenders: tuple[str, ...]
    families: tuple[Family, ...]
    profile: str
    values: Array
    ranked: tuple[str, ...] = ()
    drafted: Array | None = None


@dataclass(frozen=True)
class Led:
    """Who leads under two sets of weights, of many assessments; shape (assessments,) each.

    Attributes:
        ids: in the order of the other arrays.
        now, then: the key of the leading option; "" where no option is left.
        now_margin, then_margin: mean score of the leader above the best of another family;
            infinite where there is no other.
    """

    ids: Array
    now: Array
    then: Array
    now_margin: Array
    then_margin: Array

    @property
    def moves(self) -> Array:
        """Where another option would lead."""
        result: Array = self.now != self.then
        return result

    def closest(self, count: int) -> Array:
        """The ids with the `count` smallest margins under either set, the closest first."""
        margins = np.minimum(self.now_margin, self.then_margin)
        order = np.argsort(margins, kind="stable")[:count]
        result: Array = self.ids[order]
        return result


def led(groups: Sequence[Group], now: WeightSet, then: WeightSet) -> Led:
    """Score every assessment with both sets.

        mean score = sum_j w_j * mean over worlds of v_j

    Validity: weights and values are drawn apart, so that the mean of their product is the
    product of their means; `groups` have the criteria of both sets, in their order.
    """
    parts = [_led(group, _weights(group, now), _weights(group, then)) for group in groups]
    if not parts:
        none: Array = np.zeros(0)
        return Led(none.astype(int), none.astype(str), none.astype(str), none, none)
    return Led(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _weights(group: Group, weights: WeightSet) -> Array:
    return likely_weights(group.ranked or weights.profiles.get(group.profile, ()), weights)


def _led(group: Group, now: Array, then: Array) -> tuple[Array, Array, Array, Array, Array]:
    ids = np.array(group.ids, dtype=int)
    if not group.contenders:
        nobody, alone = np.full(len(ids), ""), np.full(len(ids), np.inf)
        return ids, nobody, nobody, alone, alone
    if group.drafted is None:
        # both sets in one product: (assessments, contenders, criteria) @ (criteria, 2)
        both = group.values @ np.stack([now, then], axis=1)
        scored = both[..., 0], both[..., 1]
    else:
        scored = group.values @ now, group.drafted @ then
    leader, margin = zip(*(_leaders(one, group.families) for one in scored), strict=True)
    keys = np.array(group.contenders)
    return ids, keys[leader[0]], keys[leader[1]], margin[0], margin[1]


def _leaders(scored: Array, families: Sequence[Family]) -> tuple[Array, Array]:
    """Index of the leading option, and its margin over the best of another family."""
    best = scored.argmax(axis=1)
    champions: Mapping[Family, Array] = {
        family: scored[:, [i for i, f in enumerate(families) if f == family]].max(axis=1)
        for family in dict.fromkeys(families)
    }
    if len(champions) == 1:
        return best, np.full(len(scored), np.inf)
    first, second = np.sort(np.stack(list(champions.values())), axis=0)[[-1, -2]]
    return best, first - second
