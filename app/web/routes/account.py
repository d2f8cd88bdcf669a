"""One's own account: details, password, and where one is signed in."""

from dataclasses import replace
from datetime import datetime
from http import HTTPStatus

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from app.domain.errors import InvalidAnswers
from app.persistence import Session
from app.services import accounts, people, teams
from app.services.people import Person
from app.web.current import Number
from app.web.deps import Confirmed, Db, Now, SessionToken, SignedIn, Typed
from app.web.pages.account import AccountPage, visit_rows
from app.web.pages.base import faults
from app.web.render import show

router = APIRouter()

_DONE = {
    "details": "Your name and address are saved.",
    "password": "Your password is changed; you are signed out everywhere else.",
    "visit": "That browser is signed out.",
}


@router.get("/account")
def look(
    request: Request, *, db: Db, by: SignedIn, token: SessionToken, now: Now, done: str = ""
) -> Response:
    """The account page."""
    page = _page(db, by, token, now)
    return show(request, replace(page, done=_DONE.get(done, "")))


@router.post("/account")
def change_details(
    request: Request,
    *,
    db: Db,
    by: Confirmed,
    token: SessionToken,
    now: Now,
    name: Typed = "",
    email: Typed = "",
) -> Response:
    """Change name and address."""
    try:
        accounts.change_details(db, by, name=name, email=email, now=now)
    except InvalidAnswers as error:
        page = _page(db, by, token, now)
        typed = replace(page, name=name, email=email, faults=faults(error.problems))
        return show(request, typed, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return RedirectResponse("/account?done=details", HTTPStatus.SEE_OTHER)


@router.post("/account/password")
def change_password(
    request: Request, *, db: Db, by: Confirmed, token: SessionToken, now: Now, password: Typed = ""
) -> Response:
    """Change the password, and sign out everywhere else."""
    try:
        accounts.change_password(db, by, token, password=password, now=now)
    except InvalidAnswers as error:
        page = replace(_page(db, by, token, now), faults=faults(error.problems))
        return show(request, page, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return RedirectResponse("/account?done=password", HTTPStatus.SEE_OTHER)


@router.post("/account/sessions/{session_id}/end")
def end_visit(db: Db, by: SignedIn, session_id: Number) -> Response:
    """Sign out another browser."""
    people.end_visit(db, by, session_id)
    return RedirectResponse("/account?done=visit", HTTPStatus.SEE_OTHER)


def _page(db: Session, by: Person, session_token: str, now: datetime) -> AccountPage:
    details = accounts.details(db, by)
    return AccountPage(
        name=details.name,
        email=details.email,
        has_password=details.has_password,
        visits=visit_rows(people.visits(db, by, session_token, now)),
        teams=tuple(teams.mine(db, by)),
    )
