"""Figures that somebody published, computed again by the engine's own functions.

Each test names its source and restates the numbers. Reproducing a vendor's arithmetic tests
our arithmetic, not the vendor's assumptions. Erlang C stands in demand/test_queueing.py, GPUs
per copy in demand/test_serving.py, resale in cost/test_owned.py, rank-order centroids in
decision/test_weights.py.
"""

from dataclasses import replace

import numpy as np
import pytest

from app.domain.cost.breakeven import breakeven_month
from app.domain.cost.ledger import Ledger
from app.domain.cost.owned import OwnedPlan, charge_upkeep, energy_kwh, utilisation
from app.domain.cost.rented import tiered_usd
from app.domain.demand.media import raw_gb_per_item
from app.domain.demand.serving import TokenWork, accelerator_seconds, rate, roofline_seconds
from app.domain.facts import Facts, Figure
from app.domain.known import Known
from app.domain.worlds import likely_world
from tests.domain.builders import (
    FACTS,
    LIKELY,
    a_document,
    a_large_document,
    a_server,
    a_setting,
    an_accelerator,
    answers_of,
)

# A tuned benchmark is derated to open-source serving before it is used; published runs of the
# tuned stack are compared without it.
OPEN_SOURCE = LIKELY.value("stack.oss_table")


def tokens(model: str, precision: str, reads: float, writes: float, vision: float) -> TokenWork:
    one = np.ones(1)
    return TokenWork(FACTS.models[model], precision, reads * one, writes * one, vision * one)


def with_figures(**values: float) -> Known:
    """The likely world with some figures at another value."""
    figures = dict(FACTS.figures)
    for name, value in values.items():
        key = name.replace("__", ".")
        figures[key] = replace(figures[key], value=value, low=value, high=value)
    return Known(replace(FACTS, figures=figures), likely_world())


# ---- serving -----------------------------------------------------------------------------------


def test_llama_2_7b_on_an_a10g() -> None:
    # vLLM, FP16, 256 tokens in, 128 out, one A10G: 3.82 requests/s
    # https://github.com/neuralmagic/nm-vllm/commit/0f82868a16b587ff97ece097c67f3b66a4759863
    a10g = replace(
        an_accelerator("L4"),
        key="A10G",
        memory_gb=24,
        bandwidth_tb_s=0.6,
        bf16_tflops=70,
        fp8_tflops=None,
    )
    llama = replace(
        FACTS.models["4_15b"], billions=6.74, active_billions=6.74, kv_bytes_per_token=524_288
    )
    work = replace(tokens("4_15b", "bf16", 256, 128, 0), model=llama)
    per_second = 1 / roofline_seconds(work, a10g, 1, LIKELY)[0]
    assert per_second == pytest.approx(3.82, rel=0.40)


def test_ten_thousand_hours_of_whisper_on_an_l40s() -> None:
    # MLPerf Inference v5.1, whisper-large-v3 Offline, Dell XE7740: 23.21 GPU-hours
    # https://github.com/mlcommons/inference_results_v5.1/tree/main/closed/Dell/results
    tuned = rate("whisper_large_v3", an_accelerator("L40S"), LIKELY).rate[0] / OPEN_SOURCE
    assert 10_000 / tuned == pytest.approx(23.21, rel=1e-3)


def without(accelerator: str) -> Facts:
    kept = tuple(t for t in FACTS.throughputs if t.accelerator != accelerator)
    return replace(FACTS, throughputs=kept)


@pytest.mark.parametrize(
    ("accelerator", "times_real_time"),
    # MLPerf Inference v5.1, whisper-large-v3 Offline, from the sizing study, section 3
    [("L4", 130), ("L40S", 431), ("H100", 1_029), ("H200", 1_582), ("B200", 2_029)],
)
def test_a_rate_left_out_is_foretold_from_the_specifications(
    accelerator: str, times_real_time: float
) -> None:
    # Leave-one-out over 45 points: the greatest error was x1.68
    unseen = Known(without(accelerator), likely_world())
    found = rate("whisper_large_v3", an_accelerator(accelerator), unseen)
    assert found.quality == "modelled"
    error = found.rate[0] / OPEN_SOURCE / times_real_time
    assert 1 / 1.68 <= error <= 1.68


