"""A saved version as a spreadsheet: every cost line as the formula that makes it.

Cells that are computed hold a formula and the value of the saved version, so that the totals are
those of the page when the file is opened, and follow when an input is changed. What is typed by
people is written as text, never as a formula.
"""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from app.reports.currency import DOLLARS, currency_of, speaking
from app.reports.words import day, rate_words

Json = dict[str, Any]
_MONEY = "#,##0;[Red]-#,##0"
_FACTOR = "#,##0.######"
_MISSING = "missing"


@dataclass(frozen=True)
class About:
    """What the first sheet says of a version, and the answers that it was made from.

    Attributes:
        headline: the recommendation in one sentence.
        answers: section, question, answer, and how good the answer is.
    """

    project: str
    number: int
    title: str
    saved_at: datetime
    headline: str
    answers: Sequence[tuple[str, str, str, str]]


def workbook(about: About, result: Json) -> bytes:
    """The file, in Office Open XML; equal versions give equal bytes.

    Sheets: Read me, Answers, Costs, Months, Scores, What would change, Sources.
    """
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties(
            {"title": about.project, "created": about.saved_at.replace(tzinfo=None)}
        )
        book.set_calc_mode("auto")
        sheets = _Sheets(book)
        front = sheets.add("Read me", (34, 18, 18, 18, 18, 30))
        _answers(sheets, about.answers)
        totals = _costs(sheets, result)
        _read_me(front, sheets, about, result, totals)
        _months(sheets, result)
        _scores(sheets, result)
        _changes(sheets, result)
        _sources(sheets, result)
    return out.getvalue()


