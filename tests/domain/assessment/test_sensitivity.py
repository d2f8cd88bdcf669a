"""The tornado against moving one input by hand, and the surface against its own corners."""

from itertools import pairwise

import numpy as np
import pytest

from app.domain.assessment.candidates import candidate
from app.domain.cost.plan import costing, other_bases
from app.domain.cost.setting import Setting
from app.domain.options import OPTIONS
from app.domain.worlds import OneAtATime, Worlds, likely_world
from tests.domain.builders import (
    FACTS,
    Json,
    a_large_document,
    answers_of,
    assessed,
    option_of,
)

DOCUMENT = a_large_document(engineer_year_usd={"low": 1e5, "likely": 2e5, "high": 3e5})


@pytest.fixture(scope="module")
def result() -> Json:
    return assessed(DOCUMENT, worlds=400)


def bar_of(result: Json, what: str) -> Json:
    (bar,) = (row for row in result["tornado"]["bars"] if row["what"].startswith(what))
    found: Json = bar
    return found


# ---- the tornado -------------------------------------------------------------------------------


def test_the_runner_up_is_the_best_of_the_family_that_is_second(result: Json) -> None:
    found = result["tornado"]
    assert found["best"] == result["recommended"]["option"]
    assert found["rival"] == result["why"][0]["against"]


def test_in_the_middle_it_is_the_likely_case(result: Json) -> None:
    found = result["tornado"]
    best, rival = (option_of(result, found[side])["likely_usd"] for side in ("best", "rival"))
    complete = not any(option_of(result, found[side])["at_least"] for side in ("best", "rival"))
    if complete:
        assert found["usd"] == pytest.approx(rival - best, rel=1e-6)
    swings = [abs(bar["points_high"] - bar["points_low"]) for bar in found["bars"]]
    assert swings == sorted(swings, reverse=True)


def test_a_bar_is_what_answering_so_would_give(result: Json) -> None:
    # the dear engineer, answered exactly, and everything else as it was
    bar = bar_of(result, "loaded cost of one engineer")
    assert (bar["low"], bar["high"]) == (1e5, 3e5)
    certain = {"engineer_year_usd": {"low": 3e5, "likely": 3e5, "high": 3e5}}
    document = {**DOCUMENT, "answers": {**DOCUMENT["answers"], **certain}}
    moved = Setting(answers_of(document), FACTS, likely_world())
    npv = {}
    for side in ("best", "rival"):
        option = next(o for o in OPTIONS if o.key == result["tornado"][side])
        plan = candidate(option, Setting(answers_of(DOCUMENT), FACTS, Worlds(400, 1))).plan
        assert plan is not None
        npv[side] = min(
            float(costing(moved, other).ledger.ranked_npv[0]) for other in other_bases(moved, plan)
        )
    assert bar["usd_high"] == pytest.approx(npv["rival"] - npv["best"], rel=1e-6)


def test_every_bar_lies_on_the_side_that_it_says(result: Json) -> None:
    base = result["tornado"]["points"]
    for bar in result["tornado"]["bars"]:
        crosses = any(np.sign(bar[end]) == -np.sign(base) for end in ("points_low", "points_high"))
        assert bar["flips"] == crosses, bar["what"]


# ---- worlds in which one input moves -----------------------------------------------------------


def test_one_input_moves_at_a_time() -> None:
    worlds = OneAtATime.of(["b", "a"])
    assert worlds.count == 5
    assert worlds.normal("b").tolist() == pytest.approx([0, -1.2815515655, 1.2815515655, 0, 0])
    assert worlds.uniform("a").tolist() == pytest.approx([0.5, 0.5, 0.5, 0.1, 0.9])
    assert not worlds.normal("c").any()


def test_a_walk_moves_by_what_each_month_spreads() -> None:
    alone, many = OneAtATime.of(["w"]), Worlds(20_000, 1)
    for worlds in (alone, many):
        assert not worlds.walk("w", 24, 0.9, 0.1)[:, 0].any()
    drawn = np.percentile(many.walk("w", 24, 0.9, 0.1), [10, 90], axis=0)
    np.testing.assert_allclose(alone.walk("w", 24, 0.9, 0.1)[1:], drawn, atol=0.01)


def test_weights_stay_as_they_are() -> None:
    shares = OneAtATime.of(["w"]).simplex("weights", np.array([1.0, 3.0]))
    assert shares.tolist() == [[0.25, 0.75]] * 3


# ---- the surface -------------------------------------------------------------------------------


def test_dearer_rents_make_renting_dearer_and_hardly_touch_owning(result: Json) -> None:
    found = result["surface"]
    for row in found["rows"]:
        assert all(a < b for a, b in pairwise(row["rented_usd"]))
        assert all(a <= b for a, b in pairwise(row["owned_usd"]))
    for n in range(len(found["prices"])):
        column = [row["rented_usd"][n] for row in found["rows"]]
        assert all(a < b for a, b in pairwise(column)), "more volume costs more"


def test_at_today_s_volume_and_price_it_is_the_likely_case(result: Json) -> None:
    found = result["surface"]
    row, column = 1, found["prices"].index(1.0)
    assert found["rows"][row]["volume"] == 1.0
    owned = option_of(result, found["owned"])
    if not owned["at_least"]:
        assert found["rows"][row]["owned_usd"][column] == pytest.approx(
            owned["likely_usd"], rel=0.02
        ), "the plan is the cheapest of the likely world here, on average there"
