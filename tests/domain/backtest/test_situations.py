"""What stands in for the measures of a case, by hand, and that it reaches the ranking."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from app.domain.assessment import ranked_only
from app.domain.backtest.answering import answers_of
from app.domain.backtest.situations import places, standing_in, stated
from app.domain.cases import Case
from app.domain.options import FAMILIES
from app.domain.worlds import Worlds, likely_world
from app.reference.situations import situations
from tests.domain.backtest.told import decided_otherwise, silent
from tests.domain.builders import FACTS, QUESTIONS, REFERENCE, WEIGHTS

TABLE = situations()
CASE = next(case for case in REFERENCE.cases if case.id == "gdelt-hosted-speech")
SILENT = silent(CASE)


def of(case: Case, criterion: str) -> tuple[float, ...]:
    values, _ = places(case, criterion, TABLE.rows)
    return tuple(values[family] for family in ("cloud", "hybrid", "on_premises"))


def test_the_first_row_that_holds_and_what_is_added() -> None:
    """Steady, a site of its own, 2,000 GPUs: 0.30 - 0.10, 0.60 + 0.10 + 0.05, and cut at 1."""
    case = replace(SILENT, load_profile="steady", existing_datacentre=True, gpus=2_000.0)
    assert of(case, "cost") == pytest.approx((0.20, 0.75, 1.0))
    _, why = places(case, "cost", TABLE.rows)
    assert why.startswith("A floor that never drops is cheapest to own. Space, network")


@pytest.mark.parametrize(
    ("changes", "criterion", "expected"),
    [
        ({}, "cost", (0.45, 0.55, 0.50)),
        ({"load_profile": "bursty", "growth": "high"}, "scalability", (0.90, 0.85, 0.25)),
        ({"growth": "high"}, "scalability", (0.90, 0.75, 0.25)),
        ({"load_profile": "steady", "gpus": 1_000.0}, "scalability", (0.60, 0.70, 0.75)),
        ({"existing_datacentre": False}, "speed", (0.90, 0.50, 0.15)),
        ({"data_volume_tb": 1_000.0}, "integration", (0.45, 0.60, 0.70)),
        (
            {"data_volume_tb": 1_000.0, "existing_datacentre": False},
            "integration",
            (0.85, 0.50, 0.35),
        ),
        (
            {"latency_need": "realtime", "existing_datacentre": False},
            "latency",
            (0.65, 0.60, 0.45),
        ),
    ],
    ids=str,
)
def test_what_a_case_states_chooses_the_row(
    changes: Mapping[str, object], criterion: str, expected: tuple[float, ...]
) -> None:
    case = replace(SILENT, **changes)  # type: ignore[arg-type]
    assert of(case, criterion) == pytest.approx(expected)


@pytest.mark.parametrize("criterion", TABLE.criteria)
def test_every_case_has_a_value_between_worst_and_best(criterion: str) -> None:
    for case in REFERENCE.cases:
        assert all(0.0 <= value <= 1.0 for value in of(case, criterion))


def test_what_was_decided_and_what_came_of_it_moves_nothing() -> None:
    told = replace(decided_otherwise(CASE), drivers=("control",))
    assert all(of(told, criterion) == of(CASE, criterion) for criterion in TABLE.criteria)


def test_nothing_stated_is_unknown() -> None:
    for attribute in ("load_profile", "growth", "existing_datacentre", "estate"):
        assert stated(SILENT, attribute) == "unknown"


def test_the_spread_is_the_one_that_is_stated() -> None:
    found = standing_in(SILENT, TABLE, Worlds(20_000, seed=1))["latency"]["cloud"].anywhere
    assert found is not None
    assert float(np.mean(found)) == pytest.approx(0.60, abs=0.005)
    assert float(np.std(found)) == pytest.approx(TABLE.spread, rel=0.02)
    (likely,) = [standing_in(SILENT, TABLE, likely_world())["latency"]["cloud"].anywhere]
    assert likely is not None
    assert likely == pytest.approx([0.60])


def test_it_takes_the_place_of_the_measure_and_of_no_other() -> None:
    answers, worlds = answers_of(CASE, QUESTIONS, FACTS), Worlds(20, seed=1)
    instead = standing_in(CASE, TABLE, worlds)
    computed = ranked_only(answers, FACTS, WEIGHTS, worlds)
    ranked = ranked_only(answers, FACTS, WEIGHTS, worlds, instead=instead)
    assert [o.option.key for o in ranked.options] == [o.option.key for o in computed.options]
    for j, key in enumerate(WEIGHTS.keys):
        for i, option in enumerate(ranked.options):
            if key in TABLE.criteria:
                expected = instead[key][option.option.family].anywhere
                np.testing.assert_array_equal(ranked.valued[:, i, j], expected)
            else:
                np.testing.assert_array_equal(ranked.valued[:, i, j], computed.valued[:, i, j])


def test_security_talent_and_control_are_computed() -> None:
    assert set(WEIGHTS.keys) - set(TABLE.criteria) == {"security", "talent", "control"}
    assert all(set(row.places) == set(FAMILIES) for row in TABLE.rows)
