from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.cookies import SimpleCookie

import pytest
from bs4 import BeautifulSoup

from app.persistence.engine import Database
from app.services import invitations, people, throttle
from app.services.people import Person, SignInLink
from tests.builders import PASSWORD, a_person, a_team
from tests.web_client import Client

ACCOUNT = {"name": "Ada <Lovelace>", "email": "ada@example.org", "password": PASSWORD}


@pytest.fixture
def link(database: Database) -> SignInLink:
    with database.writing() as session:
        return people.issue_sign_in_link(session, datetime.now(UTC))


@pytest.fixture
def bo(database: Database) -> Person:
    with database.writing() as session:
        return a_person(session, "Bo", email="bo@example.org", password=PASSWORD)


def _sign_in(client: Client, password: str = PASSWORD, to: str = "") -> tuple[int, str]:
    data = {"email": "bo@example.org", "password": password, "to": to}
    response = client.post("/sign-in", data=data)
    return response.status_code, response.headers.get("Location", response.text)


def _is_signed_in(client: Client) -> bool:
    return "Sign out" in client.get("/sign-in").text


# ---- setting up ------------------------------------------------------------------------------


def test_the_setup_link_leads_to_a_form_and_is_not_used_up_by_looking(
    client: Client, link: SignInLink
) -> None:
    for _ in range(2):
        page = client.page(link.path)
        form = page.select_one("main form[method=post][action='/setup']")
        assert form is not None
        assert form.select_one(f"input[name=token][value='{link.token}']")


def test_the_form_makes_the_administrator_and_signs_in(client: Client, link: SignInLink) -> None:
    response = client.post("/setup", data={"token": link.token, **ACCOUNT})
    assert response.status_code == 303
    assert response.headers["Location"] == "/projects"
    header = client.page("/account").select_one("header")
    assert header is not None
    assert "Ada <Lovelace>" in header.get_text()
    assert "Administration" in header.get_text()


def test_the_cookie_is_out_of_reach_of_scripts(client: Client, link: SignInLink) -> None:
    response = client.post("/setup", data={"token": link.token, **ACCOUNT})
    cookie = SimpleCookie(response.headers["Set-Cookie"])["footing"]
    assert cookie["httponly"]
    assert (cookie["samesite"], cookie["path"], cookie["domain"]) == ("lax", "/", "")


def test_what_cannot_be_used_shows_the_form_again(client: Client, link: SignInLink) -> None:
    data = {"token": link.token, "name": " ", "email": "ada@example.org", "password": "short"}
    response = client.post("/setup", data=data)
    assert response.status_code == 422
    assert "Enter the name" in response.text
    assert "at least 12 characters" in response.text
    assert 'value="ada@example.org"' in response.text
    assert 'value="short"' not in response.text, "a password is never sent back"
    assert link.token in response.text
    assert "Set-Cookie" not in response.headers


def test_a_used_link_says_so(client: Client, link: SignInLink) -> None:
    client.post("/setup", data={"token": link.token, **ACCOUNT})
    for response in (
        client.get(link.path),
        client.post("/setup", data={"token": link.token, **ACCOUNT}),
    ):
        assert response.status_code == 409
        assert "used already" in response.text


def test_an_unknown_link_is_not_found(client: Client) -> None:
    assert client.get("/setup?token=guessed").status_code == 404
    assert client.get("/setup").status_code == 404
    assert client.post("/sign-in/link", data={"token": "guessed"}).status_code == 404


def test_a_form_without_its_token_is_not_taken(client: Client) -> None:
    response = client.post("/sign-in/link", data={})
    assert response.status_code == 422
    assert "token" in response.text


# ---- signing in and out ----------------------------------------------------------------------


def test_a_link_signs_in_and_leads_to_the_account(client: Client, bo: Person) -> None:
    with client.database.alone() as session:
        link = people.link_for(session, bo.id, datetime.now(UTC))
    assert "Sign in on this device" in client.get(link.path).text
    response = client.post("/sign-in/link", data={"token": link.token})
    assert (response.status_code, response.headers["Location"]) == (303, "/account")
    assert _is_signed_in(client)


