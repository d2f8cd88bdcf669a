"""What to find out next, what each answer would change, and whether one may stop asking.

A must-have that nobody verified comes first, then a choice that decides, then the quantities,
by what knowing them is worth for a minute of effort.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.domain.assessment.evaluation import Evaluated
from app.domain.assessment.explaining import LEAST_VALUE
from app.domain.assessment.inputs import answer_path, evidence_of, input_name, input_unit
from app.domain.assessment.open_choices import OpenChoice
from app.domain.assessment.plain import Json, number
from app.domain.assessment.ranking import Ranking, contenders, scores_of
from app.domain.cost.setting import Setting
from app.domain.decision.information import InputEffect, joint_effect
from app.domain.questionnaire.answers import Answers
from app.domain.questionnaire.questions import FieldKind, Question

# Minutes to find one answer out: judgement. A choice is known to whoever is asked, a ranking is
# talked over, a figure is looked up. Only their ratios count, and only among quantities.
_EFFORT_MINUTES: Mapping[FieldKind, int] = {
    "choice": 1,
    "choices": 2,
    "flag": 1,
    "ranking": 5,
    "quantity": 5,
}
_UNSURE = ("default", "estimated", "what-if")

# One may stop where the first is this sure and no open question is likelier to turn it.
STOP_FROM = 0.90
STOP_BELOW = 0.05


@dataclass(frozen=True)
class Found:
    """What an assessment knows when it decides what to ask."""

    setting: Setting
    ranked: Ranking
    evaluated: Sequence[Evaluated]
    open_choices: Sequence[OpenChoice]
    effects: Mapping[str, InputEffect]


def open_questions(found: Found) -> list[Json]:
    """Every open question that could change the answer, the most worthwhile first."""
    choices = {c.path: _open_choice(c) for c in found.open_choices if c.flips}
    figures = {row["path"]: row for row in _open_quantities(found)}
    rules = {
        row["path"]: row | choices.pop(row["path"], {}) | figures.pop(row["path"], {})
        for row in _open_rules(found)
    }
    return [*rules.values(), *choices.values(), *figures.values()]


def stopping(found: Found, questions: Sequence[Json]) -> Json:
    """Whether one may stop: the first is sure enough, and nothing that is open may turn it.

    The share is that of the winning family, or of the option where one family is left. A
    must-have of the recommended option that nobody verified keeps the question open, and so
    does a label that something else keeps from being clear.

    Args:
        questions: as `open_questions` gives them.
    """
    robust = found.ranked.robust
    best = robust.best
    if best is None:
        return {"may_stop": False, "share_of_worlds": 0.0, "likeliest_flip": 0.0, "waiting": 0}
    families = {option.option.family for option in found.ranked.options if option.feasible}
    alone = len(families) == 1
    share = robust.rank_shares[best][0] if alone else max(robust.family_shares.values())
    flip = max((row["changes_winner_share"] or 0.0 for row in questions), default=0.0)
    is_clear = robust.label == "clear"
    waiting = sum(best in row.get("concerns", ()) for row in questions)
    return {
        "may_stop": is_clear and share >= STOP_FROM and flip <= STOP_BELOW and not waiting,
        "share_of_worlds": number(share),
        "likeliest_flip": number(flip),
        "waiting": waiting,
    }


def worth_knowing(found: Found) -> list[Json]:
    """Every input that is worth something to know, market figures too, the most first."""
    worth = {name: effect for name, effect in found.effects.items() if effect.value > 0}
    return [
        {
            "what": input_name(name, found.setting),
            "path": answer_path(name, found.setting),
            "evidence": evidence_of(name, found.setting),
            "value": number(worth[name].value),
            "changes_winner_share": number(worth[name].changes_winner),
        }
        for name in sorted(worth, key=lambda n: -worth[n].value)
    ]


def _open_rules(found: Found) -> list[Json]:
    """Unanswered questions without which a must-have of an option that is left is not judged.

    What concerns the recommended option first, then what concerns most options.
    """
    best = found.ranked.robust.best
    concerned: dict[str, dict[str, str]] = {}
    for evaluated in found.evaluated:
        for verdict in evaluated.verdicts if evaluated.feasible else ():
            for path in verdict.because if verdict.outcome == "unverified" else ():
                options = concerned.setdefault(path, {})
                rule = found.setting.answers.questions.rule(verdict.rule)
                options[evaluated.option.key] = rule.title
    rows = []
    for path in sorted(concerned, key=lambda p: (best not in concerned[p], -len(concerned[p]))):
        unanswered = _unanswered(path, found.setting.answers)
        if unanswered is not None:
            rows.append(_open_rule(unanswered, concerned[path]))
    return rows


def _unanswered(path: str, answers: Answers) -> tuple[Question, str] | None:
    """The question at `path` and its first field, where no part of it is answered."""
    for question in answers.questions.asked(answers.modalities):
        paths = [f.path for f in question.fields if f"{f.path}.".startswith(f"{path}.")]
        if paths:
            return None if any(answers.is_given(p) for p in paths) else (question, paths[0])
    return None


def _open_rule(unanswered: tuple[Question, str], concerned: Mapping[str, str]) -> Json:
    question, path = unanswered
    return {
        "path": path,
        "question": question.text,
        "evidence": "not answered",
        "value": None,
        "changes_winner_share": None,
        "alternatives": {},
        "must_have": next(iter(concerned.values())),
        "concerns": list(concerned),
        "effort_minutes": _effort(question, [f.path for f in question.fields]),
    }


def _open_choice(choice: OpenChoice) -> Json:
    return {
        "path": choice.path,
        "question": choice.question.text,
        "evidence": "not answered",
        "value": None,
        "changes_winner_share": number(len(choice.flips) / len(choice.families)),
        "alternatives": choice.families,
        "effort_minutes": _effort(choice.question, [choice.path]),
    }


def _open_quantities(found: Found) -> list[Json]:
    """Questions whose figures are unanswered or merely estimated, by worth for a minute."""
    rows = [_open_quantity(q, paths, found) for q, paths in _unsure(found)]
    worth = [row for row in rows if row["value"] >= LEAST_VALUE]
    return sorted(worth, key=lambda row: -row["value"] / row["effort_minutes"])


def _unsure(found: Found) -> Iterator[tuple[Question, list[str]]]:
    """Each question with those of its figures that vary and are not measured or quoted."""
    answers = found.setting.answers
    for question in answers.questions.asked(answers.modalities):
        paths = [f.path for f in question.fields if f.path in found.effects]
        if unsure := [p for p in paths if evidence_of(p, found.setting) in _UNSURE]:
            yield question, unsure


def _open_quantity(question: Question, paths: Sequence[str], found: Found) -> Json:
    effect = _effect(paths, found)
    name = input_name(paths[0], found.setting) if len(paths) == 1 else question.text
    grades = {evidence_of(path, found.setting) for path in paths}
    return {
        "path": paths[0],
        "question": name,
        "evidence": next(grade for grade in _UNSURE if grade in grades),
        "value": number(effect.value),
        "changes_winner_share": number(effect.changes_winner),
        "alternatives": {},
        "effort_minutes": _effort(question, paths),
        **_turn(effect, paths, found),
    }


def _effect(paths: Sequence[str], found: Found) -> InputEffect:
    """Of one input as it was computed; of several, of knowing all of them at once."""
    if len(paths) == 1:
        return found.effects[paths[0]]
    worlds = found.setting.worlds
    return joint_effect([worlds.redrawn(path) for path in paths], scores_of(found.ranked))


def _turn(effect: InputEffect, paths: Sequence[str], found: Found) -> Json:
    """Where along the one input another is ahead; nothing for several, or where it never is."""
    if effect.turns_at is None or effect.turns_to is None:
        return {}
    return {
        "turns_at": number(effect.turns_at),
        "unit": input_unit(paths[0], found.setting),
        "direction": "above" if effect.upward else "below",
        "then_best": contenders(found.ranked)[effect.turns_to],
    }


def _effort(question: Question, paths: Sequence[str]) -> int:
    """Minutes to answer these fields of a question."""
    return sum(_EFFORT_MINUTES[f.kind] for f in question.fields if f.path in paths)
