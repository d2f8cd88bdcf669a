"""The pages to export, import and delete."""

from typing import Any

import pytest
from fastapi import FastAPI

from app.main import assemble
from app.persistence.engine import Database
from app.settings import Settings
from tests.answering import parsed, start_with_enough, the, words
from tests.web_client import Client


@pytest.fixture
def app(database: Database) -> FastAPI:
    return assemble(Settings(worlds=100), database)


@pytest.fixture
def project(signed_in: Client) -> str:
    project = start_with_enough(signed_in)
    assert signed_in.post(f"{project}/versions", data={"title": "First"}).status_code == 303
    return project


def bring_in(client: Client, content: bytes, team: str = "0") -> Any:  # noqa: ANN401
    return client.post(
        "/projects/import", data={"team_id": team}, files={"file": ("a.gz", content)}
    )


def test_a_project_goes_out_and_comes_in(signed_in: Client, project: str) -> None:
    page = signed_in.page(f"{project}/archive")
    archive = signed_in.post(str(the(page, "#export ~ form")["action"]))
    assert archive.headers["content-type"] == "application/gzip"
    assert archive.headers["content-disposition"].endswith('.footing.json.gz"')
    assert bring_in(signed_in, archive.content).status_code == 303
    cards = signed_in.page("/projects").select(".projects li > div > a")
    assert len(cards) == 2
    old, new = sorted(str(card["href"]) for card in cards)
    assert old == project
    assert signed_in.get(f"{new}/versions/1").text.count("First") >= 1


def test_what_is_no_archive_is_said_beside_the_field(signed_in: Client) -> None:
    page = parsed(bring_in(signed_in, b"nothing"))
    assert "no archive of Footing" in words(page, "#file-problem")
    assert "Choose the file" in words(parsed(signed_in.post("/projects/import")), "#file-problem")


def test_a_project_is_deleted_when_its_name_is_typed(signed_in: Client, project: str) -> None:
    refused = signed_in.post(f"{project}/delete", data={"typed": "radiology"})
    assert refused.status_code == 422
    assert the(parsed(refused), "#typed")["value"] == "radiology"
    done = signed_in.post(f"{project}/delete", data={"typed": "Radiology assistant"})
    assert (done.status_code, done.headers["location"]) == (303, "/projects")
    assert signed_in.get(project).status_code == 404
    assert signed_in.get(f"{project}/versions/1").status_code == 404


def test_a_team_is_exported_and_deleted(signed_in: Client, project: str) -> None:
    team = str(the(signed_in.page("/teams"), "main li a[href^='/teams/']")["href"])
    page = signed_in.page(f"{team}/archive")
    content = signed_in.post(f"{team}/archive").content
    name = words(page, "#delete ~ p strong")
    assert signed_in.post(f"{team}/delete", data={"typed": name}).status_code == 303
    assert signed_in.get(project).status_code == 404
    assert bring_in(signed_in, content).status_code == 303
    assert words(signed_in.page("/teams"), "main li a[href^='/teams/']") == name


def test_another_team_s_project_is_brought_in_where_one_may(signed_in: Client) -> None:
    response = bring_in(signed_in, b"nothing", team="999")
    assert response.status_code == 422  # the file is looked at first
