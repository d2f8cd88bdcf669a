"""Where nothing may be chosen: the least that would have to be given up for something to be.

A must-have is given up by the change of answers that its verdict proposes. For each option what it
fails is given up, what then fails is added, and what proves not to be needed is taken back. Of the
sets that are found those are kept that contain no other.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from app.domain.assessment.candidates import candidate
from app.domain.assessment.evaluation import Evaluated, Reference, evaluate
from app.domain.constraints import Verdict
from app.domain.cost.setting import Setting
from app.domain.options import Option
from app.domain.questionnaire.answers import Answers, Change
from app.domain.questionnaire.questions import QuestionSet

_MOST_ROUNDS = 8
# What an option costs and causes is known once it is settled where, when and on what it runs.
_LAST = frozenset({"V13", "V14", "V17"})
# Judged by how often, or how much in how many worlds, which the likely one alone does not tell.
_OF_WORLDS = _LAST | {"V9", "V10", "V12", "H1"}


@dataclass(frozen=True)
class Relaxation:
    """A least set of must-haves to give up, and what may be chosen then.

    Attributes:
        verdicts: one for each must-have, as it fails now or once the others are given up.
        changes: the answers that give them up.
        options: keys of the options that may be chosen then.
    """

    verdicts: tuple[Verdict, ...]
    changes: tuple[Change, ...]
    options: tuple[str, ...]

    @property
    def rules(self) -> frozenset[str]:
        """The must-haves that are given up."""
        return frozenset(verdict.rule for verdict in self.verdicts)


def relaxations(evaluated: Sequence[Evaluated], setting: Setting) -> tuple[Relaxation, ...]:
    """The least sets of must-haves to give up, the smallest first; none where something is left.

    Each was tried: with its changes of answers the options may be chosen, in all worlds of
    `setting`. An option that fails for what no answer of the team would change is left out.
    """
    if any(e.feasible for e in evaluated):
        return ()
    trial = _Trial(setting)
    freed = {e.option.key: trial.freed(e) for e in evaluated}
    found = {key: verdicts for key, verdicts in freed.items() if verdicts}
    rules = {key: frozenset(v.rule for v in verdicts) for key, verdicts in found.items()}
    options = {e.option.key: e.option for e in evaluated}
    rows = [
        row
        for keys in least(rules)
        for row in trial.together([options[key] for key in keys], found)
    ]
    return tuple(rows)


def least(failed: Mapping[str, frozenset[str]]) -> list[tuple[str, ...]]:
    """Options together that fail equal sets, where no option fails less; smallest sets first."""
    sets = sorted(set(failed.values()), key=lambda rules: (len(rules), sorted(rules)))
    return [
        tuple(key for key, rules in failed.items() if rules == one)
        for one in sets
        if not any(other < one for other in sets)
    ]


@dataclass(frozen=True)
class _Trial:
    """Options judged with other answers than those of `setting`, over its worlds."""

    setting: Setting

    def freed(self, evaluated: Evaluated) -> tuple[Verdict, ...]:
        """What is to be given up before the option may be chosen; none where that cannot be."""
        option, failed = evaluated.option, _failed(evaluated)
        given_up: list[Verdict] = []
        for _ in range(_MOST_ROUNDS):
            if not failed:
                return self._needed(option, given_up)
            first = next(filter(None, _in_turn(failed)))
            if not all(verdict.changes for verdict in first):
                return ()
            given_up = _given_up(first, given_up)
            failed = self._failed(option, given_up)
        return ()

    def together(
        self, options: Sequence[Option], found: Mapping[str, tuple[Verdict, ...]]
    ) -> list[Relaxation]:
        """Options that fail the same must-haves as one; apart where one's changes bar another."""
        every = [verdict for option in options for verdict in found[option.key]]
        may = [option.key for option in options if not self._failed(option, every)]
        if len(may) == len(options):
            return [self._relaxation(every, may)]
        return [self._relaxation(found[option.key], [option.key]) for option in options]

    def _relaxation(self, verdicts: Sequence[Verdict], keys: Sequence[str]) -> Relaxation:
        return Relaxation(
            _once(verdicts), loosest(verdicts, self.setting.answers.questions), tuple(keys)
        )

    def _needed(self, option: Option, given_up: Sequence[Verdict]) -> tuple[Verdict, ...]:
        """Those of `given_up` without which the option still fails."""
        needed = list(given_up)
        for rule in dict.fromkeys(verdict.rule for verdict in given_up):
            fewer = [verdict for verdict in needed if verdict.rule != rule]
            if len(fewer) < len(needed) and fewer and not self._failed(option, fewer):
                needed = fewer
        return tuple(needed)

    def _failed(self, option: Option, given_up: Sequence[Verdict]) -> list[Verdict]:
        """What `option` still fails: in the likely world, which is quick, and else in all."""
        answers = self._answers(given_up)
        likely = self._judged(option, self.setting.likely, answers)
        failed = [verdict for verdict in likely if verdict.rule not in _OF_WORLDS]
        return failed or self._judged(option, self.setting, answers)

    def _answers(self, given_up: Sequence[Verdict]) -> Answers:
        answers = self.setting.answers
        return answers.changed(loosest(given_up, answers.questions))

    def _judged(self, option: Option, setting: Setting, answers: Answers) -> list[Verdict]:
        other = Setting(answers, setting.published, setting.worlds)
        unheld = Reference((), None, np.zeros((1, 1)), None)
        return _failed(evaluate(candidate(option, other), other, unheld))


