"""Rates from the table, from the roofline, and what the processor allows."""

import numpy as np
import pytest

from app.domain.demand.serving import TokenWork, roofline_seconds
from tests.domain.builders import FACTS, LIKELY, an_accelerator
from tests.domain.validation.builders import a_case, out_of, predicted

Inputs = dict[str, object]
CHAT: Inputs = {
    "params": 8e9, "bytes_per_weight": 1, "kv_bytes_per_token": 131_072, "tokens_in": 1_000,
    "tokens_out": 50, "gpu": "H100", "stack": "oss",
}  # fmt: skip
SEES: Inputs = {**CHAT, "vit_params": 0.675e9, "patches_per_token": 4}


def test_the_roofline_is_the_products_own() -> None:
    one = np.ones(1)
    work = TokenWork(FACTS.models["4_15b"], "fp8", 1_000 * one, 50 * one, 0 * one)
    seconds = roofline_seconds(work, an_accelerator(), 1, LIKELY)[0]
    assert predicted(a_case("throughput", "requests/s", **CHAT)) == pytest.approx(1 / seconds)


@pytest.mark.parametrize(
    ("unit", "factor"),
    [
        ("requests/min", 60),
        ("requests/h", 3600),
        ("output tokens/s", 50),
        ("tok/s/GPU", 50),
        ("input tokens/s/replica", 1_000),
    ],
)
def test_units_of_a_rate(unit: str, factor: float) -> None:
    base = predicted(a_case("throughput", "requests/s", **CHAT))
    assert predicted(a_case("throughput", unit, **CHAT)) == pytest.approx(factor * base)


def test_a_copy_over_several_gpus_counts_as_one_unless_asked_for_each() -> None:
    large = {**CHAT, "params": 70e9, "gpus_per_replica": 4}
    whole = predicted(a_case("throughput", "requests/s/replica", **large))
    assert predicted(a_case("throughput", "requests/s/GPU", **large)) == pytest.approx(whole / 4)


def test_as_many_gpus_as_hold_it_where_nobody_says() -> None:
    large = {**CHAT, "params": 70e9}
    stated = a_case("throughput", "requests/s", **{**large, "gpus_per_replica": 2})
    assert predicted(a_case("throughput", "requests/s", **large)) == predicted(stated)


def test_a_model_too_large_is_flagged() -> None:
    assert out_of(a_case("throughput", "requests/s", **{**CHAT, "params": 2e12})).flags == (
        "does_not_fit",
    )


def test_a_tighter_answer_is_slower_and_untuned_code_slower_still() -> None:
    rates = [
        predicted(a_case("throughput", "requests/s", **{**CHAT, **change}))
        for change in (
            {},
            {"latency": "near_realtime"},
            {"latency": "interactive"},
            {"stack": "naive"},
        )
    ]
    assert rates == sorted(rates, reverse=True)


def test_an_unknown_stack_widens_the_range_downwards() -> None:
    unknown = {name: value for name, value in CHAT.items() if name != "stack"}
    wide, narrow = (out_of(a_case("throughput", "requests/s", **i)) for i in (unknown, CHAT))
    assert wide.predicted == narrow.predicted
    assert wide.flags == ("stack_unknown",)
    assert (wide.p10 or 0) < 0.2 * (narrow.p10 or 0)


@pytest.mark.parametrize("size", [2, 1, 0.55])
def test_fewer_bytes_are_never_slower(size: float) -> None:
    wide = predicted(a_case("throughput", "requests/s", **{**CHAT, "bytes_per_weight": 2}))
    case = a_case("throughput", "requests/s", **{**CHAT, "bytes_per_weight": size})
    assert predicted(case) >= wide * (1 - 1e-9)


def test_other_sizes_of_weights_are_refused() -> None:
    found = out_of(a_case("throughput", "requests/s", **{**CHAT, "bytes_per_weight": 3}))
    assert found.flags == ("bad_value:bytes_per_weight",)


