"""Measure everything and print the table: `python -m benchmarks`."""

import platform
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from os import cpu_count

from benchmarks import blueprints, decision, demand, engine, impact, pages, prices, submits, what_if
from benchmarks.measuring import Line


def main() -> int:
    """Print a line as soon as it is measured, and the misses at the end."""
    print(
        f"Measured {datetime.now(UTC):%Y-%m-%d}: {cpu_count()} cores, {platform.machine()}, ",
        end="",
    )
    print(f"Python {platform.python_version()}.\n")
    print("| measured | figure | goal | | in detail |")
    print("|---|--:|---|---|---|")
    missed = []
    for line in _lines():
        figure = f"{line.figure:.3g} {line.unit}"
        print(f"| {line.name} | {figure} | {line.goal_words} | {line.verdict} | {line.detail} |")
        sys.stdout.flush()
        if line.verdict == "missed":
            missed.append(line.name)
    print(f"\nMissed: {'; '.join(missed) or 'nothing'}.")
    return 0


def _lines() -> Iterator[Line]:
    yield from pages.lines()
    yield from submits.lines()
    yield from impact.lines()
    yield from demand.lines()
    yield from decision.lines()
    yield from engine.lines()
    yield from what_if.lines()
    yield from blueprints.lines()
    yield from prices.lines()


if __name__ == "__main__":
    sys.exit(main())
