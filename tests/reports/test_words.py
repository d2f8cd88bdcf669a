from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.reports import words


@pytest.mark.parametrize(
    ("usd", "written"),
    [
        (0, "USD 0"),
        (0.4249, "USD 0.425"),
        (99.5, "USD 99.50"),
        (950.4, "USD 950"),
        (1234.4, "USD 1,234"),
        (12_345, "USD 12,300"),
        (999_949, "USD 999,900"),
        (999_950, "USD 1.00 million"),
        (0.000375, "USD 0.000375"),
        (6_149_000, "USD 6.15 million"),
        (61_490_000, "USD 61.5 million"),
        (2_500_000_000, "USD 2.50 billion"),
        (-6_149_000, "−USD 6.15 million"),
    ],
)
def test_money(usd: float, written: str) -> None:
    assert words.money(usd) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [(0, "0"), (12, "12"), (6_151_204, "6,151,204"), (-1_312_099, "−1,312,099")],
)
def test_what_is_added_up_keeps_its_last_digit(value: int, written: str) -> None:
    assert words.whole(value) == written


@pytest.mark.parametrize(("value", "written"), [(0, "0"), (12, "+12"), (-12, "−12")])
def test_a_change_has_its_sign(value: int, written: str) -> None:
    assert words.change(words.whole(value), value) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0, "0"),
        (0.4249, "0.42"),
        (3, "3"),
        (3.14159, "3.1"),
        (31.41, "31.4"),
        (314.1, "314"),
        (12_345, "12,300"),
        (1_234_567, "1.2 million"),
        (-3, "−3"),
    ],
)
def test_number(value: float, written: str) -> None:
    assert words.number(value) == written


@pytest.mark.parametrize(
    ("usd", "written"),
    [
        (0, "USD 0"),
        (3.85, "USD 3.85"),
        (0.0137, "USD 0.0137"),
        (0.01369, "USD 0.01369"),
        (0.003, "USD 3.00 per 1,000"),
        (0.000375, "USD 0.375 per 1,000"),
        (0.0000012, "USD 1.20 per million"),
        (225_000, "USD 225,000"),
    ],
)
def test_unit_price(usd: float, written: str) -> None:
    assert words.unit_price(usd) == written


@given(usd=st.floats(1e-9, 1e6))
def test_no_price_that_is_not_nothing_reads_as_nothing(usd: float) -> None:
    for said in (words.unit_price(usd), words.money(usd)):
        digits = "".join(c for c in said.partition(" per ")[0] if c.isdigit())
        assert digits.strip("0"), said


@pytest.mark.parametrize(
    ("share", "written"),
    [
        (0, "none of 100"),
        (0.004, "fewer than 1 of 100"),
        (0.75, "75 of 100"),
        (0.994, "more than 99 of 100"),
        (1, "100 of 100"),
    ],
)
def test_in_hundred(share: float, written: str) -> None:
    assert words.in_hundred(share) == written
    assert f"{words.of_hundred(share)} of 100" == written


@pytest.mark.parametrize(
    ("share", "written"),
    [
        (0, "0%"),
        (0.004, "under 1%"),
        (0.713, "71%"),
        (0.996, "over 99%"),
        (1, "100%"),
        (-0.25, "−25%"),
    ],
)
def test_percent(share: float, written: str) -> None:
    assert words.percent(share) == written


def test_day() -> None:
    assert words.day(date(2026, 11, 1)) == "1 Nov 2026"
    assert words.day(datetime(2026, 11, 24, 23, 59, tzinfo=UTC)) == "24 Nov 2026"
