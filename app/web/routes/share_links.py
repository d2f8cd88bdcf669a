"""Sharing a version by a link, taking the link back, and reading what it opens."""

from contextlib import suppress
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, BackgroundTasks, Form, Query, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from app.domain.errors import InvalidAnswers, Locked, Problem
from app.domain.questionnaire.questions import QuestionSet
from app.domain.questionnaire.reading import nested
from app.persistence.engine import Database, DatabaseUnusable
from app.reports import cost_table
from app.services import assessments, share_links
from app.services.assessments import SavedAssessment
from app.services.texts import one_line
from app.web.answering import a_name
from app.web.current import MOST, CurrentProject, Number, TheReference
from app.web.deps import Cookie, Db, From, Misses, Now, SignedIn, TheDatabase, public_address
from app.web.downloads import attachment
from app.web.pages.results import shared_page
from app.web.pages.share_links import Typed, locked_page, share_page
from app.web.pages.spreadsheet import spreadsheet
from app.web.render import show
from app.web.routes.spreadsheets import CSV, XLSX
from app.web.security import SHARED

router = APIRouter()

AsWhat = Literal["page", "xlsx", "csv", "json"]

# Apart, because whoever has a link needs no account: nobody is signed in.
readers = APIRouter()
UNLOCKED = "footing-unlocked"


@router.get("/projects/{project_id}/share")
def look(
    request: Request,
    db: Db,
    by: SignedIn,
    now: Now,
    project: CurrentProject,
    version: Annotated[int, Query(ge=0, le=MOST)] = 0,
) -> Response:
    """The form for a link, with `version` chosen, and the links that there are."""
    links = share_links.listing(db, by, project)
    versions = assessments.listing(db, project)
    page = share_page(project, versions, links, now, form=a_name(), typed=Typed(version))
    return show(request, page)


@router.post("/projects/{project_id}/share")
def create(  # noqa: PLR0913  # dependencies and a form
    request: Request,
    db: Db,
    by: SignedIn,
    now: Now,
    project: CurrentProject,
    version: Annotated[int, Form(ge=0, le=MOST)] = 0,
    label: Annotated[str, Form(max_length=10_000)] = "",
    days: Annotated[int, Form(ge=0, le=MOST)] = 0,
    follows: Annotated[bool, Form()] = False,  # noqa: FBT002  # a field of the form
    hides: Annotated[list[str], Form(max_length=100)] = [],  # noqa: B006  # FastAPI copies it
    passphrase: Annotated[str, Form(max_length=10_000)] = "",
    form: Annotated[str, Form(max_length=10_000)] = "",
) -> Response:
    """Make a link and show it, this once; leading to another page would put it in an address."""
    versions = assessments.listing(db, project)
    try:
        token = share_links.create(
            db,
            by,
            project,
            number=version,
            label=label,
            days=days,
            now=now,
            follows_newest=follows,
            hides=hides,
            passphrase=passphrase,
            form=form,
        )
    except InvalidAnswers as error:
        page = share_page(
            project,
            versions,
            share_links.listing(db, by, project),
            now,
            form=a_name(),
            typed=Typed(version, label, days, follows, tuple(hides), passphrase),
            problems=error.problems,
        )
        return show(request, page, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    links = share_links.listing(db, by, project)
    made = f"{public_address(request)}{SHARED}{token}"
    page = share_page(
        project, versions, links, now, form=a_name(), made=made, made_for=one_line(label)
    )
    return show(request, page, status=HTTPStatus.CREATED)


@router.post("/projects/{project_id}/share/{link_id}/revoke")
def revoke(db: Db, by: SignedIn, now: Now, project: CurrentProject, link_id: Number) -> Response:
    """End a link at once."""
    share_links.revoke(db, by, project, link_id, now)
    return RedirectResponse(f"/projects/{project.id}/share", HTTPStatus.SEE_OTHER)


# The whole rest of the address is the token: whatever is put behind one, or instead of one, is
# a link that does not exist, and no redirect ever carries a token.
@readers.api_route(SHARED + "{token:path}", methods=["GET", "HEAD"])
def read(  # noqa: PLR0913  # dependencies and an address
    request: Request,
    *,
    db: Db,
    database: TheDatabase,
    now: Now,
    caller: From,
    misses: Misses,
    afterwards: BackgroundTasks,
    reference: TheReference,
    token: str,
    form: Annotated[AsWhat, Query(alias="as")] = "page",
) -> Response:
    """The version that a link opens, as a page or as a file; what it hides is in none of them."""
    proof = request.cookies.get(UNLOCKED, "")
    try:
        with misses.counted(caller.network, now):
            shared = share_links.look_up(db, reference.questions, token, now, proof=proof)
    except Locked:
        return show(request, locked_page(f"{SHARED}{token}"), status=HTTPStatus.FORBIDDEN)
    if request.method == "GET":
        afterwards.add_task(note_opened, database, shared.link_id, now)
    if form == "page":
        return show(request, shared_page(shared, reference.questions))
    return _file(shared.saved, reference.questions, form)


@readers.post(SHARED + "{token:path}")
def unlock(  # noqa: PLR0913  # dependencies and a form
    request: Request,
    *,
    db: Db,
    now: Now,
    caller: From,
    misses: Misses,
    reference: TheReference,
    cookie: Cookie,
    database: TheDatabase,
    afterwards: BackgroundTasks,
    token: str,
    passphrase: Annotated[str, Form(max_length=10_000)] = "",
) -> Response:
    """Open a link by its passphrase; the browser keeps the proof for this link alone."""
    here = f"{SHARED}{token}"
    with misses.counted(caller.network, now):
        proof = share_links.unlock(db, token, passphrase, now)
    if not proof:
        wrong = Problem("passphrase", "That is not the passphrase of this link.")
        return show(request, locked_page(here, [wrong]), status=HTTPStatus.FORBIDDEN)
    shared = share_links.look_up(db, reference.questions, token, now, proof=proof)
    afterwards.add_task(note_opened, database, shared.link_id, now)
    response = show(request, shared_page(shared, reference.questions))
    response.set_cookie(
        UNLOCKED, proof, path=here, secure=cookie.https, httponly=True, samesite="lax"
    )
    return response


def _file(saved: SavedAssessment, questions: QuestionSet, form: str) -> Response:
    name = f"footing-version-{saved.number}.{form}"
    if form == "xlsx":
        return attachment(spreadsheet(saved, questions), name, XLSX)
    if form == "csv":
        return attachment(cost_table.as_csv(saved.result), name, CSV)
    told = {
        "name": saved.project.name,
        "version": saved.number,
        "title": saved.title,
        "saved_by": saved.author,
        "answers": nested(saved.answers),
        "hidden": [  # questions, as on the page: a field has a provider in its name
            question.key
            for question in questions.questions
            if any(field.path in saved.hidden for field in question.fields)
        ],
        "result": saved.result,
    }
    return attachment(assessments.as_json(told), name, "application/json")


async def note_opened(database: Database, link_id: int, now: datetime) -> None:
    """Count the opening, after the answer and in a transaction of its own: reading only reads."""
    with suppress(DatabaseUnusable):  # the page was answered; one count is missing then
        async with database.place_to_write():
            await run_in_threadpool(_write_opened, database, link_id, now)


def _write_opened(database: Database, link_id: int, now: datetime) -> None:
    with database.writing() as session:
        share_links.note_opened(session, link_id, now)
