"""docs/security.md says which attack is tried by which test; each of them is there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_every_test_that_is_named_exists() -> None:
    named = re.findall(r"`(test_\w+)`", (ROOT / "docs/security.md").read_text())
    assert len(named) > 50
    code = "\n".join(path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))
    there = set(re.findall(r"(?m)^def (test_\w+)\(", code))
    assert sorted(set(named) - there) == []
