"""Answering: one section a page, saved as one types, checked on "Save and continue"."""

import secrets
from dataclasses import replace
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from app.services import answering, asking, assessments, projects
from app.web import forms
from app.web.current import CurrentProject, Key, TheReference
from app.web.deps import Db, Now, SignedIn
from app.web.forms import Posted
from app.web.pages.asking import next_questions
from app.web.pages.blocks import Draft
from app.web.pages.questions import (
    after,
    chosen_from,
    saved_page,
    section_of,
    section_page,
    typed_problems,
    way_through,
)
from app.web.render import show

router = APIRouter()

Returns = Annotated[str, Query(max_length=20)]


@router.get("/projects/{project_id}/questions/{section}")
def section(
    request: Request,
    db: Db,
    now: Now,
    reference: TheReference,
    project: CurrentProject,
    section: Key,
    returns: Returns = "",
) -> Response:
    """The questions of one section, with what is stored."""
    page = section_page(
        project,
        reference.questions,
        Draft(answering.current(db, project), {}),
        section,
        way_through(project),
        window=a_window(),
        now=now,
        returns=returns,
    )
    known = asking.find(db, project, projects.answers(db, project))
    sections = way_through(project).addresses(reference.questions)
    asked = next_questions(known, reference.questions, sections)
    return show(request, replace(page, asking=asked))


def a_window() -> str:
    """A name for a page that is about to be opened, unlike that of any other."""
    return secrets.token_urlsafe(12)


@router.post("/projects/{project_id}/questions/{section}")
def save_section(  # noqa: PLR0913  # dependencies, an address and a form
    request: Request,
    db: Db,
    by: SignedIn,
    now: Now,
    reference: TheReference,
    project: CurrentProject,
    section: Key,
    posted: Posted,
) -> Response:
    """Store what was typed; then onwards, or the same page with what is wrong."""
    edit = forms.edit(posted, reference.questions)
    clashes = answering.save(
        db, reference.questions, by, project, edit.given, window=edit.window, now=now
    )
    draft = Draft(answering.current(db, project), clashes)
    problems = typed_problems(assessments.check(db, reference, project), draft.stored)
    way = way_through(project)
    page = section_page(
        project,
        reference.questions,
        draft,
        section,
        way,
        window=edit.window or a_window(),
        now=now,
        problems=() if edit.has_chosen else problems,
        returns=forms.text(posted, "returns"),
    )
    if clashes:
        return show(request, page, status=HTTPStatus.CONFLICT)
    if edit.has_chosen:
        return RedirectResponse(chosen_from(page, edit), HTTPStatus.SEE_OTHER)
    if page.problems:
        return show(request, page, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    where = after(page, way, reference.questions, edit.given)
    return RedirectResponse(where, HTTPStatus.SEE_OTHER)


@router.post("/projects/{project_id}/answers")
def autosave(
    request: Request,
    db: Db,
    by: SignedIn,
    now: Now,
    reference: TheReference,
    project: CurrentProject,
    posted: Posted,
) -> Response:
    """Store what was typed, right or wrong; answer with what to say about it."""
    edit = forms.edit(posted, reference.questions)
    clashes = answering.save(
        db, reference.questions, by, project, edit.given, window=edit.window, now=now
    )
    page = section_page(
        project,
        reference.questions,
        Draft(answering.current(db, project), clashes),
        section_of(reference.questions, edit.first),
        way_through(project),
        window=edit.window or a_window(),
        now=now,
    )
    page = saved_page(page, edit, f"Saved {now:%H:%M} by {by.name}")
    return show(request, page, block="saved", status=HTTPStatus.CONFLICT if clashes else 200)
