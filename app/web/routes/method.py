"""How it is computed, and how near that comes to what was published."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.services import validating
from app.web.current import TheReference
from app.web.kept import show_kept
from app.web.pages.method import method_page

router = APIRouter()


@router.get("/method")
def method(request: Request, reference: TheReference) -> Response:
    """Published against computed; made once for each state of the facts."""
    facts = reference.facts
    return show_kept(
        request,
        facts.sha256,
        lambda: method_page(validating.computed(facts), validating.fits(facts)),
    )
