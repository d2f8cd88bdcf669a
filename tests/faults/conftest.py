"""Tests that come in two sizes: the smallest numbers that trip a limit, and those of a real attack.

`make test` runs the first; `make faults` sets FAULTS=full and runs the second.
"""

import os
from collections.abc import Callable

import pytest


@pytest.fixture
def size() -> Callable[[int, int], int]:
    """Returns the smaller number, or, asked for full ones, the larger."""
    is_full = os.environ.get("FAULTS") == "full"

    def _(smallest: int, full: int) -> int:
        return full if is_full else smallest

    return _
