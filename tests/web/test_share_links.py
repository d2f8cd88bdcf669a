import hashlib
import io
import json
import logging
import re
import zipfile
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient
from sqlalchemy import delete, select

from app import reference
from app.domain.questionnaire.reading import flattened, read_answers
from app.persistence import assessments as assessment_rows
from app.persistence import people as people_rows
from app.persistence import projects as project_rows
from app.persistence.engine import Database
from app.persistence.tables import ProjectRow, Row
from app.services import assessments, people, share_links
from app.services.people import Person
from app.web import link_misses
from app.web.api import asking
from app.web.security import HEADERS
from tests.answering import parsed, the, words
from tests.builders import NOON, a_person, a_project, a_snapshot
from tests.web_client import Client, checksums

UNSAFE = ("POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW")


@dataclass(frozen=True)
class Saved:
    """A project of Ada's with a saved version."""

    project_id: int
    ada: Person

    @property
    def hub(self) -> str:
        return f"/projects/{self.project_id}"

    @property
    def share(self) -> str:
        return f"{self.hub}/share"


@pytest.fixture(scope="module")
def result() -> str:
    data = reference.load()
    answers = read_answers(reference.sample("contact_centre"), data.questions)
    result = assessments.compute(answers, data, worlds=200)
    for option in result["options"]:  # the whole page takes a second to check
        option["cost_lines"] = option["cost_lines"][:2]
    return assessments.as_json(result)


@pytest.fixture
def saved(signed_in: Client, result: str) -> Saved:
    with signed_in.database.alone() as session:
        row = people_rows.first_administrator(session)
        assert row is not None
        ada = Person(row.id, row.name, row.is_administrator)
        project = a_project(session, ada)
        snapshot = a_snapshot("First estimate", result)
        assessment_rows.keep(session, project.id, snapshot, by=ada.id, at=NOON)
    return Saved(project.id, ada)


@pytest.fixture
def token(signed_in: Client, saved: Saved) -> str:
    return _share(signed_in, saved)


@pytest.fixture
def reader(app: FastAPI) -> Client:
    """Somebody else's browser, without an account."""
    return Client(app)


@pytest.fixture
def hasty(app: FastAPI) -> TestClient:
    """The same, for many requests: it does not check what comes back."""
    return TestClient(app, headers={"Sec-Fetch-Site": "same-origin"}, follow_redirects=False)


def _share(client: Client, saved: Saved, label: str = "Finance", **typed: str | list[str]) -> str:
    form = {"version": "1", "label": label, "days": "30", **typed}
    response = client.post(saved.share, data=form)
    assert response.status_code == 201, response.text
    address = str(the(parsed(response), "#made").get_text())
    return address.removeprefix("http://testserver/s/")


def _expired(database: Database, saved: Saved) -> str:
    with database.alone() as session:
        project = a_project(session, saved.ada)
        assessment_rows.keep(session, project.id, a_snapshot(), by=saved.ada.id, at=NOON)
        long_ago = datetime.now(UTC) - timedelta(days=7)
        return share_links.create(
            session, saved.ada, project, number=1, label="Finance", days=7, now=long_ago
        )


def _revoke(client: Client, saved: Saved) -> None:
    form = the(client.page(saved.share), "form[action$='/revoke']")
    assert client.post(str(form["action"])).status_code == 303


# ---- the page on which one shares ---------------------------------------------------------------


def test_it_is_reached_from_the_project_and_from_the_version(
    signed_in: Client, saved: Saved
) -> None:
    assert the(signed_in.page(saved.hub), f"a[href='{saved.share}']")
    link = the(signed_in.page(f"{saved.hub}/versions/1"), ".frozen a[href*='/share']")
    chosen = the(signed_in.page(str(link["href"])), "#version option[selected]")
    assert (chosen["value"], chosen.get_text()) == ("1", "Version 1: First estimate")


def test_without_a_version_it_says_what_to_do_first(signed_in: Client, saved: Saved) -> None:
    with signed_in.database.alone() as session:
        project = a_project(session, saved.ada)
    page = signed_in.page(f"/projects/{project.id}/share")
    assert "No version saved yet" in words(page)
    assert not page.select("#label")


