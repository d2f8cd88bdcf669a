"""Answering by a link, as a visitor's browser meets it."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from app import reference
from app.domain.errors import NotFound, TooOften
from app.persistence import assessments
from app.persistence import projects as project_rows
from app.persistence.engine import Database
from app.persistence.tables import AnswerRow, NoteRow
from app.services import answer_links, notes, share_links
from app.services.people import Person
from app.services.projects import Project
from app.web import link_misses
from app.web.security import HEADERS
from tests.answering import asked, carried, parsed, start, the, words
from tests.builders import a_person, a_project, a_snapshot
from tests.web_client import Client, checksums

QUESTIONS = reference.load().questions
CANARY = "canary-7f3a"
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")


@pytest.fixture
def bo(database: Database) -> Person:
    with database.writing() as db:
        return a_person(db)


@pytest.fixture
def project(database: Database, bo: Person) -> Project:
    """A project with a secret in every section but the site's, in answers and in notes."""
    with database.writing() as db:
        project = a_project(db, bo, "Radiology")
        for path, section in QUESTIONS.section_keys.items():
            field = QUESTIONS.field(path)
            if section != "site" and field.kind == "quantity" and "modalities" not in path:
                secret = {"likely": CANARY}
                project_rows.save_answer(
                    db, project.id, path, secret, project_rows.NOBODY, datetime.now(UTC)
                )
        notes.add(db, QUESTIONS, bo, project, "scope", CANARY, datetime.now(UTC))
        return project


@pytest.fixture
def link(database: Database, bo: Person, project: Project) -> str:
    return make_link(database, bo, project)


def make_link(database: Database, by: Person, project: Project, days: int = 7) -> str:
    with database.writing() as db:
        token = answer_links.create(
            db,
            QUESTIONS,
            by,
            project,
            sections=["site"],
            label="Facility",
            days=days,
            now=datetime.now(UTC),
        )
    return f"/answer/{token}"


@pytest.fixture
def cy(client: Client, link: str) -> Client:
    """Somebody with the link, who has said their name."""
    assert client.post(link, data={"name": "Cy Höß"}).status_code == 303
    return client


def answers(database: Database) -> dict[str, object]:
    with database.reading() as db:
        rows = db.execute(select(AnswerRow.question, AnswerRow.value)).all()
        return {question: value for question, value in rows if value != {"likely": CANARY}}


def test_first_it_asks_who_somebody_is(client: Client, link: str) -> None:
    page = client.page(link)
    assert "Bo asks you to answer: Your site" in words(page)
    assert page.select(".tasks") == []
    response = client.get(f"{link}/questions/site")
    assert (response.status_code, response.headers["location"]) == (303, link)
    response = client.post(link, data={"name": "  "})
    assert response.status_code == 422
    assert "Enter your name" in response.text


def test_then_the_sections_that_were_asked_for(cy: Client, link: str) -> None:
    page = cy.page(link)
    assert [str(a["href"]) for a in page.select(".tasks a")] == [f"{link}/questions/site"]
    assert "You answer as Cy Höß" in words(page)
    section = cy.page(f"{link}/questions/site")
    assert [str(a["href"]) for a in section.select(".rail a")] == [f"{link}/questions/site"]
    assert section.select("header nav, header form") == []


def test_what_they_answer_is_stored_under_their_name(cy: Client, link: str) -> None:
    page = cy.page(f"{link}/questions/site")
    response = cy.post(f"{link}/questions/site", data={**carried(page), "site.type": "server_room"})
    assert response.headers["location"] == f"{link}/questions/site#q-site-power"
    response = cy.fragment(
        "POST", f"{link}/answers", data={"asked": "site.free_kw", "site.free_kw.likely": "35"}
    )
    assert "by Cy Höß (by link)" in response.text
    page = cy.page(f"{link}/questions/site")
    assert the(page, "#f-site-free-kw-likely")["value"] == "35"
    assert "by Cy Höß (by link)" in words(page, "#q-site-power-state")


def test_the_last_section_leads_back_to_the_link(cy: Client, link: str) -> None:
    page = cy.page(f"{link}/questions/site")
    response = cy.post(f"{link}/questions/site", data={**carried(page), "site.type": "none"})
    assert response.headers["location"] == link


def test_a_conflict_is_shown_with_both_answers(
    cy: Client, link: str, database: Database, project: Project
) -> None:
    page = cy.page(f"{link}/questions/site")
    with database.writing() as db:
        author = project_rows.Author(by_name="Bo", window="bo")
        now = datetime.now(UTC)
        project_rows.save_answer(db, project.id, "site.type", "none", author, now)
    response = cy.post(f"{link}/questions/site", data={**carried(page), "site.type": "server_room"})
    assert response.status_code == 409
    assert "Bo changed this answer while you were editing" in words(parsed(response))
    assert answers(database)["site.type"] == "none"


