import csv
import io
import json
from collections.abc import Mapping

import pytest

from app.persistence.tables import SessionRow
from app.services import audit
from app.services.people import Person
from tests.builders import NOON, a_person, a_team
from tests.web_client import Client

EXPORT = "/admin/audit/export"
DAY = f"{NOON:%Y-%m-%d}"


@pytest.fixture
def bo(signed_in: Client) -> Person:
    """Somebody who did a thing with a hostile name, on the day of the tests."""
    with signed_in.database.alone() as session:
        bo = a_person(session, "Bo <b>")
        team = a_team(session, bo, "=cmd|' /C calc'!A1")
        audit.note(session, bo, "did", "=1+1", now=NOON, detail="@why\r\nso", team_id=team.id)
    return bo


def _table(client: Client, **form: str) -> list[dict[str, str]]:
    answer = client.post(EXPORT, data={"as": "csv", **form})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].startswith('attachment; filename="footing-audit-')
    return list(csv.DictReader(io.StringIO(answer.text, newline="")))


@pytest.mark.parametrize(
    "sought",
    [{"by": "bo <"}, {"words": "1+1"}, {"team": "CMD|"}, {"since": DAY, "until": DAY}],
    ids=["who", "what", "team", "when"],
)
@pytest.mark.usefixtures("bo")
def test_lines_are_looked_for(signed_in: Client, sought: Mapping[str, str]) -> None:
    page = signed_in.get("/admin/audit", params=sought)
    assert "did =1+1" in " ".join(page.text.split())
    assert "set up Footing" not in page.text
    for name, value in sought.items():
        nothing = {name: "2001-01-01" if value == DAY else f"{value}x"}
        if name != "since":
            assert "No line is like that" in signed_in.get("/admin/audit", params=nothing).text
    (everything,) = signed_in.page("/admin/audit?by=x").select("main a[href='/admin/audit']")
    assert everything.get_text() == "Show everything"


def test_what_is_looked_for_stays_on_older_pages_and_in_the_export(
    signed_in: Client, bo: Person
) -> None:
    with signed_in.database.alone() as session:
        for number in range(100):
            audit.note(session, bo, "did", f"thing {number}", now=NOON)
    page = signed_in.page("/admin/audit?by=Bo&words=did")
    (older,) = page.select("main a[href*='before=']")
    assert "by=Bo&words=did" in str(older["href"])
    oldest = signed_in.page(str(older["href"]))
    assert "=1+1" in oldest.get_text()
    fields = {str(f["name"]): str(f["value"]) for f in oldest.select(f"[action='{EXPORT}'] input")}
    assert fields == {"by": "Bo", "words": "did", "since": "", "until": "", "team": ""}
    assert len(_table(signed_in, **fields)) == 101


def test_a_day_that_is_none_is_said_and_nothing_typed_is_lost(signed_in: Client) -> None:
    page = signed_in.page("/admin/audit?since=yesterday&words=set")
    assert "yesterday is no day: write it as 2026-11-24." in page.get_text()
    assert str(page.select_one("#since")["value"]) == "yesterday"  # type: ignore[index]
    assert "set up Footing" in page.get_text()


@pytest.mark.parametrize("field", ["by", "words", "team", "since"])
def test_what_no_database_stores_is_looked_for_without_it(signed_in: Client, field: str) -> None:
    assert signed_in.get("/admin/audit", params={field: "\0\ufffe"}).status_code == 200
    assert _table(signed_in, **{field: "\0"})


def test_a_spreadsheet_gets_all_lines_as_text_and_who_took_them(
    signed_in: Client, bo: Person
) -> None:
    rows = _table(signed_in)
    (line,) = [row for row in rows if row["action"] == "did"]
    assert (line["by"], line["at"]) == (f"Bo <b> (#{bo.id})", "2026-11-24T12:00:00+00:00")
    assert (line["subject"], line["reason"]) == ("'=1+1", "'@why\r\nso")
    assert line["team"].startswith("'=cmd|")
    assert rows[-1]["action"] == "exported the audit log as"
    assert [int(row["line"]) for row in rows] == sorted(int(row["line"]) for row in rows)
    assert "exported the audit log as csv" in " ".join(signed_in.get("/admin/audit").text.split())


def test_a_program_gets_lines_of_json(signed_in: Client, bo: Person) -> None:
    answer = signed_in.post(EXPORT, data={"as": "jsonl", "by": f"#{bo.id}", "words": "did"})
    (line,) = [json.loads(row) for row in answer.text.splitlines()]
    assert (line["subject"], line["reason"]) == ("=1+1", "@why\r\nso")
    assert answer.headers["content-type"] == "application/jsonl"


def test_a_long_log_comes_in_parts_and_none_twice(
    signed_in: Client, bo: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "_LINES_AT_ONCE", 3)
    with signed_in.database.alone() as session:
        for number in range(8):
            audit.note(session, bo, "counted", str(number), now=NOON)
    rows = _table(signed_in, by="Bo", words="counted")
    assert [row["subject"] for row in rows] == [str(number) for number in range(8)]


def test_only_an_administrator_who_gave_their_password_takes_it_along(
    signed_in: Client, bo: Person
) -> None:
    client = signed_in
    with client.database.alone() as session:
        eve = a_person(session, "Eve", is_administrator=True)
    client.sign_in_as(bo)
    assert client.post(EXPORT, data={"as": "csv"}).status_code == 403
    client.sign_in_as(eve)
    with client.database.writing() as session:
        for row in session.query(SessionRow).all():
            row.confirmed_at = None
    asked = client.post(EXPORT, data={"as": "csv", "words": "did"})
    assert asked.headers["content-type"].startswith("text/html")
    assert "=1+1" not in asked.text
    with client.database.reading() as session:
        assert "exported" not in repr(audit.newest(session, eve))


def test_another_form_of_file_is_refused(signed_in: Client) -> None:
    assert signed_in.post(EXPORT, data={"as": "exe"}).status_code in {404, 422}
