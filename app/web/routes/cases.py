"""Published decisions, to read beside one's own."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from app.domain.errors import InvalidAnswers
from app.persistence import Session
from app.reference import Reference
from app.services import backtests, cases, projects
from app.services.people import Person
from app.web.current import MOST, Key, TheReference
from app.web.deps import Db, Now, SignedIn, Visitor
from app.web.pages.backtest import backtest_page
from app.web.pages.cases import FACETS, Asked, case_page, cases_page
from app.web.render import show

router = APIRouter()

AProject = Annotated[int | None, Query(ge=1, le=MOST)]


@router.get("/cases")
def listing(
    request: Request,
    db: Db,
    reference: TheReference,
    by: Visitor,
    q: str = "",
    project: AProject = None,
) -> Response:
    """The cases that pass the filters and the search; the most like a project first, if given."""
    wanted = {name: request.query_params.get(name, "") for name in FACETS}
    asked = Asked(q.replace("\0", ""), wanted)
    if project is not None:
        asked = _beside(db, reference, by, project, asked)
    try:
        matching = cases.search(db, reference, q)
    except InvalidAnswers as refused:
        page = cases_page(reference.cases, (), asked.refused(refused.problems[0].message))
        return show(request, page, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return show(request, cases_page(reference.cases, matching, asked))


def _beside(
    db: Session, reference: Reference, by: Person | None, project_id: int, asked: Asked
) -> Asked:
    """The question, with the likeness of every case to the project."""
    project = projects.find(db, by, project_id)
    try:
        return asked.beside(project.name, project.id, cases.alike(db, reference, project))
    except InvalidAnswers as invalid:
        return asked.beside(project.name, project.id, {}, invalid.problems[0].message)


@router.get("/cases/backtest")
def backtest(request: Request, reference: TheReference) -> Response:
    """The engine held against every case, as it was last computed: that takes minutes."""
    kept = backtests.published()
    is_current = backtests.is_current(kept, reference)
    return show(request, backtest_page(kept, reference.cases, is_current=is_current))


@router.get("/cases/{case_id}")
def case(request: Request, reference: TheReference, case_id: Key) -> Response:
    """One case: the situation, the decision, what came of it, who says so, and what we say."""
    found, kept = cases.find(reference, case_id), backtests.published()
    return show(request, case_page(found, kept.of(found.id), kept.as_of))


@router.post("/cases/{case_id}/start")
def start(
    db: Db, reference: TheReference, by: SignedIn, now: Now, case_id: Key
) -> RedirectResponse:
    """Start a project where this case began."""
    project = cases.start_from(db, reference, by, cases.find(reference, case_id), now)
    return RedirectResponse(f"/projects/{project.id}", HTTPStatus.SEE_OTHER)