def test_whisper_on_an_a100_that_nobody_measured() -> None:
    # The sizing study, section 3, estimates about 450 times real time
    a100 = rate("whisper_large_v3", an_accelerator("A100-80GB"), LIKELY).rate[0] / OPEN_SOURCE
    assert a100 == pytest.approx(450, rel=0.15)


def test_a_million_images_a_day() -> None:
    # The sizing study, section 8: 1 MP, 8B FP8, 0.6B encoder with 4,000 patches, 1,000 tokens
    # in and 50 out, H100, interactive: 62 ms each, 17 busy GPU-hours a day
    study = with_figures(vision__encoder_billions=0.6)
    work = tokens("4_15b", "fp8", 1_000, 50, 1_000)
    seconds = accelerator_seconds(work, an_accelerator(), 1, "interactive", study)[0]
    assert seconds == pytest.approx(0.062, rel=0.05)
    assert 1e6 * seconds / 3_600 == pytest.approx(17, abs=1)


@pytest.mark.parametrize(
    ("model", "kilobytes"),
    # The sizing study, section 4: Llama 3.1 8B and 70B in FP16
    [("4_15b", 131), ("40_120b", 328)],
)
def test_the_cache_of_a_token(model: str, kilobytes: float) -> None:
    assert FACTS.models[model].kv_bytes_per_token / 1e3 == pytest.approx(kilobytes, rel=5e-3)


def test_the_cache_of_an_image() -> None:
    # The same: an image of 1,280 tokens costs about 0.17 GB on an 8B model
    assert 1_280 * FACTS.models["4_15b"].kv_bytes_per_token / 1e9 == pytest.approx(0.17, abs=0.005)


# ---- bytes -------------------------------------------------------------------------------------


def test_laion_5b_is_220_terabytes() -> None:
    # 5.86 billion images of 384 px, 0.18 MP: 220 TB
    # https://github.com/rom1504/img2dataset/blob/main/dataset_examples/laion5B.md
    answers = answers_of(a_document({"image": {"volume_per_day": 1, "megapixels": 0.18}}))
    terabytes = 5.86e9 * raw_gb_per_item("image", answers, LIKELY)[0] / 1e3
    assert terabytes == pytest.approx(220, rel=0.40)


def test_an_hour_of_full_hd_is_3_6_gigabytes() -> None:
    # YouTube's recommended upload rate for 1080p, 8 Mbit/s: the sizing study, section 1
    answers = answers_of(a_document({"video": {"volume_per_day": 1, "height": 1_080}}))
    assert 60 * raw_gb_per_item("video", answers, LIKELY)[0] == pytest.approx(3.6)


# ---- money -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("capex", "own", "cloud", "hours"),
    [
        # Lenovo Press LP2225 (2025), 8 x H100: on demand, and reserved for a year
        (833_806, 0.87, 98.32, 8_556),
        (833_806, 0.87, 77.43, 10_890),
        # Lenovo Press LP2368 (2026), configuration A: Azure on demand, and for three years
        (250_141.80, 6.37, 98.32, 2_720),
        (250_141.80, 6.37, 43.16, 6_800),
    ],
)
def test_lenovos_hours_to_break_even(capex: float, own: float, cloud: float, hours: int) -> None:
    # https://lenovopress.lenovo.com/lp2225-... and https://lenovopress.lenovo.com/lp2368-...
    # The ledger's period is an hour here, as in the papers; nothing is discounted.
    nothing = np.zeros(1)
    owned, rented = Ledger(12_000, nothing), Ledger(12_000, nothing)
    owned.once("hardware", 0, np.array([capex]))
    owned.monthly("energy", np.array([[own]]))
    rented.monthly("cloud_compute", np.array([[cloud]]))
    assert breakeven_month(owned.cash, rented.cash)[0] == pytest.approx(hours, abs=1.5)