def test_the_link_is_shown_once(signed_in: Client, saved: Saved, token: str) -> None:
    assert re.fullmatch(r"[\w-]{43}", token)
    for path in (saved.share, saved.hub, f"{saved.hub}/versions/1", "/projects"):
        assert token not in signed_in.get(path).text


def test_behind_a_proxy_it_carries_the_public_address(
    app: FastAPI, signed_in: Client, saved: Saved
) -> None:
    public = app.state.settings.model_copy(update={"public_url": "https://footing.example"})
    app.state.settings = public
    response = signed_in.post(saved.share, data={"version": "1", "label": "Finance", "days": "7"})
    assert str(the(parsed(response), "#made").get_text()).startswith("https://footing.example/s/")


def test_what_was_typed_is_kept_when_it_cannot_be_used(signed_in: Client, saved: Saved) -> None:
    typed = {"version": "1", "label": "x" * 121, "days": "90"}
    response = signed_in.post(saved.share, data=typed)
    assert response.status_code == 422
    page = parsed(response)
    assert words(page, "title").startswith("Error: ")
    assert the(page, "#label")["aria-invalid"] == "true"
    assert the(page, "#label")["value"] == typed["label"]
    assert the(page, "#days option[selected]")["value"] == "90"
    for days in ("0", "8", "36500"):
        response = signed_in.post(saved.share, data=typed | {"label": "Finance", "days": days})
        assert "A link can last 7, 30, 90 or 365 days" in words(parsed(response))
    assert "None yet" in words(signed_in.page(saved.share), "[aria-labelledby=links]")


def test_every_link_ends(signed_in: Client, saved: Saved) -> None:
    offered = [str(o["value"]) for o in signed_in.page(saved.share).select("#days option")]
    assert offered == ["7", "30", "90", "365"]


def test_a_link_is_listed_with_how_often_it_was_opened(
    signed_in: Client, reader: Client, saved: Saved, token: str
) -> None:
    listed = words(signed_in.page(saved.share), "[aria-labelledby=links]")
    assert "Finance Version 1: First estimate" in listed
    assert "by Ada Until" in listed
    assert "Not yet" in listed
    reader.head(f"/s/{token}")
    reader.get(f"/s/{token}")
    assert "Once, last" in words(signed_in.page(saved.share), "[aria-labelledby=links]")
    reader.get(f"/s/{token}")
    assert "2 times, last" in words(signed_in.page(saved.share), "[aria-labelledby=links]")


def test_somebody_else_finds_nothing_to_share(app: FastAPI, saved: Saved, reader: Client) -> None:
    assert reader.get(saved.share).status_code == 403  # the sign-in page
    assert reader.post(saved.share, data={"label": "me"}).status_code == 403
    assert reader.post(f"{saved.share}/1/revoke").status_code == 403
    before = checksums(app.state.database)
    with app.state.database.alone() as session:
        stranger = a_project(session, a_person(session, "Bo"))
    assert checksums(app.state.database) != before, "the checksum sees a change"
    assert reader.get(f"/projects/{stranger.id}/share").status_code == 403


def test_a_link_of_another_project_is_not_revoked_through_ones_own(
    signed_in: Client, reader: Client, saved: Saved, token: str
) -> None:
    with signed_in.database.alone() as session:
        other = a_project(session, saved.ada)
    form = the(signed_in.page(saved.share), "form[action$='/revoke']")
    elsewhere = str(form["action"]).replace(saved.hub, f"/projects/{other.id}", 1)
    assert signed_in.post(elsewhere).status_code == 404
    assert reader.get(f"/s/{token}").status_code == 200


# ---- what the link opens ------------------------------------------------------------------------


def test_it_shows_the_version_as_its_own_page_does(
    signed_in: Client, reader: Client, saved: Saved, token: str
) -> None:
    own, shared = signed_in.page(f"{saved.hub}/versions/1"), reader.page(f"/s/{token}")
    assert "shared with you by Ada" in words(shared, ".note")
    for files in (own, shared):  # they offer other files
        the(files, "#cost p.hint").decompose()
    for leads_on in own.select("p:has(> a[href^='/projects/'])"):
        leads_on.decompose()
    for block in ("#verdict", "#comparison", "#cost", "#stability", "#demand", "#versions"):
        assert words(own, block) == words(shared, block)
    assert [a["id"] for a in own.select("section[id]")] == [
        a["id"] for a in shared.select("section[id]")
    ]


