"""The landing page and the samples, which everybody may look at."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.services import samples
from app.web.current import Key, Rival, TheReference
from app.web.deps import Db, Now
from app.web.kept import show_kept
from app.web.pages.cost_detail import CostPage, cost_page
from app.web.pages.demand import DemandPage, demand_page
from app.web.pages.home import home_page, samples_page
from app.web.pages.results import cost_picture, sample_page
from app.web.pages.why import WhyPage, why_page
from app.web.render import show

router = APIRouter()


@router.get("/")
def home(request: Request, db: Db, reference: TheReference, now: Now) -> Response:
    """What Footing does, with a picture of a real result."""
    listed = samples.listing(db)
    picture = cost_picture(samples.saved(db, listed[0].key)) if listed else None
    return show(request, home_page(reference, listed, picture, today=now.date()))


@router.get("/sample")
def listing(request: Request, db: Db) -> Response:
    """The samples."""
    return show(request, samples_page(samples.listing(db)))


@router.get("/sample/{key}")
def sample(request: Request, db: Db, reference: TheReference, key: Key) -> Response:
    """The saved result of one sample."""
    stamp = samples.stamp(db, key)
    questions = reference.questions
    return show_kept(request, stamp, lambda: sample_page(samples.saved(db, key), questions))


@router.get("/sample/{key}/why")
def sample_why(
    request: Request, db: Db, reference: TheReference, key: Key, rival: Rival = ""
) -> Response:
    """Why a sample recommends what it does, against any rival, and how sure it is."""
    stamp = samples.stamp(db, key)

    def page() -> WhyPage:
        saved, back = samples.saved(db, key), f"/sample/{key}"
        return why_page(saved, reference.questions, rival=rival, back=back, may_change=False)

    return show_kept(request, ("why", rival, stamp), page)


@router.get("/sample/{key}/cost")
def sample_cost(request: Request, db: Db, key: Key) -> Response:
    """What one sample costs, in the figures by which it is decided."""
    stamp = samples.stamp(db, key)

    def page() -> CostPage:
        return cost_page(samples.saved(db, key), back=f"/sample/{key}")

    return show_kept(request, ("cost", stamp), page)


@router.get("/sample/{key}/demand")
def sample_demand(request: Request, db: Db, key: Key) -> Response:
    """What each kind of data of one sample needs in each phase."""
    stamp = samples.stamp(db, key)

    def page() -> DemandPage:
        return demand_page(samples.saved(db, key), back=f"/sample/{key}", is_sample=True)

    return show_kept(request, ("demand", stamp), page)
