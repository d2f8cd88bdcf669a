"""Accelerator-seconds and memory of one copy, by hand and by what must hold."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.demand.serving import (
    TableWork,
    TokenWork,
    accelerator_seconds,
    batch,
    bytes_per_weight,
    is_sized,
    rate,
    replica,
    response_seconds,
    roofline_seconds,
    spec_ratio,
)
from app.domain.errors import MissingFact
from app.domain.facts import Accelerator
from tests.domain.builders import FACTS, LIKELY, an_accelerator, known

WHISPER = TableWork("whisper_large_v3", units=60.0, memory_gb=10.0)
accelerators = st.sampled_from(list(FACTS.accelerators.values()))
models = st.sampled_from(sorted(FACTS.models))
precisions = st.sampled_from(["bf16", "fp8", "int4"])


def tokens(
    model: str = "4_15b",
    precision: str = "fp8",
    tokens_in: float = 1_000,
    tokens_out: float = 50,
    vision: float = 0,
) -> TokenWork:
    one = np.ones(1)
    size = FACTS.models[model]
    return TokenWork(size, precision, tokens_in * one, tokens_out * one, vision * one)


# ---- memory ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "precision", "accelerator", "count"),
    # Minimum GPUs per replica at 1.2 x weights <= 0.9 x memory: the table of the sizing study,
    # section 4, where its memory column is a GPU of ours. Left out are the cells in which its
    # 72B, but not our 70B, needs exactly a power of two.
    [
        ("4_15b", "bf16", "L4", 1),
        ("4_15b", "fp8", "L4", 1),
        ("15_40b", "bf16", "L4", 4),
        ("15_40b", "fp8", "L4", 2),
        ("15_40b", "bf16", "L40S", 2),
        ("15_40b", "fp8", "L40S", 1),
        ("15_40b", "bf16", "H100", 2),
        ("15_40b", "bf16", "H200", 1),
        ("40_120b", "int4", "L4", 4),
        ("40_120b", "int4", "L40S", 2),
        ("40_120b", "bf16", "H100", 4),
        ("40_120b", "fp8", "H100", 2),
        ("40_120b", "int4", "H100", 1),
        ("40_120b", "bf16", "H200", 2),
        ("40_120b", "bf16", "B200", 2),
        ("over_120b", "fp8", "L40S", 8),
        ("over_120b", "bf16", "H100", 8),
        ("over_120b", "fp8", "H100", 4),
        ("over_120b", "bf16", "B200", 4),
        ("over_120b", "fp8", "B200", 2),
    ],
)
def test_a_copy_needs_the_published_number_of_accelerators(
    model: str, precision: str, accelerator: str, count: int
) -> None:
    copy = replica(tokens(model, precision), an_accelerator(accelerator), LIKELY)
    assert copy is not None
    assert copy.accelerators == count


def test_what_eight_accelerators_do_not_hold_has_no_copy() -> None:
    assert replica(tokens("over_120b", "bf16"), an_accelerator("L40S"), LIKELY) is None


@given(accelerator=accelerators, model=models, precision=precisions)
def test_a_copy_fits_and_half_of_it_would_not(
    accelerator: Accelerator, model: str, precision: str
) -> None:
    work = tokens(model, precision)
    copy = replica(work, accelerator, LIKELY)
    if copy is None:
        return
    assert copy.accelerators in (1, 2, 4, 8)
    assert 0 < copy.memory_share <= copy.accelerators
    assert copy.accelerators == 1 or copy.memory_share > copy.accelerators / 2
    assert 1 <= copy.slots <= 512


@pytest.mark.parametrize(
    ("accelerator", "side_by_side"),
    # (0.9 x 80 GB - 8 GB) / (131,072 bytes x 1,050 tokens) is 465; 24 GB leave room for 98
    [("H100", 465), ("L4", 98), ("B200", 512)],
)
def test_as_many_requests_run_side_by_side_as_the_cache_holds(
    accelerator: str, side_by_side: int
) -> None:
    room = batch(tokens(), an_accelerator(accelerator), 1, LIKELY)
    assert int(room[0]) == side_by_side


@given(accelerator=accelerators, model=models, one=st.floats(10, 1e6), other=st.floats(10, 1e6))
def test_a_tighter_target_never_batches_more_nor_costs_less(
    accelerator: Accelerator, model: str, one: float, other: float
) -> None:
    tight, loose = (replace(tokens(model), target_ms=t) for t in sorted((one, other)))
    free = tokens(model)
    together = [batch(w, accelerator, 8, LIKELY)[0] for w in (tight, loose, free)]
    assert 1 <= together[0] <= together[1] <= together[2] <= 512
    cost = [roofline_seconds(w, accelerator, 8, LIKELY)[0] for w in (tight, loose, free)]
    assert cost[0] >= cost[1] * (1 - 1e-12)
    assert cost[1] >= cost[2] * (1 - 1e-12)


@given(accelerator=accelerators, model=models, target_ms=st.floats(100, 1e5))
def test_a_batch_that_was_cut_for_a_target_meets_it(
    accelerator: Accelerator, model: str, target_ms: float
) -> None:
    work = replace(tokens(model), target_ms=target_ms)
    if batch(work, accelerator, 8, LIKELY)[0] > 1:
        share = LIKELY.value("latency.model_share")
        answer = response_seconds(work, accelerator, 8, LIKELY)[0]
        assert 1e3 * answer <= share * target_ms * (1 + 1e-9)


def test_a_speech_recogniser_has_the_slots_of_a_table_rate() -> None:
    copy = replica(WHISPER, an_accelerator("L4"), LIKELY)
    assert copy is not None
    assert copy.accelerators == 1
    assert copy.slots == round(LIKELY.value("queue.table_slots"))
    assert copy.memory_share == pytest.approx(10 / 21.6)


def test_fewer_bits_are_fewer_bytes() -> None:
    assert [bytes_per_weight(p, LIKELY) for p in ("bf16", "fp8", "int4")] == [2, 1, 0.55]


# ---- token work --------------------------------------------------------------------------------


def test_the_roofline_by_hand() -> None:
    # 1,000 in, 50 out, 8B in 8 bit on an H100 without images:
    # reading 1,050 x 2 x 8e9 / (0.6 x 1,979e12) = 14.15 ms, writing 50 x (8e9 / 465.3 +
    # 131,072 x 1,025) / (0.7 x 3.35e12) = 3.23 ms
    seconds = roofline_seconds(tokens(), an_accelerator(), 1, LIKELY)
    assert seconds[0] == pytest.approx(14.15e-3 + 3.23e-3, rel=2e-3)


def test_int4_computes_at_sixteen_bit() -> None:
    read = tokens(precision="int4", tokens_out=1)
    together = batch(read, an_accelerator(), 1, LIKELY)[0]
    writing = (0.55 * 8e9 / together + 131_072 * 1_000.5) / (0.7 * 3.35e12)
    seconds = roofline_seconds(read, an_accelerator(), 1, LIKELY)[0]
    assert seconds - writing == pytest.approx(1_001 * 2 * 8e9 / (0.6 * 989e12))


def test_an_accelerator_without_eight_bit_arithmetic_uses_sixteen() -> None:
    a100 = an_accelerator("A100-80GB")
    assert a100.fp8_tflops is None
    reading = tokens(precision="fp8", tokens_in=1e6, tokens_out=0)
    seconds = roofline_seconds(reading, a100, 1, LIKELY)[0]
    assert seconds == pytest.approx(1e6 * 2 * 8e9 / (0.6 * 312e12))


def test_the_response_by_hand() -> None:
    # 1.5 x (reading 465 prompts of 14.15 ms + writing 50 tokens with 465 others beside it)
    moved = 8e9 + 465.27 * 131_072 * 1_025
    writing = 50 * moved / (0.7 * 3.35e12)
    seconds = response_seconds(tokens(), an_accelerator(), 1, LIKELY)[0]
    assert seconds == pytest.approx(1.5 * (465.27 * 14.15e-3 + writing), rel=2e-3)


@given(accelerator=accelerators, copies=st.sampled_from([1, 2, 4, 8]), out=st.floats(10, 2_000))
def test_places_rate_and_time_in_the_system_agree(
    accelerator: Accelerator, copies: int, out: float
) -> None:
    """Little's law: all the places are the rate times the time that a request stays."""
    work = tokens(tokens_out=out)
    stay = response_seconds(work, accelerator, copies, LIKELY)[0] / 1.5
    rate = copies / roofline_seconds(work, accelerator, copies, LIKELY)[0]
    assert batch(work, accelerator, copies, LIKELY)[0] == pytest.approx(rate * stay)


