"""What waits for a second administrator: looked at, approved, turned down or withdrawn."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from app.domain.decision.drafts import Draft
from app.domain.errors import InvalidAnswers
from app.persistence import Session
from app.reference import Reference
from app.services import proposals, weights
from app.services.people import Person
from app.services.texts import storable
from app.web.current import Number, Shipped
from app.web.deps import Administrator, Confirmed, Db, Keeper, Now
from app.web.pages.base import NO_FAULTS, Faults, faults
from app.web.pages.proposals import ProposalPage, proposal_page
from app.web.pages.waiting import proposal_address
from app.web.render import show

router = APIRouter(prefix="/admin/proposals/{proposal_id}")


async def _reason(reason: Annotated[str, Form(max_length=2_000)] = "") -> str:
    return storable(reason)


Reason = Annotated[str, Depends(_reason)]


@router.get("")
def look(
    request: Request, db: Db, shipped: Shipped, by: Administrator, proposal_id: Number
) -> Response:
    """What is proposed, and what it would change."""
    return show(request, _page(db, shipped, by, proposal_id))


@router.post("/approve")
def approve(  # noqa: PLR0913  # what it takes to publish, and whom to tell
    request: Request,
    *,
    db: Db,
    shipped: Shipped,
    by: Confirmed,
    now: Now,
    proposal_id: Number,
    reason: Reason,
    keeper: Keeper,
    afterwards: BackgroundTasks,
) -> Response:
    """Put it in force."""
    try:
        proposals.approve(db, shipped, by, proposal_id, reason, now)
    except InvalidAnswers as error:
        page = _page(db, shipped, by, proposal_id, reason, faults(error.problems))
        return show(request, page, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    afterwards.add_task(keeper.wake)  # once it is committed
    return RedirectResponse(proposal_address(proposal_id), HTTPStatus.SEE_OTHER)


@router.post("/close")
def close(
    request: Request,
    *,
    db: Db,
    shipped: Shipped,
    by: Confirmed,
    now: Now,
    proposal_id: Number,
    reason: Reason,
) -> Response:
    """Turn it down; withdraw it, if it is one's own."""
    try:
        proposals.close(db, shipped, by, proposal_id, reason, now)
    except InvalidAnswers as error:
        page = _page(db, shipped, by, proposal_id, reason, faults(error.problems))
        return show(request, page, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return RedirectResponse(proposal_address(proposal_id), HTTPStatus.SEE_OTHER)


def _page(
    db: Session,
    shipped: Reference,
    by: Person,
    proposal_id: int,
    typed: str = "",
    wrong: Faults = NO_FAULTS,
) -> ProposalPage:
    proposal = proposals.find(db, shipped, by, proposal_id)
    compared = None
    if isinstance(proposal.wanted, Draft) and not (proposal.is_overtaken or proposal.decision):
        reference = weights.in_force(db, shipped)
        published = weights.newest(db, reference, by)
        compared = published, weights.preview(db, reference, by, proposal.wanted)
    return proposal_page(
        proposal,
        is_own=proposal.by.id == by.id,
        is_alone=not proposals.somebody_can_approve(db, proposal),
        compared=compared,
        typed=typed,
        wrong=wrong,
    )
