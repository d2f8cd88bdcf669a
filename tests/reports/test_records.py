import csv
import io
import json

from app.reports import records
from app.reports.records import Record

COLUMNS = ("line", "why")
HOSTILE = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "\0=1",
    "\uff1d1",
    'a","=1+1',
    "a\n=1+1",
    '=HYPERLINK("https://evil.example")',
]


def _written(form: records.Form, texts: list[str]) -> str:
    return records.head(form, COLUMNS) + records.body(form, _rows(texts))


def _rows(texts: list[str]) -> list[Record]:
    return [{"line": i, "why": text} for i, text in enumerate(texts)]


def test_no_text_is_a_formula_in_a_spreadsheet_and_numbers_stay_numbers() -> None:
    rows = list(csv.reader(io.StringIO(_written("csv", HOSTILE), newline="")))
    assert rows[0] == ["line", "why"]
    assert [row[0] for row in rows[1:]] == [str(i) for i in range(len(HOSTILE))]
    for (_, cell), text in zip(rows[1:], HOSTILE, strict=True):
        starts_safely = text.startswith("a")
        assert cell == (text if starts_safely else f"'{text}")


def test_a_program_reads_what_was_there_line_by_line() -> None:
    lines = _written("jsonl", HOSTILE).splitlines()
    assert [json.loads(line)["why"] for line in lines] == HOSTILE


def test_parts_follow_one_another_without_a_second_head() -> None:
    whole = _written("csv", ["one", "two"])
    first, second = _rows(["one", "two"])
    parts = [records.body("csv", [row]) for row in (first, second)]
    assert records.head("csv", COLUMNS) + "".join(parts) == whole
