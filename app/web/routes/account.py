"""One's own account: details, password, where one is signed in, and API tokens."""

from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from app.domain.errors import InvalidAnswers
from app.persistence import Session
from app.services import accounts, api_tokens, openid, people, teams
from app.services.api_tokens import Wanted
from app.services.people import Person
from app.web.answering import a_name
from app.web.current import MOST, Number
from app.web.deps import (
    PASSWORDS_COUNT,
    Confirmed,
    Cookie,
    Db,
    From,
    Now,
    SessionToken,
    SignedIn,
    Typed,
)
from app.web.pages.account import ALL_TEAMS, AccountPage, token_form, token_rows, visit_rows
from app.web.pages.base import faults
from app.web.render import show

router = APIRouter()

_DONE = {
    "details": "Your name and address are saved.",
    "password": "Your password is changed; you are signed out everywhere else.",
    "visit": "That browser is signed out.",
    "linked": "Your accounts are linked: from now on you can sign in by the other one.",
    "unlinked": "Your accounts are not linked any more.",
    "token": "The API token is ended: it opens nothing any more.",
}


async def _wanted(
    label: Typed = "", scope: Typed = "", days: Typed = "", team_id: Typed = ""
) -> Wanted:
    # What is not a number is none that is offered, and the sentence about it says what is.
    number = {text: int(text) for text in (days, team_id) if text.isascii() and text.isdecimal()}
    team = None if team_id in {"", ALL_TEAMS} else min(number.get(team_id, 0), MOST)
    return Wanted(label, scope, team, min(number.get(days, 0), MOST))


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


@router.post("/account/password", dependencies=[PASSWORDS_COUNT])
def change_password(  # noqa: PLR0913  # dependencies and a form
    request: Request,
    *,
    db: Db,
    by: SignedIn,
    token: SessionToken,
    cookie: Cookie,
    now: Now,
    caller: From,
    present: Typed = "",
    password: Typed = "",
) -> Response:
    """Change the password, and sign out everywhere else."""
    try:
        renewed = accounts.change_password(
            db, by, token, present=present, password=password, caller=caller, now=now
        )
    except InvalidAnswers as error:
        page = replace(_page(db, by, token, now), faults=faults(error.problems))
        return show(request, page, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    response = RedirectResponse("/account?done=password", HTTPStatus.SEE_OTHER)
    cookie.give(response, renewed, lasts=people.SESSION_LASTS)
    return response


@router.post("/account/openid/unlink")
def unlink(db: Db, by: Confirmed, now: Now) -> Response:
    """Forget who one is at the provider."""
    openid.unlink(db, by, now)
    return RedirectResponse("/account?done=unlinked", HTTPStatus.SEE_OTHER)


@router.post("/account/sessions/{session_id}/end")
def end_visit(db: Db, by: SignedIn, session_id: Number) -> Response:
    """Sign out another browser."""
    people.end_visit(db, by, session_id)
    return RedirectResponse("/account?done=visit", HTTPStatus.SEE_OTHER)


@router.post("/account/tokens")
def make_token(
    request: Request,
    *,
    db: Db,
    by: Confirmed,
    token: SessionToken,
    now: Now,
    wanted: Annotated[Wanted, Depends(_wanted)],
    form: Typed = "",
) -> Response:
    """Make an API token, and show it this once."""
    try:
        made = api_tokens.make(db, by, wanted, now, form)
    except InvalidAnswers as error:
        page = replace(_page(db, by, token, now, wanted), faults=faults(error.problems))
        return show(request, page, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    page = replace(_page(db, by, token, now), made=made, made_for=wanted.label)
    return show(request, page, status=HTTPStatus.CREATED)


@router.post("/account/tokens/{token_id}/end")
def end_token(db: Db, by: SignedIn, now: Now, token_id: Number) -> Response:
    """End an API token at once."""
    api_tokens.revoke(db, by, token_id, now)
    return RedirectResponse("/account?done=token", HTTPStatus.SEE_OTHER)


def _page(
    db: Session,
    by: Person,
    session_token: str,
    now: datetime,
    wanted: Wanted = Wanted(),  # noqa: B008  # frozen
) -> AccountPage:
    details, own_teams = accounts.details(db, by), teams.mine(db, by)
    return AccountPage(
        name=details.name,
        email=details.email,
        has_password=details.has_password,
        is_linked=openid.is_linked(db, by),
        visits=visit_rows(people.visits(db, by, session_token, now)),
        teams=tuple(own_teams),
        tokens=token_rows(api_tokens.mine(db, by), now),
        wanted=token_form(wanted, own_teams),
        form=a_name(),
    )
