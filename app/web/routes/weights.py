"""Weight sets: read, drafted, looked at before, and published. Administrators only."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Query, Request
from fastapi.responses import RedirectResponse, Response

from app.domain.errors import Conflict, InvalidAnswers
from app.services import weights
from app.web.current import MOST, TheReference
from app.web.deps import Confirmed, Db, Keeper, Now, SignedIn
from app.web.forms import Posted
from app.web.pages.weights import draft_page, posted_draft, typed_from, weights_page
from app.web.render import show

router = APIRouter()


@router.get("/admin/weights")
def listing(request: Request, db: Db, by: SignedIn, reference: TheReference) -> Response:
    """The set in force, and who published which and why."""
    return show(request, weights_page(weights.listing(db, reference, by)))


@router.get("/admin/weights/new")
def new(
    request: Request,
    db: Db,
    by: SignedIn,
    reference: TheReference,
    number: Annotated[int, Query(alias="from", ge=0, le=MOST)] = 0,
) -> Response:
    """A draft that begins as the set in force, or as an earlier one."""
    newest = weights.newest(db, reference, by)
    start = weights.find(db, reference, by, number) if number else newest
    return show(request, draft_page(newest, typed_from(start.weights, newest.number)))


@router.post("/admin/weights/preview")
def preview(
    request: Request, db: Db, by: SignedIn, reference: TheReference, posted: Posted
) -> Response:
    """What the draft would change; nothing is stored."""
    typed = posted_draft(posted, reference.weights.criteria)
    newest = weights.newest(db, reference, by)
    try:
        found = weights.preview(db, reference, by, typed.draft())
    except InvalidAnswers as error:
        page = draft_page(newest, typed, problems=error.problems)
        return show(request, page, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return show(request, draft_page(newest, typed, preview=found))


@router.post("/admin/weights")
def publish(  # noqa: PLR0913  # what it takes to publish, and whom to tell
    request: Request,
    *,
    db: Db,
    by: Confirmed,
    now: Now,
    reference: TheReference,
    posted: Posted,
    keeper: Keeper,
    afterwards: BackgroundTasks,
) -> Response:
    """Publish the draft, unless somebody else published meanwhile."""
    typed = posted_draft(posted, reference.weights.criteria)
    based_on, reason = typed.based_on, typed.reason
    try:
        draft = typed.draft()
        weights.publish(db, reference, by, draft, based_on=based_on, reason=reason, now=now)
        afterwards.add_task(keeper.wake)  # once it is committed
    except InvalidAnswers as error:
        page = draft_page(weights.newest(db, reference, by), typed, problems=error.problems)
        return show(request, page, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    except Conflict:
        page = draft_page(weights.newest(db, reference, by), typed)
        return show(request, page, status=HTTPStatus.CONFLICT)
    return RedirectResponse("/admin/weights", HTTPStatus.SEE_OTHER)
