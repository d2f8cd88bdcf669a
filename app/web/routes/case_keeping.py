"""For administrators: adding, correcting, importing and retiring cases."""

from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from app.domain.errors import InvalidAnswers
from app.reference import case_file
from app.services import case_keeping, cases
from app.web.current import Key, TheReference
from app.web.deps import Administrator, Db, Now
from app.web.pages.case_keeping import keeping_page
from app.web.render import show

router = APIRouter(prefix="/admin/cases")

# As much as a request may carry; the file of all shipped cases has a tenth of it.
Rows = Annotated[str, Form(max_length=1_000_000)]
Reason = Annotated[str, Form(max_length=10_000)]


@router.get("")
def look(
    request: Request,
    db: Db,
    reference: TheReference,
    by: Administrator,
    case: Annotated[str, Query(max_length=100)] = "",
) -> Response:
    """An empty form, or one with the row of a case to correct."""
    text = case_file.written([cases.find(db, reference, case)]) if case else ""
    page = keeping_page(case_keeping.history(db, by), text=text, case_id=case)
    return show(request, page)


@router.post("")
def check_or_keep(  # noqa: PLR0913  # what the form has
    request: Request,
    db: Db,
    reference: TheReference,
    by: Administrator,
    now: Now,
    text: Rows = "",
    reason: Reason = "",
    act: Annotated[Literal["check", "keep"], Form()] = "check",
) -> Response:
    """Say what the rows would change, or store them: all or none."""
    try:
        if act == "check":
            planned = case_keeping.plan(db, reference, by, text, now)
        else:
            case_keeping.keep(db, reference, by, text, reason=reason, now=now)
            return RedirectResponse("/admin/cases", HTTPStatus.SEE_OTHER)
    except InvalidAnswers as invalid:
        history, problems = case_keeping.history(db, by), invalid.problems
        page = keeping_page(history, text=text, reason=reason, problems=problems)
        return show(request, page, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    history = case_keeping.history(db, by)
    return show(request, keeping_page(history, text=text, reason=reason, planned=planned))


@router.post("/{case_id}/retire")
def retire(
    *, db: Db, reference: TheReference, by: Administrator, now: Now, case_id: Key, why: Reason = ""
) -> Response:
    """Take a case out of the library."""
    case_keeping.retire(db, reference, by, case_id, reason=why, now=now)
    return RedirectResponse("/admin/cases", HTTPStatus.SEE_OTHER)
