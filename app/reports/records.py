"""Records as a file that is written bit by bit: CSV for a spreadsheet, JSON lines for a program."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal, TypeAlias

from app.reports.cells import cell

Record: TypeAlias = Mapping[str, str | int]
Form: TypeAlias = Literal["csv", "jsonl"]


def head(form: Form, columns: Sequence[str]) -> str:
    """What stands before the first record."""
    return _csv([columns]) if form == "csv" else ""


def body(form: Form, records: Iterable[Record]) -> str:
    """Some more records, each with the columns of the head in their order."""
    return _BODY[form](records)


def _csv_body(records: Iterable[Record]) -> str:
    return _csv([cell(value) for value in record.values()] for record in records)


def _jsonl_body(records: Iterable[Record]) -> str:
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


def _csv(rows: Iterable[Iterable[object]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()


_BODY: Mapping[Form, Callable[[Iterable[Record]], str]] = {
    "csv": _csv_body,
    "jsonl": _jsonl_body,
}
