"""Published decisions, to read beside one's own."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from app.web.current import Key, TheReference
from app.web.pages.cases import case_page, cases_page
from app.web.render import show

router = APIRouter()

Filter = Annotated[str, Query(max_length=40)]


@router.get("/cases")
def listing(
    request: Request, reference: TheReference, decision: Filter = "", modality: Filter = ""
) -> Response:
    """The cases that pass the filter."""
    return show(request, cases_page(reference.cases, decision, modality))


@router.get("/cases/{case_id}")
def case(request: Request, reference: TheReference, case_id: Key) -> Response:
    """One case: the situation, the decision, what came of it, and who says so."""
    return show(request, case_page(reference.cases, case_id))
