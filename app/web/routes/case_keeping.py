"""For administrators: adding, correcting, importing and retiring cases."""

from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, BackgroundTasks, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from app.domain.errors import Conflict, InvalidAnswers, Problem
from app.reference import case_file
from app.services import case_keeping, cases
from app.web.current import Key, Shipped, TheReference
from app.web.deps import Administrator, Db, Keeper, Now
from app.web.forms import Posted
from app.web.pages.case_form import case_form, posted_row, row_of
from app.web.pages.case_keeping import in_a_sentence, keeping_page
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
    text = case_file.written([cases.find(reference, case)]) if case else ""
    page = keeping_page(case_keeping.history(db, by), text=text, case_id=case)
    return show(request, page)


@router.post("")
def check_or_keep(  # noqa: PLR0913  # what the form has
    request: Request,
    db: Db,
    shipped: Shipped,
    by: Administrator,
    now: Now,
    keeper: Keeper,
    afterwards: BackgroundTasks,
    text: Rows = "",
    reason: Reason = "",
    act: Annotated[Literal["check", "keep"], Form()] = "check",
) -> Response:
    """Say what the rows would change, or store them: all or none."""
    try:
        if act == "check":
            planned = case_keeping.plan(db, shipped, by, text, now)
        else:
            case_keeping.keep(db, shipped, by, text, reason=reason, now=now)
            afterwards.add_task(keeper.wake)  # once it is committed
            return RedirectResponse("/admin/cases", HTTPStatus.SEE_OTHER)
    except InvalidAnswers as invalid:
        history, problems = case_keeping.history(db, by), invalid.problems
        page = keeping_page(history, text=text, reason=reason, problems=problems)
        return show(request, page, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    history = case_keeping.history(db, by)
    return show(request, keeping_page(history, text=text, reason=reason, planned=planned))


@router.get("/form")
def form(
    request: Request,
    db: Db,
    shipped: Shipped,
    _: Administrator,
    case: Annotated[str, Query(max_length=100)] = "",
) -> Response:
    """An empty form for a new case, or one to correct a case or to bring back a retired one."""
    row = row_of(case_keeping.last_known(db, shipped, case)) if case else {}
    begun = case_keeping.version(db, shipped, case)
    page = case_form(row, case_id=case, begun=begun, is_retired=bool(case) and not begun)
    return show(request, page)


@router.post("/form")
def check_or_keep_one(  # noqa: PLR0913  # as above
    request: Request,
    *,
    db: Db,
    shipped: Shipped,
    by: Administrator,
    now: Now,
    keeper: Keeper,
    afterwards: BackgroundTasks,
    posted: Posted,
) -> Response:
    """Say what storing the case would change, or store it, unless it changed meanwhile."""
    row, reason = posted_row(posted), str(posted.get("reason", ""))
    case_id, text = str(posted.get("case", ""))[:100], case_file.of_rows([row])
    begun = str(posted.get("begun", "")) if row["id"] == case_id else ""
    begun_from = {str(row["id"]): begun}
    try:
        if posted.get("act") == "keep":
            case_keeping.keep(db, shipped, by, text, reason=reason, now=now, begun_from=begun_from)
            afterwards.add_task(keeper.wake)
            return RedirectResponse(f"/cases/{row['id']}", HTTPStatus.SEE_OTHER)
        checked = in_a_sentence(case_keeping.plan(db, shipped, by, text, now))
    except InvalidAnswers as invalid:
        page = case_form(
            row, reason=reason, case_id=case_id, begun=begun, problems=invalid.problems
        )
        return show(request, page, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    except Conflict as conflict:
        # Begun anew from what is there now, so that to store it once more is meant.
        present = case_keeping.version(db, shipped, str(row["id"]))
        problems = [Problem("id", f"{conflict} Read it, then store yours in its place or not.")]
        page = case_form(
            row, reason=reason, case_id=str(row["id"]), begun=present, problems=problems
        )
        return show(request, page, status=HTTPStatus.CONFLICT)
    page = case_form(row, reason=reason, case_id=case_id, begun=begun, checked=checked)
    return show(request, page)


@router.post("/{case_id}/retire")
def retire(  # noqa: PLR0913  # as above
    request: Request,
    *,
    db: Db,
    shipped: Shipped,
    by: Administrator,
    now: Now,
    keeper: Keeper,
    afterwards: BackgroundTasks,
    case_id: Key,
    why: Reason = "",
) -> Response:
    """Take a case out of the library; without a reason the form comes back as it was."""
    try:
        case_keeping.retire(db, shipped, by, case_id, reason=why, now=now)
    except InvalidAnswers as invalid:
        found = cases.find(cases.library(db, shipped), case_id)
        page = keeping_page(
            case_keeping.history(db, by),
            text=case_file.written([found]),
            case_id=case_id,
            retiring=(why, invalid.problems[0].message),
        )
        return show(request, page, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    afterwards.add_task(keeper.wake)
    return RedirectResponse("/admin/cases", HTTPStatus.SEE_OTHER)
