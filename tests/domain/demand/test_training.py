"""Accelerator-hours and memory of training runs, by hand, as published, and by what must hold."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.demand.training import (
    FAMILIES,
    METHODS,
    Family,
    Method,
    TrainingWork,
    accelerators_to_hold,
    checkpoint_gb,
    gpu_hours,
    language_flop,
    memory_gb,
    network_flop,
    programme_overhead,
    scaling_efficiency,
    utilisation,
)
from app.domain.facts import Accelerator
from tests.domain.builders import FACTS, LIKELY, an_accelerator, known

ONE = np.ones(1)
families = st.sampled_from(FAMILIES)
methods = st.sampled_from(METHODS)
accelerators = st.sampled_from(list(FACTS.accelerators.values()))


def test_hours_by_hand() -> None:
    # 6 x 8e9 x 1e9 = 4.8e19 FLOP at 0.38 of 989 TFLOP/s: 127,720 s
    work = TrainingWork(language_flop(8e9 * ONE, 1e9 * ONE), "dense_llm")
    hours = gpu_hours(work, an_accelerator("H100"), LIKELY)
    assert hours[0] == pytest.approx(4.8e19 / (0.38 * 989e12) / 3600)
    assert hours[0] == pytest.approx(35.5, abs=0.1)


@pytest.mark.parametrize(
    ("flop", "family", "tuned", "accelerator", "published", "tolerance"),
    [
        # Llama 2 70B: 1,720,320 A100-hours for 2T tokens
        # https://github.com/meta-llama/llama-models/blob/main/models/llama2/MODEL_CARD.md
        (6 * 69e9 * 2e12, "dense_llm", "oss", "A100-80GB", 1_720_320, 0.25),
        # MLPerf Training v5.0, Llama 2 70B LoRA, 25.2M tokens on 8 H200
        (4 * 69e9 * 25.2e6, "lora", "vendor", "H200", 3.06, 0.35),
        # OpenCLIP ViT-L/14, 12.8B pairs at 175.33 GFLOP
        # https://github.com/mlfoundations/open_clip/blob/main/docs/PRETRAINED.md
        (3 * 175.33e9 * 12.8e9, "contrastive", "oss", "A100-80GB", 50_800, 0.40),
        # MLPerf Training v5.0, Stable Diffusion v2, 2.048M cached latents on 8 B200
        (3 * 0.804e12 * 2.048e6, "diffusion", "oss", "B200", 1.81, 0.35),
    ],
)
def test_published_hours(
    flop: float, family: Family, tuned: str, accelerator: str, published: float, tolerance: float
) -> None:
    work = TrainingWork(flop * ONE, family, is_vendor_tuned=tuned == "vendor")
    hours = gpu_hours(work, an_accelerator(accelerator), LIKELY)
    assert hours[0] == pytest.approx(published, rel=tolerance)


def test_what_a_network_costs() -> None:
    assert network_flop(2.0 * ONE, 10.0 * ONE)[0] == 60
    assert network_flop(2.0 * ONE, 10.0 * ONE, frozen_flop=1.0)[0] == 70


@given(method=methods)
def test_an_adapter_needs_two_thirds_of_the_arithmetic(method: Method) -> None:
    share = language_flop(ONE, ONE, method) / language_flop(ONE, ONE)
    assert share[0] == pytest.approx(1.0 if method == "full" else 2 / 3)


@given(
    family=families,
    accelerator=st.sampled_from(sorted(FACTS.accelerators)),
    more=st.floats(1.0, 1e3),
    overhead=st.floats(1.0, 3.0),
)
def test_more_work_never_takes_fewer_hours(
    family: Family, accelerator: str, more: float, overhead: float
) -> None:
    over = known()
    ones = np.ones(over.worlds.count)
    on = an_accelerator(accelerator)
    some = gpu_hours(TrainingWork(1e21 * ones, family), on, over)
    many = gpu_hours(TrainingWork(1e21 * more * ones, family), on, over, overhead=overhead)
    assert np.isfinite(some).all()
    assert (some > 0).all()
    assert (many >= some * (1 - 1e-12)).all()


@given(factor=st.floats(1.0, 10.0), family=families)
def test_a_faster_accelerator_takes_as_much_less_time(factor: float, family: Family) -> None:
    plain = an_accelerator()
    faster = replace(plain, bf16_tflops=plain.bf16_tflops * factor)
    work = TrainingWork(1e21 * ONE, family)
    ratio = gpu_hours(work, plain, LIKELY) / gpu_hours(work, faster, LIKELY)
    assert ratio[0] == pytest.approx(factor)


def test_only_an_adapter_is_known_in_two_kinds() -> None:
    for family in FAMILIES:
        plain, tuned = (TrainingWork(ONE, family, is_vendor_tuned=t) for t in (False, True))
        differs = utilisation(plain, LIKELY)[0] != utilisation(tuned, LIKELY)[0]
        assert differs == (family == "lora")


def test_a_programme_takes_longer_than_its_run() -> None:
    # Llama 3.1: 1.15 times for 405B, 1.5 for 70B, 2.7 for 8B
    low, likely, high = np.quantile(programme_overhead(known(4_000)), (0.1, 0.5, 0.9))
    assert low == pytest.approx(1.0, rel=0.03)
    assert likely == pytest.approx(1.3, rel=0.03)
    assert high == pytest.approx(3.0, rel=0.05)


def test_many_accelerators_do_less_each() -> None:
    # MLPerf Training v5.0: LoRA keeps 0.74 from 8 to 64 GPUs, RetinaNet 0.57
    short = scaling_efficiency(64, "short", LIKELY)[0]
    assert 0.57 < short < 0.74
    assert scaling_efficiency(64, "long", LIKELY)[0] > short
    assert scaling_efficiency(8, "short", LIKELY)[0] == 1
    assert scaling_efficiency(1, "short", LIKELY)[0] == 1


@given(one=st.integers(1, 16_384), other=st.integers(1, 16_384))
def test_more_accelerators_are_never_more_efficient(one: int, other: int) -> None:
    few, many = sorted((one, other))
    kept = [scaling_efficiency(n, "long", LIKELY)[0] for n in (few, many)]
    assert 0 < kept[1] <= kept[0] <= 1


@pytest.mark.parametrize(
    ("billions", "method", "published_gb"),
    # LLaMA-Factory, hardware table, https://github.com/hiyouga/LLaMA-Factory
    [
        (7, "full", 120),
        (7, "lora", 16),
        (70, "lora", 160),
        (7, "qlora", 6),
        (70, "qlora", 48),
    ],
)
def test_published_memory(billions: float, method: Method, published_gb: float) -> None:
    assert memory_gb(billions, method, LIKELY)[0] == pytest.approx(published_gb, rel=0.2)


@given(billions=st.floats(0.1, 1e3))
def test_fewer_trained_weights_need_less_memory(billions: float) -> None:
    full, lora, qlora = (memory_gb(billions, m, LIKELY)[0] for m in METHODS)
    assert full > lora > qlora


@given(accelerator=accelerators, needed=st.floats(0.1, 5e3), more=st.floats(1, 5))
def test_what_holds_it_is_just_enough(accelerator: Accelerator, needed: float, more: float) -> None:
    usable = 0.9 * accelerator.memory_gb
    count = accelerators_to_hold(needed * ONE, accelerator, LIKELY)[0]
    assert count * usable >= needed * (1 - 1e-9)
    assert count == 1 or (count - 1) * usable < needed
    assert accelerators_to_hold(needed * more * ONE, accelerator, LIKELY)[0] >= count


@pytest.mark.parametrize(
    ("billions", "published_gb"),
    # MLPerf Storage, submission guidelines
    [(8.03, 105), (70.6, 912), (405, 5_290)],
)
def test_published_checkpoints(billions: float, published_gb: float) -> None:
    assert checkpoint_gb(billions, LIKELY)[0] == pytest.approx(published_gb, rel=0.01)
