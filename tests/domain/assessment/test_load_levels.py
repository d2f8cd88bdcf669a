"""Levels of the load in their cheapest tier: by hand on the closed curve, and what must hold."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.assessment.candidates import candidate
from app.domain.assessment.evaluation import evaluate, reference
from app.domain.assessment.load_levels import load_levels
from app.domain.cost.server_hour import server_hour
from app.domain.cost.setting import Setting
from app.domain.options import OPTIONS
from tests.domain.builders import a_document, a_large_document, a_setting

YEAR = 8_760.0


def a_project(images_a_day: float = 60_000_000, peak: float = 4.0, **answers: object) -> Setting:
    document = a_large_document(
        growth_per_year=0.0, traffic={"shape": "spiky", "peak_to_average": peak}, **answers
    )
    document["answers"]["modalities"]["image"]["volume_per_day"] = images_a_day
    return a_setting(document, 20)


def levels_of(setting: Setting, *keys: str) -> dict[str, Any] | None:
    """Of the options with these keys, or of all."""
    chosen = [o for o in OPTIONS if not keys or o.key in keys]
    nothing = reference([], setting)
    return load_levels([evaluate(candidate(o, setting), setting, nothing) for o in chosen], setting)


def test_the_base_is_owned_up_to_the_hours_at_which_renting_costs_the_same() -> None:
    setting = a_project()
    found = levels_of(setting, "own_site", "hyperscaler_on_demand")
    assert found is not None
    owned, rented = found["bands"]
    assert (owned["paid"], rented["paid"]) == ("owned", "on_demand")

    own = candidate(next(o for o in OPTIONS if o.key == "own_site"), setting).plan
    rent = candidate(next(o for o in OPTIONS if o.key == "hyperscaler_on_demand"), setting).plan
    assert own is not None
    assert own.owned is not None
    assert rent is not None
    assert rent.offer is not None
    assert rent.offer.usd_per_hour is not None
    fleet = setting.likely.fitting_fleet(own.owned.server.accelerator)
    other = setting.likely.fitting_fleet(rent.offer.accelerator)
    exchange = float(other.realtime_load[0] / fleet.realtime_load[0])
    hour, each = server_hour(own.owned, setting), own.owned.server.accelerators
    # F / (n cap) + v / n h = price exchange / efficiency h
    price = rent.offer.usd_per_hour * exchange / float(fleet.realtime_autoscale[0])
    hours = hour.fixed_usd_per_year / each / fleet.cap
    hours /= price - hour.variable_usd_per_hour / each
    assert 0 < hours < YEAR
    load = float(fleet.realtime_load[0] * setting.likely.workload.curve.at(1 - hours / YEAR)[0])
    assert owned["to"] == pytest.approx(load / fleet.cap, rel=1e-3)
    assert owned["least_hours"] == pytest.approx(hours / YEAR, abs=2 / YEAR)


def test_bands_meet_and_hold_all_of_the_work_from_the_busiest_hours_to_the_rarest() -> None:
    found = levels_of(a_project())
    assert found is not None
    bands = found["bands"]
    assert bands[0]["from"] == 0.0
    assert bands[0]["most_hours"] == 1.0
    assert sum(band["work"] for band in bands) == pytest.approx(1.0)
    for below, above in pairwise(bands):
        assert below["to"] == above["from"]
        assert below["least_hours"] == pytest.approx(above["most_hours"], abs=2 / YEAR)
        assert below["paid"] != above["paid"] or below["option"] != above["option"]


@settings(max_examples=15, deadline=None)
@given(peak=st.floats(1.0, 12.0), images=st.floats(1e5, 3e8))
def test_divided_into_levels_the_load_costs_no_more_than_in_any_one_tier(
    peak: float, images: float
) -> None:
    setting = a_project(images, peak)
    both = levels_of(setting)
    assert both is not None
    divided = sum(band["usd_per_year"] for band in both["bands"])
    for key in ("hyperscaler_committed", "own_site"):
        alone = levels_of(setting, key, "hyperscaler_on_demand")
        assert alone is not None
        assert divided <= sum(b["usd_per_year"] for b in alone["bands"]) * (1 + 1e-6)


def test_a_steady_load_has_one_level() -> None:
    steady = a_project(peak=1.0)
    found = levels_of(steady)
    assert found is not None
    assert len(found["bands"]) == 1


def test_nothing_is_divided_where_there_is_one_way_to_pay_or_none() -> None:
    assert levels_of(a_project(), "own_site") is None
    assert levels_of(a_project(), "managed_api") is None
    assert levels_of(a_setting(a_document(), 20), "hybrid_burst") is None
