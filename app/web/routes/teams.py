"""Teams: who is in them, what each may do, and inviting others."""

from dataclasses import replace
from datetime import datetime
from http import HTTPStatus

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from app.domain.errors import InvalidAnswers
from app.persistence import Session
from app.services import invitations, once, teams
from app.services.people import Person
from app.web.answering import a_name
from app.web.current import Number
from app.web.deps import Confirmed, Db, Now, SignedIn, Typed, public_address
from app.web.pages.base import faults
from app.web.pages.teams import TeamPage, TeamsPage, team_page
from app.web.render import show

router = APIRouter()


@router.get("/teams")
def listing(request: Request, db: Db, by: SignedIn) -> Response:
    """The reader's teams."""
    return show(request, TeamsPage(tuple(teams.mine(db, by)), a_name()))


@router.post("/teams")
def start(  # dependencies and a form
    request: Request, db: Db, by: SignedIn, now: Now, name: Typed = "", form: Typed = ""
) -> Response:
    """Make a team; a form sent twice makes one."""

    def begin() -> str:
        return str(teams.start(db, by, name=name, now=now).id)

    try:
        team_id = once.done(db, by, once.named(form, "team", name), begin, now=now)
    except InvalidAnswers as error:
        page = TeamsPage(tuple(teams.mine(db, by)), a_name(), name, faults(error.problems))
        return show(request, page, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return _to(int(team_id))


@router.get("/teams/{team_id}")
def look(request: Request, db: Db, by: SignedIn, now: Now, team_id: Number) -> Response:
    """Who is in the team."""
    return show(request, _page(db, by, team_id, now))


@router.post("/teams/{team_id}/name")
def rename(
    request: Request, *, db: Db, by: SignedIn, now: Now, team_id: Number, name: Typed = ""
) -> Response:
    """Give the team another name."""
    try:
        teams.rename(db, by, team_id, name=name)
    except InvalidAnswers as error:
        page = replace(_page(db, by, team_id, now), name=name, faults=faults(error.problems))
        return show(request, page, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return _to(team_id)


@router.post("/teams/{team_id}/members/{person_id}")
def change_role(
    *, db: Db, by: Confirmed, now: Now, team_id: Number, person_id: Number, role: Typed = ""
) -> Response:
    """Let a member do more or less."""
    teams.change_role(db, by, team_id, person_id, role=role, now=now)
    return _to(team_id)


@router.post("/teams/{team_id}/members/{person_id}/out")
def take_out(*, db: Db, by: Confirmed, now: Now, team_id: Number, person_id: Number) -> Response:
    """Take a member out, or leave."""
    teams.take_out(db, by, team_id, person_id, now=now)
    return RedirectResponse("/teams", HTTPStatus.SEE_OTHER) if person_id == by.id else _to(team_id)


@router.post("/teams/{team_id}/invitations")
def invite(  # noqa: PLR0913  # dependencies and a form
    request: Request,
    *,
    db: Db,
    by: Confirmed,
    now: Now,
    team_id: Number,
    role: Typed = "",
    for_whom: Typed = "",
    form: Typed = "",
) -> Response:
    """Make an invitation and show its link, this once: only its hash is stored."""
    try:
        token = invitations.invite(
            db, by, team_id, role=role, for_whom=for_whom, now=now, form=form
        )
    except InvalidAnswers as error:
        page = _page(db, by, team_id, now)
        typed = replace(page, role=role, for_whom=for_whom, faults=faults(error.problems))
        return show(request, typed, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    page = _page(db, by, team_id, now)
    link = f"{public_address(request)}/join?token={token}"
    return show(request, replace(page, link=link, link_for=for_whom), status=HTTPStatus.CREATED)


@router.post("/teams/{team_id}/invitations/{invitation_id}/end")
def take_back(
    *, db: Db, by: SignedIn, now: Now, team_id: Number, invitation_id: Number
) -> Response:
    """End an invitation at once."""
    invitations.take_back(db, by, team_id, invitation_id, now=now)
    return _to(team_id)


def _page(db: Session, by: Person, team_id: int, now: datetime) -> TeamPage:
    team = teams.find(db, by, team_id)
    is_owner = team.role == "owner"
    waiting = invitations.open_ones(db, by, team_id, now) if is_owner else []
    return team_page(team, teams.members(db, team), waiting, by.id, a_name())


def _to(team_id: int) -> Response:
    return RedirectResponse(f"/teams/{team_id}", HTTPStatus.SEE_OTHER)
