"""Pages of saved versions: they never change, so they are written once and then kept.

Writing such a page is three quarters of what it costs to show it (docs/bench.md). The rest, to look
up who asks and what they may see, is done for every request, before anything kept is shown.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from functools import cache
from http import HTTPStatus
from threading import Lock

from fastapi import Request
from fastapi.responses import HTMLResponse
from starlette.responses import Response

from app.web.pages.base import Page
from app.web.render import ROOT, frame_of, show

# About a hundred result pages; what has not been looked at for longest goes first.
MOST_BYTES = 20_000_000

_MAKES_PAGES = ("app", "static", "templates")


class KeptPages:
    """Finished pages, each under the tag that says what it was made from."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._bytes = 0
        self._pages: OrderedDict[str, bytes] = OrderedDict()
        self._guard = Lock()

    def find(self, tag: str) -> bytes | None:
        """The page of this tag, or None."""
        with self._guard:
            page = self._pages.get(tag)
            if page is not None:
                self._pages.move_to_end(tag)
            return page

    def keep(self, tag: str, page: bytes) -> None:
        """Keep the page, and let go of others where there are too many."""
        with self._guard:
            self._bytes += len(page) - len(self._pages.pop(tag, b""))
            self._pages[tag] = page
            while self._bytes > self._most_bytes:
                _, oldest = self._pages.popitem(last=False)
                self._bytes -= len(oldest)


def show_kept(request: Request, made_from: object, make: Callable[[], Page]) -> Response:
    """The page that `make` returns, made only if nobody had it made before.

    `made_from` is whatever the page shows that may differ between two requests, as plain values:
    if it is equal, the page is. Who is signed in and which Footing this is are added here. A
    browser that has the page already is told so (304); it asks again each time, so that one who
    may not see it any more does not.
    """
    tag = _tag(request, made_from)
    headers = {
        "ETag": f'"{tag}"',
        "Cache-Control": "private, no-cache",
        "Vary": "HX-Request, HX-Request-Type, Cookie",
    }
    if tag in request.headers.get("if-none-match", ""):  # a list of tags, weak or not
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    kept: KeptPages = request.app.state.kept
    page = kept.find(tag)
    if page is None:
        page = bytes(show(request, make()).body)
        kept.keep(tag, page)
    return HTMLResponse(page, headers=headers)


def _tag(request: Request, made_from: object) -> str:
    text = repr((edition(), frame_of(request), made_from))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


@cache
def edition() -> str:
    """A name for this very Footing: the hash of all that has a part in making a page."""
    digest = hashlib.sha256()
    for folder in _MAKES_PAGES:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                digest.update(f"{path.relative_to(ROOT)} {path.stat().st_size} ".encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()
