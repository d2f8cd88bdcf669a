"""For whatever watches over Footing: is the process alive, can it serve."""

from http import HTTPStatus

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse

from app.web.deps import TheDatabase

router = APIRouter()


@router.get("/healthz")
def healthz() -> PlainTextResponse:
    """Alive."""
    return PlainTextResponse("ok")


@router.get("/readyz")
def readyz(database: TheDatabase) -> PlainTextResponse:
    """Able to serve: the database answers."""
    if database.answers():
        return PlainTextResponse("ok")
    return PlainTextResponse("the database does not answer", HTTPStatus.SERVICE_UNAVAILABLE)
