"""One version on the page, in the API, as CSV and as a spreadsheet: the same totals."""

import csv
import io

import openpyxl
import pytest
from fastapi import FastAPI
from sqlalchemy import select

from app.main import assemble
from app.persistence.engine import Database
from app.persistence.tables import PersonRow
from app.reports.words import money
from app.services.people import Person
from app.settings import Settings
from tests.answering import start_with_enough, words
from tests.web_client import Client


@pytest.fixture
def app(database: Database) -> FastAPI:
    return assemble(Settings(worlds=200), database)


@pytest.fixture
def version(signed_in: Client) -> str:
    project = start_with_enough(signed_in)
    assert signed_in.post(f"{project}/versions", data={"title": "First"}).status_code == 303
    return f"{project}/versions/1"


def totals(content: bytes) -> dict[str, list[float]]:
    """Option → likely, P10, P50 and P90, as the first sheet shows them."""
    sheet = openpyxl.load_workbook(io.BytesIO(content), data_only=True)["Read me"]
    rows = [[cell.value for cell in row[:5]] for row in sheet.iter_rows()]
    return {
        str(title): [float(str(n)) for n in numbers]
        for title, *numbers in rows
        if all(isinstance(n, int | float) for n in numbers)
    }


def test_page_json_csv_and_spreadsheet_say_the_same_totals(signed_in: Client, version: str) -> None:
    page = words(signed_in.page(version))
    rows = totals(signed_in.get(f"{version}/footing.xlsx").content)
    lines = list(csv.DictReader(io.StringIO(signed_in.get(f"{version}/costs.csv").text)))
    with signed_in.database.reading() as db:
        row = db.scalars(select(PersonRow)).one()
    signed_in.hold_token(Person(row.id, row.name, row.is_administrator))
    result = signed_in.get(f"/api/v1{version}").json()
    options = {o["title"]: o for o in result["options"] if o["tco_usd"]}
    assert rows.keys() == options.keys()
    assert len(rows) > 3
    for title, (likely, low, middle, high) in rows.items():
        found = options[title]
        assert (low, middle, high) == tuple(found["tco_usd"][k] for k in ("p10", "p50", "p90"))
        assert likely == found["likely_usd"]
        of_option = [float(x["usd"]) for x in lines if x["option_title"] == title and x["usd"]]
        assert sum(of_option) == pytest.approx(likely, rel=1e-6)
        if found["feasible"]:
            assert money(middle) in page


def test_the_files_have_names_and_types_of_their_own(signed_in: Client, version: str) -> None:
    sheet = signed_in.get(f"{version}/footing.xlsx")
    table = signed_in.get(f"{version}/costs.csv")
    assert sheet.headers["content-disposition"].endswith('-1.xlsx"')
    assert sheet.headers["content-type"].endswith("spreadsheetml.sheet")
    assert table.headers["content-disposition"].endswith('-1.csv"')
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    assert signed_in.get(f"{version[:-1]}9/footing.xlsx").status_code == 404