def loosest(verdicts: Iterable[Verdict], questions: QuestionSet) -> tuple[Change, ...]:
    """The changes of all `verdicts`, each path once, as whoever asks for most needs it.

    Of numbers the largest, of lists what all keep; of choices the first of the question, which
    asks for least, but for the longest commitment, where the last does.
    """
    by_path: dict[str, Change] = {}
    for change in (c for verdict in verdicts for c in verdict.changes):
        other = by_path.get(change.path)
        by_path[change.path] = change if other is None else _looser(change, other, questions)
    return tuple(by_path.values())


def _looser(one: Change, other: Change, questions: QuestionSet) -> Change:
    keys = questions.field(one.path).option_keys
    if isinstance(one.value, tuple) and isinstance(other.value, tuple):
        return replace(one, value=tuple(k for k in one.value if k in other.value))
    if isinstance(one.value, str) and isinstance(other.value, str):
        of_both = sorted((one, other), key=lambda change: keys.index(str(change.value)))
        return of_both[-1] if one.path == "longest_commitment" else of_both[0]
    if isinstance(one.value, float) and isinstance(other.value, float):
        return one if one.value >= other.value else other
    return one


def _in_turn(failed: Sequence[Verdict]) -> Iterator[list[Verdict]]:
    """Choices, then what is judged by the worlds, then the sums: each may settle what follows."""
    yield [verdict for verdict in failed if verdict.rule not in _OF_WORLDS]
    yield [verdict for verdict in failed if verdict.rule not in _LAST]
    yield list(failed)


def _given_up(failed: Sequence[Verdict], before: Sequence[Verdict]) -> list[Verdict]:
    """What is given up once `failed` is as well; of a must-have that fails again, what is new."""
    again = {verdict.rule for verdict in failed}
    paths = {change.path for verdict in failed for change in verdict.changes}
    kept = [
        replace(v, changes=tuple(c for c in v.changes if c.path not in paths))
        if v.rule in again
        else v
        for v in before
    ]
    return [v for v in kept if v.changes] + list(failed)


def _failed(evaluated: Evaluated) -> list[Verdict]:
    return [verdict for verdict in evaluated.verdicts if verdict.outcome == "fail"]


def _once(verdicts: Iterable[Verdict]) -> tuple[Verdict, ...]:
    """Of each must-have the verdict that asks for most, in the order in which they came."""
    shown: dict[str, Verdict] = {}
    for verdict in verdicts:
        other = shown.get(verdict.rule)
        if other is None or _number(verdict) > _number(other):
            shown[verdict.rule] = verdict
    return tuple(shown.values())


def _number(verdict: Verdict) -> float:
    return max((c.value for c in verdict.changes if isinstance(c.value, float)), default=0.0)
