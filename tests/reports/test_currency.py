"""Money is converted where it is written, and only there."""

import io
import re
from typing import Any

import openpyxl
import pytest

from app import reference
from app.domain.questionnaire.reading import flattened, read_answers
from app.reports import terminal, words
from app.reports.currency import DOLLARS, Currency, currency_of, speaking
from app.reports.scales import money_ticks, nice_ticks
from app.services import assessments
from app.services.assessments import SavedAssessment
from app.services.projects import Project
from app.web.pages.cost_detail import cost_page
from app.web.pages.results import sample_page
from app.web.pages.spreadsheet import spreadsheet
from tests.builders import NOON

DATA = reference.load()
HALF = Currency("EUR", 2.0, "a bank", "2026-10-30")


@pytest.fixture(scope="module")
def saved() -> SavedAssessment:
    document: dict[str, Any] = reference.sample("hospital_group")
    document["answers"]["currency"] = {"code": "EUR", "usd_each": 2.0}
    result = assessments.compute(read_answers(document, DATA.questions), DATA, worlds=50)
    return SavedAssessment(
        project=Project(1, "Radiology", "", None, None, "hospital_group", NOON),
        number=1,
        title="",
        created_at=NOON,
        author="Ada",
        answers=flattened(document["answers"], DATA.questions),
        result=result,
        question_set=1,
        weight_set=1,
        facts_sha256="sha256:0",
        engine_version="9",
        seed=1,
    )


def test_a_sum_is_divided_by_the_rate_and_carries_the_code() -> None:
    with speaking(HALF):
        assert words.money(24_600) == "EUR 12,300"
        assert words.money_range(24_600, 2_800_000) == "EUR 12,300 to 1.40 million"
        assert words.unit_price(7.7) == "EUR 3.85"
        assert words.unit_price(0) == "EUR 0"
        assert words.money_short(500_000) == "250k"
        assert words.money(None) == words.NO_DATA
    assert words.money(24_600) == "USD 24,600", "only within the block"


def test_ticks_are_round_in_the_currency_that_is_read() -> None:
    with speaking(Currency("EUR", 1.1172)):
        ticks = money_ticks(0, 1_000_000)
        assert [words.money_short(t) for t in ticks] == [
            words.money_short(t * 1.1172) for t in nice_ticks(0, 1_000_000 / 1.1172)
        ]
        assert all(re.fullmatch(r"[\d.]{1,4}[kM]?", words.money_short(t)) for t in ticks)


def test_the_sentence_names_rate_source_and_day() -> None:
    with speaking(HALF):
        assert "2 US dollars for one EUR (a bank, 30 Oct 2026)" in words.rate_words()
    with speaking(Currency("CHF", 1.25)):
        assert "(your own rate)" in words.rate_words()
    assert words.rate_words() == ""


def test_results_of_earlier_engines_are_in_dollars() -> None:
    assert currency_of({}) == DOLLARS


def test_every_page_of_a_version_is_in_its_currency(saved: SavedAssessment) -> None:
    for page in (sample_page(saved, DATA.questions), cost_page(saved, back="/")):
        told = repr(page)
        assert len(re.findall(r"\bEUR [\d.,]+", told)) > 20
        # A vendor's tiers are named as the vendor publishes them.
        ours = re.sub(r"of the bill above USD", "", told)
        assert re.findall(r".{60}\bUSD [\d.,]+", ours) == []
        assert "2 US dollars for one EUR" in told


def test_the_terminal_and_the_spreadsheet_say_the_same_total(saved: SavedAssessment) -> None:
    best = saved.result["recommended"]["option"]
    (option,) = (o for o in saved.result["options"] if o["key"] == best)
    low = f"EUR {option['tco_usd']['p10'] / 2:,.0f}"
    assert low in terminal.in_words(saved.result)
    book = openpyxl.load_workbook(io.BytesIO(spreadsheet(saved, DATA.questions)), data_only=True)
    (row,) = (r for r in book["Read me"].iter_rows(values_only=True) if r[0] == option["title"])
    assert row[6] == pytest.approx(option["likely_usd"] / 2)
    assert row[7] == 2.0
    formulas = openpyxl.load_workbook(io.BytesIO(spreadsheet(saved, DATA.questions)))
    (row,) = (r for r in formulas["Read me"].iter_rows(values_only=True) if r[0] == option["title"])
    assert re.fullmatch(r"=B\d+/H\d+", str(row[6]))
