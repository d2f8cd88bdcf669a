"""Saved versions: save one, list them, read what came out, take the code of an option."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse, Response

from app.blueprints.choices import Choices
from app.domain.errors import Conflict, InvalidAnswers, Problem
from app.reports import cost_table
from app.services import assessments, blueprints, what_if
from app.services.what_if import NotComputable
from app.web.api.asking import ApiCaller, ApiProject
from app.web.api.models import CostsOut, NewVersion, OptionCosts, VersionOut, VersionsOut, WhatIfOut
from app.web.current import Number, TheReference, worlds_wanted
from app.web.deps import Db, Now, Outcomes
from app.web.downloads import attachment
from app.web.security import API

router = APIRouter(prefix=f"{API}/projects/{{project_id}}", default_response_class=JSONResponse)
# Apart, because it waits for the place for computing before anything else.
computing = APIRouter(prefix=f"{API}/projects/{{project_id}}", default_response_class=JSONResponse)

_NO_DRIVER = "This may not be moved in this version; ask without a query to see what may."
Choice = Annotated[str, Query(max_length=80)]


@computing.post("/versions", status_code=HTTPStatus.CREATED)
def save(  # noqa: PLR0913  # dependencies and a body
    db: Db,
    by: ApiCaller,
    now: Now,
    reference: TheReference,
    project: ApiProject,
    worlds: Annotated[int, Depends(worlds_wanted)],
    wanted: NewVersion,
    response: Response,
) -> VersionOut:
    """Assess the answers as they are and keep the result as the next version."""
    number = assessments.submit(
        db, reference, by, project, title=wanted.title, worlds=worlds, now=now
    )
    response.headers["Location"] = f"{API}/projects/{project.id}/versions/{number}"
    saved = assessments.numbered(db, project, number)
    return VersionOut(
        number=number,
        title=saved.title,
        created_at=saved.created_at,
        recommended=saved.result["recommended"],
    )


@computing.get("/versions/{number}/what-if")
def tried(
    request: Request, db: Db, outcomes: Outcomes, project: ApiProject, number: Number
) -> WhatIfOut:
    """What the version would say with the drivers in the query at other values, as typed.

    Without a query, its drivers and what it says. Nothing is stored.
    """
    saved = assessments.numbered(db, project, number)
    try:
        asked = what_if.asked(db, saved, dict(request.query_params))
    except NotComputable as error:
        raise Conflict(str(error)) from error
    known = {driver.field.path for driver in asked.drivers}
    strange = [Problem(path, _NO_DRIVER) for path in request.query_params if path not in known]
    if problems := [*strange, *asked.problems]:
        raise InvalidAnswers(problems)
    return WhatIfOut.of(what_if.computed(asked, outcomes))


@router.get("/versions")
def listing(db: Db, project: ApiProject) -> VersionsOut:
    """The versions, newest first."""
    return VersionsOut(versions=[VersionOut.of(v) for v in assessments.listing(db, project)])


@router.get("/versions/{number}")
def result(db: Db, project: ApiProject, number: Number) -> Response:
    """The result exactly as it was stored: the same bytes for ever, their SHA-256 as the ETag."""
    stored = assessments.stored(db, project, number)
    headers = {"ETag": f'"{stored.sha256}"', "Cache-Control": "private, no-cache"}
    return Response(stored.text, media_type="application/json", headers=headers)


@router.get("/versions/{number}/costs")
def costs(db: Db, project: ApiProject, number: Number) -> CostsOut:
    """What every option costs, line by line."""
    options = assessments.numbered(db, project, number).result["options"]
    fields = OptionCosts.model_fields
    return CostsOut(options=[OptionCosts(**{key: o[key] for key in fields}) for o in options])


@router.get("/versions/{number}/costs.csv")
def costs_as_csv(db: Db, project: ApiProject, number: Number) -> Response:
    """The same as a table, one row for each option and line."""
    saved = assessments.numbered(db, project, number)
    name = f"footing-{project.id}-{number}-costs.csv"
    return attachment(cost_table.as_csv(saved.result), name, "text/csv; charset=utf-8")


@router.get("/versions/{number}/blueprint")
def blueprint(  # noqa: PLR0913  # dependencies and the choices
    *,
    db: Db,
    project: ApiProject,
    number: Number,
    option: Choice = "",
    cloud: Choice = "",
    region: Choice = "",
    name: Choice = Choices.name,
    cloud_network: Choice = Choices.cloud_network,
    site_network: Choice = Choices.site_network,
    control_machines: Choice = "",
) -> Response:
    """The infrastructure code of an option as a ZIP; what is not chosen follows the result."""
    choices = Choices(
        option=option,
        cloud=cloud,
        region=region,
        name=name,
        cloud_network=cloud_network,
        site_network=site_network,
        control_machines=control_machines,
    )
    saved = assessments.numbered(db, project, number)
    made = blueprints.build(blueprints.version_of(db, saved), choices)
    return attachment(made.archive(), f"{made.folder_name}.zip", "application/zip")
