"""The file of buy-or-rent scenarios: what `validate --tco` reads, and what ships.

YAML or JSON, a mapping with the list `scenarios`. A scenario with an unknown name or an impossible
value is not computed and says so; it stops no other one. A file that holds no such list, or the
same id twice, is not read at all.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import cache
from typing import Any

import yaml

from app.domain.errors import InvalidAnswers, Problem
from app.domain.validation import consistency
from app.domain.validation.tco import FIGURES, USUAL_TOLERANCE, Owned, TcoCase
from app.reference.answers_file import plain_data
from app.reference.rows import content

NAME = "tco_cases.yaml"
MOST_SCENARIOS = 1_000

_HORIZON = ("years", "months", "hours")
_NUMBERS = (
    *_HORIZON, "hours_per_year", "hours_per_month", "hours_per_day", "discount_rate",
    "throughput_tokens_per_second", "tolerance_pct",
)  # fmt: skip
_PARTS: Mapping[str, tuple[str, ...]] = {
    "owned": tuple(field.name for field in fields(Owned)),
    "cloud": ("usd_per_hour",),
    "api": ("usd_per_mtok",),
    "published": (*FIGURES, "tolerance_pct"),
}
# What says where a scenario comes from and what it leaves out; nothing is computed with it.
_WORDS = ("kind", "title", "url", "as_of", "evidence", "left_out", "note")
INCONSISTENT = "inconsistent"
_MAY_BE_0 = ("discount_rate", "tolerance_pct")
_NOT_ABOVE_1 = ("maintenance_share_per_year", "residual_share", "discount_rate")


NOTHING_STATED = consistency.Stated()


@dataclass(frozen=True)
class Restored:
    """A scenario with what its study leaves out put back, and where that comes from."""

    title: str
    case: TcoCase
    source: str
    as_of: str


@dataclass(frozen=True)
class Scenario:
    """One scenario of a file.

    Attributes:
        case: None where it cannot be computed; then `notes` say why.
        notes: machine words and sentences.
        kind: `inconsistent` for a study that does not agree with itself.
        stated: what the consistency of the study is judged by.
    """

    id: str
    case: TcoCase | None
    notes: tuple[str, ...] = ()
    kind: str = ""
    title: str = ""
    url: str = ""
    as_of: str = ""
    evidence: str = ""
    left_out: str = ""
    note: str = ""
    stated: consistency.Stated = NOTHING_STATED
    restored: tuple[Restored, ...] = ()


@cache
def shipped() -> tuple[Scenario, ...]:
    """The scenarios that ship, in the order of the file."""
    return read(content(NAME).decode())


def read(text: str) -> tuple[Scenario, ...]:
    """The scenarios in `text`.

    Raises:
        InvalidAnswers: it holds no list of scenarios, or one without an id, or an id twice.
    """
    rows = _rows(text)
    problems: list[Problem] = []
    seen: set[str] = set()
    for number, row in enumerate(rows, start=1):
        where = f"scenario {number}"
        if not isinstance(row, Mapping):
            problems.append(Problem(where, "It must be a mapping."))
        elif not isinstance(row.get("id"), str | int) or not str(row["id"]).strip():
            problems.append(Problem(where, "It has no id: give it a name of its own."))
        elif str(row["id"]) in seen:
            problems.append(Problem(where, f"The id {str(row['id'])[:60]} stands in it twice."))
        else:
            seen.add(str(row["id"]))
    if problems:
        raise InvalidAnswers(problems)
    return tuple(_scenario(row) for row in rows)


def _rows(text: str) -> Sequence[Any]:
    try:
        document = plain_data(text)
    except (yaml.YAMLError, RecursionError) as error:
        raise InvalidAnswers([Problem("file", f"It is neither YAML nor JSON: {error}")]) from error
    rows = document.get("scenarios") if isinstance(document, Mapping) else None
    if not isinstance(rows, list) or not rows:
        message = "It must be a mapping whose key scenarios holds a list of scenarios."
        raise InvalidAnswers([Problem("file", message)])
    if len(rows) > MOST_SCENARIOS:
        message = f"It has {len(rows):,} scenarios; at most {MOST_SCENARIOS:,} are read at once."
        raise InvalidAnswers([Problem("file", message)])
    return rows


def _scenario(row: Mapping[str, Any]) -> Scenario:
    notes = tuple(_faults(row))
    kind, title, url, as_of, evidence, left_out, note = (_word(row.get(name)) for name in _WORDS)
    return Scenario(
        id=str(row["id"]),
        case=None if notes else _case(row),
        notes=notes,
        kind=kind,
        title=title,
        url=url,
        as_of=as_of,
        evidence=evidence,
        left_out=left_out,
        note=note,
        stated=NOTHING_STATED if notes else _stated(row.get("check") or {}),
        restored=() if notes else tuple(_restored(row, s) for s in row.get("restored") or ()),
    )


def _word(value: object) -> str:
    """A text; YAML reads a whole date as one and a year as a number."""
    return value.isoformat() if isinstance(value, date) else "" if value is None else str(value)


def _stated(check: Mapping[str, Any]) -> consistency.Stated:
    values: dict[str, Any] = dict(check)
    for name in ("accelerator", "prices_as_of"):
        values[name] = _word(values.get(name))
    return consistency.Stated(**values)


# ---- what is wrong with a scenario ---------------------------------------------------------------


def _faults(row: Mapping[str, Any]) -> Iterator[str]:
    """For each mistake a machine word and a sentence."""
    for name, value in row.items():
        if name in _PARTS:
            yield from _part_faults(name, value)
        elif name in _NUMBERS:
            yield from _number_faults(name, name, value)
        elif name not in ("id", "check", "restored", *_WORDS):
            yield from _unknown(name, name, (*_NUMBERS, *_PARTS))
    given = [name for name in _HORIZON if row.get(name) is not None]
    if len(given) > 1:
        yield f"invalid_input:{given[1]}"
        yield f"Give one of years, months and hours, not {' and '.join(given)}."
    if isinstance(row.get("hours_per_day"), int | float) and row["hours_per_day"] > 24:
        yield "invalid_input:hours_per_day"
        yield "hours_per_day: a day has 24 hours."
    yield from _check_faults(row.get("check"))
    yield from _restored_faults(row)


def _part_faults(part: str, value: object) -> Iterator[str]:
    if value is None:
        return
    if not isinstance(value, Mapping):
        yield f"invalid_input:{part}"
        yield f"{part}: it must be a mapping of names to numbers, not {value!r}."
        return
    for name, number in value.items():
        if name in _PARTS[part]:
            yield from _number_faults(str(name), f"{part}.{name}", number, part)
        else:
            yield from _unknown(str(name), f"{part}.{name}", _PARTS[part])


def _unknown(name: object, where: str, known: Sequence[str]) -> Iterator[str]:
    yield f"unknown_input:{name}"
    yield f"{where}: no input is called so. Known: {', '.join(known)}."


def _number_faults(name: str, where: str, value: object, part: str = "") -> Iterator[str]:
    if value is None:
        return
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not math.isfinite(float(value)):  # type: ignore[arg-type]  # is a number
        yield f"invalid_input:{name}"
        yield f"{where}: it must be a finite number, not {value!r}."
        return
    problem = _out_of_bounds(name, float(value), part)  # type: ignore[arg-type]  # is a number
    if problem:
        yield f"invalid_input:{name}"
        yield f"{where}: {problem}, not {value!r}."


def _out_of_bounds(name: str, value: float, part: str) -> str:
    if part == "published" and name != "tolerance_pct":
        return "" if value else "a published figure of 0 has no relative error; leave it out"
    if value < 0:
        return "it must not be negative"
    if value == 0 and not part and name not in _MAY_BE_0:
        return "it must be above 0"
    if name in _NOT_ABOVE_1 and value > 1:
        return "it is a share, at most 1"
    if name == "pue" and value < 1:
        return "a PUE is at least 1"
    return ""


def _check_faults(check: object) -> Iterator[str]:
    known = tuple(field.name for field in fields(consistency.Stated))
    if check is None:
        return
    if not isinstance(check, Mapping):
        yield "invalid_input:check"
        yield "check: it must be a mapping."
        return
    for name, value in check.items():
        if name not in known:
            yield from _unknown(name, f"check.{name}", known)
        elif name not in ("accelerator", "prices_as_of"):
            yield from _number_faults(str(name), f"check.{name}", value, "check")


def _restored_faults(row: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with the steps: each has title, source, date, and inputs of a scenario."""
    steps = row.get("restored")
    if steps is None:
        return
    if not isinstance(steps, list) or not all(isinstance(step, Mapping) for step in steps):
        yield "invalid_input:restored"
        yield "restored: it must be a list of steps, each a mapping."
        return
    for step in steps:
        for name in ("title", "source", "as_of"):
            if not step.get(name):
                yield "invalid_input:restored"
                yield f"restored.{name}: every step needs one."
        inputs = {
            k: v for k, v in step.items() if k not in ("title", "source", "as_of", "restored")
        }
        yield from _faults(inputs)


