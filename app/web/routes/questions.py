"""Answering: one section a page, saved as one types, checked on "Save and continue"."""

import hashlib
from html import escape
from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.services import answering as service
from app.services import notes, projects
from app.web import answering
from app.web.answering import Desk
from app.web.current import CurrentProject, Key, Number, TheReference
from app.web.deps import Db, Now, SignedIn, Typed
from app.web.forms import LONGEST_WINDOW, Posted
from app.web.pages.questions import way_through
from app.web.presence import Presence

router = APIRouter()

Returns = Annotated[str, Query(max_length=60)]


def _desk(  # dependencies
    request: Request,
    db: Db,
    by: SignedIn,
    now: Now,
    reference: TheReference,
    project: CurrentProject,
) -> Desk:
    questions = reference.questions
    return Desk(
        request=request,
        db=db,
        reference=reference,
        project=project,
        way=way_through(project),
        name=by.name,
        may_edit=projects.may_edit(by, project),
        now=now,
        save=lambda edit: service.save(
            db, questions, by, project, edit.given, window=edit.window, now=now
        ),
        add_note=lambda question, text, form: notes.add(
            db, questions, by, project, question, text, now, form=form
        ),
    )


Own = Annotated[Desk, Depends(_desk)]


@router.get("/projects/{project_id}/questions/{section}")
def section(
    desk: Own,
    section: Key,
    returns: Returns = "",
    order: Annotated[Literal["worth", "usual"], Query()] = "worth",
) -> Response:
    """The questions of one section, with what is stored."""
    return answering.section(desk, section, returns, by_their_worth=order == "worth")


@router.post("/projects/{project_id}/questions/{section}")
def save_section(desk: Own, section: Key, posted: Posted) -> Response:
    """Store what was typed; then onwards, or the same page with what is wrong."""
    return answering.save_section(desk, section, posted)


@router.post("/projects/{project_id}/answers")
def autosave(desk: Own, posted: Posted) -> Response:
    """Store what was typed, right or wrong; answer with what to say about it."""
    return answering.autosave(desk, posted)


@router.get("/projects/{project_id}/questions/{section}/{question}")
def question(desk: Own, section: Key, question: Key) -> Response:
    """One question alone, with its notes and its earlier answers."""
    return answering.question(desk, section, question)


@router.post("/projects/{project_id}/questions/{section}/{question}/notes")
def add_note(
    desk: Own, section: Key, question: Key, note: Typed = "", form: Typed = ""
) -> Response:
    """Keep a note about a question."""
    return answering.add_note(desk, section, question, note, form)


@router.post("/projects/{project_id}/notes/{note_id}/resolve")
def resolve(
    db: Db,
    by: SignedIn,
    now: Now,
    reference: TheReference,
    project: CurrentProject,
    note_id: Number,
) -> Response:
    """Mark a note as resolved."""
    key = notes.resolve(db, reference.questions, by, project, note_id, now)
    here = way_through(project).question(reference.questions.question(key))
    return RedirectResponse(f"{here}#notes", HTTPStatus.SEE_OTHER)


@router.get("/projects/{project_id}/here/{section}")
def who_is_here(
    request: Request,
    by: SignedIn,
    now: Now,
    project: CurrentProject,
    section: Key,
    window: Annotated[str, Query(max_length=LONGEST_WINDOW)] = "",
) -> Response:
    """Who else has this section open; nothing new is said as "not modified"."""
    presence: Presence = request.app.state.presence
    others = presence.others(f"{project.id}/{section}", window, by.name, now)
    verb = "is" if len(others) == 1 else "are"
    said = f"{' and '.join(others)} {verb} also in this section." if others else ""
    tag = f'"{hashlib.sha256(said.encode()).hexdigest()[:16]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if request.headers.get("If-None-Match") == tag:
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return HTMLResponse(escape(said), headers=headers)
