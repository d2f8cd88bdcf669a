"""What a saved version would say if a few of its inputs were others; nothing saved ever moves.

Both sides are computed from what the version pins, in the first worlds of its own seed, so that
what differs is the inputs and never noise.
"""

import math
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Lock

from app.domain.assessment.attribution import MOST_WORLDS
from app.domain.assessment.what_if import Driver, Outcome, drivers, outcome, repriced
from app.domain.errors import Conflict, InvalidAnswers, Problem
from app.domain.questionnaire.answers import Answers
from app.domain.questionnaire.questions import Field
from app.domain.questionnaire.reading import (
    Unreadable,
    alike,
    nested,
    read_answers,
    read_number,
)
from app.domain.worlds import Worlds
from app.persistence import Session
from app.persistence.tables import JSONValue
from app.reference import Reference
from app.services import answering, assessments, comparing, projects, weights
from app.services.answering import Given
from app.services.assessments import SavedAssessment
from app.services.people import Person

GRADE = "what-if"
# A value that a form shows and gets back is no change, whatever its digits beyond those shown.
_AS_SHOWN = 1e-8
# An outcome is a few kilobytes; what has not been asked for longest goes first.
_MOST_KEPT = 200

_Name = tuple[int, int, datetime]


class NotComputable(Exception):
    """The version cannot be computed again; the text is a sentence that says why."""


@dataclass(frozen=True)
class Question:
    """What is asked: a version, and other values of some of its drivers.

    Attributes:
        typed: path of a driver → what was typed, where it says another value than the version's.
        values: the same, as numbers in the field's unit, of those that can be used.
        problems: what cannot be used, and why.
    """

    saved: SavedAssessment
    reference: Reference
    drivers: tuple[Driver, ...]
    typed: Mapping[str, str]
    values: Mapping[str, float]
    problems: tuple[Problem, ...]

    @property
    def answers(self) -> Mapping[str, JSONValue]:
        """Path → the answer that each moved driver stands for; of drivers that are answers."""
        return {
            driver.field.path: _answer(driver, self.values[driver.field.path])
            for driver in self.drivers
            if driver.is_answer and driver.field.path in self.values
        }

    @property
    def prices(self) -> Mapping[str, float]:
        """Path → change of the prices of each market that is moved."""
        markets = {driver.field.path for driver in self.drivers if not driver.is_answer}
        return {path: value for path, value in self.values.items() if path in markets}


@dataclass(frozen=True)
class WhatIf:
    """A question with what the version says at as many worlds, and what it would say."""

    question: Question
    before: Outcome
    after: Outcome


class KeptOutcomes:
    """What versions say at a few worlds, which is asked for at every move of a slider."""

    def __init__(self) -> None:
        self._outcomes: OrderedDict[_Name, Outcome] = OrderedDict()
        self._guard = Lock()

    def find(self, saved: SavedAssessment) -> Outcome | None:
        """The outcome of this version, or None."""
        with self._guard:
            found = self._outcomes.get(_name(saved))
            if found is not None:
                self._outcomes.move_to_end(_name(saved))
            return found

    def keep(self, saved: SavedAssessment, outcome: Outcome) -> None:
        """Keep it, and let go of another where there are too many."""
        with self._guard:
            self._outcomes[_name(saved)] = outcome
            if len(self._outcomes) > _MOST_KEPT:
                self._outcomes.popitem(last=False)


def _name(saved: SavedAssessment) -> _Name:
    """A version of a project, and when it was saved: a database put back may number anew."""
    return saved.project.id, saved.number, saved.created_at


def asked(db: Session, saved: SavedAssessment, typed: Mapping[str, str]) -> Question:
    """What `typed`, driver path → text, asks of a version; paths that are no driver's are ignored.

    Raises:
        NotComputable: it was saved by another engine, or before Footing kept what it pins.
    """
    if reason := comparing.of_other_engines((saved,), "so nothing can be tried on this version"):
        raise NotComputable(reason)
    reference = _pinned(db, saved)
    found = drivers(saved.result, _read(saved, reference, {}))
    moved: dict[str, str] = {}
    values: dict[str, float] = {}
    problems: list[Problem] = []
    for driver in found:
        path = driver.field.path
        text = typed.get(path, "").strip()
        try:
            value = read_number(_in_unit(text, driver.field), driver.field) if text else None
        except Unreadable as error:
            moved[path] = text
            problems.append(Problem(path, str(error)))
            continue
        if value is not None and not math.isclose(value, driver.now.likely, rel_tol=_AS_SHOWN):
            moved[path], values[path] = text, value
    question = Question(saved, reference, found, moved, values, tuple(problems))
    return replace(question, problems=(*problems, *_contradictions(question)))


