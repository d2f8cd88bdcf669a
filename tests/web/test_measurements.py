"""The page on which a team brings its own measurements."""

import time

import httpx2
import pytest
from fastapi import FastAPI

from app.domain.measurements.reading import MOST_BYTES
from app.services import replaying
from app.web.security import MAX_BODY_BYTES, MAX_UPLOAD_BYTES
from tests.answering import fill_in, parsed, start, start_with_enough, the, words
from tests.builders import a_person, join
from tests.domain.measurements.files import CSV, OFFLINE, VLLM, pretty, vllm
from tests.web_client import Client, checksums

STATED = {
    "modality": "image",
    "accelerator": "H100",
    "accelerators": "4",
    "size_class": "4_15b",
    "precision": "fp8",
    "size": "1",
}


@pytest.fixture
def project(signed_in: Client) -> str:
    return start_with_enough(signed_in)


def upload(
    client: Client, project: str, content: str | bytes, name: str = "run.json", **changes: str
) -> httpx2.Response:
    files = {"file": (name, content, "application/octet-stream")}
    return client.post(f"{project}/measurements", data={**STATED, **changes}, files=files)


def _everywhere(client: Client, project: str, **changes: str) -> None:
    """One measurement on every accelerator, so that the plan has it whichever it takes."""
    page = client.page(f"{project}/measurements")
    for option in page.select("#accelerator option[value]"):
        if key := str(option["value"]):
            assert upload(client, project, vllm(), accelerator=key, **changes).status_code == 303


def test_an_upload_is_listed_and_leads_back(signed_in: Client, project: str) -> None:
    response = upload(signed_in, project, vllm(), name="C:\\runs\\qwen <b>.json")
    assert (response.status_code, response.headers["location"]) == (303, f"{project}/measurements")
    row = words(signed_in.page(f"{project}/measurements"), "tbody tr")
    for said in ("Images", "measured", "NVIDIA H100", "3.12 requests/s", "1 megapixel,",
                 "250 tokens out", "Qwen/Qwen2.5-VL-7B-Instruct, 4 to 15 billion, 8 bit",
                 "benchmark_serving with openai-chat", "4 accelerators", "1,000 requests",
                 "64 at once", "14 Jul 2026", "qwen <b>.json"):  # fmt: skip
        assert said in row


def test_the_hub_leads_there_and_says_how_many(signed_in: Client, project: str) -> None:
    link = f"a[href='{project}/measurements']"
    assert words(signed_in.page(project), link) == "Bring your own measurement"
    upload(signed_in, project, vllm())
    assert words(signed_in.page(project), link) == "Measurements: 1"


def test_the_result_has_the_grade_the_rate_and_the_file(signed_in: Client, project: str) -> None:
    plain = signed_in.post(f"{project}/versions").headers["location"]
    _everywhere(signed_in, project)
    measured = signed_in.post(f"{project}/versions").headers["location"]
    before = words(signed_in.page(plain), "#demand tbody")
    after = words(signed_in.page(measured), "#demand tbody")
    assert "modelled" in before
    assert "measured 3.12 requests/s on " in after
    assert "own measurement, run.json, 14 Jul 2026" in after
    assert the(signed_in.page(measured), f"#demand a[href='{project}/measurements']")


def test_a_version_with_a_measurement_is_replayed(signed_in: Client, project: str) -> None:
    _everywhere(signed_in, project)
    assert signed_in.post(f"{project}/versions").status_code == 303
    removed = signed_in.post(f"{project}/measurements/image/H100/remove")
    assert removed.status_code == 303
    with signed_in.database.reading() as session:
        number = int(project.rpartition("/")[2])
        assert replaying.replay(session, number, 1) == replaying.Replayed("equal")


def test_a_measurement_is_taken_back_once(signed_in: Client, project: str) -> None:
    upload(signed_in, project, vllm())
    page = signed_in.page(f"{project}/measurements")
    action = str(the(page, "tbody form")["action"])
    assert signed_in.post(action).status_code == 303
    assert "None yet" in words(signed_in.page(f"{project}/measurements"))
    assert signed_in.post(action).status_code == 404


def test_another_upload_for_the_same_place_replaces_the_first(
    signed_in: Client, project: str
) -> None:
    upload(signed_in, project, vllm())
    upload(signed_in, project, CSV, name="own.csv", accelerators="1")
    (row,) = signed_in.page(f"{project}/measurements").select("tbody tr")
    assert "12.5 requests/s" in row.get_text()
    assert "own.csv" in row.get_text()


