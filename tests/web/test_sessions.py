"""C3 of security.md: whoever knew a session's token before somebody proved who they are, is out."""

from datetime import UTC, datetime

import pytest
from fastapi import FastAPI

from app.services import invitations, people
from app.services.people import Person
from tests.builders import PASSWORD, a_person, a_team
from tests.web_client import Client

PLANTED = "planted-by-somebody-else-0123456789abcdefgh"
BO = {"email": "bo@example.org", "password": PASSWORD}


@pytest.fixture
def bo(client: Client) -> Person:
    with client.database.alone() as session:
        return a_person(session, email=BO["email"], password=PASSWORD)


def _token(client: Client) -> str:
    return str(client.cookies["footing"])


def _plant(client: Client) -> None:
    client.cookies.set("footing", PLANTED, domain="testserver.local", path="/")


def _opens(app: FastAPI, token: str) -> bool:
    other = Client(app)
    other.cookies.set("footing", token)
    return other.get("/account").status_code == 200


def _sign_in(client: Client, bo: Person) -> None:
    del bo
    assert client.post("/sign-in", data=BO).status_code == 303


def _by_link(client: Client, bo: Person) -> None:
    with client.database.alone() as session:
        link = people.link_for(session, bo.id, datetime.now(UTC))
    token = link.path.partition("=")[2]
    assert client.post("/sign-in/link", data={"token": token}).status_code == 303


def _by_invitation(client: Client, bo: Person) -> None:
    with client.database.alone() as session:
        team, now = a_team(session, bo), datetime.now(UTC)
        token = invitations.invite(session, bo, team.id, role="viewer", for_whom="Cy", now=now)
    cy = {"name": "Cy", "email": "cy@example.org", "password": PASSWORD}
    assert client.post("/join", data={"token": token, **cy}).status_code == 303


ENTRIES = {"password": _sign_in, "link": _by_link, "invitation": _by_invitation}


@pytest.mark.parametrize("way", ENTRIES)
def test_a_token_that_was_planted_before_signing_in_opens_nothing(
    app: FastAPI, client: Client, bo: Person, way: str
) -> None:
    _plant(client)
    ENTRIES[way](client, bo)
    assert _token(client) != PLANTED
    assert _opens(app, _token(client))
    assert not _opens(app, PLANTED)


@pytest.mark.parametrize("way", ENTRIES)
def test_signing_in_again_ends_the_session_before(
    app: FastAPI, client: Client, bo: Person, way: str
) -> None:
    _sign_in(client, bo)
    before = _token(client)
    ENTRIES[way](client, bo)
    assert _token(client) != before
    assert not _opens(app, before)


def test_a_planted_token_stays_worth_nothing_after_setting_up(app: FastAPI, client: Client) -> None:
    _plant(client)
    client.sign_in()
    assert not _opens(app, PLANTED)
    assert _opens(app, _token(client))


def test_giving_the_password_again_changes_the_token_and_leads_on(
    app: FastAPI, client: Client, bo: Person
) -> None:
    _sign_in(client, bo)
    before = _token(client)
    data = {"to": "/account", "confirm_password": "another one"}
    assert client.post("/confirm", data=data).status_code == 422
    assert _token(client) == before
    assert _opens(app, before)
    right = client.post("/confirm", data={**data, "confirm_password": PASSWORD})
    assert (right.status_code, right.headers["Location"]) == (307, "/account")
    assert _token(client) != before
    assert _opens(app, _token(client))
    assert not _opens(app, before)


def test_a_new_password_changes_the_token_and_ends_every_other_session(
    app: FastAPI, client: Client, bo: Person
) -> None:
    other = Client(app)
    for browser in (client, other):
        _sign_in(browser, bo)
    before = _token(client)
    weak = client.post("/account/password", data={"present": PASSWORD, "password": "short"})
    assert weak.status_code == 422
    assert _opens(app, before)  # nothing was changed, so nobody is signed out
    new = {"present": PASSWORD, "password": "seven quiet violet lamps"}
    assert client.post("/account/password", data=new).status_code == 303
    assert _opens(app, _token(client))
    assert not _opens(app, before)
    assert not _opens(app, _token(other))


def test_who_becomes_an_administrator_signs_in_anew(
    app: FastAPI, client: Client, bo: Person
) -> None:
    _sign_in(client, bo)
    before = _token(client)
    ada = Client(app)
    with client.database.alone() as session:
        administrator = a_person(session, "Ada", is_administrator=True)
    ada.sign_in_as(administrator)
    assert ada.post(f"/admin/people/{bo.id}/appoint").status_code == 303
    assert not _opens(app, before)
    _sign_in(client, bo)
    assert client.get("/admin/people").status_code == 200
    before = _token(client)
    assert ada.post(f"/admin/people/{bo.id}/appoint").status_code == 303  # who is one already
    assert _opens(app, before)
