"""Cost lines: old prices are marked, what is nothing says why, and no price reads as nothing."""

import copy
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

import pytest

from app.web.pages.costs import (
    CostSheet,
    Input,
    cost_sheets,
    is_old_price,
    old_prices,
    price_age,
    yardsticks,
)
from app.web.pages.results import _cost_title
from tests.domain.builders import a_document, assessed

Json = dict[str, Any]
SAVED = date(2026, 11, 25)


@pytest.fixture(scope="module")
def whole() -> Json:
    return assessed(a_document(priorities=["cost"]), 200)


def shown(sheets: Iterable[CostSheet]) -> Iterator[Input]:
    for sheet in sheets:
        for line in sheet.lines:
            yield from line.inputs


def price(**changed: str) -> Json:
    return {
        "name": "A price",
        "value": 1.0,
        "unit": "USD/GB-month",
        "source": "A page",
        "as_of": "2026-08-26",
        "confidence": "high",
        **changed,
    }


@pytest.mark.parametrize(
    ("changed", "old"),
    [
        ({"as_of": "2026-08-27"}, False),  # 90 days
        ({"as_of": "2026-08-26"}, True),  # 91 days
        ({"as_of": "2026"}, True),
        ({"as_of": "2026-11"}, False),
        ({"as_of": "2020", "unit": "share"}, False),
        ({"as_of": "2020", "unit": "USD a year"}, False),
        ({"as_of": "2020", "source": "judgement: ours"}, False),
        ({"as_of": ""}, False),
    ],
)
def test_a_price_is_old_ninety_days_before_the_version_was_saved(
    changed: dict[str, str], *, old: bool
) -> None:
    assert is_old_price(price(**changed), SAVED) == old


@pytest.mark.parametrize(
    ("as_of", "age"),
    [
        ("2026-10-11", ""),  # 45 days
        ("2026-10-10", "over 45 days"),
        ("2026-08-27", "over 45 days"),  # 90 days
        ("2026-08-26", "over 90 days"),
    ],
)
def test_a_price_warns_after_45_and_after_90_days(as_of: str, age: str) -> None:
    assert price_age(price(as_of=as_of), SAVED) == age


def test_its_age_is_that_on_the_day_of_saving_not_of_reading() -> None:
    assert not is_old_price(price(), date(2026, 9, 1))


def test_the_sentence_counts_what_the_lines_mark(whole: Json) -> None:
    sheets = cost_sheets(whole, SAVED)
    marked = {(row.name, row.dated) for row in shown(sheets) if row.age == "over 90 days"}
    assert marked
    said = old_prices(whole, SAVED)
    assert said.startswith(f"{len(marked)} of the ")
    assert "2024" in said, "the oldest is a plan of support"
    assert old_prices(whole, date(2020, 1, 1)) == ""
    assert any(row.age for row in yardsticks(whole, date(2028, 1, 1)))


def test_every_line_names_the_discount_rate_and_what_follows_the_volume_its_growth(
    whole: Json,
) -> None:
    for sheet in cost_sheets(whole, SAVED):
        for line in sheet.lines:
            assert line.summed.startswith("Over 36 months"), line.title
            assert line.summed.endswith("discounted at 8% a year."), line.title
            if line.title in ("Managed AI services", "GPU rent", "Data leaving the cloud"):
                assert "the volume growing " in line.summed


def test_no_price_on_a_sheet_reads_as_nothing(whole: Json) -> None:
    for row in shown(cost_sheets(whole, SAVED)):
        if ("USD" in row.value and not row.value.startswith("USD 0")) or "0." in row.value:
            assert any(c in "123456789" for c in row.value), row


def in_figures(words: str) -> float:
    """The number that a reader reads out of `USD 0.126 per 1,000`, `12.5%` or `1.45 million`."""
    amount, _, unit = words.replace("\N{MINUS SIGN}", "-").removeprefix("USD ").partition(" ")
    sign = -1 if words.startswith("\N{MINUS SIGN}") else 1
    amount = amount.removeprefix("-").removeprefix("USD ")
    if amount == "USD":
        amount, _, unit = unit.partition(" ")
    scales = {"per 1,000": 1e-3, "per million": 1e-6, "million": 1e6}
    scale = next((s for w, s in scales.items() if unit.startswith(w)), 1.0)
    if amount.endswith("%"):
        return sign * float(amount[:-1].replace(",", "")) / 100
    return sign * float(amount.replace(",", "")) * scale


