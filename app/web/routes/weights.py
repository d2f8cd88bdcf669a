"""Weight sets: read, drafted, looked at before, and published. Administrators only."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Query, Request
from fastapi.responses import RedirectResponse, Response

from app.domain.decision.drafts import Draft
from app.domain.errors import Conflict, InvalidAnswers, NotFound
from app.services import proposals, weights
from app.web.current import MOST, Number, Shipped, TheReference
from app.web.deps import Confirmed, Db, Keeper, Now, SecondPerson, SignedIn
from app.web.forms import Posted
from app.web.pages.waiting import after_publishing
from app.web.pages.weights import (
    draft_page,
    posted_draft,
    typed_again,
    typed_from,
    weight_set_page,
    weights_page,
)
from app.web.render import show

router = APIRouter()


@router.get("/admin/weights")
def listing(
    request: Request, db: Db, by: SignedIn, reference: TheReference, shipped: Shipped
) -> Response:
    """The set in force, and who published which and why."""
    waiting = proposals.waiting_weights(db, shipped, by)
    return show(request, weights_page(weights.listing(db, reference, by), waiting))


@router.get("/admin/weights/new")
def new(
    request: Request,
    *,
    db: Db,
    by: SignedIn,
    reference: TheReference,
    shipped: Shipped,
    number: Annotated[int, Query(alias="from", ge=0, le=MOST)] = 0,
    proposal: Annotated[int, Query(ge=0, le=MOST)] = 0,
) -> Response:
    """A draft that begins as the set in force, as an earlier one, or as one that was proposed."""
    newest = weights.newest(db, reference, by)
    if proposal:
        wanted = proposals.find(db, shipped, by, proposal).wanted
        if not isinstance(wanted, Draft):
            raise NotFound(f"Proposal {proposal} is no weight set.")
        return show(request, draft_page(newest, typed_again(wanted, newest)))
    start = weights.find(db, reference, by, number) if number else newest
    return show(request, draft_page(newest, typed_from(start.weights, newest.number)))


@router.get("/admin/weights/{number}")
def look(
    request: Request,
    *,
    db: Db,
    by: SignedIn,
    reference: TheReference,
    number: Number,
    against: Annotated[int, Query(ge=0, le=MOST)] = 0,
) -> Response:
    """One published set beside another: without a choice, the one before it."""
    this = weights.find(db, reference, by, number)
    listed = weights.listing(db, reference, by)
    before = next((one.number for one in listed if one.number < number), number)
    other = weights.find(db, reference, by, against or before)
    return show(request, weight_set_page(this, other, listed))


@router.post("/admin/weights/preview")
def preview(
    request: Request,
    *,
    db: Db,
    by: SignedIn,
    reference: TheReference,
    second_person: SecondPerson,
    posted: Posted,
) -> Response:
    """What the draft would change; nothing is stored."""
    typed = posted_draft(posted, reference.weights.criteria)
    newest = weights.newest(db, reference, by)
    try:
        found = weights.preview(db, reference, by, typed.draft())
    except InvalidAnswers as error:
        page = draft_page(newest, typed, problems=error.problems, is_proposed=second_person)
        return show(request, page, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    page = draft_page(newest, typed, preview=found, is_proposed=second_person)
    return show(request, page)


@router.post("/admin/weights")
def publish(  # noqa: PLR0913  # what it takes to publish, and whom to tell
    request: Request,
    *,
    db: Db,
    by: Confirmed,
    now: Now,
    reference: TheReference,
    second_person: SecondPerson,
    posted: Posted,
    keeper: Keeper,
    afterwards: BackgroundTasks,
) -> Response:
    """Publish the draft, or propose it, unless somebody else published meanwhile."""
    typed = posted_draft(posted, reference.weights.criteria)
    based_on, reason = typed.based_on, typed.reason
    try:
        proposed = proposals.publish_weights(
            db,
            reference,
            by,
            typed.draft(),
            based_on=based_on,
            reason=reason,
            second_person=second_person,
            now=now,
        )
    except InvalidAnswers as error:
        newest = weights.newest(db, reference, by)
        page = draft_page(newest, typed, problems=error.problems, is_proposed=second_person)
        return show(request, page, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    except Conflict:
        page = draft_page(weights.newest(db, reference, by), typed, is_proposed=second_person)
        return show(request, page, status=HTTPStatus.CONFLICT)
    afterwards.add_task(keeper.wake)  # once it is committed
    return RedirectResponse(after_publishing("/admin/weights", proposed), HTTPStatus.SEE_OTHER)
