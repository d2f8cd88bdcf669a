"""One move of a slider: from the request to the page that says what follows."""

import tempfile
from collections.abc import Iterator
from statistics import median, quantiles

from benchmarks.measuring import Line, seconds
from benchmarks.pages import Asked, server
from benchmarks.server import WORLDS

MOVES = 40


def lines() -> Iterator[Line]:
    """The slowest of twenty moves, each to another value, one after the other."""
    with tempfile.TemporaryDirectory() as folder, server("footing", folder) as footing:
        path, headers = f"{footing.told['path']}/what-if", {"Cookie": footing.told["cookie"]}

        def move(percent: int) -> float:
            return seconds(Asked(footing, f"{path}?price.rented={percent}", headers).answered)

        first = move(0)  # the version itself, which is then kept
        took = [move(percent) for percent in range(1, MOVES + 1)]
    late = quantiles(took, n=20)[-1]
    detail = f"median {median(took) * 1e3:.0f} ms of {MOVES}, the first {first * 1e3:.0f} ms: "
    yield Line("what-if request, p95", late * 1e3, "ms", f"{detail}{WORLDS:,} worlds")


if __name__ == "__main__":
    for line in lines():
        print(line)
