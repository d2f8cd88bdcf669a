"""Storing a form: Footing's handler against the bare statements of the same transaction."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from http import HTTPStatus
from typing import Any

import httpx2
from fastapi import FastAPI
from sqlalchemy import Engine, event

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

        def save() -> None:
            answer = runner.run(client.post(path, data=form))
            if answer.status_code != HTTPStatus.SEE_OTHER:
                raise ValueError(answer.text)

        statements = _recorded(engine, save)
        pooled = engine.raw_connection()

        def replay() -> None:
            cursor = pooled.cursor()
            for statement, parameters in statements:
                cursor.execute(statement, parameters)
            pooled.commit()

        spent: dict[str, float] = {}

        def spend(key: str, work: Callable[[], None]) -> float:
            # The fastest: what else runs on the machine can only add to it.
            spent[key] = min(seconds(work) for _ in range(TIMES))
            return spent[key]

        ratio = in_turns(lambda: spend("ours", save), lambda: spend("bare", replay), ROUNDS)
        pooled.close()
        runner.run(client.aclose())
    database.close()
    detail = (
        f"{spent['ours'] * 1e3:.1f} ms against {spent['bare'] * 1e3:.1f} ms, "
        f"{len(statements)} statements"
    )
    return Line(f"saving a form / its bare SQL, {name}", ratio, "x time", detail, GOAL)


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
        "horizon_months.likely": "36",
    }
    return client, f"/projects/{project.id}/questions/goals", form


def _recorded(engine: Engine, work: Callable[[], None]) -> Sequence[tuple[str, Any]]:
    """The statements that `work` sends to the database, with their parameters."""
    statements: list[tuple[str, Any]] = []

    def note(_c: object, _k: object, statement: str, parameters: object, *_: object) -> None:
        statements.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    work()
    event.remove(engine, "before_cursor_execute", note)
    return statements