@pytest.mark.usefixtures("bo")
def test_address_and_password_sign_in(client: Client) -> None:
    assert _sign_in(client) == (303, "/projects")
    assert _is_signed_in(client)


@pytest.mark.usefixtures("bo")
def test_a_wrong_password_shows_the_form_again_and_does_not_say_what_was_wrong(
    client: Client,
) -> None:
    status, wrong = _sign_in(client, "a wrong password")
    unknown = client.post("/sign-in", data={"email": "eve@example.org", "password": "x"}).text
    assert status == 422
    assert "do not belong together" in wrong
    assert "a wrong password" not in wrong
    assert wrong.replace("bo@example.org", "") == unknown.replace("eve@example.org", "")
    assert not _is_signed_in(client)


@pytest.mark.usefixtures("bo")
def test_wrong_passwords_count_and_then_even_the_right_one_waits(client: Client) -> None:
    for _ in range(throttle.MOST_PER_ACCOUNT):
        assert _sign_in(client, "a wrong password")[0] == 422
    response = client.post("/sign-in", data={"email": "bo@example.org", "password": PASSWORD})
    assert response.status_code == 429
    assert response.headers["Retry-After"] == "300"
    assert "five minutes" in response.text


@pytest.mark.usefixtures("bo")
@pytest.mark.parametrize(
    ("to", "leads"),
    [
        ("/cases", "/cases"),
        ("//evil.example", "/projects"),
        ("//[", "/projects"),
        ("//℀", "/projects"),
        ("https://evil.example/", "/projects"),
        ("/\\evil.example", "/projects"),
        ("\t//evil.example", "/projects"),
        ("/\nSet-Cookie: a=b", "/projects"),
    ],
)
def test_one_goes_on_where_one_wanted_to_but_never_elsewhere(
    client: Client, to: str, leads: str
) -> None:
    assert _sign_in(client, to=to) == (303, leads)


def test_a_page_that_needs_an_account_offers_to_sign_in_and_go_on(client: Client) -> None:
    page = client.page("/projects/new", status=403)
    assert page.select_one("form[action='/sign-in'] input[name=to][value='/projects/new']")


@pytest.mark.usefixtures("bo")
def test_signing_in_begins_a_session_of_its_own_and_ends_the_one_before(client: Client) -> None:
    before = ""
    for _ in range(2):
        _sign_in(client)
        now = client.cookies["footing"]
        assert now != before
        if before:
            client.cookies.clear()
            client.cookies.set("footing", before)
            assert not _is_signed_in(client)
        before = now


@pytest.mark.usefixtures("bo")
def test_a_session_that_somebody_else_chose_does_not_become_ones_own(client: Client) -> None:
    client.cookies.set("footing", "chosen-by-somebody-else")
    _sign_in(client)
    client.cookies.clear()
    client.cookies.set("footing", "chosen-by-somebody-else")
    assert not _is_signed_in(client)


def test_without_a_link_the_page_says_how_to_get_one(client: Client) -> None:
    assert "footing admin link" in client.get("/sign-in").text


def test_signing_out_ends_the_session_on_the_server(signed_in: Client) -> None:
    token = signed_in.cookies["footing"]
    response = signed_in.post("/sign-out")
    assert response.status_code == 303
    assert 'footing=""' in response.headers["Set-Cookie"]
    signed_in.cookies.set("footing", token)
    assert not _is_signed_in(signed_in)


def test_a_forged_cookie_is_a_visitor(client: Client) -> None:
    client.cookies.set("footing", "forged")
    assert not _is_signed_in(client)


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


# ---- the password once more ------------------------------------------------------------------


