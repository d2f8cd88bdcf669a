"""What a handler may ask for: the database, the facts, the moment, who is asking."""

from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Annotated

from fastapi import BackgroundTasks, Depends, Form, Header, Request
from starlette.concurrency import run_in_threadpool

from app.domain.errors import Busy, NotAllowed
from app.persistence import Session
from app.persistence.engine import Database, DatabaseUnusable
from app.persistence.fair_queue import FairQueue
from app.services import people
from app.services.backtest_keeper import BacktestKeeper
from app.services.people import Caller, Person
from app.services.what_if import KeptOutcomes
from app.web.forms import Posted
from app.web.link_misses import LinkMisses
from app.web.security import SAFE_METHODS, SessionCookie

MOST_WAITING_TO_COMPUTE = 4


class SignInNeeded(Exception):
    """A visitor asked for something that needs an account."""


class TokenRefused(Exception):
    """An API token is unknown, ended or expired; nobody is told which."""


class ConfirmationNeeded(Exception):
    """The password must be given again before this is done.

    Attributes:
        path: what was asked for, with all that was posted there in `fields`.
    """

    def __init__(self, path: str, fields: tuple[tuple[str, str], ...]) -> None:
        self.path = path
        self.fields = fields
        super().__init__(path)


# These are coroutines because FastAPI would send a plain function to a thread and back.
async def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


async def _cookie(request: Request) -> SessionCookie:
    cookie: SessionCookie = request.app.state.cookie
    return cookie


async def _backtest_keeper(request: Request) -> BacktestKeeper:
    keeper: BacktestKeeper = request.app.state.backtest_keeper
    return keeper


async def _link_misses(request: Request) -> LinkMisses:
    misses: LinkMisses = request.app.state.link_misses
    return misses


async def _outcomes(request: Request) -> KeptOutcomes:
    outcomes: KeptOutcomes = request.app.state.outcomes
    return outcomes


def _moment() -> datetime:
    return datetime.now(UTC)


Cookie = Annotated[SessionCookie, Depends(_cookie)]
TheDatabase = Annotated[Database, Depends(_database)]
Now = Annotated[datetime, Depends(_moment)]
Misses = Annotated[LinkMisses, Depends(_link_misses)]
Outcomes = Annotated[KeptOutcomes, Depends(_outcomes)]
Keeper = Annotated[BacktestKeeper, Depends(_backtest_keeper)]


async def _compute_place(request: Request) -> AsyncIterator[None]:
    """Hold the one place for computing: taken before the transaction, waited for in no thread.

    Otherwise a few who save at once hold every thread, or on SQLite the one writer's place, while
    they wait for one another, and nobody else is answered.
    """
    queue: FairQueue = request.app.state.computing
    if queue.waiting() >= MOST_WAITING_TO_COMPUTE:
        raise Busy(
            "Several versions are being computed just now. Nothing was stored; "
            "go back, wait some seconds and try again."
        )
    async with queue.place_async():
        yield


# For routers whose handlers compute an assessment; before KNOW_VISITOR, which takes a place.
COMPUTE_PLACE = Depends(_compute_place, scope="function")


def _looks(request: Request) -> bool:
    """Whether the request changes nothing, by its method or as its route says."""
    return request.method in SAFE_METHODS or getattr(request.state, "only_looks", False)


async def _place(request: Request, database: TheDatabase) -> AsyncIterator[None]:
    # Taken in the event loop, so that a request that waits for its turn holds no thread.
    async with database.place_to_read() if _looks(request) else database.place_to_write():
        yield


def _session(
    request: Request,
    database: TheDatabase,
    _: Annotated[None, Depends(_place, scope="function")],
) -> Iterator[Session]:
    with database.reading() if _looks(request) else database.writing() as session:
        yield session


# The request's one transaction. scope="function": it is committed before the answer leaves, so
# that nobody is told a success that the database then refuses.
Db = Annotated[Session, Depends(_session, scope="function")]


