"""Answering by a link, without an account: the sections that it is for, under a name.

No cookie says who somebody is here: the link is the permission. The name they type is kept in
a cookie of its own, for these pages only, and is as true as they want it to be.
"""

import base64
import binascii
from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, BackgroundTasks, Depends, Query, Request
from fastapi.responses import RedirectResponse, Response

from app.domain.decision.stakeholders import stated
from app.domain.errors import InvalidAnswers
from app.services import answer_links, assessments, projects, share_links, stakeholders
from app.services.answer_links import Invited
from app.web import answering
from app.web.answering import Desk
from app.web.current import Key, TheReference
from app.web.deps import Cookie, Db, From, Misses, Now, TheDatabase, Typed
from app.web.forms import Posted
from app.web.pages.answerers import asked_page
from app.web.pages.projects import progress
from app.web.pages.questions import Way
from app.web.pages.stakeholders import guest_page, posted
from app.web.render import show
from app.web.routes.questions import Returns
from app.web.routes.share_links import note_opened
from app.web.security import ANSWERED

router = APIRouter()

NAME_COOKIE = "footing-name"
NAME_LASTS_SECONDS = 90 * 24 * 3_600


def _invited(db: Db, now: Now, caller: From, misses: Misses, token: Key) -> Invited:
    with misses.counted(caller.network, now):
        return answer_links.look_up(db, token, now)


TheInvited = Annotated[Invited, Depends(_invited)]


async def _name(request: Request) -> str:
    try:
        kept = base64.urlsafe_b64decode(request.cookies.get(NAME_COOKIE, "").encode())
        return answer_links.usable_name(kept.decode())
    except (binascii.Error, UnicodeError, InvalidAnswers):
        return ""


# The name that somebody typed before they answered; empty before that.
TheName = Annotated[str, Depends(_name)]


def _desk(  # dependencies
    request: Request,
    db: Db,
    now: Now,
    reference: TheReference,
    invited: TheInvited,
    name: TheName,
    token: Key,
) -> Desk:
    questions = reference.questions
    here = f"{ANSWERED}{token}"
    return Desk(
        request=request,
        db=db,
        reference=reference,
        project=invited.project,
        way=Way(here, end=here, sections=invited.sections),
        name=f"{name} (by link)",
        may_edit=True,
        now=now,
        save=lambda edit: answer_links.save(
            db, questions, invited, name, edit.given, window=edit.window, now=now
        ),
        add_note=lambda question, text, form: answer_links.add_note(
            db, questions, invited, name, question, text, now, form=form
        ),
    )


Invitee = Annotated[Desk, Depends(_desk)]


@router.get(ANSWERED + "{token}")
def look(  # noqa: PLR0913  # dependencies and an address
    request: Request,
    db: Db,
    database: TheDatabase,
    now: Now,
    reference: TheReference,
    invited: TheInvited,
    name: TheName,
    token: Key,
    afterwards: BackgroundTasks,
) -> Response:
    """Who asks for what; with a name, the sections and how far each is."""
    afterwards.add_task(note_opened, database, invited.link_id, now)
    stored = projects.answers(db, invited.project)
    problems = assessments.check(db, reference, invited.project)
    rows = progress(reference.questions, stored, problems)
    page = asked_page(invited, reference.questions, f"{ANSWERED}{token}", rows, name=name)
    return show(request, page)