def test_nothing_on_it_leads_into_the_project_or_needs_an_account(
    reader: Client, hasty: TestClient, token: str
) -> None:
    page = reader.page(f"/s/{token}")
    leads = {str(link["href"]) for link in page.select("a[href]")}
    assert leads
    assert not page.select("form, [hx-get], [hx-post], [action], [src^=http], iframe, img")
    for href in leads:
        if not href.startswith("#"):
            assert re.match(r"/$|/cases/|/sources$|\?as=", href), href
            base = f"/s/{token}" if href.startswith("?") else ""
            assert hasty.get(base + href).status_code == 200
    html = hasty.get(f"/s/{token}").text
    for private in (token, "/projects", "Finance", "sign-in"):
        assert private not in html


def test_it_is_the_same_whoever_is_signed_in_and_keeps_no_cookie(
    signed_in: Client, reader: Client, token: str
) -> None:
    response = signed_in.get(f"/s/{token}")
    assert response.text == reader.get(f"/s/{token}").text
    assert "Set-Cookie" not in response.headers


def test_later_changes_are_not_in_it(
    signed_in: Client, hasty: TestClient, saved: Saved, token: str, result: str
) -> None:
    before = hasty.get(f"/s/{token}").text
    for count in range(20):
        with signed_in.database.alone() as session:
            project_rows.save_answer(
                session, saved.project_id, "scope", f"{count}", project_rows.NOBODY, NOON
            )
            snapshot = a_snapshot(f"Later {count}", result.replace("USD", "EUR"))
            assessment_rows.keep(session, saved.project_id, snapshot, by=None, at=NOON)
        assert hasty.get(f"/s/{token}").text == before


def test_only_the_count_of_openings_is_written(reader: Client, token: str) -> None:
    before = checksums(reader.database)
    assert reader.head(f"/s/{token}").status_code == 200
    assert checksums(reader.database) == before
    assert reader.get(f"/s/{token}").status_code == 200
    changed = {name for name, rows in checksums(reader.database).items() if rows != before[name]}
    assert changed == {"share_link"}


# ---- how it ends --------------------------------------------------------------------------------


def test_revoked_it_is_gone_with_the_next_request(
    signed_in: Client, reader: Client, saved: Saved, token: str
) -> None:
    other = _share(signed_in, saved)
    _revoke(signed_in, saved)  # the newest first
    gone = reader.page(f"/s/{other}", status=410)
    assert "revoked on" in words(gone)
    assert "Ask Ada for a new one" in words(gone)
    assert "Radiology" not in words(gone)
    assert reader.head(f"/s/{other}").status_code == 410
    assert reader.get(f"/s/{token}").status_code == 200
    assert "Revoked" in words(signed_in.page(saved.share), "[aria-labelledby=links]")


def test_expired_it_is_gone(reader: Client, saved: Saved) -> None:
    gone = reader.page(f"/s/{_expired(reader.database, saved)}", status=410)
    assert "worked until" in words(gone)
    assert "Ask Ada" in words(gone)


def test_with_its_project_it_ends(reader: Client, saved: Saved, token: str) -> None:
    with reader.database.alone() as session:
        session.execute(delete(ProjectRow).where(ProjectRow.id == saved.project_id))
    assert reader.get(f"/s/{token}").status_code == 404


def test_unknown_links_cannot_be_told_apart(reader: Client, token: str) -> None:
    unknown = [
        people.new_token(),
        "a",
        "",
        ":token",
        "%00",
        "x" * 5_000,
        token[:-1],
        token * 2,
    ]
    bodies = {reader.get(f"/s/{guess}").text for guess in unknown}
    assert len(bodies) == 1
    assert "There is no such link" in bodies.pop()


# ---- what a link does not open ------------------------------------------------------------------


def _behind(token: str) -> list[str]:
    return [
        *(f"/s/{token}{more}" for more in ("/", "//", "/versions/1", "/share", "/revoke")),
        *(f"/s/{token}{more}" for more in ("%2e", "/%2e", "/%2e%2e/projects", "%2f", "%00", ";x")),
        *(f"/s/{token}{more}" for more in (".json", ":token", "/:token")),
        *("/s/", "/s/:token", "/s/{token}", "/s/%2e", "/s//" + token, f"/s/:{token}"),
    ]


