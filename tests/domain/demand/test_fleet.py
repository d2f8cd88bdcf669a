"""Busy, billed and planned accelerators."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.cost.setting import Setting
from app.domain.demand.fleet import (
    SERVICE_SHARE_OF_HOURS,
    Fleet,
    chance_of_targets,
    fleet,
    model_ms,
    planned_accelerators,
)
from app.domain.demand.queueing import greatest_utilisation
from tests.domain.builders import a_document, a_large_document, a_setting, an_accelerator

HOURS = 730.0
HOUR_MS = 3_600_000


def likely(modalities: dict[str, Any] | None = None, **answers: object) -> Setting:
    return a_setting(a_document(modalities, **answers)).likely


def on(setting: Setting, accelerator: str = "H100") -> Fleet:
    return setting.fitting_fleet(accelerator)


def test_load_is_requests_times_seconds_over_a_day() -> None:
    video = {"video": {"volume_per_day": 1_000, "clip_seconds": 20}}
    (load,) = on(likely(video)).loads
    assert load.load[0] == pytest.approx(1_000 * 3 * load.seconds_per_request[0] / 86_400)


def test_training_hours_are_scaled_to_the_accelerator() -> None:
    training = {"runs_per_year": 10, "gpu_hours_per_run": 876}
    setting = likely(workloads=["fine_tuning"], training=training)
    assert on(setting).training_load[0] == pytest.approx(1.0)
    assert on(setting, "B200").training_load[0] == pytest.approx(
        1 / (2250 / 989) ** 0.75 / (8 / 3.35) ** 0.25
    )


def test_a_model_that_does_not_fit_has_no_fleet() -> None:
    big = {"text": {"volume_per_day": 5, "size_class": "over_120b", "precision": "bf16"}}
    setting = likely(big)
    assert fleet(setting.workload, an_accelerator("L4"), setting.known) is None
    assert setting.fleet("H100") is not None


def test_the_batch_part_does_not_follow_the_curve() -> None:
    modalities = {
        "text": {"volume_per_day": 1_000},
        "image": {"volume_per_day": 1_000, "latency": {"p95_ms": HOUR_MS}},
    }
    whole = on(likely(modalities))
    text = next(m for m in whole.loads if m.modality.modality == "text")
    assert whole.realtime_load[0] == text.load[0]
    assert whole.serving_load[0] > text.load[0]


@pytest.mark.parametrize(
    ("modalities", "ready"),
    [
        ({"text": {"volume_per_day": 5}}, 2),
        ({"text": {"volume_per_day": 5, "size_class": "40_120b", "precision": "bf16"}}, 8),
        ({"text": {"volume_per_day": 5}, "audio": {"volume_per_day": 5}}, 2),
        ({"text": {"volume_per_day": 5, "latency": {"p95_ms": HOUR_MS}}}, 0),
    ],
)
def test_two_copies_are_kept_ready_where_somebody_waits(
    modalities: dict[str, Any], ready: int
) -> None:
    assert on(likely(modalities)).warm_floor == ready


def test_a_cloud_bills_the_larger_of_ready_and_busy() -> None:
    idle = on(likely({"text": {"volume_per_day": 1}}, growth_per_year=0))
    assert idle.billed_hours(HOURS, 1)[0] == pytest.approx(np.full(36, 2 * HOURS))
    assert idle.billed_hours(HOURS, 8)[0] == pytest.approx(np.full(36, 8 * HOURS))
    busy = on(a_setting(a_large_document(growth_per_year=0)).likely)
    assert busy.billed_hours(HOURS, 8)[0, 0] == pytest.approx(HOURS * busy.serving_load[0] / 0.7)


def test_billed_hours_are_never_fewer_than_busy_ones() -> None:
    setting = a_setting(a_large_document(), 2_000)
    whole = on(setting)
    assert (whole.billed_hours(HOURS, 1) >= HOURS * whole.busy() * (1 - 1e-9)).all()


def test_the_busy_share_of_rented_hours_lies_between_its_parts() -> None:
    modalities = {
        "text": {"volume_per_day": 9e6, "latency": {"p95_ms": 1_500}},
        "audio": {"volume_per_day": 9e6, "latency": {"p95_ms": 9_000}},
    }
    share = on(likely(modalities)).realtime_autoscale[0]
    assert 0.5 < share < 0.7
    assert on(likely(workloads=["batch_inference"])).realtime_autoscale[0] == 0.9


@given(capacity=st.floats(0, 400), more=st.floats(0, 100))
def test_overflow_falls_with_capacity_and_never_exceeds_the_load(
    capacity: float, more: float
) -> None:
    whole = on(MIXED)
    less, least = (whole.overflow(np.full(36, c)) for c in (capacity, capacity + more))
    assert (least <= less + 1e-9).all()
    assert (less <= whole.busy() + 1e-9).all()
    assert (less >= 0).all()
    assert (less >= whole.busy() - capacity - 1e-9).all(), "what is there cannot do more"


MIXED = a_setting(
    a_document(
        {
            "image": {"volume_per_day": 20_000_000},
            "document": {"volume_per_day": 9_000_000, "latency": {"p95_ms": HOUR_MS}},
        },
        workloads=["realtime_inference", "fine_tuning"],
        training={"runs_per_year": 50, "gpu_hours_per_run": 2_000},
    ),
    50,
)


def test_deferrable_work_fills_the_hours_that_are_left() -> None:
    whole = on(MIXED.likely)
    mean = whole.busy()
    peak = whole.realtime_load[:, None] * whole.workload.growth * whole.workload.curve.peak[0]
    room = np.maximum(peak, mean).max() + 1e-6
    assert whole.overflow(np.full(36, room)) == pytest.approx(np.zeros((1, 36)), abs=1e-6)


def test_batch_alone_overflows_only_beyond_its_mean() -> None:
    whole = on(a_setting(a_large_document(workloads=["batch_inference"])).likely)
    mean = whole.busy()
    assert whole.overflow(np.full(36, 10.0)) == pytest.approx(np.maximum(mean - 10, 0))


# ---- planning ----------------------------------------------------------------------------------


def test_the_plan_keeps_the_queue_short_at_the_busiest_hours() -> None:
    setting = a_setting(a_large_document()).likely
    whole = on(setting)
    planned = planned_accelerators(whole, setting.known)
    for year, count in enumerate(planned):
        growth = whole.workload.growth[0, 12 * year + 11]
        peak = whole.realtime_load[0] * growth * whole.workload.curve.at(SERVICE_SHARE_OF_HOURS)[0]
        slots = whole.loads[0].replica.slots
        cap = setting.known.value("queue.utilisation_cap")
        assert peak <= count * greatest_utilisation(min(count * slots, 256), 0.1, cap) + 1e-9


def test_a_plan_holds_every_model_even_for_one_request_a_day() -> None:
    modalities = {
        "text": {"volume_per_day": 1, "size_class": "40_120b", "precision": "bf16"},
        "image": {"volume_per_day": 1, "size_class": "40_120b", "precision": "bf16"},
    }
    setting = likely(modalities)
    # twice 168 GB on accelerators of 72 usable GB each
    assert planned_accelerators(on(setting), setting.known) == (5, 5, 5)


@pytest.mark.parametrize("months", [12, 13, 36, 60])
def test_a_plan_has_a_count_for_each_started_year(months: int) -> None:
    setting = likely(horizon_months=months)
    assert len(planned_accelerators(on(setting), setting.known)) == -(-months // 12)


@given(growth=st.floats(-0.5, 2.0))
def test_planned_capacity_never_falls(growth: float) -> None:
    setting = a_setting(a_large_document(growth_per_year=growth)).likely
    planned = planned_accelerators(on(setting), setting.known)
    assert list(planned) == sorted(planned)


@given(one=st.floats(1, 1e9), other=st.floats(1, 1e9))
def test_more_volume_never_plans_fewer(one: float, other: float) -> None:
    counts = []
    for volume in sorted((one, other)):
        setting = likely({"text": {"volume_per_day": volume}})
        counts.append(planned_accelerators(on(setting), setting.known)[-1])
    assert counts[0] <= counts[1]


def test_capacity_planned_for_batch_carries_the_batch_it_was_planned_for() -> None:
    document = a_large_document(workloads=["batch_inference"], growth_per_year=0)
    document["answers"]["modalities"]["image"]["volume_per_day"] = 5e9
    setting = a_setting(document).likely
    whole = on(setting)
    planned = planned_accelerators(whole, setting.known)
    usable = setting.known.value("queue.utilisation_cap") * np.full(36, float(planned[0]))
    assert whole.overflow(usable) == pytest.approx(np.zeros((1, 36)), abs=1e-6)


def test_what_is_billed_covers_the_busy_hour_in_whole_machines() -> None:
    setting = a_setting(a_large_document(growth_per_year=0)).likely
    whole = on(setting)
    by_one, by_eight = (whole.billed_hours(HOURS, unit)[0, 0] / HOURS for unit in (1, 8))
    load = whole.realtime_load[0]
    cap = setting.known.value("queue.utilisation_cap")
    share = whole.realtime_autoscale[0]
    assert by_one == pytest.approx(max(load / share, load / cap + 0.5))
    assert by_eight == pytest.approx(max(load / share, load / cap + 4))


def test_a_batch_runs_a_machine_for_an_hour_a_day_at_least() -> None:
    whole = on(likely({"text": {"volume_per_day": 1_000}}, workloads=["batch_inference"]))
    assert whole.billed_hours(HOURS, 8)[0, 0] == pytest.approx(HOURS * 8 / 24)
    assert whole.billed_hours(HOURS, 1)[0, 0] == pytest.approx(HOURS / 24)


# ---- latency -----------------------------------------------------------------------------------


@pytest.mark.parametrize("target_ms", [2_000, 5_000, 30_000])
def test_the_answer_leaves_room_for_the_network_within_its_target(target_ms: float) -> None:
    text = {"volume_per_day": 5, "tokens_out": 100, "latency": {"p95_ms": target_ms}}
    setting = likely({"text": text})
    whole = on(setting)
    answer = model_ms(whole.loads[0], whole, setting.known)[0]
    assert 0 < answer <= setting.known.value("latency.model_share") * target_ms * (1 + 1e-9)


def test_speech_waits_for_half_a_minute_of_it() -> None:
    setting = likely({"audio": {"volume_per_day": 5}})
    whole = on(setting)
    seconds = 60 / (0.6 * 1028.8) / 0.92
    assert model_ms(whole.loads[0], whole, setting.known)[0] == pytest.approx(1.5e3 * seconds / 2)


def test_targets_are_met_or_missed() -> None:
    for p95_ms, met in ((100, False), (60_000, True), (None, True)):
        setting = likely({"text": {"volume_per_day": 5, "latency": {"p95_ms": p95_ms}}})
        assert (chance_of_targets(on(setting, "L4"), setting.known) == 1) is met


def test_a_fleet_is_a_value() -> None:
    whole = on(likely())
    assert replace(whole, loads=()).serving_load == 0.0


def test_a_kind_that_nobody_measured_has_no_fleet() -> None:
    lidar = {"sensor": {"volume_per_day": 5, "task": "detect_lidar"}}
    setting = likely(lidar)
    assert setting.fleet("H100") is None
    assert setting.unsized == ("sensor",)
    assert setting.planned == {}


def test_one_model_for_all_stands_ready_once() -> None:
    modalities = {m: {"volume_per_day": 5, "size_class": "40_120b"} for m in ("text", "image")}
    apart, together = likely(modalities), likely(modalities, fusion="shared")
    assert apart.fitting_fleet("H200").warm_floor == 4
    assert together.fitting_fleet("H200").warm_floor == 2
    assert apart.planned["L40S"][0] == 2 * together.planned["L40S"][0]


@given(st.floats(1, 3_000), st.floats(1, 10))
def test_a_longer_clip_never_needs_less_memory(seconds: float, longer: float) -> None:
    def copies(length: float) -> tuple[float, int]:
        video = {"volume_per_day": 5, "clip_seconds": length, "fps_sampled": 1}
        on = likely({"video": video}).fleet("H100")
        # A clip that eight accelerators do not hold needs more than any that they hold.
        return (on.loads[0].replica.memory_share, on.largest_replica) if on else (1e9, 99)

    assert copies(seconds) <= copies(seconds * longer)


@given(st.floats(1, 15), st.floats(1, 15))
def test_a_longer_generated_clip_never_needs_less_memory(one: float, other: float) -> None:
    def share(length: float) -> float:
        clips = {"video_generation": {"volume_per_day": 5, "clip_seconds": length}}
        return likely(clips).fitting_fleet("H200").loads[0].replica.memory_share

    shares = [share(length) for length in sorted((one, other))]
    assert shares == sorted(shares)
