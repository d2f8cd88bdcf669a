"""The history of a project: naming versions, and taking up earlier answers again."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from app.services import activity, assessments, projects, versions
from app.web.current import MOST, CurrentProject, Number, TheReference
from app.web.deps import Db, Now, SignedIn, Typed
from app.web.pages.history import history_page, restore_page
from app.web.render import show

router = APIRouter()

MOST_EVENTS = 100

AsOf = Annotated[int, Form(ge=0, le=MOST)]


@router.get("/projects/{project_id}/history")
def history(
    request: Request,
    db: Db,
    by: SignedIn,
    now: Now,
    reference: TheReference,
    project: CurrentProject,
) -> Response:
    """The versions, the kept drafts, and who did what."""
    page = history_page(
        project,
        reference.questions,
        assessments.listing(db, project),
        versions.names(db, project),
        versions.drafts(db, project),
        activity.newest(db, project, most=MOST_EVENTS),
        now,
        may_edit=projects.may_edit(by, project),
    )
    return show(request, page)


@router.post("/projects/{project_id}/versions/{number}/name")
def name(
    db: Db, by: SignedIn, now: Now, project: CurrentProject, number: Number, name: Typed = ""
) -> Response:
    """Name a version, or take its name away."""
    versions.name(db, by, project, number, name, now)
    return RedirectResponse(f"/projects/{project.id}/history", HTTPStatus.SEE_OTHER)


@router.get("/projects/{project_id}/versions/{number}/restore")
def look_at_version(
    request: Request,
    db: Db,
    by: SignedIn,
    reference: TheReference,
    project: CurrentProject,
    number: Number,
) -> Response:
    """What would be replaced by the answers of a version."""
    projects.require_editor(by, project)
    earlier = versions.of_version(db, project, number)
    here = f"/projects/{project.id}/versions/{number}/restore"
    present = projects.answers(db, project)
    return show(request, restore_page(project, reference.questions, earlier, present, here))


@router.post("/projects/{project_id}/versions/{number}/restore")
def restore_version(
    db: Db, by: SignedIn, now: Now, project: CurrentProject, number: Number, as_of: AsOf = 0
) -> Response:
    """Replace the answers by those of a version."""
    earlier = versions.of_version(db, project, number)
    versions.restore(db, by, project, earlier, as_of, now)
    return RedirectResponse(f"/projects/{project.id}", HTTPStatus.SEE_OTHER)


@router.get("/projects/{project_id}/drafts/{kept_id}/restore")
def look_at_draft(
    request: Request,
    db: Db,
    by: SignedIn,
    reference: TheReference,
    project: CurrentProject,
    kept_id: Number,
) -> Response:
    """What would be replaced by a draft that was kept."""
    projects.require_editor(by, project)
    earlier = versions.of_draft(db, project, kept_id)
    here = f"/projects/{project.id}/drafts/{kept_id}/restore"
    present = projects.answers(db, project)
    return show(request, restore_page(project, reference.questions, earlier, present, here))


@router.post("/projects/{project_id}/drafts/{kept_id}/restore")
def restore_draft(
    db: Db, by: SignedIn, now: Now, project: CurrentProject, kept_id: Number, as_of: AsOf = 0
) -> Response:
    """Replace the answers by a draft that was kept."""
    earlier = versions.of_draft(db, project, kept_id)
    versions.restore(db, by, project, earlier, as_of, now)
    return RedirectResponse(f"/projects/{project.id}", HTTPStatus.SEE_OTHER)