def test_nothing_is_behind_or_beside_it(
    app: FastAPI, hasty: TestClient, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link_misses, "MOST", 10_000)
    before = checksums(app.state.database)
    for path in _behind(token):
        for method in ("GET", "HEAD"):
            response = hasty.request(method, path)
            assert response.status_code == 404, (method, path)
            assert "location" not in response.headers
        for method in UNSAFE:
            refused = 404 if method == "POST" else 405  # a passphrase is posted, where there is one
            assert hasty.request(method, path).status_code == refused, (method, path)
    assert hasty.get(f"/s/{token}%0d%0aX-Evil: 1").status_code == 404
    assert checksums(app.state.database) == before


def test_it_can_only_be_read(reader: Client, saved: Saved, token: str) -> None:
    ended = _expired(reader.database, saved)
    before = checksums(reader.database)
    for which in (token, ended, "unknown"):
        for method in UNSAFE:
            response = reader.request(method, f"/s/{which}", data={"label": "x", "days": "7"})
            if method == "POST":  # a passphrase, which these links do not ask for
                assert response.status_code in (404, 410)
            else:
                assert response.status_code == 405, method
    assert checksums(reader.database) == before


def test_it_is_no_key_to_any_other_address(
    app: FastAPI, hasty: TestClient, saved: Saved, token: str
) -> None:
    """The token as the session, as a one-use link, in forms and in place of every identifier."""
    before = checksums(app.state.database)
    hasty.cookies.set("footing", token)
    form = {"token": token, "name": "Eve", "version": "1", "label": "Eve", "days": "7"}
    paths = {context.path for context in iter_route_contexts(app.routes)} - {"/static", None}
    assert len(paths) > 15
    for template in sorted(map(str, paths)):
        for key in (token, str(saved.project_id)):
            path = re.sub(r"{[^}]+}", key, template)
            for method in ("GET", "HEAD", *UNSAFE):
                if path == f"/s/{token}" and method == "GET":
                    continue  # which counts an opening
                data = form if method in UNSAFE else None
                response = hasty.request(method, path, params={"token": token}, data=data)
                assert token not in response.headers.get("location", "").split("?")[0], path
                assert not response.cookies, path
    after = checksums(app.state.database)
    assert after.pop("attempt") != before.pop("attempt")  # every guess is counted
    assert after == before


# ---- on the way ---------------------------------------------------------------------------------


def test_nobody_on_the_way_keeps_the_address(
    signed_in: Client, reader: Client, saved: Saved, token: str
) -> None:
    ended = _expired(reader.database, saved)
    for path in (f"/s/{token}", f"/s/{ended}", "/s/unknown", f"/s/{token}/", "/s/"):
        for method in ("GET", "HEAD", "POST", "OPTIONS"):
            headers = reader.request(method, path).headers
            assert headers["Referrer-Policy"] == "no-referrer"
            assert headers["Cache-Control"] == "no-store"
            assert headers["X-Robots-Tag"] == "noindex"
            assert headers["Content-Security-Policy"] == HEADERS["Content-Security-Policy"]
    foreign = reader.post(f"/s/{token}", headers={"Sec-Fetch-Site": "cross-site"})
    assert (foreign.status_code, foreign.headers["X-Robots-Tag"]) == (403, "noindex")
    assert signed_in.get(saved.share).headers["Cache-Control"] == "no-store"
    assert "X-Robots-Tag" not in reader.get("/sample").headers


def test_even_a_mistake_of_ours_is_not_kept(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "hash_of", lambda token: token.no_such_thing)
    response = Client(app).get("/s/unlucky")
    assert response.status_code == 500
    assert "unlucky" not in response.text
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert response.headers["Cache-Control"] == "no-store"


