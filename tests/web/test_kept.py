import pytest
from fastapi import FastAPI
from sqlalchemy import text

from app import reference
from app.persistence import Session
from app.persistence.tables import ProjectRow
from app.services import assessments, samples
from app.web import kept
from app.web.kept import KeptPages
from tests.answering import start_with_enough
from tests.builders import NOON
from tests.web_client import Client


@pytest.fixture
def version(signed_in: Client) -> str:
    project = start_with_enough(signed_in)
    return str(signed_in.post(f"{project}/versions").headers["location"])


def test_a_browser_that_has_the_page_is_told_so(signed_in: Client, version: str) -> None:
    first = signed_in.get(version)
    assert first.status_code == 200
    assert first.headers["Cache-Control"] == "private, no-cache"
    tag = first.headers["ETag"]
    for known in (tag, f"W/{tag}", f'"other", {tag}'):
        again = signed_in.get(version, headers={"If-None-Match": known})
        assert (again.status_code, again.content) == (304, b"")
        for name in ("ETag", "Cache-Control", "Vary"):
            assert again.headers[name] == first.headers[name]
    other = signed_in.get(version, headers={"If-None-Match": '"other"'})
    assert other.text == first.text


def test_what_is_kept_is_read_and_written_once(
    signed_in: Client, version: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = signed_in.get(version).text

    def not_again(*_: object) -> None:
        raise AssertionError("the version is read again")

    monkeypatch.setattr(assessments, "saved", not_again)
    assert signed_in.get(version).text == first


def test_a_page_that_is_kept_is_not_shown_to_who_may_not_see_it(
    app: FastAPI, signed_in: Client, version: str
) -> None:
    tag = signed_in.get(version).headers["ETag"]
    for headers in ({}, {"If-None-Match": tag}):
        assert Client(app).get(version, headers=headers).status_code == 403
    signed_in.post("/sign-out")
    assert signed_in.get(version, headers={"If-None-Match": tag}).status_code == 403


def test_another_name_of_the_project_is_another_page(
    signed_in: Client, version: str, db: Session
) -> None:
    before = signed_in.get(version)
    row = db.get(ProjectRow, int(version.split("/")[2]))
    assert row is not None
    row.name = "Quite another name"
    db.flush()
    after = signed_in.get(version, headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert "Quite another name" in after.text


def test_a_visitor_and_a_person_get_their_own_page_of_a_sample(app: FastAPI, db: Session) -> None:
    samples.ensure(db, reference.load(), worlds=100, now=NOON)
    client = Client(app)
    visitors = client.get("/sample/contact_centre")
    client.sign_in("Ada")
    persons = client.get("/sample/contact_centre")
    assert "Ada" in persons.text
    assert "Ada" not in visitors.text
    assert visitors.headers["ETag"] != persons.headers["ETag"]
    assert visitors.text == Client(app).get("/sample/contact_centre").text


def test_another_footing_makes_another_page(
    signed_in: Client, version: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tag = signed_in.get(version).headers["ETag"]
    monkeypatch.setattr(kept, "edition", lambda: "the next one")
    assert signed_in.get(version, headers={"If-None-Match": tag}).status_code == 200


def test_a_version_that_is_no_more_is_not_shown(
    signed_in: Client, version: str, db: Session
) -> None:
    tag = signed_in.get(version).headers["ETag"]
    db.execute(text("DELETE FROM project"))
    assert signed_in.get(version, headers={"If-None-Match": tag}).status_code == 404


def test_the_least_looked_at_goes_first() -> None:
    pages = KeptPages(most_bytes=10)
    pages.keep("a", b"1234")
    pages.keep("b", b"1234")
    assert pages.find("a") == b"1234"
    pages.keep("c", b"1234")
    assert [pages.find(tag) for tag in "abc"] == [b"1234", None, b"1234"]
    pages.keep("a", b"12345678901")
    assert [pages.find(tag) for tag in "ac"] == [None, None], "too large to keep at all"
    pages.keep("d", b"1234567890")
    assert pages.find("d") == b"1234567890"
