"""The must-haves and contradictions: `rules.toml` and `contradictions.toml`.

Every expression is checked before it is used.
"""

from collections.abc import Iterator, Mapping
from typing import cast, get_args

from app.domain import expressions
from app.domain.constraints import FACTS, KIND_OF_FIELD, kinds_of
from app.domain.expressions import BadExpression, Kind
from app.domain.questionnaire.questions import PER_MODALITY, Field, QuestionSet
from app.domain.rules import About, Answering, Contradiction, Outcome, Rule, Saying
from app.reference.rows import Row, by_key, each, toml_rows

NAME = "rules.toml"
PAIRS = "contradictions.toml"
_BOTH = 2


def must_haves(questions: QuestionSet) -> tuple[Rule, ...]:
    """The shipped rules, checked against the questions whose answers they are about.

    Raises:
        ValueError: a rule has a mistake; the text names the rule.
    """
    rules = tuple(by_key(NAME, each(toml_rows(NAME, "rule"), _rule)).values())
    kinds = kinds_of(questions)
    for rule in rules:
        try:
            _check(rule, kinds, questions)
        except BadExpression as error:
            raise ValueError(f"{NAME}, {rule.key}: {error}") from error
    return rules


def contradictions(questions: QuestionSet) -> tuple[Contradiction, ...]:
    """The shipped pairs of answers that do not go together, checked in the same way.

    Raises:
        ValueError: one has a mistake; the text names it.
    """
    rows = each(toml_rows(PAIRS, "contradiction"), _contradiction)
    kinds = {name: kind for name, kind in kinds_of(questions).items() if name not in FACTS}
    for pair in rows:
        try:
            _check_pair(pair, kinds, questions)
        except BadExpression as error:
            raise ValueError(f"{PAIRS}, {pair.key}: {error}") from error
    return tuple(by_key(PAIRS, rows).values())


def _check_pair(pair: Contradiction, kinds: Mapping[str, Kind], questions: QuestionSet) -> None:
    expressions.check(pair.holds, kinds, "truth")
    expressions.check_words(pair.words, kinds)
    asked = [path for path in pair.paths if list(_fields(path, questions, kinds))]
    if len(asked) != _BOTH or asked != list(pair.paths):
        raise BadExpression("it must name both answers.")


def _contradiction(row: Row) -> Contradiction:
    return Contradiction(
        key=row.text("key"),
        holds=row.text("holds"),
        words=row.text("words"),
        paths=row.texts("paths"),
        refuses=row.flag("refuses"),
    )


def _rule(row: Row) -> Rule:
    return Rule(
        key=row.text("key"),
        title=row.text("title"),
        owner=row.text("owner"),
        about=cast("About", row.one_of("about", get_args(About))),
        fails=row.text("fails"),
        unsure=row.optional_text("unsure") or "False",
        why=row.text("why"),
        source=row.source(),
        sayings=each(row.rows("says"), _saying),
    )


def _saying(row: Row) -> Saying:
    return Saying(
        outcome=cast("Outcome", row.one_of("outcome", get_args(Outcome))),
        when=row.optional_text("when"),
        words=row.text("words"),
        because=row.texts("because"),
        lift=row.optional_text("lift"),
        changes=each(row.rows("changes"), _answering),
    )


def _answering(row: Row) -> Answering:
    answering = Answering(row.text("path"), row.optional_text("value"), row.optional_text("to"))
    if bool(answering.value) == bool(answering.to):
        raise row.error("give either the value, or the expression that it comes to.")
    return answering


def _check(rule: Rule, kinds: Mapping[str, Kind], questions: QuestionSet) -> None:
    expressions.check(rule.fails, kinds, "truth")
    expressions.check(rule.unsure, kinds, "truth")
    for saying in rule.sayings:
        _check_saying(saying, kinds, questions)
    _check_sayings(rule)


def _check_saying(saying: Saying, kinds: Mapping[str, Kind], questions: QuestionSet) -> None:
    if saying.when:
        expressions.check(saying.when, kinds, "truth")
    if (saying.outcome == "pass") == bool(saying.lift):
        raise BadExpression("what does not pass, and only that, says what would lift it.")
    for text in (saying.words, saying.lift):
        expressions.check_words(text, kinds)
    for path in saying.because:
        if not list(_fields(path, questions, kinds)):
            raise BadExpression(f"no answer is at {path!r}.")
    for answering in saying.changes:
        _check_change(answering, kinds, questions)


def _check_change(answering: Answering, kinds: Mapping[str, Kind], questions: QuestionSet) -> None:
    field = next(_fields(answering.path, questions, kinds), None)
    if field is None or len(list(_fields(answering.path, questions, kinds))) > 1:
        raise BadExpression(f"no single answer is at {answering.path!r}.")
    if answering.to:
        expressions.check(answering.to, kinds, KIND_OF_FIELD[field.kind])
    elif answering.value not in field.option_keys:
        raise BadExpression(f"{answering.value!r} is no answer at {answering.path!r}.")


def _fields(path: str, questions: QuestionSet, kinds: Mapping[str, Kind]) -> Iterator[Field]:
    """The fields at `path` or under it, in the templates; `{…}` names a kind of data there."""
    start, brace, rest = path.partition("{")
    name, _, end = rest.partition("}")
    if brace and name != "modality" and kinds.get(name) not in ("text", "set"):
        raise BadExpression(f"Nothing is named {name!r}, in {path!r}.")
    wanted = f"{start}{PER_MODALITY}{end}" if brace else path
    fields = {f.path: f for question in questions.questions for f in question.fields}
    return (f for p, f in fields.items() if f"{p}.".startswith(f"{wanted}."))


def _check_sayings(rule: Rule) -> None:
    """Whatever the outcome, there is something to say: the last of each has no condition."""
    needed = {"pass"}
    if rule.fails != "False":
        needed.add("fail")
    if rule.unsure != "False" or not expressions.names(rule.fails) <= FACTS.keys():
        needed.add("unverified")
    for outcome in needed:
        last = [saying for saying in rule.sayings if saying.outcome == outcome][-1:]
        if not last or last[0].when:
            raise BadExpression(f"what to say of {outcome!r} must end with one for all cases.")
