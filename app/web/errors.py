"""From what went wrong to a status and a page. One map; never a traceback.

A page for people, `application/problem+json` (RFC 9457) with the same sentences for programs.
"""

import logging
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from app.domain.errors import (
    Busy,
    Conflict,
    DomainError,
    Gone,
    InvalidAnswers,
    NoBlueprint,
    NotAllowed,
    NotFound,
    Problem,
    TooOften,
)
from app.persistence.engine import DatabaseAway, DatabaseFull
from app.web.deps import ConfirmationNeeded, SignInNeeded, TokenRefused
from app.web.pages.errors import ErrorPage
from app.web.pages.people import ConfirmPage, SignInPage
from app.web.render import show
from app.web.security import is_api

# What an answer says besides when something is out of order: how many seconds to wait.
TRY_LATER = {"Retry-After": "5"}

log = logging.getLogger("footing.request")

_UNUSABLE = "That cannot be used as it is"

# An error that is missing here is our mistake, hence 500: a missing fact, for one.
_STATUS: dict[type[DomainError], tuple[HTTPStatus, str]] = {
    InvalidAnswers: (HTTPStatus.UNPROCESSABLE_ENTITY, _UNUSABLE),
    NotFound: (HTTPStatus.NOT_FOUND, "Not found"),
    Gone: (HTTPStatus.GONE, "No longer here"),
    Conflict: (HTTPStatus.CONFLICT, "Something changed meanwhile"),
    NotAllowed: (HTTPStatus.FORBIDDEN, "You may not do this"),
    TooOften: (HTTPStatus.TOO_MANY_REQUESTS, "Too many attempts"),
    NoBlueprint: (HTTPStatus.UNPROCESSABLE_ENTITY, "No code for these choices"),
    Busy: (HTTPStatus.SERVICE_UNAVAILABLE, "Footing is busy"),
}

_OUT_OF_ORDER: dict[type[Exception], tuple[HTTPStatus, ErrorPage]] = {
    DatabaseAway: (
        HTTPStatus.SERVICE_UNAVAILABLE,
        ErrorPage(
            "Footing cannot reach its database",
            (
                "Nothing of this request was stored. The database usually is back in a minute.",
                "Go back and try again: what you typed is still there.",
            ),
        ),
    ),
    DatabaseFull: (
        HTTPStatus.INSUFFICIENT_STORAGE,
        ErrorPage(
            "Footing has no room left to store this",
            (
                "Nothing of this request was stored; everything stored before can still be read.",
                "Whoever runs Footing must make room on the disk of its database.",
                "Then go back and send this again; Footing need not be started again.",
            ),
        ),
    ),
}

_TITLES = {
    HTTPStatus.BAD_REQUEST: ("That request cannot be read", "Go back, reload and try again."),
    HTTPStatus.NOT_FOUND: ("Not found", "There is no page at this address."),
    HTTPStatus.METHOD_NOT_ALLOWED: (
        "This page cannot do that",
        "Follow a link or press a button rather than typing this address.",
    ),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: (
        "That is in an encoding that Footing does not read",
        "Send the form as UTF-8, as the pages of Footing do.",
    ),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: (
        "That is too much at once",
        (
            "What was sent is larger than a megabyte, or than two with a file, or ten with a file "
            "of prices: no form needs more."
        ),
    ),
}


def install(app: FastAPI) -> None:
    """Make every error of the application a page."""
    app.add_exception_handler(DomainError, _domain_error)
    for out_of_order in _OUT_OF_ORDER:
        app.add_exception_handler(out_of_order, _out_of_order)
    app.add_exception_handler(SignInNeeded, _sign_in_needed)
    app.add_exception_handler(TokenRefused, _token_refused)
    app.add_exception_handler(ConfirmationNeeded, _confirmation_needed)
    app.add_exception_handler(RequestValidationError, _unreadable_request)
    app.add_exception_handler(HTTPException, _http_error)


def answer(request: Request, page: ErrorPage, *, status: HTTPStatus) -> Response:
    """What went wrong, as a page or, under the API's address, as a problem for a program."""
    if not is_api(request.scope):
        return show(request, page, status=status)
    return _problem(page.title, status, [Problem("", s) for s in page.sentences], page.reference)


def _problem(
    title: str, status: HTTPStatus, problems: Sequence[Problem], reference: str = ""
) -> Response:
    content = {
        "title": title,
        "status": int(status),
        "errors": [{"path": problem.path, "message": problem.message} for problem in problems],
        "reference": reference,
    }
    return JSONResponse(content, status, media_type="application/problem+json")


