"""All of it in order: answers, facts, weights and a seed in; one result out.

    answers → demand → options → must-haves → cost → criteria → ranking → robustness → why

The page, the command line and every job come here; nothing else computes a result.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np

from app.domain.assessment.admission import Candidate
from app.domain.assessment.candidates import candidate, comparator_plan
from app.domain.assessment.evaluation import Evaluated, Reference, evaluate, reference
from app.domain.assessment.open_choices import OpenChoice, open_choices
from app.domain.assessment.ranking import Ranking, default_share, ranking, rival_of
from app.domain.assessment.result import Parts, result
from app.domain.assessment.sensitivity import Pair, surface, tornado
from app.domain.cases import Case
from app.domain.cost.setting import Setting
from app.domain.decision.criteria import WeightSet
from app.domain.decision.measures import Measured
from app.domain.decision.scorecard import SCORED_WORLDS, Contender, LikelyCase, Scorecard
from app.domain.decision.scoring import measures
from app.domain.facts import Facts
from app.domain.options import COMPARATORS, OPTIONS, Family
from app.domain.questionnaire.answers import Answers
from app.domain.worlds import Worlds

# Raised whenever the same answers, facts and weights may give another result.
ENGINE_VERSION = "11"
WORLDS_ON_SUBMIT = 20_000


@dataclass(frozen=True)
class Assessed:
    """A result, ready for JSON, and what it was before anything was weighed."""

    result: dict[str, Any]
    scorecard: Scorecard


def assess(
    answers: Answers,
    facts: Facts,
    weights: WeightSet,
    cases: Sequence[Case],
    worlds: Worlds,
    profile: str = "",
) -> dict[str, Any]:
    """The result of one project, as plain data ready for JSON; see `assessed`."""
    return assessed(answers, facts, weights, cases, worlds, profile).result


def assessed(
    answers: Answers,
    facts: Facts,
    weights: WeightSet,
    cases: Sequence[Case],
    worlds: Worlds,
    profile: str = "",
) -> Assessed:
    """The result of one project, and what it was before anything was weighed.

    Args:
        worlds: `Worlds(20_000, seed)` for a result that is saved.
        profile: a goal profile that replaces the ranked priorities; "" keeps them.

    Equal inputs give equal bytes on one machine, and equal numbers to 1e-6 on all.
    """
    setting = Setting(answers, facts, worlds)
    priorities = _priorities(answers, weights, profile)
    held_against, candidates, evaluated = _evaluated(setting)
    ranked = ranking(evaluated, priorities, weights, setting)
    best, rival = ranked.robust.best, rival_of(ranked)
    share, moves = 0.0, None
    if best is not None and rival is not None:
        pair = Pair(candidates[best], candidates[rival])
        share = default_share([pair.best, pair.rival], held_against, ranked, weights, setting)
        moves = tornado(pair, held_against, ranked, weights, setting)
    choices = open_choices(answers, facts, weights, priorities)
    whole = result(
        Parts(
            setting,
            held_against,
            evaluated,
            ranked,
            weights,
            cases,
            share,
            rival,
            choices,
            moves,
            surface(evaluated, held_against, setting),
            ENGINE_VERSION,
        )
    )
    return Assessed(whole, _scorecard(answers, profile, ranked, choices, weights, setting))


def ranked_only(
    answers: Answers,
    facts: Facts,
    weights: WeightSet,
    worlds: Worlds,
    *,
    instead: Mapping[str, Mapping[Family, Measured]] = MappingProxyType({}),
) -> Ranking:
    """The ranking that `assess` would give, without what explains it, which takes far longer.

    Args:
        instead: criterion → family → what takes the place of the measure, for somebody who
            knows better than to compute it.
    """
    setting = Setting(answers, facts, worlds)
    _, _, evaluated = _evaluated(setting)
    taken = [
        replace(
            e, measured=dict(e.measured) | {c: by[e.option.family] for c, by in instead.items()}
        )
        for e in evaluated
    ]
    return ranking(taken, _priorities(answers, weights, ""), weights, setting)


def _evaluated(setting: Setting) -> tuple[Reference, dict[str, Candidate], list[Evaluated]]:
    """The yardsticks, a plan for each option, and each plan priced, judged and measured."""
    yardsticks = [
        (option, plan)
        for option in COMPARATORS
        if (plan := comparator_plan(option, setting)) is not None
    ]
    held_against = reference(yardsticks, setting)
    candidates = {option.key: candidate(option, setting) for option in OPTIONS}
    evaluated = [evaluate(c, setting, held_against) for c in candidates.values()]
    return held_against, candidates, evaluated


def _priorities(answers: Answers, weights: WeightSet, profile: str) -> tuple[str, ...]:
    """Ranked criteria: of the profile asked for, else as answered, else of the answered profile."""
    if profile:
        return weights.profiles[profile]
    answered = answers.choice("priorities.profile")
    return answers.choices("priorities") or weights.profiles.get(answered, ())


def _scorecard(
    answers: Answers,
    profile: str,
    ranked: Ranking,
    choices: Sequence[OpenChoice],
    weights: WeightSet,
    setting: Setting,
) -> Scorecard:
    rows = [i for i, option in enumerate(ranked.options) if option.feasible]
    contenders = [ranked.options[i] for i in rows]
    worlds = min(setting.worlds.count, SCORED_WORLDS)
    nothing = LikelyCase((), np.zeros((0, len(ranked.weights))))
    return Scorecard(
        contenders=tuple(
            Contender(e.option.key, e.option.title, e.option.family, bool(e.doubtful))
            for e in contenders
        ),
        values=ranked.valued[:SCORED_WORLDS, rows],
        ranked=() if profile else answers.choices("priorities"),
        profile=profile or answers.choice("priorities.profile"),
        seed=setting.worlds.seed,
        likely=choices[0].likely if choices else nothing,
        open_choices=tuple(choice.cases for choice in choices),
        anchors=weights.anchors,
        measures=measures({e.option.key: e.measured for e in contenders}, weights.keys, worlds),
    )