def visitor(
    request: Request,
    *,
    db: Db,
    database: TheDatabase,
    cookie: Cookie,
    now: Now,
    afterwards: BackgroundTasks,
) -> Person | None:
    """The person whose browser asks, by its cookie; None for somebody who is not signed in."""
    token = cookie.read(request)
    person = people.person_for(db, token, now) if token else None
    request.state.person = person  # for the page's header
    if person and people.is_due(db, token, now):
        afterwards.add_task(_note_seen, database, token, now)
    return person


async def _note_seen(database: Database, token: str, now: datetime) -> None:
    """Note, after the answer and in a transaction of its own, that the session is in use.

    In the request's it would make every look at a page wait for its turn to write.
    """
    with suppress(DatabaseUnusable):  # the page was answered, and this can wait for the next one
        async with database.place_to_write():
            await run_in_threadpool(_write_seen, database, token, now)


def _write_seen(database: Database, token: str, now: datetime) -> None:
    with database.writing() as session:
        people.note_seen(session, token, now)


# Every page depends on this, so that its header can say who is signed in.
KNOW_VISITOR = Depends(visitor)

# Whoever is asking: a person, or None for somebody who is not signed in.
Visitor = Annotated[Person | None, Depends(visitor)]


def _signed_in(visitor: Visitor) -> Person:
    if visitor is None:
        raise SignInNeeded("This page belongs to somebody: sign in to see it.")
    return visitor


# Whoever is asking, signed in for certain; a visitor gets the sign-in page instead.
SignedIn = Annotated[Person, Depends(_signed_in)]


def _confirmed(
    request: Request, *, db: Db, by: SignedIn, cookie: Cookie, now: Now, posted: Posted
) -> Person:
    if not people.is_confirmed(db, cookie.read(request), now):
        fields = tuple((k, v) for k, v in posted.multi_items() if isinstance(v, str))
        raise ConfirmationNeeded(request.url.path, fields)
    return by


# Whoever is asking, who gave their password or used a link in the last quarter of an hour.
Confirmed = Annotated[Person, Depends(_confirmed)]


def _administrator(by: SignedIn) -> Person:
    if not by.is_administrator:
        raise NotAllowed("Only administrators see this page.")
    return by


# An administrator. The services decide as well; this keeps the page itself from others.
Administrator = Annotated[Person, Depends(_administrator)]
ADMINISTRATORS_ONLY = Depends(_administrator)  # for a page that no service makes


async def _session_token(request: Request, cookie: Cookie) -> str:
    return cookie.read(request)


async def _second_person(request: Request) -> bool:
    needed: bool = request.app.state.settings.second_person
    return needed


# Whether what an administrator publishes waits until another one approves it.
SecondPerson = Annotated[bool, Depends(_second_person)]


# The token of the session that the request belongs to; empty for a visitor.
SessionToken = Annotated[str, Depends(_session_token)]


async def _caller(request: Request, user_agent: Annotated[str, Header()] = "") -> Caller:
    return Caller(request.client.host if request.client else "", user_agent)


# Where the request comes from.
From = Annotated[Caller, Depends(_caller)]


async def _passwords_count(request: Request) -> None:
    if not request.app.state.ways.passwords:
        raise NotAllowed("Nobody signs in with a password here: use your organisation's account.")


# For whatever begins with a password, or leads to a new one: not where a provider alone decides.
PASSWORDS_COUNT = Depends(_passwords_count)


def public_address(request: Request) -> str:
    """What to put in front of a path in a link that is sent to somebody.

    The request's own host only if the settings know it: anybody can write any name there.
    """
    settings = request.app.state.settings
    if not settings.public_url and (request.url.hostname or "") in settings.known_hosts:
        return str(request.base_url).rstrip("/")
    address: str = settings.address
    return address


Typed = Annotated[str, Form(max_length=10_000)]
