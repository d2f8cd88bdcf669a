"""Everybody's own weights: stated, taken back, and held against a saved version."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from app.domain.decision.stakeholders import stated
from app.domain.errors import InvalidAnswers
from app.services import stakeholders
from app.web.current import MOST, CurrentProject, Number, TheReference
from app.web.deps import Db, Now, SignedIn
from app.web.forms import Posted
from app.web.pages.stakeholders import posted, stakeholders_page
from app.web.render import show

router = APIRouter()

ChosenVersion = Annotated[int, Query(alias="version", ge=0, le=MOST)]


@router.get("/projects/{project_id}/weights")
def look(  # dependencies
    request: Request,
    db: Db,
    by: SignedIn,
    now: Now,
    reference: TheReference,
    project: CurrentProject,
    version: ChosenVersion = 0,
) -> Response:
    """Your own weights, and what everybody's make of a version: the newest, or `version`."""
    weighed = stakeholders.weighed(db, project, reference.weights, version)
    by_links = stakeholders.by_links(db, by, project, now)
    return show(request, stakeholders_page(weighed, reference.weights, by.id, by_links=by_links))


@router.post("/projects/{project_id}/weights")
def state(  # noqa: PLR0913  # dependencies and a form
    request: Request,
    db: Db,
    by: SignedIn,
    now: Now,
    reference: TheReference,
    project: CurrentProject,
    form: Posted,
    version: ChosenVersion = 0,
) -> Response:
    """Keep your own weights, in place of those you stated before."""
    typed = posted(form, reference.weights.criteria)
    ranked = [key for key in typed.ranks if key]
    try:
        said = stated(typed.method, ranked, typed.points, typed.sureness, reference.weights)
        stakeholders.state(db, by, project, said, now)
    except InvalidAnswers as error:
        weighed = stakeholders.weighed(db, project, reference.weights, version)
        page = stakeholders_page(
            weighed,
            reference.weights,
            by.id,
            by_links=stakeholders.by_links(db, by, project, now),
            typed=typed,
            problems=error.problems,
        )
        return show(request, page, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    chosen = f"?version={version}" if version else ""
    return RedirectResponse(f"/projects/{project.id}/weights{chosen}#heard", HTTPStatus.SEE_OTHER)


@router.post("/projects/{project_id}/weights/take-back")
def take_back(db: Db, by: SignedIn, project: CurrentProject) -> Response:
    """Forget your own weights."""
    stakeholders.take_back(db, by, project)
    return RedirectResponse(f"/projects/{project.id}/weights", HTTPStatus.SEE_OTHER)


@router.post("/projects/{project_id}/weights/links/{link_id}/take-away")
def take_away(
    db: Db,
    by: SignedIn,
    now: Now,
    project: CurrentProject,
    link_id: Number,
    name: Annotated[str, Form()] = "",
) -> Response:
    """Forget the weights that somebody stated by a link."""
    stakeholders.take_away(db, by, project, link_id, name, now)
    return RedirectResponse(f"/projects/{project.id}/weights#by-link", HTTPStatus.SEE_OTHER)
