"""The split by kind of data: every division, held against pricing each of them as a whole."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from app.domain.assessment.admission import FAILS
from app.domain.assessment.candidates import candidate
from app.domain.assessment.split import (
    MOST_GROUPS,
    Kinds,
    Side,
    cheapest_division,
    rented_share,
    tied,
)
from app.domain.constraints import worst
from app.domain.cost.plan import Part, Plan, costing, expected_npv, lead_weeks, side_npv
from app.domain.cost.setting import Setting
from app.domain.decision import measures
from app.domain.options import OPTIONS, Option
from tests.domain.builders import EVERY_MODALITY, a_decided_document, a_setting

(SPLIT,) = (option for option in OPTIONS if option.key == "hybrid_split")
THREE = {
    "text": {"volume_per_day": 4_000_000, "data_class": "public"},
    "image": {"volume_per_day": 4_000_000, "data_class": "confidential"},
    "audio": {"volume_per_day": 400_000, "task": "transcribe", "data_class": "internal"},
}
SITE = {"type": "own_datacentre", "free_kw": 5_000, "kw_per_rack": 60}


def a_split_setting(
    modalities: Mapping[str, object] | None = None, worlds: int = 40, **answers: object
) -> Setting:
    body = {"site": SITE, "gpu_owner": "named", "zero_retention": False, **answers}
    return a_setting(a_decided_document(modalities or THREE, **body), worlds)


def the_plan(setting: Setting, option: Option = SPLIT) -> Plan:
    plan = candidate(option, setting).plan
    assert plan is not None
    return plan


def failing(setting: Setting) -> set[str]:
    verdicts = candidate(SPLIT, setting).verdicts
    return {v.rule for v in verdicts if v.outcome == "fail"}


SETTING = a_split_setting()
PLAN = the_plan(SETTING)


# ---- the solver ----------------------------------------------------------------------------------


def a_side(kinds: Kinds, usd: float, rank: int = 0, *, owned: bool = False) -> Side:
    plan = PLAN.parts[0].plan if owned else Plan(PLAN.offer, None)
    return Side(Part(kinds, plan), rank, usd)


def test_every_division_is_tried_and_the_cheapest_taken() -> None:
    # Own: 10 for the place and 1 a kind. Rented: 4 a kind. A service: 6 a kind, but 1 for c.
    tried: set[tuple[str, ...]] = set()

    def own(kinds: Kinds) -> Side:
        tried.add(("owned", *kinds))
        return a_side(kinds, 10.0 + len(kinds), owned=True)

    def rented(kinds: Kinds) -> Side:
        tried.add(("rented", *kinds))
        return a_side(kinds, 4.0 * len(kinds))

    def managed(kinds: Kinds) -> Side:
        tried.add(("managed", *kinds))
        return a_side(kinds, sum(1.0 if kind == "c" else 6.0 for kind in kinds))

    groups = [("a",), ("b",), ("c",)]
    sides = {"owned": own, "rented": rented, "managed": managed}
    found = cheapest_division(groups, sides, lambda _division: True)
    # Own a and b for 12 and buy c for 1 is 13; own a alone, rent b, buy c is 11 + 4 + 1 = 16.
    assert found is not None
    assert [(side.part.modalities, side.usd) for side in found] == [
        (("a", "b"), 12.0),
        (("c",), 1.0),
    ]
    subsets = 2**3 - 2
    assert len(tried) == 3 * subsets, "each place with each choice of kinds but none and all"


def test_what_is_admissible_goes_before_what_is_cheap() -> None:
    sides = {
        "owned": lambda kinds: a_side(kinds, 100.0, owned=True),
        "rented": lambda kinds: a_side(kinds, 1.0, FAILS + 1 if "a" in kinds else 0),
    }
    found = cheapest_division([("a",), ("b",)], sides, lambda _division: True)
    assert found is not None
    assert found[0].part.modalities == ("a",), "it may not leave"


def test_a_place_that_cannot_have_a_kind_of_data_is_left_out() -> None:
    sides = {
        "owned": lambda kinds: a_side(kinds, 1.0, owned=True),
        "managed": lambda kinds: None if "a" in kinds else a_side(kinds, 50.0),
    }
    found = cheapest_division([("a",), ("b",)], sides, lambda _division: True)
    assert found is not None
    assert [side.part.modalities for side in found] == [("a",), ("b",)]
    assert cheapest_division([("a",)], sides, lambda _division: True) is None


def test_a_division_with_work_on_both_sides_goes_before_a_cheaper_one() -> None:
    sides = {
        "owned": lambda kinds: a_side(kinds, float(len(kinds)), owned=True),
        "rented": lambda kinds: a_side(kinds, 9.0 * len(kinds)),
    }

    def holds(division: Sequence[Side]) -> bool:
        return division[1].part.modalities != ("b",)

    found = cheapest_division([("a",), ("b",)], sides, holds)
    assert found is not None
    assert found[1].part.modalities == ("a",)


def test_the_engine_finds_what_pricing_every_division_as_a_whole_finds() -> None:
    """The oracle puts each division of the three kinds together and prices it in one piece."""
    kinds = SETTING.answers.modalities
    some = [these for count in (1, 2) for these in combinations(kinds, count)]
    option = {o.key: o for o in OPTIONS}
    own = {these: the_plan(SETTING.part(these), option["own_site"]) for these in some}
    on_demand = replace(option["specialist_cloud"], purchase="on_demand")
    rent = {these: the_plan(SETTING.part(these), on_demand) for these in some}
    totals = {}
    for these, at_home in own.items():
        rest = tuple(k for k in kinds if k not in these)
        away = rent[rest]
        whole = Plan(
            away.offer,
            at_home.owned,
            is_hybrid=True,
            bridges=at_home.bridges,
            parts=(Part(these, at_home), Part(rest, away)),
        )
        if 0.05 <= rented_share(whole, SETTING) <= 0.9:
            totals[these] = expected_npv(SETTING, whole)
    assert totals
    found = expected_npv(SETTING, PLAN)
    assert found <= min(totals.values()) * (1 + 1e-9), "hyperscalers and services are tried too"


def test_the_sides_of_a_division_add_up_to_its_price() -> None:
    """The platform's people and the second platform do not depend on who is where."""
    lines = costing(SETTING.trial, PLAN).ledger.lines
    shared = ("second_platform", "migration", "on_call")
    common = sum(float(lines[key].npv.mean()) for key in shared if key in lines)
    sides = sum(side_npv(SETTING.part(part.modalities), part.plan) for part in PLAN.parts)
    assert expected_npv(SETTING, PLAN) == pytest.approx(sides + common)


