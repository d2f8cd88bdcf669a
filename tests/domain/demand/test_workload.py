"""The questionnaire turned into work: tokens, requests, growth, latency classes."""

from typing import Any

import numpy as np
import pytest

from app.domain.demand.serving import TableWork, TokenWork
from app.domain.demand.workload import ModalityWork, Workload
from tests.domain.builders import a_document, a_setting


def likely(modalities: dict[str, Any] | None = None, **answers: object) -> Workload:
    return a_setting(a_document(modalities, **answers)).likely.workload


def only(modality: str, **answers: object) -> ModalityWork:
    (work,) = likely({modality: {"volume_per_day": 10, **answers}}).modalities
    return work


def token_work(modality: str, **answers: object) -> TokenWork:
    work = only(modality, **answers).work
    assert isinstance(work, TokenWork)
    return work


def test_text_has_the_tokens_that_were_answered() -> None:
    work = token_work("text", tokens_in=1_500, tokens_out=200, size_class="15_40b")
    assert (work.tokens_in[0], work.tokens_out[0], work.vision_tokens[0]) == (1_500, 200, 0)
    assert work.model.key == "15_40b"
    assert work.precision == "fp8"


@pytest.mark.parametrize(
    ("megapixels", "tokens"),
    # Qwen2.5-VL: one token for 28 x 28 pixels, here capped at 1,280
    [(0.0784, 100), (0.5, 638), (1, 1_276), (12, 1_280)],
)
def test_an_image_has_a_token_for_28_by_28_pixels(megapixels: float, tokens: float) -> None:
    work = token_work("image", megapixels=megapixels)
    assert work.tokens_in[0] == pytest.approx(tokens, rel=1e-3)
    assert work.vision_tokens[0] == work.tokens_in[0]


def test_a_page_has_fifteen_hundred_tokens() -> None:
    work = token_work("document")
    assert (work.tokens_in[0], work.vision_tokens[0], work.tokens_out[0]) == (1_500, 1_500, 150)


def test_a_minute_of_audio_has_sixty_seconds_of_tokens() -> None:
    work = token_work("audio", task="understand")
    assert (work.tokens_in[0], work.vision_tokens[0]) == (60 * 25, 0)


def test_a_minute_of_video_is_cut_into_clips() -> None:
    video = only("video", clip_seconds=20, fps_sampled=2)
    assert video.requests_per_item[0] == 3
    assert isinstance(video.work, TokenWork)
    assert video.work.tokens_in[0] == 20 * 2 * 256


def test_speech_and_embedding_go_by_a_table() -> None:
    speech, embedding = only("audio").work, only("image", task="embed").work
    assert isinstance(speech, TableWork)
    assert isinstance(embedding, TableWork)
    assert (speech.workload, speech.units, speech.memory_gb) == ("whisper_large_v3", 60, 10)
    assert (embedding.workload, embedding.units, embedding.memory_gb) == ("clip_l14", 1, 2)


@pytest.mark.parametrize(
    ("modality", "answers", "workload", "units", "memory_gb"),
    [
        ("sensor", {}, "3d_unet", 1, 8),
        ("sensor", {"task": "detect_lidar"}, "pointpillars", 1, 4),
        ("image_generation", {"megapixels": 4.194304, "steps": 10}, "sdxl_1024px", 2, 16),
        ("video_generation", {"clip_seconds": 5}, "wan22_14b", 5, 61.4 + 3.7 * 5),
        ("speech_synthesis", {}, "orpheus_3b", 60, 14),
        ("embeddings", {"tokens_in": 96}, "bert_large", 0.25, 2),
    ],
)
def test_what_is_made_searched_or_scanned_goes_by_a_table(
    modality: str, answers: dict[str, Any], workload: str, units: float, memory_gb: float
) -> None:
    work = only(modality, **answers).work
    assert isinstance(work, TableWork)
    assert work.workload == workload
    assert work.memory_gb == pytest.approx(memory_gb)
    assert np.broadcast_to(work.units, 1)[0] == pytest.approx(units)


