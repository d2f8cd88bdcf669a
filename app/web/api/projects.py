"""Projects and their answers."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Header
from fastapi.responses import JSONResponse, Response

from app.services import assessments, projects
from app.web.api.asking import ApiCaller, ApiProject
from app.web.api.models import AnswersFile, NewProject, ProjectOut, ProjectsOut
from app.web.current import TheReference
from app.web.deps import Db, Now
from app.web.security import API

router = APIRouter(prefix=API, default_response_class=JSONResponse)


@router.get("/projects")
def listing(db: Db, by: ApiCaller) -> ProjectsOut:
    """The projects that the caller can see."""
    found = projects.listing(db, by)
    return ProjectsOut(
        projects=[ProjectOut.of(project) for project in found.own],
        samples=[ProjectOut.of(project) for project in found.samples],
    )


@router.post("/projects", status_code=HTTPStatus.CREATED)
def start(db: Db, by: ApiCaller, now: Now, wanted: NewProject, response: Response) -> ProjectOut:
    """Start a project."""
    project = projects.start(
        db, by, name=wanted.name, purpose=wanted.purpose, team_id=wanted.team_id, now=now
    )
    response.headers["Location"] = f"{API}/projects/{project.id}"
    return ProjectOut.of(project)


@router.get("/projects/{project_id}")
def look(project: ApiProject) -> ProjectOut:
    """One project."""
    return ProjectOut.of(project)


@router.get("/projects/{project_id}/answers")
def answers(
    db: Db, project: ApiProject, reference: TheReference, response: Response
) -> AnswersFile:
    """The answers as an answers file, as they were typed: an unfinished one may be refused."""
    response.headers["ETag"] = f'"{assessments.answers_tag(projects.answers(db, project))}"'
    return AnswersFile.model_validate(projects.answers_file(db, project, reference.questions))


@router.put("/projects/{project_id}/answers")
def replace(  # noqa: PLR0913  # dependencies and a body
    db: Db,
    by: ApiCaller,
    now: Now,
    project: ApiProject,
    reference: TheReference,
    file: AnswersFile,
    response: Response,
    if_match: Annotated[str, Header(max_length=100)] = "",
) -> AnswersFile:
    """Replace all answers by those of a complete answers file; with an error, nothing changes.

    With `If-Match`, the ETag of the answers that were read, nobody's newer answer is replaced.
    """
    seen = if_match.strip('" ')
    assessments.import_answers(db, reference, by, project, file.document(), now, seen)
    return answers(db, project, reference, response)
