"""Measure and print the table: `python -m benchmarks`, or only some: `… engine demand`."""

import argparse
import platform
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import chain
from os import cpu_count

from benchmarks import blueprints, decision, demand, engine, impact, pages, prices, submits, what_if
from benchmarks.measuring import Line

PARTS: Mapping[str, Callable[[], Iterator[Line]]] = {
    "pages": pages.lines,
    "submits": submits.lines,
    "impact": impact.lines,
    "demand": demand.lines,
    "decision": decision.lines,
    "engine": engine.lines,
    "what_if": what_if.lines,
    "blueprints": blueprints.lines,
    "prices": prices.lines,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a line as soon as it is measured, and the misses at the end."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("part", nargs="*", help=f"of {', '.join(PARTS)}; all where none is named")
    wanted = parser.parse_args(arguments).part
    if unknown := [part for part in wanted if part not in PARTS]:
        parser.error(f"there is no {unknown[0]}: choose of {', '.join(PARTS)}")
    print(
        f"Measured {datetime.now(UTC):%Y-%m-%d}: {cpu_count()} cores, {platform.machine()}, ",
        end="",
    )
    print(f"Python {platform.python_version()}.\n")
    print("| measured | figure | goal | | in detail |")
    print("|---|--:|---|---|---|")
    missed = []
    for line in chain.from_iterable(PARTS[part]() for part in wanted or PARTS):
        figure = f"{line.figure:.3g} {line.unit}"
        print(f"| {line.name} | {figure} | {line.goal_words} | {line.verdict} | {line.detail} |")
        sys.stdout.flush()
        if line.verdict == "missed":
            missed.append(line.name)
    print(f"\nMissed: {'; '.join(missed) or 'nothing'}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
