"""One question as the page shows it: its inputs, what they hold, and what is wrong with them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from app.domain.errors import Problem
from app.domain.options import OPTIONS
from app.domain.questionnaire.answers import EVIDENCE_GRADES
from app.domain.questionnaire.questions import Choice, Default, Field, Gate, Question, QuestionSet
from app.domain.questionnaire.reading import UNKNOWN, is_shown
from app.persistence.projects import Answered
from app.reports.words import day
from app.services.answering import Clash
from app.web import forms
from app.web.forms import Raw
from app.web.pages.answer_words import answer, unit_in_words

Stored = Mapping[str, Raw]

_FLAG = (Choice("yes", "Yes"), Choice("no", "No"))
_PART_NAMES = {"low": "Low", "likely": "Likely", "high": "High"}
ORDINALS = ("First", "Second", "Third", "Fourth")
_LONG_LIST = 9
_NOTHING_ASSUMED = "Nothing is assumed: what depends on it stays unverified."
_COSTS = {
    "compute": "machines or their rent",
    "egress": "data leaving a cloud",
    "facility": "power, space and cooling",
    "fleet": "the number of machines",
    "growth": "the years to come",
    "network": "the connection of your site",
    "npv": "what later payments count today",
    "outage": "hours without service",
    "paying": "how your own servers are paid",
    "prices": "prices of one kind of provider",
    "staff": "people",
    "reuse": "servers that need not be bought",
    "rates": "what providers charge you",
    "spot": "what spot machines would save",
    "currency": "the currency it is told in",
    "redundancy": "spare machines",
    "storage": "storage",
    "training": "training",
    "transfer": "data between sites",
    "utilisation": "how busy rented machines are",
}
_SCORES = {
    "cost": "cost",
    "control": "control",
    "integration": "integration",
    "latency": "latency",
    "predictability": "predictability",
    "scalability": "scalability",
    "security": "security and sovereignty",
    "speed": "speed",
    "talent": "talent",
}
_DRIVES_ALONE = {
    "weights": "how much each criterion counts",
    "cases": "which published cases are similar",
    "unc": "how certain the result is",
    "gate": "which other questions are asked",
}


@dataclass(frozen=True)
class Draft:
    """The answers of a project as its pages show them.

    Attributes:
        answered: field path → the stored answer, those taken back included.
        clashes: field path → what was typed and not stored, because another came first.
        open_notes: question key → how many of its notes are not resolved.
    """

    answered: Mapping[str, Answered]
    clashes: Mapping[str, Clash]
    open_notes: Mapping[str, int]

    @cached_property
    def stored(self) -> Stored:
        """Field path → what the page shows; what was typed stays typed."""
        values = {path: row.value for path, row in self.answered.items()}
        values |= {path: clash.yours.value for path, clash in self.clashes.items()}
        return {path: value for path, value in values.items() if value is not None}

    def base(self, path: str) -> int:
        """The revision of an answer that the page's reader has seen; 0 for none."""
        if path in self.clashes:
            return self.clashes[path].yours.base
        return self.answered[path].revision if path in self.answered else 0


@dataclass(frozen=True)
class TwoAnswers:
    """One field for which somebody stored another answer than what was typed."""

    label: str
    theirs: str
    yours: str


@dataclass(frozen=True)
class Choosing:
    """A question for which one of two answers is to be kept.

    Attributes:
        seen, taken: what the buttons say: which revisions were seen, which fields are theirs.
    """

    said: str
    fields: tuple[TwoAnswers, ...]
    seen: str
    taken: str


@dataclass(frozen=True)
class Option:
    """One thing to tick."""

    id: str
    value: str
    label: str
    note: str
    is_chosen: bool


@dataclass(frozen=True)
class Input:
    """One text field, or one list to choose from."""

    id: str
    name: str
    label: str
    value: str


@dataclass(frozen=True)
class Unknown:
    """The offer to say "I do not know", with what then stands in and where it comes from."""

    id: str
    name: str
    words: str
    source: str
    is_chosen: bool


@dataclass(frozen=True)
class FieldView:
    """One value to give.

    Attributes:
        control: `quantity`, `one` (radio buttons), `many` (tick boxes), `list` or `ranking`.
        first: the id that a problem in the summary leads to.
        is_alone: the question has no other field, so that its text is the label.
        grades: the evidence grades, for a quantity with a range.
    """

    id: str
    path: str
    control: str
    label: str
    unit: str
    first: str
    is_alone: bool
    inputs: tuple[Input, ...]
    options: tuple[Option, ...]
    grades: tuple[Option, ...]
    unknown: Unknown | None
    problem: str


