"""The page that compares two versions: what it shows, what it computes, what it says it cannot."""

import json
import re
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup, Tag
from fastapi import FastAPI

from app.main import assemble
from app.persistence import Session
from app.persistence import assessments as rows
from app.persistence.engine import Database
from app.settings import Settings
from tests.answering import ENOUGH, fill_in, start_with_enough, the, words
from tests.builders import NOON, a_snapshot
from tests.web_client import Client

WORLDS = 200


@pytest.fixture
def app(database: Database) -> FastAPI:
    return assemble(Settings(worlds=WORLDS), database)


@pytest.fixture
def project(signed_in: Client) -> str:
    """A project with one version."""
    project = start_with_enough(signed_in)
    save(signed_in, project, "First estimate")
    return project


@pytest.fixture
def twice(signed_in: Client, project: str) -> str:
    """A project with two versions, between which one answer changed."""
    more = {"modalities.image.volume_per_day.likely": "400 000"}
    fill_in(signed_in, project, "modalities", {**ENOUGH["modalities"], **more})
    save(signed_in, project, "Ten times the images")
    return project


def save(client: Client, project: str, title: str) -> None:
    assert client.post(f"{project}/versions", data={"title": title}).status_code == 303


def table(page: BeautifulSoup, named_by: str) -> dict[str, list[str]]:
    """Row head → its cells."""
    body = the(page, f"[aria-labelledby={named_by}] tbody")
    return {
        " ".join(the(row, "th").get_text(" ").split()): [
            " ".join(cell.get_text(" ").split()) for cell in row.select("td")
        ]
        for row in body.select("tr")
    }


def figure(text: str) -> int:
    """What a cell of the attribution says, as a number."""
    if text == "not changed":
        return 0
    return int(re.sub(r"[+,]", "", text.replace("\N{MINUS SIGN}", "-")))


def compute(client: Client, page: BeautifulSoup) -> BeautifulSoup:
    """The page behind the button."""
    form: Tag = the(page, "form[action*=moved]")
    chosen = "&".join(f"{f['name']}={f['value']}" for f in form.select("input"))
    return client.page(f"{str(form['action']).removesuffix('#moved')}?{chosen}")


def test_both_versions_stand_side_by_side(signed_in: Client, twice: str) -> None:
    page = signed_in.page(f"{twice}/compare?from=1&to=2")
    assert [link["href"] for link in page.select("main li a[href*=versions]")] == [
        f"{twice}/versions/1",
        f"{twice}/versions/2",
    ]
    outcome = table(page, "outcome")
    assert list(outcome) == [
        "Recommendation", "Option", "How sure", "Its family is best in", "Its total, middle value",
    ]  # fmt: skip
    assert outcome["Its total, middle value"][2] == "changed"
    assert "over 36 months" in outcome["Its total, middle value"][0]
    was, now, step = table(page, "totals")["Managed AI services"]
    assert (was[:4], now[:4], step[:5]) == ("USD ", "USD ", "+USD ")


def test_what_each_shows_is_what_was_saved(signed_in: Client, db: Session, twice: str) -> None:
    number = int(twice.rsplit("/", 1)[1])
    row = rows.by_number(db, number, 1)
    assert row is not None
    best = json.loads(row.result)["recommended"]
    outcome = table(signed_in.page(f"{twice}/compare?from=1&to=2"), "outcome")
    assert outcome["Option"][0] == best["title"]
    share = f"{best['share_of_worlds'] * 100:.0f}"
    assert outcome["Its family is best in"][0] == f"{share} of 100 variations"


def test_only_the_answers_that_changed_are_listed(signed_in: Client, twice: str) -> None:
    page = signed_in.page(f"{twice}/compare?from=1&to=2")
    changed = table(page, "answers")
    ((question, (before, after)),) = changed.items()
    assert question.startswith("Images")
    assert before == "Images per day: 40 000 images a day, measured"
    assert after == "Images per day: 400 000 images a day, measured"
    differs = {name: cells[2] for name, cells in table(page, "differs").items()}
    assert differs == {
        "Answers": "changed", "Weights": "same", "Facts, prices and cases": "same",
        "Price catalogue": "same", "Questions": "same", "Engine": "same",
    }  # fmt: skip


