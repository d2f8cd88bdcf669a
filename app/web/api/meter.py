"""How often something happened within the minute; kept in the process, for limits that may reset.

Guesses at passwords are counted in the database (`services/throttle.py`). A token of 256 bits is
not guessed, so this only keeps one program from crowding out the others.
"""

from collections import Counter
from datetime import datetime
from threading import Lock


class Meter:
    """Counts by key, forgotten when the minute of the clock ends."""

    def __init__(self) -> None:
        self._minute = 0
        self._counts: Counter[str] = Counter()
        self._guard = Lock()

    def add(self, key: str, now: datetime) -> int:
        """Count one, and return how many there were in this minute."""
        with self._guard:
            self._turn(now)
            self._counts[key] += 1
            return self._counts[key]

    def count_of(self, key: str, now: datetime) -> int:
        """How many there were in this minute."""
        with self._guard:
            self._turn(now)
            return self._counts[key]

    def _turn(self, now: datetime) -> None:
        minute = int(now.timestamp()) // 60
        if minute != self._minute:
            self._minute = minute
            self._counts.clear()
