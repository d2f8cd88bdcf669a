"""Published decisions, to read beside one's own."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from app.domain.cases import Case
from app.domain.errors import InvalidAnswers
from app.persistence import Session
from app.reference import Reference, case_file
from app.reference.situations import situations
from app.services import backtests, cases, projects
from app.services.people import Person
from app.web.current import MOST, Key, TheReference
from app.web.deps import Db, Now, SignedIn, Visitor
from app.web.downloads import attachment
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
    every = reference.cases
    asked = Asked(
        q.replace("\0", ""), {name: request.query_params.get(name, "") for name in FACETS}
    )
    if project is not None:
        asked = _beside(db, reference, every, by, project, asked)
    try:
        matching = cases.search(db, every, q)
    except InvalidAnswers as refused:
        page = cases_page(every, (), asked.refused(refused.problems[0].message))
        return show(request, page, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return show(request, cases_page(every, matching, asked))


def _beside(
    db: Session,
    reference: Reference,
    every: Sequence[Case],
    by: Person | None,
    project_id: int,
    asked: Asked,
) -> Asked:
    """The question, with the likeness of every case to the project."""
    project = projects.find(db, by, project_id)
    try:
        likeness = cases.alike(db, reference, every, project)
    except InvalidAnswers as invalid:
        return asked.beside(project.name, project.id, {}, invalid.problems[0].message)
    return asked.beside(project.name, project.id, likeness)


@router.get("/cases/backtest")
def backtest(request: Request, db: Db, reference: TheReference) -> Response:
    """The engine held against every case, as it was last computed: that takes a minute."""
    history = backtests.history(db)
    shown = backtests.to_show(db, reference)
    is_current = backtests.is_current(shown, reference)
    page = backtest_page(
        shown, reference.cases, situations(), is_current=is_current, history=history
    )
    return show(request, page)


@router.get("/cases/export")
def export(reference: TheReference) -> Response:
    """All cases as a file that `backtest FILE` and an import read."""
    text = case_file.written(reference.cases)
    return attachment(text, "footing-cases.yaml", "text/plain")


@router.get("/cases/{case_id}")
def case(request: Request, db: Db, reference: TheReference, by: Visitor, case_id: Key) -> Response:
    """One case: the situation, the decision, what came of it, who says so, and what we say."""
    found = cases.look_up(db, reference, case_id)
    kept = backtests.to_show(db, reference)
    may_correct = by is not None and by.is_administrator
    return show(request, case_page(found, kept.of(found), kept.as_of, may_correct=may_correct))


@router.post("/cases/{case_id}/start")
def start(
    db: Db, reference: TheReference, by: SignedIn, now: Now, case_id: Key
) -> RedirectResponse:
    """Start a project where this case began."""
    found = cases.find(reference, case_id)
    project = cases.start_from(db, reference, by, found, now)
    return RedirectResponse(f"/projects/{project.id}", HTTPStatus.SEE_OTHER)
