"""The accelerators of publications are added, and ours stay."""

from dataclasses import replace

from app.domain.validation.published import with_accelerators
from tests.domain.builders import FACTS
from tests.domain.validation.builders import PUBLISHED, WITH_ALL


def test_what_nobody_sells_here_is_known_to_validation_alone() -> None:
    assert {"A10G", "MI300X", "MI325X", "TPU-v5e"} <= WITH_ALL.accelerators.keys()
    assert WITH_ALL.accelerators.items() >= FACTS.accelerators.items()


def test_ours_stands_where_both_have_one() -> None:
    ours = FACTS.accelerators["H100"]
    theirs = replace(PUBLISHED, accelerators={"H100": replace(ours, bf16_tflops=1.0)})
    assert with_accelerators(FACTS, theirs).accelerators["H100"] == ours
