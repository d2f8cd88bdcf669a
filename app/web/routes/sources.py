"""Where every number comes from."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from app.web.current import MOST, TheReference
from app.web.deps import Now
from app.web.pages.sources import sources_page
from app.web.render import show

router = APIRouter()


@router.get("/sources")
def sources(
    request: Request,
    reference: TheReference,
    now: Now,
    kind: Annotated[str, Query(max_length=40)] = "",
    words: Annotated[str, Query(max_length=200)] = "",
    page: Annotated[int, Query(ge=1, le=MOST)] = 1,
) -> Response:
    """The figures that pass the filter."""
    return show(request, sources_page(reference, kind, words, page, today=now.date()))
