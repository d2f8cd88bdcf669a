"""Which option two other methods would put first: a second opinion, never the ranking.

TOPSIS and PROMETHEE II hold the options against one another. So an option that is added or
taken away can reorder the rest, which the additive model rules out; that is why they advise
and do not decide.
"""

from typing import Literal

import numpy as np

from app.domain.worlds import Array

Method = Literal["topsis", "promethee_ii"]

# One of the hundred points of a criterion. The mean over 20,000 worlds of a place that is drawn
# evenly between worst and best is off by 0.3 of a point, of a difference of two by 0.4: without
# a threshold PROMETHEE II would call whichever happens to lie above the better one.
INDIFFERENCE = 0.01
_TIED = 1e-9


def closeness(valued: Array, weights: Array) -> Array:
    """TOPSIS: how near each option is to the best of all and how far from the worst, in [0, 1].

        near_o = sqrt(sum over j of (w_j * (v_oj - max over o of v_oj))^2)
        far_o  = sqrt(sum over j of (w_j * (v_oj - min over o of v_oj))^2)
        closeness_o = far_o / (near_o + far_o)

    Validity: for values on one scale. The published method first divides each column by its
    length, to rid it of its unit; ours have none, and their weights are those of the whole way
    from worst to best, which stretching a column would undo. Only within one set of options, of
    which best and worst are made. Options alike in everything are as near as far: 0.5.

    Args:
        valued: (options, criteria), in [0, 1], more is better.
        weights: (criteria,), summing to 1.

    Source: Hwang and Yoon, Multiple Attribute Decision Making, 1981.
    """
    drawn = weights * valued
    near = np.sqrt(((drawn - drawn.max(axis=0)) ** 2).sum(axis=1))
    far = np.sqrt(((drawn - drawn.min(axis=0)) ** 2).sum(axis=1))
    apart = near + far
    result: Array = np.where(apart > 0.0, far / np.where(apart > 0.0, apart, 1.0), 0.5)
    return result


def net_flows(valued: Array, weights: Array, indifference: float = INDIFFERENCE) -> Array:
    """PROMETHEE II: the weight on which each option beats the others, less that on which it loses.

        preferred(a, b) = sum of w_j over the criteria with v_aj - v_bj > indifference
        flow_a = (1/(n-1)) * sum over b of (preferred(a, b) - preferred(b, a))

    In [-1, 1], summing to 0; 0 for an option that is alone. With `indifference` 0 this is the
    usual criterion (type I), else the U-shaped one (type II): how far ahead does not count.

    Validity: only within one set of options; not comparable between sets.

    Args:
        valued: (options, criteria), in [0, 1], more is better.
        weights: (criteria,), summing to 1.

    Source: Brans and Vincke, A preference ranking organisation method, Management Science
    31(6), 1985.
    """
    ahead = valued[:, None, :] - valued[None, :, :] > indifference
    preferred = ahead @ weights
    others = max(len(valued) - 1, 1)
    result: Array = (preferred.sum(axis=1) - preferred.sum(axis=0)) / others
    return result


def leaders(valued: Array, weights: Array) -> dict[Method, int]:
    """Method → the row that it puts first; nothing where there are no two options to compare.

    Where a method does not tell options apart, the additive score does, then the order given.
    An option that another equals or beats on every criterion, with some weight on one that it
    loses, is never first.

    Args:
        valued: (options, criteria), in [0, 1]; weights: (criteria,), summing to 1.
    """
    if len(valued) < 2:
        return {}
    rated: dict[Method, Array] = {
        "topsis": closeness(valued, weights),
        "promethee_ii": net_flows(valued, weights),
    }
    added = valued @ weights
    return {method: _first(ratings, added) for method, ratings in rated.items()}


def _first(ratings: Array, added: Array) -> int:
    tied = ratings >= ratings.max() - _TIED
    return int(np.argmax(np.where(tied, added, -np.inf)))
