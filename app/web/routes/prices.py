"""Price catalogues: looked at, brought as a file, published, gone back to. Administrators only."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Depends, File, Form, Query, Request, UploadFile
from fastapi.responses import RedirectResponse, Response

from app.domain.errors import Conflict, InvalidAnswers
from app.domain.prices.reading import MOST_BYTES, Stated
from app.persistence import Session
from app.reference import Reference
from app.services import price_keeping, prices, proposals
from app.services.people import Person
from app.services.price_keeping import Upload
from app.services.texts import storable
from app.web.current import MOST, Number, Shipped
from app.web.deps import Administrator, Confirmed, Db, Keeper, Now, SecondPerson
from app.web.forms import Posted
from app.web.pages.base import NO_FAULTS, Faults, faults
from app.web.pages.prices import (
    Asked,
    PricesPage,
    posted_choice,
    price_file_page,
    prices_page,
)
from app.web.pages.waiting import after_publishing
from app.web.render import show

router = APIRouter(prefix="/admin/prices")

Typed = Annotated[str, Form(max_length=500)]


def _stated(provider: Typed = "", source: Typed = "", as_of: Typed = "") -> Stated:
    return Stated(*(storable(text).strip() for text in (provider, source, as_of)))


def _upload(file: Annotated[UploadFile | None, File()] = None) -> Upload:
    if file is None:
        return Upload("", b"")
    return Upload(storable(file.filename or "")[:200], file.file.read(MOST_BYTES + 1))


def _asked(
    memory: Annotated[str, Query(max_length=20)] = "80",
    country: Annotated[str, Query(max_length=2)] = "",
    again: Annotated[int, Query(ge=0, le=MOST)] = 0,
) -> Asked:
    return Asked(memory, country, again)


@router.get("")
def look(
    request: Request,
    *,
    db: Db,
    shipped: Shipped,
    by: Administrator,
    now: Now,
    asked: Annotated[Asked, Depends(_asked)],
) -> Response:
    """What is in force, how old it is, what it costs at least, and every catalogue before it."""
    return show(request, _page(db, shipped, by, now, asked))


@router.post("/files")
def bring(  # dependencies and a form
    request: Request,
    *,
    db: Db,
    shipped: Shipped,
    by: Administrator,
    now: Now,
    stated: Annotated[Stated, Depends(_stated)],
    upload: Annotated[Upload, Depends(_upload)],
) -> Response:
    """Keep a file to be looked at; or the form again, with what is wrong."""
    try:
        draft_id = price_keeping.bring(db, shipped, by, upload, stated, now)
    except InvalidAnswers as error:
        page = _page(db, shipped, by, now, Asked(), stated=stated, wrong=faults(error.problems))
        return show(request, page, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return RedirectResponse(f"/admin/prices/files/{draft_id}", HTTPStatus.SEE_OTHER)


@router.get("/files/{draft_id}")
def plan(
    request: Request,
    *,
    db: Db,
    shipped: Shipped,
    by: Administrator,
    now: Now,
    second_person: SecondPerson,
    draft_id: Number,
) -> Response:
    """What a file would change; nothing is published."""
    planned = price_keeping.plan(db, shipped, by, draft_id, now)
    return show(request, price_file_page(draft_id, planned, is_proposed=second_person))


@router.post("/files/{draft_id}")
def publish(  # noqa: PLR0913  # what it takes to publish, and whom to tell
    request: Request,
    *,
    db: Db,
    shipped: Shipped,
    by: Confirmed,
    now: Now,
    draft_id: Number,
    posted: Posted,
    second_person: SecondPerson,
    keeper: Keeper,
    afterwards: BackgroundTasks,
) -> Response:
    """Publish the prices of the chosen providers, or propose them, unless somebody was quicker."""
    choice = posted_choice(posted)
    try:
        proposed = proposals.publish_prices(
            db, shipped, by, draft_id, choice, second_person=second_person, now=now
        )
    except InvalidAnswers as error:
        planned = price_keeping.plan(db, shipped, by, draft_id, now)
        page = price_file_page(
            draft_id, planned, choice, faults(error.problems), is_proposed=second_person
        )
        return show(request, page, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    except Conflict:
        planned = price_keeping.plan(db, shipped, by, draft_id, now)
        page = price_file_page(
            draft_id, planned, choice, is_overtaken=True, is_proposed=second_person
        )
        return show(request, page, status=HTTPStatus.CONFLICT)
    afterwards.add_task(keeper.wake)  # once it is committed
    return RedirectResponse(after_publishing("/admin/prices", proposed), HTTPStatus.SEE_OTHER)


@router.post("/{number}/again")
def publish_again(  # noqa: PLR0913  # what it takes to publish, and whom to tell
    request: Request,
    *,
    db: Db,
    shipped: Shipped,
    by: Confirmed,
    now: Now,
    number: Number,
    reason: Typed = "",
    based_on: Annotated[int, Form(ge=0, le=MOST)] = 0,
    second_person: SecondPerson,
    keeper: Keeper,
    afterwards: BackgroundTasks,
) -> Response:
    """Go back to an earlier catalogue by publishing it, or proposing it, once more."""
    try:
        proposed = proposals.publish_prices_again(
            db,
            shipped,
            by,
            number,
            based_on=based_on,
            reason=reason,
            second_person=second_person,
            now=now,
        )
    except InvalidAnswers as error:
        asked = Asked(again=number, reason=storable(reason))
        page = _page(db, shipped, by, now, asked, wrong=faults(error.problems))
        return show(request, page, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    afterwards.add_task(keeper.wake)  # once it is committed
    return RedirectResponse(after_publishing("/admin/prices", proposed), HTTPStatus.SEE_OTHER)


def _page(  # what the page shows
    db: Session,
    shipped: Reference,
    by: Person,
    now: Now,
    asked: Asked,
    *,
    stated: Stated | None = None,
    wrong: Faults = NO_FAULTS,
) -> PricesPage:
    memory = asked.memory_gb
    return prices_page(
        price_keeping.listing(db, by),
        proposals.waiting_prices(db, shipped, by),
        shipped.facts,
        prices.all_offers(db, shipped),
        prices.cheapest_fits(db, shipped, memory, asked.country) if memory else (),
        asked,
        today=now.date(),
        stated=stated or Stated(),
        wrong=wrong,
    )
