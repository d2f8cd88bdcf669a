"""How it is computed, and how near that comes to what was published."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.services import validating
from app.web.current import TheReference
from app.web.deps import Now
from app.web.kept import show_kept
from app.web.pages.method import method_page

router = APIRouter()


@router.get("/method")
def method(request: Request, reference: TheReference, now: Now) -> Response:
    """Published against computed; made once for each state of the facts and each day."""
    facts, today = reference.facts, now.date()
    return show_kept(
        request,
        (facts.sha256, today),
        lambda: method_page(
            validating.computed(facts),
            validating.fits(facts),
            validating.studies(facts.offers, today),
        ),
    )
