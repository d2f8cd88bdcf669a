"""For whatever watches over Footing: is the process alive, can it serve."""

from http import HTTPStatus

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse

from app.web import errors
from app.web.deps import TheDatabase

router = APIRouter()


@router.get("/healthz")
async def healthz() -> PlainTextResponse:
    """Alive. A coroutine: it needs no thread, so it answers while all of them compute."""
    return PlainTextResponse("ok")


@router.get("/readyz")
def readyz(database: TheDatabase) -> PlainTextResponse:
    """Able to serve: the database answers and has the tables of this version."""
    problem = database.problem()
    if not problem:
        return PlainTextResponse("ok")
    return PlainTextResponse(problem, HTTPStatus.SERVICE_UNAVAILABLE, errors.TRY_LATER)
