from datetime import UTC, date, datetime

import pytest

from app.reports import words


@pytest.mark.parametrize(
    ("usd", "written"),
    [
        (0, "USD 0"),
        (0.4249, "USD 0.42"),
        (99.5, "USD 99.50"),
        (950.4, "USD 950"),
        (1234.4, "USD 1,234"),
        (12_345, "USD 12,300"),
        (999_949, "USD 999,900"),
        (999_950, "USD 1.0 million"),
        (6_149_000, "USD 6.1 million"),
        (2_500_000_000, "USD 2.5 billion"),
        (-6_149_000, "−USD 6.1 million"),
    ],
)
def test_money(usd: float, written: str) -> None:
    assert words.money(usd) == written


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
