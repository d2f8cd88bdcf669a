"""What a result would be: which drivers there are, what moving one means, what comes out."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.assessment import ranked_only
from app.domain.assessment.what_if import (
    API,
    ELECTRICITY,
    MOST,
    RENTED,
    SERVERS,
    TARIFFS,
    Driver,
    drivers,
    outcome,
    repriced,
)
from app.domain.questionnaire.questions import Field
from app.domain.worlds import Range, Worlds
from tests.domain.builders import FACTS, QUESTIONS, WEIGHTS, a_large_document, answers_of, assessed

WORLDS = 100
LARGE = answers_of(a_large_document())


def paths(found: tuple[Driver, ...]) -> list[str]:
    return [driver.field.path for driver in found]


def test_what_the_tornado_names_first_comes_first_then_the_markets() -> None:
    bars = [
        {"path": ""},
        {"path": "discount_rate"},
        {"path": "priorities"},  # no quantity
        {"path": "modalities.image.volume_per_day"},
    ]
    found = drivers({"tornado": {"bars": bars}}, LARGE)
    assert paths(found)[:3] == [
        "discount_rate", "modalities.image.volume_per_day", "growth_per_year",
    ]  # fmt: skip
    assert paths(found)[-4:] == [f.path for f in (RENTED, API, SERVERS, TARIFFS)]
    assert len(found) <= MOST
    assert [d.is_answer for d in found[-5:]] == [True, False, False, False, False]


def test_how_much_there_is_may_always_be_moved() -> None:
    others = ["discount_rate", "growth_per_year", "horizon_months", "traffic.peak_to_average"]
    bars = [{"path": path} for path in others]
    found = paths(drivers({"tornado": {"bars": bars}}, LARGE))
    assert found[:4] == [*others[:3], "modalities.image.volume_per_day"]


def test_a_version_without_a_tornado_has_drivers_too() -> None:
    assert "modalities.image.volume_per_day" in paths(drivers({"tornado": None}, LARGE))
    assert "modalities.image.volume_per_day" in paths(drivers({}, LARGE))


def test_a_tariff_that_is_answered_is_no_markets() -> None:
    site = {"type": "own_datacentre", "free_kw": 5_000, "electricity_usd_per_kwh": 0.2}
    answers = answers_of(a_large_document(site=site))
    assert answers.is_given(ELECTRICITY)
    assert TARIFFS.path not in paths(drivers({}, answers))


def a_driver(low: float, likely: float, high: float, **kind: object) -> Driver:
    field = replace(Field("x", "X", "quantity", range_wanted=True), **kind)  # type: ignore[arg-type]
    return Driver(field, Range(low, likely, high), is_answer=True)


def test_a_positive_quantity_keeps_its_shape() -> None:
    # 100 (50 to 300) doubled, by hand
    assert a_driver(50, 100, 300).at(200) == Range(100, 200, 600)


def test_one_that_may_be_negative_keeps_its_distances() -> None:
    moved = a_driver(0.0, 0.25, 1.0, minimum=-0.5).at(-0.25)
    assert moved == Range(-0.5, -0.25, 0.5)


def test_what_is_impossible_is_cut_off() -> None:
    moved = a_driver(0.5, 0.75, 0.75, minimum=0.25, maximum=1.0).at(1.0)
    assert [moved.low, moved.likely, moved.high] == pytest.approx([2 / 3, 1.0, 1.0])


@given(
    likely=st.floats(0, 1e6), below=st.floats(0, 1), above=st.floats(1, 10), then=st.floats(0, 1e6)
)
def test_a_moved_range_always_rises_around_its_likely_value(
    likely: float, below: float, above: float, then: float
) -> None:
    driver = a_driver(likely * below, likely, likely * above, minimum=0.0, maximum=2e6)
    moved = driver.at(then)
    assert 0 <= moved.low <= moved.likely == then <= moved.high <= 2e6


def test_prices_of_a_market_move_together_and_a_missing_one_stays_missing() -> None:
    dearer = repriced(FACTS, {RENTED.path: 1.0, SERVERS.path: -0.5, API.path: 0.0})
    for old, new in zip(FACTS.offers, dearer.offers, strict=True):
        for name in ("usd_per_hour", "reserved_1y_usd_per_hour", "reserved_3y_usd_per_hour"):
            usd = getattr(old, name)
            assert getattr(new, name) == (None if usd is None else 2 * usd)
    contract = "commitment.specialist_1y_h100"
    assert dearer.figure(contract).high == 2 * FACTS.figure(contract).high
    assert dearer.servers[0].price_usd.low == 0.5 * FACTS.servers[0].price_usd.low
    assert dearer.api_prices == FACTS.api_prices
    assert dearer.countries == FACTS.countries
    changed = {key for key in FACTS.figures if dearer.figures[key] != FACTS.figures[key]}
    assert changed == {contract}


def test_no_change_of_prices_changes_nothing() -> None:
    assert repriced(FACTS, {}) is FACTS
    assert repriced(FACTS, {RENTED.path: 0.0}) is FACTS


def test_tariffs_move_in_every_country_and_elsewhere() -> None:
    dearer = repriced(FACTS, {TARIFFS.path: 0.5})
    for code, country in FACTS.countries.items():
        there, then = country.electricity, dearer.countries[code].electricity
        assert (there is None) == (then is None)
        assert there is None or (then is not None and then.value == 1.5 * there.value)
    elsewhere = "electricity.elsewhere"
    assert dearer.figure(elsewhere).value == 1.5 * FACTS.figure(elsewhere).value


def test_the_outcome_is_that_of_the_result() -> None:
    result = assessed(a_large_document(), worlds=WORLDS)
    told = outcome(ranked_only(LARGE, FACTS, WEIGHTS, Worlds(WORLDS, 1)), QUESTIONS)
    best = result["recommended"]
    assert (told.best, told.worlds) == (best["option"], WORLDS)
    assert told.share == pytest.approx(best["share_of_worlds"])
    by_family = {f: row["best_option"] for f, row in result["families"].items()}
    assert set(told.leading) == {key for key in by_family.values() if key}
    for option in result["options"]:
        if option["tco_usd"]:
            there = told.options[option["key"]]
            assert there.usd == pytest.approx(option["tco_usd"]["p50"], rel=1e-8)
            assert set(there.failed) == {row["title"] for row in option["failed"]}


def test_doubled_rents_double_what_is_rented_by_the_hour_and_nothing_else() -> None:
    worlds = Worlds(WORLDS, 1)
    before = ranked_only(LARGE, FACTS, WEIGHTS, worlds)
    dearer = repriced(FACTS, {RENTED.path: 1.0})
    after = ranked_only(LARGE, dearer, WEIGHTS, worlds.first(WORLDS))
    key = "hyperscaler_on_demand"
    money = [ranked.options[ranked.index[key]].money for ranked in (before, after)]
    lines = [{line.key: line.npv for line in m.lines} for m in money if m is not None]
    rent = {name for name in lines[0] if np.allclose(lines[1][name], 2 * lines[0][name])}
    rent = {name for name in rent if lines[0][name].any()}
    assert rent == {"cloud_compute"}