def apology(request: Request) -> Response:
    """The page for an error that nobody foresaw; the log has the same reference."""
    page = ErrorPage(
        title="Footing made a mistake",
        sentences=(
            "Nothing of this request was stored. Going back and trying again may help.",
            "If it does not, tell whoever runs Footing the reference below: it is in the log.",
        ),
        reference=request.state.reference,
    )
    return answer(request, page, status=HTTPStatus.INTERNAL_SERVER_ERROR)


def refusal(request: Request) -> Response:
    """The page for a change that another site asked for."""
    page = ErrorPage(
        title="That came from another site",
        sentences=("Footing only accepts changes sent from its own pages; nothing was changed.",),
    )
    return answer(request, page, status=HTTPStatus.FORBIDDEN)


def other_encoding(request: Request) -> Response:
    """The page for a form in another encoding than ours."""
    return _page_for(request, HTTPStatus.UNSUPPORTED_MEDIA_TYPE)


def too_large(request: Request) -> Response:
    """The page for more than a form can hold."""
    return _page_for(request, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


def _domain_error(request: Request, error: Exception) -> Response:
    known = next((known for known in type(error).__mro__ if known in _STATUS), None)
    if known is None:
        log.error("%s: %s", request.state.reference, error, exc_info=error)
        return apology(request)
    status, title = _STATUS[known]
    if isinstance(error, InvalidAnswers) and is_api(request.scope):
        return _problem(title, status, error.problems)
    response = answer(request, ErrorPage(title, _sentences(error)), status=status)
    if isinstance(error, TooOften):
        response.headers["Retry-After"] = str(error.seconds)
    if isinstance(error, Busy):
        response.headers.update(TRY_LATER)
    return response


def _out_of_order(request: Request, error: Exception) -> Response:
    reason = " ".join(str(error.__cause__).split())
    log.error("%s: %s (%s)", request.state.reference, error, reason)
    status, page = _OUT_OF_ORDER[type(error)]
    response = answer(request, page, status=status)
    response.headers.update(TRY_LATER)
    return response


def _sentences(error: Exception) -> tuple[str, ...]:
    if isinstance(error, InvalidAnswers):
        return tuple(f"{problem.path}: {problem.message}" for problem in error.problems)
    return (str(error),)


def _token_refused(_: Request, __: Exception) -> Response:
    sentence = "The API token is unknown, was ended or has expired. Make one on your account page."
    response = _problem("Not a token", HTTPStatus.UNAUTHORIZED, [Problem("", sentence)])
    response.headers["WWW-Authenticate"] = 'Bearer error="invalid_token"'
    return response


def _sign_in_needed(request: Request, error: Exception) -> Response:
    if is_api(request.scope):
        problems = [Problem("", str(error))]
        response = _problem("Who are you?", HTTPStatus.UNAUTHORIZED, problems)
        response.headers["WWW-Authenticate"] = "Bearer"
        return response
    to = request.url.path if request.method == "GET" else ""
    return show(request, SignInPage(reason=str(error), to=to), status=HTTPStatus.FORBIDDEN)


def _confirmation_needed(request: Request, error: Exception) -> Response:
    if not isinstance(error, ConfirmationNeeded):
        raise TypeError(error)
    page = ConfirmPage(to=error.path, fields=error.fields)
    return show(request, page, status=HTTPStatus.FORBIDDEN)


def _unreadable_request(request: Request, error: Exception) -> Response:
    parts = error.errors() if isinstance(error, RequestValidationError) else ()
    if any(part["loc"][0] == "path" for part in parts):  # /projects/banana is nowhere
        return _page_for(request, HTTPStatus.NOT_FOUND)
    if is_api(request.scope):
        problems = [_of_part(part) for part in parts]
        return _problem(_UNUSABLE, HTTPStatus.UNPROCESSABLE_ENTITY, problems)
    names = ", ".join(str(part["loc"][-1]) for part in parts)
    page = ErrorPage(
        _UNUSABLE,
        (f"The form arrived without what it needs, or with something unreadable in: {names}.",),
    )
    return answer(request, page, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _of_part(part: Any) -> Problem:  # noqa: ANN401  # pydantic's own record of an error
    """A part of a request that pydantic refused: where in the body or the query, and why."""
    return Problem(".".join(map(str, part["loc"][1:])), f"{part['msg']}.")


def _http_error(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    response = _page_for(request, HTTPStatus(status))
    response.headers.update(getattr(error, "headers", None) or {})
    return response


def _page_for(request: Request, status: HTTPStatus) -> Response:
    title, sentence = _TITLES.get(status, (status.phrase, status.description or status.phrase))
    return answer(request, ErrorPage(title, (sentence,)), status=status)
