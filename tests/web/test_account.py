from datetime import UTC, datetime

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
    response = client.post("/account/password", data={"password": "eleven green bicycles"})
    assert response.headers["Location"] == "/account?done=password"
    assert 'value="bob@example.org"' in client.get("/account").text


def test_what_cannot_be_used_is_shown_again(client: Client) -> None:
    _with_bo(client)
    response = client.post("/account", data={"name": "Bob <>", "email": "nowhere"})
    assert response.status_code == 422
    assert "Bob &lt;&gt;" in response.text
    response = client.post("/account/password", data={"password": "short"})
    assert response.status_code == 422
    assert "at least 12 characters" in response.text


def test_without_a_password_the_page_asks_for_one(client: Client) -> None:
    with client.database.alone() as session:
        bo = a_person(session, "Bo")
    client.sign_in_as(bo)
    assert "No way back in" in client.get("/account").text


def test_it_belongs_to_somebody(client: Client) -> None:
    assert client.get("/account").status_code == 403
