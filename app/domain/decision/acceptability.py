"""How sure the order is, beyond the label: duels, regret, and the weights that favour each option.

Stochastic multicriteria acceptability analysis reads all of it off the worlds already drawn.
"""

import math

import numpy as np

from app.domain.decision.scoring import scores
from app.domain.worlds import Array


def share_error(share: float, worlds: int) -> float:
    """Standard error of a share of the worlds: how far the count of draws may be off.

        sqrt(share * (1 - share) / worlds)

    Validity: independent worlds. At 20,000 it is at most 0.0035, at a share of one half.
    """
    # The shares of worlds are summed, and the sum of all may exceed one in the last bit.
    return math.sqrt(max(share * (1.0 - share), 0.0) / worlds)


def duels(scored: Array) -> Array:
    """Share of the worlds in which each option scores more than each other, (options, options).

    Row against column; a tie counts half to either, so that both ways sum to 1, and an option
    against itself is 0.5.

    Args:
        scored: (worlds, options).
    """
    count = scored.shape[1]
    won = np.full((count, count), 0.5)
    for row in range(count):
        for column in range(row):
            gap = scored[:, row] - scored[:, column]
            ahead = np.count_nonzero(gap > 0) + np.count_nonzero(gap == 0) / 2
            won[row, column] = ahead / len(scored)
            won[column, row] = 1.0 - won[row, column]
    return won


def regrets(scored: Array) -> tuple[Array, Array]:
    """Expected regret of each option and its standard error, shape (options,) each, in score.

        regret_o = E[max over all of U - U_o]

    What is lost on average by having chosen it, against choosing anew in each world; 0 only for
    one that is best in all.

    Source: Savage, The theory of statistical decision, JASA 46 (1951), for the regret.
    """
    lost = scored.max(axis=1, keepdims=True) - scored
    return lost.mean(axis=0), lost.std(axis=0) / math.sqrt(len(lost))


def central_weights(valued: Array, anyones: Array) -> tuple[Array, Array]:
    """How often each option is first whatever one values, and the mean weights where it is.

    Returns the acceptability index, shape (options,), and the central weights, shape
    (options, criteria): each row sums to 1, and is nan where the option is never first.

    Args:
        valued: (worlds, options, criteria); anyones: weights of anybody, (worlds, criteria).

    Source: Lahdelma and Salminen, SMAA-2, Operations Research 49(3), 2001: weights uniform on
    the simplex where no preference is stated.
    """
    options = valued.shape[1]
    first = np.argmax(scores(valued, anyones), axis=1)
    won = np.bincount(first, minlength=options)
    sums = np.stack([np.bincount(first, column, options) for column in anyones.T], axis=1)
    with np.errstate(invalid="ignore"):
        return won / len(first), sums / won[:, np.newaxis]
