"""Each guard against a mistake that price catalogues make, by name."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.prices.guards import Judged
from app.domain.prices.reading import Stated
from tests.domain.prices.builders import GCP, STATED, a_row, an_offer, judge, read


def _reason(**changes: Any) -> tuple[str, str]:  # noqa: ANN401  # whatever a row has
    found = judge(a_row(**changes))
    assert not found.offers
    (refused,) = found.refused
    return refused.reason, refused.sentence


def test_a_believable_row_becomes_an_offer_with_the_price_of_one_accelerator() -> None:
    found = judge(a_row(reserved_1y="44.032"))
    assert found.offers == (an_offer(reserved_1y_usd_per_hour=44.032 / 8),)
    assert not found.refused


@pytest.mark.parametrize("price", ["0", "0.0", "0.01", "0.08"])
def test_a_gpu_for_nothing_or_a_cent_is_refused(price: str) -> None:
    reason, sentence = _reason(usd_per_hour=price)
    assert reason == "placeholder"
    assert "a price that nobody found out" in sentence


def test_a_reservation_for_nothing_is_refused_too() -> None:
    assert _reason(reserved_3y="0")[0] == "placeholder"


def test_a_price_of_the_host_alone_is_refused() -> None:
    # a3-highgpu-8g without its GPUs: 9.46 USD an hour, 1.18 for each H100 of the lowest 6.88
    reason, sentence = _reason(usd_per_hour="9.46")
    assert reason == "host_only"
    assert "looks like a machine without its accelerators" in sentence


def test_an_unknown_gpu_name_is_reported_by_its_name() -> None:
    reason, sentence = _reason(accelerator="H100-NVL")
    assert reason == "accelerator"
    assert "'H100-NVL'" in sentence


@pytest.mark.parametrize("times", [730, 720, 744, 500])
def test_a_price_for_a_month_is_no_price_for_an_hour(times: int) -> None:
    reason, sentence = _reason(usd_per_hour=str(55.04 * times))
    assert reason == "unit"
    assert "a price for a month" in sentence


def test_a_price_divided_by_the_hours_of_a_month_once_too_often_is_refused() -> None:
    reason, _ = _reason(usd_per_hour=str(55.04 * 8 / 730))  # 0.08 USD for each
    assert reason == "host_only"  # a 91st: not the unit, but too low all the same
    found = judge(a_row(usd_per_hour="0.2"), base=(an_offer(usd_per_hour=18.0),))
    assert found.refused[0].reason == "unit"  # 0.025 USD for each, a 720th


def test_ten_times_the_dearest_is_refused() -> None:
    assert _reason(usd_per_hour=str(55.04 * 10.1))[0] == "level"
    assert judge(a_row(usd_per_hour=str(55.04 * 9.9))).offers


def test_an_accelerator_without_a_known_price_is_bounded_all_the_same() -> None:
    assert judge(a_row(usd_per_hour="801"), base=()).refused[0].reason == "level"
    assert judge(a_row(usd_per_hour="799"), base=()).offers


@pytest.mark.parametrize("count", ["0", "-8", "nan", "inf", "eight", "1e9"])
def test_a_machine_with_no_or_an_impossible_number_of_gpus_is_refused(count: str) -> None:
    assert _reason(count=count)[0] == "count"


def test_a_count_that_is_not_given_is_not_taken_for_one() -> None:
    assert _reason(count="")[0] == "count"


def test_a_part_of_a_gpu_is_priced_as_a_whole() -> None:
    (offer,) = judge(a_row(count="0.5", usd_per_hour="3.44")).offers
    assert (offer.unit, offer.usd_per_hour) == (0.5, 6.88)


@pytest.mark.parametrize("currency", ["EUR", "usd ", "€"])
def test_another_currency_is_refused(currency: str) -> None:
    assert _reason(currency=currency)[0] == "currency"


@pytest.mark.parametrize("price", ["nan", "inf", "-inf", "-1", "1e999", "55,04", "=1+1", "free"])
def test_what_is_no_finite_positive_number_is_no_price(price: str) -> None:
    assert _reason(usd_per_hour=price)[0] == "number"


def test_no_price_is_missing_and_never_nothing() -> None:
    assert _reason(usd_per_hour="")[0] == "no_price"
    (offer,) = judge(a_row(reserved_1y="")).offers
    assert offer.reserved_1y_usd_per_hour is None


def test_what_the_file_itself_calls_unavailable_is_refused_in_its_words() -> None:
    reason, sentence = _reason(remark="NOT listed in this region")
    assert reason == "not_for_sale"
    assert "NOT listed in this region" in sentence


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(1)", "\uff1d1+1"])
@pytest.mark.parametrize("field", ["instance", "region", "accelerator", "source", "provider"])
def test_a_cell_that_begins_like_a_formula_is_refused(field: str, text: str) -> None:
    assert _reason(**{field: text})[0] == "formula"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"provider": "acme"}, "provider"),
        ({"region": "moon-1"}, "region"),
        ({"region": "me-central-1"}, "region"),  # in a part of the world without figures
        ({"country": "DE", "geography": "eu"}, "region"),  # us-east-1 is not in Germany
        ({"source": "a blog"}, "source"),
        ({"as_of": "soon"}, "source"),
        ({"as_of": "2027-01-01"}, "source"),
        ({"confidence": "sure"}, "source"),
    ],
)
def test_a_row_without_a_known_origin_is_refused(changes: dict[str, str], reason: str) -> None:
    assert _reason(**changes)[0] == reason


def test_a_row_that_is_there_once_for_each_zone_counts_once() -> None:
    found = judge(a_row(), a_row(line=3), a_row(line=4))
    assert (len(found.offers), found.repeated, found.refused) == (1, 2, ())


def test_two_prices_for_one_machine_are_both_refused() -> None:
    found = judge(a_row(), a_row(line=3, usd_per_hour="60"))
    assert not found.offers
    assert [(r.line, r.reason) for r in found.refused] == [(2, "duplicate"), (3, "duplicate")]


# ---- a machine and its accelerators, priced apart -------------------------------------------


def _gcp(*lines: str) -> Judged:
    text = "\n".join((GCP, *lines)) + "\n"
    base = (an_offer(usd_per_hour=11.06),)
    return judge(*read(text, Stated("gcp", STATED.source, STATED.as_of)), base=base)


def test_a_host_and_its_accelerators_are_added_in_the_same_region() -> None:
    found = _gcp(
        "a3-highgpu-8g,208,1872,,,us-central1,9.46",
        ",,,H100,8,us-central1,79.03",
    )
    (offer,) = found.offers
    assert (offer.instance, offer.region, offer.unit) == ("a3-highgpu-8g", "us-central1", 8.0)
    assert offer.usd_per_hour == pytest.approx((9.46 + 79.03) / 8)
    assert not found.refused


def test_a_host_and_accelerators_of_different_regions_are_never_added() -> None:
    found = _gcp(
        "a3-highgpu-8g,208,1872,,,us-central1,9.46",
        ",,,H100,8,europe-west4,79.03",
    )
    assert not found.offers
    assert [(r.name, r.reason) for r in found.refused] == [
        ("a3-highgpu-8g in us-central1", "host_only"),
        ("8 H100 in europe-west4", "other_region"),
    ]


def test_accelerators_whose_host_is_nowhere_in_the_file_are_refused() -> None:
    (refused,) = _gcp(",,,H100,8,us-central1,79.03").refused
    assert refused.reason == "host_only"


def test_a_host_for_nothing_does_not_make_a_price() -> None:
    found = _gcp("a3-highgpu-8g,208,1872,,,us-central1,0", ",,,H100,8,us-central1,79.03")
    assert [r.reason for r in found.refused] == ["placeholder"]


def test_an_unknown_accelerator_to_attach_is_reported_by_its_name() -> None:
    (refused,) = _gcp(",,,tpu-v6e-8,1,us-central1,700.0").refused
    assert refused.reason == "accelerator"
    assert "'tpu-v6e-8'" in refused.sentence


# ---- nothing is dropped in silence ------------------------------------------------------------

_TEXTS = st.sampled_from(
    ["", "0", "8", "55.04", "nan", "-1", "=1", "H100", "A10", "aws", "x", "1e9"]
)


@given(
    st.lists(
        st.builds(
            a_row,
            provider=st.sampled_from(["aws", "x"]),
            instance=st.sampled_from(["p5.48xlarge", "p5.4xlarge", "=x"]),
            accelerator=st.sampled_from(["H100", "A10"]),
            count=_TEXTS,
            usd_per_hour=_TEXTS,
            reserved_1y=_TEXTS,
        ),
        max_size=8,
    )
)
def test_every_row_is_an_offer_or_refused_or_a_repetition(rows: list[Any]) -> None:
    found = judge(*rows)
    assert len(found.offers) + len(found.refused) + found.repeated == len(rows)
    assert all(
        math.isfinite(o.usd_per_hour or -1) and (o.usd_per_hour or 0) > 0.01 for o in found.offers
    )