def test_an_answer_that_changes_says_why_it_is_not_used(signed_in: Client, project: str) -> None:
    upload(signed_in, project, vllm())
    typed = {"modalities.image.volume_per_day.likely": "4", "modalities.image.precision": "bf16",
             "modalities.image.model_source": "open_weights"}  # fmt: skip
    assert fill_in(signed_in, project, "modalities", typed).status_code == 303
    row = words(signed_in.page(f"{project}/measurements"), "tbody tr")
    assert "not used" in row
    assert "It was made with another precision than the one answered." in row
    version = signed_in.post(f"{project}/versions").headers["location"]
    assert "The measurement of image on H100 was not used." in words(signed_in.page(version))


HOSTILE: dict[str, tuple[str | bytes, str]] = {
    "nothing": (b"", "Choose a file"),
    "deep": ('{"a": ' + "[" * 200_000, "Line 1, a: this is nested too deeply."),
    "huge": (
        '{\n"request_throughput": 1' + "0" * 400 + "}",
        "Line 2, request_throughput: a number",
    ),
    "large": (pretty(VLLM, request_throughput=1e300), "Line 17, request_throughput: 1e+300 is not"),
    "nan": (vllm(ttfts=[float("nan")]), "Line 1, ttfts: NaN is not a number."),
    "infinity": (pretty(VLLM, duration=float("inf")), "Line 12, duration: Infinity is not"),
    "nul": ('{"a":\n"\0"}', "Line 2: this holds a NUL"),
    "no text": (b"\xff\xfe\x00", "Line 1: this is not text in UTF-8."),
    "twice": ('{"completed": 1,\n"completed": 2}', "Line 2, completed: this is stated before"),
    "lines": ("\n" * 1_000_000 + "{}", "The file has 1,000,001 lines; at most 100,000 are read."),
    "cut off": (pretty(VLLM).partition(',\n  "duration')[0], "Line 11, max_concurrency: the file"),
    "invalid run": (OFFLINE.replace(": VALID", ": INVALID"), "Line 9, Result is: the run is"),
    "bad csv": (CSV.replace("12.5", "fast"), "Line 2, requests_per_second: 'fast' is not"),
    "mislabelled": ('[{"Performance_Units": "Samples/s"}]', "not summary_results.json"),
    "markup": ("<script>alert(1)</script>\n1", "Line 1, <script>alert(1)</script>: no column"),
}


def test_a_file_that_will_not_do_is_told_and_changes_nothing(
    signed_in: Client, project: str
) -> None:
    upload(signed_in, project, vllm())
    before = checksums(signed_in.database)
    for kind, (content, said) in HOSTILE.items():
        began = time.perf_counter()
        response = upload(signed_in, project, content)
        assert time.perf_counter() - began < 2, kind
        assert response.status_code == 422, kind
        page = parsed(response)
        assert said in words(page, "#file-problem")
        assert the(page, ".summary-of-errors a")["href"] == "#file"
        assert the(page, "#file")["aria-invalid"] == "true"
        assert the(page, "#size")["value"] == "1"
    assert checksums(signed_in.database) == before


LACKING = [
    ({"modality": "audio"}, "modality", "Choose the kind of data"),
    ({"accelerator": "H999"}, "accelerator", "Choose the accelerator"),
    ({"accelerators": ""}, "accelerators", "Say on how many"),
    ({"accelerators": "0"}, "accelerators", "is not possible here"),
    ({"accelerators": "two"}, "accelerators", "is not a number"),
    ({"size_class": ""}, "size_class", "Choose the size of the model"),
    ({"precision": "fp2"}, "precision", "Choose one of the list"),
    ({"size": ""}, "size", "Say how large one request was, in megapixels"),
    ({"size": "1e999"}, "size", "is not a number"),
    ({"tokens_out": "40"}, "tokens_out", "The file says 250: leave this empty"),
]


def test_what_the_form_lacks_is_told_at_its_field(signed_in: Client, project: str) -> None:
    before = checksums(signed_in.database)
    for changes, field, said in LACKING:
        response = upload(signed_in, project, vllm(), **changes)
        assert response.status_code == 422
        assert said in words(parsed(response), f"#{field}-problem")
    assert checksums(signed_in.database) == before


