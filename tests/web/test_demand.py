"""The demand page: what it shows, and what it says where there is nothing to show."""

from copy import deepcopy
from typing import Any

import pytest

from app import reference
from app.domain.questionnaire.reading import read_answers
from app.services import assessments, samples
from app.services.assessments import SavedAssessment
from app.services.projects import Project
from app.web.pages.demand import DemandPage, demand_page
from tests.answering import start_with_enough, words
from tests.builders import NOON
from tests.web_client import Client


@pytest.fixture
def version(signed_in: Client) -> str:
    project = start_with_enough(signed_in)
    response = signed_in.post(f"{project}/versions", data={"title": "First estimate"})
    return str(response.headers["location"])


def test_the_result_leads_to_it_and_it_leads_back(signed_in: Client, version: str) -> None:
    result = signed_in.page(version)
    (link,) = result.select(f"#demand a[href='{version}/demand']")
    page = signed_in.page(str(link["href"]))
    assert page.select(f"main a[href='{version}']")
    assert words(page, "h1") == "What the work needs"


def test_it_shows_phases_the_week_the_gpus_and_every_figure(
    signed_in: Client, version: str
) -> None:
    page = signed_in.page(f"{version}/demand")
    heads = [head.get_text(strip=True) for head in page.select("#phases thead th")]
    assert heads == [
        "Kind of data",
        "Ingest",
        "Preprocess",
        "Serve",
        "Store",
        "Network",
        "Train",
        "Limit",
    ]
    assert page.select("#phases tbody tr")
    assert len(page.select("#week svg[role=img] > desc")) == 2
    assert page.select("#week details table tbody tr")
    assert len(page.select("#accelerators tbody tr")) == len(reference.load().facts.on_offer)
    assert "stands in" in words(page, "#accelerators tbody tr")  # a managed service leads here
    sources = [cell.get_text(strip=True) for cell in page.select("#figures td[data-head=Source]")]
    assert len(sources) > 10
    assert all(sources)


def test_a_sample_has_one_as_well(client: Client) -> None:
    with client.database.writing() as db:
        samples.ensure(db, reference.load(), worlds=200, now=NOON)
    page = client.page("/sample/contact_centre/demand")
    assert page.select("#phases tbody tr#m-audio")
    assert client.page("/sample/contact_centre").select(
        "#demand a[href='/sample/contact_centre/demand']"
    )


def test_a_version_that_is_not_there_has_no_demand(signed_in: Client, version: str) -> None:
    assert signed_in.get(version.replace("/1", "/9", 1) + "/demand").status_code == 404
    assert signed_in.get("/sample/nothing/demand").status_code == 404


# ---- what it says of other results ---------------------------------------------------------------


def computed(modalities: dict[str, Any], **answers: object) -> dict[str, Any]:
    data = reference.load()
    body = {"workloads": ["realtime_inference"], "modalities": modalities, **answers}
    answered = read_answers({"name": "A project", "answers": body}, data.questions)
    return assessments.compute(answered, data, worlds=100)


@pytest.fixture(scope="module")
def text_alone() -> dict[str, Any]:
    return computed({"text": {"volume_per_day": 1_000}})


def page_of(result: dict[str, Any]) -> DemandPage:
    project = Project(7, "A project", "", None, None, None, NOON)
    saved = SavedAssessment(project, 1, "", NOON, "Bo", {}, result, 1, 1, "sha256:", "3", 1)
    return demand_page(saved, back="/projects/7/versions/1")


def test_what_nobody_measured_is_no_data_and_asks_for_a_measurement() -> None:
    page = page_of(computed({"sensor": {"volume_per_day": 5, "task": "detect_lidar"}}))
    (row,) = page.rows
    serve = next(cell for cell in row.cells if cell.phase == "Serve")
    assert (serve.value, serve.grade, serve.tag) == ("no data", "no data", "warn")
    assert any("measure" in note for note in serve.notes)
    assert row.limit == "no data"
    assert page.week is None
    assert {machine.known for machine in page.machines} == {"no data"}


def test_a_gpu_that_the_processor_cannot_feed_is_said() -> None:
    photos = {"volume_per_day": 50_000_000, "task": "embed", "megapixels": 12}
    (row,) = page_of(computed({"image": photos}, workloads=["batch_inference"])).rows
    prepare = next(cell for cell in row.cells if cell.phase == "Preprocess")
    assert prepare.warning == "CPU-bound"
    assert prepare.notes[-1] == "more than come with a GPU in 100 of 100"
    assert row.limit == "CPU"


def test_small_bytes_are_written_in_a_smaller_unit() -> None:
    (row,) = page_of(computed({"text": {"volume_per_day": 1_000, "tokens_in": 1_000}})).rows
    assert row.cells[0].value.endswith(" MB/day")
    assert 3.6 < float(row.cells[0].value.split()[0]) < 4.4


@pytest.mark.parametrize(
    ("p50", "unit", "said"),
    [
        (0.0004, "GB", "0.4 MB"),
        (0.09, "GB/day", "90 MB/day"),
        (0.1, "GB", "0.1 GB"),
        (99, "TB", "99 TB"),
        (1_347, "GB/day", "1.3 TB/day"),
        (0.0000005, "TB", "0.5 MB"),
        (5e9, "TB", "5.0 million PB"),
        (1, "GPUs", "1 GPU"),
        (1, "copies", "1 copy"),
        (2, "copies", "2 copies"),
        (0.85, "share", "85%"),
        (0, "GB", "0 GB"),
    ],
)
def test_bytes_are_written_in_the_unit_that_reads_best(
    text_alone: dict[str, Any], p50: float, unit: str, said: str
) -> None:
    result = deepcopy(text_alone)
    figure = result["demand"][0]["phases"]["ingest"]["gb_per_day"]
    figure |= {"p10": p50, "p50": p50, "p90": p50, "unit": unit}
    assert page_of(result).rows[0].cells[0].value == said


def test_each_way_to_tune_is_listed() -> None:
    answers = {"workloads": ["fine_tuning"], "training": {"million_tokens_per_run": 100}}
    page = page_of(computed({"text": {"volume_per_day": 1_000}}, **answers))
    (sheet,) = page.sheets
    (tune,) = (figures for phase, figures in sheet.phases if phase == "Train")
    assert [figure.name for figure in tune] == [
        "All weights: memory, at least",
        "LoRA: memory, at least",
        "QLoRA: memory, at least",
        "All weights: one run",
        "LoRA: one run",
        "QLoRA: one run",
        "One checkpoint",
    ]


def test_a_version_of_an_earlier_engine_says_that_it_has_no_phases(
    text_alone: dict[str, Any],
) -> None:
    result = deepcopy(text_alone)
    for key in ("accelerators", "week"):
        del result[key]
    for row in result["demand"]:
        del row["phases"]
    page = page_of(result)
    assert (page.rows, page.machines, page.week) == ((), (), None)
