"""Projects: the list, a new one, its task list, checking its answers."""

from dataclasses import replace
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from app.domain.errors import InvalidAnswers
from app.services import asking, assessments, assignments, notes, once, projects, teams
from app.web.answering import a_name
from app.web.current import MOST, CurrentProject, TheReference
from app.web.deps import Db, Now, SignedIn, Typed
from app.web.pages.asking import next_questions
from app.web.pages.checking import check_page
from app.web.pages.projects import (
    hub_page,
    new_project_page,
    projects_page,
    refused_project,
)
from app.web.pages.questions import way_through
from app.web.render import show

router = APIRouter()

# Apart, because computing waits for its turn before anything else does.
computing = APIRouter()

TeamId = Annotated[int | None, Form(ge=1, le=MOST)]
Joined = Annotated[int, Query(ge=0, le=MOST)]


@router.get("/projects")
def listing(
    request: Request, db: Db, by: SignedIn, reference: TheReference, joined: Joined = 0
) -> Response:
    """The reader's own projects, and the samples; after joining a team, that they are in it."""
    found = projects.listing(db, by)
    page = projects_page(
        found,
        projects.work_on(db, found.own),
        assessments.heads(db, found.own),
        reference.questions,
        joined=next((team for team in teams.mine(db, by) if team.id == joined), None),
    )
    return show(request, page)


@router.get("/projects/new")
def new(request: Request, db: Db, by: SignedIn) -> Response:
    """The form for a new project."""
    return show(request, new_project_page(projects.teams_to_start_in(db, by), a_name()))


@router.post("/projects")
def start(  # noqa: PLR0913  # dependencies and a form
    request: Request,
    *,
    db: Db,
    by: SignedIn,
    now: Now,
    name: Typed = "",
    purpose: Typed = "",
    team_id: TeamId = None,
    form: Typed = "",
) -> Response:
    """Start a project and lead to its task list; a form sent twice starts one."""

    def begin() -> str:
        made = projects.start(db, by, name=name, purpose=purpose, team_id=team_id, now=now)
        return str(made.id)

    try:
        project_id = once.done(db, by, form and f"project:{form}", begin, now=now)
    except InvalidAnswers as error:
        empty = new_project_page(projects.teams_to_start_in(db, by), form)
        typed = replace(empty, name=name, purpose=purpose, team_id=team_id)
        page = refused_project(typed, error.problems)
        return show(request, page, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return RedirectResponse(f"/projects/{project_id}", HTTPStatus.SEE_OTHER)


@router.get("/projects/{project_id}")
def hub(
    request: Request, db: Db, by: SignedIn, reference: TheReference, project: CurrentProject
) -> Response:
    """The task list: every section with how far it is."""
    stored = projects.answers(db, project)
    problems = assessments.check(db, reference, project)
    versions = assessments.listing(db, project)
    page = hub_page(
        project,
        reference.questions,
        stored,
        problems,
        versions,
        by=by,
        assigned=assignments.listing(db, project),
        open_notes=sum(notes.count_open(db, project).values()),
        may_share=projects.may_edit(by, project),
        asking=next_questions(
            asking.find(db, project, stored),
            reference.questions,
            way_through(project).addresses(reference.questions),
        ),
    )
    return show(request, page)


@computing.post("/projects/{project_id}/next")
def ask(
    db: Db, by: SignedIn, now: Now, reference: TheReference, project: CurrentProject
) -> Response:
    """Compute what to answer next, and lead to it; or to what must be put right first."""
    try:
        asking.compute(db, reference, by, project, now)
    except InvalidAnswers:
        return RedirectResponse(f"/projects/{project.id}/check", HTTPStatus.SEE_OTHER)
    return RedirectResponse(f"/projects/{project.id}#next", HTTPStatus.SEE_OTHER)


@router.get("/projects/{project_id}/check")
def check(request: Request, db: Db, reference: TheReference, project: CurrentProject) -> Response:
    """Every answer, and what must be put right before a version can be saved."""
    stored = projects.answers(db, project)
    problems = assessments.check(db, reference, project)
    page = check_page(
        project,
        reference.questions,
        stored,
        problems,
        open_notes=notes.count_open(db, project),
        form=a_name(),
    )
    return show(request, page)
