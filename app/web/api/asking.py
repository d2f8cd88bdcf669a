"""Who asks by the API: whoever holds a token, or a page of ours in a signed-in browser."""

from contextlib import suppress
from datetime import datetime
from typing import Annotated

from fastapi import BackgroundTasks, Depends, Header, Request
from starlette.concurrency import run_in_threadpool

from app.domain.errors import TooOften
from app.persistence import Session
from app.persistence.engine import Database, DatabaseUnusable
from app.services import api_tokens, projects, throttle
from app.services.people import Person
from app.services.projects import Project
from app.web import deps
from app.web.api.meter import Meter
from app.web.current import Number
from app.web.deps import Cookie, Db, Now, SignInNeeded, TheDatabase, TokenRefused

# Judgement, 2026-11-26: five a second for a program that reads every version of a large team; and
# as many misses as somebody with a mistyped token needs to see that it is the token.
MOST_A_MINUTE = 300
MOST_MISSES_A_MINUTE = 30


async def only_looks(request: Request) -> None:
    """Say of a request that it changes nothing, although its method could."""
    request.state.only_looks = True


def _caller(  # dependencies
    request: Request,
    *,
    db: Db,
    database: TheDatabase,
    cookie: Cookie,
    now: Now,
    afterwards: BackgroundTasks,
    authorization: Annotated[str, Header(include_in_schema=False)] = "",
) -> Person | None:
    if not authorization:
        return deps.visitor(
            request, db=db, database=database, cookie=cookie, now=now, afterwards=afterwards
        )
    return _holder(request, db, authorization, now, afterwards)


def _holder(
    request: Request, db: Session, authorization: str, now: datetime, afterwards: BackgroundTasks
) -> Person:
    meter: Meter = request.app.state.meter
    network = throttle.neighbourhood(request.client.host if request.client else "")
    misses = f"misses {network}"
    if meter.count_of(misses, now) >= MOST_MISSES_A_MINUTE:
        raise _too_often("There were too many unknown API tokens from your network.")
    kind, _, token = authorization.partition(" ")
    holder = api_tokens.holder_of(db, token.strip(), now) if kind.lower() == "bearer" else None
    if holder is None:
        meter.add(misses, now)
        raise TokenRefused
    if meter.add(f"token {holder.token_id}", now) > MOST_A_MINUTE:
        raise _too_often(f"An API token may ask {MOST_A_MINUTE} times in a minute.")
    if holder.is_due:
        afterwards.add_task(_note_used, request.app.state.database, holder.token_id, now)
    return holder.person


def _too_often(sentence: str) -> TooOften:
    return TooOften(f"{sentence} Wait a minute and go on.", 60)


async def _note_used(database: Database, token_id: int, now: datetime) -> None:
    """Note the use after the answer, in a transaction of its own, as a session's is noted."""
    with suppress(DatabaseUnusable):
        async with database.place_to_write():
            await run_in_threadpool(_write_used, database, token_id, now)


def _write_used(database: Database, token_id: int, now: datetime) -> None:
    with database.writing() as session:
        api_tokens.note_used(session, token_id, now)


# Everything in the API depends on this: a token that does not count is never overlooked.
KNOW_CALLER = Depends(_caller)

AnyCaller = Annotated[Person | None, Depends(_caller)]


def _known(caller: AnyCaller) -> Person:
    if caller is None:
        raise SignInNeeded("This needs an account: send an API token of yours.")
    return caller


# Whoever is asking, for certain.
ApiCaller = Annotated[Person, Depends(_known)]


def _project(db: Db, by: ApiCaller, project_id: Number) -> Project:
    return projects.find(db, by, project_id)


# The project in the address, which the caller may see; otherwise it is not found.
ApiProject = Annotated[Project, Depends(_project)]
