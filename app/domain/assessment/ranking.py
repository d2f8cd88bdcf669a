"""From evaluated options to a ranking, with the reasons for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from app.domain.assessment.admission import Candidate
from app.domain.assessment.evaluation import Evaluated, Reference, evaluate, reference
from app.domain.cost.setting import Setting
from app.domain.decision.criteria import WeightSet
from app.domain.decision.information import InputEffect, input_effect
from app.domain.decision.robustness import Robustness, robustness
from app.domain.decision.scoring import contributions, flip_weight, nearest_flip, scores, values
from app.domain.decision.second_opinion import Method, leaders
from app.domain.decision.weights import drawn_weights, likely_weights
from app.domain.options import Family
from app.domain.worlds import Array

_VARIANCE_WORLDS = 2_000


@dataclass(frozen=True)
class Ranking:
    """The priced options ranked over the worlds.

    Attributes:
        options: the priced ones, in the order of every array here.
        valued: (worlds, options, criteria); scored: (worlds, options).
        weights: the likely weight of each criterion; drawn: in each world.
    """

    options: tuple[Evaluated, ...]
    valued: Array
    scored: Array
    weights: Array
    drawn: Array
    robust: Robustness
    ranked_criteria: tuple[str, ...]
    index: Mapping[str, int] = field(default_factory=dict)

    def mean_score(self, key: str) -> float:
        """Expected score of an option."""
        return float(self.scored[:, self.index[key]].mean())


def ranking(
    evaluated: Sequence[Evaluated],
    ranked_criteria: tuple[str, ...],
    weights: WeightSet,
    setting: Setting,
) -> Ranking:
    """Rank the priced options among `evaluated`."""
    priced = tuple(e for e in evaluated if e.money is not None)
    drawn = drawn_weights(ranked_criteria, weights, setting.worlds)
    table = {e.option.key: e.measured for e in priced}
    shape = (setting.worlds.count, 0, len(weights.criteria))
    valued = values(table, weights) if priced else np.zeros(shape)
    scored = scores(valued, drawn)
    families: dict[str, Family] = {e.option.key: e.option.family for e in priced}
    robust = robustness(
        scored,
        families,
        [e.feasible for e in priced],
        has_priorities=bool(ranked_criteria),
        doubtful=[e.option.key for e in priced if e.doubtful],
    )
    return Ranking(
        priced,
        valued,
        scored,
        likely_weights(ranked_criteria, weights),
        drawn,
        robust,
        ranked_criteria,
        {key: i for i, key in enumerate(families)},
    )


def rival_of(ranked: Ranking) -> str | None:
    """The best option of the family that comes second; of the same family if it is alone."""
    robust = ranked.robust
    if robust.best is None:
        return None
    shares = robust.family_shares
    others = [key for key in robust.best_in_family.values() if key != robust.best]
    by_share = sorted(others, key=lambda key: -shares[_family(ranked, key)])
    if by_share:
        return by_share[0]
    rest = [key for key in robust.rank_shares if key != robust.best]
    return max(rest, key=ranked.mean_score, default=None)


def _family(ranked: Ranking, key: str) -> Family:
    return ranked.options[ranked.index[key]].option.family


def why(ranked: Ranking, best: str, rival: str) -> Array:
    """Contribution of each criterion to the lead of `best` over `rival`, shape (criteria,)."""
    return contributions(ranked.valued, ranked.drawn, ranked.index[best], ranked.index[rival])


def weight_flips(ranked: Ranking, best: str) -> dict[int, tuple[float, str]]:
    """Criterion index → the nearest whole percent of its weight at which another leads, and which.

    On mean values, over every option that may be chosen; empty where `best` does not lead on
    them at the likely weights, so that no weight has to move for another to be ahead.
    """
    rows = [i for i, option in enumerate(ranked.options) if option.feasible]
    valued = ranked.valued.mean(axis=0)[rows]
    if rows[int(np.argmax(valued @ ranked.weights))] != ranked.index[best]:
        return {}
    found = {j: nearest_flip(valued, ranked.weights, j) for j in range(len(ranked.weights))}
    return {
        j: (flip[0], ranked.options[rows[flip[1]]].option.key)
        for j, flip in found.items()
        if flip is not None
    }


def flips_against(ranked: Ranking, best: str, rival: str) -> list[float | None]:
    """For each criterion the weight at which both score the same, on mean values; None for none."""
    means = ranked.valued.mean(axis=0)
    one, other = means[ranked.index[best]].tolist(), means[ranked.index[rival]].tolist()
    return [flip_weight(one, other, ranked.weights, j) for j in range(len(ranked.weights))]


def second_opinions(ranked: Ranking) -> dict[Method, str]:
    """Method → the option that it puts first, on mean values at the likely weights.

    Among the options that may be chosen; empty where there are fewer than two.
    """
    rows = [i for i, option in enumerate(ranked.options) if option.feasible]
    first = leaders(ranked.valued.mean(axis=0)[rows], ranked.weights)
    return {method: ranked.options[rows[row]].option.key for method, row in first.items()}


def contenders(ranked: Ranking) -> tuple[str, ...]:
    """Between which options the choice is open: the best of each family.

    Where the must-haves leave one family, its options; which of them is then what is open.
    """
    best = ranked.robust.best_in_family
    return tuple(best.values() if len(best) > 1 else ranked.robust.rank_shares)


def scores_of(ranked: Ranking) -> Array:
    """Scores of the contenders, shape (worlds, contenders)."""
    return ranked.scored[:, [ranked.index[key] for key in contenders(ranked)]]


def effects(ranked: Ranking, setting: Setting) -> dict[str, InputEffect]:
    """Input name → what it does to the choice between the contenders; none where one is left."""
    scored = scores_of(ranked)
    if scored.shape[1] < 2:
        return {}
    return {
        name: input_effect(setting.worlds.redrawn(name), scored)
        for name in sorted(setting.worlds.seen)
    }


def default_share(
    candidates: Sequence[Candidate],
    held_against: Reference,
    ranked: Ranking,
    weights: WeightSet,
    setting: Setting,
) -> float:
    """Share of the variance of the lead that comes from unanswered questions, in [0, 1].

        Var(lead | only unanswered inputs vary) / Var(lead | all inputs vary)

    The lead is that of the best option over its rival, at the likely weights.

    Args:
        candidates: the best option and its rival, in this order.
    """
    few = setting.unanswered(_VARIANCE_WORLDS)
    against = reference([(y.option, y.plan) for y in held_against.yardsticks], few)
    pair = [evaluate(candidate, few, against) for candidate in candidates]
    table = {e.option.key: e.measured for e in pair}
    alone = scores(values(table, weights), ranked.weights[None, :])
    best, rival = (ranked.index[c.option.key] for c in candidates)
    together = scores(ranked.valued, ranked.weights[None, :])
    whole = float(np.var(together[:, best] - together[:, rival]))
    part = float(np.var(alone[:, 0] - alone[:, 1]))
    return min(1.0, part / whole) if whole > 0 else 0.0
