"""For administrators: people, the rules, and how this Footing is set up."""

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Literal

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from app.persistence import Session
from app.services import administration, rules, teams
from app.services.people import Person
from app.web.current import Number, TheReference
from app.web.deps import (
    ADMINISTRATORS_ONLY,
    PASSWORDS_COUNT,
    Administrator,
    Confirmed,
    Db,
    Now,
    public_address,
)
from app.web.pages.administration import PeoplePage, PersonPage, SettingsPage
from app.web.pages.rules import rules_page
from app.web.render import show

router = APIRouter(prefix="/admin")

Act = Literal["appoint", "dismiss", "close", "reopen"]
_ACTS: dict[Act, Callable[[Session, Person, int, datetime], None]] = {
    "appoint": administration.appoint,
    "dismiss": administration.dismiss,
    "close": administration.close,
    "reopen": administration.reopen,
}


@router.get("/people")
def everybody(request: Request, db: Db, by: Administrator) -> Response:
    """All accounts."""
    orphans = tuple((team, tuple(members)) for team, members in teams.without_owner(db, by))
    return show(request, PeoplePage(tuple(administration.everybody(db, by)), orphans))


@router.get("/people/{person_id}")
def look(request: Request, db: Db, by: Administrator, person_id: Number) -> Response:
    """One account."""
    account = administration.account(db, by, person_id)
    return show(request, PersonPage(account, is_own=person_id == by.id))


@router.post("/people/{person_id}/link", dependencies=[PASSWORDS_COUNT])
def make_link(request: Request, *, db: Db, by: Confirmed, now: Now, person_id: Number) -> Response:
    """Make a sign-in link for somebody who forgot their password, and show it this once."""
    link = administration.link_for(db, by, person_id, now)
    account = administration.account(db, by, person_id)
    page = PersonPage(account, is_own=False, link=public_address(request) + link.path)
    return show(request, page, status=HTTPStatus.CREATED)


@router.post("/people/{person_id}/{act}")
def act(*, db: Db, by: Confirmed, now: Now, person_id: Number, act: Act) -> Response:
    """Appoint, dismiss, close or reopen."""
    _ACTS[act](db, by, person_id, now)
    return RedirectResponse(f"/admin/people/{person_id}", HTTPStatus.SEE_OTHER)


@router.post("/teams/{team_id}/owner/{person_id}")
def give_owner(*, db: Db, by: Confirmed, now: Now, team_id: Number, person_id: Number) -> Response:
    """Find an owner for a team that has none."""
    teams.give_owner(db, by, team_id, person_id, now=now)
    return RedirectResponse("/admin/people", HTTPStatus.SEE_OTHER)


@router.get("/rules")
def read_rules(request: Request, db: Db, by: Administrator, reference: TheReference) -> Response:
    """The must-haves, contradictions and defaults, and how often each made a difference."""
    questions = reference.questions
    return show(request, rules_page(questions, rules.usage(db, by, questions)))


@router.get("/settings", dependencies=[ADMINISTRATORS_ONLY])
def settings(request: Request) -> Response:
    """How this Footing is set up, and by what."""
    return show(request, SettingsPage(request.app.state.setting_rows))
