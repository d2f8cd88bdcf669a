"""The benchmark compares like with like; how fast it is, is reported and never asserted."""

from benchmarks.demand import ratio


def test_both_sides_find_the_same_figures_in_every_world() -> None:
    # `ratio` refuses to time two sides of which any figure differs in any world.
    assert ratio(worlds=300, rounds=1) > 0
