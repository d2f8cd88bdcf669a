import pytest

from app.domain.errors import InvalidAnswers
from app.domain.measurements.run import RATE, REQUESTS, as_day, one_line, read_number, within


@pytest.mark.parametrize(
    "typed", ["nan", "inf", "-inf", "1_000", "0x10", "", "1,5", "1e9999", "²", "9" * 50, "-3", "0"]
)
def test_only_a_possible_plain_number_is_one(typed: str) -> None:
    with pytest.raises(InvalidAnswers, match=r"^file: Line 7, rate: "):
        read_number(typed, RATE, 7, "rate")


@pytest.mark.parametrize(("typed", "value"), [("43.61", 43.61), ("1e3", 1000.0), ("7", 7.0)])
def test_a_number_is_read(typed: str, value: float) -> None:
    assert read_number(typed, RATE, 1, "rate") == value


def test_a_count_is_whole() -> None:
    with pytest.raises(InvalidAnswers, match="must be a whole number of requests"):
        within(1.5, REQUESTS, 1, "completed")


def test_text_from_a_file_is_made_short_and_harmless() -> None:
    assert one_line("a\n\x1b[31mb\u202ec\t d" + "x" * 500) == ("a [31mb c d" + "x" * 500)[:100]


@pytest.mark.parametrize(
    ("stated", "day"),
    [
        ("20260714-101530", "2026-07-14"),
        ("2026-05-18T17:00:00Z", "2026-05-18"),
        ("2026-13-40", ""),
        ("yesterday", ""),
        ("202607141", ""),
    ],
)
def test_a_day_is_found_where_there_is_one(stated: str, day: str) -> None:
    assert as_day(stated) == day
