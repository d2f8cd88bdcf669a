"""Who may ask for what: one table, every address of the router against every kind of person."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from sqlalchemy import Connection

from app import reference
from app.domain.questionnaire.reading import read_answers
from app.persistence import Session, portable
from app.persistence import assessments as assessment_rows
from app.persistence import people as people_rows
from app.persistence import projects as project_rows
from app.persistence import teams as team_rows
from app.persistence.engine import Database
from app.persistence.tables import InvitationRow, NoteRow, ShareLinkRow, TeamRow
from app.reference import SAMPLES, sample
from app.services import (
    api_tokens,
    assessments,
    invitations,
    notes,
    people,
    proposals,
    share_links,
    versions,
)
from app.services.api_tokens import Wanted
from app.services.people import Caller, Person
from tests.builders import NOON, a_draft, a_person, a_project, a_snapshot, a_team, join
from tests.web_client import Client, checksums

# Each address with the least that somebody must be to get past it. A viewer, an editor and an
# owner are so in the team that the address is about; an administrator is in no team.
PUBLIC, SIGNED_IN, VIEWER, EDITOR, OWNER, ADMINISTRATOR = (
    "public", "signed in", "viewer", "editor", "owner", "administrator",
)  # fmt: skip
NEEDED = {
    "GET /": PUBLIC,
    "GET /healthz": PUBLIC,
    "GET /readyz": PUBLIC,
    "GET /sample": PUBLIC,
    "GET /sample/{key}": PUBLIC,
    "GET /sample/{key}/blueprint": PUBLIC,
    "GET /sample/{key}/blueprint/archive": PUBLIC,
    "GET /sample/{key}/cost": PUBLIC,
    "GET /sample/{key}/demand": PUBLIC,
    "GET /sample/{key}/footing.xlsx": PUBLIC,
    "GET /sample/{key}/costs.csv": PUBLIC,
    "GET /sample/{key}/what-if": PUBLIC,
    "GET /sample/{key}/why": PUBLIC,
    "GET /cases": PUBLIC,
    "GET /cases/{case_id}": PUBLIC,
    "GET /cases/backtest": PUBLIC,
    "GET /cases/export": PUBLIC,
    "POST /cases/{case_id}/start": SIGNED_IN,
    "GET /admin/cases": ADMINISTRATOR,
    "POST /admin/cases": ADMINISTRATOR,
    "GET /admin/cases/form": ADMINISTRATOR,
    "POST /admin/cases/form": ADMINISTRATOR,
    "POST /admin/cases/{case_id}/retire": ADMINISTRATOR,
    "GET /sources": PUBLIC,
    "GET /method": PUBLIC,
    "GET /setup": PUBLIC,  # the token in it decides; tests/web/test_people.py
    "POST /setup": PUBLIC,
    "GET /sign-in": PUBLIC,
    "POST /sign-in": PUBLIC,
    "POST /sign-in/link": PUBLIC,
    "POST /sign-out": PUBLIC,
    "GET /join": PUBLIC,
    "POST /join": PUBLIC,
    "POST /join/signed-in": SIGNED_IN,
    "POST /confirm": SIGNED_IN,
    "GET /account": SIGNED_IN,
    "POST /account": SIGNED_IN,
    "POST /account/password": SIGNED_IN,
    "POST /account/sessions/{session_id}/end": SIGNED_IN,
    "GET /teams": SIGNED_IN,
    "POST /teams": SIGNED_IN,
    "GET /teams/{team_id}": VIEWER,
    "POST /teams/{team_id}/name": OWNER,
    "POST /teams/{team_id}/members/{person_id}": OWNER,
    "POST /teams/{team_id}/members/{person_id}/out": OWNER,
    "POST /teams/{team_id}/invitations": OWNER,
    "POST /teams/{team_id}/invitations/{invitation_id}/end": OWNER,
    "GET /admin/people": ADMINISTRATOR,
    "GET /admin/people/{person_id}": ADMINISTRATOR,
    "POST /admin/people/{person_id}/link": ADMINISTRATOR,
    "POST /admin/people/{person_id}/{act}": ADMINISTRATOR,
    "POST /admin/teams/{team_id}/owner/{person_id}": ADMINISTRATOR,
    "GET /admin/audit": ADMINISTRATOR,
    "POST /admin/audit/export": ADMINISTRATOR,
    "GET /admin/rules": ADMINISTRATOR,
    "GET /admin/settings": ADMINISTRATOR,
    "GET /admin/prices": ADMINISTRATOR,
    "POST /admin/prices/files": ADMINISTRATOR,
    "GET /admin/prices/files/{draft_id}": ADMINISTRATOR,
    "POST /admin/prices/files/{draft_id}": ADMINISTRATOR,
    "POST /admin/prices/{number}/again": ADMINISTRATOR,
    "GET /admin/proposals/{proposal_id}": ADMINISTRATOR,
    "POST /admin/proposals/{proposal_id}/approve": ADMINISTRATOR,
    "POST /admin/proposals/{proposal_id}/close": ADMINISTRATOR,
    "GET /admin/weights": ADMINISTRATOR,
    "POST /admin/weights": ADMINISTRATOR,
    "GET /admin/weights/new": ADMINISTRATOR,
    "GET /admin/weights/{number}": ADMINISTRATOR,
    "POST /admin/weights/preview": ADMINISTRATOR,
    "GET /projects": SIGNED_IN,
    "GET /projects/new": SIGNED_IN,
    "POST /projects": SIGNED_IN,
    "GET /projects/{project_id}": VIEWER,
    "GET /projects/{project_id}/check": VIEWER,
    "GET /projects/{project_id}/questions/{section}": VIEWER,
    "POST /projects/{project_id}/questions/{section}": EDITOR,
    "POST /projects/{project_id}/answers": EDITOR,
    "GET /projects/{project_id}/questions/{section}/{question}": VIEWER,
    "POST /projects/{project_id}/questions/{section}/{question}/notes": EDITOR,
    "POST /projects/{project_id}/notes/{note_id}/resolve": EDITOR,
    "GET /projects/{project_id}/here/{section}": VIEWER,
    "GET /projects/{project_id}/history": VIEWER,
    "POST /projects/{project_id}/versions/{number}/name": EDITOR,
    "GET /projects/{project_id}/versions/{number}/restore": EDITOR,
    "POST /projects/{project_id}/versions/{number}/restore": EDITOR,
    "GET /projects/{project_id}/drafts/{kept_id}/restore": EDITOR,
    "POST /projects/{project_id}/drafts/{kept_id}/restore": EDITOR,
    "GET /projects/{project_id}/ask": EDITOR,
    "POST /projects/{project_id}/ask/sections": EDITOR,
    "POST /projects/{project_id}/ask/links": EDITOR,
    "POST /projects/{project_id}/ask/links/{link_id}/revoke": EDITOR,
    "GET /projects/{project_id}/measurements": VIEWER,
    "POST /projects/{project_id}/measurements": EDITOR,
    "POST /projects/{project_id}/measurements/{modality}/{accelerator}/remove": EDITOR,
    "POST /projects/{project_id}/versions": EDITOR,
    "POST /projects/{project_id}/next": EDITOR,
    "GET /projects/{project_id}/versions/{number}": VIEWER,
    "GET /projects/{project_id}/versions/{number}/blueprint": VIEWER,
    "GET /projects/{project_id}/versions/{number}/blueprint/archive": VIEWER,
    "GET /projects/{project_id}/versions/{number}/cost": VIEWER,
    "GET /projects/{project_id}/versions/{number}/demand": VIEWER,
    "GET /projects/{project_id}/versions/{number}/footing.xlsx": VIEWER,
    "GET /projects/{project_id}/versions/{number}/costs.csv": VIEWER,
    "GET /projects/{project_id}/versions/{number}/what-if": VIEWER,
    "POST /projects/{project_id}/versions/{number}/what-if": EDITOR,
    "GET /projects/{project_id}/versions/{number}/why": VIEWER,
    "GET /projects/{project_id}/compare": VIEWER,
    "GET /projects/{project_id}/compare/moved": VIEWER,
    "GET /projects/{project_id}/share": EDITOR,
    "POST /projects/{project_id}/share": EDITOR,
    "POST /projects/{project_id}/share/{link_id}/revoke": EDITOR,
    "GET /forgotten": PUBLIC,
    "POST /forgotten": PUBLIC,
    "POST /sign-in/openid": PUBLIC,
    "GET /sign-in/openid/done": PUBLIC,  # the state decides; tests/oidc
    "POST /account/openid": SIGNED_IN,
    "POST /account/openid/unlink": SIGNED_IN,
    "POST /account/tokens": SIGNED_IN,
    "POST /account/tokens/{token_id}/end": SIGNED_IN,
    "GET /api/v1/openapi.json": PUBLIC,
    "GET /api/v1/questions": PUBLIC,
    "GET /api/v1/cases": PUBLIC,
    "GET /api/v1/cases/{case_id}": PUBLIC,
    "POST /api/v1/assess": SIGNED_IN,
    "GET /api/v1/projects": SIGNED_IN,
    "POST /api/v1/projects": SIGNED_IN,
    "GET /api/v1/projects/{project_id}": VIEWER,
    "GET /api/v1/projects/{project_id}/answers": VIEWER,
    "PUT /api/v1/projects/{project_id}/answers": EDITOR,
    "GET /api/v1/projects/{project_id}/versions": VIEWER,
    "POST /api/v1/projects/{project_id}/versions": EDITOR,
    "GET /api/v1/projects/{project_id}/versions/{number}": VIEWER,
    "GET /api/v1/projects/{project_id}/versions/{number}/costs": VIEWER,
    "GET /api/v1/projects/{project_id}/versions/{number}/what-if": VIEWER,
    "GET /api/v1/projects/{project_id}/versions/{number}/costs.csv": VIEWER,
    "GET /api/v1/projects/{project_id}/versions/{number}/blueprint": VIEWER,
    "GET /projects/import": SIGNED_IN,
    "POST /projects/import": SIGNED_IN,
    "GET /projects/{project_id}/archive": EDITOR,
    "POST /projects/{project_id}/archive": EDITOR,
    "POST /projects/{project_id}/delete": OWNER,
    "GET /teams/{team_id}/archive": OWNER,
    "POST /teams/{team_id}/archive": OWNER,
    "POST /teams/{team_id}/delete": OWNER,
    "GET /projects/{project_id}/weights": VIEWER,
    "POST /projects/{project_id}/weights": VIEWER,
    "POST /projects/{project_id}/weights/take-back": VIEWER,
    "POST /projects/{project_id}/weights/links/{link_id}/take-away": EDITOR,
    # The token decides; tests/web/test_answer_links.py
    "GET /answer/{token}": PUBLIC,
    "POST /answer/{token}": PUBLIC,
    "GET /answer/{rest:path}": PUBLIC,
    "POST /answer/{rest:path}": PUBLIC,
    "POST /answer/{token}/answers": PUBLIC,
    "GET /answer/{token}/weights": PUBLIC,
    "POST /answer/{token}/weights": PUBLIC,
    "GET /answer/{token}/questions/{section}": PUBLIC,
    "POST /answer/{token}/questions/{section}": PUBLIC,
    "GET /answer/{token}/questions/{section}/{question}": PUBLIC,
    "POST /answer/{token}/questions/{section}/{question}/notes": PUBLIC,
    "GET /s/{token:path}": PUBLIC,  # the token decides; tests/web/test_share_links.py
    "POST /s/{token:path}": PUBLIC,  # asks for the passphrase
}
PASSES = {
    "visitor": {PUBLIC},
    "stranger": {PUBLIC, SIGNED_IN},
    "viewer": {PUBLIC, SIGNED_IN, VIEWER},
    "editor": {PUBLIC, SIGNED_IN, VIEWER, EDITOR},
    "owner": {PUBLIC, SIGNED_IN, VIEWER, EDITOR, OWNER},
    "administrator": {PUBLIC, SIGNED_IN, ADMINISTRATOR},
}
HIDDEN = {401, 403, 404}

# What a program sends: a body is read before the service looks who asks, so it must be a right one.
BODIES: dict[str, object] = {
    "POST /api/v1/assess": {"answers": {}},
    "POST /api/v1/projects": {"name": "Another"},
    "PUT /api/v1/projects/{project_id}/answers": {"answers": {}},
    "POST /api/v1/projects/{project_id}/versions": {},
}
# A token, by whose it is, its scope, and whether it is for the team that the address is about →
# what it gets past. It is nobody's who is signed in: pages take it for a visitor's.
TOKENS: dict[str, tuple[str, str, bool, set[str]]] = {
    "owner to write": ("owner", "write", True, {PUBLIC, SIGNED_IN, VIEWER, EDITOR}),
    "owner to read": ("owner", "read", True, {PUBLIC, SIGNED_IN, VIEWER}),
    "editor to write": ("editor", "write", True, {PUBLIC, SIGNED_IN, VIEWER, EDITOR}),
    "viewer to write": ("viewer", "write", True, {PUBLIC, SIGNED_IN, VIEWER}),
    "owner to write elsewhere": ("owner", "write", False, {PUBLIC, SIGNED_IN}),
    "stranger to write": ("stranger", "write", True, {PUBLIC, SIGNED_IN}),
    "administrator to write": ("administrator", "write", True, {PUBLIC, SIGNED_IN}),
}
# Only who may start projects somewhere starts one.
STARTS = "POST /api/v1/projects"


@dataclass(frozen=True)
class Scene:
    """A team with a project and a saved version, and one of every kind of person."""

    people: dict[str, Person]
    places: dict[str, str]


@pytest.fixture(scope="module")
def result() -> str:
    """A real result, computed once."""
    facts = reference.load()
    document = sample(SAMPLES[0])
    answers = read_answers(document, facts.questions)
    return assessments.as_json(assessments.compute(answers, facts, worlds=200))


@pytest.fixture
def scene(database: Database, result: str) -> Scene:
    with database.writing() as db:
        return _a_scene(db, result)


def _a_scene(db: Session, result: str) -> Scene:
    owner = a_person(db, "Olga")
    team = a_team(db, owner)
    kinds = {"owner": owner, "stranger": a_person(db, "Stan")}
    kinds["administrator"] = a_person(db, "Ada", is_administrator=True)
    for role in ("viewer", "editor"):
        kinds[role] = a_person(db, role)
        join(db, kinds[role], team.id, role)
    subject = a_person(db, "Sue")
    join(db, subject, team.id, "viewer")
    project = a_project(db, owner, team=team)
    now = datetime.now(UTC)
    assessment_rows.keep(db, project.id, a_snapshot(result=result), by=owner.id, at=now)
    invitations.invite(db, owner, team.id, role="viewer", for_whom="Ivy", now=now)
    (waiting,) = invitations.open_ones(db, owner, team.id, now)
    questions = reference.load().questions
    notes.add(db, questions, owner, project, "scope", "Ask Finance", now)
    (note,) = notes.listing(db, project, "scope")
    versions.restore(db, owner, project, versions.of_version(db, project, 1), 0, now)
    (draft,) = versions.drafts(db, project)
    share_links.create(db, owner, project, number=1, label="Finance", days=7, now=now)
    (link,) = share_links.listing(db, owner, project)
    proposal = proposals.publish_weights(
        db,
        reference.load(),
        a_person(db, "Al", is_administrator=True),
        a_draft(cost=90),
        based_on=1,
        reason="Bills come first.",
        second_person=True,
        now=now,
    )
    places = {
    "project_id": str(project.id), "number": "1", "section": "goals", "team_id": str(team.id),
    "question": "scope", "note_id": str(note.id), "kept_id": str(draft.id),
    "person_id": str(subject.id), "invitation_id": str(waiting.id), "act": "appoint",
    "case_id": reference.load().cases[0].id, "link_id": str(link.id),
    "modality": "image", "accelerator": "H100", "draft_id": "1", "proposal_id": str(proposal),
    }  # fmt: skip
    return Scene(kinds, places)


def _addresses(app: FastAPI) -> Iterator[tuple[str, str]]:
    for context in iter_route_contexts(app.routes):
        for method in sorted((context.methods or set()) - {"HEAD"}):
            if context.path:
                yield method, context.path


def test_every_address_has_its_row_and_every_row_its_address(app: FastAPI) -> None:
    assert {f"{method} {path}" for method, path in _addresses(app)} == NEEDED.keys()


@pytest.mark.parametrize("kind", PASSES)
def test_everybody_gets_as_far_as_they_may_and_no_further(
    app: FastAPI, client: Client, scene: Scene, kind: str
) -> None:
    leaks, closed = [], []
    for method, path in _addresses(app):
        status = _ask(client, scene, kind, method, path)
        may_pass = NEEDED[f"{method} {path}"] in PASSES[kind]
        if may_pass and (status == 403 or status >= 500):
            closed.append((method, path, status))
        if not may_pass and status not in HIDDEN:
            leaks.append((method, path, status))
    assert (leaks, closed) == ([], [])


@pytest.mark.parametrize("kind", TOKENS)
def test_a_token_gets_as_far_as_its_maker_and_its_scope_and_opens_no_page(
    app: FastAPI, client: Client, scene: Scene, kind: str
) -> None:
    whose, scope, is_here, passes = TOKENS[kind]
    with client.database.writing() as db:
        elsewhere = a_team(db, scene.people[whose], "Elsewhere").id
    here = int(scene.places["team_id"]) if whose in {"owner", "editor", "viewer"} else None
    client.hold_token(scene.people[whose], scope, here if is_here else elsewhere)
    leaks, closed = [], []
    for method, path in _addresses(app):
        address = path.replace(":path", "").format_map(_places(scene))
        status = _status(client, method, path, address)
        row = f"{method} {path}"
        may_pass = NEEDED[row] in (passes if path.startswith("/api/") else {PUBLIC})
        if may_pass and (status in {401, 403} or status >= 500) and row != STARTS:
            closed.append((method, path, status))
        if not may_pass and status not in HIDDEN:
            leaks.append((method, path, status))
    assert (leaks, closed) == ([], [])


def _ask(client: Client, scene: Scene, kind: str, method: str, path: str) -> int:
    """The status that this kind of person gets; what the request changed is rolled back."""
    connection = client.database.engine
    assert isinstance(connection, Connection)
    with connection.begin_nested() as before:
        address = _become(client, scene, kind, path)
        status = _status(client, method, path, address)
        before.rollback()
    return status


def _status(client: Client, method: str, path: str, address: str) -> int:
    if f"{method} {path}" in BODIES:
        body = BODIES[f"{method} {path}"]
        return client.request(method, address, json=body).status_code
    return client.request(method, address, data={} if method == "POST" else None).status_code


def _become(client: Client, scene: Scene, kind: str, path: str) -> str:
    """Sign in as this kind of person; returns the address with everything filled in."""
    places = _places(scene)
    client.cookies.clear()
    if person := scene.people.get(kind):
        client.sign_in_as(person)
        places["session_id"] = _another_session(client.database, person)
    return path.replace(":path", "").format_map(places)


def _places(scene: Scene) -> dict[str, str]:
    return {
        "session_id": "1", "token_id": "1", "key": SAMPLES[0], "token": "guessed",
        "rest": "guessed/", **scene.places,
    }  # fmt: skip


def _another_session(database: Database, person: Person) -> str:
    with database.writing() as db:
        now = datetime.now(UTC)
        token = people.begin_session(db, person.id, caller=Caller(), now=now)
        return str(people.visits(db, person, token, now)[0].id)


def test_a_person_of_another_team_learns_nothing_from_the_answer(
    client: Client, scene: Scene
) -> None:
    client.sign_in_as(scene.people["stranger"])
    there = client.get(f"/projects/{scene.places['project_id']}")
    nowhere = client.get("/projects/999999")
    assert (there.status_code, nowhere.status_code) == (404, 404)
    numbers = (scene.places["project_id"], "999999")
    said = {
        page.text.replace(f"project {number} ", "project N ").replace(f"/{number}", "/N")
        for page, number in zip((there, nowhere), numbers, strict=True)
    }
    assert len(said) == 1


@pytest.mark.parametrize("kind", ["owner", "administrator"])
def test_looking_changes_nothing(app: FastAPI, client: Client, scene: Scene, kind: str) -> None:
    for method, path in _addresses(app):
        if method == "GET":
            address = _become(client, scene, kind, path)
            before = checksums(client.database)
            client.get(address)
            assert checksums(client.database) == before, address


@pytest.mark.parametrize("kind", ["owner", "administrator"])
def test_what_another_site_asks_for_changes_nothing(
    app: FastAPI, client: Client, scene: Scene, kind: str
) -> None:
    for method, path in _addresses(app):
        if method != "GET":
            address = _become(client, scene, kind, path)
            before = checksums(client.database)
            for site in ("cross-site", "same-site"):
                foreign = {"Sec-Fetch-Site": site}
                sent = client.request(method, address, data={}, headers=foreign)
                assert sent.status_code == 403
            assert checksums(client.database) == before, address


# ---- C1 of security.md: every change, from everywhere but our own pages -------------------------

ELSEWHERE = [
    {**site, **origin}
    for site in ({"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {})
    for origin in (
        {},
        {"Origin": "null"},
        {"Origin": "https://evil.example"},
        {"Origin": "http://sub.testserver"},
        {"Origin": "https://testserver.evil.example"},
    )
]


def test_no_change_comes_from_elsewhere(app: FastAPI, client: Client, scene: Scene) -> None:
    before: dict[str, str] = {}
    client.headers.pop("Sec-Fetch-Site")
    for method, path in _addresses(app):
        if method != "GET":
            address = _become(client, scene, "owner", path)
            before = before or checksums(client.database)
            for headers in ELSEWHERE:
                sent = client.request(method, address, data={}, headers=headers)
                assert sent.status_code == 403, (method, path, headers)
    after = checksums(client.database)
    assert {name for name in before if before[name] != after[name]} <= {"session"}


# ---- A2: an id of another team in a body or a query ---------------------------------------------


@pytest.fixture
def strange(client: Client, scene: Scene) -> Scene:
    """The client is signed in as the stranger, who owns a team too; the scene is not theirs."""
    stranger = scene.people["stranger"]
    with client.database.writing() as db:
        team = a_team(db, stranger, "Elsewhere")
        a_team(db, stranger, "Another")  # so that the form for a project asks in which
        theirs = a_project(db, stranger, team=team)
        now = datetime.now(UTC)
        assessment_rows.keep(db, theirs.id, a_snapshot(), by=stranger.id, at=now)
    client.sign_in_as(stranger)
    return Scene(scene.people, {**scene.places, "own": str(theirs.id), "own_team": str(team.id)})


SECOND_IDS: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("POST", "/projects", {"name": "A", "team_id": "{team_id}"}),
    ("POST", "/account/tokens", {"label": "A", "team_id": "{team_id}", "days": "30"}),
    ("GET", "/cases?project={project_id}", {}),
    ("POST", "/teams/{own_team}/members/{person_id}", {"role": "owner"}),
    ("POST", "/teams/{own_team}/members/{person_id}/out", {}),
    ("POST", "/teams/{own_team}/invitations/{invitation_id}/end", {}),
    ("POST", "/projects/{own}/share/{link_id}/revoke", {}),
    ("POST", "/projects/{own}/share", {"version": "2", "label": "A", "days": "7"}),
)


@pytest.mark.parametrize(("method", "path", "fields"), SECOND_IDS)
def test_an_id_of_another_team_is_as_good_as_none(
    client: Client, strange: Scene, method: str, path: str, fields: dict[str, str]
) -> None:
    places = strange.places
    before = checksums(client.database)
    data = {name: value.format_map(places) for name, value in fields.items()}
    sent = client.request(method, path.format_map(places), data=data or None)
    assert sent.status_code in {404, 422}
    assert checksums(client.database) == before


def test_an_id_of_another_team_in_json_is_as_good_as_none(client: Client, strange: Scene) -> None:
    body = {"name": "A", "team_id": int(strange.places["team_id"])}
    before = checksums(client.database)
    assert client.post("/api/v1/projects", json=body).status_code == 422
    assert checksums(client.database) == before


# ---- A3: more fields than a form has -------------------------------------------------------------

EXTRA = {
    "id": "1", "owner_id": "1", "person_id": "1", "by_id": "1", "role": "owner", "version": "9",
    "is_administrator": "1", "is_admin": "true", "created_at": "2000-01-01", "sample_key": "x",
    "password_hash": "x", "at_most": "owner",
}  # fmt: skip


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/account", {"name": "Vi", "email": "vi@example.org"}),
        ("/teams", {"name": "Mine"}),
        ("/projects/{project_id}/answers", {}),
    ],
)
def test_more_fields_than_a_form_has_change_nothing_more(
    client: Client, scene: Scene, path: str, fields: dict[str, str]
) -> None:
    viewer = scene.people["viewer"]
    client.sign_in_as(viewer)
    client.post(path.format_map(scene.places), data={**fields, **EXTRA})
    with client.database.reading() as db:
        row = people_rows.by_id(db, viewer.id)
        assert row is not None
        assert (row.is_administrator, row.password_hash) == (False, None)
        assert row.created_at.year > 2000
        role = team_rows.role_of(db, int(scene.places["team_id"]), viewer.id)
        assert role == "viewer"


@pytest.mark.parametrize("row", BODIES)
def test_json_with_more_keys_than_it_has_is_refused(client: Client, scene: Scene, row: str) -> None:
    client.hold_token(scene.people["owner"])
    method, _, path = row.partition(" ")
    body = BODIES[row]
    assert isinstance(body, dict)
    before = checksums(client.database)
    for name, value in EXTRA.items():
        address = path.format_map(scene.places)
        sent = client.request(method, address, json={**body, name: value})
        assert sent.status_code == 422, name
    after = checksums(client.database)
    changed = {table for table in before if before[table] != after[table]}
    assert changed <= {"api_token"}, "that it was used"


# ---- A4: what was taken from somebody is gone with the next request -----------------------------


@pytest.mark.parametrize("is_program", [False, True])
def test_a_role_that_was_taken_is_gone_at_once(
    client: Client,
    scene: Scene,
    is_program: bool,  # noqa: FBT001  # parametrized
) -> None:
    editor, team_id = scene.people["editor"], int(scene.places["team_id"])
    client.hold_token(editor) if is_program else client.sign_in_as(editor)
    prefix = "/api/v1" if is_program else ""
    address = f"{prefix}/projects/{scene.places['project_id']}"
    assert client.get(address).status_code == 200
    with client.database.writing() as db:
        join(db, editor, team_id, "viewer")
    asked = f"{address}/versions"
    sent = client.post(asked, json={}) if is_program else client.post(asked, data={})
    assert sent.status_code == 403
    with client.database.writing() as db:
        team_rows.take_out(db, team_id, editor.id)
    assert client.get(address).status_code == 404


# ---- A5: no list, search, log or export tells of another team ----------------------------------

CANARY = "zanzibar-quokka"


@pytest.mark.parametrize("kind", ["visitor", "stranger", "administrator"])
def test_no_answer_tells_of_another_teams_project(
    app: FastAPI, client: Client, scene: Scene, kind: str
) -> None:
    with client.database.writing() as db:
        row = project_rows.by_id(db, int(scene.places["project_id"]))
        assert row is not None
        row.name, row.purpose = f"{CANARY} name", f"{CANARY} purpose"
        answer = f"{CANARY} answer"
        project_rows.save_answer(db, row.id, "scope", answer, project_rows.NOBODY, NOON)
        db.query(NoteRow).update({"text": f"{CANARY} note"})
        db.query(ShareLinkRow).update({"label": f"{CANARY} link"})
        if kind != "administrator":  # who looks after people and teams, and sees their names
            db.query(TeamRow).update({"name": f"{CANARY} team"})
            db.query(InvitationRow).update({"for_whom": f"{CANARY} guest"})
            a_team(db, scene.people["stranger"], "Elsewhere")
    for method, path in _addresses(app):
        if method == "GET":
            address = _become(client, scene, kind, path)
            assert CANARY not in client.get(address).text, path
    for search in (f"/cases?q={CANARY}", f"/api/v1/cases?q={CANARY}"):
        found = client.get(search).text.replace(f'value="{CANARY}"', "")
        assert f"{CANARY} " not in found


# ---- A1 and A2, from the router: every address with every object of another team, or erased ------

# What an address is about, and what it names below that.
FIRST = ("project_id", "team_id")
BELOW = ("number", "note_id", "kept_id", "link_id", "invitation_id", "person_id")
OWN_ONLY = ("session_id", "token_id")


@pytest.fixture
def theirs(client: Client, scene: Scene, result: str) -> Scene:
    """Another team with all that the first one has, and more: two versions, sessions, tokens."""
    del scene  # it is made first
    with client.database.writing() as db:
        other = _a_scene(db, result)
        owner, now = other.people["owner"], datetime.now(UTC)
        project_id = int(other.places["project_id"])
        assessment_rows.keep(db, project_id, a_snapshot(), by=owner.id, at=now)
        api_tokens.make(db, owner, Wanted("A test", "write", None), now)
        (token,) = api_tokens.mine(db, owner)
    ids = {"token_id": str(token.id), "session_id": _another_session(client.database, owner)}
    return Scene(other.people, {**other.places, **ids, "number": "2"})


def _about(app: FastAPI, *names: str) -> list[tuple[str, str]]:
    """The addresses in which one of these names stands, administration apart."""
    return [
        (method, path)
        for method, path in _addresses(app)
        if any(f"{{{name}}}" in path for name in names) and not path.startswith("/admin")
    ]


def _sent(client: Client, scene: Scene, method: str, path: str, **other: str) -> int:
    """The status of what the owner asks for; what it changed is rolled back."""
    connection = client.database.engine
    assert isinstance(connection, Connection)
    with connection.begin_nested() as before:
        owner = scene.people["owner"]
        if path.startswith("/api/"):
            client.hold_token(owner)
        else:
            client.sign_in_as(owner)
        address = path.format_map({**_places(scene), **other})
        stood = checksums(client.database)
        status = _status(client, method, path, address)
        if status in HIDDEN | {422}:
            now = checksums(client.database)
            changed = {table for table in stood if stood[table] != now[table]}
            assert changed <= {"api_token"}, (method, path, changed)  # that it was used
        before.rollback()
    return status


def test_whoever_owns_a_team_has_no_way_to_anything_of_another(
    app: FastAPI, client: Client, scene: Scene, theirs: Scene
) -> None:
    asked = _about(app, *FIRST)
    assert len(asked) > 60
    leaks = [
        (method, path, status)
        for method, path in asked
        if (status := _sent(client, scene, method, path, **theirs.places)) != 404
    ]
    assert leaks == []


def test_what_belongs_to_another_team_is_not_found_below_ones_own(
    app: FastAPI, client: Client, scene: Scene, theirs: Scene
) -> None:
    """Each address is tried with one's own ids first, so that finding nothing means something."""
    asked = [a for a in _about(app, *FIRST) if a in _about(app, *BELOW)]
    assert len(asked) > 20
    lost, leaks = [], []
    for method, path in asked:
        foreign = {name: theirs.places[name] for name in BELOW if f"{{{name}}}" in path}
        if _sent(client, scene, method, path) == 404:
            lost.append((method, path))
        for name, value in foreign.items():
            status = _sent(client, scene, method, path, **{name: value})
            if status not in {404, 422}:
                leaks.append((method, path, name, status))
    assert (lost, leaks) == ([], [])


def test_nobody_ends_a_session_or_a_token_of_somebody_else(
    app: FastAPI, client: Client, scene: Scene, theirs: Scene
) -> None:
    asked = _about(app, *OWN_ONLY)
    assert len(asked) == len(OWN_ONLY)
    for method, path in asked:
        assert _sent(client, scene, method, path, **theirs.places) == 404, path


def test_nothing_of_an_erased_project_is_left_at_any_address(
    app: FastAPI, client: Client, scene: Scene
) -> None:
    with client.database.writing() as db:
        portable.drop_project(db, int(scene.places["project_id"]))
    left = [
        (method, path, status)
        for method, path in _about(app, "project_id")
        if (status := _sent(client, scene, method, path)) != 404
    ]
    assert left == []
