"""The page on which administrators read the must-haves, contradictions and defaults."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from app.domain.constraints import kinds_of
from app.domain.facts import Source
from app.domain.questionnaire.questions import PER_MODALITY, Field, Question, QuestionSet
from app.domain.rules import Rule
from app.reports.rule_words import Vocabulary, Words, in_words, vocabulary
from app.reports.words import day
from app.services.rules import Usage
from app.web.pages.base import Page

_ABOUT = {
    "zone": "one kind of data in one place",
    "plan": "an option as it was planned",
    "engine": "whether there is anything to judge",
}
_OUTCOMES = {"pass": "Passes", "fail": "Fails", "unverified": "Unverified"}


@dataclass(frozen=True)
class Condition:
    """An expression in words, and as it is written."""

    words: Words
    expression: str


@dataclass(frozen=True)
class SaysRow:
    """What a must-have says of an outcome, and what would lift it."""

    outcome: str
    when: str
    words: str
    lift: str


@dataclass(frozen=True)
class RuleBlock:
    """One must-have: what breaks it, what it says, where it comes from and how it is used.

    Attributes:
        unsure: when it is unverified besides where an answer that it needs is not known; None
            for never.
        use: in how many saved versions it excludes, leaves open and does neither.
    """

    key: str
    title: str
    owner: str
    about: str
    why: str
    source: str
    dated: str
    confidence: str
    fails: Condition
    unsure: Condition | None
    says: tuple[SaysRow, ...]
    use: tuple[int, int, int]


@dataclass(frozen=True)
class PairBlock:
    """Two answers that do not go together."""

    key: str
    words: str
    effect: str
    holds: Condition


@dataclass(frozen=True)
class DefaultRow:
    """What stands in for an answer, and in how many saved versions it does."""

    question: str
    default: str
    source: str
    dated: str
    confidence: str
    used: int


@dataclass(frozen=True)
class RulesPage(Page):
    """The must-haves, contradictions and defaults of the question set, and their use.

    Attributes:
        versions: how many saved versions were counted.
    """

    template: ClassVar[str] = "admin/rules.html"

    versions: int
    rules: tuple[RuleBlock, ...]
    pairs: tuple[PairBlock, ...]
    defaults: tuple[DefaultRow, ...]


def rules_page(questions: QuestionSet, usage: Usage) -> RulesPage:
    """All of them, in the order of their files."""
    known = vocabulary(questions, kinds_of(questions))
    return RulesPage(
        versions=usage.versions,
        rules=tuple(_rule(rule, usage, known) for rule in questions.rules),
        pairs=tuple(
            PairBlock(
                pair.key,
                pair.words,
                "No result until one is changed" if pair.refuses else "A warning",
                _condition(pair.holds, known),
            )
            for pair in questions.contradictions
        ),
        defaults=tuple(_defaults(questions, usage)),
    )


def _rule(rule: Rule, usage: Usage, known: Vocabulary) -> RuleBlock:
    use = usage.rules[rule.key]
    text, dated, confidence = _source(rule.source)
    return RuleBlock(
        key=rule.key,
        title=rule.title,
        owner=rule.owner,
        about=_ABOUT[rule.about],
        why=rule.why,
        source=text,
        dated=dated,
        confidence=confidence,
        fails=_condition(rule.fails, known),
        unsure=None if rule.unsure == "False" else _condition(rule.unsure, known),
        says=tuple(SaysRow(_OUTCOMES[s.outcome], s.when, s.words, s.lift) for s in rule.sayings),
        use=(use.excludes, use.leaves_open, use.not_triggered),
    )


def _condition(expression: str, known: Vocabulary) -> Condition:
    return Condition(in_words(expression, known), " ".join(expression.split()))


def _defaults(questions: QuestionSet, usage: Usage) -> Iterator[DefaultRow]:
    for question in questions.questions:
        for field in question.fields:
            if field.default is not None:
                yield DefaultRow(
                    _asked(question, field),
                    field.default.words,
                    *_source(field.default.source),
                    usage.defaults.get(field.path, 0),
                )


def _asked(question: Question, field: Field) -> str:
    label = f"{question.code}: {field.label}"
    return f"{label} (of a kind of data)" if PER_MODALITY in field.path else label


def _source(source: Source) -> tuple[str, str, str]:
    return source.source, day(source.as_of), source.confidence
