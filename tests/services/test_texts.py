import pytest

from app.services.texts import storable


@pytest.mark.parametrize("strange", ["\0", "\x1b", "\x7f", "\x85", "\ufdd0", "\uffff", "\ud800"])
def test_what_no_database_stores_and_no_page_shows_is_left_out(strange: str) -> None:
    assert storable(f"a{strange}b") == "ab"


@pytest.mark.parametrize("text", ["two\nlines\r\n\tand a tab", "Zürich", "日本", "👩‍🔬", ""])
def test_every_other_text_stays_as_it_is(text: str) -> None:
    assert storable(text) == text
