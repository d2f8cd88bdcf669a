import hashlib
import json
import zipfile
from io import BytesIO
from typing import Any

import pytest

from app.reference import SAMPLES, sample
from app.services.people import Person
from app.services.teams import Team
from tests.answering import words
from tests.web_client import Client, checksums

NAME = "Contact centre, speech service"


@pytest.fixture
def file() -> dict[str, Any]:
    return dict(sample("contact_centre"))


@pytest.fixture
def project(program: Client) -> str:
    response = program.post("/api/v1/projects", json={"name": NAME})
    assert response.status_code == 201, response.text
    return str(response.headers["Location"])


@pytest.fixture
def version(program: Client, project: str, file: dict[str, Any]) -> str:
    assert program.put(f"{project}/answers", json=file).status_code == 200
    response = program.post(f"{project}/versions", json={"title": "First"})
    assert response.status_code == 201, response.text
    return str(response.headers["Location"])


def test_a_project_is_started_listed_and_read(program: Client, project: str, team: Team) -> None:
    one = program.get(project).json()
    assert (one["name"], one["purpose"], one["is_sample"]) == (NAME, "", False)
    assert one["team"] == {"id": team.id, "name": team.name, "role": "editor"}
    listed = program.get("/api/v1/projects").json()
    assert listed["projects"] == [one]


def test_what_is_wrong_with_a_project_is_said_with_its_path(program: Client) -> None:
    response = program.post("/api/v1/projects", json={"name": " ", "team_id": 2**31 - 1})
    assert response.status_code == 422
    assert response.headers["Content-Type"] == "application/problem+json"
    wrong = response.json()
    assert [error["path"] for error in wrong["errors"]] == ["name", "team_id"]
    assert wrong["errors"][0]["message"].startswith("Enter a name for the project")


def test_an_unknown_key_is_an_error(program: Client) -> None:
    response = program.post("/api/v1/projects", json={"name": "A", "owner_id": 1})
    assert response.status_code == 422
    assert response.json()["errors"][0]["path"] == "owner_id"


def test_what_is_put_comes_back(program: Client, project: str, file: dict[str, Any]) -> None:
    put = program.put(f"{project}/answers", json=file)
    assert put.status_code == 200, put.text
    got = program.get(f"{project}/answers").json()
    assert got == put.json()
    assert got["answers"]["traffic"] == file["answers"]["traffic"]
    assert set(got["answers"]["modalities"]) == {"audio", "text"}
    again = program.put(f"{project}/answers", json=got)
    assert again.json() == got


def test_what_a_put_leaves_out_is_gone(program: Client, project: str, file: dict[str, Any]) -> None:
    program.put(f"{project}/answers", json=file)
    del file["answers"]["gpu_owner"], file["answers"]["modalities"]["text"]
    program.put(f"{project}/answers", json=file)
    answers = program.get(f"{project}/answers").json()["answers"]
    assert "gpu_owner" not in answers
    assert set(answers["modalities"]) == {"audio"}


def test_one_wrong_answer_refuses_all_and_every_one_is_named(
    program: Client, project: str, file: dict[str, Any]
) -> None:
    program.put(f"{project}/answers", json=file)
    before = checksums(program.database)
    file["answers"]["horizon_months"] = "three years"
    file["answers"]["traffic"]["peak_to_average"] = -1
    file["answers"]["colour"] = "blue"
    response = program.put(f"{project}/answers", json=file)
    assert response.status_code == 422
    errors = {error["path"]: error["message"] for error in response.json()["errors"]}
    assert errors.keys() == {"horizon_months", "traffic.peak_to_average", "colour"}
    assert "three years" in errors["horizon_months"]
    assert checksums(program.database) == before


def test_a_newer_answer_of_somebody_else_is_not_replaced_by_one_who_did_not_see_it(
    program: Client, project: str, file: dict[str, Any]
) -> None:
    answers = f"{project}/answers"
    program.put(answers, json=file)
    seen = program.get(answers).headers["ETag"]
    file["answers"]["horizon_months"] = 48
    newer = program.put(answers, json=file, headers={"If-Match": seen})
    assert newer.status_code == 200
    file["answers"]["horizon_months"] = 60
    late = program.put(answers, json=file, headers={"If-Match": seen})
    assert late.status_code == 409
    assert late.json()["errors"][0]["message"].startswith("Somebody changed the answers")
    assert program.get(answers).json()["answers"]["horizon_months"] == 48
    again = program.put(answers, json=file, headers={"If-Match": newer.headers["ETag"]})
    assert again.json()["answers"]["horizon_months"] == 60


def test_what_a_put_leaves_as_it_was_keeps_its_author(
    program: Client, project: str, file: dict[str, Any]
) -> None:
    program.put(f"{project}/answers", json=file)
    before = checksums(program.database)
    assert program.put(f"{project}/answers", json=file).status_code == 200
    after = checksums(program.database)
    assert {name for name in before if before[name] != after[name]} <= {"api_token"}