@pytest.fixture
def stale(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From now on a session counts as confirmed for no time at all."""

    def _() -> None:
        monkeypatch.setattr(people, "CONFIRMED_FOR", timedelta(0))

    return _


def _hidden(page: BeautifulSoup) -> dict[str, str]:
    return {
        str(field["name"]): str(field["value"])
        for field in page.select("form[action='/confirm'] input[type=hidden]")
    }


@pytest.mark.usefixtures("bo")
def test_after_a_while_the_password_is_asked_again_and_nothing_typed_is_lost(
    client: Client, stale: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    _sign_in(client)
    stale()
    response = client.post("/account", data={"name": "Bo <B.>", "email": "bob@example.org"})
    assert response.status_code == 403
    fields = _hidden(BeautifulSoup(response.text, "html.parser"))
    assert fields == {"to": "/account", "name": "Bo <B.>", "email": "bob@example.org"}

    wrong = client.post("/confirm", data={**fields, "confirm_password": "a wrong one"})
    assert wrong.status_code == 422
    assert _hidden(BeautifulSoup(wrong.text, "html.parser")) == fields
    assert "a wrong one" not in wrong.text

    right = client.post("/confirm", data={**fields, "confirm_password": PASSWORD})
    assert (right.status_code, right.headers["Location"]) == (307, "/account")
    monkeypatch.setattr(people, "CONFIRMED_FOR", timedelta(minutes=15))
    assert client.post("/account", data=fields).status_code == 303
    assert "Bo <B.>" in client.page("/account").select_one("header").get_text()  # type: ignore[union-attr]  # a page has a header


@pytest.mark.usefixtures("bo")
def test_a_wrong_password_counts_whatever_else_was_posted(client: Client) -> None:
    _sign_in(client)
    for _ in range(throttle.MOST_PER_ACCOUNT):
        data = {"to": "/account", "junk": "\0\x1b[31m", "confirm_password": "a guess"}
        assert client.post("/confirm", data=data).status_code == 422
    data = {"to": "/account", "confirm_password": PASSWORD}
    assert client.post("/confirm", data=data).status_code == 429


@pytest.mark.usefixtures("bo")
def test_guessing_at_the_sign_in_does_not_keep_from_confirming(client: Client) -> None:
    _sign_in(client)
    session = client.cookies["footing"]
    client.cookies.clear()
    for _ in range(throttle.MOST_PER_ACCOUNT):
        assert _sign_in(client, "a guess")[0] == 422
    client.cookies.set("footing", session)
    data = {"to": "/account", "confirm_password": PASSWORD}
    assert client.post("/confirm", data=data).status_code == 307


@pytest.mark.usefixtures("bo")
def test_confirming_leads_nowhere_else(client: Client) -> None:
    _sign_in(client)
    data = {"to": "https://evil.example/", "confirm_password": PASSWORD}
    assert client.post("/confirm", data=data).headers["Location"] == "/projects"


# ---- following an invitation -----------------------------------------------------------------


@pytest.fixture
def invitation(database: Database, bo: Person) -> str:
    with database.writing() as session:
        team = a_team(session, bo)
        return invitations.invite(
            session, bo, team.id, role="editor", for_whom="Cy", now=datetime.now(UTC)
        )


def test_an_invitation_makes_an_account_and_lets_into_the_team(
    client: Client, invitation: str
) -> None:
    page = client.page(f"/join?token={invitation}")
    assert "Bo invites you as editor" in page.get_text()
    bad = client.post("/join", data={"token": invitation, "name": "Cy", "email": "cy"})
    assert bad.status_code == 422
    data = {"token": invitation, "name": "Cy", "email": "cy@example.org", "password": PASSWORD}
    joined = client.post("/join", data=data)
    assert joined.status_code == 303
    text = client.page(joined.headers["Location"]).get_text()
    assert "You joined Radiology as editor." in text
    assert "Radiology" in client.get("/teams").text
    assert client.get(f"/join?token={invitation}").status_code == 410


def test_with_an_account_one_button_is_enough(
    client: Client, database: Database, invitation: str
) -> None:
    with database.writing() as session:
        cy = a_person(session, "Cy")
    client.sign_in_as(cy)
    assert "Join as Cy" in client.page(f"/join?token={invitation}").get_text()
    response = client.post("/join/signed-in", data={"token": invitation})
    assert response.status_code == 303
    text = client.page(response.headers["Location"]).get_text()
    assert "You joined Radiology as editor." in text
    assert "You joined" not in client.page("/projects?joined=999999").get_text()


def test_an_unknown_invitation_is_not_found(client: Client) -> None:
    assert client.get("/join").status_code == 404
    assert client.post("/join", data={"token": "guessed"}).status_code == 404