# ---- a scenario that can be computed -------------------------------------------------------------


def _case(row: Mapping[str, Any]) -> TcoCase:
    numbers = {
        name: float(row[name])
        for name in ("hours_per_day", "discount_rate", "hours_per_year", "hours_per_month")
        if row.get(name) is not None
    }
    published = dict(row.get("published") or {})
    percent = row.get("tolerance_pct", published.pop("tolerance_pct", None))
    case = TcoCase(
        id=str(row["id"]),
        owned=_owned(row.get("owned")),
        cloud_usd_per_hour=_of(row, "cloud", "usd_per_hour"),
        api_usd_per_mtok=_of(row, "api", "usd_per_mtok"),
        tokens_per_second=row.get("throughput_tokens_per_second"),
        published={k: float(v) for k, v in published.items() if v is not None},
        tolerance=USUAL_TOLERANCE if percent is None else percent / 100,
        **numbers,
    )
    return _over(case, row)


def _over(case: TcoCase, row: Mapping[str, Any]) -> TcoCase:
    """The case over its horizon."""
    hours = {"years": case.hours_per_year, "months": case.hours_per_month, "hours": 1.0}
    given = next((name for name in _HORIZON if row.get(name) is not None), None)
    if given is None:
        return case
    return TcoCase(**{**vars(case), "hours": row[given] * hours[given]})


def _owned(values: Mapping[str, Any] | None) -> Owned | None:
    if not values:
        return None
    return Owned(**{name: float(v) for name, v in values.items() if v is not None})


def _of(row: Mapping[str, Any], part: str, name: str) -> float | None:
    value = (row.get(part) or {}).get(name)
    return None if value is None else float(value)


def _restored(row: Mapping[str, Any], step: Mapping[str, Any]) -> Restored:
    """The scenario with the step's inputs in place of its own; it prints no figure of its own."""
    changed = {name: value for name, value in row.items() if name != "published"}
    for name in (*_PARTS, *_NUMBERS):
        if name in step:
            inner = step[name]
            old = changed.get(name)
            both = isinstance(inner, Mapping) and isinstance(old, Mapping)
            changed[name] = {**old, **inner} if both else inner  # type: ignore[dict-item]  # both are mappings
    return Restored(step["title"], _case(changed), step["source"], _word(step["as_of"]))
