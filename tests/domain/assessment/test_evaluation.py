"""One option priced, judged and measured."""

from typing import Any

import numpy as np
import pytest

from app.domain.assessment.candidates import candidate, comparator_plan
from app.domain.assessment.evaluation import Evaluated, Reference, evaluate, reference
from app.domain.cost.setting import Setting
from app.domain.options import COMPARATORS, OPTIONS
from tests.domain.builders import WEIGHTS, a_document, a_large_document, a_setting


def held_against(setting: Setting) -> Reference:
    plans = ((c, comparator_plan(c, setting)) for c in COMPARATORS)
    return reference([(c, plan) for c, plan in plans if plan is not None], setting)


def evaluated(key: str, worlds: int = 200, **answers: object) -> Evaluated:
    setting = a_setting(a_large_document(**answers), worlds)
    option = next(option for option in OPTIONS if option.key == key)
    return evaluate(candidate(option, setting), setting, held_against(setting))


SETTING = a_setting(a_large_document(), 200)
HELD = held_against(SETTING)


def test_the_cheapest_yardstick_has_the_lowest_median() -> None:
    assert HELD.cheapest is not None
    medians = {y.option.key: float(np.median(y.ranked_npv)) for y in HELD.yardsticks}
    assert medians[HELD.cheapest.option.key] == min(medians.values())
    assert HELD.cash.shape == (200, 38)
    assert all((y.ranked_npv >= y.npv - 1e-6).all() for y in HELD.yardsticks)
    assert all(y.is_complete or (y.ranked_npv > y.npv).any() for y in HELD.yardsticks)


def test_without_yardsticks_nothing_is_held_against() -> None:
    nothing = reference([], SETTING)
    assert nothing.cheapest is None
    assert nothing.carbon is None
    own = next(option for option in OPTIONS if option.key == "own_site")
    found = evaluate(candidate(own, SETTING), SETTING, nothing)
    assert (found.measured["cost"].value == 1).all()
    assert found.money is not None
    assert np.isinf(found.money.breakeven).all()


@pytest.mark.parametrize("key", ["hyperscaler_on_demand", "own_site", "hybrid_burst"])
def test_an_option_is_measured_on_every_criterion(key: str) -> None:
    found = evaluated(key)
    assert set(found.measured) == set(WEIGHTS.keys)
    assert all(np.isfinite(m.value).all() for m in found.measured.values())
    assert found.money is not None
    assert (found.money.npv > 0).all()
    assert (found.money.dearest_month > 0).all()


def test_cost_is_a_multiple_of_the_cheapest_yardstick_in_the_same_world() -> None:
    found = evaluated("hyperscaler_on_demand")
    assert found.money is not None
    assert HELD.cheapest is not None
    assert found.measured["cost"].value == pytest.approx(
        found.money.ranked_npv / HELD.cheapest.ranked_npv
    )


def test_an_option_is_judged_by_every_rule_that_concerns_it() -> None:
    owned = {v.rule for v in evaluated("own_site").verdicts}
    assert {"V1", "V2", "V5", "V6", "V11", "V12", "V13", "V14", "V15", "V16"} <= owned
    assert "H1" not in owned
    assert "H1" in {v.rule for v in evaluated("hybrid_burst").verdicts}


@pytest.mark.parametrize(
    ("answers", "rule"),
    [
        ({"ceilings": {"capex_usd": 1_000}}, "V13"),
        ({"ceilings": {"opex_usd_per_month": 1_000}}, "V14"),
        ({"gpu_owner": "nobody"}, "V15"),
        ({"isolation": "air_gapped", "needed_in_weeks": 1}, "V12"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_fails_may_not_be_chosen(answers: dict[str, Any], rule: str) -> None:
    found = evaluated("own_site", **answers)
    assert rule in {v.rule for v in found.verdicts if v.outcome == "fail"}
    assert not found.feasible
    assert found.money is not None, "but it is priced"


def test_a_ceiling_holds_in_eight_of_ten_worlds() -> None:
    free = evaluated("own_site")
    assert free.money is not None
    p80 = float(np.percentile(free.money.capex, 80))
    assert not evaluated("own_site", ceilings={"capex_usd": p80 * 0.99}).feasible
    assert evaluated("own_site", ceilings={"capex_usd": p80 * 1.01}).feasible


def test_a_missing_price_counts_against_a_monthly_ceiling() -> None:
    europe = {"scope": "region", "region": "eu"}
    found = evaluated("specialist_cloud", data_location=europe, egress_tb_per_month=500)
    assert found.money is not None
    assert any(line.missing for line in found.money.lines)
    running = found.money.ranked_npv - found.money.npv
    assert (running > 0).all()
    assert (found.money.dearest_month * 36 > found.money.undiscounted).all()


def test_what_cannot_be_priced_is_not_feasible() -> None:
    document = a_document({"text": {"volume_per_day": 5}}, isolation="air_gapped")
    setting = a_setting(document, 20)
    hybrid = next(option for option in OPTIONS if option.is_hybrid)
    found = evaluate(candidate(hybrid, setting), setting, held_against(setting))
    assert found.money is None
    assert not found.feasible
    assert found.measured == {}


def test_placements_that_nobody_verified_are_doubtful() -> None:
    assert evaluated("hyperscaler_on_demand", data_location=None).doubtful == ("V1",)
    assert evaluated("hyperscaler_on_demand").doubtful == ()
