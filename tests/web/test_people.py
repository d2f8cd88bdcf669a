from datetime import UTC, datetime, timedelta
from http.cookies import SimpleCookie

import pytest

from app.persistence.engine import Database
from app.services import people
from app.services.people import SignInLink
from tests.web_client import Client


@pytest.fixture
def link(database: Database) -> SignInLink:
    with database.writing() as session:
        return people.issue_sign_in_link(session, datetime.now(UTC))


def test_the_setup_link_leads_to_a_form_and_is_not_used_up_by_looking(
    client: Client, link: SignInLink
) -> None:
    for _ in range(2):
        page = client.page(link.path)
        form = page.select_one("main form[method=post][action='/setup']")
        assert form is not None
        assert form.select_one(f"input[name=token][value='{link.token}']")


def test_the_form_makes_the_administrator_and_signs_in(client: Client, link: SignInLink) -> None:
    response = client.post("/setup", data={"token": link.token, "name": "Ada <Lovelace>"})
    assert response.status_code == 303
    assert response.headers["Location"] == "/projects"
    header = client.page("/sign-in").select_one("header")
    assert header is not None
    assert "Ada <Lovelace>" in header.get_text()


def test_the_cookie_is_out_of_reach_of_scripts(client: Client, link: SignInLink) -> None:
    response = client.post("/setup", data={"token": link.token, "name": "Ada"})
    cookie = SimpleCookie(response.headers["Set-Cookie"])["footing"]
    assert cookie["httponly"]
    assert (cookie["samesite"], cookie["path"], cookie["domain"]) == ("lax", "/", "")


def test_a_missing_name_shows_the_form_again(client: Client, link: SignInLink) -> None:
    response = client.post("/setup", data={"token": link.token, "name": " "})
    assert response.status_code == 422
    assert "Enter the name" in response.text
    assert link.token in response.text
    assert "Set-Cookie" not in response.headers


def test_a_used_link_says_so(client: Client, link: SignInLink) -> None:
    client.post("/setup", data={"token": link.token, "name": "Ada"})
    for response in (
        client.get(link.path),
        client.post("/setup", data={"token": link.token, "name": "Eve"}),
    ):
        assert response.status_code == 409
        assert "used already" in response.text


def test_an_unknown_link_is_not_found(client: Client) -> None:
    assert client.get("/setup?token=guessed").status_code == 404
    assert client.get("/setup").status_code == 404
    assert client.post("/sign-in", data={"token": "guessed"}).status_code == 404


def test_a_form_without_its_token_is_not_taken(client: Client) -> None:
    response = client.post("/sign-in", data={})
    assert response.status_code == 422
    assert "token" in response.text


def test_a_sign_in_link_signs_the_administrator_in(signed_in: Client, database: Database) -> None:
    signed_in.cookies.clear()
    with database.writing() as session:
        link = people.issue_sign_in_link(session, datetime.now(UTC))
    assert "Sign in on this device" in signed_in.get(link.path).text
    assert signed_in.post("/sign-in", data={"token": link.token}).status_code == 303
    assert "Sign out" in signed_in.get("/sign-in").text


def test_without_a_link_the_page_says_how_to_get_one(client: Client) -> None:
    assert "footing admin link" in client.get("/sign-in").text


def test_signing_out_ends_the_session_on_the_server(signed_in: Client) -> None:
    token = signed_in.cookies["footing"]
    response = signed_in.post("/sign-out")
    assert response.status_code == 303
    assert 'footing=""' in response.headers["Set-Cookie"]
    signed_in.cookies.set("footing", token)
    assert "Sign out" not in signed_in.get("/sign-in").text


def test_a_forged_cookie_is_a_visitor(client: Client) -> None:
    client.cookies.set("footing", "forged")
    assert "Sign out" not in client.get("/sign-in").text


def test_looking_at_pages_keeps_a_session_alive(
    signed_in: Client, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = signed_in.cookies["footing"]
    monkeypatch.setattr(people, "SEEN_EVERY", timedelta(0))
    later = datetime.now(UTC)
    signed_in.get("/sign-in")
    with database.reading() as session:
        monkeypatch.setattr(people, "SESSION_MAY_IDLE", datetime.now(UTC) - later)
        assert people.person_for(session, token, later)
