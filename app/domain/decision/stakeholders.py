"""Each stakeholder's own weights, and whether the choice survives all of them.

Everybody weighs alone: a ranking, or points for what going from the worst to the best of each
criterion is worth to them (swing weights), and how sure they are of it. What an assessment found
before anything was weighed is then scored with each of these, in the same worlds.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np

from app.domain.decision.criteria import WeightSet
from app.domain.decision.drafts import MOST_RANKED, points_typed
from app.domain.decision.scorecard import Scorecard, Standing, standing_with
from app.domain.decision.scoring import flip_weight
from app.domain.decision.weights import ordered_draws, ranked_draws, ranked_likely
from app.domain.errors import InvalidAnswers, Problem
from app.domain.worlds import Array, Worlds

Method = Literal["ranking", "points"]
Sureness = Literal["order_only", "loose", "middling", "firm"]

# Dirichlet concentration behind "how sure": decision analysis practice, 10 loose, 30 middling,
# 100 firm. With ten criteria and a weight of 0.2 its standard deviation is 0.12, 0.07 and 0.04.
CONCENTRATION: Mapping[Sureness, float] = {"loose": 10.0, "middling": 30.0, "firm": 100.0}
SURENESS: tuple[Sureness, ...] = ("order_only", *CONCENTRATION)


@dataclass(frozen=True)
class Stated:
    """The weights of one person, as they stated them.

    Attributes:
        ranked: criteria, most important first; empty where points are given.
        points: criterion key → worth of its swing, >= 0; only ratios count; empty for a ranking.
        sureness: how far the weights may be from what is stated; `order_only` trusts no more
            than which criterion is above which.
    """

    ranked: tuple[str, ...]
    points: Mapping[str, float]
    sureness: Sureness

    @property
    def method(self) -> Method:
        """How the weights were stated."""
        return "ranking" if self.ranked else "points"


def stated(
    method: str,
    ranked: Sequence[str],
    points: Mapping[str, str],
    sureness: str,
    weights: WeightSet,
) -> Stated:
    """What a person typed, judged.

    Raises:
        InvalidAnswers: nothing is ranked, one criterion twice, or the points are none; the
            paths are `ranking`, `points.CRITERION`, `method` and `sureness`.
    """
    sure = next((key for key in SURENESS if key == sureness), None)
    problems = [] if sure else [Problem("sureness", "Choose how sure you are of these weights.")]
    if method not in ("ranking", "points"):
        problems.insert(0, Problem("method", "Choose whether to rank criteria or to give points."))
    chosen: tuple[str, ...] = ()
    worth: dict[str, float] = {}
    if method == "ranking":
        chosen = tuple(ranked)
        problems += _ranking_problems(chosen, weights)
    elif method == "points":
        worth = _points(points, weights, problems)
    if sure is None or problems:
        raise InvalidAnswers(problems)
    return Stated(chosen, worth, sure)


def _ranking_problems(ranked: Sequence[str], weights: WeightSet) -> list[Problem]:
    titles = {c.key: c.title for c in weights.criteria}
    if not ranked:
        return [Problem("ranking", "Rank at least one criterion, the most important first.")]
    if strange := [key for key in ranked if key not in titles]:
        return [Problem("ranking", f"There is no criterion named {strange[0][:40]!r}.")]
    if twice := [key for key in ranked if ranked.count(key) > 1]:
        return [Problem("ranking", f"{titles[twice[0]]} is ranked twice; rank it once.")]
    if len(ranked) > MOST_RANKED:
        return [Problem("ranking", f"{len(ranked)} are ranked; rank up to {MOST_RANKED}.")]
    return []


def _points(
    typed: Mapping[str, str], weights: WeightSet, problems: list[Problem]
) -> dict[str, float]:
    """A criterion without points does not count: an empty field is 0, as the page says."""
    worth: dict[str, float] = {}
    wrong: list[Problem] = []
    for criterion in weights.criteria:
        value, problem = points_typed(typed.get(criterion.key, "") or "0")
        worth[criterion.key] = value
        if problem:
            wrong.append(Problem(f"points.{criterion.key}", f"{criterion.title}: {problem}"))
    if not wrong and math.fsum(worth.values()) <= 0:
        first = weights.criteria[0].key
        message = "Give points to at least one criterion, such as 100 to the one that counts most."
        wrong = [Problem(f"points.{first}", message)]
    problems += wrong
    return worth


def likely_of(said: Stated, weights: WeightSet) -> Array:
    """The weights that a person most likely means, shape (criteria,), summing to 1.

    ranking: rank-order centroid      points: w_j = points_j / sum of points
    """
    if said.ranked:
        return ranked_likely(said.ranked, weights)
    points = np.array([said.points.get(key, 0.0) for key in weights.keys])
    result: Array = points / points.sum()
    return result


def drawn_of(said: Stated, weights: WeightSet, worlds: Worlds) -> Array:
    """The weights that a person may mean, shape (worlds, criteria), rows summing to 1.

    order_only: uniform on all weights in the stated order; equal points share the mean of
    their ranks, and a criterion without points has no weight in any world.
    Otherwise Dirichlet around `likely_of`, with the concentration of the sureness.
    """
    if said.sureness != "order_only":
        return _around(likely_of(said, weights), CONCENTRATION[said.sureness], worlds)
    if said.ranked:
        return ranked_draws(said.ranked, weights, worlds)
    return _in_order_of(np.array([said.points.get(key, 0.0) for key in weights.keys]), worlds)


def _around(likely: Array, concentration: float, worlds: Worlds) -> Array:
    counts = likely > 0
    drawn = np.zeros((worlds.count, len(likely)))
    drawn[:, counts] = worlds.simplex("weights", concentration * likely[counts])
    return drawn


def _in_order_of(points: Array, worlds: Worlds) -> Array:
    order = np.argsort(-points, kind="stable")[: int((points > 0).sum())]
    by_rank = ordered_draws(len(order), worlds)
    drawn = np.zeros((worlds.count, len(points)))
    begin = 0
    for end in (*(i + 1 for i, (a, b) in enumerate(pairwise(points[order])) if a > b), len(order)):
        drawn[:, order[begin:end]] = by_rank[:, begin:end].mean(axis=1, keepdims=True)
        begin = end
    return drawn


# ---- everybody ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Voice:
    """One person, their likely weights in the order of the set, and what they make of a version."""

    name: str
    weights: Array
    standing: Standing


@dataclass(frozen=True)
class Hinge:
    """Why two groups prefer two options: the criterion whose weight separates them most.

    Attributes:
        option, rival: the titles of what each group prefers.
        for_option, for_rival: the names in each group.
        weight_of_option, weight_of_rival: the groups' mean weight of the criterion.
        equal_at: with everybody's mean weights, the weight of it at which both options score
            the same, the rest in proportion; None when no weight does that.
    """

    criterion: str
    option: str
    rival: str
    for_option: tuple[str, ...]
    for_rival: tuple[str, ...]
    weight_of_option: float
    weight_of_rival: float
    equal_at: float | None


@dataclass(frozen=True)
class Agreement:
    """What all stated weights make of one version.

    Attributes:
        voices: in the order given.
        together: with everybody counted equally: each world takes the weights of one of them.
        hinges: for each option that somebody prefers to that of most, the largest first.
    """

    voices: tuple[Voice, ...]
    together: Standing
    hinges: tuple[Hinge, ...]

    @property
    def preferred(self) -> Mapping[str, tuple[str, ...]]:
        """Title of an option → who prefers it, most first; "" is no option at all."""
        found: dict[str, list[str]] = {}
        for voice in self.voices:
            best = voice.standing.best
            found.setdefault(best.title if best else "", []).append(voice.name)
        ordered = sorted(found.items(), key=lambda item: -len(item[1]))
        return {title: tuple(names) for title, names in ordered}

    @property
    def families(self) -> tuple[str, ...]:
        """The families that somebody prefers, each once."""
        best = (voice.standing.best for voice in self.voices)
        return tuple(dict.fromkeys(contender.family for contender in best if contender))


def agreement(
    card: Scorecard, people: Sequence[tuple[str, Stated]], weights: WeightSet
) -> Agreement:
    """Score `card` with the weights of each of `people` (name, stated), at least one.

    Validity: `weights` has the criteria of the card, in its order.
    """
    worlds = Worlds(len(card.values), card.seed)
    likely = [likely_of(said, weights) for _, said in people]
    drawn = [drawn_of(said, weights, worlds) for _, said in people]
    voices = tuple(
        Voice(name, w, standing_with(card, likely=w, drawn=d, has_priorities=True))
        for (name, _), w, d in zip(people, likely, drawn, strict=True)
    )
    turns = np.arange(worlds.count) % len(people)
    mixed = np.stack(drawn)[turns, np.arange(worlds.count)]
    mean = np.mean(likely, axis=0)
    together = standing_with(card, likely=mean, drawn=mixed, has_priorities=True)
    return Agreement(voices, together, tuple(_hinges(card, voices, weights)))


def _hinges(card: Scorecard, voices: Sequence[Voice], weights: WeightSet) -> Sequence[Hinge]:
    keys = [contender.key for contender in card.contenders]
    groups: dict[int, list[Voice]] = {}
    for voice in voices:
        if voice.standing.best:
            groups.setdefault(keys.index(voice.standing.best.key), []).append(voice)
    most, *others = sorted(groups, key=lambda option: -len(groups[option])) or [-1]
    found = [_hinge(card, (most, groups[most]), (o, groups[o]), voices, weights) for o in others]
    return [hinge for hinge in found if hinge is not None]


def _hinge(
    card: Scorecard,
    first: tuple[int, Sequence[Voice]],
    other: tuple[int, Sequence[Voice]],
    voices: Sequence[Voice],
    weights: WeightSet,
) -> Hinge | None:
    """The largest term of sum_j (w_j,first - w_j,other) * (v_option,j - v_rival,j).

    With the mean weights of each group and the mean values over the worlds. None where no
    term is positive: then not their weights, but how sure they are, separates the groups.
    """
    (option, ours), (rival, theirs) = first, other
    mine, yours = _mean_weights(ours), _mean_weights(theirs)
    means = card.values.mean(axis=0)
    terms = (mine - yours) * (means[option] - means[rival])
    j = int(np.argmax(terms))
    if terms[j] <= 0:
        return None
    return Hinge(
        criterion=weights.keys[j],
        option=card.contenders[option].title,
        rival=card.contenders[rival].title,
        for_option=tuple(voice.name for voice in ours),
        for_rival=tuple(voice.name for voice in theirs),
        weight_of_option=float(mine[j]),
        weight_of_rival=float(yours[j]),
        equal_at=flip_weight(
            means[option].tolist(), means[rival].tolist(), _mean_weights(voices), j
        ),
    )


def _mean_weights(voices: Sequence[Voice]) -> Array:
    result: Array = np.mean([voice.weights for voice in voices], axis=0)
    return result
