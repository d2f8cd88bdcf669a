import re
from pathlib import Path

import pytest
from pydantic import SecretStr

from app.main import assemble
from app.persistence.engine import Database
from app.services import audit
from app.services.people import Person
from app.settings import Settings
from tests.builders import NOON, a_person, a_team, join
from tests.web_client import Client


@pytest.fixture
def bo(signed_in: Client) -> Person:
    with signed_in.database.alone() as session:
        return a_person(session, "Bo <b>", email="bo@example.org")


def _press(client: Client, person: Person, act: str) -> str:
    assert client.post(f"/admin/people/{person.id}/{act}").status_code == 303
    return client.get(f"/admin/people/{person.id}").text


def test_everybody_is_listed(signed_in: Client, bo: Person) -> None:
    page = signed_in.page("/admin/people")
    assert page.select(f"a[href='/admin/people/{bo.id}']")
    assert "Bo <b>" in page.get_text()


def test_an_administrator_is_made_and_dismissed(signed_in: Client, bo: Person) -> None:
    assert "Dismiss as administrator" in _press(signed_in, bo, "appoint")
    assert "Make administrator" in _press(signed_in, bo, "dismiss")


def test_an_account_is_closed_and_opened_again(signed_in: Client, bo: Person) -> None:
    with signed_in.database.alone() as session:
        a_team(session, bo, "Radiology")
    assert "leaves Radiology without an owner" in signed_in.get(f"/admin/people/{bo.id}").text
    assert "The account is closed" in _press(signed_in, bo, "close")
    assert "Teams without an owner" in signed_in.get("/admin/people").text
    assert "Close the account" in _press(signed_in, bo, "reopen")


def test_a_team_without_an_owner_gets_one(signed_in: Client, bo: Person) -> None:
    with signed_in.database.alone() as session:
        team, cy = a_team(session, bo), a_person(session, "Cy")
        join(session, cy, team.id, "viewer")
    _press(signed_in, bo, "close")
    assert signed_in.post(f"/admin/teams/{team.id}/owner/{cy.id}").status_code == 303
    assert "Teams without an owner" not in signed_in.get("/admin/people").text


def test_a_link_is_made_and_shown_once(signed_in: Client, bo: Person) -> None:
    made = signed_in.post(f"/admin/people/{bo.id}/link")
    assert made.status_code == 201
    found = re.search(r"http://testserver(/sign-in\?token=[\w-]{43})", made.text)
    assert found
    assert signed_in.get(found[1]).status_code == 200
    assert found[1] not in signed_in.get(f"/admin/people/{bo.id}").text


def test_an_administrator_does_nothing_to_themselves(signed_in: Client) -> None:
    (own,) = signed_in.page("/admin/people").select("a[href^='/admin/people/']")
    assert "This is you" in signed_in.get(str(own["href"])).text
    for act in ("dismiss", "close", "link"):
        assert signed_in.post(f"{own['href']}/{act}").status_code == 403


def test_there_is_no_other_act(signed_in: Client, bo: Person) -> None:
    assert signed_in.post(f"/admin/people/{bo.id}/erase").status_code == 404


def test_the_log_says_who_did_what_in_pages(signed_in: Client, bo: Person) -> None:
    _press(signed_in, bo, "close")
    assert "closed the account of Bo <b> (#" in " ".join(
        signed_in.page("/admin/audit").get_text().split()
    )
    with signed_in.database.alone() as session:
        for number in range(100):
            audit.note(session, bo, "did", f"thing {number}", now=NOON)
    first = signed_in.page("/admin/audit")
    (older,) = first.select("a[href^='/admin/audit?before=']")
    assert "closed the account" not in first.get_text()
    assert "closed the account" in signed_in.get(str(older["href"])).text


def test_settings_are_shown_with_where_they_come_from_and_no_secret(
    database: Database, tmp_path: Path
) -> None:
    secret = tmp_path / "secret"
    secret.write_text("HUSH-file")
    settings = Settings(
        public_url="https://footing.example",
        oidc_issuer="https://idp.example",
        oidc_client_id="footing",
        oidc_client_secret=SecretStr("HUSH <b>&amp;"),
        database_url="postgresql://me:HUSH%40a@db/footing?password=HUSH",
        smtp_url="smtp://me:HUSH%2Fb@mail.example",
        mail_from="footing@footing.example",
        smtp_password_file=secret,
        oidc_name="<script>alert(1)</script>",
    )
    client = Client(assemble(settings, database))
    client.headers["Origin"] = "https://footing.example"
    client.base_url = "https://testserver"
    client.sign_in()
    page = client.page("/admin/settings")
    rows = {
        row.select("th")[0].get_text(strip=True): [
            td.get_text(" ", strip=True) for td in row.select("td")
        ]
        for row in page.select("tbody tr")
    }
    assert "HUSH" not in str(page)
    assert rows["FOOTING_OIDC_CLIENT_SECRET"][0] == "set environment"
    assert (
        rows["FOOTING_DATABASE_URL"][0] == "postgresql+psycopg://me:***@db/footing?*** environment"
    )
    assert rows["FOOTING_OIDC_NAME"][0] == "<script>alert(1)</script> environment"
    assert rows["FOOTING_PORT"] == ["8000 default", "Port to listen on."]
    assert rows.keys() == {f"FOOTING_{name.upper()}" for name in Settings.model_fields}


def test_only_administrators_see_the_settings(signed_in: Client, bo: Person) -> None:
    signed_in.sign_in_as(bo)
    assert "Only administrators" in signed_in.page("/admin/settings", status=403).get_text()
