"""How many of the plausible worlds agree: shares of families, ranks, and the label."""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from app.domain.options import FAMILIES, Family
from app.domain.worlds import Array

Label = Literal["clear", "leaning", "too_close_to_call"]
CLEAR = 0.80
LEANING = 0.55
# One of a hundred points: whoever takes the runner-up then loses next to nothing by it.
CLOSE_REGRET = 0.01


@dataclass(frozen=True)
class Robustness:
    """How an answer holds up over the worlds.

    Attributes:
        rank_shares: option key → share of worlds in which it ranks first, second, ...;
            only options that may be chosen.
        family_shares: share of worlds won by the best option of each family; sums to 1.
        best: the option that wins most worlds of the winning family; None if none may be chosen.
    """

    rank_shares: Mapping[str, tuple[float, ...]]
    family_shares: Mapping[Family, float]
    best: str | None
    best_in_family: Mapping[Family, str]
    label: Label


def robustness(
    scored: Array,
    options: Mapping[str, Family],
    feasible: Sequence[bool],
    *,
    has_priorities: bool,
    doubtful: Collection[str] = (),
) -> Robustness:
    """Count the worlds.

    Args:
        scored: (worlds, options), in the order of `options`.
        has_priorities: nobody ranking anything caps the label at *leaning*, unless the
            must-haves leave a single family.
        doubtful: options with a placement that nobody verified; winning with one of them
            caps the label at *leaning*, because the winner may not be allowed.
    """
    keys = [key for key, may in zip(options, feasible, strict=True) if may]
    if not keys:
        return Robustness({}, dict.fromkeys(FAMILIES, 0.0), None, {}, "too_close_to_call")
    allowed = scored[:, np.flatnonzero(np.array(feasible))]
    ranks = _rank_shares(allowed)
    families = _family_shares(allowed, [options[key] for key in keys])
    best_in_family = _champions(keys, options, ranks, allowed)
    winner = max(families, key=lambda family: families[family])
    open_contest = not has_priorities and len({options[key] for key in keys}) > 1
    return Robustness(
        rank_shares={key: tuple(map(float, ranks[i])) for i, key in enumerate(keys)},
        family_shares=families,
        best=best_in_family[winner],
        best_in_family=best_in_family,
        label=label(
            families[winner],
            capped=open_contest or best_in_family[winner] in doubtful,
            apart=_lead(allowed, [options[key] for key in keys], winner),
        ),
    )


def label(share: float, *, capped: bool, apart: float = math.inf) -> Label:
    """Clear from 0.80, leaning from 0.55, else too close to call; capped never clear.

    A family that wins 0.80 of the worlds beats each other one in at least as many, so that the
    second condition of the method, beating the runner-up, asks for nothing more.

    Args:
        apart: what is lost, in score, by taking the runner-up family instead: its expected
            regret less that of the winner. Within `CLOSE_REGRET` it is too close to call,
            however often the winner is ahead.
    """
    if share < LEANING or apart <= CLOSE_REGRET:
        return "too_close_to_call"
    return "leaning" if share < CLEAR or capped else "clear"


def held_back(found: Label, *, choice_decides: bool) -> Label:
    """The label, at most *leaning* while a core choice that is open decides."""
    return "leaning" if choice_decides and found == "clear" else found


def _lead(scored: Array, families: Sequence[Family], winner: Family) -> float:
    """Expected regret of the next best family less that of `winner`; inf where it is alone.

    A family's score in a world is that of its best option there, as in the vote.
    """
    members = {f: [i for i, other in enumerate(families) if other == f] for f in families}
    means = {f: float(scored[:, columns].max(axis=1).mean()) for f, columns in members.items()}
    return means[winner] - max((m for f, m in means.items() if f != winner), default=-math.inf)


def _rank_shares(scored: Array) -> Array:
    """Share of worlds of each option at each rank, shape (options, ranks); ties by order."""
    count = scored.shape[1]
    order = np.argsort(-scored, axis=1, kind="stable")
    shares = np.zeros((count, count))
    for rank in range(count):
        shares[:, rank] = np.bincount(order[:, rank], minlength=count) / scored.shape[0]
    return shares


def _family_shares(scored: Array, families: Sequence[Family]) -> dict[Family, float]:
    winners = np.argmax(scored, axis=1)
    won = np.bincount(winners, minlength=scored.shape[1]) / scored.shape[0]
    return {
        family: float(sum(won[i] for i, f in enumerate(families) if f == family))
        for family in FAMILIES
    }


def _champions(
    keys: Sequence[str], options: Mapping[str, Family], ranks: Array, scored: Array
) -> dict[Family, str]:
    """Of each family the option that wins most worlds; the mean score breaks ties."""
    means = scored.mean(axis=0)
    best: dict[Family, str] = {}
    for i in sorted(range(len(keys)), key=lambda i: (-ranks[i, 0], -means[i])):
        best.setdefault(options[keys[i]], keys[i])
    return best
