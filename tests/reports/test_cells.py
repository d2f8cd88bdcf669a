import pytest

from app.reports.cells import cell


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "\0", "\uff1d", "\uff0b"])
def test_what_a_spreadsheet_would_compute_is_marked_as_text(start: str) -> None:
    assert cell(f"{start}1") == f"'{start}1"


def test_what_it_would_not_stays() -> None:
    assert [cell(value) for value in ("a=1", 5, -5.5, None)] == ["a=1", 5, -5.5, None]
    assert [cell(value) for value in (True, False)] == ["yes", "no"]
