"""Who else has a section open: told as a courtesy, forgotten soon, known to the team alone."""

from datetime import timedelta

from app.persistence.tables import ProjectRow
from app.web.presence import SEEN_WITHIN, Presence
from tests.answering import start
from tests.builders import NOON, a_person, join
from tests.web_client import Client, checksums


def test_each_hears_of_the_others_until_they_are_gone() -> None:
    presence = Presence()
    assert presence.others("1/goals", "a", "Ana", NOON) == []
    assert presence.others("1/goals", "b", "Ben", NOON) == ["Ana"]
    assert presence.others("1/site", "c", "Cy", NOON) == []
    assert presence.others("1/goals", "a", "Ana", NOON) == ["Ben"]
    later = NOON + SEEN_WITHIN + timedelta(seconds=1)
    assert presence.others("1/goals", "a", "Ana", later) == []


def test_ones_own_other_window_is_nobody_else() -> None:
    presence = Presence()
    presence.others("1/goals", "a", "Ana", NOON)
    assert presence.others("1/goals", "b", "Ana", NOON) == []


def test_the_page_is_told_once_and_then_that_nothing_changed(signed_in: Client) -> None:
    project = start(signed_in)
    here = f"{project}/here/goals?window=a"
    assert signed_in.get(here).text == ""
    with signed_in.database.writing() as db:
        ben = a_person(db, "Ben <b>")
        join(db, ben, _team_of(signed_in, project), "editor")
    ada = dict(signed_in.cookies)
    signed_in.sign_in_as(ben)
    assert signed_in.get(f"{project}/here/goals?window=b").text == "Ada is also in this section."
    signed_in.cookies.clear()
    signed_in.cookies.update(ada)
    before = checksums(signed_in.database)
    told = signed_in.get(here)
    assert told.text == "Ben &lt;b&gt; is also in this section."
    again = signed_in.get(here, headers={"If-None-Match": told.headers["ETag"]})
    assert (again.status_code, again.text) == (304, "")
    assert checksums(signed_in.database) == before


def _team_of(client: Client, project: str) -> int:
    with client.database.reading() as db:
        row = db.get(ProjectRow, int(project.rpartition("/")[2]))
        assert row
        assert row.team_id
        return row.team_id
