"""Signing in and out. Looking at a link changes nothing; pressing its button uses it up."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form, Header, Request
from fastapi.responses import RedirectResponse, Response

from app.domain.errors import InvalidAnswers
from app.persistence import Session
from app.services import people
from app.web.deps import Cookie, Db, Now
from app.web.pages.base import Page
from app.web.pages.people import SetUpPage, SignInPage
from app.web.render import show

router = APIRouter()

Token = Annotated[str, Form(max_length=100)]
UserAgent = Annotated[str, Header()]


@router.get("/setup")
def look_at_setup(request: Request, db: Db, now: Now, token: str = "") -> Response:
    """The form that this link leads to."""
    return show(request, _form_for(token, db, now))


@router.post("/setup")
def setup(
    request: Request,
    *,
    db: Db,
    now: Now,
    cookie: Cookie,
    token: Token,
    name: Annotated[str, Form()] = "",
    user_agent: UserAgent = "",
) -> Response:
    """Create the first administrator and sign them in."""
    try:
        session = people.accept_sign_in_link(db, token, name=name, user_agent=user_agent, now=now)
    except InvalidAnswers as error:
        page = SetUpPage(token=token, name=name, problem=error.problems[0].message)
        return show(request, page, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return _signed_in(cookie, session)


@router.get("/sign-in")
def look_at_sign_in(request: Request, db: Db, now: Now, token: str = "") -> Response:
    """The form that this link leads to; without a link, how to get one."""
    return show(request, _form_for(token, db, now) if token else SignInPage())


@router.post("/sign-in")
def sign_in(db: Db, now: Now, cookie: Cookie, token: Token, user_agent: UserAgent = "") -> Response:
    """Use the link up and begin a session."""
    session = people.accept_sign_in_link(db, token, name="", user_agent=user_agent, now=now)
    return _signed_in(cookie, session)


@router.post("/sign-out")
def sign_out(request: Request, db: Db, cookie: Cookie) -> Response:
    """End the session, on the server too."""
    people.sign_out(db, cookie.read(request))
    response = RedirectResponse("/", HTTPStatus.SEE_OTHER)
    cookie.take_back(response)
    return response


def _form_for(token: str, db: Session, now: datetime) -> Page:
    creates_administrator = people.check_sign_in_link(db, token, now)
    return SetUpPage(token=token) if creates_administrator else SignInPage(token=token)


def _signed_in(cookie: Cookie, session_token: str) -> Response:
    response = RedirectResponse("/projects", HTTPStatus.SEE_OTHER)
    cookie.give(response, session_token, lasts=people.SESSION_LASTS)
    return response
