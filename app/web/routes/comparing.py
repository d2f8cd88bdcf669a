"""Comparing two saved versions of one project, and computing what moved the result."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from app.services import assessments, comparing
from app.services.comparing import NotAttributable
from app.web.current import MOST, CurrentProject, TheReference
from app.web.deps import Db
from app.web.kept import show_kept
from app.web.pages.versions import ComparePage, choose_page, compare_page
from app.web.render import show

router = APIRouter()

# Apart, because computing waits for its turn before anything else does. It only reads, so nobody
# who writes waits for it.
computing = APIRouter()

From = Annotated[int, Query(alias="from", ge=0, le=MOST)]
To = Annotated[int, Query(alias="to", ge=0, le=MOST)]


@router.get("/projects/{project_id}/compare")
def compare(
    request: Request,
    db: Db,
    reference: TheReference,
    project: CurrentProject,
    before: From = 0,
    after: To = 0,
) -> Response:
    """Two versions side by side; without a choice, the newest and the one before it."""
    versions = assessments.listing(db, project)
    newest = versions[0].number if versions else 0
    after = after or newest
    before = before or max(after - 1, min(1, newest))
    if before == after:
        return show(request, choose_page(project, versions, before, after))
    two = comparing.pair(db, project, before, after)
    return show(request, compare_page(two, versions, reference.questions))


@computing.get("/projects/{project_id}/compare/moved")
def moved(
    request: Request,
    db: Db,
    reference: TheReference,
    project: CurrentProject,
    before: From = 0,
    after: To = 0,
) -> Response:
    """The same with what moved the result: it takes seconds, so it is computed once and kept."""
    versions = assessments.listing(db, project)
    if before == after:
        return show(request, choose_page(project, versions, before, after))
    stamps = [assessments.stamp(db, project, number) for number in (before, after)]

    def page() -> ComparePage:
        two = comparing.pair(db, project, before, after)
        try:
            found = comparing.what_moved(db, two)
        except NotAttributable as error:
            return compare_page(two, versions, reference.questions, no_attribution=str(error))
        return compare_page(two, versions, reference.questions, moved=found)

    made_from = ("moved", *stamps, versions[0].number, reference.weights.version)
    return show_kept(request, made_from, page)
