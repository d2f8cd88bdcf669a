"""How often a network may ask for links that do not exist.

A token has 256 random bits, so nobody guesses one; the limit only keeps those who try from
keeping Footing busy. It is therefore counted in memory: a restart may forget it, and a stranger's
request must not make the database write.
"""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Lock

from app.domain.errors import NotFound, TooOften
from app.services.throttle import neighbourhood

WITHIN = timedelta(minutes=1)
MOST = 30
MOST_NETWORKS = 10_000


class LinkMisses:
    """Counts, by network, the links that were asked for and do not exist."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._missed: dict[str, deque[datetime]] = {}

    @contextmanager
    def counted(self, address: str, now: datetime) -> Iterator[None]:
        """Look a link up inside.

        Raises:
            TooOften: too many from this network did not exist in the last minute.
        """
        network = neighbourhood(address)
        with self._lock:
            if len(self._lately(network, now)) >= MOST:
                raise TooOften(
                    "Too many links that do not exist were asked for. Wait a minute and try again.",
                    int(WITHIN.total_seconds()),
                )
        try:
            yield
        except NotFound:
            with self._lock:
                self._note(network, now)
            raise

    def _lately(self, network: str, now: datetime) -> deque[datetime]:
        missed = self._missed.get(network, deque())
        while missed and missed[0] <= now - WITHIN:
            missed.popleft()
        return missed

    def _note(self, network: str, now: datetime) -> None:
        if len(self._missed) >= MOST_NETWORKS:
            for key in [key for key in self._missed if not self._lately(key, now)]:
                del self._missed[key]
        if len(self._missed) < MOST_NETWORKS or network in self._missed:
            self._missed.setdefault(network, deque()).append(now)
