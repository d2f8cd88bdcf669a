"""A measured rate stands in for the modelled one, and makes its range narrow."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.cost.setting import Setting
from app.domain.demand.fleet import ModalityLoad
from app.domain.demand.measured import why_unused
from app.domain.demand.serving import TokenWork, roofline_seconds
from app.domain.errors import InvalidAnswers
from app.domain.worlds import Array
from tests.domain.builders import FACTS, a_document, a_setting, answers_of, assessed

TEXT: dict[str, Any] = {"volume_per_day": 1e6, "tokens_in": 1000, "tokens_out": 250}
IMAGE: dict[str, Any] = {"volume_per_day": 1e6, "megapixels": 1}
VIDEO: dict[str, Any] = {"volume_per_day": 1e4, "clip_seconds": 20, "fps_sampled": 1}
AUDIO: dict[str, Any] = {"volume_per_day": 1e6}
HOUR_MS = 3_600_000


def a_row(**changes: object) -> dict[str, Any]:
    row = {
        "requests_per_second": 5.0,
        "accelerators": 8,
        "conditions": "served",
        "task": "understand",
        "size_class": "4_15b",
        "precision": "fp8",
        "tokens_in": 1000,
        "tokens_out": 250,
        **changes,
    }
    return {key: value for key, value in row.items() if value is not None}


def setting(modality: str, answers: dict[str, Any], row: dict[str, Any] | None) -> Setting:
    kept = {"measurements": {modality: {"H100": row}}} if row else {}
    return a_setting(a_document({modality: answers}, **kept), worlds=500)


def load(modality: str, answers: dict[str, Any], row: dict[str, Any] | None) -> ModalityLoad:
    (found,) = setting(modality, answers, row).fitting_fleet("H100").loads
    return found


def likely(modality: str, answers: dict[str, Any], row: dict[str, Any]) -> float:
    (found,) = setting(modality, answers, row).likely.fitting_fleet("H100").loads
    assert found.measurement is not None
    return float(found.seconds_per_request[0])


def spread(draws: Array) -> float:
    low, high = np.quantile(draws, [0.1, 0.9])
    return float(high / low)


EXACT_TEXT = {**TEXT, "tokens_in": {"low": 1000, "likely": 1000, "high": 1000},
              "tokens_out": {"low": 250, "likely": 250, "high": 250}}  # fmt: skip


def test_a_request_like_the_measured_one_takes_what_was_measured() -> None:
    assert likely("text", TEXT, a_row()) == pytest.approx(1 / 5)


def test_another_accelerator_stays_modelled() -> None:
    with_row, without = setting("text", TEXT, a_row()), setting("text", TEXT, None)
    (ours,), (plain,) = (s.fitting_fleet("H200").loads for s in (with_row, without))
    assert ours.measurement is None
    assert np.array_equal(ours.seconds_per_request, plain.seconds_per_request)


@pytest.mark.parametrize(
    ("modality", "answers", "row"),
    [
        ("text", EXACT_TEXT, a_row()),
        ("text", TEXT, a_row(tokens_in=1500, tokens_out=300)),
        ("image", IMAGE, a_row(size=1.0)),
        ("document", {"volume_per_day": 1e6}, a_row(size=2)),
        ("video", VIDEO, a_row(size=20)),
        ("audio", AUDIO, a_row(task="transcribe", size=30)),
        ("audio", {**AUDIO, "task": "understand"}, a_row(size=60)),
        ("image", {**IMAGE, "task": "embed"}, a_row(task="embed")),
    ],
)
def test_the_range_is_narrower_than_the_modelled_one(
    modality: str, answers: dict[str, Any], row: dict[str, Any]
) -> None:
    measured, modelled = load(modality, answers, row), load(modality, answers, None)
    assert measured.measurement is not None
    assert modelled.measurement is None
    assert spread(measured.seconds_per_request) < spread(modelled.seconds_per_request)


def test_at_the_measured_size_only_what_repeating_differs_by_is_left() -> None:
    assert spread(load("text", EXACT_TEXT, a_row()).seconds_per_request) == pytest.approx(
        1.05 / 0.93, rel=0.02
    )
    transcribed = load("audio", AUDIO, a_row(task="transcribe", size=30))
    assert spread(transcribed.seconds_per_request) == pytest.approx(1.05 / 0.93, rel=0.02)


@given(st.floats(0.05, 20), st.floats(1.05, 8))
def test_twice_the_rate_is_half_the_time(rate: float, factor: float) -> None:
    slow = likely("text", TEXT, a_row(requests_per_second=rate))
    fast = likely("text", TEXT, a_row(requests_per_second=rate * factor))
    assert slow / fast == pytest.approx(factor)


@given(st.integers(50, 20_000), st.integers(10, 4_000))
def test_larger_measured_requests_make_the_projects_cheaper(tokens_in: int, out: int) -> None:
    here = likely("text", TEXT, a_row(tokens_in=tokens_in, tokens_out=out))
    more = likely("text", TEXT, a_row(tokens_in=2 * tokens_in, tokens_out=out))
    assert more < here


def test_another_size_is_carried_over_as_the_roofline_scales() -> None:
    on = setting("text", TEXT, a_row()).likely
    (found,) = on.fitting_fleet("H100").loads
    work, h100 = found.modality.work, on.facts.accelerators["H100"]
    assert isinstance(work, TokenWork)
    half = TokenWork(work.model, work.precision, work.tokens_in / 2, work.tokens_out / 2,
                     work.vision_tokens)  # fmt: skip
    ratio = roofline_seconds(work, h100, 1, on.known) / roofline_seconds(half, h100, 1, on.known)
    small = likely("text", TEXT, a_row(tokens_in=500, tokens_out=125))
    assert small == pytest.approx(float(ratio[0]) / 5)


def test_far_from_the_measured_size_the_models_error_counts_in_full() -> None:
    far = load("text", EXACT_TEXT, a_row(tokens_in=50, tokens_out=10))
    modelled = load("text", EXACT_TEXT, None)
    assert spread(far.seconds_per_request) == pytest.approx(
        spread(modelled.seconds_per_request), rel=0.05
    )


@pytest.mark.parametrize(
    ("modality", "answers", "size", "times"),
    [
        ("document", {"volume_per_day": 1e6}, 1, 1.0),
        ("video", VIDEO, 20, 1.0),
        ("image", {**IMAGE, "megapixels": 1}, 1.0, 1.0),
        ("audio", {**AUDIO, "task": "understand"}, 60, 1.0),
    ],
)
def test_a_medium_is_compared_by_its_own_size(
    modality: str, answers: dict[str, Any], size: float, times: float
) -> None:
    row = a_row(size=size, tokens_in=None, tokens_out=None)
    assert likely(modality, answers, row) == pytest.approx(times / 5)
    larger = likely(modality, answers, {**row, "size": size / 2})
    assert larger > 1.2 * times / 5


def test_speech_is_counted_by_the_second() -> None:
    # 43.61 samples/s of 23.59 s each on one accelerator: 1029 times real time.
    row = a_row(task="transcribe", requests_per_second=43.61, size=23.59)
    assert likely("audio", AUDIO, row) == pytest.approx(60 / (43.61 * 23.59))


GENERATED = [
    # A minute of speech is six requests of ten seconds; a clip of five seconds half of one of ten;
    # a piece of 250 tokens two and a half of 100.
    ("speech_synthesis", {"volume_per_day": 1e4}, {"size": 10}, 6.0),
    ("video_generation", {"volume_per_day": 1e3, "clip_seconds": 5}, {"size": 10}, 0.5),
    ("embeddings", {"volume_per_day": 1e6, "tokens_in": 250}, {"tokens_in": 100}, 2.5),
]


@pytest.mark.parametrize(("modality", "answers", "measured", "times"), GENERATED)
def test_what_is_made_is_counted_by_its_length(
    modality: str, answers: dict[str, Any], measured: dict[str, float], times: float
) -> None:
    task = "embed" if modality == "embeddings" else "generate"
    row = a_row(**{"task": task, "tokens_in": None, "tokens_out": None, **measured})
    assert likely(modality, answers, row) == pytest.approx(times / 5)


def test_what_was_measured_offline_is_slower_when_somebody_waits() -> None:
    offline = likely("text", TEXT, a_row(conditions="offline"))
    assert offline == pytest.approx(1 / 5 / 0.92)
    deferred = {**TEXT, "latency": {"p95_ms": HOUR_MS}}
    assert likely("text", deferred, a_row(conditions="offline")) == pytest.approx(1 / 5)


def test_a_tight_target_costs_more_than_was_measured_without_one() -> None:
    tight = {**TEXT, "latency": {"p95_ms": 2500}}
    assert likely("text", tight, a_row()) > 1 / 5


def test_no_more_are_batched_than_were_measured_at_once() -> None:
    """A run at low concurrency is not blown up to what a full batch might do."""
    few = likely("text", TEXT, a_row(at_once=8))
    assert few == pytest.approx(1 / 5)
    tight = {**TEXT, "latency": {"p95_ms": 2500}}
    assert likely("text", tight, a_row(at_once=8)) < likely("text", tight, a_row())


@pytest.mark.parametrize(
    ("modality", "answers", "row", "said"),
    [
        ("text", {**TEXT, "precision": "bf16"}, a_row(), "another precision"),
        ("text", {**TEXT, "size_class": "40_120b"}, a_row(), "another size of model"),
        ("image", {**IMAGE, "task": "embed"}, a_row(size=1), "another task"),
        ("text", TEXT, a_row(tokens_in=None), "how many tokens a request had"),
        # 3,125 tokens a second of an 8B model, typed as requests: 12.5 of them on an H100.
        ("text", TEXT, a_row(requests_per_second=3125.0), "Were these tokens a second"),
        ("image", IMAGE, a_row(), "how large a request was"),
        ("audio", AUDIO, a_row(task="transcribe"), "how large a request was"),
        ("speech_synthesis", {"volume_per_day": 1e4}, a_row(task="generate"), "how large"),
        (
            "embeddings",
            {"volume_per_day": 1e6},
            a_row(task="embed", tokens_in=None),
            "how many tokens a piece had",
        ),
    ],
)
def test_a_measurement_of_something_else_is_not_used_and_said_so(
    modality: str, answers: dict[str, Any], row: dict[str, Any], said: str
) -> None:
    unused = setting(modality, answers, row)
    (found,) = unused.fitting_fleet("H100").loads
    assert found.measurement is None
    (kept,) = unused.answers.measurements
    assert said in why_unused(kept, unused.answers, unused.facts)


def test_a_model_of_its_own_does_not_ask_for_size_and_precision() -> None:
    row = a_row(task="transcribe", size=30, size_class="40_120b", precision="int4")
    assert load("audio", AUDIO, row).measurement is not None


def test_the_result_says_where_the_rate_came_from() -> None:
    row = a_row(requests_per_second=400.0, tool="AIPerf", version="0.8.0", file="run.json",
                day="2026-05-18", model="Qwen/Qwen3-8B")  # fmt: skip
    kept = dict.fromkeys(FACTS.accelerators, row)
    (shown,) = assessed(a_document({"text": EXACT_TEXT}, measurements={"text": kept}))["demand"]
    assert shown["quality"] == "measured"
    assert "400 requests/s on " in shown["method"]
    assert "from 8 of them, AIPerf 0.8.0, Qwen/Qwen3-8B, one of the project's" in shown["method"]
    assert shown["method"].endswith("takes 1 times as long as a measured one")
    assert (shown["source"], shown["as_of"]) == ("own measurement, run.json", "2026-05-18")


def test_the_result_warns_of_what_was_not_used() -> None:
    document = a_document(
        {"text": TEXT},
        measurements={"text": {"H100": a_row(precision="bf16"), "H999": a_row()},
                      "image": {"H100": a_row(size=1)}},
    )  # fmt: skip
    other_precision, no_such_accelerator, no_image = assessed(document)["warnings"]
    assert other_precision == (
        "The measurement of text on H100 was not used. "
        "It was made with another precision than the one answered."
    )
    assert "no accelerator called H999" in no_such_accelerator
    assert "The project has no image now." in no_image
    assert "warnings" not in assessed(a_document({"text": TEXT}))


def test_a_bad_measurement_in_a_file_of_answers_is_named() -> None:
    document = a_document({"text": TEXT}, measurements={"text": {"H100": a_row(accelerators=0)}})
    with pytest.raises(InvalidAnswers, match=r"measurements\.text\.H100\.accelerators: "):
        answers_of(document)
