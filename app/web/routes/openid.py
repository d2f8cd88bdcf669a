"""To an OpenID provider and back.

These handlers hold no transaction while they wait for the provider: it may be slow.
"""

import logging
from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated, TypeVar

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from app.domain.errors import NotFound
from app.persistence import Session
from app.persistence.engine import Database
from app.services import openid, people
from app.services.openid import Way
from app.services.openid_provider import Provider, ProviderAway, ProviderRefused
from app.web.deps import (
    ConfirmationNeeded,
    Cookie,
    From,
    Now,
    SessionToken,
    SignInNeeded,
    TheDatabase,
    Typed,
)
from app.web.forms import own_path
from app.web.pages.people import LeavingPage, SignInPage
from app.web.render import show
from app.web.security import SessionCookie

router = APIRouter()

log = logging.getLogger("footing.request")
T = TypeVar("T")

FromProvider = Annotated[str, Query(max_length=4_000)]


async def _provider(request: Request) -> Provider:
    provider: Provider | None = request.app.state.openid
    if provider is None:
        raise NotFound("Nobody signs in by a provider here.")
    return provider


async def _browser_cookie(request: Request) -> SessionCookie:
    cookie: SessionCookie = request.app.state.openid_cookie
    return cookie


TheProvider = Annotated[Provider, Depends(_provider)]
BrowserCookie = Annotated[SessionCookie, Depends(_browser_cookie)]


@router.post("/sign-in/openid")
async def leave(  # noqa: PLR0913  # dependencies and a form
    request: Request,
    *,
    database: TheDatabase,
    provider: TheProvider,
    browser: BrowserCookie,
    now: Now,
    to: Typed = "",
    invitation: Annotated[str, Form(max_length=100)] = "",
    afresh: Annotated[bool, Form()] = False,
) -> Response:
    """Send the browser to the provider, to sign in or to take an invitation."""
    try:
        question = await provider.question(afresh=afresh)
    except ProviderAway as error:
        return _away(request, provider, error)
    way = Way(leads_to=own_path(to or "/projects"), invitation=invitation)
    token = await _in_transaction(database, lambda db: openid.begin(db, question, way, now))
    return _leaving(request, provider, question.address, browser, token)


@router.post("/account/openid")
async def leave_to_link(
    request: Request,
    *,
    database: TheDatabase,
    provider: TheProvider,
    browser: BrowserCookie,
    session: SessionToken,
    now: Now,
) -> Response:
    """Send the browser to the provider, to link its account there to the one here."""
    try:
        question = await provider.question()
    except ProviderAway as error:
        return _away(request, provider, error)

    def begin(db: Session) -> str:
        by = people.person_for(db, session, now)
        if by is None:
            raise SignInNeeded("Sign in first: then you can link your account.")
        if not people.is_confirmed(db, session, now):
            raise ConfirmationNeeded("/account/openid", ())
        way = Way(leads_to="/account?done=linked", person_id=by.id)
        return openid.begin(db, question, way, now)

    token = await _in_transaction(database, begin)
    return _leaving(request, provider, question.address, browser, token)


@router.get("/sign-in/openid/done")
async def come_back(  # noqa: PLR0913  # dependencies and what the provider sends
    request: Request,
    *,
    database: TheDatabase,
    provider: TheProvider,
    cookie: Cookie,
    browser: BrowserCookie,
    session: SessionToken,
    caller: From,
    now: Now,
    state: FromProvider = "",
    code: FromProvider = "",
    iss: FromProvider = "",
) -> Response:
    """Ask the provider about whoever came back, and begin a session."""
    token = browser.read(request)
    flow = await _in_transaction(database, lambda db: openid.take(db, state, token, now))
    if flow is None or not code:
        return _refused(request, "You were not signed in there, or it took too long. Try again.")
    try:
        identity = await provider.identify(
            code, verifier=flow.verifier, nonce=flow.nonce, issuer=iss
        )
    except ProviderAway as error:
        return _away(request, provider, error)
    except ProviderRefused as error:
        log.warning("%s: %s", request.state.reference, error)
        sentence = f"What came back of {provider.name} cannot be believed. Try again; if it stays"
        return _refused(request, f"{sentence} so, tell whoever runs Footing: the log says why.")
    may_be_new: bool = request.app.state.settings.oidc_new_accounts
    begun = await _in_transaction(
        database,
        lambda db: openid.arrive(
            db,
            flow,
            identity,
            session_token=session,
            may_be_new=may_be_new,
            caller=caller,
            now=now,
        ),
    )
    response = RedirectResponse(own_path(flow.leads_to), HTTPStatus.SEE_OTHER)
    browser.take_back(response)
    cookie.give(response, begun, lasts=people.SESSION_LASTS)
    return response


async def _in_transaction(database: Database, work: Callable[[Session], T]) -> T:
    async with database.place_to_write():
        return await run_in_threadpool(_write, database, work)


def _write(database: Database, work: Callable[[Session], T]) -> T:
    with database.writing() as session:
        return work(session)


def _leaving(
    request: Request, provider: Provider, address: str, browser: SessionCookie, token: str
) -> Response:
    # No redirect: a form may lead only to us, and browsers hold redirects of forms to that too.
    response = show(request, LeavingPage(provider.name, address))
    response.headers["Refresh"] = f"0; url={address}"
    browser.give(response, token, lasts=openid.LASTS)
    return response


def _away(request: Request, provider: Provider, error: Exception) -> Response:
    log.error("%s: the OpenID provider: %s", request.state.reference, error)
    name = provider.name[:1].upper() + provider.name[1:]
    page = SignInPage(reason=f"{name} does not answer just now. Try again in a minute.")
    return show(request, page, status=HTTPStatus.SERVICE_UNAVAILABLE)


def _refused(request: Request, sentence: str) -> Response:
    return show(request, SignInPage(reason=sentence), status=HTTPStatus.FORBIDDEN)
