"""The questionnaire: `questions.toml` as a `QuestionSet`."""

from collections.abc import Mapping
from functools import partial
from typing import cast, get_args

from app.domain.facts import Country
from app.domain.questionnaire.questions import (
    PER_MODALITY,
    Choice,
    Default,
    Field,
    FieldKind,
    Gate,
    Question,
    QuestionSet,
    Section,
)
from app.domain.worlds import Range
from app.reference.rows import Row, by_key, each, toml

NAME = "questions.toml"
KINDS = get_args(FieldKind)
# A field with `options_from = "countries"` offers every country of the facts.
COUNTRIES = "countries"


def question_set(countries: Mapping[str, Country]) -> QuestionSet:
    """The shipped question set.

    Args:
        countries: by code; what a choice of country offers.

    Raises:
        ValueError: it has a mistake; the text names the question.
    """
    whole = toml(NAME)
    version = int(whole.number("version"))
    sections = by_key(NAME, each(whole.rows("section"), _section))
    places = tuple(Choice(c.code, c.name) for c in sorted(countries.values(), key=_name))
    question = partial(_question, tuple(sections), places)
    questions = by_key(NAME, each(whole.rows("question"), question))
    whole.finish()
    result = QuestionSet(version, tuple(sections.values()), tuple(questions.values()))
    _check_paths(result)
    return result


def _name(country: Country) -> str:
    return country.name


def _section(row: Row) -> Section:
    return Section(row.text("key"), row.text("title"), row.text("intro"))


def _question(sections: tuple[str, ...], places: tuple[Choice, ...], row: Row) -> Question:
    question = Question(
        key=row.text("key"),
        code=row.text("code"),
        section=row.one_of("section", sections),
        core=row.flag("core"),
        text=row.text("text"),
        hint=row.text("hint"),
        why=row.text("why"),
        drives=row.texts("drives"),
        fields=each(row.rows("field"), partial(_field, places)),
        gate=_gate(row),
        per_modality=row.flag("per_modality"),
        modalities=row.texts("modalities"),
    )
    if not question.fields or not question.drives:
        raise row.error("a question needs fields and must drive something.")
    if any((PER_MODALITY in f.path) != question.per_modality for f in question.fields):
        raise row.error("the fields of a per-modality question, and only they, name {modality}.")
    return question


def _gate(row: Row) -> Gate | None:
    if not row.has("gate"):
        return None
    inner = row.row("gate")
    gate = Gate(inner.text("path"), inner.texts("values"), inner.text("why"))
    inner.finish()
    return gate


def _field(places: tuple[Choice, ...], row: Row) -> Field:
    field = Field(
        path=row.text("path"),
        label=row.text("label"),
        kind=cast("FieldKind", row.one_of("kind", KINDS)),
        unit=row.optional_text("unit"),
        options=_options(places, row),
        minimum=row.optional_number("minimum"),
        maximum=row.optional_number("maximum"),
        whole=row.flag("whole"),
        percent=row.flag("percent"),
        range_wanted=row.flag("range_wanted"),
        required=row.flag("required"),
        most=int(row.number("most")) if row.has("most") else None,
        default=_default(row),
        replaces=row.texts("replaces"),
        modalities=row.texts("modalities"),
    )
    _check_field(row, field)
    return field


def _options(places: tuple[Choice, ...], row: Row) -> tuple[Choice, ...]:
    if row.has("options_from"):
        row.one_of("options_from", (COUNTRIES,))
        return places
    return tuple(
        by_key(
            row.where,
            each(row.rows("options"), lambda o: Choice(o.text("key"), o.text("label"))),
        ).values()
    )


def _default(row: Row) -> Default | None:
    if not row.has("default"):
        return None
    inner = row.row("default")
    likely = inner.optional_number("likely")
    default = Default(
        range=None if likely is None else _range(inner, likely),
        choice=inner.optional_text("choice"),
        words=inner.text("words"),
        source=inner.source(),
    )
    inner.finish()
    if (default.range is None) == (not default.choice):
        raise inner.error("give either likely, low and high, or a choice.")
    return default


def _range(row: Row, likely: float) -> Range:
    low, high = row.number("low"), row.number("high")
    if not low <= likely <= high:
        raise row.error(f"low, likely and high must rise: {low:g}, {likely:g}, {high:g}.")
    return Range(low, likely, high)


def _check_field(row: Row, field: Field) -> None:
    """What a field's kind demands of the rest of it."""
    closed = field.kind in ("choice", "choices", "ranking")
    if closed != bool(field.options):
        raise row.error(f"{field.path}: a closed field, and only that, has options.")
    quantity = field.kind == "quantity"
    if quantity and (field.minimum is None or field.maximum is None or not field.unit):
        raise row.error(f"{field.path}: a quantity needs a unit, a minimum and a maximum.")
    default = field.default
    if default is None:
        return
    if (default.range is not None) != quantity:
        raise row.error(f"{field.path}: the default does not fit a {field.kind}.")
    if default.choice and default.choice not in field.option_keys:
        raise row.error(f"{field.path}: the default {default.choice!r} is not among the options.")
    if default.range and not _possible(default.range, field):
        raise row.error(f"{field.path}: the default lies outside minimum and maximum.")


def _possible(value: Range, field: Field) -> bool:
    low, high = field.minimum, field.maximum
    return low is not None and high is not None and low <= value.low and value.high <= high


def _check_paths(questions: QuestionSet) -> None:
    """Every field path once; every gate opens on an existing answer."""
    every = [m.key for m in questions.modality_options]
    asked = list(questions.asked(every))
    paths = [f.path for q in asked for f in q.fields]
    twice = sorted({p for p in paths if paths.count(p) > 1})
    if twice:
        raise ValueError(f"{NAME}: field paths appear twice: {', '.join(twice)}.")
    for question in asked:
        gate = question.gate
        if gate and gate.path not in paths:
            raise ValueError(f"{NAME}, {question.key}: no field is named {gate.path!r}.")
        if gate and not set(gate.values) <= set(questions.field(gate.path).option_keys):
            raise ValueError(f"{NAME}, {question.key}: the gate names unknown answers.")
