"""The servers that are measured: `python -m benchmarks.server KIND PORT FOLDER BYTES`.

footing     Footing with a project, a saved version and somebody signed in
remade      the same, but every page is made anew for every request
reference   FastAPI alone: a greeting, finished bytes, and a plain Jinja page, BYTES long

Each prints one line of JSON once it can be asked something.
"""

import gc
import json
import secrets
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from fastapi.responses import HTMLResponse, PlainTextResponse
from jinja2 import Environment

from app import reference
from app.domain.questionnaire.reading import flattened
from app.main import create_app
from app.persistence import Session
from app.services import accounts, assessments, people, projects
from app.services.accounts import NewAccount
from app.services.people import Caller, Person
from app.services.projects import Project
from app.settings import Settings
from app.web.kept import KeptPages

SAMPLE = "hospital_group"
WORLDS = 2_000

_ROWS = """<!DOCTYPE html><html lang="en"><head><title>{{ title }}</title></head><body><table>
{% for row in rows %}<tr><th scope="row">{{ row[0] }}</th>
{% for cell in row[1:] %}<td class="number">{{ cell }}</td>{% endfor %}</tr>
{% endfor %}</table></body></html>"""


def footing(folder: Path, *, keeps: bool) -> tuple[FastAPI, dict[str, str]]:
    """Footing and what to ask it: the address of a saved version, and the cookie to ask with."""
    app = create_app(Settings(data_dir=folder, worlds=WORLDS))
    if not keeps:
        app.state.kept = KeptPages(most_bytes=0)
    with app.state.database.alone() as session:
        token, person, project = signed_in(session)
        number = assessments.submit(
            session,
            reference.load(),
            person,
            project,
            title="",
            worlds=WORLDS,
            now=datetime.now(UTC),
        )
    cookie = f"{app.state.cookie.name}={token}"
    return app, {"path": f"/projects/{project.id}/versions/{number}", "cookie": cookie}


def signed_in(session: Session) -> tuple[str, Person, Project]:
    """Somebody's session token, who that is, and their project with the answers of the sample."""
    now = datetime.now(UTC)
    link = people.issue_sign_in_link(session, now)
    wanted = NewAccount("Ada", "ada@example.org", secrets.token_urlsafe())
    token = accounts.set_up(session, link.token, wanted, caller=Caller("", "bench"), now=now)
    person = people.person_for(session, token, now)
    typed = reference.sample(SAMPLE)["answers"]
    if person is None or not isinstance(typed, Mapping):
        raise LookupError(SAMPLE)
    project = projects.start(session, person, name="Measured", purpose="", now=now)
    answers = flattened(typed, reference.load().questions)
    projects.save_answers(session, person, project, answers, now)
    return token, person, project


def plain(length: int) -> tuple[FastAPI, dict[str, str]]:
    """FastAPI with what a page of `length` bytes costs at the very least."""
    app = FastAPI()
    template = Environment(autoescape=True).from_string(_ROWS)
    cells = [("Spend & save", "USD 1.2 million", "USD 0.9 million", "12 %")] * 10_000
    row = len(template.render(title="x", rows=cells[:101])) - len(
        template.render(title="x", rows=cells[:1])
    )
    rows = cells[: length * 100 // row]
    finished = template.render(title="Static", rows=rows).encode()

    @app.get("/hello")
    async def hello() -> PlainTextResponse:
        return PlainTextResponse("hello")

    @app.get("/finished")
    async def whole() -> HTMLResponse:
        return HTMLResponse(finished)

    @app.get("/jinja")
    async def jinja() -> HTMLResponse:
        return HTMLResponse(template.render(title="Static", rows=rows))

    return app, {"bytes": str(len(finished))}


def main() -> None:
    """Serve until somebody ends the process."""
    kind, port, folder, length = sys.argv[1:5]
    if kind == "reference":
        app, told = plain(int(length))
        gc.collect()
        gc.freeze()
    else:
        app, told = footing(Path(folder), keeps=kind == "footing")
    config = uvicorn.Config(
        app, port=int(port), log_config=None, access_log=False, server_header=False
    )
    print(json.dumps(told), flush=True)
    uvicorn.Server(config).run()


if __name__ == "__main__":
    main()
