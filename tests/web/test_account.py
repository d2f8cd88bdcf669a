from datetime import UTC, datetime, timedelta

import pytest
from bs4 import BeautifulSoup

from app.services import people
from app.services.people import Caller
from tests.builders import PASSWORD, a_person
from tests.web_client import Client


def _with_bo(client: Client) -> int:
    with client.database.alone() as session:
        bo = a_person(session, "Bo", email="bo@example.org", password=PASSWORD)
        people.begin_session(
            session, bo.id, caller=Caller("", "Another <browser>"), now=datetime.now(UTC)
        )
    client.sign_in_as(bo)
    return bo.id


def test_the_account_shows_and_ends_the_other_sessions(client: Client) -> None:
    _with_bo(client)
    page = client.page("/account")
    assert "Another <browser>" in page.get_text()
    assert "this browser" in page.get_text()
    (button,) = page.select("form[action^='/account/sessions/']")
    assert client.post(str(button["action"])).status_code == 303
    assert "Another <browser>" not in client.get("/account?done=visit").text
    assert client.post(str(button["action"])).status_code == 404


def test_details_and_password_are_changed_there(client: Client) -> None:
    _with_bo(client)
    response = client.post("/account", data={"name": "Bob", "email": "bob@example.org"})
    assert response.headers["Location"] == "/account?done=details"
    assert "are saved" in client.get("/account?done=details").text
    data = {"present": PASSWORD, "password": "eleven green bicycles"}
    response = client.post("/account/password", data=data)
    assert response.headers["Location"] == "/account?done=password"
    assert 'value="bob@example.org"' in client.get("/account").text


def test_what_cannot_be_used_is_shown_again(client: Client) -> None:
    _with_bo(client)
    response = client.post("/account", data={"name": "Bob <>", "email": "nowhere"})
    assert response.status_code == 422
    assert "Bob &lt;&gt;" in response.text
    for data, said in (
        ({"present": PASSWORD, "password": "short"}, "at least 12 characters"),
        ({"present": "a guess", "password": "eleven green bicycles"}, "not your present password"),
    ):
        response = client.post("/account/password", data=data)
        assert response.status_code == 422
        assert said in response.text
        assert not [value for value in data.values() if f'value="{value}"' in response.text]


def test_without_a_password_the_page_asks_for_one(client: Client) -> None:
    with client.database.alone() as session:
        bo = a_person(session, "Bo")
    client.sign_in_as(bo)
    assert "No way back in" in client.get("/account").text


def test_it_belongs_to_somebody(client: Client) -> None:
    assert client.get("/account").status_code == 403


def test_a_new_password_is_never_carried_from_page_to_page(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    _with_bo(client)
    monkeypatch.setattr(people, "CONFIRMED_FOR", timedelta(0))
    data = {"present": "a guess", "password": "eleven green bicycles"}
    assert "eleven green bicycles" not in client.post("/account/password", data=data).text
    data["present"] = PASSWORD
    assert client.post("/account/password", data=data).status_code == 303


def test_an_api_token_is_made_shown_once_listed_and_ended(client: Client) -> None:
    _with_bo(client)
    data = {"label": "Nightly <report>", "scope": "read", "team_id": "all", "days": "90"}
    made = client.post("/account/tokens", data=data)
    assert made.status_code == 201
    token = BeautifulSoup(made.text, "html.parser").select_one("#made")
    assert token is not None
    secret = token.get_text()
    page = client.page("/account")
    assert secret not in str(page)
    assert "Nightly <report>" in page.get_text()
    assert "not used yet" in page.get_text()
    header = {"Authorization": f"Bearer {secret}"}
    assert client.get("/api/v1/projects", headers=header).status_code == 200
    (button,) = page.select("form[action^='/account/tokens/']")
    assert client.post(str(button["action"])).status_code == 303
    assert client.get("/api/v1/projects", headers=header).status_code == 401


def test_a_double_click_makes_one_token_and_shows_it(client: Client) -> None:
    _with_bo(client)
    name = client.page("/account").select_one("[action='/account/tokens'] input[name=form]")
    assert name is not None
    data = {"label": "Nightly", "scope": "read", "team_id": "all", "days": "90"}
    made = [client.post("/account/tokens", data={**data, "form": str(name["value"])}) for _ in "12"]
    secrets = [BeautifulSoup(one.text, "html.parser").select_one("#made") for one in made]
    assert secrets[0]
    assert secrets[0] == secrets[1]
    header = {"Authorization": f"Bearer {secrets[1].get_text()}"}
    assert client.get("/api/v1/projects", headers=header).status_code == 200
    assert len(client.page("/account").select("form[action^='/account/tokens/']")) == 1


def test_a_token_that_cannot_be_made_shows_what_was_typed(client: Client) -> None:
    _with_bo(client)
    data = {"label": " ", "scope": "write", "team_id": "9" * 30, "days": "soon"}
    response = client.post("/account/tokens", data=data)
    assert response.status_code == 422
    for sentence in ("what the token is for", "Choose one of your teams", "how many days"):
        assert sentence in response.text
    assert '<option value="write" selected>' in " ".join(response.text.split())


def test_a_token_asks_for_the_password_again(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    _with_bo(client)
    monkeypatch.setattr(people, "CONFIRMED_FOR", timedelta(0))
    response = client.post("/account/tokens", data={"label": "A"})
    assert response.status_code == 403
    assert "once more" in response.text
