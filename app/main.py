"""The web application, put together: the one place that knows everything."""

import gc
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from urllib.parse import unquote, urlsplit

import anyio.to_thread
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from starlette.middleware import Middleware

from app import reference
from app.persistence.engine import Database, connect, migrate
from app.persistence.fair_queue import FairQueue
from app.services import cases, prices, rules, samples, weights
from app.services.backtest_keeper import BacktestKeeper
from app.services.letters import MailServer
from app.services.openid_provider import Client, Provider
from app.services.what_if import KeptOutcomes
from app.settings import Settings, shown
from app.web import api, errors, routes, security
from app.web.api.meter import Meter
from app.web.kept import KeptPages
from app.web.link_misses import LinkMisses
from app.web.pages.administration import SettingRow
from app.web.pages.base import Ways
from app.web.presence import Presence
from app.web.render import STATIC
from app.web.static import KeptFiles

# Pages are computed, not waited for: more threads than this only take turns on the same cores,
# and make the slowest answers slower.
THREADS = 4


def create_app(settings: Settings) -> FastAPI:
    """Bring the database up to date and return the application that serves it.

    Raises:
        DatabaseUnusable: the database cannot be reached, written or understood.
        ValueError: the shipped facts have a mistake.
    """
    return assemble(settings, prepare(settings))


def prepare(settings: Settings) -> Database:
    """The database, brought up to date and with the samples in it.

    Of several processes that start at once, one migrates and assesses the samples; the others
    wait for it.

    Raises:
        DatabaseUnusable, ValueError: as `create_app`.
    """
    facts = reference.load()  # now, so that a mistake stops the start and not a page
    migrate(settings.database)
    database = connect(settings.database)
    with database.alone_everywhere() as session:
        now = datetime.now(UTC)
        prices.ensure(session, facts, now)
        library = weights.facts_in_force(session, facts)
        weights.ensure(session, library, now)
        rules.fill(session)
        in_force = weights.in_force(session, library)
        samples.ensure(session, in_force, worlds=settings.worlds, now=now)
        cases.ensure(session, in_force)
    return database


def assemble(settings: Settings, database: Database) -> FastAPI:
    """The application over a database that is up to date."""
    app = FastAPI(
        lifespan=_lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        default_response_class=HTMLResponse,
        middleware=[  # outermost first
            Middleware(security.RequestLog),
            Middleware(security.ResponseHeaders, https=settings.uses_https),
            Middleware(security.LastResort, apology=errors.apology),
            Middleware(
                security.SameOrigin,
                public_origin=settings.public_url,
                refusal=errors.refusal,
            ),
            Middleware(security.Utf8Only, refusal=errors.other_encoding),
            Middleware(
                security.BodyLimit,
                most_bytes=security.MAX_BODY_BYTES,
                refusal=errors.too_large,
            ),
        ],
    )
    equip(app, settings, database)
    errors.install(app)
    routes.install(app)
    api.install(app)
    app.mount("/static", KeptFiles(directory=STATIC), name="static")
    return app


def equip(app: FastAPI, settings: Settings, database: Database) -> None:
    """Give the handlers what they work with, all of it new and over `database`."""
    app.state.settings = settings
    app.state.setting_rows = tuple(
        SettingRow(row.name, row.value, row.origin, row.means) for row in shown(settings)
    )
    app.state.database = database
    app.state.computing = FairQueue(1)
    app.state.kept = KeptPages()
    app.state.outcomes = KeptOutcomes()
    app.state.backtest_keeper = BacktestKeeper(
        database, reference.load(), app.state.computing, failed=_note_failure
    )
    app.state.cookie = security.SessionCookie(https=settings.uses_https)
    app.state.openid_cookie = security.SessionCookie("footing-openid", https=settings.uses_https)
    app.state.openid = _provider(settings)
    app.state.mail_server = _mail_server(settings)
    app.state.ways = _ways(settings)
    app.state.meter = Meter()
    app.state.link_misses = LinkMisses()
    app.state.presence = Presence()


def _ways(settings: Settings) -> Ways:
    return Ways(
        passwords=not settings.sso_only,
        provider=settings.oidc_name if settings.oidc_issuer else "",
        letters=bool(settings.smtp_url) and not settings.sso_only,
    )


def _provider(settings: Settings) -> Provider | None:
    if not settings.oidc_issuer:
        return None
    client = Client(
        issuer=settings.oidc_issuer,
        client_id=settings.oidc_client_id,
        client_secret=settings.client_secret,
        redirect_uri=f"{settings.public_url}/sign-in/openid/done",
        name=settings.oidc_name,
    )
    return Provider(client)


def _mail_server(settings: Settings) -> MailServer | None:
    if not settings.smtp_url:
        return None
    parts = urlsplit(settings.smtp_url)
    return MailServer(
        host=parts.hostname or "",
        port=parts.port or 0,
        is_tls=parts.scheme == "smtps",
        user=unquote(parts.username or ""),
        password=settings.smtp_password,
        sender=settings.mail_from,
    )


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
    # What is here now stays: without this the collector walks it again and again, and one page
    # in a hundred takes 50 ms instead of 7.
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 100)
    app.state.backtest_keeper.start()
    yield
    # In a thread, so that what is under way can still be answered meanwhile.
    await anyio.to_thread.run_sync(app.state.backtest_keeper.stop)
    app.state.database.close()


def _note_failure(error: Exception) -> None:
    logging.getLogger("footing.backtest").error("The back-test was not computed.", exc_info=error)
