"""A fair queue: whoever asks first is served first, whether a thread or a coroutine asks."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import Future
from contextlib import asynccontextmanager, contextmanager
from threading import Lock


class FairQueue:
    """Lets in at most `places` at a time, in order of arrival.

    Why not a plain lock: the one who holds it may need a thread to go on, so a coroutine must
    wait for it without occupying one; and it is given back by another thread than took it.
    """

    def __init__(self, places: int) -> None:
        self._free = places
        self._waiting: deque[Future[None]] = deque()
        self._guard = Lock()

    def waiting(self) -> int:
        """How many wait just now."""
        with self._guard:
            return len(self._waiting)

    @contextmanager
    def place(self) -> Iterator[None]:
        """Hold a place; this thread waits for it."""
        self._enter().result()
        try:
            yield
        finally:
            self._leave()

    @asynccontextmanager
    async def place_async(self) -> AsyncIterator[None]:
        """Hold a place; the event loop goes on while this coroutine waits for it."""
        ticket = self._enter()
        try:
            await asyncio.wrap_future(ticket)
        except asyncio.CancelledError:
            if not ticket.cancel():  # too late: the place was given meanwhile, so pass it on
                self._leave()
            raise
        try:
            yield
        finally:
            self._leave()

    def _enter(self) -> Future[None]:
        ticket: Future[None] = Future()
        with self._guard:
            if self._free > 0:
                self._free -= 1
                ticket.set_result(None)
            else:
                self._waiting.append(ticket)
        return ticket

    def _leave(self) -> None:
        with self._guard:
            while self._waiting:
                ticket = self._waiting.popleft()
                if ticket.set_running_or_notify_cancel():  # false: it gave up waiting
                    ticket.set_result(None)
                    return
            self._free += 1
