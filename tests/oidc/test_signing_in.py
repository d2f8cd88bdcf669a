"""Signing in by a real provider: the certified oidc-provider, which runs beside the test."""

import re
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from bs4 import BeautifulSoup
from fastapi import FastAPI

from app.main import assemble
from app.persistence.engine import Database
from app.services import administration, audit, invitations, people, teams
from app.services.people import Caller, Person
from tests.builders import PASSWORD, a_person, a_team
from tests.oidc import provider
from tests.oidc.conftest import PUBLIC_URL
from tests.web_client import Client, checksums


@pytest.fixture
def bo(database: Database) -> Person:
    with database.writing() as db:
        return a_person(db, "Bo", email="bo@example.org", password=PASSWORD)


def _leave(client: Client, path: str = "/sign-in/openid", **fields: str) -> str:
    """Press the button; returns where the page sends the browser."""
    response = client.post(path, data=fields)
    assert response.status_code == 200, response.text
    link = BeautifulSoup(response.text, "html.parser").select_one("main a.button")
    assert link is not None
    assert response.headers["Refresh"] == f"0; url={link['href']}"
    return str(link["href"])


def _at_the_provider(address: str, who: str) -> str:
    """Sign in there, agree, and return where the provider sends the browser back to."""
    with httpx2.Client(trust_env=False) as browser:
        response = browser.get(address)
        while True:
            where = response.headers.get("Location", "")
            if where.startswith(PUBLIC_URL):
                return where.removeprefix(PUBLIC_URL)
            if where:
                response = browser.get(str(response.url.join(where)))
                continue
            prompt = re.search(r'name="prompt" value="(\w+)"', response.text)
            assert prompt, response.text
            form = {"prompt": prompt[1], "login": who, "password": "any"}
            action = re.search(r'action="([^"]+)"', response.text)
            assert action, response.text
            response = browser.post(str(response.url.join(action[1])), data=form)


def _sign_in(client: Client, who: str, path: str = "/sign-in/openid", **fields: str) -> str:
    """The whole way; returns where it ends."""
    response = client.get(_at_the_provider(_leave(client, path, **fields), who))
    assert response.status_code == 303, response.text
    return str(response.headers["Location"])


def _who(client: Client) -> str:
    header = client.page("/account").select_one("header")
    assert header is not None
    return header.get_text()


def test_the_question_has_a_state_a_nonce_and_a_challenge(client: Client) -> None:
    asked = [parse_qs(urlsplit(_leave(client)).query) for _ in range(2)]
    for query in asked:
        assert query["response_type"] == ["code"]
        assert query["code_challenge_method"] == ["S256"]
        assert query["redirect_uri"] == [f"{PUBLIC_URL}/sign-in/openid/done"]
        assert {len(query[name][0]) for name in ("state", "nonce", "code_challenge")} == {43}
    for name in ("state", "nonce", "code_challenge"):
        assert asked[0][name] != asked[1][name]


def test_an_account_is_linked_while_signed_in_and_then_signs_in(client: Client, bo: Person) -> None:
    client.sign_in_as(bo)
    assert _sign_in(client, "bo", "/account/openid") == "/account?done=linked"
    assert "are linked" in client.get("/account?done=linked").text
    before = {cookie.value for cookie in client.cookies.jar}
    client.forget()
    assert _sign_in(client, "bo", to="/cases") == "/cases"
    assert "Bo" in _who(client)
    assert client.cookies["footing"] not in before, "a session of its own"
    assert "footing-openid" not in client.cookies, "what only the way needed is taken back"


def test_the_same_address_is_not_the_same_person(client: Client, bo: Person) -> None:
    """The provider's bo has the verified address of our Bo, and is nobody here all the same."""
    assert bo.name == "Bo"
    back = _at_the_provider(_leave(client), "bo")
    response = client.get(back)
    assert response.status_code == 403
    assert "Nobody here has this account" in response.text
    assert "footing" not in client.cookies


def test_an_identity_belongs_to_one_account(client: Client, bo: Person) -> None:
    client.sign_in_as(bo)
    _sign_in(client, "shared", "/account/openid")
    with client.database.writing() as db:
        cy = a_person(db, "Cy")
    client.sign_in_as(cy)
    response = client.get(_at_the_provider(_leave(client, "/account/openid"), "shared"))
    assert response.status_code == 409
    client.forget()
    _sign_in(client, "shared")
    assert "Bo" in _who(client)


