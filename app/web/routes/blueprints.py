"""The infrastructure code of a saved version: to read, and to download."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from app.blueprints.choices import Choices
from app.domain.errors import NoBlueprint
from app.services import assessments, blueprints, samples
from app.services.assessments import SavedAssessment
from app.web.current import CurrentProject, Key, Number
from app.web.deps import Db, SignedIn
from app.web.downloads import attachment
from app.web.pages.blueprints import Place, blueprint_page, refused_page
from app.web.render import show

router = APIRouter()

_LONGEST = 80


def _choices(  # the fields of a form
    option: Annotated[str, Query(max_length=_LONGEST)] = "",
    place: Annotated[str, Query(max_length=_LONGEST)] = "",
    name: Annotated[str, Query(max_length=_LONGEST)] = "",
    cloud_network: Annotated[str, Query(max_length=_LONGEST)] = "",
    site_network: Annotated[str, Query(max_length=_LONGEST)] = "",
    control_machines: Annotated[str, Query(max_length=_LONGEST)] = "",
) -> Choices:
    """What was chosen on the page; an empty field keeps its proposal."""
    proposed = Choices()
    cloud, _, region = place.partition("/")
    return Choices(
        option=option,
        cloud=cloud,
        region=region,
        name=name.strip() or proposed.name,
        cloud_network=cloud_network.strip() or proposed.cloud_network,
        site_network=site_network.strip() or proposed.site_network,
        control_machines=control_machines.strip(),
    )


TheChoices = Annotated[Choices, Depends(_choices)]
File = Annotated[str, Query(max_length=200)]


@router.get("/projects/{project_id}/versions/{number}/blueprint")
def blueprint(  # dependencies
    request: Request,
    db: Db,
    by: SignedIn,
    project: CurrentProject,
    number: Number,
    choices: TheChoices,
    file: File = "",
) -> Response:
    """The code of a saved version, file by file."""
    saved = assessments.saved(db, by, project.id, number)
    here = f"/projects/{project.id}"
    version = f"{here}/versions/{number}"
    trail = (
        ("/projects", "Projects"),
        (here, project.name),
        (version, f"Version {number}"),
    )
    return _page(request, db, saved, choices, Place(f"{version}/blueprint", trail), file)


@router.get("/projects/{project_id}/versions/{number}/blueprint/archive")
def archive(
    db: Db, by: SignedIn, project: CurrentProject, number: Number, choices: TheChoices
) -> Response:
    """The same as one ZIP."""
    return _archive(db, assessments.saved(db, by, project.id, number), choices)


@router.get("/sample/{key}/blueprint")
def sample_blueprint(
    request: Request, db: Db, key: Key, choices: TheChoices, file: File = ""
) -> Response:
    """The code of a sample, file by file."""
    saved = samples.saved(db, key)
    trail = (("/sample", "Samples"), (f"/sample/{key}", saved.project.name))
    return _page(request, db, saved, choices, Place(f"/sample/{key}/blueprint", trail), file)


@router.get("/sample/{key}/blueprint/archive")
def sample_archive(db: Db, key: Key, choices: TheChoices) -> Response:
    """The same as one ZIP."""
    return _archive(db, samples.saved(db, key), choices)


def _page(
    request: Request, db: Db, saved: SavedAssessment, choices: Choices, place: Place, file: str
) -> Response:
    version = None
    try:
        version = blueprints.version_of(db, saved)
        made = blueprints.build(version, choices)
    except NoBlueprint as reason:
        return show(request, refused_page(place, version, choices, str(reason)))
    return show(request, blueprint_page(place, version, choices, made, file))


def _archive(db: Db, saved: SavedAssessment, choices: Choices) -> Response:
    made = blueprints.build(blueprints.version_of(db, saved), choices)
    return attachment(made.archive(), f"{made.folder_name}.zip", "application/zip")
