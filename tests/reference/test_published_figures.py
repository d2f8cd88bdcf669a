"""Figures in our tables, derived again from what the source prints."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import reference
from app.domain.facts import Offer

FACTS = reference.load().facts
# The whole price list lies beside the checkout on some machines only.
PRICE_LIST = next(
    (p for p in Path(__file__).resolve().parents[3].glob("*/facts/cloud_gpu_prices.csv")), None
)
# Offers that the list lacks: a price page and a paper, each read by itself.
NOT_IN_THE_LIST = {
    ("crusoe", "any", "L40S 48GB"),
    ("azure", "us-list", "Standard_ND96isr_H100_v5"),
}
LIBRISPEECH_SECONDS = 10.7 * 3600 / 1633  # the benchmark's 1,633 samples hold 10.7 hours


def _offer(provider: str, region: str, instance: str) -> Offer:
    (offer,) = (o for o in FACTS.offers if _key(o) == (provider, region, instance))
    return offer


@pytest.mark.parametrize(
    ("accelerator", "samples_per_second", "times_real_time"),
    [
        # MLPerf Inference v5.1 closed, whisper-large-v3 Offline, samples per second and GPU
        ("L4", 5.504, 130),
        ("L40S", 18.26, 431),
        ("H100", 43.61, 1029),
        ("H200", 67.07, 1582),
        ("B200", 86.0, 2029),
    ],
)
def test_speech_throughput_is_samples_times_their_length(
    accelerator: str, samples_per_second: float, times_real_time: float
) -> None:
    (row,) = (
        t
        for t in FACTS.throughputs
        if t.workload == "whisper_large_v3" and t.accelerator == accelerator
    )
    assert row.rate == pytest.approx(samples_per_second * LIBRISPEECH_SECONDS, rel=1e-3)
    assert round(row.rate) == times_real_time


@pytest.mark.parametrize(
    ("provider", "region", "instance", "usd_per_machine_hour"),
    [
        ("aws", "us-east-1", "p5en.48xlarge", 63.296),  # AWS, 2026-07-20
        ("aws", "us-east-1", "p5.48xlarge", 55.04),  # AWS, 2026-07-20
        ("aws", "us-east-1", "p6-b200.48xlarge", 113.9328),  # AWS, 2026-07-20
        ("azure", "eastus2", "Standard_ND96isr_H200_v5", 84.8),  # Azure, 2026-06-18
        ("azure", "us-list", "Standard_ND96isr_H100_v5", 98.32),  # Lenovo LP2368 table 3
        ("gcp", "us-list", "a3-ultragpu-8g", 84.808),  # Lenovo LP2368 table 3, 2025-12-23
        ("gcp", "europe-west3", "a3-highgpu-8g", 104.431352),  # Google Cloud, 2026-07-30
        ("coreweave", "north-america", "HGX H100", 49.24),  # CoreWeave, 2026-09-20
    ],
)
def test_a_price_per_accelerator_is_the_machine_divided_by_eight(
    provider: str, region: str, instance: str, usd_per_machine_hour: float
) -> None:
    offer = _offer(provider, region, instance)
    assert offer.unit == 8
    assert offer.usd_per_hour == pytest.approx(usd_per_machine_hour / 8, rel=1e-5)


@pytest.mark.parametrize(
    ("region", "instance", "off_1y", "off_3y"),
    [
        # Discounts as derived from Google's list of 2026-07-30 and from LP2368
        ("us-central1", "a3-highgpu-8g", 0.306, 0.561),
        ("us-central1", "g2-standard-4", 0.37, 0.55),
        ("us-central1", "g4-standard-48", 0.31, 0.56),
        ("us-list", "a3-ultragpu-8g", 0.311, 0.561),
    ],
)
def test_reserved_prices_give_the_published_discounts(
    region: str, instance: str, off_1y: float, off_3y: float
) -> None:
    offer = _offer("gcp", region, instance)
    assert offer.usd_per_hour is not None
    assert offer.reserved_1y_usd_per_hour is not None
    assert offer.reserved_3y_usd_per_hour is not None
    assert 1 - offer.reserved_1y_usd_per_hour / offer.usd_per_hour == pytest.approx(
        off_1y, abs=5e-3
    )
    assert 1 - offer.reserved_3y_usd_per_hour / offer.usd_per_hour == pytest.approx(
        off_3y, abs=5e-3
    )


def test_an_hour_on_demand_fell_by_44_percent_at_aws() -> None:
    # AWS p5: 98.32 USD an hour in Lenovo LP2225 (2025-05), 55.04 now
    price = _offer("aws", "us-east-1", "p5.48xlarge").usd_per_hour
    assert price is not None
    fall = 1 - price * 8 / 98.32
    jump = FACTS.figure("price.jump_size")
    assert fall == pytest.approx(0.44, abs=5e-3)
    assert jump.low < fall < jump.high


@pytest.mark.parametrize(
    ("key", "layers", "heads", "size"),
    [
        # Model configurations: Qwen2.5-VL-3B, Llama 3.1 8B and 70B, Qwen2.5-32B, Qwen3-235B-A22B
        ("under_4b", 36, 2, 128),
        ("4_15b", 32, 8, 128),
        ("15_40b", 64, 8, 128),
        ("40_120b", 80, 8, 128),
        ("over_120b", 94, 4, 128),
    ],
)
def test_the_cache_per_token_follows_from_the_configuration(
    key: str, layers: int, heads: int, size: int
) -> None:
    assert FACTS.models[key].kv_bytes_per_token == 2 * layers * heads * size * 2


@pytest.mark.parametrize(
    ("country", "eur_per_kwh"),
    [
        ("DE", 0.1902),  # Eurostat, EU27 non-household, first half of 2025
        ("FI", 0.089),  # Eurostat, Finland, second half of 2023, the lowest
        ("CY", 0.276),  # Eurostat, Cyprus, second half of 2023, the highest
    ],
)
def test_electricity_is_converted_at_the_rate_of_the_central_bank(
    country: str, eur_per_kwh: float
) -> None:
    electricity = FACTS.countries[country].electricity
    assert electricity is not None
    assert electricity.value == pytest.approx(
        eur_per_kwh * FACTS.figure("fx.eur_usd").value, abs=5e-4
    )


def test_a_direct_link_costs_its_port_hours() -> None:
    # AWS Direct Connect, 10 Gbit/s: 2.25 USD per port-hour
    hours = FACTS.figure("hours.per_month").value
    assert FACTS.figure("second_platform.link_usd_per_month").value == 2.25 * hours


def test_making_a_server_weighs_91_grams_an_hour() -> None:
    # 4 t over 43,800 h, as stated by the product carbon footprint and five years of life
    grams = 1000 * FACTS.figure("embodied.kg_per_8gpu_server").value
    assert grams / FACTS.figure("embodied.life_hours").value == pytest.approx(91, abs=0.5)


def test_a_page_image_is_a4_at_150_dpi() -> None:
    pixels = round(8.27 * 150) * round(11.69 * 150)
    for end in ("low", "value", "high"):
        bits = getattr(FACTS.figure("storage.bits_per_pixel"), end)
        page = getattr(FACTS.figure("storage.document_page_mb"), end)
        assert page == pytest.approx(pixels * bits / 8 / 1e6, abs=0.01)


def test_prices_per_gibibyte_are_given_per_gigabyte() -> None:
    # Google, 2026-07-30: storage 0.020 in Iowa, 0.023 in Frankfurt; egress 0.12, 0.11, 0.085
    gib = 2**30 / 1e9
    google = FACTS.providers["gcp"]
    assert google.storage_usd_per_gb_month["us"] == pytest.approx(0.020 / gib, rel=1e-4)
    assert google.storage_usd_per_gb_month["eu"] == pytest.approx(0.023 / gib, rel=1e-4)
    assert [usd for _, usd in google.egress_tiers] == pytest.approx(
        [0.12 / gib, 0.11 / gib, 0.085 / gib], rel=1e-4
    )
    # CoreWeave warm 0.03, Nebius standard 0.0147
    coreweave, nebius = FACTS.providers["coreweave"], FACTS.providers["nebius"]
    assert coreweave.storage_usd_per_gb_month["us"] == pytest.approx(0.03 / gib, rel=1e-4)
    assert nebius.storage_usd_per_gb_month["eu"] == pytest.approx(0.0147 / gib, rel=1e-4)


def test_the_spread_of_scaling_is_symmetric() -> None:
    # 45 leave-one-out points, 90 % within a factor of 1.46
    error = FACTS.figure("scaling.spec_error")
    assert error.low == pytest.approx(1 / 1.46, abs=1e-3)
    assert error.high == 1.46


def test_the_lowest_availability_is_what_google_lists() -> None:
    # 556 of 1,000 priced rows are for machine types not offered in that region
    assert FACTS.figure("availability.hyperscaler").low == pytest.approx(1 - 556 / 1000, abs=5e-3)


def _priced_rows() -> Iterator[dict[str, str]]:
    if PRICE_LIST is None:
        pytest.skip("the full price list is not on this machine")
    with PRICE_LIST.open(newline="") as file:
        yield from csv.DictReader(file)


def _per_accelerator(row: dict[str, str], column: str) -> float | None:
    return float(row[column]) / float(row["count"]) if row[column] else None


def _key(offer: Offer) -> tuple[str, str, str]:
    return (offer.provider, offer.region, offer.instance)


def _is_same(offer: Offer, row: dict[str, str]) -> bool:
    """Nebius names no region in the list; ours is where it has the machine."""
    if (offer.provider, offer.instance) != (row["provider"], row["instance_type"]):
        return False
    return row["region"] in (offer.region, "any")


def test_every_offer_is_in_the_full_price_list() -> None:
    rows = list(_priced_rows())
    listed = [o for o in FACTS.offers if _key(o) not in NOT_IN_THE_LIST]
    assert len(listed) == len(FACTS.offers) - len(NOT_IN_THE_LIST)
    for offer in listed:
        (row,) = (r for r in rows if _is_same(offer, r))
        assert row["accelerator"] == offer.accelerator, offer
        assert float(row["count"]) == offer.unit, offer
        assert "NOT listed" not in row["note"], offer
        for ours, column in (
            (offer.usd_per_hour, "on_demand_usd_hr"),
            (offer.reserved_1y_usd_per_hour, "reserved_1y_usd_hr"),
            (offer.reserved_3y_usd_per_hour, "reserved_3y_usd_hr"),
        ):
            assert ours == (
                None if not row[column] else pytest.approx(_per_accelerator(row, column), rel=1e-5)
            ), (offer, column)
        assert row["price_date"].startswith(offer.source.as_of), offer