class _Sheets:
    """The sheets of one file, and the few ways in which a cell is written."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.book = book
        self.head: Format = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
        self.bold: Format = book.add_format({"bold": True})
        self.money: Format = book.add_format({"num_format": _MONEY})
        self.total: Format = book.add_format({"num_format": _MONEY, "bold": True, "top": 1})
        self.factor: Format = book.add_format({"num_format": _FACTOR})
        self.input: Format = book.add_format({"num_format": _FACTOR, "bg_color": "#FFF3D6"})
        self.share: Format = book.add_format({"num_format": "0.0%"})
        self.value: Format = book.add_format({"num_format": "0.000"})
        self.wrap: Format = book.add_format({"text_wrap": True, "valign": "top"})

    def add(self, name: str, widths: Sequence[int]) -> Worksheet:
        """A new sheet with columns of these widths, in characters."""
        sheet = self.book.add_worksheet(name)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        return sheet

    def table(self, name: str, heads: Sequence[str], widths: Sequence[int]) -> Worksheet:
        """A new sheet whose first row names its columns and stays in sight."""
        sheet = self.add(name, widths)
        for column, head in enumerate(heads):
            sheet.write_string(0, column, head, self.head)
        sheet.freeze_panes(1, 0)
        return sheet


def _read_me(
    sheet: Worksheet, sheets: _Sheets, about: About, result: Json, totals: Mapping[str, str]
) -> None:
    versions = result["versions"]
    title = f": {about.title}" if about.title else ""
    lines = (
        about.project,
        f"Version {about.number}{title}, saved {day(about.saved_at)}.",
        about.headline,
        "",
        (
            "Sums are US dollars of today (net present value over the horizon). Likely: with every "
            "input at its likely value; it is the sum on the sheet Costs and follows when a yellow "
            "cell there is changed. P10, P50 and P90 come from "
            f"{versions['worlds']:,} plausible variations and do not follow."
        ),
        *([rate] if (rate := _rate_in_words(result)) else []),
        "At least: a price is missing, so the sum is a lower bound, never a 0.",
        (
            f"Engine {versions['engine']}, facts {versions['facts'][:23]}, weight set "
            f"{versions['weight_set']}, seed {versions['seed']}."
        ),
    )
    for row, line in enumerate(lines):
        sheet.write_string(row, 0, line, sheets.bold if row in (0, 2) else None)
    start = len(lines) + 1
    currency = currency_of(result)
    heads = ["Option", "Likely, USD", "P10", "P50", "P90", "Note"]
    if currency != DOLLARS:
        heads += [f"Likely, {currency.code}", f"USD for one {currency.code}"]
    for column, head in enumerate(heads):
        sheet.write_string(start, column, head, sheets.head)
    for row, option in enumerate(_priced(result), start + 1):
        sheet.write_string(row, 0, option["title"])
        sheet.write_formula(
            row, 1, f"=Costs!{totals[option['key']]}", sheets.money, option["likely_usd"]
        )
        for column, key in enumerate(("p10", "p50", "p90"), 2):
            sheet.write_number(row, column, option["tco_usd"][key], sheets.money)
        sheet.write_string(row, 5, _note(option))
        if currency != DOLLARS:
            likely, each = xl_rowcol_to_cell(row, 1), xl_rowcol_to_cell(row, 7)
            told = option["likely_usd"] / currency.usd_each
            sheet.write_formula(row, 6, f"={likely}/{each}", sheets.money, told)
            sheet.write_number(row, 7, currency.usd_each, sheets.input)


def _rate_in_words(result: Json) -> str:
    with speaking(currency_of(result)):
        return rate_words()


def _note(option: Json) -> str:
    notes = []
    if not option["feasible"]:
        notes.append(f"ruled out: {', '.join(rule['title'].lower() for rule in option['failed'])}")
    if option["at_least"]:
        notes.append("at least: a price is missing")
    return "; ".join(notes)


def _priced(result: Json) -> list[Json]:
    return [option for option in result["options"] if option["tco_usd"] is not None]


def _answers(sheets: _Sheets, answers: Sequence[tuple[str, str, str, str]]) -> None:
    heads = ("Section", "Question", "Answer", "How good")
    sheet = sheets.table("Answers", heads, (22, 60, 50, 18))
    for row, line in enumerate(answers, 1):
        for column, text in enumerate(line):
            sheet.write_string(row, column, text, sheets.wrap)


# ---- costs ---------------------------------------------------------------------------------------

_OPTION, _LINE, _PART, _INPUT, _VALUE, _UNIT, _USD, _SOURCE = range(8)


def _costs(sheets: _Sheets, result: Json) -> dict[str, str]:
    """The sheet of live formulas; returns option key → the cell of its total."""
    heads = ("Option", "Line", "Part", "Input", "Value", "Unit", "USD, likely", "Source")
    sheet = sheets.table("Costs", heads, (30, 34, 26, 52, 16, 20, 16, 60))
    row, totals = 1, {}
    for option in _priced(result):
        sheet.write_string(row, _OPTION, option["title"], sheets.bold)
        total, row = row, row + 1
        cells = []
        for line in option["cost_lines"]:
            if line["usd"] is not None or line["missing"]:
                cells.append(xl_rowcol_to_cell(row, _USD))
                row = _cost_line(sheet, sheets, row, line)
        label = "Total, at least" if option["at_least"] else "Total"
        sheet.write_string(total, _LINE, label, sheets.bold)
        _formula(sheet, total, f"=SUM({','.join(cells)})", option["likely_usd"], sheets.total)
        totals[option["key"]] = xl_rowcol_to_cell(total, _USD)
        row += 1
    return totals


def _cost_line(sheet: Worksheet, sheets: _Sheets, row: int, line: Json) -> int:
    """One line, its parts below it and their factors below these; returns the next free row."""
    own, row = row, row + 1
    sheet.write_string(own, _LINE, line["title"])
    sheet.write_string(own, _SOURCE, line["formula"])
    parts = []
    for product in line["products"]:
        parts.append(xl_rowcol_to_cell(row, _USD))
        row = _product(sheet, sheets, row, product)
    if line["usd"] is None:
        sheet.write_string(own, _USD, _MISSING)
    elif parts:
        _formula(sheet, own, f"=SUM({','.join(parts)})", line["usd"], sheets.money)
    else:
        sheet.write_number(own, _USD, line["usd"], sheets.money)
    return row


def _product(sheet: Worksheet, sheets: _Sheets, row: int, product: Json) -> int:
    own, row = row, row + 1
    sheet.write_string(own, _PART, product["what"])
    formula = "=1"
    for factor in product["factors"]:
        sheet.write_string(row, _INPUT, factor["name"])
        sheet.write_number(row, _VALUE, factor["value"], sheets.input)
        sheet.write_string(row, _UNIT, factor["unit"])
        sheet.write_string(row, _SOURCE, factor["source"])
        formula += ("/" if factor["divides"] else "*") + xl_rowcol_to_cell(row, _VALUE)
        row += 1
    _formula(sheet, own, formula, product["usd"], sheets.money)
    return row


def _formula(sheet: Worksheet, row: int, formula: str, usd: float, form: Format) -> None:
    sheet.write_formula(row, _USD, formula, form, usd)


# ---- the rest ------------------------------------------------------------------------------------


def _months(sheets: _Sheets, result: Json) -> None:
    """What has been paid by the end of each month, in the middle variation, with its chart."""
    options = [option for option in _priced(result) if option["cumulative_usd"]]
    heads = ("Month", *(option["title"] for option in options))
    sheet = sheets.table("Months", heads, (8, *(18 for _ in options)))
    chart = sheets.book.add_chart({"type": "line"})
    for column, option in enumerate(options, 1):
        paid = option["cumulative_usd"]
        for month, usd in enumerate(paid):
            sheet.write_number(month + 1, 0, month)
            sheet.write_number(month + 1, column, usd, sheets.money)
        chart.add_series(
            {
                "name": ["Months", 0, column],
                "categories": ["Months", 1, 0, len(paid), 0],
                "values": ["Months", 1, column, len(paid), column],
            }
        )
    chart.set_title({"name": "Paid by the end of each month, USD"})
    chart.set_size({"width": 900, "height": 480})
    if options:
        sheet.insert_chart(2, len(options) + 2, chart)


def _scores(sheets: _Sheets, result: Json) -> None:
    """Criteria by options: mean value from 0 to 1, weighted in a row below."""
    options = [option for option in result["options"] if option["feasible"]]
    heads = ("Criterion", "Weight", *(option["title"] for option in options))
    sheet = sheets.table("Scores", heads, (30, 10, *(18 for _ in options)))
    keys = list(options[0]["criteria"]) if options else []
    for row, key in enumerate(keys, 1):
        first = options[0]["criteria"][key]
        sheet.write_string(row, 0, first["title"])
        sheet.write_number(row, 1, first["weight"], sheets.share)
        for column, option in enumerate(options, 2):
            value = option["criteria"][key]["value"]
            if value is None:
                sheet.write_string(row, column, "not known")
            else:
                sheet.write_number(row, column, value, sheets.value)
    row = len(keys) + 1
    for label, key in (("Score, mean of all variations", "score"), ("Ranks first in", "first")):
        sheet.write_string(row, 0, label, sheets.bold)
        for column, option in enumerate(options, 2):
            value = option["score"] if key == "score" else next(iter(option["rank_shares"]), 0.0)
            form = sheets.value if key == "score" else sheets.share
            sheet.write_number(row, column, value, form)
        row += 1


def _changes(sheets: _Sheets, result: Json) -> None:
    heads = ("What", "Now", "Would have to become", "Unit", "Then best", "How sure you are of it")
    sheet = sheets.table("What would change", heads, (46, 16, 22, 20, 34, 30))
    titles = {option["key"]: option["title"] for option in result["options"]}
    for row, flip in enumerate(result["flips"], 1):
        sheet.write_string(row, 0, str(flip["what"]))
        for column, key in ((1, "now"), (2, "becomes")):
            _any(sheet, row, column, flip[key], sheets.factor)
        sheet.write_string(row, 3, str(flip["unit"]))
        sheet.write_string(row, 4, titles.get(flip["then_best"], str(flip["then_best"])))
        sheet.write_string(row, 5, str(flip["evidence"]))


def _any(sheet: Worksheet, row: int, column: int, value: object, form: Format) -> None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        sheet.write_number(row, column, value, form)
    elif value is not None:
        sheet.write_string(row, column, str(value))


def _sources(sheets: _Sheets, result: Json) -> None:
    heads = ("Input", "Value", "Unit", "Source", "As of", "Confidence")
    sheet = sheets.table("Sources", heads, (52, 16, 20, 90, 12, 12))
    for row, found in enumerate(_distinct(result), 1):
        name, value, *texts = found
        sheet.write_string(row, 0, name)
        _any(sheet, row, 1, value, sheets.factor)
        for column, text in enumerate(texts, 2):
            sheet.write_string(row, column, text)


def _distinct(result: Json) -> Iterator[tuple[str, object, str, str, str, str]]:
    """Every input with a source behind a cost line, each once."""
    seen = set()
    for option in _priced(result):
        for line in option["cost_lines"]:
            for term in line["inputs"]:
                row = (
                    str(term["name"]),
                    term["value"],
                    str(term["unit"]),
                    str(term["source"]),
                    str(term.get("as_of") or ""),
                    str(term.get("confidence") or ""),
                )
                if row not in seen:
                    seen.add(row)
                    yield row
