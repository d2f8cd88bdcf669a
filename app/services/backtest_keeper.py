"""Computes the back-test again, behind the pages, once weights were published or cases changed."""

from collections.abc import Callable
from datetime import UTC, datetime
from threading import Event, Thread

from app.domain.backtest import WORLDS
from app.domain.cases import Case
from app.persistence.engine import Database
from app.persistence.fair_queue import FairQueue
from app.reference import Reference
from app.reference.backtests import Backtest
from app.services import backtests, weights
from app.services.backtests import Told


class Stopped(Exception):  # nothing went wrong
    """Footing is stopping; what was begun is left."""


def bring_up_to_date(
    database: Database, shipped: Reference, *, told: Told, worlds: int = WORLDS
) -> Backtest | None:
    """Compute the back-test of what is in force and keep it; None if there was nothing to do.

    No transaction is open while it computes, which takes a minute.
    """
    with database.reading() as session:
        reference = weights.with_library_in_force(session, shipped)
        if backtests.current(session, reference):
            return None
    now = datetime.now(UTC)
    whole = backtests.computed(reference, as_of=now.date().isoformat(), worlds=worlds, told=told)
    with database.alone() as session:
        return whole if backtests.keep(session, whole, now) else None


class BacktestKeeper:
    """A thread that sleeps until it is woken, and then brings the back-test up to date.

    Before each case it lets everybody else who wants to compute go first, and it stops between
    two cases. What is left undone, by a stop or by a process that died, `footing upkeep` does.
    """

    def __init__(
        self,
        database: Database,
        shipped: Reference,
        queue: FairQueue,
        *,
        failed: Callable[[Exception], None],
    ) -> None:
        self._database = database
        self._shipped = shipped
        self._queue = queue
        self._failed = failed
        self._woken = Event()
        self._stopping = Event()
        self._thread = Thread(target=self._work, name="back-test", daemon=True)

    def start(self) -> None:
        """Begin to wait; nothing is computed before `wake`."""
        self._thread.start()

    def wake(self) -> None:
        """Say that weights or cases changed; returns at once."""
        self._woken.set()

    def stop(self) -> None:
        """End after the case that is being computed."""
        self._stopping.set()
        self._woken.set()
        if self._thread.is_alive():
            self._thread.join()

    def _work(self) -> None:
        while self._woken.wait() and not self._stopping.is_set():
            self._woken.clear()
            try:
                bring_up_to_date(self._database, self._shipped, told=self._let_others_go)
            except Stopped:
                return
            except Exception as error:  # noqa: BLE001  # the thread must live, and say it
                self._failed(error)

    def _let_others_go(self, number: int, case: Case) -> None:
        del number, case
        if self._stopping.is_set():
            raise Stopped
        with self._queue.place():
            pass
