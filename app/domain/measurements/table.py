"""A small CSV for what was measured by any other means: a line of names and a line of values."""

import csv
from io import StringIO

from app.domain.measurements.run import (
    AT_ONCE,
    RATE,
    REQUESTS,
    TOKENS,
    Bounds,
    Run,
    as_day,
    malformed,
    one_line,
    read_number,
)

NEEDED = ("requests_per_second", "requests")
OPTIONAL = ("tokens_in", "tokens_out", "concurrency", "tool", "version", "model", "date")
COLUMNS = (*NEEDED, *OPTIONAL)


def table_run(text: str) -> Run:
    """The run in a CSV with the columns of `COLUMNS`; an empty field is one that nobody knows.

    Raises:
        InvalidAnswers: a column is missing, unknown or there twice; there is no line of values or
            more than one; or a value is impossible.
    """
    rows = _rows(text)
    header_line, header = rows[0]
    names = [name.strip().lower() for name in header]
    _check_names(header_line, names)
    if len(rows) != 2:
        line = rows[2][0] if len(rows) > 2 else header_line
        message = f"one line of values belongs under the names; there are {len(rows) - 1}."
        raise malformed(line, "", message)
    line, values = rows[1]
    if len(values) != len(names):
        message = f"{len(values)} values stand under {len(names)} names."
        raise malformed(line, "", message)
    return _run(line, dict(zip(names, (v.strip() for v in values), strict=True)))


def _run(line: int, row: dict[str, str]) -> Run:
    def number(name: str, bounds: Bounds) -> float | None:
        typed = row.get(name, "")
        return read_number(typed, bounds, line, name) if typed else None

    at_once = number("concurrency", AT_ONCE)
    return Run(
        requests_per_second=read_number(row["requests_per_second"], RATE, line, NEEDED[0]),
        tokens_in=number("tokens_in", TOKENS),
        tokens_out=number("tokens_out", TOKENS),
        at_once=at_once,
        conditions="offline" if at_once is None else "served",
        requests=int(read_number(row["requests"], REQUESTS, line, NEEDED[1])),
        tool=one_line(row.get("tool", "")) or "CSV",
        version=one_line(row.get("version", "")),
        model=one_line(row.get("model", "")),
        day=_day(line, row.get("date", "")),
    )


def _day(line: int, typed: str) -> str:
    if typed and not as_day(typed):
        raise malformed(line, "date", f"{one_line(typed)!r} is not a day such as 2026-11-24.")
    return as_day(typed)


def _rows(text: str) -> list[tuple[int, list[str]]]:
    """Each line that is not blank, with its number."""
    reader = csv.reader(StringIO(text), strict=True)
    try:
        rows = [(reader.line_num, row) for row in reader if any(field.strip() for field in row)]
    except csv.Error as error:
        raise malformed(reader.line_num, "", f"this is not CSV: {error}.") from None
    if not rows:
        raise malformed(1, "", "the file is empty.")
    return rows


def _check_names(line: int, names: list[str]) -> None:
    for name in names:
        if problem := _wrong_with(name, names):
            raise malformed(line, name, problem)
    for name in NEEDED:
        if name not in names:
            raise malformed(line, name, f"this column is missing. Known: {', '.join(COLUMNS)}.")


def _wrong_with(name: str, names: list[str]) -> str:
    if name not in COLUMNS:
        return f"no column is called so. Known: {', '.join(COLUMNS)}."
    return "this column is there twice." if names.count(name) > 1 else ""
