"""Taking a project or a team along, bringing one in, deleting one for good."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import RedirectResponse, Response

from app.domain.errors import InvalidAnswers
from app.services import portability, projects, teams
from app.services.portability import MOST_BYTES, Archive
from app.web.current import MOST, CurrentProject, Number
from app.web.deps import Confirmed, Db, Now, SignedIn, Typed
from app.web.pages.portability import (
    import_page,
    project_archive_page,
    team_archive_page,
)
from app.web.render import show

router = APIRouter()


@router.get("/projects/import")
def choose(request: Request, db: Db, by: SignedIn) -> Response:
    """The form that brings an archive in."""
    return show(request, import_page(projects.teams_to_start_in(db, by)))


@router.post("/projects/import")
def bring_in(
    request: Request,
    *,
    db: Db,
    by: SignedIn,
    now: Now,
    team_id: Annotated[int, Form(ge=0, le=MOST)] = 0,
    file: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Add what the archive holds; or the form again, with what is wrong."""
    content = file.file.read(MOST_BYTES + 1) if file else b""
    try:
        portability.take_in(db, by, content, team_id=team_id or None, now=now)
    except InvalidAnswers as error:
        page = import_page(projects.teams_to_start_in(db, by), team_id, error.problems)
        return show(request, page, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return RedirectResponse("/projects", HTTPStatus.SEE_OTHER)


@router.get("/projects/{project_id}/archive")
def project_page(request: Request, by: SignedIn, project: CurrentProject) -> Response:
    """What can be taken along, and deleted."""
    projects.require_editor(by, project)
    return show(request, project_archive_page(project))


@router.post("/projects/{project_id}/archive")
def project_archive(db: Db, by: SignedIn, now: Now, project: CurrentProject) -> Response:
    """Everything of the project, as a file."""
    return _download(portability.of_project(db, by, project, now))


@router.post("/projects/{project_id}/delete")
def delete_project(
    request: Request, db: Db, by: Confirmed, now: Now, project: CurrentProject, typed: Typed = ""
) -> Response:
    """Delete it for good, if its name was typed."""
    try:
        portability.erase_project(db, by, project, typed, now)
    except InvalidAnswers as error:
        page = project_archive_page(project, typed=typed, problems=error.problems)
        return show(request, page, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return RedirectResponse("/projects", HTTPStatus.SEE_OTHER)


@router.get("/teams/{team_id}/archive")
def team_page(request: Request, db: Db, by: SignedIn, team_id: Number) -> Response:
    """What can be taken along of a team, and its deletion."""
    return show(request, team_archive_page(teams.owned(db, by, team_id)))


@router.post("/teams/{team_id}/archive")
def team_archive(db: Db, by: SignedIn, now: Now, team_id: Number) -> Response:
    """Everything of all its projects, as a file."""
    return _download(portability.of_team(db, by, team_id, now))


@router.post("/teams/{team_id}/delete")
def delete_team(
    request: Request, db: Db, by: Confirmed, now: Now, team_id: Number, typed: Typed = ""
) -> Response:
    """Delete it with all its projects, if its name was typed."""
    try:
        portability.erase_team(db, by, team_id, typed, now)
    except InvalidAnswers as error:
        team = teams.owned(db, by, team_id)
        page = team_archive_page(team, typed=typed, problems=error.problems)
        return show(request, page, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return RedirectResponse("/teams", HTTPStatus.SEE_OTHER)


def _download(archive: Archive) -> Response:
    return Response(
        archive.content,
        media_type="application/gzip",
        headers={"Content-Disposition": f'attachment; filename="{archive.name}"'},
    )
