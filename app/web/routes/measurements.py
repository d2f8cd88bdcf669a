"""A team's own measurements: upload, list, take back."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, Request, UploadFile
from fastapi.responses import RedirectResponse, Response

from app.domain.errors import InvalidAnswers
from app.domain.measurements.reading import MOST_BYTES
from app.persistence import Session
from app.reference import Reference
from app.services import measurements, projects
from app.services.measurements import Stated, Upload
from app.services.people import Person
from app.services.projects import Project
from app.services.texts import storable
from app.web.current import CurrentProject, Key, TheReference
from app.web.deps import Db, Now, SignedIn
from app.web.pages.base import NO_FAULTS, Faults, faults
from app.web.pages.measurements import MeasurementsPage, measurements_page
from app.web.render import show

router = APIRouter()

Typed = Annotated[str, Form(max_length=200)]


def _stated(  # noqa: PLR0913  # what the form has
    *,
    modality: Typed = "",
    accelerator: Typed = "",
    accelerators: Typed = "",
    size_class: Typed = "",
    precision: Typed = "",
    size: Typed = "",
    tokens_in: Typed = "",
    tokens_out: Typed = "",
) -> Stated:
    typed = (modality, accelerator, accelerators, size_class, precision, size)
    return Stated(*(storable(text).strip() for text in (*typed, tokens_in, tokens_out)))


def _upload(file: Annotated[UploadFile | None, File()] = None) -> Upload:
    if file is None:
        return Upload("", b"")
    return Upload(storable(file.filename or ""), file.file.read(MOST_BYTES + 1))


@router.get("/projects/{project_id}/measurements")
def look(
    request: Request, db: Db, by: SignedIn, reference: TheReference, project: CurrentProject
) -> Response:
    """What was measured, and for an editor the form for more."""
    return show(request, _page(db, reference, by, project, Stated(), NO_FAULTS))


@router.post("/projects/{project_id}/measurements")
def add(  # noqa: PLR0913  # dependencies and a form
    request: Request,
    *,
    db: Db,
    by: SignedIn,
    now: Now,
    reference: TheReference,
    project: CurrentProject,
    stated: Annotated[Stated, Depends(_stated)],
    upload: Annotated[Upload, Depends(_upload)],
) -> Response:
    """Keep what the file says; or the form again, with what is wrong."""
    try:
        measurements.add(db, reference, by, project, stated, upload, now)
    except InvalidAnswers as error:
        page = _page(db, reference, by, project, stated, faults(error.problems))
        return show(request, page, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return RedirectResponse(f"/projects/{project.id}/measurements", HTTPStatus.SEE_OTHER)


@router.post("/projects/{project_id}/measurements/{modality}/{accelerator}/remove")
def remove(
    *, db: Db, by: SignedIn, now: Now, project: CurrentProject, modality: Key, accelerator: Key
) -> Response:
    """Take a measurement back; saved versions keep it."""
    measurements.take_back(db, by, project, modality, accelerator, now)
    return RedirectResponse(f"/projects/{project.id}/measurements", HTTPStatus.SEE_OTHER)


def _page(
    db: Session,
    reference: Reference,
    by: Person,
    project: Project,
    stated: Stated,
    wrong: Faults,
) -> MeasurementsPage:
    return measurements_page(
        project,
        reference,
        projects.answers(db, project),
        measurements.listing(db, reference, project),
        may_edit=projects.may_edit(by, project),
        typed=stated,
        wrong=wrong,
    )
