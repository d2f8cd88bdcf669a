from typing import Any

import pytest

from app import reference
from app.domain.questionnaire.reading import read_answers
from app.persistence.fair_queue import FairQueue
from app.reference import sample
from app.reports.terminal import question_list
from app.services import assessments
from app.web import api
from tests.conftest import WORLDS
from tests.web_client import Client, checksums


@pytest.fixture
def file() -> dict[str, Any]:
    return dict(sample("contact_centre"))


def test_an_answers_file_is_assessed_as_the_command_line_does_and_nothing_is_kept(
    program: Client, file: dict[str, Any]
) -> None:
    before = checksums(program.database)
    response = program.post("/api/v1/assess?seed=7&profile=cost_first", json=file)
    if response.status_code == 422:  # the profiles are data
        pytest.fail(response.text)
    facts = reference.load()
    answers = read_answers(file, facts.questions)
    ours = assessments.compute(answers, facts, worlds=WORLDS, seed=7, profile="cost_first")
    assert response.text == assessments.as_json(ours)
    after = checksums(program.database)
    assert {name for name in before if before[name] != after[name]} <= {"api_token"}


@pytest.mark.parametrize("query", ["profile=none_such", "seed=-1", "seed=x"])
def test_what_cannot_be_used_of_the_query_is_named(
    program: Client, file: dict[str, Any], query: str
) -> None:
    response = program.post(f"/api/v1/assess?{query}", json=file)
    assert response.status_code == 422
    assert response.json()["errors"][0]["path"] == query.partition("=")[0]


def test_a_fifth_that_waits_to_compute_is_told_to_come_back(
    program: Client, file: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FairQueue, "waiting", lambda _: 4)
    response = program.post("/api/v1/assess", json=file)
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "5"
    assert response.headers["Content-Type"] == "application/problem+json"


def test_questions_are_those_of_the_command_line(client: Client) -> None:
    got = client.get("/api/v1/questions").json()
    assert got["questions"] == question_list(reference.load().questions)


def test_cases_are_searched_and_read(client: Client) -> None:
    everything = client.get("/api/v1/cases").json()["cases"]
    assert len(everything) == len(reference.load().cases)
    one = client.get(f"/api/v1/cases/{everything[0]['id']}").json()
    assert one == everything[0]
    assert client.get("/api/v1/cases?q=nosuchwordanywhere").json() == {"cases": []}
    assert client.get("/api/v1/cases/none").status_code == 404


def test_the_document_names_every_address_and_no_page(client: Client) -> None:
    document = client.get("/api/v1/openapi.json").json()
    written = {
        f"{method.upper()} {path}" for path, by in document["paths"].items() for method in by
    }
    assert all(" /api/v1/" in address for address in written)
    assert "POST /api/v1/assess" in written
    assert "GET /api/v1/projects/{project_id}/versions/{number}" in written
    assert document["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    assert api.__doc__


def test_an_unknown_address_of_the_api_answers_a_program(client: Client) -> None:
    response = client.get("/api/v1/nowhere")
    assert response.status_code == 404
    assert response.headers["Content-Type"] == "application/problem+json"
