"""A forgotten password, with a real mail server beside the test."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from aiosmtpd.controller import Controller

from app.main import assemble
from app.persistence import people as people_rows
from app.persistence.engine import Database
from app.services import administration, forgetting, people, throttle
from app.services.people import Person
from app.settings import Settings
from tests.builders import PASSWORD, a_person
from tests.services.test_letters import Box, free_port
from tests.web_client import Client

PUBLIC_URL = "https://footing.example"


@pytest.fixture
def box() -> Box:
    return Box()


@pytest.fixture
def client(database: Database, box: Box) -> Iterator[Client]:
    server = Controller(box, hostname="127.0.0.1", port=free_port())
    server.start()
    settings = Settings(
        public_url=PUBLIC_URL,
        smtp_url=f"smtp://127.0.0.1:{server.port}",
        mail_from="footing@footing.example",
        cookie_secure=False,
    )
    yield Client(assemble(settings, database))
    server.stop()


@pytest.fixture
def bo(database: Database) -> Person:
    with database.writing() as db:
        return a_person(db, "Bo", email="bo@example.org", password=PASSWORD)


def _ask(client: Client, email: str, **headers: str) -> tuple[int, str]:
    response = client.post("/forgotten", data={"email": email}, headers=headers)
    return response.status_code, response.text


def test_the_letter_leads_back_in_once_and_to_a_new_password(
    client: Client, box: Box, bo: Person
) -> None:
    assert "/forgotten" in client.get("/sign-in").text
    assert _ask(client, " BO@example.org ")[0] == 200
    (letter,) = box.letters
    assert letter["To"] == "bo@example.org"
    link = re.search(r"https://footing\.example(/sign-in\?token=\S+)", letter.get_content())
    assert link
    token = link[1].partition("=")[2]
    assert "Sign in on this device" in client.get(link[1]).text
    response = client.post("/sign-in/link", data={"token": token})
    assert (response.status_code, response.headers["Location"]) == (303, "/account")
    assert client.post("/sign-in/link", data={"token": token}).status_code == 409
    with client.database.reading() as db:
        assert people.person_for(db, client.cookies["footing"], datetime.now(UTC)) == bo


def test_another_host_in_the_request_is_not_in_the_letter(
    client: Client, box: Box, bo: Person
) -> None:
    assert _ask(client, "bo@example.org", Host="evil.example")[0] == 200
    assert "evil" not in box.letters[0].as_string()
    assert bo.name in box.letters[0].get_content()


def test_whether_there_is_an_account_is_seen_in_no_answer(
    client: Client, box: Box, bo: Person
) -> None:
    with client.database.writing() as db:
        ada = a_person(db, "Ada", is_administrator=True, email="ada@example.org")
        closed = a_person(db, "Cy", email="cy@example.org", password=PASSWORD)
        administration.close(db, ada, closed.id, datetime.now(UTC))
    asked = (
        "bo@example.org",
        "nobody@example.org",
        "cy@example.org",
        "junk",
        "",
        "a\r\nBcc: e@f.g",
    )
    answers = {_ask(client, email) for email in asked}
    assert len(answers) == 1
    assert [letter["To"] for letter in box.letters] == ["bo@example.org"]
    assert bo.name == "Bo"


def test_an_address_gets_one_letter_in_ten_minutes(client: Client, box: Box, bo: Person) -> None:
    for _ in range(3):
        assert _ask(client, "bo@example.org")[0] == 200
    assert len(box.letters) == 1
    now = datetime.now(UTC) + forgetting.ONE_LETTER_IN
    with client.database.writing() as db:
        assert forgetting.write(db, "bo@example.org", address=PUBLIC_URL, now=now)
    assert bo.name == "Bo"


def test_asking_too_often_is_refused_for_any_address(client: Client, box: Box) -> None:
    for _ in range(throttle.MOST_PER_ACCOUNT):
        assert _ask(client, "nobody@example.org")[0] == 200
    assert _ask(client, "nobody@example.org")[0] == 429
    assert box.letters == []


def test_a_mail_server_that_is_away_is_in_the_log_and_not_in_the_answer(
    database: Database, bo: Person, caplog: pytest.LogCaptureFixture
) -> None:
    settings = Settings(
        public_url=PUBLIC_URL,
        smtp_url=f"smtp://127.0.0.1:{free_port()}",
        mail_from="footing@footing.example",
    )
    client = Client(assemble(settings, database))
    assert _ask(client, "bo@example.org") == _ask(client, "nobody@example.org")
    assert "A letter was not sent" in caplog.text
    assert "bo@example.org" not in caplog.text
    assert bo.name == "Bo"


def test_without_a_mail_server_there_is_no_such_page(database: Database) -> None:
    client = Client(assemble(Settings(), database))
    assert "/forgotten" not in client.get("/sign-in").text
    assert client.get("/forgotten").status_code == 404
    assert _ask(client, "bo@example.org")[0] == 404


def test_asking_takes_as_long_for_an_address_that_nobody_has(
    database: Database, bo: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the answer itself; what is done when it is out, nobody outside waits for."""
    monkeypatch.setattr(throttle, "MOST_PER_ACCOUNT", 10_000)
    monkeypatch.setattr(throttle, "MOST_PER_NETWORK", 10_000)
    looked_up: list[str] = []
    monkeypatch.setattr(people_rows, "by_email", lambda _, email: looked_up.append(email))
    with database.writing() as db:
        for email in ("bo@example.org", "nobody@example.org"):
            forgetting.ask(db, email, caller=people.Caller(), now=datetime.now(UTC))
    assert looked_up == []
    assert bo.name == "Bo"