def test_whoever_signs_out_on_the_way_links_nothing(client: Client, bo: Person) -> None:
    client.sign_in_as(bo)
    back = _at_the_provider(_leave(client, "/account/openid"), "late")
    client.post("/sign-out")
    assert client.get(back).status_code == 403
    assert client.get(_at_the_provider(_leave(client), "late")).status_code == 403


def test_an_invitation_makes_an_account_once(client: Client, bo: Person) -> None:
    now = datetime.now(UTC)
    with client.database.writing() as db:
        team = a_team(db, bo)
        token = invitations.invite(db, bo, team.id, role="editor", for_whom="Dee", now=now)
    assert "Join with the hospital" in client.get(f"/join?token={token}").text
    _sign_in(client, "dee", invitation=token)
    assert "dee of the provider" in _who(client)
    with client.database.reading() as db:
        names = {member.name: member.role for member in teams.members(db, team)}
    assert names == {"Bo": "owner", "dee of the provider": "editor"}
    client.forget()
    response = client.get(_at_the_provider(_leave(client, invitation=token), "eve"))
    assert response.status_code == 410
    assert "footing" not in client.cookies


def test_whom_the_provider_knows_may_come_where_the_settings_say_so(
    database: Database, issuer: str, bo: Person
) -> None:
    client = Client(
        assemble(provider.settings(issuer, PUBLIC_URL, oidc_new_accounts=True), database)
    )
    _sign_in(client, "fay")
    assert 'value="fay@example.org"' in client.get("/account").text
    client.forget()
    _sign_in(client, "bo")  # whose address our Bo has: another person, without an address
    assert "bo of the provider" in _who(client)
    assert 'value="bo@example.org"' not in client.get("/account").text
    with database.reading() as db:
        assert len(administration.everybody(db, Person(bo.id, "Bo", is_administrator=True))) == 3


def test_a_closed_account_stays_closed(client: Client, bo: Person) -> None:
    client.sign_in_as(bo)
    _sign_in(client, "closed", "/account/openid")
    with client.database.writing() as db:
        ada = a_person(db, "Ada", is_administrator=True)
        administration.close(db, ada, bo.id, datetime.now(UTC))
    client.forget()
    response = client.get(_at_the_provider(_leave(client), "closed"))
    assert response.status_code == 403
    assert "is closed" in response.text


def test_what_was_linked_can_be_unlinked(client: Client, bo: Person) -> None:
    client.sign_in_as(bo)
    _sign_in(client, "gus", "/account/openid")
    assert client.post("/account/openid/unlink").status_code == 303
    client.forget()
    assert client.get(_at_the_provider(_leave(client), "gus")).status_code == 403
    with client.database.reading() as db:
        lines = audit.newest(db, Person(bo.id, "Bo", is_administrator=True))
    assert [line.action for line in lines] == [
        "unlinked their own account from the provider",
        "linked their own account to the provider",
    ]


# ---- what must not work ----------------------------------------------------------------------


def test_a_code_and_its_state_work_once(client: Client, bo: Person) -> None:
    client.sign_in_as(bo)
    _sign_in(client, "once", "/account/openid")
    client.forget()
    back = _at_the_provider(_leave(client), "once")
    browser = client.cookies["footing-openid"]
    assert client.get(back).status_code == 303
    client.forget()
    client.cookies.set("footing-openid", browser)
    assert client.get(back).status_code == 403
    assert "footing" not in client.cookies


def test_a_used_code_with_a_new_state_is_refused_by_the_provider(
    client: Client, bo: Person
) -> None:
    client.sign_in_as(bo)
    _sign_in(client, "twice", "/account/openid")
    client.forget()
    used = parse_qs(urlsplit(_at_the_provider(_leave(client), "twice")).query)["code"][0]
    state = parse_qs(urlsplit(_leave(client)).query)["state"][0]
    response = client.get(f"/sign-in/openid/done?code={used}&state={state}")
    assert response.status_code == 403, "the verifier is another one"


def test_another_browser_cannot_bring_the_answer(client: Client, app: FastAPI, bo: Person) -> None:
    """Login CSRF: an attacker's own code and state, sent to somebody else as a link."""
    assert bo.name == "Bo"
    back = _at_the_provider(_leave(client), "attacker")
    victim = Client(app)
    before = checksums(victim.database)
    assert victim.get(back).status_code == 403
    changed = {k for k, v in checksums(victim.database).items() if v != before[k]}
    assert changed <= {"openid_flow"}
    assert "footing" not in victim.cookies


