"""Models sold as a service: who would do the work, and what it costs."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.cost.ledger import Ledger, monthly_rate
from app.domain.cost.managed import charge_services, services_for, usd_per_item
from app.domain.cost.setting import Setting
from app.domain.demand.workload import ModalityWork
from app.domain.facts import ApiPrice
from tests.domain.builders import FACTS, a_document, a_setting

NANO = next(p for p in FACTS.api_prices if p.model == "GPT-6 Luna")
WHISPER = next(p for p in FACTS.api_prices if p.model == "GPT-Transcribe")


def likely(modality: str, **answers: object) -> Setting:
    document = a_document({modality: {"volume_per_day": 1_000, **answers}}, growth_per_year=0)
    return a_setting(document).likely


def work_of(modality: str, **answers: object) -> ModalityWork:
    (work,) = likely(modality, **answers).workload.modalities
    return work


def vendors(modality: str, **answers: object) -> set[str]:
    return {price.model for price in services_for(work_of(modality, **answers), FACTS)}


@pytest.mark.parametrize(
    ("modality", "answers"),
    [
        ("text", {"size_class": "4_15b"}),
        ("document", {"size_class": "40_120b"}),
        ("image", {"size_class": "over_120b"}),
        ("audio", {"task": "understand"}),
        ("video", {}),
    ],
    ids=str,
)
def test_a_service_accepts_the_modality_and_stands_for_the_size(
    modality: str, answers: dict[str, Any]
) -> None:
    work = work_of(modality, **answers)
    found = services_for(work, FACTS)
    assert found
    size = answers.get("size_class", "4_15b")
    assert all(modality in p.modalities and size in p.stands_for for p in found)
    assert all(p.usd_per_mtok_in and p.usd_per_mtok_out for p in found)


def test_speech_is_sold_by_the_minute_and_embedding_not_at_all() -> None:
    assert "GPT-Transcribe" in vendors("audio")
    assert "GPT-6 Luna" not in vendors("audio")
    assert vendors("image", task="embed") == set()


def test_an_item_costs_its_tokens() -> None:
    text = work_of("text", tokens_in=2_000, tokens_out=500)
    # 0.10 and 0.50 USD a million tokens
    assert usd_per_item(NANO, text)[0] == pytest.approx((2_000 * 0.1 + 500 * 0.5) / 1e6)
    video = work_of("video", clip_seconds=20, fps_sampled=1)
    each = 20 * 256 * 0.1 + 150 * 0.5
    assert usd_per_item(NANO, video)[0] == pytest.approx(3 * each / 1e6), "three clips a minute"


def test_a_minute_of_speech_costs_its_minute() -> None:
    assert usd_per_item(WHISPER, work_of("audio"))[0] == 0.0045


def charged(price: ApiPrice, *, pinned: bool = False, **answers: object) -> Ledger:
    setting = likely("text", **answers)
    ledger = Ledger(36, monthly_rate(np.zeros(1)))
    (work,) = setting.workload.modalities
    growth = setting.workload.growth
    charge_services(ledger, [(work, price)], growth, setting.known, pinned=pinned)
    return ledger


def test_a_month_is_its_items_at_the_list_price() -> None:
    ledger = charged(NANO, tokens_in=2_000, tokens_out=500)
    monthly = 1_000 * 365 / 12 * (2_000 * 0.1 + 500 * 0.5) / 1e6
    assert ledger.npv[0] == pytest.approx(36 * monthly)
    line = ledger.lines["managed_api"]
    assert any(term.source == NANO.source for term in line.terms)


def service(model: str) -> ApiPrice:
    return next(price for price in FACTS.api_prices if price.model == model)


@pytest.mark.parametrize(
    ("model", "factor"),
    [
        ("GPT-6 Luna", 1.1),  # the vendor lists 10 % more
        ("Mistral Small 4", 1.0),  # the vendor charges nothing for it
        ("Gemini 3.5 Flash-Lite", FACTS.figure("api.pinning_factor").value),  # no price said
    ],
)
def test_pinning_to_a_region_costs_what_its_vendor_says(model: str, factor: float) -> None:
    free, pinned = charged(service(model)), charged(service(model), pinned=True)
    assert pinned.npv[0] == pytest.approx(free.npv[0] * factor)
    line = pinned.lines["managed_api"]
    assert "pinned" in line.formula
    assert "pinned" not in free.lines["managed_api"].formula
    assert any("pinned" in term.name and term.value == factor for term in line.terms)


@given(one=st.floats(1, 1e5), other=st.floats(1, 1e5))
def test_longer_answers_never_cost_less(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert charged(NANO, tokens_out=low).npv[0] <= charged(NANO, tokens_out=high).npv[0]


def test_a_vendor_moves_its_prices_together_and_settles() -> None:
    document = a_document({m: {"volume_per_day": 1_000} for m in ("text", "document")})
    setting = a_setting(document, 500)
    work = setting.workload.modalities
    flat = np.ones((500, 36))
    ledgers = []
    for one in work:
        ledger = Ledger(36, monthly_rate(np.zeros(500)))
        charge_services(ledger, [(one, NANO)], flat, setting.known, pinned=False)
        ledgers.append(ledger)
        items = one.items_per_day * usd_per_item(NANO, one)
        level = ledger.cash[:, 36] / items
        np.testing.assert_allclose(ledger.cash[:, 20] / items, level)
    relative = [
        ledger.cash[:, 36] / (one.items_per_day * usd_per_item(NANO, one))
        for ledger, one in zip(ledgers, work, strict=True)
    ]
    np.testing.assert_allclose(relative[0], relative[1])


def test_a_model_called_after_its_vendor_is_not_named_twice() -> None:
    prices = FACTS.api_prices
    assert {p.name for p in prices if p.model.startswith(p.vendor)} <= {p.model for p in prices}
    (own,) = {p.name for p in prices if p.vendor == "Amazon" and p.model == "Nova Lite"}
    assert own == "Amazon Nova Lite"
    assert not any(f"{p.vendor} {p.vendor}" in p.name for p in prices)
    assert any(p.model.startswith(p.vendor) for p in prices)