def _in_unit(text: str, field: Field) -> str:
    return f"{text} %" if field.percent and "%" not in text else text


def _contradictions(question: Question) -> tuple[Problem, ...]:
    """Moved answers that do not go together with the others."""
    try:
        _read(question.saved, question.reference, question.answers)
    except InvalidAnswers as invalid:
        return invalid.problems
    return ()


def computed(question: Question, kept: KeptOutcomes) -> WhatIf:
    """What the version says and would say, at no more worlds than it was saved with.

    Only for a question without problems. What prices move is the facts, what answers move the
    answers; the rest is what the version pins.
    """
    saved, reference = question.saved, question.reference
    before = kept.find(saved)
    if before is None:
        before = _outcome(saved, reference, {}, {})
        kept.keep(saved, before)
    after = before
    if question.values:
        after = _outcome(saved, reference, question.answers, question.prices)
    return WhatIf(question, before, after)


def _outcome(
    saved: SavedAssessment,
    reference: Reference,
    changed: Mapping[str, JSONValue],
    prices: Mapping[str, float],
) -> Outcome:
    answers = _read(saved, reference, changed)
    moved = replace(reference, facts=repriced(reference.facts, prices))
    worlds = Worlds(min(MOST_WORLDS, int(saved.result["versions"]["worlds"])), saved.seed)
    return outcome(assessments.rank(answers, moved, worlds), reference.questions)


def _read(
    saved: SavedAssessment, reference: Reference, changed: Mapping[str, JSONValue]
) -> Answers:
    document = {"name": saved.project.name, "answers": nested({**saved.answers, **changed})}
    return read_answers(document, reference.questions)


def _pinned(db: Session, saved: SavedAssessment) -> Reference:
    try:
        reference = weights.pinned_by(
            db, facts_sha256=saved.facts_sha256, weight_set=saved.weight_set
        )
    except ValueError as error:
        raise NotComputable(f"Version {saved.number} cannot be read again: {error}.") from error
    if reference is None:
        raise NotComputable(
            f"Version {saved.number} was saved before Footing kept the facts that it pins, "
            "so nothing can be tried on it. Save another version first."
        )
    return reference


def _answer(driver: Driver, likely: float) -> JSONValue:
    """The answer as it is stored: as wide as before, and said to be only supposed."""
    if not driver.field.range_wanted:
        return {"likely": likely, "evidence": GRADE}
    moved = driver.at(likely)
    return {"low": moved.low, "likely": moved.likely, "high": moved.high, "evidence": GRADE}


def take_over(db: Session, by: Person, question: Question, now: datetime) -> None:
    """Answer the project's questions with the moved answers, graded *what-if*.

    Prices are no answers and stay what they are.

    Raises:
        NotAllowed: `by` may not change the project.
        InvalidAnswers: something typed cannot be used, or no answer is moved; nothing is stored.
        Conflict: one of these questions is answered otherwise now than in the version.
    """
    project, saved = question.saved.project, question.saved
    projects.require_editor(by, project)
    if question.problems:
        raise InvalidAnswers(list(question.problems))
    if not question.answers:
        message = "No answer differs from this version: move one first. Prices are not answers."
        raise InvalidAnswers([Problem("drivers", message)])
    there = answering.current(db, project)
    fields = {driver.field.path: driver.field for driver in question.drivers}
    for path, value in question.answers.items():
        stored = there[path].value if path in there else None
        is_known = alike(stored, saved.answers.get(path), fields[path])
        if not is_known and not alike(stored, value, fields[path]):
            raise Conflict(
                f"“{fields[path].label}” was answered otherwise after version {saved.number} was "
                "saved. Nothing was stored: try the value on a newer version, or change the "
                "answer itself."
            )
    given = {
        path: Given(value, there[path].revision if path in there else 0)
        for path, value in question.answers.items()
    }
    answering.save(db, question.reference.questions, by, project, given, window="", now=now)
