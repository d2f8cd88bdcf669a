"""An answer as a person reads it."""

from app.domain.questionnaire.questions import Field
from app.web import forms
from app.web.forms import Raw

NOT_ANSWERED = "Not answered"
DO_NOT_KNOW = "I do not know"

_UNITS = {
    "MP": "megapixels",
    "ms": "milliseconds",
    "s": "seconds",
    "frames/s": "frames a second",
    "USD/hour": "USD an hour",
}


def answer(field: Field, raw: Raw) -> str:
    """Any answer, with its evidence grade; also that there is none, or that it is not known."""
    if forms.is_blank(raw):
        return NOT_ANSWERED
    if forms.is_unknown(raw):
        return DO_NOT_KNOW
    grade = forms.evidence_of(raw)
    return f"{said(field, raw)}, {grade}" if grade else said(field, raw)


def said(field: Field, raw: Raw) -> str:
    """An answer that is neither blank nor "I do not know", without its evidence grade."""
    return _quantity(field, raw) if field.kind == "quantity" else _labels(field, raw)


def _quantity(field: Field, raw: Raw) -> str:
    low, likely, high = (forms.part_of(raw, part, field) for part in forms.PARTS)
    unit = "%" if field.percent and "%" not in likely else unit_in_words(field.unit)
    between = f" ({low} to {high})" if low and high else ""
    return f"{likely}{between} {unit}".strip()


def _labels(field: Field, raw: Raw) -> str:
    labels = {option.key: option.label for option in field.options}
    return ", ".join(labels.get(key, key.capitalize()) for key in forms.chosen_of(raw))


def unit_in_words(unit: str) -> str:
    """`images/day` as a person says it: `images a day`."""
    return _UNITS.get(unit, unit.replace("/", " a "))
