"""Who else has a section open: a courtesy, never the guard, which is the revision of an answer.

It is kept in memory and forgotten within a minute: a look at a page must not make the database
write, and where several processes serve, each tells of those it serves itself.
"""

from datetime import datetime, timedelta
from threading import Lock

# A page tells that it is open every twenty seconds; one that missed two is taken for closed.
SEEN_WITHIN = timedelta(seconds=50)
MOST_WINDOWS = 10_000


class Presence:
    """The pages of questions that are open just now."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._seen: dict[tuple[str, str], tuple[str, datetime]] = {}

    def others(self, place: str, window: str, name: str, now: datetime) -> list[str]:
        """Note that `name` has `place` open in `window`; returns who else has, by name."""
        with self._lock:
            self._forget(now)
            if len(self._seen) < MOST_WINDOWS or (place, window) in self._seen:
                self._seen[place, window] = (name, now)
            there = {who for (where, _), (who, _) in self._seen.items() if where == place}
        return sorted(there - {name})

    def _forget(self, now: datetime) -> None:
        gone = [key for key, (_, at) in self._seen.items() if now - at > SEEN_WITHIN]
        for key in gone:
            del self._seen[key]
