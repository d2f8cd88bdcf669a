"""Three documents say which test tries or shows what; each of those tests is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("document", ["cost.md", "decision.md", "security.md"])
def test_every_test_that_is_named_exists(document: str) -> None:
    named = re.findall(r"`(test_\w+)`", (ROOT / "docs" / document).read_text())
    assert len(named) > 50
    code = "\n".join(path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))
    there = set(re.findall(r"(?m)^def (test_\w+)\(", code))
    assert sorted(set(named) - there) == []
