"""The must-haves and defaults as administrators read them: how often each made a difference."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from app.domain.errors import NotAllowed
from app.domain.questionnaire.questions import QuestionSet, template_path
from app.persistence import Session
from app.persistence import uses as rows
from app.services.people import Person


@dataclass(frozen=True)
class RuleUse:
    """Of the saved versions: in how many a must-have rules an option out, or leaves one open.

    Attributes:
        excludes: at least one option fails it.
        leaves_open: none fails it, and for at least one it is unverified.
        not_triggered: all the others.
    """

    excludes: int
    leaves_open: int
    not_triggered: int


@dataclass(frozen=True)
class Usage:
    """How often each must-have and each default made a difference.

    Attributes:
        versions: how many saved versions there are, those of the samples included.
        rules: key → its use.
        defaults: path of a field, as in its template → in how many versions its default stood in.
    """

    versions: int
    rules: Mapping[str, RuleUse]
    defaults: Mapping[str, int]


def usage(db: Session, by: Person, questions: QuestionSet) -> Usage:
    """How often each must-have, and each default, of `questions` made a difference.

    Raises:
        NotAllowed: `by` is not an administrator.
    """
    if not by.is_administrator:
        raise NotAllowed("Only administrators see how rules and defaults are used.")
    found = rows.counted(db)
    return Usage(
        versions=found.versions,
        rules={
            rule.key: RuleUse(
                excludes=found.excludes[rule.key],
                leaves_open=found.leaves_open[rule.key],
                not_triggered=found.versions
                - found.excludes[rule.key]
                - found.leaves_open[rule.key],
            )
            for rule in questions.rules
        },
        defaults=found.defaults,
    )


def note(db: Session, assessment_id: int, result: Mapping[str, Any]) -> None:
    """Note what an assessment made use of, of its result."""
    options = result.get("options", ())  # what earlier engines saved may lack a part
    excludes = _rules(options, "failed")
    rows.keep(
        db,
        assessment_id,
        excludes=excludes,
        leaves_open=_rules(options, "unverified") - excludes,
        defaults={
            template_path(default["path"])
            for default in result.get("defaults", {}).get("paths", ())
        },
    )


def fill(db: Session) -> int:
    """Note it for the versions that have no note, and return how many; for the start."""
    filled = 0
    for assessment_id, result in rows.without(db):
        note(db, assessment_id, json.loads(result))
        filled += 1
    return filled


def _rules(options: Collection[Mapping[str, Any]], outcome: str) -> set[str]:
    return {verdict["id"] for option in options for verdict in option.get(outcome, ())}