def test_a_reader_who_multiplies_what_is_shown_gets_the_amount(whole: Json) -> None:
    """In the digits of the page, for every option and every line."""
    worked = 0
    for sheet in cost_sheets(whole, SAVED):
        for line in sheet.lines:
            for product in line.products:
                given = 1.0
                for factor in product.factors:
                    value = in_figures(factor.value)
                    divides = factor.sign == "\N{DIVISION SIGN}"
                    assert f"{factor.value} ({factor.name})" in product.words
                    given = given / value if divides else given * value
                assert given == pytest.approx(in_figures(product.usd), rel=6e-3), product
                worked += 1
            if line.products and line.usd.startswith("USD"):
                parts = sum(in_figures(product.usd) for product in line.products)
                assert parts == pytest.approx(in_figures(line.usd), rel=6e-3, abs=100), line.title
    assert worked > 30


def test_a_price_reads_the_same_in_its_product_and_in_its_source(whole: Json) -> None:
    for sheet in cost_sheets(whole, SAVED):
        for line in sheet.lines:
            written = {f.name: f.value for product in line.products for f in product.factors}
            for row in line.inputs:
                if "USD" in row.value and row.name in written:
                    assert row.value == written[row.name]


def test_a_sum_of_cents_is_no_figure_and_a_range_of_nothing_no_range(whole: Json) -> None:
    changed = copy.deepcopy(whole)
    option = next(o for o in changed["options"] if o["feasible"])
    option["cost_lines"][0] |= {"usd": 0.14, "p10": 0.0, "p90": 0.0, "missing": False}
    shown = next(s for s in cost_sheets(changed, SAVED) if s.key == option["key"]).lines[0]
    assert (shown.usd, shown.range) == ("under USD 1", "")


def test_a_published_share_of_the_bill_grows_old_like_a_price() -> None:
    assert is_old_price(price(unit="share of the bill"), SAVED)


def test_a_line_paid_in_few_worlds_only_is_not_shown_as_zero(whole: Json) -> None:
    changed = copy.deepcopy(whole)
    option = next(o for o in changed["options"] if o["feasible"])
    line = option["cost_lines"][0]
    line |= {"usd": 0.0, "p10": 0.0, "p90": 0.0, "only_in_some_worlds": True, "missing": False}
    titles = {s.key: [ln.title for ln in s.lines] for s in cost_sheets(changed, SAVED)}
    assert line["title"] not in titles[option["key"]]
    line |= {"p90": 5.0}
    shown = next(s for s in cost_sheets(changed, SAVED) if s.key == option["key"])
    assert shown.lines[0].usd == "not in the likely case"
    line |= {"p90": 0.0, "only_in_some_worlds": False}
    shown = next(s for s in cost_sheets(changed, SAVED) if s.key == option["key"])
    assert shown.lines[0].usd == "included, nothing to pay"


def option(title: str, p50: float, *, missing: bool = False, ranked: float = 0.0) -> Json:
    return {
        "title": title,
        "tco_usd": {"p50": p50},
        "at_least": missing,
        "ranked_as_usd": ranked or p50,
    }


def test_no_lowest_cost_is_claimed_on_a_price_that_is_missing() -> None:
    missing = option("A", 1e6, missing=True, ranked=1.5e6)
    assert _cost_title([missing, option("B", 2e6)], 36) == (
        "A: at least USD 1.00 million over 36 months; "
        "a price is missing, ranked as USD 1.50 million"
    )
    assert _cost_title([missing, option("B", 1.2e6)], 36) == (
        "B: the lowest cost with every price known, USD 1.20 million over 36 months"
    )
    assert _cost_title([option("C", 1e6), option("B", 2e6)], 36) == (
        "C: the lowest cost, USD 1.00 million over 36 months"
    )
