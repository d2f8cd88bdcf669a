"""Everything a price depends on, worked out once."""

from typing import Any

import numpy as np
import pytest

from tests.domain.builders import FACTS, a_document, a_large_document, a_setting


def test_the_likely_setting_is_one_world_of_medians() -> None:
    likely = a_setting(a_document(), 50).likely
    assert likely.worlds.count == 1
    assert likely.workload.modalities[0].items_per_day.tolist() == [100_000]


@pytest.mark.parametrize(
    ("location", "geographies"),
    [
        ({}, {"eu", "us", "asia", "any"}),
        ({"scope": "country", "country": "DE"}, {"eu", "any"}),
        ({"scope": "region", "region": "asia"}, {"asia", "any"}),
        ({"country": "US"}, {"us", "any"}),
    ],
)
def test_offers_are_those_in_the_projects_part_of_the_world(
    location: dict[str, Any], geographies: set[str]
) -> None:
    offers = a_setting(a_document(data_location=location)).offers
    assert {offer.geography for offer in offers} == geographies
    assert all(offer.usd_per_hour is not None for offer in offers)


@pytest.mark.parametrize(
    "location",
    [{"scope": "anywhere", "country": "DE"}, {"scope": "region", "region": "us", "country": "DE"}],
    ids=["anywhere", "region"],
)
def test_the_scope_decides_which_part_of_the_world_counts(location: dict[str, Any]) -> None:
    offers = a_setting(a_document(data_location=location)).offers
    assert "us" in {offer.geography for offer in offers}


def test_the_country_is_where_hardware_would_stand() -> None:
    assert a_setting(a_document()).country is None
    location = {"scope": "country", "country": "FR"}
    assert a_setting(a_document(data_location=location)).country is FACTS.countries["FR"]


def test_every_accelerator_that_holds_the_models_has_a_plan() -> None:
    big = {"text": {"volume_per_day": 5, "size_class": "over_120b", "precision": "bf16"}}
    setting = a_setting(a_document(big))
    assert {"L4", "L40S"}.isdisjoint(setting.planned)
    assert {"H100", "H200", "B200"} <= set(setting.planned)
    assert setting.fleet("L4") is None
    with pytest.raises(ValueError, match="does not fit on L4"):
        setting.fitting_fleet("L4")


def test_only_accelerators_that_meet_the_target_are_quick_enough() -> None:
    def quick(p95_ms: float) -> frozenset[str]:
        text = {"volume_per_day": 5, "latency": {"p95_ms": p95_ms}}
        setting = a_setting(a_document({"text": text}))
        return setting.quick_among(setting.planned)

    assert "L4" in quick(60_000)
    assert "B200" in quick(1_700)
    assert "L4" not in quick(1_700)
    assert quick(800) <= quick(1_700) <= quick(60_000)
    assert quick(10) == quick(60_000), "where none is, none is left out"


def test_where_the_quickest_is_not_for_sale_the_next_quickest_is_taken() -> None:
    """A provider without a B200 is judged by its H200, and not by a chip that is never in time."""
    text = {"volume_per_day": 5, "latency": {"p95_ms": 1_700}}
    setting = a_setting(a_document({"text": text}))
    assert setting.quick_among(["L4"]) == {"L4"}
    assert setting.quick_among(["L4", "H200"]) == {"H200"}
    assert setting.quick_among([]) == frozenset()


def test_what_was_asked_and_not_answered_varies_alone() -> None:
    setting = a_setting(a_document(growth_per_year=0.2), 100).unanswered(50)
    assert setting.worlds.count == 50
    assert np.ptp(setting.workload.growth) > 0, "over the months"
    assert np.ptp(setting.workload.growth[:, -1]) == 0, "answered, so held"
    assert np.ptp(setting.leaving_gb[:, 0]) > 0, "not answered"
    assert np.ptp(setting.known.positive("storage.derived_factor")) == 0, "not asked"


def test_prices_and_answered_demand_vary_alone() -> None:
    setting = a_setting(a_document(), 100).exogenous(50)
    assert np.ptp(setting.workload.modalities[0].items_per_day) > 0
    assert np.ptp(setting.known.positive("residual.at_month_36")) > 0
    assert np.ptp(setting.workload.growth[:, -1]) == 0, "not answered"
    assert np.ptp(setting.known.positive("staff.platform_fte")) == 0


def test_the_dearest_prices_are_the_dearest_published() -> None:
    setting = a_setting(a_document())
    assert setting.dearest_storage == max(
        usd for p in FACTS.providers.values() for usd in p.storage_usd_per_gb_month.values()
    )
    assert setting.dearest_egress[0][1] == max(
        p.egress_tiers[0][1] for p in FACTS.providers.values() if p.egress_tiers
    )


def test_no_stand_in_for_missing_egress_undercuts_a_published_price() -> None:
    from app.domain.cost.rented import tiered_usd  # noqa: PLC0415  # only here

    dearest = a_setting(a_document()).dearest_egress
    for gb in (50.0, 1e3, 2e4, 1e6):
        stand_in = tiered_usd(np.array([gb]), dearest)[0]
        for provider in FACTS.providers.values():
            if provider.egress_tiers:
                assert tiered_usd(np.array([gb]), provider.egress_tiers)[0] <= stand_in * 1.001


def test_a_ledger_has_the_horizon_and_the_discount_rate() -> None:
    setting = a_setting(a_document(horizon_months=24, discount_rate=0.1)).likely
    assert setting.ledger().months == 24
    assert (1 + setting.ledger().monthly_rate[0]) ** 12 == pytest.approx(1.1)


def test_the_provider_of_an_offer_is_known() -> None:
    setting = a_setting(a_large_document())
    assert {setting.provider(o).key for o in setting.offers} <= set(FACTS.providers)