def test_one_model_for_all_is_the_largest_and_holds_the_longest_request() -> None:
    modalities = {
        "text": {"volume_per_day": 5, "size_class": "40_120b", "precision": "int4"},
        "video": {"volume_per_day": 5, "clip_seconds": 100, "fps_sampled": 1},
        "speech_synthesis": {"volume_per_day": 5},
    }
    text, video, speech = likely(modalities, fusion="shared").modalities
    assert isinstance(text.work, TokenWork)
    assert isinstance(video.work, TokenWork)
    assert (video.work.model.key, video.work.precision) == ("40_120b", "int4")
    assert text.work.context_tokens == video.work.context_tokens == 100 * 256 + 150
    assert [m.shared for m in (text, video, speech)] == [True, True, False]
    apart = likely(modalities).modalities
    assert not any(m.shared for m in apart)


@pytest.mark.parametrize(
    ("p95_ms", "latency"),
    [
        (10, "interactive"),
        (2_000, "interactive"),
        (2_001, "near_realtime"),
        (3_599_999, "near_realtime"),
        (3_600_000, "batch"),
        (None, "near_realtime"),
    ],
)
def test_a_limit_puts_the_work_in_a_latency_class(p95_ms: float | None, latency: str) -> None:
    work = only("text", latency={"p95_ms": p95_ms})
    assert work.latency == latency
    assert work.target_ms == p95_ms


def test_without_a_limit_and_without_anybody_waiting_it_is_batch() -> None:
    work = likely(workloads=["batch_inference"])
    assert [m.latency for m in work.modalities] == ["batch"]
    assert not work.is_realtime
    assert likely().is_realtime


def test_growth_is_compounded_at_the_middle_of_each_month() -> None:
    work = likely(growth_per_year=0.44, horizon_months=24)
    assert work.growth.shape == (1, 24)
    assert work.growth[0, [0, 23]] == pytest.approx([1.44 ** (0.5 / 12), 1.44 ** (23.5 / 12)])


def test_a_volume_that_shrinks_stays_positive_in_every_world() -> None:
    setting = a_setting(a_document(growth_per_year={"low": -0.5, "likely": -0.4, "high": 0}), 5_000)
    assert (setting.workload.growth > 0).all()


@pytest.mark.parametrize(
    ("traffic", "peak", "floor"),
    [
        ({"shape": "steady"}, 1.3, 0.75),
        ({"shape": "business_hours"}, 3.5, 0.15),
        ({"shape": "spiky", "peak_to_average": 7}, 7, 0.05),
        ({}, 3, 0.15),
        ({"peak_to_average": 2}, 2, 0.15),
    ],
)
def test_the_curve_follows_the_shape_and_the_answered_peak(
    traffic: dict[str, Any], peak: float, floor: float
) -> None:
    curve = likely(traffic=traffic).curve
    assert curve.peak[0] == pytest.approx(peak)
    assert curve.floor == floor


def test_no_world_peaks_below_its_mean() -> None:
    document = a_document(traffic={"peak_to_average": {"low": 1, "likely": 1.05, "high": 1.1}})
    assert (a_setting(document, 5_000).workload.curve.peak >= 1).all()


def test_training_counts_only_where_it_was_chosen() -> None:
    training = {"runs_per_year": 6, "gpu_hours_per_run": 100}
    trains = likely(workloads=["fine_tuning"], training=training)
    assert trains.training_h100_hours_per_year[0] == 600
    assert likely(training=training).training_h100_hours_per_year[0] == 0


def test_a_workload_has_its_modalities_units_and_retention() -> None:
    work = likely({m: {"volume_per_day": 5} for m in ("text", "audio")}, horizon_months=18)
    assert [(m.modality, m.unit) for m in work.modalities] == [
        ("text", "requests"),
        ("audio", "minutes"),
    ]
    assert work.months == 18
    assert [m.retention_days.tolist() for m in work.modalities] == [[90], [90]]


def test_every_draw_has_a_value_for_each_world() -> None:
    document = a_document({m: {"volume_per_day": 5} for m in ("text", "image", "video")})
    work = a_setting(document, 50).workload
    for modality in work.modalities:
        assert modality.items_per_day.shape == (50,)
        assert modality.requests_per_item.shape == (50,)
        assert np.isfinite(modality.raw_gb_per_item).all()
