"""The file of sizing cases: what `validate --sizing` reads, and what ships.

YAML or JSON, a mapping with the list `cases`. What a case states as input is looked at when it
is computed, so that one unknown name stops no other case; here the frame of each is checked.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache

import yaml

from app.domain.errors import InvalidAnswers, Problem
from app.domain.facts import Source
from app.domain.validation.cases import KINDS, SizingCase
from app.reference.answers_file import plain_data
from app.reference.rows import Row, content

NAME = "sizing_cases.yaml"
MOST_CASES = 1_000
_NOT_USED = ("basis",)


@cache
def shipped() -> tuple[SizingCase, ...]:
    """The cases that ship, in the order of the file."""
    return read(content(NAME).decode())


def read(text: str) -> tuple[SizingCase, ...]:
    """The cases in `text`.

    Raises:
        InvalidAnswers: one problem for each bad case, which its path names; nothing is read then.
    """
    found: list[SizingCase] = []
    problems: list[Problem] = []
    for number, values in enumerate(_rows(text), start=1):
        try:
            case = _case(_name(number, values), values)
        except ValueError as error:
            where, _, message = str(error).partition(": ")
            problems.append(Problem(where, message))
            continue
        if any(other.id == case.id for other in found):
            problems.append(Problem(_name(number, values), "This id stands in the file twice."))
        found.append(case)
    if problems:
        raise InvalidAnswers(problems)
    return tuple(found)


def _rows(text: str) -> Sequence[object]:
    try:
        document = plain_data(text)
    except (yaml.YAMLError, RecursionError) as error:
        raise InvalidAnswers([Problem("file", f"It is neither YAML nor JSON: {error}")]) from error
    rows = document.get("cases") if isinstance(document, Mapping) else None
    if not isinstance(rows, list) or not rows:
        message = "It must be a mapping whose key cases holds a list of cases."
        raise InvalidAnswers([Problem("file", message)])
    if len(rows) > MOST_CASES:
        message = f"It has {len(rows):,} cases; at most {MOST_CASES:,} are read at once."
        raise InvalidAnswers([Problem("file", message)])
    return rows


def _name(number: int, row: object) -> str:
    key = row.get("id") if isinstance(row, Mapping) else None
    return f"case {number} ({str(key)[:60]})" if key else f"case {number}"


def _case(where: str, values: object) -> SizingCase:
    if not isinstance(values, Mapping):
        raise ValueError(f"{where}: it must be a mapping.")  # noqa: TRY004  # as the rest
    row = Row(where, {str(key): value for key, value in values.items() if value is not None})
    inputs = values.get("input")
    if not isinstance(inputs, Mapping):
        raise row.error("input must be a mapping of names to values.")
    tolerance = row.optional_number("tolerance_pct")
    case = SizingCase(
        id=row.text("id"),
        kind=row.one_of("kind", KINDS) if row.has("kind") else "core",
        title=row.optional_text("title"),
        inputs={str(key): value for key, value in inputs.items()},
        metric=row.text("metric"),
        unit=row.text("unit"),
        published=row.optional_number("published"),
        tolerance=None if tolerance is None else tolerance / 100,
        is_tuned=_tuned(row, inputs),
        source=Source(row.optional_text("url"), _dated(row, values), "medium"),
        note=row.optional_text("note"),
    )
    for name in ("input", *_NOT_USED):
        row.ignore(name)
    row.finish()
    return case


def _tuned(row: Row, inputs: Mapping[object, object]) -> bool | None:
    """As the case says; one that is held out is not; else nobody says."""
    if row.has("tuned"):
        return row.flag("tuned")
    return False if inputs.get("holdout") is True else None


def _dated(row: Row, values: Mapping[object, object]) -> str:
    """The date as text: YAML reads a whole one as a date and a year as a number."""
    row.ignore("as_of")
    value = values.get("as_of")
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else str(value)