# ---- what stays together -------------------------------------------------------------------------


def test_kinds_of_data_that_one_model_reads_stay_together() -> None:
    setting = a_split_setting(fusion="shared")
    assert tied(setting) == (("text", "image"), ("audio",)), "speech has a model of its own"
    parts = [set(part.modalities) for part in the_plan(setting).parts]
    assert {"text", "image"} in parts


def test_one_kind_of_data_and_one_joint_model_have_nothing_to_divide() -> None:
    alone = a_split_setting({"text": {"volume_per_day": 100_000}})
    assert failing(alone) == {"H2"}
    joint = a_split_setting({k: THREE[k] for k in ("text", "image")}, fusion="shared")
    (verdict,) = candidate(SPLIT, joint).verdicts
    assert (verdict.rule, verdict.outcome, verdict.because) == ("H2", "fail", ("fusion",))
    apart = joint.answers.changed(verdict.changes)
    assert apart.choice("fusion") == "split", "the change that it proposes"


def test_very_many_kinds_of_data_are_joined_from_the_smallest() -> None:
    modalities = {m: {"volume_per_day": 1_000} for m in EVERY_MODALITY if m != "sensor"}
    groups = tied(a_split_setting(modalities, worlds=1))
    assert len(groups) == MOST_GROUPS
    assert sorted(m for group in groups for m in group) == sorted(modalities)


# ---- rules ---------------------------------------------------------------------------------------


def test_something_is_owned_and_something_is_not() -> None:
    owned = [part.plan.owned is not None for part in PLAN.parts]
    assert owned[0]
    assert not any(owned[1:])
    assert sorted(m for part in PLAN.parts for m in part.modalities) == sorted(THREE)


def test_what_may_not_leave_stays_at_home() -> None:
    closed = {**THREE, "image": {**THREE["image"], "model_source": "closed_api"}}
    assert "V6" not in failing(a_split_setting(closed)), "a service sells it"
    services = dict(the_plan(a_split_setting(closed)).services)
    assert "image" in services


def test_an_air_gap_leaves_no_place_but_the_own_one() -> None:
    found = candidate(SPLIT, a_split_setting(isolation="air_gapped"))
    assert found.plan is not None, "priced all the same"
    assert "V2" in {v.rule for v in found.verdicts if v.outcome == "fail"}