def test_no_other_section_is_read(cy: Client, link: str) -> None:
    for section in QUESTIONS.sections:
        response = cy.get(f"{link}/questions/{section.key}")
        assert response.status_code == (200 if section.key == "site" else 404)
        assert CANARY not in response.text
    modalities = [option.key for option in QUESTIONS.modality_options]
    for question in QUESTIONS.asked(modalities):
        for key in (question.section, "site"):
            response = cy.get(f"{link}/questions/{key}/{question.key}")
            is_own = question.section == key == "site"
            assert response.status_code == (200 if is_own else 404), question.key
            assert CANARY not in response.text
    assert CANARY not in cy.get(link).text


def test_no_other_section_is_written(cy: Client, link: str, database: Database) -> None:
    before = checksums(database)
    for path, section in QUESTIONS.section_keys.items():
        if section == "site":
            continue
        data = {"asked": ["site.type", path], "site.type": "none", path: "1", f"{path}.likely": "1"}
        for to in (f"{link}/answers", f"{link}/questions/site", f"{link}/questions/{section}"):
            assert cy.post(to, data=data).status_code in {403, 404}, path
    for strange in ("measurements.image.H100", "id", "is_admin"):
        data = {"asked": [strange], strange: "1"}
        assert cy.post(f"{link}/answers", data=data).status_code == 404
    assert checksums(database) == before


def test_notes_stay_in_the_section(cy: Client, link: str, database: Database) -> None:
    to = f"{link}/questions/site/site_power/notes"
    assert cy.post(to, data={"note": "From the <b>meter</b>"}).status_code == 303
    page = cy.page(f"{link}/questions/site/site_power")
    assert "From the <b>meter</b>" in words(page)
    assert page.select("main b") == []
    assert page.select("form[action$=resolve]") == []
    for other in ("questions/goals/scope", "questions/site/scope", "questions/site/nonsense"):
        response = cy.post(f"{link}/{other}/notes", data={"note": "x"})
        assert response.status_code in {403, 404}, other
    with database.reading() as db:
        texts = db.scalars(select(NoteRow.text)).all()
    assert sorted(texts) == ["From the <b>meter</b>", CANARY]


def test_the_link_opens_nothing_else(cy: Client, link: str, project: Project) -> None:
    token = link.rpartition("/")[2]
    before = checksums(cy.database)
    assert cy.get(f"/s/{token}").status_code == 404
    for path in ("", "/check", "/questions/site", "/ask", "/share", "/versions/1"):
        assert cy.get(f"/projects/{project.id}{path}").status_code == 403
    for tail in ("/", "/versions", "/questions", "/%2e%2e/projects", "/answers/x", ":token"):
        for method in ("GET", "HEAD", *UNSAFE):
            assert cy.request(method, f"{link}{tail}").status_code in {404, 405}, (method, tail)
    for method in ("PUT", "PATCH", "DELETE"):
        for place in (link, f"{link}/answers", f"{link}/questions/site"):
            assert cy.request(method, place).status_code == 405
    assert checksums(cy.database) == before


def test_a_link_to_read_answers_nothing(
    client: Client, database: Database, bo: Person, project: Project
) -> None:
    with database.writing() as db:
        now = datetime.now(UTC)
        assessments.keep(db, project.id, a_snapshot(), by=bo.id, at=now)
        token = share_links.create(db, bo, project, number=1, label="F", days=7, now=now)
    client.post(f"/answer/{token}", data={"name": "Cy"})
    before = checksums(database)
    data = {"asked": "site.type", "site.type": "none"}
    for path in ("", "/answers", "/questions/site", "/questions/site/site_type/notes"):
        assert client.post(f"/answer/{token}{path}", data=data).status_code == 404
        assert client.get(f"/answer/{token}{path}").status_code in {404, 405}
    assert checksums(database) == before


def test_after_it_ended_it_is_gone_for_reading_and_writing(
    cy: Client, link: str, database: Database, bo: Person, project: Project
) -> None:
    with database.writing() as db:
        (made,) = answer_links.listing(db, bo, project)
        share_links.revoke(db, bo, project, made.id, datetime.now(UTC))
    before = checksums(database)
    data = {"asked": "site.type", "site.type": "none", "name": "Cy", "note": "x"}
    for path in ("", "/answers", "/questions/site", "/questions/site/site_power/notes"):
        assert cy.post(f"{link}{path}", data=data).status_code == 410, path
    for path in ("", "/questions/site", "/questions/site/site_power"):
        assert cy.get(f"{link}{path}").status_code == 410
    assert checksums(database) == before