def test_answers_within_two_seconds_cost_what_benchmarks_lose() -> None:
    # MLPerf v4.1 and v5.1, Interactive over Offline of one system: 0.57, eight of ten 0.44 to
    # 0.72; a vision-language model at p99 <= 1.5 s 0.27 to 0.55 (sizing study, section 3).
    photo = tokens(tokens_in=1_276, tokens_out=150, vision=1_276)
    offline = roofline_seconds(photo, an_accelerator(), 1, LIKELY)[0]
    kept = offline / roofline_seconds(replace(photo, target_ms=2_000), an_accelerator(), 1, LIKELY)
    assert 0.27 < kept[0] < 0.72


@given(accelerator=accelerators, model=models, precision=precisions, factor=st.floats(1.0, 20.0))
def test_more_tokens_never_take_less_time(
    accelerator: Accelerator, model: str, precision: str, factor: float
) -> None:
    for longer in (
        tokens(model, precision, tokens_in=1_000 * factor),
        tokens(model, precision, tokens_out=50 * factor),
        tokens(model, precision, vision=1_000 * factor),
    ):
        short = roofline_seconds(tokens(model, precision), accelerator, 8, LIKELY)
        assert roofline_seconds(longer, accelerator, 8, LIKELY) >= short * (1 - 1e-12)