def test_each_part_must_be_in_time_itself() -> None:
    found = candidate(SPLIT, SETTING)
    assert worst(v for v in found.verdicts if v.rule == "V11") == "pass"


# ---- money ---------------------------------------------------------------------------------------


def test_a_split_pays_one_team_and_a_second_platform() -> None:
    lines = costing(SETTING.likely, PLAN).ledger.lines
    platform = SETTING.likely.known.value("staff.platform_fte")
    (people,) = (p for p in lines["staff"].products if p.what == "People for the platform")
    assert people.factors[0].term.value == platform, "once, not for each place"
    assert float(lines["second_platform"].npv[0]) > 0
    second = [p for p in lines["second_platform"].products if p.what == "Link"]
    assert len(second) == 1


def test_answers_that_meet_pay_for_leaving_and_are_counted_as_crossing() -> None:
    apart, meeting = SETTING.likely, a_split_setting(fusion="late").likely
    one, other = costing(apart, PLAN), costing(meeting, PLAN)
    assert other.ledger.npv[0] >= one.ledger.npv[0]
    away = [part for part, found in other.parts if found.plan.owned is None]
    daily = sum(
        float(w.items_per_day[0] * w.returned_gb_per_item[0])
        for part in away
        for w in part.workload.modalities
    )
    growth = float(meeting.workload.growth.mean())
    more = measures.integration(other, meeting).value - measures.integration(one, apart).value
    assert more[0] == pytest.approx(daily * 365 / 12 / 1e3 * growth)


def test_the_shares_of_the_parts_are_those_of_their_load() -> None:
    found = costing(SETTING.likely, PLAN)
    fleet = SETTING.likely.fitting_fleet(SETTING.likely.stand_in)
    at_home = PLAN.parts[0].modalities
    loads = {m.modality.modality: float(m.load[0]) for m in fleet.loads}
    share = sum(loads[m] for m in at_home) / sum(loads.values())
    assert found.owned_share[0] <= share + 1e-9
    assert found.owned_share[0] == pytest.approx(share, rel=0.05), "shortages apart"


# ---- criteria: from the part that needs them, never an average -----------------------------------


def measured(setting: Setting, plan: Plan) -> dict[str, np.ndarray]:
    found = costing(setting, plan)
    return {
        "security": measures.security(found, setting).value,
        "scalability": measures.scalability(found, setting).value,
        "speed": measures.speed(found, setting).value,
        "talent": measures.talent(found, setting).value,
    }


def test_security_is_that_of_the_place_of_the_most_sensitive_data() -> None:
    sensitive = next(p for p in PLAN.parts if "image" in p.modalities)
    part = SETTING.part(sensitive.modalities)
    alone = measures.security(costing(part, sensitive.plan), part).value
    assert measured(SETTING, PLAN)["security"] == pytest.approx(alone, rel=0.02)


def test_the_part_that_goes_first_gives_speed_and_scalability() -> None:
    whole = measured(SETTING, PLAN)
    firsts = [
        (lead_weeks(SETTING.part(p.modalities), p.plan), p)
        for p in PLAN.parts
        if p.plan.owned is None
    ]
    weeks, first = min(firsts, key=lambda pair: float(np.median(pair[0])))
    assert np.median(whole["speed"]) <= np.median(weeks)
    part = SETTING.part(first.modalities)
    alone = measures.scalability(costing(part, first.plan), part).value
    assert whole["scalability"] == pytest.approx(alone)


def test_a_split_demands_more_than_the_more_demanding_of_its_parts() -> None:
    whole = measures._demanded(costing(SETTING, PLAN), SETTING)  # noqa: SLF001
    for part in PLAN.parts:
        of_part = SETTING.part(part.modalities)
        alone = measures._demanded(costing(of_part, part.plan), of_part)  # noqa: SLF001
        assert (whole > alone).all()


def test_the_tightest_kind_of_data_is_judged_where_it_runs() -> None:
    quick = {
        **THREE,
        "text": {**THREE["text"], "latency": {"p95_ms": 4_000}},
        "audio": {**THREE["audio"], "latency": {"p95_ms": 9_000}},
    }
    setting = a_split_setting(quick)
    found = costing(setting, the_plan(setting))
    chances = measures.latency_chances(found, setting)
    assert set(chances) == {"text", "audio"}
    for part, of_part in found.parts:
        for modality, chance in measures.latency_chances(of_part, part).items():
            assert chances[modality] == chance
