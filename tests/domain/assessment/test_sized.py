"""The demand in a result: phases, accelerators, the week."""

import pytest

from app.domain.assessment.sized import sized
from tests.domain.builders import (
    EVERY_MODALITY,
    FACTS,
    Json,
    a_decided_document,
    a_setting,
    assessed,
)

LIDAR = {"sensor": {"volume_per_day": 10_000, "task": "detect_lidar"}}


def demand_of(result: Json, modality: str) -> Json:
    (row,) = (row for row in result["demand"] if row["modality"] == modality)
    assert isinstance(row, dict)
    return row


@pytest.fixture(scope="module")
def result() -> Json:
    every = {modality: {"volume_per_day": 20_000} for modality in EVERY_MODALITY}
    document = a_decided_document(
        every,
        workloads=["realtime_inference", "fine_tuning"],
        training={"million_tokens_per_run": 100},
    )
    return assessed(document, 100)


@pytest.mark.parametrize("modality", EVERY_MODALITY)
def test_each_kind_has_its_phases_with_range_grade_and_source(result: Json, modality: str) -> None:
    row = demand_of(result, modality)
    assert {"ingest", "serve", "store", "network"} <= row["phases"].keys()
    assert row["title"]
    assert row["limit"]["resource"] in ("compute", "memory", "CPU", "network")
    for phase in row["phases"].values():
        for figure in (part for part in phase.values() if isinstance(part, dict)):
            assert figure["grade"] in ("measured", "modelled", "no data")
            assert figure["source"]
            assert figure["as_of"]
            if figure["grade"] == "no data":
                assert "p50" not in figure
            else:
                assert figure["p10"] <= figure["p50"] <= figure["p90"]
                assert figure["unit"]


def test_busy_and_provisioned_hours_are_two_figures(result: Json) -> None:
    serve = demand_of(result, "image")["phases"]["serve"]
    assert serve["busy_gpu_hours_per_day"]["p50"] < serve["provisioned_gpu_hours_per_day"]["p50"]
    assert serve["provisioned_gpu_hours_per_day"]["p50"] == 24 * serve["gpus_peak"]["p50"]


def test_language_models_can_be_tuned_and_others_not(result: Json) -> None:
    tune = demand_of(result, "text")["phases"]["tune"]
    assert tune["full_gb_min"]["p50"] > tune["lora_gb_min"]["p50"] > tune["qlora_gb_min"]["p50"]
    assert tune["full_gpu_hours_per_run"]["p50"] > 0
    assert "tune" not in demand_of(result, "image_generation")["phases"]


def test_the_chosen_accelerator_leads_and_the_others_follow_by_price(result: Json) -> None:
    chosen, *others = result["accelerators"]
    assert chosen["chosen"]
    assert chosen["accelerator"] == demand_of(result, "text")["accelerator"]
    assert not any(other["chosen"] for other in others)
    assert {row["accelerator"] for row in result["accelerators"]} == set(FACTS.on_offer)
    prices = [row["usd_per_day"] for row in others if row["usd_per_day"] is not None]
    assert prices == sorted(prices)
    assert [row["usd_per_day"] for row in others[: len(prices)]] == prices


def test_the_week_has_the_mean_load_of_the_likely_case(result: Json) -> None:
    setting = a_setting(a_decided_document({"text": {"volume_per_day": 2_000_000}}), worlds=20)
    week = sized(setting, "H100")["week"]
    load = setting.likely.fitting_fleet("H100").serving_load[0]
    assert len(week["realtime"]) == len(week["deferrable"]) == 168
    assert sum(week["realtime"]) / 168 == pytest.approx(load, rel=0.02)
    assert sum(week["deferrable"]) == 0
    assert sum(result["week"]["deferrable"]) > 0  # training waits for quiet hours


def test_what_nobody_measured_rules_every_option_out_and_leaves_serving_without_a_number() -> None:
    result = assessed(a_decided_document({**LIDAR, "text": {"volume_per_day": 100_000}}), 50)
    assert result["recommended"] is None
    for option in result["options"]:
        assert not option["feasible"]
        assert {rule["id"] for rule in option["failed"]} & {"V0", "M1", "H3"}
    lidar, text = demand_of(result, "sensor"), demand_of(result, "text")
    assert lidar["quality"] == "no data"
    assert lidar["busy_gpu_hours_per_day"] is None
    assert "p50" not in lidar["phases"]["serve"]["gpus_peak"]
    assert lidar["phases"]["ingest"]["gb_per_day"]["p50"] > 0
    # the rest of the project is sized all the same
    assert text["accelerator"] == "H100"
    assert text["phases"]["serve"]["gpus_peak"]["p50"] >= 1
    assert result["week"] is None
    assert not any(row["fits"] for row in result["accelerators"])


def test_a_vendors_machines_are_stood_in_for() -> None:
    setting = a_setting(a_decided_document(), worlds=20)
    first = sized(setting, "H100", stands_in=True)["accelerators"][0]
    assert (first["accelerator"], first["stands_in"]) == ("H100", True)


def test_a_measurement_of_ones_own_closes_the_gap() -> None:
    row = {
        "requests_per_second": 500,
        "accelerators": 1,
        "conditions": "served",
        "task": "detect_lidar",
        "file": "lidar.csv",
        "day": "2026-11-20",
    }
    document = a_decided_document(LIDAR, measurements={"sensor": {"H100": row}})
    result = assessed(document, 50)
    assert result["recommended"] is not None
    lidar = demand_of(result, "sensor")
    busy = lidar["phases"]["serve"]["busy_gpu_hours_per_day"]
    assert (lidar["accelerator"], busy["grade"]) == ("H100", "measured")
    assert busy["source"] == "own measurement, lidar.csv"
    assert busy["p50"] == pytest.approx(10_000 / 500 / 3_600, rel=0.2)
    assert [row["accelerator"] for row in result["accelerators"] if row["fits"]] == ["H100"]