@dataclass(frozen=True)
class Block:
    """One question on a page.

    Attributes:
        is_hidden: it is not asked, because of another answer; what was answered is kept.
        gate: because of which answer it is asked, or would be; empty when it always is.
        waits_for: the field whose answer decides whether it is asked; empty for none.
        state: what is known about its answer, in words.
        bases: field path and revision of the answer that is shown.
        choosing: what to choose between, when somebody stored another answer; None otherwise.
        about: where its notes and its earlier answers are.
        open_notes: how many of its notes are not resolved.
    """

    id: str
    text: str
    hint: str
    why: str
    drives: tuple[str, ...]
    is_optional: bool
    fields: tuple[FieldView, ...]
    is_hidden: bool
    gate: str
    waits_for: str
    is_answered: bool
    state: str
    bases: tuple[tuple[str, int], ...]
    choosing: Choosing | None
    about: str
    open_notes: int


def is_answered(question: Question, stored: Stored) -> bool:
    """Whether anything was answered, "I do not know" included."""
    return any(not forms.is_blank(stored.get(field.path)) for field in question.fields)


def block(
    questions: QuestionSet,
    question: Question,
    draft: Draft,
    now: datetime,
    about: str,
    problems: Sequence[Problem] = (),
    *,
    anyway: bool = False,
) -> Block:
    """One question with what is stored and what is wrong with it.

    Args:
        anyway: ask it even where another answer has closed its gate.
    """
    stored = draft.stored
    messages = {problem.path: problem.message for problem in problems}
    is_alone = len(question.fields) == 1
    choosing = _choosing(question, draft)
    return Block(
        id=block_id(question),
        text=question.text,
        hint=question.hint,
        why=question.why,
        drives=tuple(drives_in_words(code, questions) for code in question.drives),
        is_optional=not question.core,
        fields=tuple(
            _field(field, stored.get(field.path), messages.get(field.path, ""), is_alone=is_alone)
            for field in question.fields
        ),
        is_hidden=not (anyway or is_shown(question, stored)),
        gate=_gate(questions, question.gate, is_open=is_shown(question, stored)),
        waits_for=question.gate.path if question.gate else "",
        is_answered=is_answered(question, stored),
        state=choosing.said if choosing else _state(question, draft, now),
        bases=tuple((field.path, draft.base(field.path)) for field in question.fields),
        choosing=choosing,
        about=about,
        open_notes=draft.open_notes.get(question.key, 0),
    )


def _state(question: Question, draft: Draft, now: datetime) -> str:
    """Whether the question is answered, by whom and when: "Saved 10:31 by Ana"."""
    rows = [draft.answered[f.path] for f in question.fields if f.path in draft.answered]
    if not any(not forms.is_blank(row.value) for row in rows):
        return "Not answered"
    newest = max(rows, key=lambda row: row.at)
    return f"Saved {moment(newest.at, now)}" + (f" by {newest.by}" if newest.by else "")


def moment(at: datetime, now: datetime) -> str:
    """When something was, with its day unless that is today: all moments are in UTC."""
    return f"{at:%H:%M}" if at.date() == now.date() else f"{day(at)}, {at:%H:%M} UTC"


def _choosing(question: Question, draft: Draft) -> Choosing | None:
    clashes = {f: draft.clashes[f.path] for f in question.fields if f.path in draft.clashes}
    if not clashes:
        return None
    theirs = [clash.theirs for clash in clashes.values()]
    who = " and ".join(dict.fromkeys(row.by or "Somebody" for row in theirs))
    return Choosing(
        said=f"{who} changed this answer while you were editing",
        fields=tuple(
            TwoAnswers(f.label, answer(f, clash.theirs.value), answer(f, clash.yours.value))
            for f, clash in clashes.items()
        ),
        seen=" ".join(f"{row.question}:{row.revision}" for row in theirs),
        taken=" ".join(row.question for row in theirs),
    )


def _gate(questions: QuestionSet, gate: Gate | None, *, is_open: bool) -> str:
    if gate is None or is_open:
        return gate.why if gate else ""
    field = questions.field(gate.path)
    labels = [option.label for option in field.options if option.key in gate.values]
    asking = next(q for q in questions.questions if any(f.path == gate.path for f in q.fields))
    return f"Asked only if the answer to “{asking.text}” is: {' or '.join(labels)}."


