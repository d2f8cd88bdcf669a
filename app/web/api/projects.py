"""Projects and their answers."""

from http import HTTPStatus

from fastapi import APIRouter
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
def answers(db: Db, project: ApiProject, reference: TheReference) -> AnswersFile:
    """The answers as an answers file, as they were typed: an unfinished one may be refused."""
    return AnswersFile.model_validate(projects.answers_file(db, project, reference.questions))


@router.put("/projects/{project_id}/answers")
def replace(
    db: Db, by: ApiCaller, now: Now, project: ApiProject, reference: TheReference, file: AnswersFile
) -> AnswersFile:
    """Replace all answers by those of a complete answers file; with an error, nothing changes."""
    assessments.import_answers(db, reference, by, project, file.document(), now)
    return answers(db, project, reference)
