"""Saving a version and reading it again."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from app.domain.errors import InvalidAnswers
from app.services import assessments, notes, once, projects
from app.web.answering import a_name
from app.web.current import CurrentProject, Number, Rival, TheReference, worlds_wanted
from app.web.deps import Db, Now, SignedIn
from app.web.kept import show_kept
from app.web.pages.checking import check_page
from app.web.pages.cost_detail import CostPage, cost_page
from app.web.pages.demand import DemandPage, demand_page
from app.web.pages.results import ResultPage, version_page
from app.web.pages.why import WhyPage, why_page
from app.web.render import show

router = APIRouter()

# Apart, because computing waits for its turn before anything else does.
computing = APIRouter()


@computing.post("/projects/{project_id}/versions")
def save(  # noqa: PLR0913  # dependencies and a form
    request: Request,
    db: Db,
    by: SignedIn,
    now: Now,
    reference: TheReference,
    project: CurrentProject,
    worlds: Annotated[int, Depends(worlds_wanted)],
    title: Annotated[str, Form(max_length=10_000)] = "",
    form: Annotated[str, Form(max_length=100)] = "",
) -> Response:
    """Compute and keep a version, and lead to it; or say what must be put right first."""

    def submit() -> str:
        return str(
            assessments.submit(db, reference, by, project, title=title, worlds=worlds, now=now)
        )

    try:
        number = once.done(db, by, form and f"{project.id}:{form}", submit, now=now)
    except InvalidAnswers as error:
        stored = projects.answers(db, project)
        page = check_page(
            project,
            reference.questions,
            stored,
            error.problems,
            title=title,
            is_refused=True,
            open_notes=notes.count_open(db, project),
            form=a_name(),
        )
        return show(request, page, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return RedirectResponse(f"/projects/{project.id}/versions/{number}", HTTPStatus.SEE_OTHER)


@router.get("/projects/{project_id}/versions/{number}")
def version(
    request: Request,
    db: Db,
    by: SignedIn,
    reference: TheReference,
    project: CurrentProject,
    number: Number,
) -> Response:
    """A saved version: the recommendation, the comparison, and where every number comes from."""
    stamp = assessments.stamp(db, project, number)
    may_share = projects.may_edit(by, project)
    has_others = assessments.stamp(db, project).number > 1

    def page() -> ResultPage:
        saved = assessments.saved(db, by, project.id, number)
        return version_page(saved, reference.questions, may_share=may_share, has_others=has_others)

    made_from = (stamp, may_share, has_others, reference.weights.version)
    return show_kept(request, made_from, page)


@router.get("/projects/{project_id}/versions/{number}/why")
def why(  # dependencies, an address and a query
    request: Request,
    db: Db,
    by: SignedIn,
    reference: TheReference,
    project: CurrentProject,
    number: Number,
    rival: Rival = "",
) -> Response:
    """Why a saved version recommends what it does, against any rival, and how sure it is."""
    stamp = assessments.stamp(db, project, number)

    def page() -> WhyPage:
        saved = assessments.saved(db, by, project.id, number)
        back = f"/projects/{project.id}/versions/{number}"
        return why_page(saved, reference.questions, rival=rival, back=back, may_change=True)

    return show_kept(request, ("why", rival, stamp), page)


@router.get("/projects/{project_id}/versions/{number}/cost")
def cost(
    request: Request, db: Db, by: SignedIn, project: CurrentProject, number: Number
) -> Response:
    """What a saved version costs, in the figures by which it is decided."""
    stamp = assessments.stamp(db, project, number)

    def page() -> CostPage:
        saved = assessments.saved(db, by, project.id, number)
        return cost_page(saved, back=f"/projects/{project.id}/versions/{number}")

    return show_kept(request, ("cost", stamp), page)


@router.get("/projects/{project_id}/versions/{number}/demand")
def demand(
    request: Request, db: Db, by: SignedIn, project: CurrentProject, number: Number
) -> Response:
    """What each kind of data of a saved version needs in each phase."""
    stamp = assessments.stamp(db, project, number)

    def page() -> DemandPage:
        saved = assessments.saved(db, by, project.id, number)
        return demand_page(saved, back=f"/projects/{project.id}/versions/{number}")

    return show_kept(request, ("demand", stamp), page)