def test_unknown_links_look_alike_and_are_limited(client: Client) -> None:
    bodies = set()
    for guess in range(link_misses.MOST):
        response = client.get(f"/answer/{guess}")
        assert response.status_code == 404
        bodies.add(response.text)
    assert len(bodies) == 1
    assert client.get("/answer/another").status_code == 429
    assert client.get("/s/another").status_code == 429


def test_who_has_a_link_is_kept_out_only_as_long_as_the_limit_lasts() -> None:
    misses, now = link_misses.LinkMisses(), datetime.now(UTC)
    for _ in range(link_misses.MOST):
        with pytest.raises(NotFound), misses.counted("192.0.2.1", now):
            raise NotFound
    with pytest.raises(TooOften), misses.counted("192.0.2.1", now):
        pass
    with misses.counted("192.0.2.2", now):  # another network
        pass
    with misses.counted("192.0.2.1", now + link_misses.WITHIN + timedelta(seconds=1)):
        pass


def test_its_pages_are_kept_by_nobody_and_send_no_referrer(cy: Client, link: str) -> None:
    for path in (link, f"{link}/questions/site", "/answer/unknown"):
        headers = cy.get(path).headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Robots-Tag"] == "noindex"
        assert headers["Referrer-Policy"] == "no-referrer" == HEADERS["Referrer-Policy"]


def test_the_name_is_kept_for_these_pages_only(client: Client, link: str) -> None:
    cookie = client.post(link, data={"name": "Cy"}).headers["set-cookie"]
    assert "Path=/answer;" in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    client.cookies.clear()
    for broken in ("%%%", "w", "/wA=", "4pyT" * 100):
        client.cookies.set("footing-name", broken, path="/answer")
        assert client.get(link).status_code == 200
        data = {"asked": "site.type", "site.type": "none"}
        assert client.post(f"{link}/answers", data=data).status_code in {200, 422}


def test_only_the_openings_are_written_by_looking(cy: Client, link: str) -> None:
    before = checksums(cy.database)
    cy.get(link)
    cy.get(f"{link}/questions/site")
    changed = {name for name, rows in checksums(cy.database).items() if rows != before[name]}
    assert changed == {"share_link"}


# ---- asking --------------------------------------------------------------------------------------


def test_an_editor_asks_by_a_link_and_takes_it_back(
    client: Client, bo: Person, project: Project
) -> None:
    client.sign_in_as(bo)
    at = f"/projects/{project.id}/ask"
    typed = {"sections": ["site", "team"], "label": "Facility", "days": "7"}
    response = client.post(f"{at}/links", data=typed)
    assert response.status_code == 201
    made = the(parsed(response), "#made").get_text(strip=True)
    assert "/answer/" in made
    page = client.page(at)
    assert "Your site, Team" in words(page, "#links + .scroll")
    assert made.rpartition("/")[2] not in str(page)
    revoke = str(the(page, "form[action$=revoke]")["action"])
    assert client.post(revoke).status_code == 303
    assert client.get(made.removeprefix("http://testserver")).status_code == 410


def test_a_refused_form_keeps_what_was_typed(client: Client, bo: Person, project: Project) -> None:
    client.sign_in_as(bo)
    response = client.post(
        f"/projects/{project.id}/ask/links", data={"sections": ["site"], "label": "", "days": "90"}
    )
    assert response.status_code == 422
    page = parsed(response)
    assert the(page, "#s-site").has_attr("checked")
    assert the(page, "#days option[selected]")["value"] == "90"
    assert "Enter for whom the link is" in words(page, "#label-problem")


def test_sections_are_given_to_colleagues(client: Client, bo: Person, project: Project) -> None:
    client.sign_in_as(bo)
    at = f"/projects/{project.id}"
    client.post(f"{at}/ask/sections", data={"for.team": str(bo.id), "for.site": "0"})
    hub = client.page(at)
    first = the(hub, ".tasks li")
    assert "yours" in first.get_text()
    assert "Team" in first.get_text()
    with client.database.writing() as db:
        stranger = a_person(db, "Eve")
    refused = client.post(f"{at}/ask/sections", data={"for.team": str(stranger.id)})
    assert refused.status_code == 422


# ---- notes and the question's own page -----------------------------------------------------------


def test_a_note_is_added_counted_and_resolved(signed_in: Client) -> None:
    project = start(signed_in)
    at = f"{project}/questions/goals/scope"
    assert signed_in.post(f"{at}/notes", data={"note": "Ask <i>Finance</i>"}).status_code == 303
    page = signed_in.page(at)
    assert "Ask <i>Finance</i>" in words(page)
    assert "1 open note and earlier answers" in words(
        signed_in.page(f"{project}/questions/goals"), "#q-scope"
    )
    assert "1 open note" in words(signed_in.page(f"{project}/check"))
    assert _fact(signed_in.page(project), "Open notes").startswith("1")
    signed_in.post(str(the(page, "form[action$=resolve]")["action"]))
    page = signed_in.page(at)
    assert "by Ada" in words(page, ".tasks .status")
    assert _fact(signed_in.page(project), "Open notes").startswith("0")