@pytest.mark.parametrize(
    "query",
    [
        "",
        "code=x",
        "state=guessed&code=x",
        "state=%00&code=%00",
        "error=access_denied&state=guessed",
        "error=<script>&error_description=<script>",
    ],
)
def test_an_answer_to_no_question_signs_nobody_in(client: Client, query: str) -> None:
    before = checksums(client.database)
    response = client.get(f"/sign-in/openid/done?{query}")
    assert response.status_code == 403
    assert "<script>" not in response.text
    assert checksums(client.database) == before


def test_the_answer_of_another_issuer_is_refused(client: Client) -> None:
    back = _at_the_provider(_leave(client), "mix")
    assert "iss=" in back
    other = re.sub(r"iss=[^&]*", "iss=https%3A%2F%2Fevil.example", back)
    assert client.get(other).status_code == 403


def test_another_site_cannot_send_somebody_away(client: Client) -> None:
    for path in ("/sign-in/openid", "/account/openid"):
        response = client.post(path, headers={"Sec-Fetch-Site": "cross-site"})
        assert response.status_code == 403


# ---- only by the provider ---------------------------------------------------------------------


@pytest.fixture
def only_sso(database: Database, issuer: str) -> Client:
    return Client(assemble(provider.settings(issuer, PUBLIC_URL, sso_only=True), database))


def test_only_by_the_provider_means_no_password_anywhere(only_sso: Client, bo: Person) -> None:
    page = only_sso.get("/sign-in").text
    assert 'name="password"' not in page
    assert "Sign in with the hospital" in page
    data = {"email": "bo@example.org", "password": PASSWORD}
    assert only_sso.post("/sign-in", data=data).status_code == 403
    assert only_sso.post("/forgotten", data=data).status_code == 403
    now = datetime.now(UTC)
    with only_sso.database.writing() as db:
        team = a_team(db, bo)
        token = invitations.invite(db, bo, team.id, role="viewer", for_whom="Hal", now=now)
    joined = only_sso.post("/join", data={"token": token, "name": "Hal", **data})
    assert joined.status_code == 403
    only_sso.sign_in_as(bo)
    assert 'name="password"' not in only_sso.get("/account").text
    change = {"present": PASSWORD, "password": "eleven green bicycles"}
    assert only_sso.post("/account/password", data=change).status_code == 403


def test_no_administrator_makes_a_way_around_the_provider(only_sso: Client, bo: Person) -> None:
    with only_sso.database.writing() as db:
        ada = a_person(db, "Ada", is_administrator=True)
    only_sso.sign_in_as(ada)
    assert only_sso.post(f"/admin/people/{bo.id}/link").status_code == 403


def test_the_operator_still_gets_in(only_sso: Client) -> None:
    now = datetime.now(UTC)
    with only_sso.database.writing() as db:
        ada = a_person(db, "Ada", is_administrator=True)
        link = people.issue_sign_in_link(db, now)
    assert only_sso.post("/sign-in/link", data={"token": link.token}).status_code == 303
    assert "Ada" in _who(only_sso)
    assert ada.is_administrator


def test_signing_in_afresh_in_another_tab_confirms_without_a_password(
    client: Client, bo: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.sign_in_as(bo)
    _sign_in(client, "ivy", "/account/openid")
    address = _leave(client, afresh="true")
    query = parse_qs(urlsplit(address).query)
    assert (query["prompt"], query["max_age"]) == (["login"], ["0"])
    client.get(_at_the_provider(address, "ivy"))
    response = client.post("/confirm", data={"to": "/account", "name": "Bo"})
    assert response.status_code == 307
    with client.database.writing() as db:
        token = people.begin_session(db, bo.id, caller=Caller(), now=datetime.now(UTC))
    client.cookies.set("footing", token)
    monkeypatch.setattr(people, "CONFIRMED_FOR", people.CONFIRMED_FOR * 0)
    assert client.post("/confirm", data={"to": "/account", "name": "Bo"}).status_code == 422


# ---- when the provider is away ----------------------------------------------------------------


def test_when_the_provider_is_away_passwords_still_work(database: Database, bo: Person) -> None:
    assert bo.name == "Bo"
    client = Client(assemble(provider.settings("http://127.0.0.1:9", PUBLIC_URL), database))
    assert client.get("/sign-in").status_code == 200
    response = client.post("/sign-in/openid")
    assert response.status_code == 503
    assert "account does not answer just now" in response.text
    data = {"email": "bo@example.org", "password": PASSWORD}
    assert client.post("/sign-in", data=data).status_code == 303


def test_without_a_provider_there_is_no_such_way(database: Database) -> None:
    client = Client(assemble(provider.settings("", "", oidc_client_id=""), database))
    assert "hospital" not in client.get("/sign-in").text
    assert client.post("/sign-in/openid").status_code == 404
