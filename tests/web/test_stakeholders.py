"""The page on which everybody weighs alone."""

import pytest
from fastapi import FastAPI

from app import reference
from app.main import assemble
from app.persistence import projects
from app.persistence.engine import Database
from app.services.people import Person
from app.settings import Settings
from tests.answering import parsed, start, start_with_enough, the, words
from tests.builders import a_person, join
from tests.web_client import Client

WORLDS = 200
WEIGHTS = reference.load().weights
COST = {"method": "points", "points.cost": "100", "points.speed": "20", "sureness": "firm"}
CONTROL = {"method": "ranking", "ranking.1": "control", "ranking.2": "security", "sureness": "firm"}


@pytest.fixture
def app(database: Database) -> FastAPI:
    return assemble(Settings(worlds=WORLDS), database)


@pytest.fixture
def project(signed_in: Client) -> str:
    project = start_with_enough(signed_in)
    assert signed_in.post(f"{project}/versions", data={"title": "First"}).status_code == 303
    return project


@pytest.fixture
def cy(signed_in: Client, project: str) -> Person:
    """A viewer in the team of the project."""
    number = int(project.rpartition("/")[2])
    with signed_in.database.writing() as db:
        row = projects.by_id(db, number)
        assert row is not None
        assert row.team_id is not None
        cy = a_person(db, "Cy")
        join(db, cy, row.team_id, "viewer")
    return cy


def test_nobody_sees_the_others_before_weighing_alone(
    signed_in: Client, project: str, cy: Person
) -> None:
    page = signed_in.page(f"{project}/weights")
    assert "Nobody else has stated weights yet." in words(page, "#heard")
    response = signed_in.post(f"{project}/weights?version=1", data=COST)
    assert response.headers["location"] == f"{project}/weights?version=1#heard"
    page = signed_in.page(f"{project}/weights")
    assert words(page, "#heard-title").startswith("With your weights ")
    signed_in.sign_in_as(cy)
    page = signed_in.page(f"{project}/weights")
    assert "1 other has stated weights." in words(page, "#heard")
    assert not page.select("#heard table")


def test_the_page_says_whether_the_choice_survives_and_what_it_hinges_on(
    signed_in: Client, project: str, cy: Person
) -> None:
    signed_in.post(f"{project}/weights", data=COST)
    signed_in.sign_in_as(cy)
    signed_in.post(f"{project}/weights", data=CONTROL)
    page = signed_in.page(f"{project}/weights")
    assert "It depends on whose weights count:" in words(page, "#heard-title")
    assert "it hinges on" in words(page, "#heard")
    heads = [row.get_text(strip=True) for row in page.select("#heard tbody th")]
    assert heads[:3] == ["Ada", "Cy", "Everybody, counted equally"]
    assert "control" in words(page, "#heard tbody tr:nth-of-type(2)")


def test_what_was_stated_is_in_the_form_again_and_can_be_taken_back(
    signed_in: Client, project: str
) -> None:
    signed_in.post(f"{project}/weights", data=COST)
    page = signed_in.page(f"{project}/weights")
    assert the(page, "[id='points.cost']")["value"] == "100"
    assert "checked" in the(page, "#method-points").attrs
    assert "checked" in the(page, "#sureness-firm").attrs
    response = signed_in.post(f"{project}/weights/take-back")
    assert response.status_code == 303
    page = signed_in.page(f"{project}/weights")
    assert the(page, "[id='points.cost']")["value"] == ""
    assert not page.select("form[action$=take-back]")


def test_bad_input_is_named_and_nothing_typed_is_lost(signed_in: Client, project: str) -> None:
    bad = {**COST, "points.cost": "much", "points.speed": "-3"}
    response = signed_in.post(f"{project}/weights?version=1", data=bad)
    assert response.status_code == 422
    page = parsed(response)
    said = words(page, ".summary-of-errors")
    assert "Cost: 'much' is no number" in said
    assert "Speed: -3 is negative" in said
    assert the(page, "[id='points.cost']")["value"] == "much"
    for link in page.select(".summary-of-errors a"):
        assert page.find(id=str(link["href"])[1:])


