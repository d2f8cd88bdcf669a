"""Choices that nobody made, and what the answer would be with each.

A quantity that is not answered varies over its default range and widens the shares. A choice
that is not made cannot vary; it is tried, one alternative at a time, in the likely world.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from app.domain.assessment.candidates import candidate, comparator_plan
from app.domain.assessment.evaluation import evaluate, reference
from app.domain.cost.setting import Setting
from app.domain.decision.criteria import WeightSet
from app.domain.decision.scorecard import LikelyCase
from app.domain.decision.scoring import measures
from app.domain.decision.weights import likely_weights
from app.domain.facts import Facts
from app.domain.options import COMPARATORS, OPTIONS, Family
from app.domain.questionnaire.answers import Answers
from app.domain.questionnaire.questions import Field, Question
from app.domain.worlds import likely_world

# A place or a priority is open-ended: its alternatives are not tried one by one.
_NOT_TRIED = (
    "modalities",
    "priorities",
    "priorities.profile",
    "data_location.country",
    "data_location.region",
    "scope",
)


@dataclass(frozen=True)
class OpenChoice:
    """One choice that was not made.

    Attributes:
        families: alternative → family that would be best with it; None for none.
        flips: alternatives with another family than without the answer.
        likely: the likely world without the answer; cases: with each alternative.
    """

    path: str
    question: Question
    families: dict[str, Family | None]
    flips: tuple[str, ...]
    likely: LikelyCase
    cases: tuple[LikelyCase, ...]


def open_choices(
    answers: Answers, facts: Facts, weights: WeightSet, priorities: tuple[str, ...]
) -> list[OpenChoice]:
    """Every unanswered closed core field, with the likely winner for each alternative."""
    unanswered = list(_unanswered(answers))
    if not unanswered:
        return []
    weighed = likely_weights(priorities, weights)
    likely = _likely_case(answers, facts, weights)
    found = []
    for question, field in unanswered:
        cases = {
            key: _likely_case(answers.with_choice(field.path, key), facts, weights)
            for key in field.option_keys
        }
        families = {key: case.winner(weighed) for key, case in cases.items()}
        flips = tuple(key for key in families if families[key] != likely.winner(weighed))
        found.append(
            OpenChoice(field.path, question, families, flips, likely, tuple(cases.values()))
        )
    return found


def _unanswered(answers: Answers) -> Iterator[tuple[Question, Field]]:
    for question in answers.questions.asked(answers.modalities):
        for field in question.fields:
            closed = field.kind in ("choice", "choices") and field.path not in _NOT_TRIED
            if question.core and closed and not answers.is_given(field.path):
                yield question, field


def _likely_case(answers: Answers, facts: Facts, weights: WeightSet) -> LikelyCase:
    """The options that may be chosen in the likely world, with their values."""
    setting = Setting(answers, facts, likely_world())
    yardsticks = [
        (option, plan)
        for option in COMPARATORS
        if (plan := comparator_plan(option, setting)) is not None
    ]
    held_against = reference(yardsticks, setting)
    evaluated = [evaluate(candidate(o, setting), setting, held_against) for o in OPTIONS]
    feasible = [e for e in evaluated if e.feasible]
    measured = measures({e.option.key: e.measured for e in feasible}, weights.keys, 1)
    families = tuple(e.option.family for e in feasible)
    return LikelyCase(families, measured.values(weights.anchors)[0], measured)