def test_the_token_is_in_no_log_and_no_table(
    signed_in: Client, reader: Client, saved: Saved, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    token = _share(signed_in, saved)
    for path in (f"/s/{token}", f"/s/{token}/", f"/s/{token}/versions/1"):
        for method in ("GET", "HEAD", "POST"):
            reader.request(method, path)
    _revoke(signed_in, saved)
    reader.get(f"/s/{token}")
    # What the test's own browser logs is not Footing's.
    lines = [r.getMessage() for r in caplog.records if not r.name.startswith("httpx")]
    assert any(re.match(r"GET /s/{token:path} 200 ", line) for line in lines)
    assert any(re.match(r"GET /s/{token:path} 410 ", line) for line in lines)
    assert any(re.match(r"POST /s/{token:path} 404 ", line) for line in lines)
    assert token not in "\n".join(lines)
    with reader.database.reading() as session:
        rows = [session.execute(select(table)).all() for table in Row.metadata.sorted_tables]
    assert token not in repr(rows)
    assert hashlib.sha256(token.encode()).hexdigest() in repr(rows)


# ---- what it hides, and what it follows ---------------------------------------------------------


def test_the_newest_version_is_followed_only_if_chosen(
    signed_in: Client, hasty: TestClient, saved: Saved, token: str, result: str
) -> None:
    following = _share(signed_in, saved, follows="1")
    with signed_in.database.alone() as session:
        later = a_snapshot("Second estimate", result)
        assessment_rows.keep(session, saved.project_id, later, by=saved.ada.id, at=NOON)
    assert "Second estimate" in hasty.get(f"/s/{following}").text
    assert "First estimate" in hasty.get(f"/s/{token}").text
    assert "Always the newest" in words(signed_in.page(saved.share), "[aria-labelledby=links]")


def test_names_and_title_are_hidden_in_every_form(
    signed_in: Client, hasty: TestClient, saved: Saved, token: str
) -> None:
    hiding = _share_hiding(signed_in, saved)
    for form in ("page", "json", "csv", "xlsx"):
        assert hasty.get(f"/s/{token}?as={form}").status_code == 200
        response = hasty.get(f"/s/{hiding}?as={form}")
        assert response.status_code == 200, form
        text = _text(response.content)
        assert not re.search(r"\bAda\b|First estimate", text), form
        assert response.headers["X-Robots-Tag"] == "noindex"
    assert "Hidden by the team: names, the title" in hasty.get(f"/s/{hiding}").text
    assert "Ada" in hasty.get(f"/s/{token}").text
    assert "First estimate" in _text(hasty.get(f"/s/{token}?as=xlsx").content)


def test_what_is_hidden_is_named_by_its_question_and_with_whom_it_was_agreed_by_none(
    signed_in: Client, hasty: TestClient, saved: Saved, result: str
) -> None:
    with signed_in.database.alone() as session:
        answers = {"discounts.aws": 21.37, "owned_gpus.count": 13, "horizon_months": 36}
        later = replace(a_snapshot("Later", result), answers=answers)
        assessment_rows.keep(session, saved.project_id, later, by=None, at=NOON)
    form = {"version": "2", "label": "Board", "days": "30", "hides": ["prices", "site"]}
    made = parsed(signed_in.post(saved.share, data=form))
    told = hasty.get(f"{the(made, '#made').get_text().removeprefix('http://testserver')}?as=json")
    assert sorted(told.json()["hidden"]) == ["own_prices", "owned_gpus"]
    assert told.json()["answers"] == {"modalities": {}, "horizon_months": 36}
    assert "aws" not in json.dumps(told.json()["hidden"])


def test_an_ended_link_that_hides_names_names_nobody(
    signed_in: Client, reader: Client, saved: Saved
) -> None:
    hiding = _share_hiding(signed_in, saved)
    _revoke(signed_in, saved)
    assert "Ada" not in words(reader.page(f"/s/{hiding}", status=410))


def test_nothing_else_can_be_hidden(signed_in: Client, saved: Saved) -> None:
    form = {"version": "1", "label": "Finance", "days": "30", "hides": "everything"}
    response = signed_in.post(saved.share, data=form)
    assert response.status_code == 422
    assert "A link can hide prices, site, names, notes" in response.text


def _share_hiding(client: Client, saved: Saved) -> str:
    form = {"version": "1", "label": "Finance", "days": "30", "hides": ["names", "notes"]}
    response = client.post(saved.share, data=form)
    return str(the(parsed(response), "#made").get_text()).removeprefix("http://testserver/s/")


def _text(content: bytes) -> str:
    """A file as text, each part of it if it is packed."""
    if not content.startswith(b"PK"):
        return content.decode()
    book = zipfile.ZipFile(io.BytesIO(content))
    return "".join(book.read(name).decode() for name in book.namelist())


# ---- passphrases ---------------------------------------------------------------------------------

PASSPHRASE = "seven purple tractors"


@pytest.fixture
def locked(signed_in: Client, saved: Saved) -> str:
    return "/s/" + _share(signed_in, saved, passphrase=PASSPHRASE)


def test_a_passphrase_stands_before_the_page_and_every_file(reader: Client, locked: str) -> None:
    for form in ("page", "json", "csv", "xlsx"):
        response = reader.get(f"{locked}?as={form}")
        assert response.status_code == 403
        assert "asks for a passphrase" in response.text
        assert "First estimate" not in response.text
        assert all(response.headers[name] == value for name, value in HEADERS.items())
    wrong = reader.post(locked, data={"passphrase": "eight purple tractors"})
    assert wrong.status_code == 403
    assert "That is not the passphrase" in wrong.text
    right = reader.post(locked, data={"passphrase": PASSPHRASE})
    assert right.status_code == 200
    cookie = right.headers["set-cookie"]
    assert f"Path={locked}" in cookie
    assert "HttpOnly" in cookie
    assert "First estimate" in right.text
    for form in ("page", "json", "csv", "xlsx"):
        assert reader.get(f"{locked}?as={form}").status_code == 200


def test_who_asks_for_a_passphrase_is_not_counted_as_having_opened(
    signed_in: Client, saved: Saved, reader: Client, locked: str
) -> None:
    reader.get(locked)
    page = signed_in.page(saved.share)
    assert "Not yet" in words(page, "[aria-labelledby=links] table")
    assert "with a passphrase" in words(page, "[aria-labelledby=links] table")


def test_who_opens_it_by_its_passphrase_is_counted(
    signed_in: Client, saved: Saved, reader: Client, locked: str
) -> None:
    reader.post(locked, data={"passphrase": "eight purple tractors"})
    assert "Not yet" in words(signed_in.page(saved.share), "[aria-labelledby=links] table")
    reader.post(locked, data={"passphrase": PASSPHRASE})
    assert "Once, last" in words(signed_in.page(saved.share), "[aria-labelledby=links] table")


def test_a_passphrase_that_was_typed_is_not_lost_with_a_slip_elsewhere(
    signed_in: Client, saved: Saved
) -> None:
    """The link that is made with the next click would be open to everybody."""
    form = {"version": "1", "label": "", "days": "30", "passphrase": PASSPHRASE}
    response = signed_in.post(saved.share, data=form)
    assert response.status_code == 422
    assert the(parsed(response), "#passphrase")["value"] == PASSPHRASE
    assert response.headers["Cache-Control"] == "no-store"


def test_a_double_click_makes_one_link_and_shows_it(
    signed_in: Client, reader: Client, saved: Saved
) -> None:
    form = str(the(signed_in.page(saved.share), "input[name=form]")["value"])
    first, second = (_share(signed_in, saved, form=form) for _ in range(2))
    assert first == second
    assert reader.get(f"/s/{first}").status_code == 200
    assert len(signed_in.page(saved.share).select("[aria-labelledby=links] tbody tr")) == 1
    other = _share(signed_in, saved, form=form, label="Legal")
    assert other != first, "it was filled in anew"


def test_a_revoked_link_opens_to_no_proof(
    signed_in: Client, saved: Saved, reader: Client, locked: str
) -> None:
    reader.post(locked, data={"passphrase": PASSPHRASE})
    assert reader.get(locked).status_code == 200
    _revoke(signed_in, saved)
    assert reader.get(locked).status_code == 410


def test_a_weak_passphrase_is_named_at_its_field(signed_in: Client, saved: Saved) -> None:
    form = {"version": "1", "label": "Finance", "days": "30", "passphrase": "short"}
    response = signed_in.post(saved.share, data=form)
    assert response.status_code == 422
    assert "at least 12 characters" in words(parsed(response), "#passphrase-problem")


# ---- the bytes that a link gives ----------------------------------------------------------------

# Odd enough to be nothing else; each is in what is not hidden.
ODD: dict[str, float] = {
    "site.electricity_usd_per_kwh": 0.234571,
    "site.kw_per_rack": 66.5473,
    "colocation_usd_per_kw_month": 345.671,
    "discounts.aws": 21.3713,
}
FORMS = ("page", "json", "csv", "xlsx")


@pytest.fixture
def odd(signed_in: Client, saved: Saved) -> Saved:
    """Its second version rests on odd prices and an odd site."""
    data = reference.load()
    document: dict[str, Any] = reference.sample("hospital_group")
    document["answers"]["site"] = {
        "type": "own_datacentre",
        "electricity_usd_per_kwh": ODD["site.electricity_usd_per_kwh"],
        "kw_per_rack": ODD["site.kw_per_rack"],
    }
    document["answers"]["colocation_usd_per_kw_month"] = ODD["colocation_usd_per_kw_month"]
    document["answers"]["discounts"] = {"aws": ODD["discounts.aws"] / 100}
    result = assessments.compute(read_answers(document, data.questions), data, worlds=50)
    answers = flattened(document["answers"], data.questions)
    with signed_in.database.alone() as session:
        titled = a_snapshot("Canary title", assessments.as_json(result))
        snapshot = replace(titled, answers=answers)
        assessment_rows.keep(session, saved.project_id, snapshot, by=saved.ada.id, at=NOON)
    return saved


def _canaries(text: str) -> set[str]:
    numbers = {f"{number:g}" for number in ODD.values()} | {"0.213713"}
    return {canary for canary in (*numbers, "Canary title", "Ada") if canary in text}


def test_what_is_hidden_is_in_no_byte_that_the_link_gives(
    signed_in: Client, hasty: TestClient, odd: Saved
) -> None:
    every = ["prices", "site", "names", "notes"]
    open_ = _share(signed_in, odd, version="2")
    closed = _share(signed_in, odd, version="2", hides=every)
    seen = {form: _canaries(_text(hasty.get(f"/s/{open_}?as={form}").content)) for form in FORMS}
    assert all(seen[form] for form in ("page", "json", "xlsx")), "what would be found is there"
    assert len(set.union(*seen.values())) >= len(ODD) + 2
    for form in FORMS:
        response = hasty.get(f"/s/{closed}?as={form}")
        assert response.status_code == 200
        assert _canaries(_text(response.content)) == set(), form


def test_no_link_opens_infrastructure_code_an_archive_or_a_pdf(
    app: FastAPI,
    signed_in: Client,
    hasty: TestClient,
    odd: Saved,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whoever has a link to read and one to answer asks every address for every kind of file."""
    monkeypatch.setattr(link_misses, "MOST", 100_000)  # so that no limit hides what would open
    monkeypatch.setattr(asking, "MOST_MISSES_A_MINUTE", 100_000)
    link = _share(signed_in, odd, version="2")
    asked = {"sections": ["goals", "weights"], "label": "Finance", "days": "7"}
    made = parsed(signed_in.post(f"{odd.hub}/ask/links", data=asked))
    answers = the(made, "#made").text.strip().rpartition("/")[2]
    hasty.get(f"/s/{link}")
    assert hasty.post(f"/answer/{answers}", data={"name": "Fay"}).status_code == 303
    paths = {str(context.path) for context in iter_route_contexts(app.routes) if context.path}
    shut = {path for path in paths if re.search(r"blueprint|archive", path)}
    shut = {path for path in shut if not path.startswith("/sample/")}  # which are for everybody
    assert len(shut) >= 5
    refused = (401, 403, 404, 422)  # the last where a token stands for a number
    for template in sorted(paths - {path for path in paths if path.startswith("/sample/")}):
        for key in (link, answers, str(odd.project_id)):
            path = re.sub(r"{[^}]+}", key, template).replace(f"versions/{key}", "versions/2")
            for kind in ("page", "zip", "pdf", "blueprint"):
                bearer = {"Authorization": f"Bearer {key}", "Accept": f"application/{kind}"}
                response = hasty.get(path, params={"as": kind, "token": key}, headers=bearer)
                assert response.status_code in refused or template not in shut, (path, kind)
                assert not response.content.startswith((b"PK", b"%PDF", b"\x1f\x8b")), (path, kind)