def block_id(question: Question) -> str:
    """The id of a question on its page."""
    return f"q-{slug(question.key)}"


def slug(path: str) -> str:
    """A path as part of an id; field `traffic.shape` is at `f-traffic-shape`."""
    return path.replace(".", "-").replace("_", "-")


def drives_in_words(code: str, questions: QuestionSet) -> str:
    """What a question drives, as the end of the sentence "It drives ..."."""
    kind, _, what = code.partition(":")
    match kind:
        case "tco":
            return f"the cost ({_COSTS[what]})"
        case "crit":
            return f"the score for {_SCORES[what]}"
        case "veto":
            return f"the must-have “{questions.rule(what).title}”"
        case "gate" if what:
            title = next(option.title for option in OPTIONS if option.key == what)
            return f"whether “{title}” is possible"
    return _DRIVES_ALONE[code]


def _field(field: Field, raw: Raw, problem: str, *, is_alone: bool) -> FieldView:
    control = _control(field)
    identity = f"f-{slug(field.path)}"
    inputs = _inputs(field, raw, identity, control)
    options = _options(field, raw, identity, control)
    return FieldView(
        id=identity,
        path=field.path,
        control=control,
        label=field.label,
        unit=unit_in_words(field.unit),
        first=_first(inputs, options),
        is_alone=is_alone,
        inputs=inputs,
        options=options,
        grades=_grades(field, raw, identity),
        unknown=_unknown(field, raw, identity) if control == "quantity" else None,
        problem=problem,
    )


def _first(inputs: Sequence[Input], options: Sequence[Option]) -> str:
    """The likely value of a range, which is the one that must be there; else what comes first."""
    likely = (shown.id for shown in inputs if shown.name.endswith(".likely"))
    return next(likely, inputs[0].id if inputs else options[0].id)


def _control(field: Field) -> str:
    match field.kind:
        case "quantity" | "ranking":
            return field.kind
        case "choices":
            return "many"
        case "choice" if len(field.options) > _LONG_LIST:
            return "list"
    return "one"


def _inputs(field: Field, raw: Raw, identity: str, control: str) -> tuple[Input, ...]:
    if control == "quantity":
        parts = forms.PARTS if field.range_wanted else ("likely",)
        return tuple(
            Input(
                f"{identity}-{part}",
                f"{field.path}.{part}",
                _PART_NAMES[part] if field.range_wanted else field.label,
                forms.part_of(raw, part, field),
            )
            for part in parts
        )
    chosen = (*forms.chosen_of(raw), "", "", "", "")
    if control == "ranking":
        most = field.most or len(ORDINALS)
        return tuple(
            Input(f"{identity}-{i}", f"{field.path}.{i}", ORDINALS[i - 1], chosen[i - 1])
            for i in forms.RANKS[:most]
        )
    return (
        (Input(identity + "-list", field.path, field.label, chosen[0]),)
        if control == "list"
        else ()
    )


def _options(field: Field, raw: Raw, identity: str, control: str) -> tuple[Option, ...]:
    if control == "quantity":
        return ()
    chosen = forms.chosen_of(raw)
    options = [
        Option(f"{identity}-{option.key}", option.key, option.label, "", option.key in chosen)
        for option in (_FLAG if field.kind == "flag" else field.options)
    ]
    if control in ("one", "list"):
        words, source = _stand_in(field.default)
        label = f"I do not know: use {words}" if words else "I do not know"
        options.append(
            Option(
                f"{identity}-unknown", UNKNOWN, label, source or _NOTHING_ASSUMED, raw == UNKNOWN
            )
        )
    return tuple(options)


def _grades(field: Field, raw: Raw, identity: str) -> tuple[Option, ...]:
    if field.kind != "quantity" or not field.range_wanted:
        return ()
    chosen = forms.evidence_of(raw)
    return tuple(
        Option(f"{identity}-{grade}", grade, grade.capitalize(), "", grade == chosen)
        for grade in EVIDENCE_GRADES
    )


def _unknown(field: Field, raw: Raw, identity: str) -> Unknown | None:
    words, source = _stand_in(field.default)
    if not words:
        return None
    name = f"{field.path}.{UNKNOWN}"
    return Unknown(f"{identity}-unknown", name, words, source, forms.is_unknown(raw))


def _stand_in(default: Default | None) -> tuple[str, str]:
    """The default in words, and its source; empty where nothing may be assumed."""
    if default is None or not default.words:
        return "", ""
    return default.words, f"Source: {default.source.source}, {day(default.source.as_of)}."
