"""Answering: one section a page, saved as one types, checked on "Save and continue"."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from app.services import assessments, projects
from app.web import forms
from app.web.current import CurrentProject, Key, TheReference
from app.web.deps import Db, Now, SignedIn
from app.web.forms import Posted
from app.web.pages.questions import after, saved_page, section_page, typed_problems
from app.web.render import show

router = APIRouter()

Returns = Annotated[str, Query(max_length=20)]


@router.get("/projects/{project_id}/questions/{section}")
def section(
    request: Request,
    db: Db,
    reference: TheReference,
    project: CurrentProject,
    section: Key,
    returns: Returns = "",
) -> Response:
    """The questions of one section, with what is stored."""
    stored = projects.answers(db, project)
    page = section_page(project, reference.questions, stored, section, returns=returns)
    return show(request, page)


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
    typed = forms.typed_answers(posted, reference.questions)
    projects.save_answers(db, by, project, typed, now)
    stored = projects.answers(db, project)
    problems = typed_problems(assessments.check(db, reference, project), stored)
    returns = forms.text(posted, "returns")
    page = section_page(
        project, reference.questions, stored, section, problems=problems, returns=returns
    )
    if page.problems:
        return show(request, page, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    where = after(page, project, reference.questions, typed)
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
    """Store one question as typed, right or wrong; answer with what to say about it."""
    typed = forms.typed_answers(posted, reference.questions)
    projects.save_answers(db, by, project, typed, now)
    stored = projects.answers(db, project)
    page = saved_page(
        project, reference.questions, stored, typed, f"Saved {now:%H:%M} by {by.name}"
    )
    return show(request, page, block="saved")
