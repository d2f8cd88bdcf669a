"""The JSON API under /api/v1: the same services as the pages, for programs.

Every error is `application/problem+json` with the sentences that a page would show.
"""

from functools import cache
from typing import Any

from fastapi import APIRouter, Depends, FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse

from app import __version__
from app.web.api import library, projects, versions
from app.web.api.asking import KNOW_CALLER, only_looks
from app.web.api.models import Wrong
from app.web.deps import COMPUTE_PLACE
from app.web.security import API

_DESCRIPTION = (
    "Send an API token, which you make on your account's page, as `Authorization: Bearer TOKEN`. "
    "What is wrong with a request comes back as `application/problem+json`: `errors` has one "
    "sentence for each thing that is wrong, with its path where there is one."
)
_ERRORS: dict[int | str, dict[str, Any]] = {
    status: {"model": Wrong, "description": what}
    for status, what in {
        401: "no account, or a token that is unknown, ended or expired",
        403: "the token, or its maker, may not do this",
        404: "there is no such thing that you can see",
        422: "something in the request cannot be used",
        429: "too many requests in a minute",
        503: "too busy, or without a database: try again",
    }.items()
}

_document = APIRouter(prefix=API)


def install(app: FastAPI) -> None:
    """Give the application the addresses of the API."""
    for router, first in _routers():
        app.include_router(router, dependencies=[*first, KNOW_CALLER])
    app.include_router(_document)


def _routers() -> tuple[tuple[APIRouter, list[Any]], ...]:
    looks = Depends(only_looks)
    return (
        (library.stateless, [looks, COMPUTE_PLACE]),
        (versions.computing, [COMPUTE_PLACE]),
        (library.router, []),
        (projects.router, []),
        (versions.router, []),
    )


@_document.get("/openapi.json", include_in_schema=False)
async def document() -> JSONResponse:
    """The OpenAPI document, for programs that write programs."""
    return JSONResponse(_openapi())


@cache
def _openapi() -> dict[str, Any]:
    outline = APIRouter(responses=_ERRORS)
    for router, _ in _routers():
        outline.include_router(router)
    made = get_openapi(
        title="Footing", version=__version__, description=_DESCRIPTION, routes=outline.routes
    )
    made.setdefault("components", {})["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer"}
    }
    made["security"] = [{"token": []}]
    return made
