"""The table of situations reads strictly: a mistake in it is one sentence that names the row."""

import re
from collections.abc import Callable, Iterator

import pytest

from app.reference import rows, situations

TEXT = rows.content(situations.NAME).decode()


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    def with_text(text: str) -> None:
        others = rows.content
        changed = {situations.NAME: text.encode()}
        monkeypatch.setattr(rows, "content", lambda name: changed.get(name) or others(name))
        situations.situations.cache_clear()
        situations.situations()

    yield with_text
    situations.situations.cache_clear()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('["steady"]', '["flat"]', "load_profile cannot be flat"),
        ("when = { load_profile", "when = { weather", "weather is no attribute"),
        ("cloud = 0.30", "cloud = 30", "cloud must lie between -1 and 1, not 30"),
        ('criterion = "cost"', 'criterion = "price"', "criterion"),
        ("spread = 0.1", "spread = 0.1\nsize = 2", "unknown keys size"),
        (
            "when = {}\ncloud = 0.45\nhybrid = 0.55\non_premises = 0.50",
            'when = { growth = ["low"] }\ncloud = 0.45\nhybrid = 0.55\non_premises = 0.50',
            "no row of cost holds for every case",
        ),
    ],
    ids=["value", "attribute", "place", "criterion", "key", "last"],
)
def test_a_mistake_is_named(read: Callable[[str], None], old: str, new: str, said: str) -> None:
    assert old in TEXT
    with pytest.raises(ValueError, match=re.escape(said)):
        read(TEXT.replace(old, new, 1))


def test_its_fingerprint_is_of_every_byte(monkeypatch: pytest.MonkeyPatch) -> None:
    before = situations.fingerprint()
    monkeypatch.setattr(situations, "content", lambda _name: TEXT.encode() + b"\n")
    assert situations.fingerprint() != before