@pytest.mark.parametrize(
    "value", ["NaN", "Infinity", "-Infinity", "1e400", '"\\ud800"', '"\\u0000"']
)
def test_what_no_database_stores_is_refused_or_cleaned(
    program: Client, project: str, file: dict[str, Any], value: str
) -> None:
    file["answers"]["horizon_months"] = "HERE"
    body = json.dumps(file).replace('"HERE"', value)
    response = program.put(
        f"{project}/answers", content=body, headers={"Content-Type": "application/json"}
    )
    assert response.status_code == 422, response.text


@pytest.mark.parametrize("body", ["{", "[" * 10_000, '{"answers": ' * 5_000, "null", "[]", "\xff"])
def test_junk_is_a_problem_and_no_accident(program: Client, project: str, body: str) -> None:
    response = program.put(
        f"{project}/answers",
        content=body.encode("latin-1"),
        headers={"Content-Type": "application/json"},
    )
    assert response.status_code in {400, 422}
    assert response.headers["Content-Type"] == "application/problem+json"


def test_the_page_and_the_api_give_the_same_stored_result(
    program: Client, version: str, bo: Person
) -> None:
    response = program.get(version)
    assert response.headers["Content-Type"] == "application/json"
    assert hashlib.sha256(response.content).hexdigest() == response.headers["ETag"].strip('"')
    assert program.get(version).content == response.content
    recommended = next(
        option
        for option in response.json()["options"]
        if option["key"] == response.json()["recommended"]["option"]
    )
    program.headers["Sec-Fetch-Site"] = "same-origin"
    program.sign_in_as(bo)
    page = program.page(version.removeprefix("/api/v1"))
    assert recommended["title"] in words(page, "#verdict")


def test_versions_are_listed_newest_first(program: Client, project: str, version: str) -> None:
    listed = program.get(f"{project}/versions").json()["versions"]
    assert [(one["number"], one["title"]) for one in listed] == [(1, "First")]
    assert listed[0]["recommended"] == program.get(version).json()["recommended"]


def test_a_version_of_unfinished_answers_is_refused(program: Client, project: str) -> None:
    response = program.post(f"{project}/versions", json={})
    assert response.status_code == 422
    assert "modalities" in {error["path"] for error in response.json()["errors"]}


def test_costs_are_those_of_the_result_as_json_and_as_a_table(
    program: Client, version: str
) -> None:
    options = program.get(version).json()["options"]
    costs = program.get(f"{version}/costs").json()["options"]
    assert [one["cost_lines"] for one in costs] == [one["cost_lines"] for one in options]
    assert [one["tco_usd"] for one in costs] == [one["tco_usd"] for one in options]
    table = program.get(f"{version}/costs.csv")
    assert table.headers["Content-Type"] == "text/csv; charset=utf-8"
    lines = sum(len(one["cost_lines"]) for one in options)
    assert len(table.text.splitlines()) == 1 + lines


def test_the_code_of_an_option_is_a_zip(program: Client, version: str) -> None:
    response = program.get(f"{version}/blueprint?option=colocation")
    assert response.status_code == 200, response.text
    names = zipfile.ZipFile(BytesIO(response.content)).namelist()
    assert any(name.endswith("README.md") for name in names)
    refused = program.get(f"{version}/blueprint?name=%24%7Bevil%7D")
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["message"]


def test_a_sample_is_read_and_not_changed(program: Client, file: dict[str, Any]) -> None:
    assert SAMPLES
    samples = program.get("/api/v1/projects").json()["samples"]
    for one in samples:
        address = f"/api/v1/projects/{one['id']}"
        assert program.get(address).json()["is_sample"]
        assert program.put(f"{address}/answers", json=file).status_code == 403


def test_what_a_version_would_say_is_told_beside_what_it_says(
    program: Client, version: str
) -> None:
    before = checksums(program.database)
    still = program.get(f"{version}/what-if").json()
    assert still["moved"] == {}
    assert still["before"] == still["after"]
    result = program.get(version).json()
    assert still["before"]["recommended"] == result["recommended"]["option"]
    assert {"price.rented", "price.api"} <= {driver["path"] for driver in still["drivers"]}
    found = program.get(f"{version}/what-if", params={"price.rented": "100"}).json()
    assert (found["moved"], found["before"]) == ({"price.rented": 1.0}, still["before"])
    cloud = "hyperscaler_on_demand"
    assert found["after"]["options"][cloud]["usd"] > found["before"]["options"][cloud]["usd"]
    assert checksums(program.database) == before


def test_what_may_not_be_moved_is_named(program: Client, version: str) -> None:
    response = program.get(f"{version}/what-if", params={"weather": "5", "price.api": "-99"})
    assert response.status_code == 422
    wrong = {error["path"]: error["message"] for error in response.json()["errors"]}
    assert wrong.keys() == {"weather", "price.api"}
    assert "between -90 % and 400 %" in wrong["price.api"]