def test_a_rate_that_is_nothing_per_accelerator_is_refused(signed_in: Client, project: str) -> None:
    slow = "requests_per_second,requests\n0.000001,50\n"
    response = upload(signed_in, project, slow, accelerators="10000")
    assert response.status_code == 422
    assert "requests_per_second is not possible" in words(parsed(response), "#file-problem")


def test_text_needs_tokens_and_speech_needs_seconds(signed_in: Client, project: str) -> None:
    fill_in(signed_in, project, "workload", {"modalities": ["text", "audio"]})
    bare = "requests_per_second,requests\n5,100\n"
    text = upload(signed_in, project, bare, modality="text", size="")
    assert "how many, on average" in words(parsed(text), "#tokens_in-problem")
    typed = {"modality": "text", "size": "", "tokens_in": "1 000", "tokens_out": "250"}
    assert upload(signed_in, project, bare, **typed).status_code == 303
    speech = {"modality": "audio", "size_class": "", "precision": ""}
    said = words(parsed(upload(signed_in, project, OFFLINE, size="", **speech)), "#size-problem")
    assert said.endswith("in seconds of audio.")
    assert upload(signed_in, project, OFFLINE, size="23.59", **speech).status_code == 303
    rows = signed_in.page(f"{project}/measurements").select("tbody tr")
    assert ["MLPerf LoadGen, Offline" in row.get_text() for row in rows] == [True, False]


def test_generated_speech_needs_seconds_and_a_piece_of_text_tokens(
    signed_in: Client, project: str
) -> None:
    fill_in(signed_in, project, "workload", {"modalities": ["speech_synthesis", "embeddings"]})
    bare = "requests_per_second,requests\n5,100\n"
    own = {"size_class": "", "precision": "", "size": ""}
    speech = upload(signed_in, project, bare, **own, modality="speech_synthesis")
    assert words(parsed(speech), "#size-problem").endswith("in seconds of speech.")
    piece = upload(signed_in, project, bare, **own, modality="embeddings")
    assert "how many, on average" in words(parsed(piece), "#tokens_in-problem")
    assert parsed(piece).select("#tokens_out-problem") == []
    told = upload(signed_in, project, bare, **own, modality="embeddings", tokens_in="300")
    assert told.status_code == 303


def test_without_a_kind_of_data_there_is_nothing_to_measure(signed_in: Client) -> None:
    empty = start(signed_in)
    page = signed_in.page(f"{empty}/measurements")
    assert "No kind of data chosen yet" in words(page)
    assert page.select("#file") == []
    assert upload(signed_in, empty, vllm()).status_code == 422


def test_a_viewer_reads_and_changes_nothing(app: FastAPI, signed_in: Client, project: str) -> None:
    upload(signed_in, project, vllm())
    with signed_in.database.writing() as session:
        viewer = a_person(session, "Vic")
        team = int(str(the(signed_in.page("/teams"), "a[href^='/teams/']")["href"]).split("/")[-1])
        join(session, viewer, team, "viewer")
    reader = Client(app)
    reader.sign_in_as(viewer)
    page = reader.page(f"{project}/measurements")
    assert "NVIDIA H100" in words(page, "tbody")
    assert page.select("#file, tbody form") == []
    before = checksums(reader.database)
    assert upload(reader, project, vllm()).status_code == 403
    assert upload(reader, project, b"").status_code == 403
    assert reader.post(f"{project}/measurements/image/H100/remove").status_code == 403
    assert checksums(reader.database) == before


def test_the_ordinary_form_cannot_write_a_measurement(signed_in: Client, project: str) -> None:
    data = {"asked": "measurements.image.H100", "measurements.image.H100": "9"}
    assert signed_in.post(f"{project}/answers", data=data).status_code == 404


def test_only_the_upload_may_be_larger_than_a_form(signed_in: Client, project: str) -> None:
    between = vllm(ttfts=["x" * (MAX_BODY_BYTES + 1)])
    assert upload(signed_in, project, between).status_code == 303
    too_much = upload(signed_in, project, b" " * MAX_UPLOAD_BYTES)
    assert too_much.status_code == 413
    assert "than two with a file" in too_much.text
    assert MOST_BYTES >= MAX_UPLOAD_BYTES
    for path in (f"{project}/answers", f"{project}/measurements/image/H100/remove", "/projects"):
        assert signed_in.post(path, data={"x": "x" * MAX_BODY_BYTES}).status_code == 413