@given(factor=st.floats(1.0, 10.0), model=models)
def test_a_better_accelerator_never_takes_longer(factor: float, model: str) -> None:
    plain = an_accelerator()
    for better in (
        replace(plain, bf16_tflops=plain.bf16_tflops * factor, fp8_tflops=1_979 * factor),
        replace(plain, bandwidth_tb_s=plain.bandwidth_tb_s * factor),
        replace(plain, memory_gb=plain.memory_gb * factor),
    ):
        mine = roofline_seconds(tokens(model), better, 8, LIKELY)
        assert mine <= roofline_seconds(tokens(model), plain, 8, LIKELY) * (1 + 1e-12)


def test_a_copy_on_more_accelerators_answers_sooner() -> None:
    work = replace(tokens(tokens_in=20_000), at_once=2)
    one, four = (response_seconds(work, an_accelerator(), n, LIKELY)[0] for n in (1, 4))
    assert four < one


def test_the_published_loss_stands_in_where_no_target_is_given() -> None:
    free, near, interactive = (
        accelerator_seconds(tokens(), an_accelerator(), 1, latency, LIKELY)[0]
        for latency in ("batch", "near_realtime", "interactive")
    )
    assert near == pytest.approx(free / 0.92)
    assert interactive == pytest.approx(free / 0.55)
    limited = replace(tokens(), target_ms=60_000)
    with_target = accelerator_seconds(limited, an_accelerator(), 1, "interactive", LIKELY)[0]
    assert with_target == pytest.approx(free, rel=0.05), "a target limits the batch itself"


def test_no_world_takes_no_time_or_for_ever() -> None:
    over = known(5_000)
    ones = np.ones(5_000)
    work = TokenWork(FACTS.models["4_15b"], "fp8", 1_000 * ones, 50 * ones, 0 * ones)
    for job in (work, WHISPER):
        seconds = accelerator_seconds(job, an_accelerator("A100-80GB"), 1, "interactive", over)
        assert np.isfinite(seconds).all()
        assert (seconds > 0).all()


