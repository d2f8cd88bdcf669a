"""What moved a figure: each cause alone, the remainder, and that they are the difference."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.assessment import ranked_only
from app.domain.assessment.attribution import (
    CAUSES,
    Cause,
    Figures,
    Moved,
    attribution,
    figures,
)
from app.domain.options import Family
from app.domain.worlds import Worlds
from tests.domain.builders import FACTS, WEIGHTS, a_decided_document, answers_of

WORLDS = 1_000
BEFORE = Figures(
    {"own_site": 900_000, "managed_api": 1_000_000},
    frozenset(),
    {"cloud": 600, "on_premises": 400, "hybrid": 0},
    WORLDS,
)
AFTER = Figures(
    {"own_site": 1_200_000, "managed_api": 1_000_001},
    frozenset({"own_site"}),
    {"cloud": 300, "on_premises": 650, "hybrid": 50},
    WORLDS,
)
OPTIONS = ("managed_api", "own_site")
FAMILIES: tuple[Family, ...] = ("cloud", "on_premises")


def test_by_hand() -> None:
    answers = replace(BEFORE, costs={**BEFORE.costs, "own_site": 1_000_000})
    facts = replace(BEFORE, costs={**BEFORE.costs, "own_site": 1_150_000})
    found = attribution(BEFORE, AFTER, {"answers": answers, "facts": facts}, OPTIONS, FAMILIES)
    moved = found.costs["own_site"]
    assert moved is not None
    assert moved.parts == {"answers": 100_000, "weights": 0, "facts": 250_000}
    assert (moved.difference, moved.remainder) == (300_000, -50_000)
    assert found.at_least == {"own_site"}
    assert found.shares["cloud"].difference == -300
    assert found.shares["on_premises"].remainder == 250
    # 400 against 600 before, 650 against 300 after
    assert found.lead == Moved(-200, 350, dict.fromkeys(CAUSES, 0))


sums = st.integers(-(10**15), 10**15)


@given(sums, sums, st.dictionaries(st.sampled_from(CAUSES), sums))
def test_the_parts_and_the_remainder_are_the_difference(
    before: int, after: int, alone: dict[Cause, int]
) -> None:
    def one(usd: int) -> Figures:
        return replace(BEFORE, costs={"own_site": usd})

    every = {cause: one(usd) for cause, usd in alone.items()}
    found = attribution(one(before), one(after), every, ["own_site"], [])
    moved = found.costs["own_site"]
    assert moved is not None
    assert sum(moved.parts.values()) + moved.remainder == after - before
    assert all(moved.parts[cause] == 0 for cause in CAUSES if cause not in alone)
    assert found.lead is None


@pytest.mark.parametrize("cause", CAUSES)
def test_what_changed_alone_has_all_of_it(cause: Cause) -> None:
    found = attribution(BEFORE, AFTER, {cause: AFTER}, OPTIONS, FAMILIES)
    for moved in (*found.costs.values(), *found.shares.values(), found.lead):
        assert moved is not None
        assert moved.parts[cause] == moved.difference != 0
        assert moved.remainder == 0


def test_nothing_changed_is_zero() -> None:
    found = attribution(BEFORE, BEFORE, {}, OPTIONS, FAMILIES)
    for moved in (*found.costs.values(), *found.shares.values(), found.lead):
        assert moved is not None
        assert (moved.difference, moved.remainder, set(moved.parts.values())) == (0, 0, {0})


@pytest.mark.parametrize("which", ["before", "after", "alone"])
def test_an_option_without_a_price_in_one_of_them_is_not_attributed(which: str) -> None:
    without = replace(BEFORE, costs={"managed_api": 1})
    three = {"before": BEFORE, "after": AFTER, "alone": BEFORE, which: without}
    alone: dict[Cause, Figures] = {"facts": three["alone"]}
    found = attribution(three["before"], three["after"], alone, OPTIONS, FAMILIES)
    assert found.costs["own_site"] is None
    assert found.costs["managed_api"] is not None


def test_figures_are_those_of_the_ranking() -> None:
    ranked = ranked_only(answers_of(a_decided_document()), FACTS, WEIGHTS, Worlds(200, 1))
    found = figures(ranked)
    assert sum(found.won.values()) == found.worlds == 200
    assert set(found.costs) == set(ranked.index)
    for option in ranked.options:
        assert option.money is not None
        assert found.costs[option.option.key] == pytest.approx(option.money.npv.mean(), abs=0.5)
        missing = any(line.missing for line in option.money.lines)
        assert (option.option.key in found.at_least) == missing
