"""An expression of a rule as a person reads it: with the names of what it is about."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias, Union

from app.domain import expressions
from app.domain.constraints import FACTS
from app.domain.questionnaire.questions import PER_MODALITY, QuestionSet

_COMPARED: Mapping[type[ast.cmpop], str] = {
    ast.Eq: "is",
    ast.NotEq: "is not",
    ast.Lt: "is below",
    ast.LtE: "is at most",
    ast.Gt: "is above",
    ast.GtE: "is at least",
    ast.In: "is one of",
    ast.NotIn: "is none of",
}
_OF_SETS: Mapping[type[ast.cmpop], str] = {ast.LtE: "is all within", ast.GtE: "has all of"}
_COMBINED: Mapping[type[ast.operator], str] = {
    ast.Add: "plus",
    ast.Sub: "less",
    ast.Mult: "times",
    ast.BitAnd: "that are also in",
}
_ALL, _ANY, _NONE, _NOT_ALL = (
    "all of these hold", "any of these holds", "none of these holds", "not all of these hold",
)  # fmt: skip


@dataclass(frozen=True)
class Group:
    """Several conditions, and how many of them must hold."""

    hold: str
    parts: tuple["Words", ...]


Words: TypeAlias = Union[str, Group]  # noqa: UP007  # of itself, which `|` cannot say as a text


@dataclass(frozen=True)
class Vocabulary:
    """What names and values are called.

    Attributes:
        phrases: name → what it is.
        answers: the names that are answers.
        kinds: name → the kind of its values.
        labels: name → value → what the value is called.
    """

    phrases: Mapping[str, str]
    answers: frozenset[str]
    kinds: Mapping[str, expressions.Kind]
    labels: Mapping[str, Mapping[str, str]]


def vocabulary(questions: QuestionSet, kinds: Mapping[str, expressions.Kind]) -> Vocabulary:
    """What the answers to these questions, and what the engine works out, are called."""
    fields = {
        field.path.replace(f"modalities.{PER_MODALITY}.", "modality."): field
        for question in questions.questions
        for field in question.fields
    }
    answers = {name: f"“{field.label}”" for name, field in fields.items()}
    facts = {
        name: words.removeprefix("whether ").partition(": offer")[0]
        for name, (_, words) in FACTS.items()
    }
    unknown = {
        f"unknown.{name}": f"{words} is answered “I do not know”" for name, words in answers.items()
    }
    labels = {name: {o.key: o.label for o in field.options} for name, field in fields.items()}
    return Vocabulary({**facts, **answers, **unknown}, frozenset(answers), kinds, labels)


def in_words(text: str, known: Vocabulary) -> Words:
    """The expression in words.

    Raises:
        BadExpression: it is no expression.
    """
    return _said(expressions.parsed(text), known)


def _said(node: ast.expr, known: Vocabulary) -> Words:
    if isinstance(node, ast.BoolOp):
        hold = _ANY if isinstance(node.op, ast.Or) else _ALL
        return Group(hold, tuple(_said(part, known) for part in node.values))
    if isinstance(node, ast.UnaryOp):
        return _denied(node.operand, known)
    if isinstance(node, ast.Compare):
        return _comparison(node, known)
    return _condition(node, known, holds=True)


def _denied(node: ast.expr, known: Vocabulary) -> Words:
    if isinstance(node, ast.BoolOp | ast.UnaryOp | ast.Compare):
        words = _said(node, known)
        if isinstance(words, Group):
            return Group({_ALL: _NOT_ALL, _ANY: _NONE}[words.hold], words.parts)
        return f"not: {words}"
    return _condition(node, known, holds=False)


def _condition(node: ast.expr, known: Vocabulary, *, holds: bool) -> str:
    """Something that is true or not by itself: an answer, a fact, whether a value is known."""
    words = _term(node, known)
    if words in ("yes", "no"):
        return "always" if (words == "yes") is holds else "never"
    if expressions.dotted(node) in known.answers:
        return f"{words} is answered {'yes' if holds else 'no'}"
    return words if holds else f"not: {words}"


def _comparison(node: ast.Compare, known: Vocabulary) -> str:
    left, right, how = node.left, node.comparators[0], type(node.ops[0])
    if isinstance(right, ast.Tuple) and not right.elts:
        return f"{_term(left, known)}: {'none' if how is ast.Eq else 'at least one'}"
    are_sets = "set" in (_kind(left, known), _kind(right, known))
    verb = _OF_SETS.get(how, _COMPARED[how]) if are_sets else _COMPARED[how]
    labels = known.labels.get(expressions.dotted(left)) or known.labels.get(
        expressions.dotted(right), {}
    )
    return f"{_term(left, known, labels)} {verb} {_term(right, known, labels)}"


def _kind(node: ast.expr, known: Vocabulary) -> str:
    return "set" if isinstance(node, ast.Tuple) else known.kinds.get(expressions.dotted(node), "")


_NO_LABELS: Mapping[str, str] = {}


def _term(node: ast.expr, known: Vocabulary, labels: Mapping[str, str] = _NO_LABELS) -> str:
    if name := expressions.dotted(node):
        return known.phrases.get(name, name)
    if isinstance(node, ast.Constant):
        return _value(node.value, labels)
    if isinstance(node, ast.Tuple):
        return ", ".join(_term(part, known, labels) for part in node.elts)
    if isinstance(node, ast.BinOp):
        verb = _COMBINED[type(node.op)]
        return f"{_term(node.left, known)} {verb} {_term(node.right, known)}"
    if isinstance(node, ast.Call):
        inside = _term(node.args[0], known)
        is_known = expressions.dotted(node.func) == "known"
        return f"{inside} is known" if is_known else f"{inside}, rounded up"
    return ast.unparse(node)


def _value(value: object, labels: Mapping[str, str]) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = str(value)
    return f"“{labels[text]}”" if text in labels else text.replace("_", " ")
