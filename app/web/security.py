"""What stands before every handler: same-origin check, response headers, log line, last resort.

All of it is plain ASGI; Starlette's BaseHTTPMiddleware costs seven times a small request.
"""

import logging
import re
import secrets
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from http import HTTPStatus

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}

# Under these paths the address itself is the permission: it must be kept by nobody on the way.
SHARED = "/s/"
ANSWERED = "/answer/"
SHARED_HEADERS = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}

# Under this path programs ask, and get JSON.
API = "/api/v1"

MAX_BODY_BYTES = 1_000_000
# The forms that carry a file, and how much: a benchmark's report has some thousand bytes, the
# price catalogue of one cloud four million, an archive of a project some hundred thousand for each
# version. A form has a little more than its file.
MAX_UPLOAD_BYTES = 2_000_000
MAX_PRICE_FILE_BYTES = 10_010_000
MAX_ARCHIVE_BYTES = 20_010_000
UPLOADS = (
    (re.compile(r"/projects/\d{1,10}/measurements"), MAX_UPLOAD_BYTES),
    (re.compile(r"/admin/prices/files"), MAX_PRICE_FILE_BYTES),
    (re.compile(r"/projects/import"), MAX_ARCHIVE_BYTES),
)

log = logging.getLogger("footing.request")


class RequestLog:
    """One line per request. Neither addresses nor answers: a route's name, never a token."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, and write the line when the answer is out."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        scope.setdefault("state", {})["reference"] = secrets.token_hex(4)
        began, status = time.perf_counter(), 0

        async def note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        await self.app(scope, receive, note)
        milliseconds = (time.perf_counter() - began) * 1000
        route = getattr(scope.get("route"), "path", "-")
        reference = scope["state"]["reference"]
        log.info("%s %s %s %.0f ms %s", scope["method"], route, status, milliseconds, reference)


class ResponseHeaders:
    """Puts the security headers on every answer, errors and static files included."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self.app = app
        self.headers = dict(HEADERS)
        if https:
            self.headers["Strict-Transport-Security"] = "max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, adding headers on the way out."""

        async def add(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(self.headers)
                if scope["type"] == "http" and scope["path"].startswith((SHARED, ANSWERED)):
                    headers.update(SHARED_HEADERS)
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self.app(scope, receive, add)


class LastResort:
    """Turns an unforeseen error into a page with a reference that is also in the log.

    Starlette would do this outside all middleware, so without the security headers.
    """

    def __init__(self, app: ASGIApp, *, apology: Callable[[Request], Response]) -> None:
        self.app = app
        self.apology = apology

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on; answer in the application's place if it fails before it began to."""
        begun = False

        async def note(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.app(scope, receive, note)
        except Exception:
            if scope["type"] != "http" or begun:
                raise
            log.exception("Unforeseen error %s", scope["state"]["reference"])
            await self.apology(Request(scope))(scope, receive, send)


class SameOrigin:
    """Refuses a change that another site's page asks for, before anything else looks at it.

    A browser says where a request comes from: in `Sec-Fetch-Site`, or, if it is older, in
    `Origin`. Source: OWASP cross-site request forgery prevention, "Fetch Metadata", read 2026-11.
    """

    def __init__(
        self, app: ASGIApp, *, public_origin: str, refusal: Callable[[Request], Response]
    ) -> None:
        self.app = app
        self.public_origin = public_origin
        self.refusal = refusal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what only looks, and what our own pages send."""
        handled: Callable[[Scope, Receive, Send], Awaitable[None]] = self.app
        if scope["type"] == "http" and scope["method"] not in SAFE_METHODS:
            headers = Headers(scope=scope)
            if not (_is_a_programs(scope, headers) or self._is_ours(headers)):
                handled = self.refusal(Request(scope))
        await handled(scope, receive, send)

    def _is_ours(self, headers: Headers) -> bool:
        site = headers.get("sec-fetch-site")
        if site is not None:
            return site in {"same-origin", "none"}
        origin = headers.get("origin", "")
        if self.public_origin:
            return origin == self.public_origin
        return origin.partition("://")[2] == headers.get("host")


def _is_a_programs(scope: Scope, headers: Headers) -> bool:
    """Whether a program asks by a token: no browser adds one for another site's page.

    Then the API looks at nothing else, and never at the cookie.
    """
    return bool(is_api(scope) and headers.get("authorization"))


def is_api(scope: Scope) -> bool:
    """Whether the request is for the API, so that its answer is for a program."""
    return str(scope["path"]).startswith(f"{API}/")


class Utf8Only:
    """Refuses a form in another encoding than UTF-8, which no page of ours sends.

    A form may name any encoding that Python knows; some can say what no database stores.
    """

    def __init__(self, app: ASGIApp, *, refusal: Callable[[Request], Response]) -> None:
        self.app = app
        self.refusal = refusal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is in UTF-8, or does not say."""
        handled: Callable[[Scope, Receive, Send], Awaitable[None]] = self.app
        if scope["type"] == "http":
            kind = Headers(scope=scope).get("content-type", "").lower()
            found = re.search(r"charset\s*=\s*[\"']?([^\s;\"']*)", kind)
            if found and found[1] != "utf-8":
                handled = self.refusal(Request(scope))
        await handled(scope, receive, send)


class BodyLimit:
    """Refuses a request larger than any form of ours, whether it says so or only sends it."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        most_bytes: int,
        refusal: Callable[[Request], Response],
    ) -> None:
        self.app = app
        self.most_bytes = most_bytes
        self.refusal = refusal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, counting what arrives."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path = scope["path"]
        most_bytes = next((n for form, n in UPLOADS if form.fullmatch(path)), self.most_bytes)
        announced = Headers(scope=scope).get("content-length", "0")
        if announced.isdigit() and int(announced) > most_bytes:
            await self.refusal(Request(scope))(scope, receive, send)
            return
        received = 0

        async def count() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > most_bytes:
                raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return message

        await self.app(scope, count, send)


class SessionCookie:
    """A cookie that holds a token. Over HTTPS its name makes browsers bind it to this very host.

    There is one for who is signed in, and, on the way to an OpenID provider, one for which browser
    it was: both have to come with a link from elsewhere, hence `lax`.
    """

    def __init__(self, name: str = "footing", *, https: bool) -> None:
        self.https = https
        self.name = f"__Host-{name}" if https else name

    def read(self, request: Request) -> str:
        """The session's token, or nothing."""
        return request.cookies.get(self.name, "")

    def give(self, response: Response, token: str, *, lasts: timedelta) -> None:
        """Let the browser keep the token; whether it still counts, the server decides."""
        response.set_cookie(
            self.name,
            token,
            max_age=int(lasts.total_seconds()),
            path="/",
            secure=self.https,
            httponly=True,
            samesite="lax",
        )

    def take_back(self, response: Response) -> None:
        """Let the browser forget the token."""
        response.delete_cookie(
            self.name, path="/", secure=self.https, httponly=True, samesite="lax"
        )