@router.post(ANSWERED + "{token}")
def say_who(
    request: Request,
    reference: TheReference,
    invited: TheInvited,
    cookie: Cookie,
    token: Key,
    name: Typed = "",
) -> Response:
    """Take the name that somebody answers under."""
    here = f"{ANSWERED}{token}"
    try:
        usable = answer_links.usable_name(name)
    except InvalidAnswers as error:
        page = asked_page(
            invited, reference.questions, here, (), name="", typed=name, problems=error.problems
        )
        return show(request, page, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    response = RedirectResponse(here, HTTPStatus.SEE_OTHER)
    response.set_cookie(
        NAME_COOKIE,
        base64.urlsafe_b64encode(usable.encode()).decode(),
        max_age=NAME_LASTS_SECONDS,
        path=ANSWERED.rstrip("/"),
        secure=cookie.https,
        httponly=True,
        samesite="strict",
    )
    return response


@router.get(ANSWERED + "{token}/questions/{section}")
def section(desk: Invitee, name: TheName, section: Key, returns: Returns = "") -> Response:
    """The questions of one section."""
    if not name:
        return RedirectResponse(desk.way.base, HTTPStatus.SEE_OTHER)
    return answering.section(desk, section, returns)


@router.post(ANSWERED + "{token}/questions/{section}")
def save_section(desk: Invitee, section: Key, posted: Posted) -> Response:
    """Store what was typed; then onwards, or the same page with what is wrong."""
    return answering.save_section(desk, section, posted)


@router.post(ANSWERED + "{token}/answers")
def autosave(desk: Invitee, posted: Posted) -> Response:
    """Store what was typed, right or wrong; answer with what to say about it."""
    return answering.autosave(desk, posted)


@router.get(ANSWERED + "{token}/questions/{section}/{question}")
def question(desk: Invitee, name: TheName, section: Key, question: Key) -> Response:
    """One question alone, with its notes and its earlier answers."""
    if not name:
        return RedirectResponse(desk.way.base, HTTPStatus.SEE_OTHER)
    return answering.question(desk, section, question)


@router.post(ANSWERED + "{token}/questions/{section}/{question}/notes")
def add_note(
    desk: Invitee, section: Key, question: Key, note: Typed = "", form: Typed = ""
) -> Response:
    """Keep a note about a question."""
    return answering.add_note(desk, section, question, note, form)


@router.get(ANSWERED + "{token}/weights")
def weigh(  # dependencies and an address
    request: Request,
    db: Db,
    reference: TheReference,
    invited: TheInvited,
    name: TheName,
    token: Key,
    kept: Annotated[Literal["", "yes"], Query()] = "",
) -> Response:
    """What counts for somebody without an account, as they stated it."""
    here, weights = f"{ANSWERED}{token}", reference.weights
    said = stakeholders.stated_by_link(db, invited, name, weights)
    if not name:
        return RedirectResponse(here, HTTPStatus.SEE_OTHER)
    return show(request, guest_page(invited, name, here, weights, said, was_kept=bool(kept)))


@router.post(ANSWERED + "{token}/weights")
def state_weights(  # noqa: PLR0913  # dependencies and a form
    request: Request,
    db: Db,
    now: Now,
    reference: TheReference,
    invited: TheInvited,
    name: TheName,
    token: Key,
    form: Posted,
) -> Response:
    """Keep what counts for somebody without an account, in place of what they stated before."""
    here, weights = f"{ANSWERED}{token}", reference.weights
    typed = posted(form, weights.criteria)
    ranked = [key for key in typed.ranks if key]
    try:
        said = stated(typed.method, ranked, typed.points, typed.sureness, weights)
        stakeholders.state_by_link(db, invited, name, said, now)
    except InvalidAnswers as error:
        page = guest_page(invited, name, here, weights, None, typed=typed, problems=error.problems)
        return show(request, page, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return RedirectResponse(f"{here}/weights?kept=yes", HTTPStatus.SEE_OTHER)


# Whatever else is put behind a link does not exist; without this, a slash at its end would be
# answered by a redirect, and no redirect ever carries a token.
@router.api_route(ANSWERED + "{rest:path}", methods=["GET", "HEAD", "POST"])
def nothing_else(caller: From, misses: Misses, now: Now, rest: str) -> Response:
    """Say that there is no such link."""
    del rest
    with misses.counted(caller.network, now):
        raise share_links.unknown_link()
