"""Trying other values on a saved version: the address says what is tried, and nothing is stored."""

from collections.abc import Mapping
from http import HTTPStatus

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from app.domain.errors import InvalidAnswers
from app.persistence import Session
from app.services import assessments, projects, samples, what_if
from app.services.assessments import SavedAssessment
from app.services.what_if import KeptOutcomes, NotComputable
from app.web.current import CurrentProject, Key, Number
from app.web.deps import Db, Now, Outcomes, SignedIn, public_address
from app.web.forms import LONGEST_VALUE, Posted
from app.web.kept import show_kept
from app.web.pages.what_if import WhatIfPage, refused_page, what_if_page, wrong_page
from app.web.render import show

router = APIRouter()

# Apart, because computing waits for its turn before anything else does. It only reads.
computing = APIRouter()


@computing.get("/projects/{project_id}/versions/{number}/what-if")
def version(
    request: Request,
    db: Db,
    by: SignedIn,
    outcomes: Outcomes,
    project: CurrentProject,
    number: Number,
) -> Response:
    """What a saved version would say with the values in the address."""
    saved = assessments.numbered(db, project, number)
    back = f"/projects/{project.id}/versions/{number}"
    return _answered(request, db, outcomes, saved, back, may_save=projects.may_edit(by, project))


@computing.get("/sample/{key}/what-if")
def sample(request: Request, db: Db, outcomes: Outcomes, key: Key) -> Response:
    """What a sample would say with the values in the address."""
    return _answered(
        request, db, outcomes, samples.saved(db, key), f"/sample/{key}", may_save=False
    )


def _answered(
    request: Request,
    db: Session,
    outcomes: KeptOutcomes,
    saved: SavedAssessment,
    back: str,
    *,
    may_save: bool,
) -> Response:
    address = f"{public_address(request)}{back}/what-if"
    try:
        asked = what_if.asked(db, saved, _typed(request.query_params))
    except NotComputable as error:
        return show(request, refused_page(saved, str(error), back=back))
    if asked.problems:
        page = wrong_page(asked, asked.problems, back=back, address=address, may_save=may_save)
        return show(request, page, status=HTTPStatus.UNPROCESSABLE_ENTITY)

    def page_of() -> WhatIfPage:
        found = what_if.computed(asked, outcomes)
        return what_if_page(found, back=back, address=address, may_save=may_save)

    made_from = (
        "what-if", saved.project.name, saved.project.id, saved.number, saved.created_at,
        tuple(asked.typed.items()), address, may_save,
    )  # fmt: skip
    return show_kept(request, made_from, page_of)


@router.post("/projects/{project_id}/versions/{number}/what-if")
def take_over(  # dependencies and a form
    request: Request,
    db: Db,
    by: SignedIn,
    now: Now,
    project: CurrentProject,
    number: Number,
    posted: Posted,
) -> Response:
    """Answer the questions of the project with what was tried, and lead to its check."""
    projects.require_editor(by, project)
    saved = assessments.numbered(db, project, number)
    back = f"/projects/{project.id}/versions/{number}"
    texts = {key: value for key, value in posted.items() if isinstance(value, str)}
    try:
        asked = what_if.asked(db, saved, _typed(texts))
        what_if.take_over(db, by, asked, now)
    except NotComputable as error:
        return show(request, refused_page(saved, str(error), back=back))
    except InvalidAnswers as invalid:
        address = f"{public_address(request)}{back}/what-if"
        page = wrong_page(asked, invalid.problems, back=back, address=address, may_save=True)
        return show(request, page, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return RedirectResponse(f"/projects/{project.id}/check", HTTPStatus.SEE_OTHER)


def _typed(texts: Mapping[str, str]) -> dict[str, str]:
    return {key: text[:LONGEST_VALUE] for key, text in texts.items()}
