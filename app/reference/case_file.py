"""The file of cases: what `backtest FILE` reads, an import checks and an export writes.

YAML or JSON, a list of rows. A column that is null or absent is unknown. Some columns are
known and not used: they restate the decision, or nobody could have said them beforehand.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import yaml

from app.domain.cases import Case
from app.domain.errors import InvalidAnswers, Problem
from app.reference.answers_file import plain_data
from app.reference.published_cases import read_case
from app.reference.rows import Row

# Column of the file → attribute of a case, in the order in which an export writes them.
COLUMNS: Mapping[str, str] = {
    "id": "id",
    "organisation": "organisation",
    "industry": "industry",
    "region": "region",
    "country": "country",
    "org_size": "organisation_size",
    "years": "years",
    "decision": "decision",
    "direction": "direction",
    "decision_scope": "decision_scope",
    "ai_relevance": "ai_relevance",
    "modalities": "modalities",
    "workload": "workload",
    "data_sensitivity": "data_sensitivity",
    "regulations": "regulations",
    "data_volume_tb": "data_volume_tb",
    "gpus": "gpus",
    "load_profile": "load_profile",
    "growth": "growth",
    "existing_datacentre": "existing_datacentre",
    "team_ops_skill": "team_skill",
    "latency_need": "latency_need",
    "drivers": "drivers",
    "outcome": "outcome",
    "summary": "summary",
    "source_title": "source_title",
    "source_url": "source_url",
    "source_type": "source_type",
}
_ALSO = ("source_date", "confidence")
_NOT_USED = (
    "integration_constraints",
    "budget_preference",
    "source_url_2",
    "source_excerpt_evidence",
)
MOST_CASES = 5_000


def read(text: str, *, is_complete: bool) -> tuple[Case, ...]:
    """The cases in `text`.

    Args:
        is_complete: also refuse a case without its story, source, date or type.

    Raises:
        InvalidAnswers: one problem for each bad row, which its path names; nothing is read then.
    """
    rows = _rows(text)
    found: list[Case] = []
    problems: list[Problem] = []
    seen: set[str] = set()
    for number, row in enumerate(rows, start=1):
        try:
            case = _case(number, row, is_complete=is_complete)
        except ValueError as error:
            where, _, message = str(error).partition(": ")
            problems.append(Problem(where, re.sub(r"^as_of\b", "source_date", message)))
            continue
        if case.id in seen:
            problems.append(Problem(_name(number, row), "This id stands in the file twice."))
        seen.add(case.id)
        found.append(case)
    if problems:
        raise InvalidAnswers(problems)
    return tuple(found)


def _rows(text: str) -> Sequence[object]:
    try:
        document = plain_data(text)
    except yaml.YAMLError as error:
        raise InvalidAnswers([Problem("file", f"It is neither YAML nor JSON: {error}")]) from error
    if not isinstance(document, list) or not document:
        raise InvalidAnswers([Problem("file", "It must be a list of cases, one row each.")])
    if len(document) > MOST_CASES:
        message = f"It has {len(document):,} cases; at most {MOST_CASES:,} are read at once."
        raise InvalidAnswers([Problem("file", message)])
    return document


def _name(number: int, row: object) -> str:
    key = row.get("id") if isinstance(row, Mapping) else None
    # What no page could show, such as half a character, is left to the complaint to quote.
    is_shown = key and str(key).isprintable()
    return f"case {number} ({str(key)[:60]})" if is_shown else f"case {number}"


def _case(number: int, values: object, *, is_complete: bool) -> Case:
    where = _name(number, values)
    if not isinstance(values, Mapping):
        raise ValueError(f"{where}: it must be a mapping of columns to values.")  # noqa: TRY004  # as the rest
    known = (*COLUMNS, *_ALSO, *_NOT_USED)
    if strange := [str(key)[:40] for key in values if key not in known]:
        raise ValueError(f"{where}: unknown column {strange[0]!r}. Known: {', '.join(known)}.")
    row = Row(where, dict(_given(values)))
    case = read_case(row, is_complete=is_complete)
    row.finish()
    return case


def _given(values: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    """Column → value of what is stated, named as in our own table."""
    for key, value in values.items():
        if value is None or key in _NOT_USED:
            continue
        if key in ("source_date", "years"):
            text = value.isoformat() if isinstance(value, date) else str(value)
            yield ("as_of" if key == "source_date" else key), text
        else:
            yield key, value


def written(cases: Sequence[Case]) -> str:
    """The file of `cases`, which `read` reads back as they are."""
    return of_rows([row(case) for case in cases])


def of_rows(rows: Sequence[Mapping[str, Any]]) -> str:
    """The file of `rows`, whatever stands in them."""
    return yaml.safe_dump(list(rows), allow_unicode=True, sort_keys=False, width=100)


def row(case: Case) -> dict[str, Any]:
    """A case as a row of the file: column → value, null for what is unknown."""
    return {
        **{column: _plain(getattr(case, name)) for column, name in COLUMNS.items()},
        "source_date": case.source.as_of or None,
        "confidence": case.source.confidence,
    }


def case_of(values: Mapping[str, Any]) -> Case:
    """The case in one row of the file that was written before."""
    return _case(1, values, is_complete=True)


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return list(value) or None
    return None if value == "" else value
