"""Asking colleagues: sections for those of the team, and links for those without an account."""

from functools import partial
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from app.domain.errors import InvalidAnswers
from app.services import answer_links, assignments, share_links
from app.services.share_links import DAYS_PROPOSED
from app.services.texts import one_line
from app.web import forms
from app.web.answering import a_name
from app.web.current import MOST, CurrentProject, Number, TheReference
from app.web.deps import Db, Now, SignedIn, Typed, public_address
from app.web.forms import Posted
from app.web.pages.answerers import NOBODY, ask_page
from app.web.render import show
from app.web.security import ANSWERED

router = APIRouter()

Sections = Annotated[list[str], Form(max_length=100)]


@router.get("/projects/{project_id}/ask")
def look(
    request: Request,
    db: Db,
    by: SignedIn,
    now: Now,
    reference: TheReference,
    project: CurrentProject,
) -> Response:
    """Who is asked to answer what."""
    links = answer_links.listing(db, by, project)
    members, assigned = assignments.possible(db, project), assignments.listing(db, project)
    page = ask_page(project, reference.questions, members, assigned, links, now, form=a_name())
    return show(request, page)


@router.post("/projects/{project_id}/ask/sections")
def assign(  # dependencies and a form
    db: Db,
    by: SignedIn,
    now: Now,
    reference: TheReference,
    project: CurrentProject,
    posted: Posted,
) -> Response:
    """Ask colleagues of the team, section by section."""
    typed = {s.key: forms.text(posted, f"for.{s.key}") for s in reference.questions.sections}
    people = {section: int(one) for section, one in typed.items() if one.isdecimal()}
    people = {section: person for section, person in people.items() if person != NOBODY}
    assignments.assign(db, reference.questions, by, project, people, now)
    return RedirectResponse(f"/projects/{project.id}", HTTPStatus.SEE_OTHER)


@router.post("/projects/{project_id}/ask/links")
def create(  # noqa: PLR0913  # dependencies and a form
    request: Request,
    db: Db,
    by: SignedIn,
    now: Now,
    reference: TheReference,
    project: CurrentProject,
    sections: Sections = [],  # noqa: B006  # FastAPI copies it
    label: Typed = "",
    days: Annotated[int, Form(ge=0, le=MOST)] = DAYS_PROPOSED,
    form: Typed = "",
) -> Response:
    """Make a link and show it, this once; leading to another page would put it in an address."""
    questions = reference.questions
    members, assigned = assignments.possible(db, project), assignments.listing(db, project)
    page_with = partial(ask_page, project, questions, members, assigned, now=now, form=a_name())
    try:
        token = answer_links.create(
            db,
            questions,
            by,
            project,
            sections=sections,
            label=label,
            days=days,
            now=now,
            form=form,
        )
    except InvalidAnswers as error:
        page = page_with(
            answer_links.listing(db, by, project),
            chosen=sections,
            label=label,
            days=days,
            problems=error.problems,
        )
        return show(request, page, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    links = answer_links.listing(db, by, project)
    made = f"{public_address(request)}{ANSWERED}{token}"
    page = page_with(links, made=made, made_for=one_line(label))
    return show(request, page, status=HTTPStatus.CREATED)


@router.post("/projects/{project_id}/ask/links/{link_id}/revoke")
def revoke(db: Db, by: SignedIn, now: Now, project: CurrentProject, link_id: Number) -> Response:
    """End a link at once."""
    share_links.revoke(db, by, project, link_id, now)
    return RedirectResponse(f"/projects/{project.id}/ask#links", HTTPStatus.SEE_OTHER)