# ---- table work --------------------------------------------------------------------------------


def test_a_measured_rate_is_derated_to_open_source_serving() -> None:
    found = rate("whisper_large_v3", an_accelerator("L40S"), LIKELY)
    assert found.quality == "measured"
    assert found.basis.accelerator == "L40S"
    assert found.rate[0] == pytest.approx(0.6 * 430.8)


def test_a_rate_measured_with_open_source_is_taken_as_it_is() -> None:
    found = rate("clip_l14", an_accelerator("A100-80GB"), LIKELY)
    assert (found.quality, found.rate[0]) == ("measured", 312)


def test_an_accelerator_that_nobody_measured_is_scaled_from_its_nearest() -> None:
    found = rate("whisper_large_v3", an_accelerator("A100-80GB"), LIKELY)
    assert found.quality == "modelled"
    assert found.basis.accelerator == "L40S"
    ratio = (312 / 362) ** 0.75 * (2.039 / 0.864) ** 0.25
    assert found.rate[0] == pytest.approx(0.6 * 430.8 * ratio)


def test_an_unknown_workload_is_named() -> None:
    with pytest.raises(MissingFact, match="No throughput is known for dancing"):
        rate("dancing", an_accelerator(), LIKELY)


@given(one=accelerators, other=accelerators)
def test_the_ratio_of_specifications_is_mutual(one: Accelerator, other: Accelerator) -> None:
    there = spec_ratio(one, other)
    back = spec_ratio(other, one)
    assert there * back == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("workload", "accelerator", "stack", "rate_then"),
    [
        ("sdxl_1024px", "H100", "vendor", 2.263),
        ("sdxl_1024px", "H100", "oss", 2.263 * 0.6),
        ("sdxl_1024px", "H100", "reference", 2.263 * 0.1),
        ("clip_l14", "A100-80GB", "oss", 312),
        ("clip_l14", "A100-80GB", "vendor", 312 / 0.6),
        ("clip_l14", "A100-80GB", "reference", 312 * 0.1 / 0.6),
        # nobody published it on B200: scaled from GB200 by arithmetic and bandwidth
        ("wan22_14b", "B200", "vendor", 0.03489 * (2250 / 2500) ** 0.75),
    ],
)
def test_a_rate_follows_how_well_the_software_is_tuned(
    workload: str, accelerator: str, stack: str, rate_then: float
) -> None:
    found = rate(workload, an_accelerator(accelerator), LIKELY, stack)
    assert found.rate[0] == pytest.approx(rate_then)
    assert found.quality == ("measured" if accelerator != "B200" else "modelled")


def test_a_scaled_rate_is_modelled_and_its_published_error_is_its_range() -> None:
    over = known(20_000)
    scaled = rate("sdxl_1024px", an_accelerator("A100-80GB"), over, "vendor")
    tuned = over.positive("stack.vendor_table")
    low, high = np.percentile(scaled.rate / tuned, [10, 90])
    assert scaled.quality == "modelled"
    assert high / low == pytest.approx(1.46**2, rel=0.05)


def test_nobody_has_published_a_rate_for_lidar() -> None:
    assert not is_sized(TableWork("pointpillars", 1.0, 4.0), LIKELY)
    with pytest.raises(MissingFact, match="pointpillars"):
        rate("pointpillars", an_accelerator(), LIKELY)


def test_a_models_own_code_is_ten_times_slower_than_the_roofline() -> None:
    tuned = replace(tokens(), stack="oss")
    naive = replace(tuned, stack="reference")
    seconds = [
        accelerator_seconds(work, an_accelerator(), 1, "batch", LIKELY)[0]
        for work in (tuned, naive)
    ]
    assert seconds[1] / seconds[0] == pytest.approx(10)
