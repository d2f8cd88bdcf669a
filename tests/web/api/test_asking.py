from datetime import UTC, datetime, timedelta

import pytest

from app.services import api_tokens, audit
from app.services.people import Person
from app.services.teams import Team
from app.web.api import asking
from tests.builders import a_project
from tests.web_client import Client, checksums

ME = "/api/v1/projects"


def _token_id(program: Client, bo: Person) -> int:
    with program.database.reading() as db:
        return api_tokens.mine(db, bo)[0].id


def test_without_anything_one_is_asked_who_one_is(client: Client) -> None:
    response = client.get(ME)
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert response.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    "value", ["Bearer guessed", "Bearer ", "Basic Ym86Ym8=", "Bearer\tx", "bearer ' OR 1=1"]
)
@pytest.mark.parametrize("path", [ME, "/api/v1/questions"])
def test_what_is_no_token_is_refused_even_where_none_is_needed(
    client: Client, value: str, path: str
) -> None:
    response = client.get(path, headers={"Authorization": value})
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'


def test_an_ended_token_opens_nothing_from_the_next_request_on(
    program: Client, bo: Person, now: datetime
) -> None:
    assert program.get(ME).status_code == 200
    with program.database.writing() as db:
        api_tokens.revoke(db, bo, api_tokens.mine(db, bo)[0].id, now)
    assert program.get(ME).status_code == 401


def test_an_expired_token_opens_nothing(program: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    later = datetime.now(UTC) + timedelta(days=api_tokens.DAYS_PROPOSED)
    holder_of = api_tokens.holder_of
    monkeypatch.setattr(api_tokens, "holder_of", lambda db, token, _: holder_of(db, token, later))
    assert program.get(ME).status_code == 401


def test_use_is_noted(program: Client, bo: Person) -> None:
    program.get(ME)
    with program.database.reading() as db:
        assert api_tokens.mine(db, bo)[0].last_used_at is not None


def test_a_token_opens_no_page(program: Client, bo: Person, team: Team) -> None:
    with program.database.writing() as db:
        project = a_project(db, bo, team=team)
    program.headers["Sec-Fetch-Site"] = "same-origin"
    for page in ("/projects", f"/projects/{project.id}", "/account", "/teams"):
        assert program.get(page).status_code in {403, 404}
    before = checksums(program.database)
    assert program.post("/projects", data={"name": "Mine"}).status_code == 403
    assert checksums(program.database) == before


def test_a_page_of_ours_may_ask_with_its_cookie_and_another_sites_may_not(
    client: Client, bo: Person, team: Team
) -> None:
    client.sign_in_as(bo)
    assert client.get(ME).status_code == 200
    assert client.post(ME, json={"name": "Ours", "team_id": team.id}).status_code == 201
    before = checksums(client.database)
    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
    ):
        assert client.post(ME, json={"name": "Theirs"}, headers=headers).status_code == 403
    client.headers.pop("Sec-Fetch-Site")
    for headers in ({}, {"Origin": "null"}, {"Origin": "https://evil.example"}):
        assert client.post(ME, json={"name": "Theirs"}, headers=headers).status_code == 403
    assert checksums(client.database) == before


def test_a_cookie_beside_a_wrong_token_counts_for_nothing(client: Client, bo: Person) -> None:
    client.sign_in_as(bo)
    before = checksums(client.database)
    headers = {"Authorization": "Bearer guessed", "Sec-Fetch-Site": "cross-site"}
    assert client.post(ME, json={"name": "Theirs"}, headers=headers).status_code == 401
    assert checksums(client.database) == before


def test_a_form_in_plain_text_is_no_json(client: Client, bo: Person) -> None:
    """A page of another site can send this without asking first; a JSON body it cannot."""
    client.sign_in_as(bo)
    response = client.post(ME, content='{"name": "A"}', headers={"Content-Type": "text/plain"})
    assert response.status_code == 422


def test_too_many_requests_of_one_token_wait_and_others_go_on(
    program: Client, bo: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "MOST_A_MINUTE", 2)
    monkeypatch.setattr("app.web.api.meter.Meter._turn", lambda *_: None)  # no minute ends here
    statuses = [program.get(ME).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
    assert program.get(ME).headers["Retry-After"] == "60"
    program.hold_token(bo)
    assert program.get(ME).status_code == 200


def test_guessing_stops_and_then_even_a_right_token_waits(
    program: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.web.api.meter.Meter._turn", lambda *_: None)
    for _ in range(asking.MOST_MISSES_A_MINUTE):
        assert program.get(ME, headers={"Authorization": "Bearer x"}).status_code == 401
    assert program.get(ME, headers={"Authorization": "Bearer x"}).status_code == 429
    assert program.get(ME).status_code == 429


def test_the_token_is_in_no_answer_and_no_log(
    program: Client, bo: Person, caplog: pytest.LogCaptureFixture
) -> None:
    token = str(program.headers["Authorization"]).removeprefix("Bearer ")
    with caplog.at_level("DEBUG"):
        answers = [program.get(path).text for path in (ME, "/api/v1/nowhere", "/api/v1/cases")]
    assert not [text for text in answers if token in text]
    assert token not in caplog.text
    with program.database.reading() as db:
        ada = Person(bo.id, bo.name, is_administrator=True)
        assert not [line for line in audit.newest(db, ada) if token in repr(line)]
    assert _token_id(program, bo)
