"""The planned capacity of an option is the one that was priced, and holds what it must."""

import math

import pytest

from tests.domain.builders import (
    Json,
    a_decided_document,
    a_large_document,
    a_setting,
    assessed,
    option_of,
)


@pytest.fixture(scope="module")
def result() -> Json:
    return assessed(a_large_document(), 200)


def test_services_need_no_machines(result: Json) -> None:
    assert option_of(result, "managed_api")["capacity"] is None


def test_what_is_wholly_rented_is_the_planned_fleet(result: Json) -> None:
    setting = a_setting(a_large_document())
    option = option_of(result, "hyperscaler_on_demand")
    planned = setting.planned[option["purchase"]["accelerator"]]
    assert option["capacity"]["planned_by_year"] == list(planned)
    assert option["capacity"]["rented_most"] == planned[-1]
    assert option["capacity"]["accelerator"] == option["purchase"]["accelerator"]


def test_a_copy_kept_ready_is_rented_even_where_the_plan_is_smaller() -> None:
    document = a_decided_document({"text": {"volume_per_day": 10}})
    capacity = option_of(assessed(document, 20), "hyperscaler_on_demand")["capacity"]
    assert capacity["planned_by_year"][-1] < capacity["kept_ready"]
    assert capacity["rented_most"] == capacity["kept_ready"]


def test_owned_servers_rent_nothing_on_purpose(result: Json) -> None:
    own = option_of(result, "own_site")
    capacity, fleet = own["capacity"], own["fleet"]
    assert capacity["rented_most"] == 0
    assert capacity["accelerator"] == fleet["accelerator"]
    working = (fleet["servers"] - fleet["spare_servers"]) * 8
    assert working - 8 < capacity["planned_by_year"][-1] <= working


def test_a_hybrid_rents_what_its_base_lacks_in_rented_accelerators(result: Json) -> None:
    hybrid = option_of(result, "hybrid_burst")
    capacity, fleet, offer = hybrid["capacity"], hybrid["fleet"], hybrid["purchase"]
    working = [(n - fleet["spare_servers"]) * 8 for n in fleet["servers_by_year"]]
    missing = max(p - w for p, w in zip(capacity["planned_by_year"], working, strict=True))
    likely = a_setting(a_large_document()).likely
    rented, owned = (likely.fitting_fleet(x["accelerator"]).busy()[0, 0] for x in (offer, fleet))
    assert capacity["rented_most"] == math.ceil(missing * rented / owned)


def test_the_models_share_the_load_and_say_what_serves_them() -> None:
    document = a_decided_document(
        {
            "text": {"volume_per_day": 100_000, "precision": "int4", "size_class": "under_4b"},
            "audio": {"volume_per_day": 9_000, "task": "transcribe"},
        },
        workloads=["realtime_inference", "fine_tuning"],
        training={"runs_per_year": 4, "gpu_hours_per_run": 100},
    )
    capacity = option_of(assessed(document, 20), "hyperscaler_on_demand")["capacity"]
    text, audio = capacity["models"]
    assert (text["model"], text["precision"]) == ("under_4b", "int4")
    assert (audio["model"], audio["precision"]) == ("whisper_large_v3", "")
    assert text["load_share"] + audio["load_share"] == pytest.approx(1.0)
    assert text["somebody_waits"] is True
    assert capacity["trains"] is True
    assert capacity["stored_tb"] > 0


def test_deferrable_work_keeps_nothing_ready() -> None:
    document = a_decided_document(
        {"document": {"volume_per_day": 9_000}}, workloads=["batch_inference"]
    )
    capacity = option_of(assessed(document, 20), "hyperscaler_on_demand")["capacity"]
    assert capacity["kept_ready"] == 0
    assert capacity["models"][0]["somebody_waits"] is False
    assert capacity["trains"] is False


def test_a_request_has_the_tokens_that_it_reads_and_writes() -> None:
    tokens = {"tokens_in": 1_200, "tokens_out": 300, "volume_per_day": 2_000}
    document = a_decided_document({"text": tokens, "audio": {"volume_per_day": 2_000}})
    models = option_of(assessed(document, 20), "hyperscaler_on_demand")["capacity"]["models"]
    assert {row["modality"]: row["tokens_a_request"] for row in models} == {
        "text": 1_500.0,
        "audio": None,
    }
