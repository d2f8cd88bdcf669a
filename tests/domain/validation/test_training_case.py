"""The arithmetic that a case states in its own terms."""

import pytest

from tests.domain.validation.builders import a_case, out_of, predicted

A100_HOUR = 312e12 * 3600


@pytest.mark.parametrize(
    ("inputs", "flop", "utilisation"),
    [
        ({"params": 7e9, "tokens": 1e9}, 6 * 7e18, 0.38),
        ({"params": 7e9, "tokens": 1e9, "flop_multiplier": 4}, 4 * 7e18, 0.30),
        ({"params": 7e9, "tokens": 1e9, "method": "qlora"}, 4 * 7e18, 0.30),
        ({"params": 7e9, "samples": 1e6, "tokens_per_sample": 1e3}, 6 * 7e18, 0.30),
        (
            {"params": 7e9, "samples": 1e6, "tokens_per_sample": 1e3, "vision_gflop": 400},
            6 * 7e18 + 4e17,
            0.30,
        ),
        ({"fwd_gflop_per_sample": 100, "samples": 1e9}, 3e20, 0.13),
        ({"unet_fwd_tflop": 1, "samples": 1e9, "flop_multiplier": 2}, 2e21, 0.33),
        ({"params": 7e9, "tokens": 1e9, "programme_overhead": 2}, 12 * 7e18, 0.38),
        ({"params": 7e9, "tokens": 1e9, "mfu_family": "vlm_sft"}, 6 * 7e18, 0.30),
    ],
)
def test_hours_of_each_rule(inputs: dict[str, object], flop: float, utilisation: float) -> None:
    hours = predicted(a_case(gpu="A100", **inputs))
    assert hours == pytest.approx(flop / (utilisation * A100_HOUR))


def test_the_family_that_was_assumed_is_said() -> None:
    assert (
        "The kind of training (mfu_family) is not stated: dense_llm."
        in out_of(a_case(gpu="A100", params=7e9, tokens=1e9)).notes
    )
    assert out_of(a_case(gpu="A100", params=7e9, tokens=1e9, mfu_family="lora")).notes == ()


def test_a_run_may_have_been_a_programme_but_a_fine_tuning_is_one_run() -> None:
    run = out_of(a_case(gpu="A100", params=7e9, tokens=1e9))
    one = out_of(
        a_case(gpu="A100", params=7e9, tokens=1e9, phase="fine_tune", mfu_family="dense_llm")
    )
    assert run.predicted == one.predicted
    assert run.p90 is not None
    assert one.p90 is not None
    assert run.p90 > 2 * one.p90 > 2 * (one.predicted or 0)


def test_too_little_says_what_would_do() -> None:
    found = out_of(a_case(gpu="A100", phase="train", params=7e9))
    assert found.predicted is None
    assert found.flags == ("insufficient_inputs",)
    assert "params with tokens" in found.notes[0]


@pytest.mark.parametrize(("method", "gb"), [("full", 119), ("lora", 16.1), ("qlora", 5.6)])
def test_memory_of_a_method(method: str, gb: float) -> None:
    case = a_case("memory", "GB", params=7e9, phase="fine_tune", method=method)
    assert predicted(case) == pytest.approx(gb)


def test_a_method_that_is_not_stated_is_assumed_and_said() -> None:
    found = out_of(a_case("memory", "GB", params=7e9, phase="train"))
    assert found.predicted == pytest.approx(119)
    assert found.notes == ("The method is not stated: full.",)
