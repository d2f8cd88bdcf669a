"""A browser without a screen that checks every answer, so that no test has to."""

import hashlib
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import html5lib
import httpx2
from bs4 import BeautifulSoup, Tag
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select

from app.persistence.engine import Database
from app.persistence.tables import Row
from app.services import api_tokens, people
from app.services.api_tokens import Wanted
from app.services.people import Caller, Person
from app.web.security import HEADERS
from tests.builders import PASSWORD

FRAGMENT = {"HX-Request": "true", "HX-Request-Type": "partial"}


class Client(TestClient):
    """Sends what our own pages would send; follows no redirect; checks what comes back."""

    def __init__(self, app: FastAPI) -> None:
        self.database: Database = app.state.database
        super().__init__(app, headers={"Sec-Fetch-Site": "same-origin"}, follow_redirects=False)

    def request(self, *args: Any, **kwargs: Any) -> httpx2.Response:  # noqa: ANN401  # as the base
        response = super().request(*args, **kwargs)
        check(response)
        return response

    def page(self, path: str, *, status: int = 200) -> BeautifulSoup:
        """The parsed page at this path."""
        response = self.get(path)
        assert response.status_code == status, response.text
        return BeautifulSoup(response.text, "html.parser")  # it was checked to be well-formed

    def fragment(self, method: str, path: str, **kwargs: Any) -> httpx2.Response:  # noqa: ANN401
        """What htmx gets when it asks for a part of a page."""
        return self.request(method, path, headers=FRAGMENT, **kwargs)

    def sign_in(self, name: str = "Ada") -> None:
        """Sign in as the first administrator, who is made with a team if there is none."""
        now = datetime.now(UTC)
        with self.database.alone() as session:
            link = people.issue_sign_in_link(session, now)
        token = link.path.partition("?token=")[2]
        if link.creates_administrator:
            account = {"name": name, "email": f"{name.lower()}@example.org", "password": PASSWORD}
            response = self.post("/setup", data={"token": token, **account})
        else:
            response = self.post("/sign-in/link", data={"token": token})
        assert response.status_code == 303, response.text

    def hold_token(self, person: Person, scope: str = "write", team_id: int | None = None) -> str:
        """Ask by a new API token of this person from now on, and return it."""
        with self.database.alone() as session:
            wanted = Wanted("A test", scope, team_id)
            token = api_tokens.make(session, person, wanted, datetime.now(UTC))
        self.cookies.clear()
        self.headers["Authorization"] = f"Bearer {token}"
        return token

    def forget(self) -> None:
        """Be a visitor again."""
        self.cookies.clear()
        self.headers.pop("Authorization", None)

    def sign_in_as(self, person: Person) -> None:
        """Sign in as somebody who is there already."""
        with self.database.alone() as session:
            token = people.begin_session(session, person.id, caller=Caller(), now=datetime.now(UTC))
        self.forget()
        self.cookies.set("footing", token)


def checksums(database: Database) -> dict[str, str]:
    """A checksum of the rows of every table, to see that nothing was changed."""
    with database.reading() as session:
        return {
            table.name: hashlib.sha256(
                repr(sorted(map(repr, session.execute(select(table)).all()))).encode()
            ).hexdigest()
            for table in Row.metadata.sorted_tables
        }


def check(response: httpx2.Response) -> None:
    """Fail if an answer breaks a rule that holds for every answer."""
    for name, value in HEADERS.items():
        assert response.headers.get(name) == value, f"{name} is missing"
    if response.headers.get("content-type", "").startswith("text/html"):
        check_html(response.text)


@lru_cache(maxsize=1_000)
def check_html(html: str) -> None:
    """Fail if a page or a part of one is malformed, unlabelled or leads nowhere.

    The same page is checked once: a large one takes as long as a hundred requests.
    """
    is_whole = html.lstrip().lower().startswith("<!doctype")
    parser = html5lib.HTMLParser(strict=True)
    parser.parse(html) if is_whole else parser.parseFragment(html)
    soup = BeautifulSoup(html, "html.parser")
    ids = [str(tag["id"]) for tag in soup.select("[id]")]
    assert len(ids) == len(set(ids)), f"an id appears twice: {sorted(ids)}"
    if is_whole:
        assert len(soup.select("h1")) == 1, "a page has one h1"
        assert soup.title, "a page has a title"
        assert soup.title.get_text(strip=True), "a page has a title"
        _check_references(soup, set(ids))
    _check_fields(soup)
    _check_works_without_javascript(soup)
    _check_nothing_inline(soup)


def _check_references(soup: BeautifulSoup, ids: set[str]) -> None:
    for attribute in ("for", "aria-describedby", "aria-labelledby", "aria-controls", "form"):
        for tag in soup.select(f"[{attribute}]"):
            for name in str(tag[attribute]).split():
                assert name in ids, f"{attribute} names {name}, which is not on the page: {tag}"
    for tag in soup.select("[hx-target^='#'], a[href^='#']"):
        name = str(tag.get("hx-target") or tag.get("href")).removeprefix("#")
        assert name in ids, f"{tag} leads to {name}, which is not on the page"


def _check_fields(soup: BeautifulSoup) -> None:
    labelled = {str(label["for"]) for label in soup.select("label[for]")}
    for field in soup.select("input, select, textarea"):
        if field.get("type") in {"hidden", "submit", "button"} or field.has_attr("hidden"):
            continue
        has_label = (
            field.get("id") in labelled
            or field.find_parent("label")
            or field.get("aria-label")
            or field.get("aria-labelledby")
        )
        assert has_label, f"a field has no label: {field}"
        # A slider that only moves the number beside it sends nothing.
        assert field.get("name") or field.get("data-twin"), f"a field has no name: {field}"


def _check_works_without_javascript(soup: BeautifulSoup) -> None:
    for form in soup.select("form"):
        assert form.get("method"), f"a form has no method: {_start(form)}"
        assert form.get("action"), f"a form has no action: {_start(form)}"
    for link in soup.select("a"):
        assert link.get("href"), f"a link leads nowhere: {link}"


def _check_nothing_inline(soup: BeautifulSoup) -> None:
    for script in soup.select("script"):
        assert script.get("src"), "the content security policy forbids inline scripts"
    assert not soup.select("style, [style]"), "the content security policy forbids inline styles"


def _start(tag: Tag) -> str:
    return str(tag)[:120]