def test_lenovos_months_to_break_even() -> None:
    # The same papers by the month: 11.9 of 720 h in LP2225, 3.7 of 730 h in LP2368
    for capex, own, cloud, hours, months in (
        (833_806, 0.87, 98.32, 720, 11.9),
        (250_141.80, 6.37, 98.32, 730, 3.7),
    ):
        nothing = np.zeros(1)
        owned, rented = Ledger(24, nothing), Ledger(24, nothing)
        owned.once("hardware", 0, np.array([capex]))
        owned.monthly("energy", np.array([[own * hours]]))
        rented.monthly("cloud_compute", np.array([[cloud * hours]]))
        assert breakeven_month(owned.cash, rented.cash)[0] == np.ceil(months)


LIKELY_LARGE = a_setting(a_large_document(horizon_months=12)).likely
H200_YEAR = OwnedPlan(a_server("8xh200"), "colocation", (1,), 0)


# What servers cost more since these papers is a figure of its own.
THEN = with_figures(server__price_factor=1.0)


def upkeep(plan: OwnedPlan, known: Known = THEN) -> dict[str, float]:
    """USD a year of one server, line by line."""
    ledger = Ledger(12, np.zeros(1))
    busy = utilisation(plan, LIKELY_LARGE.fitting_fleet(plan.server.accelerator))
    charge_upkeep(ledger, plan, busy, "none", FACTS.countries["US"], known)
    return {key: float(line.undiscounted[0]) for key, line in ledger.lines.items()}


@pytest.mark.parametrize(
    ("capex", "usd_per_hour"),
    # LP2368, maintenance of configurations A, B and D at 12 % a year over 8,760 h
    [(250_141.80, 3.42), (277_897.75, 3.80), (461_567.50, 6.32)],
)
def test_lenovos_maintenance(capex: float, usd_per_hour: float) -> None:
    server = a_server("8xh200")
    priced = replace(server, price_usd=replace(server.price_usd, value=capex))
    yearly = upkeep(replace(H200_YEAR, server=priced))["maintenance"]
    assert yearly / 8_760 == pytest.approx(usd_per_hour, abs=0.01)


def test_one_server_of_eight_h200() -> None:
    # The cost study, section 3: maintenance 33k, space 23k a year at 184 USD/kW-month,
    # 0.86 USD a busy hour above idle at PUE 1.3 and 9.29 cents
    study = with_figures(
        colocation__retail_usd_per_kw_month=184.0,
        pue__colocation=1.3,
        power__idle_share=0.3,
        server__price_factor=1.0,
    )
    yearly = upkeep(H200_YEAR, study)
    assert yearly["maintenance"] == pytest.approx(33_000, rel=0.02)
    assert yearly["facility"] == pytest.approx(23_000, rel=0.03)

    def kwh(busy: float) -> float:
        pue: Figure = study.figure("pue.colocation")
        return float(energy_kwh(H200_YEAR, np.full((1, 12), busy), pue, study).sum())

    assert 0.0929 * (kwh(1) - kwh(0)) / 8_760 == pytest.approx(0.86, abs=0.005)


def test_five_terabytes_out_of_aws() -> None:
    # CloudPriceBook, 10 June 2026: 5,120 GB a month less 100 free at 0.09 cost about 452 USD
    # https://cloud-cost-557.pages.dev/blog/estimate-aws-data-transfer-bill/
    usd = tiered_usd(np.array([5_120.0]), FACTS.providers["aws"].egress_tiers)[0]
    assert usd == pytest.approx(452, abs=0.5)


def test_an_h100_for_a_year_among_specialists() -> None:
    # SemiAnalysis, quoted in the cost study, section 4: 1.70 in October 2025, 2.35 in March 2026
    figure = FACTS.figure("commitment.specialist_1y_h100")
    assert (figure.low, figure.value) == (1.7, 2.35)
