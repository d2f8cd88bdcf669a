"""What finding out an input would be worth, and where along it the answer changes.

Both are read off the worlds already drawn: cut them into equal bins by the input, and look
who wins in each bin. Several inputs that one question asks for are first drawn together into
one line: how far they put each family ahead.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from app.domain.worlds import Array

_BINS = 10
# What the means of ten bins spread by chance, in units of their error: the chi-squared with nine
# degrees of freedom is above 33.7 once in 10,000 times, so that of a hundred inputs that do
# nothing hardly one ever seems to.
_BY_CHANCE = 33.7
_NOTHING_LEFT = 1e-24


@dataclass(frozen=True)
class InputEffect:
    """What one uncertain input does to the choice between families.

    Attributes:
        value: expected gain in score from knowing it before choosing (EVPPI), >= 0.
        changes_winner: share of the worlds in whose bin another family wins.
        turns_at: the value of the input nearest to its median beyond which another family
            wins; None when the same one wins everywhere.
        turns_to: index of the family that wins there.
        upward: whether it wins above `turns_at`, rather than below.
    """

    value: float
    changes_winner: float
    turns_at: float | None
    turns_to: int | None
    upward: bool


NO_EFFECT = InputEffect(0.0, 0.0, None, None, upward=True)


def input_effect(draws: Array, scored: Array) -> InputEffect:
    """The effect of the input with `draws` (worlds,) on the families' scores.

        EVPPI = sum_bins p_b max_f E[U_f | bin] - max_f E[U_f]

    Args:
        scored: best score of each family in each world, shape (worlds, families).

    Validity: ten equal bins; needs about a thousand worlds a bin to tell 0.001 from noise. An
    input along which no family's lead moves by more than chance would move it is worth nothing:
    otherwise the largest of noisy means would pass for a gain.
    Source: Strong, Oakley and Brennan, Medical Decision Making 34 (2014), single-loop form.
    """
    if np.ptp(draws) == 0:
        return NO_EFFECT
    bins = np.array_split(np.argsort(draws, kind="stable"), _BINS)
    means = np.array([scored[members].mean(axis=0) for members in bins])
    if not _moves_a_lead(means, scored):
        return NO_EFFECT
    shares = np.array([len(members) for members in bins]) / len(draws)
    overall = scored.mean(axis=0)
    winners = means.argmax(axis=1)
    favourite = int(overall.argmax())
    # By bin, so that it is nothing at all where the favourite wins in each.
    gain = float(shares @ (means.max(axis=1) - means[:, favourite]))
    edges = [float(draws[members[0]]) for members in bins]
    turn = _nearest_turn(winners, favourite)
    return InputEffect(
        value=gain,
        changes_winner=float(shares[winners != favourite].sum()),
        turns_at=None if turn is None else edges[turn if turn >= _BINS // 2 else turn + 1],
        turns_to=None if turn is None else int(winners[turn]),
        upward=turn is not None and turn >= _BINS // 2,
    )


def _nearest_turn(winners: Array | Sequence[int], favourite: int) -> int | None:
    """The bin nearest to the middle in which another family wins."""
    middle = (_BINS - 1) / 2
    others = [i for i in range(_BINS) if winners[i] != favourite]
    return min(others, key=lambda i: (abs(i - middle), i), default=None)


def _moves_a_lead(means: Array, scored: Array) -> bool:
    """Whether the lead of any family over the favourite differs more between bins than by chance.

    sum over the bins of (mean of the lead in the bin - its mean)^2 / (variance / size)
    """
    favourite = int(scored.mean(axis=0).argmax())
    leads = scored - scored[:, [favourite]]
    between = means - means[:, [favourite]] - leads.mean(axis=0)
    noise = leads.var(axis=0) * _BINS / len(scored)
    return bool(np.any((between**2).sum(axis=0) > _BY_CHANCE * noise + _NOTHING_LEFT))


def joint_effect(draws: Sequence[Array], scored: Array) -> InputEffect:
    """The effect of knowing several inputs together, of shape (worlds,) each; no single turn.

    The lead of the family that is second is fitted to the inputs, and the worlds are cut into
    bins along the fit: a function of the inputs, so the value is at most that of knowing them
    all, and as a rule close to it.

        lead ~ 1 + r + r^2 + r^3 for each input, + r * s for each pair;  r = rank in [-1, 1]

    Validity: as `input_effect`; of three families, what sets the third apart may be missed.
    Source: Strong, Oakley and Brennan, Medical Decision Making 34 (2014), regression form.
    """
    varying = [draw for draw in draws if np.ptp(draw) > 0]
    if len(varying) < 2:
        return input_effect(varying[0], scored) if varying else NO_EFFECT
    first, second = np.argsort(-scored.mean(axis=0), kind="stable")[:2]
    fitted = _fitted(_places(varying), scored[:, second] - scored[:, first])
    return replace(input_effect(fitted, scored), turns_at=None, turns_to=None)


def _fitted(places: Array, lead: Array) -> Array:
    """The lead that each world's inputs promise, by a fit to the other half of the worlds.

    A fit to the same worlds would have learnt their noise, and noise would look like a driver.
    """
    promised = np.empty(len(lead))
    for half in (slice(0, None, 2), slice(1, None, 2)):
        others = slice(1 - half.start, None, 2)
        promised[half] = places[half] @ np.linalg.lstsq(places[others], lead[others])[0]
    # The last bits of a fit depend on how many threads made it; a millionth of the score does not.
    return np.round(promised, 6)


def _places(draws: Sequence[Array]) -> Array:
    """What the lead is fitted to, shape (worlds, terms)."""
    ranks = [np.argsort(np.argsort(d, kind="stable")) * 2.0 / (len(d) - 1) - 1.0 for d in draws]
    powers = [rank**power for rank in ranks for power in (1, 2, 3)]
    pairs = [one * other for one, other in combinations(ranks, 2)]
    result: Array = np.stack([np.ones(len(ranks[0])), *powers, *pairs], axis=1)
    return result
