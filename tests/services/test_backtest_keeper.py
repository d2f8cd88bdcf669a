"""After weights are published or cases changed, the back-test follows by itself."""

import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread

import pytest

from app import reference
from app.domain.cases import Case
from app.persistence.engine import Database, connect, migrate
from app.persistence.fair_queue import FairQueue
from app.services import backtest_keeper, backtests, weights
from app.services.backtest_keeper import BacktestKeeper, bring_up_to_date
from tests.builders import NOON, a_draft, a_person

SHIPPED = reference.with_cases(reference.load(), reference.load().cases[:3])


def nobody(number: int, case: Case) -> None:
    del number, case


@pytest.fixture
def footing(tmp_path: Path) -> Iterator[Database]:
    """A database in which transactions really commit, with three cases and weight set 1."""
    url = f"sqlite:///{tmp_path / 'footing.db'}"
    migrate(url)
    database = connect(url)
    with database.alone() as session:
        weights.ensure(session, SHIPPED, NOON)
    yield database
    database.close()


def publish(footing: Database) -> None:
    with footing.alone() as session:
        ada = a_person(session, "Ada", is_administrator=True)
        now = weights.in_force(session, SHIPPED)
        weights.publish(session, now, ada, a_draft(cost=90), based_on=1, reason="A test.", now=NOON)


def kept(footing: Database) -> list[tuple[int, int]]:
    """Weight set and number of cases of every back-test but the shipped one."""
    with footing.reading() as session:
        return [
            (backtest.weight_set, len(backtest.cases))
            for backtest in backtests.history(session)
            if backtest.facts_sha256 == SHIPPED.facts.sha256
        ]


def test_it_is_computed_once_for_what_is_in_force(footing: Database) -> None:
    assert bring_up_to_date(footing, SHIPPED, told=nobody, worlds=5)
    assert bring_up_to_date(footing, SHIPPED, told=nobody, worlds=5) is None
    publish(footing)
    done = bring_up_to_date(footing, SHIPPED, told=nobody, worlds=5)
    assert done is not None
    assert done.weight_set == 2
    assert sorted(kept(footing)) == [(1, 3), (2, 3)]


def a_keeper(footing: Database, queue: FairQueue, failures: list[Exception]) -> BacktestKeeper:
    return BacktestKeeper(footing, SHIPPED, queue, failed=failures.append)


def test_it_is_computed_when_woken_and_not_before(footing: Database) -> None:
    failures: list[Exception] = []
    keeper = a_keeper(footing, FairQueue(1), failures)
    keeper.start()
    assert kept(footing) == []
    keeper.wake()
    until = time.monotonic() + 60
    while not kept(footing) and time.monotonic() < until:
        time.sleep(0.05)
    keeper.stop()
    assert (kept(footing), failures) == ([(1, 3)], [])


def test_who_computes_goes_first_and_a_stop_leaves_the_rest(footing: Database) -> None:
    queue = FairQueue(1)
    keeper = a_keeper(footing, queue, [])
    keeper.start()
    with queue.place():
        keeper.wake()
        until = time.monotonic() + 60
        while queue.waiting() == 0 and time.monotonic() < until:
            time.sleep(0.01)
        assert queue.waiting() == 1
        stopping = Thread(target=keeper.stop)
        stopping.start()
        time.sleep(0.05)  # so that it has been told before it gets the place
    stopping.join(30)
    assert not stopping.is_alive()
    assert kept(footing) == []


def test_a_failure_is_told_and_the_next_time_it_works(
    footing: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = Event()

    def failing(*_: object, **__: object) -> None:
        raise OSError("no room")

    with monkeypatch.context() as broken:
        broken.setattr(backtest_keeper, "bring_up_to_date", failing)
        keeper = BacktestKeeper(footing, SHIPPED, FairQueue(1), failed=lambda _: told.set())
        keeper.start()
        keeper.wake()
        assert told.wait(30)
    keeper.wake()
    until = time.monotonic() + 60
    while not kept(footing) and time.monotonic() < until:
        time.sleep(0.05)
    keeper.stop()
    assert kept(footing) == [(1, 3)]