def _fact(page: BeautifulSoup, name: str) -> str:
    (fact,) = [dt for dt in page.select(".facts dt") if dt.get_text(strip=True) == name]
    found = fact.find_next_sibling("dd")
    assert found
    return found.get_text(strip=True)


def test_a_note_that_is_too_long_comes_back(signed_in: Client) -> None:
    at = f"{start(signed_in)}/questions/goals/scope"
    response = signed_in.post(f"{at}/notes", data={"note": "x" * 2_001})
    assert response.status_code == 422
    assert "2,001 characters; at most 2,000" in response.text
    assert "x" * 2_001 in the(parsed(response), "textarea").get_text()


def test_the_page_of_a_question_says_who_answered_what(signed_in: Client) -> None:
    at = f"{start(signed_in)}/questions/goals"
    page = signed_in.page(f"{at}/needed_in")
    assert asked(page) == ["needed_in_weeks"]
    for weeks in ("26", "30"):
        page = signed_in.page(f"{at}/needed_in")
        typed = {**carried(page), "needed_in_weeks.likely": weeks, "returns": "needed_in"}
        response = signed_in.post(at, data=typed)
        assert response.headers["location"] == f"{at}/needed_in"
    rows = [
        row.get_text(" ", strip=True)
        for row in signed_in.page(f"{at}/needed_in").select("tbody tr")
    ]
    assert [row.split(" Ada ")[0] for row in rows] == ["30 weeks", "26 weeks"]


def test_there_is_no_page_of_a_question_elsewhere(signed_in: Client) -> None:
    project = start(signed_in)
    for place in ("goals/nonsense", "team/scope", "nonsense/scope"):
        assert signed_in.get(f"{project}/questions/{place}").status_code == 404


def a_token(database: Database, by: Person, project: Project, sections: list[str]) -> str:
    with database.writing() as db:
        return answer_links.create(
            db,
            QUESTIONS,
            by,
            project,
            sections=sections,
            label="F",
            days=7,
            now=datetime.now(UTC),
        )


@pytest.mark.parametrize("name", ["\0", "Fay\0", "x" * 5_000, "\n", b"\xff"])
def test_a_name_that_nobody_could_have_typed_is_none(
    client: Client, database: Database, bo: Person, project: Project, name: str | bytes
) -> None:
    """The cookie is the visitor's own; PostgreSQL cannot even look for a NUL."""
    token = a_token(database, bo, project, ["weights", "site"])
    kept = name if isinstance(name, bytes) else name.encode()
    client.cookies.set("footing-name", base64.urlsafe_b64encode(kept).decode())
    for path in ("", "/weights", "/questions/site"):
        assert client.get(f"/answer/{token}{path}").status_code in (200, 303), path
    assert "\0" not in client.get(f"/answer/{token}").text


def test_a_link_for_weights_opens_no_section_and_no_answer_of_that_name(
    client: Client, database: Database, bo: Person, project: Project
) -> None:
    token = a_token(database, bo, project, ["weights"])
    link = f"/answer/{token}"
    assert client.post(link, data={"name": "Fay"}).status_code == 303
    assert CANARY not in client.get(link).text  # which counts an opening
    before = checksums(database)
    for path in ("/questions/weights", "/questions/site", "/questions/goals/scope"):
        assert client.get(f"{link}{path}").status_code in (403, 404), path
    asked_ = {"asked": "site.free_kw", "site.free_kw.likely": "35"}
    assert client.post(f"{link}/answers", data=asked_).status_code in (403, 404)
    assert client.post(f"{link}/questions/site", data=asked_).status_code in (403, 404)
    note = {"note": "x"}
    assert client.post(f"{link}/questions/site/site_power/notes", data=note).status_code == 403
    assert checksums(database) == before


def test_a_double_click_adds_one_note(
    cy: Client, link: str, database: Database, project: Project
) -> None:
    here = f"{link}/questions/site/site_power"
    form = str(the(cy.page(here), "form[action$='/notes'] input[name=form]")["value"])
    for text in ("Ask the utility", "Ask the utility", "And the landlord"):
        assert cy.post(f"{here}/notes", data={"note": text, "form": form}).status_code == 303
    with database.reading() as db:
        texts = [note.text for note in notes.listing(db, project, "site_power")]
    assert texts == ["Ask the utility", "And the landlord"]
