"""The benchmark compares like with like; how fast it is, is reported and never asserted."""

from app import reference
from benchmarks.matching import ratio, synthetic


def test_both_sides_compute_the_same_distances() -> None:
    assert ratio(count=200, rounds=1) > 0


def test_synthetic_cases_differ() -> None:
    made = synthetic(reference.load().cases, 500)
    assert len({case.id for case in made}) == 500
    assert len({(c.drivers, c.load_profile, c.modalities, c.latency_need) for c in made}) > 100
