"""Where nothing may be chosen: the least that would have to be given up for something to be.

A must-have is given up by the change of answers that its verdict proposes. Every set of must-haves
that frees an option contains all that this option fails, so the least sets are those that are
failed by some option and contain no other; each is tried, and what then fails is added.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from app.domain.assessment.candidates import candidate
from app.domain.assessment.evaluation import Evaluated, Reference, evaluate
from app.domain.constraints import Verdict
from app.domain.cost.setting import Setting
from app.domain.facts import Facts
from app.domain.options import Option
from app.domain.questionnaire.answers import Answers, Change
from app.domain.worlds import likely_world

_MOST_ROUNDS = 4


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


def relaxations(
    evaluated: Sequence[Evaluated], answers: Answers, facts: Facts
) -> tuple[Relaxation, ...]:
    """The least sets of must-haves to give up, the smallest first; none where something is left.

    Each was tried: with its changes of answers the options may be chosen in the likely world.
    An option that fails for what no answer of the team would change is left out.
    """
    if any(e.feasible for e in evaluated):
        return ()
    freed = {e.option.key: _freed(e.option, e.verdicts, answers, facts) for e in evaluated}
    found = {key: verdicts for key, verdicts in freed.items() if verdicts}
    rules = {key: frozenset(v.rule for v in verdicts) for key, verdicts in found.items()}
    return tuple(
        Relaxation(
            verdicts=_once(found[keys[0]]),
            changes=_changes(v for key in keys for v in found[key]),
            options=keys,
        )
        for keys in least(rules)
    )


def least(failed: Mapping[str, frozenset[str]]) -> list[tuple[str, ...]]:
    """Options together that fail equal sets, where no option fails less; smallest sets first."""
    sets = sorted(set(failed.values()), key=lambda rules: (len(rules), sorted(rules)))
    return [
        tuple(key for key, rules in failed.items() if rules == one)
        for one in sets
        if not any(other < one for other in sets)
    ]


def _freed(
    option: Option, verdicts: Iterable[Verdict], answers: Answers, facts: Facts
) -> tuple[Verdict, ...]:
    """Every failure to be given up before the option may be chosen; none where that cannot be."""
    failed = [verdict for verdict in verdicts if verdict.outcome == "fail"]
    given_up: list[Verdict] = []
    for _ in range(_MOST_ROUNDS):
        if not failed:
            return tuple(given_up)
        if not all(verdict.changes for verdict in failed):
            return ()
        given_up += failed
        answers = answers.changed([c for verdict in failed for c in verdict.changes])
        failed = [v for v in _likely(option, answers, facts).verdicts if v.outcome == "fail"]
    return ()


def _likely(option: Option, answers: Answers, facts: Facts) -> Evaluated:
    setting = Setting(answers, facts, likely_world())
    unheld = Reference((), None, np.zeros((1, 1)), None)
    return evaluate(candidate(option, setting), setting, unheld)


def _once(verdicts: Iterable[Verdict]) -> tuple[Verdict, ...]:
    """The first verdict of each must-have."""
    first: dict[str, Verdict] = {}
    for verdict in verdicts:
        first.setdefault(verdict.rule, verdict)
    return tuple(first.values())


def _changes(verdicts: Iterable[Verdict]) -> tuple[Change, ...]:
    """Every answer that is changed, each path once: the last to be given up has its way."""
    by_path = {c.path: c for verdict in verdicts for c in verdict.changes}
    return tuple(by_path.values())