def test_pictures_cost_time() -> None:
    seeing = predicted(a_case("throughput", "requests/s", **SEES, megapixels=1))
    assert seeing < predicted(a_case("throughput", "requests/s", **CHAT))


def test_a_processor_that_cannot_keep_up_binds_and_is_flagged() -> None:
    free = out_of(a_case("throughput", "requests/s", **SEES, megapixels=1))
    bound = out_of(a_case("throughput", "requests/s", **SEES, megapixels=1, vcpu=1, frames=30))
    assert "cpu_bound" not in free.flags
    assert bound.flags == ("cpu_bound",)
    # one vCPU, 30 pictures of 33 ms
    assert bound.predicted == pytest.approx(1 / (30 * 0.033))


def test_pictures_of_unknown_size_are_flagged() -> None:
    assert "cpu_not_checked" in out_of(a_case("throughput", "requests/s", **SEES)).flags


# ---- the table ---------------------------------------------------------------------------------


def test_a_vendors_rate_is_the_published_one() -> None:
    case = a_case("throughput", "x real time", modality="audio", gpu="L40S", stack="vendor")
    found = out_of(case)
    assert found.predicted == found.p10 == found.p90 == pytest.approx(430.8)


def test_a_rate_that_is_held_out_is_foretold() -> None:
    case = a_case(
        "throughput", "x real time", modality="audio", gpu="L40S", stack="vendor", holdout=True
    )
    found = out_of(case)
    assert found.predicted != pytest.approx(430.8)
    assert found.predicted == pytest.approx(430.8, rel=0.5)


def test_hours_of_a_volume() -> None:
    audio = a_case(modality="audio", audio_hours=10_000, gpu="L40S", stack="vendor")
    assert predicted(audio) == pytest.approx(10_000 / 430.8)
    images = a_case(modality="image", images=1e6, gpu="H100", stack="vendor")
    assert predicted(images) == pytest.approx(1e6 / 1_801 / 3_600)
    requests = a_case(phase="serve", requests=3_600, **CHAT)
    base = predicted(a_case("throughput", "requests/s/GPU", **CHAT))
    assert predicted(requests) == pytest.approx(1 / base)


def test_stacks_of_the_table() -> None:
    vendor, oss, unknown, naive = (
        predicted(a_case("throughput", "images/s", modality="image", gpu="H100", **stack))
        for stack in ({"stack": "vendor"}, {"stack": "oss"}, {}, {"stack": "naive"})
    )
    assert vendor > oss == unknown > naive


@pytest.mark.parametrize(
    ("modality", "unit", "rate"),
    # MLPerf Inference v5.1 and v4.1, as in the table of rates
    [
        ("image_gen", "images/s", 2.263),
        ("sensor", "volumes/s/GPU", 6.478),
        ("embeddings", "sequences/s", 8_976),
        ("image", "images/min", 60 * 1_801),
    ],
)
def test_each_modality_has_its_class(modality: str, unit: str, rate: float) -> None:
    case = a_case("throughput", unit, modality=modality, gpu="H100", stack="vendor")
    assert predicted(case) == pytest.approx(rate)


def test_a_class_may_be_named() -> None:
    case = a_case("throughput", "images/s", **{"class": "clip_l14"}, gpu="A100", stack="oss")
    assert predicted(case) == 312


def test_a_class_that_nobody_measured_has_no_data() -> None:
    found = out_of(
        a_case("throughput", "images/s", **{"class": "dancing"}, gpu="A100", stack="oss")
    )
    assert found.flags == ("no_data",)
    assert "dancing" in found.notes[0]


def test_nothing_to_go_by_is_insufficient() -> None:
    assert out_of(a_case("throughput", "images/s", gpu="A100")).flags == ("insufficient_inputs",)
    assert out_of(a_case(phase="serve", gpu="A100")).flags == ("insufficient_inputs",)
