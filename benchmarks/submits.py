"""Storing a form: Footing's handler against the bare statements of the same transaction."""

import asyncio
import itertools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any

import httpx2
from fastapi import FastAPI
from sqlalchemy import Engine, PoolProxiedConnection, event

from app.main import assemble
from app.persistence.engine import connect, migrate
from app.settings import Settings
from benchmarks.databases import new_databases
from benchmarks.measuring import Line, in_turns, seconds
from benchmarks.server import signed_in

ROUNDS = 7
TIMES = 20
GOAL = 6.0


def lines() -> Iterator[Line]:
    """One line per engine."""
    for name, url in new_databases():
        yield _line(name, url)


def _line(name: str, url: str) -> Line:
    migrate(url)
    database = connect(url)
    engine = database.engine
    if not isinstance(engine, Engine):
        raise TypeError(engine)
    with asyncio.Runner() as runner:
        client, path, form = _signed_in(assemble(Settings(), database))

        horizons = itertools.cycle(("36", "48"))  # an answer that is there already is not written

        def save() -> None:
            typed = {**form, "horizon_months.likely": next(horizons)}
            answer = runner.run(client.post(path, data=typed))
            if answer.status_code != HTTPStatus.SEE_OTHER:
                raise ValueError(answer.text)

        save()
        statements = _recorded(engine, save)
        pooled = engine.raw_connection()
        numbers = itertools.count(1)

        def replay() -> None:
            _send_again(pooled, statements, numbers)

        ratio, times = _compared(save, replay)
        pooled.close()
        runner.run(client.aclose())
    database.close()
    detail = f"{times}, {len(statements)} statements"
    return Line(f"saving a form / its bare SQL, {name}", ratio, "x time", detail, GOAL)


def _compared(save: Callable[[], None], replay: Callable[[], None]) -> tuple[float, str]:
    """The ratio of the two, measured in turns, and both in words."""
    spent: dict[str, float] = {}

    def spend(key: str, work: Callable[[], None]) -> float:
        # The fastest: what else runs on the machine can only add to it.
        spent[key] = min(seconds(work) for _ in range(TIMES))
        return spent[key]

    ratio = in_turns(lambda: spend("ours", save), lambda: spend("bare", replay), ROUNDS)
    return ratio, f"{spent['ours'] * 1e3:.1f} ms against {spent['bare'] * 1e3:.1f} ms"


def _signed_in(app: FastAPI) -> tuple[httpx2.AsyncClient, str, dict[str, Any]]:
    """A client, and one section of a project with what was answered there, as its form sends it."""
    with app.state.database.alone() as session:
        token, _, project = signed_in(session)
    headers = {"Sec-Fetch-Site": "same-origin", "Cookie": f"{app.state.cookie.name}={token}"}
    client = httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app), base_url="http://localhost", headers=headers
    )
    form = {
        "asked": ["horizon_months", "scope", "workloads"],
        "scope": "one_workload",
        "workloads": ["realtime_inference"],
        "window": "bench",
        **dict.fromkeys(("base.horizon_months", "base.scope", "base.workloads"), "1"),
    }
    return client, f"/projects/{project.id}/questions/goals", form


def _send_again(
    pooled: PoolProxiedConnection, statements: Sequence[tuple[str, Any]], numbers: Iterator[int]
) -> None:
    cursor = pooled.cursor()
    for statement, parameters in statements:
        cursor.execute(statement, _as_another(statement, parameters, next(numbers)))
    pooled.commit()


def _as_another(statement: str, parameters: Any, number: int) -> Any:  # noqa: ANN401  # a driver's
    """The parameters, of another revision where they are those of a change: each is kept once."""
    if not statement.startswith("INSERT INTO answer_change"):
        return parameters
    if isinstance(parameters, Mapping):
        return {**parameters, "revision": -number}
    columns = re.sub(r"[\"\s]", "", statement.partition("(")[2].partition(")")[0]).split(",")
    return tuple(
        -number if column == "revision" else value
        for column, value in zip(columns, parameters, strict=True)
    )


def _recorded(engine: Engine, work: Callable[[], None]) -> Sequence[tuple[str, Any]]:
    """The statements that `work` sends to the database, with their parameters."""
    statements: list[tuple[str, Any]] = []

    def note(_c: object, _k: object, statement: str, parameters: object, *_: object) -> None:
        statements.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    work()
    event.remove(engine, "before_cursor_execute", note)
    return statements
