"""Getting in and out. Looking at a link changes nothing; pressing its button uses it up."""

import logging
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from app.domain.errors import InvalidAnswers, NotFound, Problem
from app.persistence import Session
from app.persistence.engine import Database, DatabaseUnusable
from app.services import accounts, forgetting, invitations, people
from app.services.accounts import NewAccount
from app.services.invitations import Offer
from app.services.letters import Letter, MailServer, NotSent
from app.web.deps import (
    PASSWORDS_COUNT,
    Cookie,
    Db,
    From,
    Now,
    SessionToken,
    SignedIn,
    TheDatabase,
    Typed,
    Visitor,
    public_address,
)
from app.web.forms import Posted, own_path
from app.web.pages.base import faults
from app.web.pages.people import (
    ConfirmPage,
    ForgottenPage,
    JoinPage,
    SetUpPage,
    SignInLinkPage,
    SignInPage,
)
from app.web.render import show
from app.web.security import SessionCookie

router = APIRouter()

log = logging.getLogger("footing.request")

Token = Annotated[str, Form(max_length=100)]
CONFIRMING = "confirm_password"


async def _wanted(name: Typed = "", email: Typed = "", password: Typed = "") -> NewAccount:
    return NewAccount(name, email, password)


async def _letters_go(request: Request) -> None:
    if request.app.state.mail_server is None:
        raise NotFound("Footing sends no letters here. Ask an administrator for a sign-in link.")


LETTERS_GO = Depends(_letters_go)

Wanted = Annotated[NewAccount, Depends(_wanted)]


# ---- setting up ------------------------------------------------------------------------------


@router.get("/setup")
def look_at_setup(request: Request, db: Db, now: Now, token: str = "") -> Response:
    """The form that the set-up link leads to."""
    if not people.check_sign_in_link(db, token, now):
        raise people.set_up_already()
    return show(request, SetUpPage(token=token))


