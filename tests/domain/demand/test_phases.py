"""Each phase by hand, and what must hold whatever the answers."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.cost.setting import Setting
from app.domain.demand.amounts import U
from app.domain.demand.fleet import fleet
from app.domain.demand.phases import Estimate, ModalityPhases, phases
from app.domain.demand.serving import TokenWork
from app.domain.facts import Facts
from app.domain.known import Known
from app.domain.worlds import likely_world
from tests.domain.builders import (
    EVERY_MODALITY,
    FACTS,
    UNDERSTOOD,
    a_document,
    a_setting,
    an_accelerator,
    answers_of,
)


def middle(estimate: Estimate[U] | None) -> float:
    assert estimate is not None
    assert estimate.amount is not None
    return estimate.amount.quantiles[1]


def sized(
    modalities: Mapping[str, Any], accelerator: str = "H100", worlds: int = 0, **answers: object
) -> tuple[ModalityPhases, ...]:
    setting = a_setting(a_document(modalities, **answers), worlds or 1)
    if not worlds:
        setting = setting.likely
    likely = setting.likely.fleet(accelerator)
    slots = {m.modality.modality: m.replica.slots for m in likely.loads} if likely else {}
    return phases(setting.workload, setting.fleet(accelerator), slots, setting.known)


def one(modality: str, accelerator: str = "H100", **answers: object) -> ModalityPhases:
    (found,) = sized({modality: {"volume_per_day": 10_000, **answers}}, accelerator)
    return found


def with_figures(**values: float) -> Facts:
    figures = dict(FACTS.figures)
    for name, value in values.items():
        key = name.replace("__", ".")
        figures[key] = replace(figures[key], value=value, low=value, high=value)
    return replace(FACTS, figures=figures)


# ---- the worked example of the sizing study ------------------------------------------------------


def test_the_worked_example_of_the_sizing_study() -> None:
    # Section 8, 2026-11-24: a million images of 1 MP a day on an 8B vision model in 8 bit, 1,000
    # tokens in and 50 out, an H100 per copy, interactive, peak 3.5 times the mean, allowed to be
    # busy 70 % at the peak.
    document = a_document(
        {"image": {"volume_per_day": 1_000_000, "megapixels": 1, "latency": {"p95_ms": 2_000}}},
        traffic={"shape": "business_hours", "peak_to_average": 3.5},
    )
    facts = with_figures(vision__encoder_billions=0.6, queue__utilisation_cap=0.7)
    setting = Setting(answers_of(document), facts, likely_world())
    known = Known(facts, likely_world())
    (image,) = setting.workload.modalities
    assert isinstance(image.work, TokenWork)
    tokens = np.array([1_000.0])
    work = replace(
        image.work, tokens_in=tokens, tokens_out=tokens / 20, vision_tokens=tokens, target_ms=None
    )
    workload = replace(setting.workload, modalities=(replace(image, work=work),))
    on = fleet(workload, an_accelerator("H100"), known)
    assert on is not None
    assert on.loads[0].replica.accelerators == 1
    (found,) = phases(workload, on, {"image": 512}, known)

    # 14 ms of arithmetic, 3.2 ms of decoding and 16.2 ms of vision, over 0.55
    assert on.loads[0].seconds_per_request[0] == pytest.approx(0.062, rel=0.03)
    assert middle(found.serve.busy_gpu_hours_per_day) == pytest.approx(17, rel=0.02)
    assert middle(found.serve.replicas) == 4 + 1
    assert middle(found.serve.gpus_peak) == 5
    assert middle(found.serve.provisioned_gpu_hours_per_day) == 120
    assert middle(found.serve.utilisation) == pytest.approx(0.7)
    # 40.5 images a second x 33 ms / 0.6
    assert found.preprocess is not None
    assert middle(found.preprocess.vcpu_peak) == pytest.approx(2.2, rel=0.02)
    assert middle(found.preprocess.vcpu_hours_per_day) == pytest.approx(1e6 * 0.033 / 3600)
    # 250 KB an image
    assert middle(found.ingest.gb_per_day) == pytest.approx(250)
    assert middle(found.ingest.mbps_peak) == pytest.approx(250 * 8e3 / 86_400 * 3.5)
    assert found.limit.resource == "compute"


# ---- phases by hand --------------------------------------------------------------------------


def test_what_is_kept_is_the_days_kept_with_all_that_is_derived() -> None:
    image = one("image", megapixels=1, retention_days=100)
    assert middle(image.store.tb) == pytest.approx(10_000 * 0.25e-3 * 100 * 1.31 / 1e3)
    assert image.store.ram_gb is None


def test_the_index_of_a_million_vectors_takes_six_gigabytes() -> None:
    pieces = one("embeddings", dimensions=1_024, retention_days=100)
    assert middle(pieces.store.ram_gb) == pytest.approx(6.144)


def test_all_frames_of_a_video_are_decoded() -> None:
    video = one("video", height=1_080)
    assert video.preprocess is not None
    frames = 10_000 * 60 * 30 * 1_080 * 1_920 / 1e6 / 220
    assert middle(video.preprocess.vcpu_hours_per_day) == pytest.approx(frames / 3_600)


def test_a_minute_of_audio_takes_a_fifth_of_a_second() -> None:
    audio = one("audio")
    assert audio.preprocess is not None
    assert middle(audio.preprocess.vcpu_hours_per_day) == pytest.approx(10_000 * 0.2 / 3_600)


@pytest.mark.parametrize("modality", ["text", "embeddings", "image_generation"])
def test_text_needs_no_preparing(modality: str) -> None:
    assert one(modality).preprocess is None


def test_what_a_scan_takes_to_prepare_is_not_known_and_not_zero() -> None:
    scans = one("sensor")
    assert scans.preprocess is not None
    assert scans.preprocess.vcpu_peak.amount is None
    assert scans.preprocess.vcpu_peak.grade == "no data"
    assert scans.preprocess.cpu_bound_share is None


def test_generated_images_go_by_the_published_rate() -> None:
    images = one("image_generation", megapixels=1.048576, steps=20, latency={"p95_ms": 60_000})
    # 2.263 images/s, open-source software 0.6, near real time 0.92
    seconds = 1 / (2.263 * 0.6 * 0.92)
    assert middle(images.serve.busy_gpu_hours_per_day) == pytest.approx(10_000 * seconds / 3_600)
    assert images.serve.busy_gpu_hours_per_day.grade == "measured"
    assert middle(images.network.egress_gb_per_day) == pytest.approx(10_000 * 1_048_576 / 4 / 1e9)


def test_an_accelerator_without_a_row_is_modelled() -> None:
    assert one("image_generation", "A100-80GB").serve.gpus_peak.grade == "modelled"
    assert one("video_generation", "B200").serve.gpus_peak.grade == "modelled"
    assert one("image").serve.gpus_peak.grade == "modelled"


def test_without_anybody_waiting_there_is_neither_peak_nor_spare() -> None:
    (text,) = sized({"text": {"volume_per_day": 1_000}}, workloads=["batch_inference"])
    assert middle(text.serve.replicas) == 1
    assert middle(text.ingest.mbps_peak) == pytest.approx(
        middle(text.ingest.gb_per_day) * 8e3 / 86_400
    )


def test_a_kind_that_nobody_measured_has_no_number_for_serving_but_for_all_else() -> None:
    lidar = one("sensor", task="detect_lidar")
    serve = lidar.serve
    for estimate in (serve.busy_gpu_hours_per_day, serve.gpus_peak, serve.replicas):
        assert estimate.amount is None
        assert estimate.grade == "no data"
        assert "measure" in estimate.basis
    assert middle(lidar.ingest.gb_per_day) == pytest.approx(10_000 * 1.6e-3)
    assert lidar.limit.resource == "no data"


def test_a_small_load_of_a_large_model_is_bound_by_memory() -> None:
    text = one("text", size_class="40_120b")
    assert text.serve.gpus_per_copy == 2
    assert text.limit.resource == "memory"


def test_embedding_many_photographs_is_bound_by_the_processor() -> None:
    # 312 images/s on an A100 want 10 vCPU for small pictures and hundreds for 12 MP
    photos = {"image": {"volume_per_day": 30_000_000, "task": "embed", "megapixels": 12}}
    (found,) = sized(photos, "A100-80GB", workloads=["batch_inference"])
    assert found.preprocess is not None
    assert found.preprocess.cpu_bound_share == 1.0
    assert found.limit.resource == "CPU"


def test_volumes_over_a_thin_line_are_bound_by_the_network() -> None:
    # 6.8 x 0.6 volumes/s of 140 MB want more than 4 Gbit/s for each H200
    document = a_document({"sensor": {"volume_per_day": 5_000_000}}, workloads=["batch_inference"])
    for mbps, resource in ((1_000, "network"), (10_000, "compute")):
        facts = with_figures(network__mbps_per_accelerator=mbps)
        setting = Setting(answers_of(document), facts, likely_world())
        on = setting.fleet("H200")
        (found,) = phases(setting.workload, on, {"sensor": 2}, setting.known)
        assert found.limit.resource == resource


def test_each_way_to_fine_tune_has_its_memory_and_its_hours() -> None:
    tuned = {"runs_per_year": 4, "million_tokens_per_run": 1_000}
    chosen = {"text": {"volume_per_day": 1_000, "size_class": "4_15b"}}
    (text,) = sized(chosen, workloads=["fine_tuning"], training=tuned)
    assert text.tune is not None
    methods = text.tune.methods
    assert [middle(methods[m].gb_min) for m in methods] == pytest.approx([136, 18.4, 6.4])
    # 6 or 4 operations for each of 8e9 parameters and 1e9 tokens, at 38 % or 30 % of 989 TFLOP/s
    hours = [6 * 8e18 / 0.38, 4 * 8e18 / 0.30, 4 * 8e18 / 0.30]
    expected = [h / 989e12 / 3_600 for h in hours]
    assert [middle(methods[m].gpu_hours_per_run) for m in methods] == pytest.approx(expected)
    assert middle(text.tune.checkpoint_gb) == pytest.approx(13 * 8)


def test_without_the_length_of_a_run_its_hours_are_not_guessed() -> None:
    chosen = {"text": {"volume_per_day": 1_000}}
    (text,) = sized(chosen, workloads=["fine_tuning"])
    assert text.tune is not None
    assert text.tune.methods["full"].gpu_hours_per_run.amount is None
    assert sized(chosen)[0].tune is None


# ---- what must hold --------------------------------------------------------------------------


@given(
    modality=st.sampled_from(EVERY_MODALITY),
    volume=st.floats(1, 1e7),
    more=st.floats(1, 100),
    accelerator=st.sampled_from(["L40S", "H100", "B200"]),
    waits=st.booleans(),
)
def test_more_volume_never_needs_fewer_gpus(
    modality: str, volume: float, more: float, accelerator: str, *, waits: bool
) -> None:
    workloads = ["realtime_inference" if waits else "batch_inference"]

    def gpus(items: float) -> float:
        (found,) = sized({modality: {"volume_per_day": items}}, accelerator, workloads=workloads)
        return middle(found.serve.gpus_peak)

    assert gpus(volume) <= gpus(min(volume * more, 1e10))


@given(seconds=st.floats(1, 600), longer=st.floats(1, 10))
def test_a_longer_clip_never_needs_less_memory(seconds: float, longer: float) -> None:
    def memory(length: float) -> float:
        return middle(one("video", clip_seconds=length).serve.hbm_gb)

    assert memory(seconds) <= memory(seconds * longer)


def test_what_comes_in_and_goes_out_names_the_figure_that_it_rests_on() -> None:
    page, made, piece = one("document"), one("image_generation"), one("embeddings")
    text, pixels = FACTS.figures["storage.bytes_per_token"], FACTS.figures["storage.bits_per_pixel"]
    assert page.network.egress_gb_per_day.source == text.source
    assert made.ingest.gb_per_day.source == FACTS.figures["storage.prompt_kb"].source
    assert made.ingest.gb_per_day.basis == "images a day x size of a prompt"
    assert made.network.egress_gb_per_day.source == pixels.source
    numbers = FACTS.figures["embedding.bytes_per_dimension"]
    assert piece.network.egress_gb_per_day.source == numbers.source


@pytest.mark.parametrize("modality", EVERY_MODALITY)
def test_every_figure_has_its_source_its_grade_and_a_value_for_every_world(modality: str) -> None:
    (found,) = sized({modality: {"volume_per_day": 1_000}}, worlds=300)
    for phase in (found.ingest, found.preprocess, found.serve, found.store, found.network):
        for estimate in vars(phase).values() if phase else ():
            if isinstance(estimate, Estimate):
                assert estimate.source.source
                assert estimate.basis
                assert (estimate.amount is None) == (estimate.grade == "no data")
                if estimate.amount is not None:
                    assert estimate.amount.draws.shape == (300,)
                    assert (estimate.amount.draws >= 0).all()


def test_busy_hours_are_never_more_than_provisioned_ones() -> None:
    every = {m: {"volume_per_day": 20_000} for m in UNDERSTOOD}
    for found in sized(every, "H200", worlds=500):
        busy, ready = (
            found.serve.busy_gpu_hours_per_day.amount,
            found.serve.provisioned_gpu_hours_per_day.amount,
        )
        assert busy is not None
        assert ready is not None
        assert (busy.draws <= ready.draws).all()