def test_without_a_version_what_is_stated_is_kept(signed_in: Client) -> None:
    project = start(signed_in)
    assert signed_in.post(f"{project}/weights", data=CONTROL).status_code == 303
    page = signed_in.page(f"{project}/weights")
    assert "No version is saved yet" in words(page, "#heard")
    assert the(page, "#ranking option[selected]")["value"] == "control"


def test_a_criterion_that_cannot_decide_here_is_said_to_be_so(
    signed_in: Client, project: str
) -> None:
    page = signed_in.page(f"{project}/weights")
    rows = [row.get_text(" ", strip=True) for row in page.select("form#weights tbody tr")]
    assert len(rows) == 10
    assert any("Here from " in row for row in rows)
    assert all("Here" in row or "here" in row for row in rows)


@pytest.fixture
def guest(app: FastAPI, signed_in: Client, project: str) -> tuple[Client, str]:
    """The browser of Fay, who has no account, and the link that asks for her weights."""
    asked = {"sections": "weights", "label": "Finance", "days": "7"}
    made = parsed(signed_in.post(f"{project}/ask/links", data=asked))
    return Client(app), "/answer/" + the(made, "#made").text.strip().rpartition("/")[2]


def test_somebody_without_an_account_weighs_by_a_link_and_sees_nobody_elses(
    guest: tuple[Client, str], signed_in: Client, project: str
) -> None:
    fay, link = guest
    assert "what counts for you" in words(fay.page(link), ".lead")
    assert fay.get(f"{link}/weights").headers["location"] == link, "first a name"
    fay.post(link, data={"name": "Fay"})
    form = fay.page(f"{link}/weights")
    assert "You weigh as Fay" in words(form, ".lead")
    wrong = fay.post(f"{link}/weights", data={"method": "ranking", "sureness": "firm"})
    assert wrong.status_code == 422
    answer = fay.post(f"{link}/weights", data=CONTROL)
    page = fay.page(answer.headers["location"])
    assert "Your weights are kept." in page.text
    assert page.select_one("#heard") is None
    signed_in.post(f"{project}/weights", data=COST)
    assert "Fay (by link)" in words(signed_in.page(f"{project}/weights"), "#heard")


def test_what_came_by_a_link_stays_when_it_ends_and_can_be_taken_away(
    guest: tuple[Client, str], signed_in: Client, project: str
) -> None:
    fay, link = guest
    fay.post(link, data={"name": "Fay"})
    fay.post(f"{link}/weights", data=CONTROL)
    assert "Finance: open" in words(signed_in.page(f"{project}/weights"), "#by-link tbody")
    revoke = the(signed_in.page(f"{project}/ask"), "form[action$='/revoke']")
    signed_in.post(str(revoke["action"]))
    listed = signed_in.page(f"{project}/weights")
    assert "Finance: ended, the weights stay" in words(listed, "#by-link tbody")
    take_away = str(the(listed, "#by-link form")["action"])
    answer = signed_in.post(take_away, data={"name": "Fay"})
    gone = signed_in.page(answer.headers["location"].partition("#")[0])
    assert not gone.select("#by-link")
    assert "Fay" not in words(gone)
    assert signed_in.post(take_away, data={"name": "Fay"}).status_code == 303  # a second click


def test_it_says_so_where_the_version_was_saved_on_other_scales(
    signed_in: Client, project: str
) -> None:
    """Its values stay: what is asked with other anchors is not held against a saved version."""
    signed_in.post(f"{project}/weights", data=COST)
    before = signed_in.page(f"{project}/weights")
    assert "other scales" not in words(before)
    typed = {f"weight.{c.key}": "10" for c in WEIGHTS.criteria}
    anchor = {"anchor.cost.worst": "4", "anchor.cost.best": "0.5"}
    draft = {"based_on": "1", **typed, **anchor, "reason": "Dear options shall differ."}
    assert signed_in.post("/admin/weights", data=draft).status_code == 303
    after = signed_in.page(f"{project}/weights")
    assert "Version 1 was saved when other scales were in force" in words(after, "#heard")
    assert "from 4 to 0.5 times the comparator" in words(after, "#weights")
    assert words(after, "#heard tbody") == words(before, "#heard tbody")
