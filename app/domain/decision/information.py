"""What finding out one input would be worth, and where along it the answer changes.

Both are read off the worlds already drawn: cut them into equal bins by the input, and look
who wins in each bin.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.domain.worlds import Array

_BINS = 10


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


def input_effect(draws: Array, scored: Array) -> InputEffect:
    """The effect of the input with `draws` (worlds,) on the families' scores.

        EVPPI = sum_bins p_b max_f E[U_f | bin] - max_f E[U_f]

    Args:
        scored: best score of each family in each world, shape (worlds, families).

    Validity: ten equal bins; needs about a thousand worlds a bin to tell 0.001 from noise.
    Source: Strong, Oakley and Brennan, Medical Decision Making 34 (2014), single-loop form.
    """
    if np.ptp(draws) == 0:
        return InputEffect(0.0, 0.0, None, None, upward=True)
    bins = np.array_split(np.argsort(draws, kind="stable"), _BINS)
    means = np.array([scored[members].mean(axis=0) for members in bins])
    shares = np.array([len(members) for members in bins]) / len(draws)
    overall = scored.mean(axis=0)
    winners = means.argmax(axis=1)
    favourite = int(overall.argmax())
    gain = float(shares @ means.max(axis=1) - overall.max())
    edges = [float(draws[members[0]]) for members in bins]
    turn = _nearest_turn(winners, favourite)
    return InputEffect(
        value=max(gain, 0.0),
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