@router.post("/setup")
def setup(
    request: Request,
    *,
    db: Db,
    now: Now,
    cookie: Cookie,
    token: Token,
    wanted: Wanted,
    caller: From,
) -> Response:
    """Create the first administrator and sign them in."""
    try:
        session = accounts.set_up(db, token, wanted, caller=caller, now=now)
    except InvalidAnswers as error:
        page = SetUpPage(token, wanted.name, wanted.email, faults(error.problems))
        return show(request, page, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return _signed_in(request, cookie, db, session)


# ---- signing in and out ----------------------------------------------------------------------


@router.get("/sign-in")
def look_at_sign_in(request: Request, db: Db, now: Now, token: str = "") -> Response:
    """The form for address and password; with a link's token, its button."""
    if not token:
        return show(request, SignInPage())
    if people.check_sign_in_link(db, token, now):
        return RedirectResponse(f"/setup?token={token}", HTTPStatus.SEE_OTHER)
    return show(request, SignInLinkPage(token))


@router.post("/sign-in", dependencies=[PASSWORDS_COUNT])
def sign_in(
    request: Request,
    *,
    db: Db,
    now: Now,
    cookie: Cookie,
    caller: From,
    wanted: Wanted,
    to: Typed = "",
) -> Response:
    """Begin a session, if address and password belong together."""
    session = accounts.sign_in(
        db, email=wanted.email, password=wanted.password, caller=caller, now=now
    )
    if session is None:
        message = "Address and password do not belong together, or the account is closed."
        page = SignInPage("", to, wanted.email, faults([Problem("email", message)]))
        return show(request, page, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return _signed_in(request, cookie, db, session, to=to)


@router.post("/sign-in/link")
def use_link(
    request: Request, *, db: Db, now: Now, cookie: Cookie, token: Token, caller: From
) -> Response:
    """Use the link up and begin a session; there one may choose a new password."""
    session = people.accept_sign_in_link(db, token, caller=caller, now=now)
    return _signed_in(request, cookie, db, session, to="/account")


@router.post("/confirm")
def confirm(  # noqa: PLR0913  # dependencies and a form
    request: Request,
    *,
    db: Db,
    by: SignedIn,
    now: Now,
    token: SessionToken,
    cookie: Cookie,
    caller: From,
    posted: Posted,
) -> Response:
    """Check the password again, and send what was posted on to where it was going."""
    password, to = (str(posted.get(name, "")) for name in (CONFIRMING, "to"))
    # Without a password: whoever signed in again meanwhile, in another tab.
    is_afresh = not password and people.is_confirmed(db, token, now)
    if not is_afresh:
        token = accounts.confirm(db, by, token, password=password, caller=caller, now=now)
    if token:
        # 307: the browser posts the same fields again, now to where they belong.
        response = RedirectResponse(own_path(to), HTTPStatus.TEMPORARY_REDIRECT)
        cookie.give(response, token, lasts=people.SESSION_LASTS)
        return response
    kept = tuple(
        (name, value)
        for name, value in posted.multi_items()
        if isinstance(value, str) and name not in {CONFIRMING, "to"}
    )
    problem = Problem(CONFIRMING, "That is not the password of your account.")
    page = ConfirmPage(to, kept, faults([problem]))
    return show(request, page, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@router.get("/forgotten", dependencies=[PASSWORDS_COUNT, LETTERS_GO])
def look_at_forgotten(request: Request) -> Response:
    """The form for somebody who forgot their password."""
    return show(request, ForgottenPage())


@router.post("/forgotten", dependencies=[PASSWORDS_COUNT, LETTERS_GO])
def forgotten(
    request: Request,
    *,
    db: Db,
    database: TheDatabase,
    now: Now,
    caller: From,
    afterwards: BackgroundTasks,
    email: Typed = "",
) -> Response:
    """Say that a letter comes if there is such an account; whether there is, is seen later."""
    forgetting.ask(db, email, caller=caller, now=now)
    post = _Post(database, request.app.state.mail_server, public_address(request))
    afterwards.add_task(post.send, email, now)
    return show(request, ForgottenPage(asked=True))


@dataclass(frozen=True)
class _Post:
    """What it takes to write and send a letter after the answer is out."""

    database: Database
    server: MailServer
    address: str

    async def send(self, email: str, now: datetime) -> None:
        """Write the letter in a transaction of its own, and send it when the link is kept."""
        try:
            async with self.database.place_to_write():
                letter = await run_in_threadpool(self._write, email, now)
            if letter is not None:
                await run_in_threadpool(self.server.send, letter)
        except (DatabaseUnusable, NotSent) as error:
            log.error("A letter was not sent: %s", error)  # noqa: TRY400  # no traceback: it would name whom

    def _write(self, email: str, now: datetime) -> Letter | None:
        with self.database.writing() as session:
            return forgetting.write(session, email, address=self.address, now=now)


@router.post("/sign-out")
def sign_out(request: Request, db: Db, cookie: Cookie) -> Response:
    """End the session, on the server too."""
    people.sign_out(db, cookie.read(request))
    response = RedirectResponse("/", HTTPStatus.SEE_OTHER)
    cookie.take_back(response)
    return response


# ---- following an invitation -----------------------------------------------------------------


@router.get("/join")
def look_at_invitation(
    request: Request, db: Db, now: Now, visitor: Visitor, token: str = ""
) -> Response:
    """What the invitation offers, and how to take it."""
    offer = invitations.look(db, token, now)
    return show(request, JoinPage(token, offer, visitor.name if visitor else ""))


@router.post("/join", dependencies=[PASSWORDS_COUNT])
def join(
    request: Request,
    *,
    db: Db,
    now: Now,
    cookie: Cookie,
    token: Token,
    wanted: Wanted,
    caller: From,
) -> Response:
    """Make an account and enter the team."""
    offer = invitations.look(db, token, now)
    try:
        session = invitations.accept_as_new(db, token, wanted, caller=caller, now=now)
    except InvalidAnswers as error:
        page = JoinPage(token, offer, "", wanted.name, wanted.email, faults(error.problems))
        return show(request, page, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return _signed_in(request, cookie, db, session, to=_joined(offer))


@router.post("/join/signed-in")
def join_signed_in(db: Db, by: SignedIn, now: Now, token: Token) -> Response:
    """Enter the team with the account one is signed in with."""
    offer = invitations.accept(db, by, token, now)
    return RedirectResponse(_joined(offer), HTTPStatus.SEE_OTHER)


def _joined(offer: Offer) -> str:
    return f"/projects?joined={offer.team_id}"


def _signed_in(
    request: Request, cookie: SessionCookie, db: Session, session_token: str, *, to: str = ""
) -> Response:
    people.sign_out(db, cookie.read(request))  # the session that this browser had before
    response = RedirectResponse(own_path(to or "/projects"), HTTPStatus.SEE_OTHER)
    cookie.give(response, session_token, lasts=people.SESSION_LASTS)
    return response
