"""From a page to a response: the whole page, or the one block that htmx asked for."""

import hashlib
from dataclasses import fields
from functools import cache
from pathlib import Path

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app import __version__
from app.reports import words
from app.web.pages.base import Frame, Page

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "static"
TEMPLATES = ROOT / "templates"


def show(
    request: Request, page: Page, *, block: str | None = None, status: int = 200
) -> HTMLResponse:
    """Render the page, or only `block` of it if htmx is about to put just that block in place.

    The handler names the block, never the client. Both answers have one address, hence `Vary`.
    """
    template = environment().get_template(page.template)
    values = {field.name: getattr(page, field.name) for field in fields(page)}
    context = template.new_context({**values, "frame": frame_of(request)})
    if block is not None and _wants_block(request):
        html = "".join(template.blocks[block](context))
    else:
        html = template.render(context.get_all())
    return HTMLResponse(html, status, {"Vary": "HX-Request, HX-Request-Type"})


@cache
def environment() -> Environment:
    """How templates are read: everything escaped, and a name that is not there is an error."""
    jinja = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,  # a template that is edited needs a new start, as the code does
    )
    jinja.filters.update(
        money=words.money,
        number=words.number,
        percent=words.percent,
        date=words.day,
    )
    jinja.globals["asset"] = asset
    return jinja


@cache
def asset(path: str) -> str:
    """The address of a static file, with its content's hash, so that it may be kept for ever."""
    digest = hashlib.sha256((STATIC / path).read_bytes()).hexdigest()[:12]
    return f"/static/{path}?v={digest}"


def frame_of(request: Request) -> Frame:
    """What stands around the page that this request gets."""
    person = getattr(request.state, "person", None)
    return Frame(
        person_name=person.name if person else "",
        is_administrator=person is not None and person.is_administrator,
        path=request.url.path,
        version=__version__,
        ways=request.app.state.ways,
    )


def _wants_block(request: Request) -> bool:
    # HX-Request alone also comes with Back and with swaps of the whole body.
    return (
        request.headers.get("HX-Request") == "true"
        and request.headers.get("HX-Request-Type") == "partial"
    )
