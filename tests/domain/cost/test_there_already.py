"""Servers that are there already: not bought again, but not free of charge either."""

import numpy as np
import pytest

from app.domain.cost.ledger import Ledger, monthly_rate
from app.domain.cost.owned import (
    OwnedGpus,
    OwnedPlan,
    Tranche,
    book_servers,
    charge_hardware,
    owned_plan,
    residual_share,
    server_price,
)
from tests.domain.builders import (
    FACTS,
    QUESTIONS,
    Json,
    a_decided_document,
    a_server,
    a_setting,
    assessed,
    known,
    option_of,
)

LIKELY = a_setting(a_decided_document()).likely.known
PRICE = float(server_price(a_server(), LIKELY)[0])


def hardware(plan: OwnedPlan, yearly: float = 0.0) -> Ledger:
    ledger = Ledger(36, monthly_rate(np.array([yearly])))
    charge_hardware(ledger, plan, LIKELY)
    return ledger


def test_only_whole_free_servers_of_the_same_kind_count() -> None:
    def there(kind: str, free: float) -> int:
        return owned_plan(a_server(), "own_site", (24,), 1, OwnedGpus(kind, free, 12)).there

    assert there("H200", 23.9) == 2
    assert there("H200", 0.5 * 48) == 3
    assert there("B200", 24) == 0
    assert owned_plan(a_server(), "own_site", (24,), 1).there == 0


def test_those_that_are_there_serve_before_any_is_bought() -> None:
    plan = OwnedPlan(a_server(), "own_site", (2, 4, 6), 1, there=3, there_age_months=12)
    assert plan.bought() == (0, 1, 2)
    assert plan.kept == 3
    assert plan.tranches() == (
        Tranche(0, 3, 12, new=False),
        Tranche(12, 1, 0.0, new=True),
        Tranche(24, 2, 0.0, new=True),
    )
    more = OwnedPlan(a_server(), "own_site", (2, 2, 2), 1, there=5)
    assert (more.kept, more.bought()) == (2, (0, 0, 0))


def test_keeping_costs_what_they_would_sell_for_less_what_they_sell_for_later() -> None:
    """Two of 12 months, kept for 36: price x (residual(12) - residual(48)), undiscounted."""
    ledger = hardware(OwnedPlan(a_server(), "own_site", (2, 2, 2), 0, there=2, there_age_months=12))
    now, later = (float(residual_share(age, LIKELY)[0]) for age in (12, 48))
    assert ledger.npv[0] == pytest.approx(2 * PRICE * (now - later))
    assert ledger.capex[0] == 0, "nothing is bought"
    line = ledger.lines["hardware"]
    assert sum(product.usd for product in line.products) == pytest.approx(ledger.npv[0])
    assert [p.what for p in line.products] == ["Kept instead of sold today", "Resold at the end"]


def test_what_is_bought_beside_them_is_paid_in_full() -> None:
    mixed = hardware(
        OwnedPlan(a_server(), "own_site", (3, 3, 3), 0, there=1, there_age_months=6), 0.08
    )
    bought = hardware(OwnedPlan(a_server(), "own_site", (2, 2, 2), 0), 0.08)
    kept = hardware(
        OwnedPlan(a_server(), "own_site", (1, 1, 1), 0, there=1, there_age_months=6), 0.08
    )
    assert mixed.npv == pytest.approx(bought.npv + kept.npv)
    assert mixed.capex == pytest.approx(bought.capex)
    products = mixed.lines["hardware"].products
    assert sum(product.usd for product in products) == pytest.approx(mixed.npv[0])


def test_the_book_value_of_an_old_server_is_what_is_left_of_its_life() -> None:
    life = 12 * LIKELY.value("hardware.life_years")
    plan = OwnedPlan(a_server(), "own_site", (1, 1, 1), 0, there=1, there_age_months=24)
    left = 1 - (24 + np.arange(36) + 0.5) / life
    np.testing.assert_allclose(book_servers(plan, 36, known(1)), np.maximum(left, 0.0))


def test_a_project_with_servers_of_its_own_buys_fewer_and_pays_less() -> None:
    def own_site(**answers: object) -> Json:
        document = a_decided_document(
            {"text": {"volume_per_day": 3_000_000}},
            site={"type": "own_datacentre", "free_kw": 500, "kw_per_rack": 40},
            **answers,
        )
        return option_of(assessed(document, 50), "own_site")

    without = own_site()
    there = own_site(owned_gpus={"accelerator": "H200", "count": 64, "age_months": 12})
    assert there["fleet"]["servers_there"] > 0
    assert not any(tranche["bought"] for tranche in there["fleet"]["tranches"])
    assert there["likely_usd"] < without["likely_usd"]
    assert there["capex_usd"]["p50"] < 0.01 * without["capex_usd"]["p50"]
    staff = [x["usd"] for o in (there, without) for x in o["cost_lines"] if x["key"] == "staff"]
    assert staff[0] > 0, "people are paid all the same"


def test_the_kinds_one_may_name_are_those_that_a_plan_can_hold() -> None:
    kinds = {server.accelerator for server in FACTS.servers}
    assert set(QUESTIONS.field("owned_gpus.accelerator").option_keys) == kinds
