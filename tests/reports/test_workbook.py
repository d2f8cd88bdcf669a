"""The spreadsheet: its formulas give what it shows, and what it shows is the version."""

import io
import re
from datetime import UTC, datetime
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from app import reference
from app.domain.questionnaire.reading import read_answers
from app.reports.workbook import About, workbook
from app.services import assessments
from tests.domain.builders import a_decided_document

HOSTILE = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x")', "http://x", "{=1}")


@pytest.fixture(scope="module")
def result() -> dict[str, Any]:
    facts = reference.load()
    answers = read_answers(a_decided_document(), facts.questions)
    return assessments.compute(answers, facts, worlds=200)


def an_about(text: str = "Radiology") -> About:
    return About(
        project=text,
        number=3,
        title=text,
        saved_at=datetime(2026, 11, 24, 12, tzinfo=UTC),
        headline=text,
        answers=((text, text, text, text),),
    )


def opened(content: bytes, *, values: bool) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content), data_only=values)


def computed(sheet: Worksheet, cell: str) -> float:
    """What a spreadsheet would compute in this cell: our formulas sum, multiply and divide."""
    found = sheet[cell].value
    if not (isinstance(found, str) and found.startswith("=")):
        assert isinstance(found, int | float), (cell, found)
        return float(found)
    if inner := re.fullmatch(r"=SUM\(([A-Z\d,]+)\)", found):
        cells = inner[1].split(",")
        return sum(
            computed(sheet, c)
            for c in cells
            if not isinstance(sheet[c].value, str) or sheet[c].value.startswith("=")
        )
    total = 1.0
    assert re.fullmatch(r"=1([*/][A-Z]+\d+)+", found), found
    for sign, cell_name in re.findall(r"([*/])([A-Z]+\d+)", found):
        value = computed(sheet, cell_name)
        total = total * value if sign == "*" else total / value
    return total


def test_every_formula_gives_the_value_that_is_kept_beside_it(result: dict[str, Any]) -> None:
    content = workbook(an_about(), result)
    formulas, kept = opened(content, values=False)["Costs"], opened(content, values=True)["Costs"]
    checked = 0
    for row in formulas.iter_rows():
        for cell in row:
            if cell.data_type == "f":
                value = kept[cell.coordinate].value
                assert computed(formulas, cell.coordinate) == pytest.approx(value, rel=1e-6, abs=1)
                checked += 1
    assert checked > 50


def test_the_totals_are_those_of_the_result(result: dict[str, Any]) -> None:
    content = workbook(an_about(), result)
    front, costs = opened(content, values=True)["Read me"], opened(content, values=False)["Costs"]
    formulas = opened(content, values=False)["Read me"]
    rows = {row[0].value: row for row in front.iter_rows()}
    priced = [option for option in result["options"] if option["tco_usd"]]
    assert len(priced) > 3
    for option in priced:
        row = rows[option["title"]]
        assert row[1].value == option["likely_usd"]
        assert [cell.value for cell in row[2:5]] == [
            option["tco_usd"][key] for key in ("p10", "p50", "p90")
        ]
        link = formulas[row[1].coordinate].value
        total = computed(costs, link.removeprefix("=Costs!"))
        assert total == pytest.approx(option["likely_usd"], rel=1e-6)


def test_a_missing_price_is_called_missing_and_the_total_a_least(result: dict[str, Any]) -> None:
    changed = {**result, "options": [dict(option) for option in result["options"]]}
    option = next(o for o in changed["options"] if o["tco_usd"])
    option["at_least"] = True
    lines = option["cost_lines"] = [dict(line) for line in option["cost_lines"]]
    lines[0] |= {"usd": None, "missing": True, "products": []}
    costs = opened(workbook(an_about(), changed), values=True)["Costs"]
    texts = {str(cell.value) for row in costs.iter_rows() for cell in row}
    assert {"missing", "Total, at least"} <= texts
    assert "at least" in str(
        opened(workbook(an_about(), changed), values=True)["Read me"]["F10"].value
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_what_people_type_is_text_and_no_formula(result: dict[str, Any], text: str) -> None:
    book = opened(workbook(an_about(text), result), values=False)
    cells = [
        cell for name in ("Read me", "Answers") for row in book[name].iter_rows() for cell in row
    ]
    typed = [cell for cell in cells if cell.value == text]
    assert len(typed) >= 5
    assert {cell.data_type for cell in typed} == {"s"}
    assert not any(cell.hyperlink for cell in cells)
    formulas = {cell.value for cell in cells if cell.data_type == "f"}
    assert all(str(formula).startswith("=Costs!") for formula in formulas)


def test_equal_versions_are_equal_bytes(result: dict[str, Any]) -> None:
    assert workbook(an_about(), result) == workbook(an_about(), result)


def test_a_version_that_nothing_suits_opens_too(result: dict[str, Any]) -> None:
    none = {**result, "options": [], "flips": []}
    assert opened(workbook(an_about(), none), values=True)["Costs"].max_row == 1