def test_an_answer_that_came_and_one_that_is_not_known(signed_in: Client, project: str) -> None:
    fill_in(signed_in, project, "team", {"gpu_owner": "named", "gpu_experience": "pilot"})
    fill_in(signed_in, project, "goals", {**ENOUGH["goals"], "horizon_months.likely": "60"})
    save(signed_in, project, "Second")
    page = signed_in.page(f"{project}/compare")
    pairs = list(table(page, "answers").values())
    assert any(before == "Not answered" for before, _ in pairs)
    assert ["36 months", "60 months"] in pairs
    note = words(page, "[aria-labelledby=totals]")
    assert "Version 1 counts 36 months and version 2 counts 60" in note


def test_looking_computes_nothing(
    signed_in: Client, twice: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.services.comparing.what_moved", None)
    page = signed_in.page(f"{twice}/compare?from=1&to=2")
    assert f"the same {WORLDS} variations each time" in words(page, "[aria-labelledby=moved]")


def test_one_answer_changed_has_all_of_what_moved(signed_in: Client, twice: str) -> None:
    moved = compute(signed_in, signed_in.page(f"{twice}/compare?from=1&to=2"))
    found = table(moved, "moved")
    assert any("average total cost" in name for name in found)
    assert any("best in how many of 200 variations" in name for name in found)
    assert any("its lead over the next family" in name for name in found)
    for cells in found.values():
        assert cells[2:4] == ["not changed", "not changed"]
        before, answers, _, _, together, after = map(figure, cells)
        assert (before + answers, together) == (after, 0)
    cost = next(cells for name, cells in found.items() if "average total cost" in name)
    assert figure(cost[1]) > 0
    said = words(moved, "[aria-labelledby=moved]")
    assert "counted in the same 200 variations, seed 1" in said
    assert "The largest part: the answers." in said


def test_it_is_computed_once_and_kept(
    signed_in: Client, twice: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"{twice}/compare/moved?from=1&to=2"
    first = signed_in.get(address)
    monkeypatch.setattr("app.services.comparing.what_moved", None)
    assert signed_in.get(address).text == first.text
    again = signed_in.get(address, headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304


def test_nothing_changed_moves_nothing(signed_in: Client, project: str) -> None:
    save(signed_in, project, "The same again")
    page = signed_in.page(f"{project}/compare?from=1&to=2")
    assert "No question is answered otherwise." in words(page)
    assert {cells[2] for cells in table(page, "outcome").values()} == {"same"}
    for name, cells in table(compute(signed_in, page), "moved").items():
        assert name.endswith("It did not move.")
        assert cells[1:4] == ["not changed"] * 3
        assert (cells[0], figure(cells[4])) == (cells[5], 0)


def test_another_engine_is_said_and_there_is_no_button(
    signed_in: Client, db: Session, project: str
) -> None:
    number = int(project.rsplit("/", 1)[1])
    first = rows.by_number(db, number, 1)
    assert first is not None
    answers = dict(first.answers) if isinstance(first.answers, dict) else {}
    old = replace(a_snapshot(result=first.result), answers=answers, engine_version="0.9")
    rows.keep(db, number, old, by=None, at=NOON)
    for address in ("compare", "compare/moved"):
        page = signed_in.page(f"{project}/{address}?from=1&to=2")
        said = words(page, "[aria-labelledby=moved]")
        assert "Nothing is attributed. Footing saved version 2 by engine version 0.9" in said
        assert not page.select("form[action*=moved], [aria-labelledby=moved] table")
        assert table(page, "differs")["Engine"][2] == "changed"


def test_one_version_or_the_same_twice_is_nothing_to_compare(
    signed_in: Client, project: str
) -> None:
    assert "Two saved versions are needed." in words(signed_in.page(f"{project}/compare"))
    save(signed_in, project, "Second")
    for address in ("compare", "compare/moved"):
        page = signed_in.page(f"{project}/{address}?from=2&to=2")
        assert "The same version was chosen twice." in words(page)
        assert [o["value"] for o in page.select("#from option[selected]")] == ["2"]
    signed_in.page(f"{project}/compare?from=1&to=7", status=404)
    signed_in.page(f"{project}/compare/moved?from=7&to=1", status=404)
    signed_in.page(f"{project}/compare/moved?from=0&to=1", status=404)


def test_the_ways_to_it_appear_with_the_second_version(signed_in: Client, project: str) -> None:
    places = (project, f"{project}/versions/1")
    for place in places:
        assert not signed_in.page(place).select("a[href*=compare]")
    save(signed_in, project, "Second")
    for place in (*places, f"{project}/versions/2"):
        assert signed_in.page(place).select("a[href*='/compare']"), place
    link = the(signed_in.page(f"{project}/versions/2"), "a[href*='/compare']")
    assert link["href"] == f"{project}/compare?from=1&to=2"
