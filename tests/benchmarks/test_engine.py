"""What is measured runs, at a size that says nothing of speed; figures are never asserted."""

import pytest

from benchmarks import engine
from benchmarks.__main__ import PARTS, main


def test_an_assessment_and_its_pricing_are_measured() -> None:
    for line in (engine.assessing(worlds=40, rounds=1), engine.pricing(worlds=40, rounds=1)):
        assert line.figure > 0
        assert "months" in line.detail


def test_a_part_that_does_not_exist_is_refused_with_those_that_do(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        main(["speed"])
    said = capsys.readouterr().err
    assert all(part in said for part in PARTS)
