"""Each criterion measured: in its range, in the right direction, and on facts of its own."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Any

import numpy as np
import pytest

from app.domain.assessment.candidates import candidate
from app.domain.assessment.evaluation import reference
from app.domain.cost.plan import Costing, Plan, costing
from app.domain.cost.setting import Setting
from app.domain.decision import measures
from app.domain.decision.measures import Measured
from app.domain.options import OPTIONS, Option
from app.domain.questionnaire.answers import Given
from tests.domain.builders import (
    FACTS,
    a_decided_document,
    a_document,
    a_large_document,
    a_setting,
    an_offer,
)

OPTION: Mapping[str, Option] = {option.key: option for option in OPTIONS}
Measure = Callable[[Costing, Setting], Measured]


def priced(key: str, setting: Setting) -> Costing:
    plan = candidate(OPTION[key], setting).plan
    assert plan is not None
    return costing(setting, plan)


def sustainability(costing_: Costing, setting: Setting) -> Measured:
    own = measures.tonnes_co2(costing_, setting)
    return measures.sustainability(costing_, own, setting)


MEASURES: Mapping[str, Measure] = {
    "security": measures.security,
    "latency": measures.latency,
    "scalability": measures.scalability,
    "integration": measures.integration,
    "talent": measures.talent,
    "speed": measures.speed,
    "control": measures.control,
    "sustainability": sustainability,
}
EVERY_KIND = ("hyperscaler_on_demand", "specialist_cloud", "colocation", "own_site", "hybrid_burst")
LARGE = a_setting(a_large_document(), 500)


@pytest.mark.parametrize("key", EVERY_KIND)
@pytest.mark.parametrize(
    ("criterion", "low", "high"),
    [
        ("security", 0, 1),
        ("latency", 0, 1),
        ("scalability", 0, 1),
        ("integration", 0, np.inf),
        ("talent", 0, 6),
        ("speed", 0, np.inf),
        ("control", 0, 5),
        ("sustainability", 0, np.inf),
    ],
)
def test_a_measure_stays_in_its_range(key: str, criterion: str, low: float, high: float) -> None:
    measured = MEASURES[criterion](priced(key, LARGE), LARGE)
    assert measured.value.shape == (500,)
    assert np.isfinite(measured.value).all()
    assert ((measured.value >= low) & (measured.value <= high)).all()
    assert measured.words


# ---- directions --------------------------------------------------------------------------------


def median(criterion: str, key: str, setting: Setting) -> float:
    return float(np.median(MEASURES[criterion](priced(key, setting), setting).value))


def decided(modality: dict[str, Any] | None = None, **answers: object) -> Setting:
    document = a_large_document(**answers)
    document["answers"]["modalities"]["image"].update(modality or {})
    return a_setting(document, 300)


@pytest.mark.parametrize(
    ("data_class", "apart"),
    [("public", 0.0), ("internal", 0.25), ("confidential", 0.6), ("special_category", 1.0)],
)
def test_sensitive_data_opens_the_scale_of_security(data_class: str, apart: float) -> None:
    own, cloud = (
        median("security", key, decided({"data_class": data_class}))
        for key in ("own_site", "hyperscaler_on_demand")
    )
    full = np.mean([3.5, 2.0]) / 4 - np.mean([1.0, 3.0]) / 4
    assert own - cloud == pytest.approx(apart * full, abs=0.03)


def test_the_most_sensitive_modality_decides() -> None:
    document = a_decided_document(
        {
            "text": {"volume_per_day": 5_000, "data_class": "public"},
            "image": {"volume_per_day": 5, "data_class": "classified"},
        }
    )
    setting = a_setting(document, 300)
    assert median("security", "own_site", setting) > median(
        "security", "hyperscaler_on_demand", setting
    )


def test_latency_is_the_chance_of_meeting_the_tightest_target() -> None:
    chances = [
        median("latency", "own_site", decided({"latency": {"p95_ms": p95_ms}}))
        for p95_ms in (30, 1_500, 60_000)
    ]
    assert chances == sorted(chances)
    assert chances[0] == 0
    assert chances[-1] > 0.9
    assert median("latency", "own_site", decided()) == 1, "no target is met by everybody"


@pytest.mark.parametrize(
    ("born", "key", "network"),
    [
        ("own_site", "own_site", "network_ms.own_site"),
        ("edge", "own_site", "network_ms.own_site"),
        ("end_users", "own_site", "network_ms.colocation"),
        ("own_site", "colocation", "network_ms.colocation"),
        ("own_site", "hyperscaler_on_demand", "network_ms.same_country"),
    ],
)
def test_where_data_arises_decides_the_way_it_travels(born: str, key: str, network: str) -> None:
    setting = decided({"born": born, "latency": {"p95_ms": 3_000}}).likely
    plan = candidate(OPTION[key], setting).plan
    assert plan is not None
    if plan.offer is not None and plan.owned is None:
        plan = replace(plan, offer=replace(plan.offer, country="DE", geography="eu"))
    assert measures._network_key(plan, setting, born) == network  # noqa: SLF001


def test_rented_machines_are_nearer_in_the_same_country() -> None:
    setting = decided({"latency": {"p95_ms": 3_000}}).likely
    keys = []
    for country, geography in (("DE", "eu"), ("FR", "eu"), ("US", "us"), ("", "any")):
        offer = replace(an_offer(), country=country, geography=geography)
        keys.append(measures._network_key(Plan(offer, None), setting, ""))  # noqa: SLF001
    assert keys == [
        "network_ms.same_country",
        "network_ms.same_region",
        "network_ms.elsewhere",
        "network_ms.elsewhere",
    ]


def test_scalability_falls_with_size_and_a_full_fleet_of_your_own_adds_nothing_in_weeks() -> None:
    small, large, enormous = (
        median("scalability", "hyperscaler_on_demand", with_volume(v)) for v in (1e4, 2e6, 1e10)
    )
    assert small > large > enormous
    assert enormous == pytest.approx(0.0), "capacity of that size is contracted, as servers are"
    assert median("scalability", "own_site", with_volume(4e8)) == pytest.approx(0.0, abs=0.1)


def test_where_somebody_says_what_is_too_late_the_weeks_decide_for_rented_machines_too() -> None:
    def share(key: str, weeks: float) -> float:
        setting = decided({"volume_per_day": 1e10}, time_to_double_weeks=weeks)
        return median("scalability", key, setting)

    assert share("hyperscaler_on_demand", 2) == 0.0
    assert share("own_site", 2) == pytest.approx(0.0, abs=1e-3), "but for rounding up to servers"
    assert share("hyperscaler_on_demand", 60) == pytest.approx(
        FACTS.figure("availability.hyperscaler").value, abs=0.05
    )
    assert share("own_site", 60) == pytest.approx(1.0)


def test_owned_servers_beyond_the_peak_of_the_tightest_year_are_what_is_there_already() -> None:
    setting = with_volume(2e6)
    found = priced("own_site", setting)
    owned = found.plan.owned
    assert owned is not None
    peaks = setting.planned[found.fleet.accelerator.key]
    without_spares = [n - owned.spares for n in owned.servers_by_year]
    assert (without_spares, owned.server.accelerators, peaks) == ([6, 8, 10], 4, (22, 29, 38))
    assert median("scalability", "own_site", setting) == pytest.approx(40 / 38 - 1)


def with_volume(volume: float) -> Setting:
    return decided({"volume_per_day": volume})


def test_a_hybrid_scales_like_its_rented_part_for_all_are_asked_for_the_same() -> None:
    hybrid = priced("hybrid_burst", LARGE)
    rented = replace(hybrid, plan=replace(hybrid.plan, owned=None))
    np.testing.assert_allclose(
        measures.scalability(hybrid, LARGE).value, measures.scalability(rented, LARGE).value
    )


@pytest.mark.parametrize(
    ("born", "key", "crosses"),
    [
        ("own_site", "own_site", False),
        ("own_site", "colocation", True),
        ("own_site", "specialist_cloud", True),
        ("edge", "own_site", False),
        ("cloud", "own_site", True),
        ("cloud", "specialist_cloud", False),
        ("end_users", "own_site", False),
        ("end_users", "specialist_cloud", False),
        (None, "specialist_cloud", False),
    ],
    ids=str,
)
def test_data_crosses_where_it_arises_elsewhere(born: str | None, key: str, crosses: bool) -> None:  # noqa: FBT001  # a value
    setting = decided({"born": born}).likely
    crossing = measures.integration(priced(key, setting), setting).value[0]
    # 40 million images a day of 0.25 MB, 365/12 days, over three years of growth
    monthly = 4e7 * 0.25e-6 * 365 / 12 * setting.workload.growth.mean()
    assert crossing == pytest.approx(monthly if crosses else 0.0, rel=0.02, abs=0.02 * monthly)


def test_a_better_team_closes_the_gap() -> None:
    gaps = [
        median("talent", "own_site", decided(gpu_owner=owner, gpu_experience=experience))
        for owner, experience in (
            ("part_time", "never"),
            ("part_time", "pilot"),
            ("named", "under_1_year"),
            ("named", "over_1_year"),
        )
    ]
    assert gaps == sorted(gaps, reverse=True)
    assert gaps[0] > gaps[-1]


def test_harder_options_demand_more() -> None:
    setting = decided(gpu_owner="part_time", gpu_experience="never")
    gaps = [median("talent", key, setting) for key in EVERY_KIND]
    assert gaps == sorted(gaps), "hyperscaler, specialist, hall, own site, both"


def test_a_team_that_was_not_described_lies_between_the_ends() -> None:
    unknown = a_document(site={"type": "own_datacentre", "free_kw": 999, "kw_per_rack": 50})
    setting = a_setting(unknown, 300)
    worst = decided(gpu_owner="nobody", gpu_experience="never")
    best = decided(gpu_owner="named", gpu_experience="over_1_year")
    low, middle, high = (median("talent", "own_site", s) for s in (best, setting, worst))
    assert low < middle < high


def test_owning_takes_longer_and_a_hybrid_starts_rented() -> None:
    small = with_volume(200_000)
    weeks = {key: median("speed", key, small) for key in EVERY_KIND}
    assert weeks["hybrid_burst"] <= min(weeks["own_site"], weeks["colocation"])
    assert weeks["own_site"] < weeks["colocation"], "a hall needs a contract first"


def test_a_hybrid_never_starts_later_than_its_own_servers() -> None:
    assert median("speed", "hybrid_burst", LARGE) <= median("speed", "own_site", LARGE)


def test_control_counts_the_tests_that_an_option_passes() -> None:
    assert median("control", "own_site", LARGE) == 5
    assert median("control", "colocation", LARGE) == 4
    assert median("control", "specialist_cloud", LARGE) in (1, 2)
    mixed = median("control", "hybrid_burst", LARGE)
    assert 2 < mixed < 5


def test_carbon_follows_the_grid() -> None:
    tonnes = {}
    for country in ("SE", "PL"):
        setting = decided(data_location={"scope": "country", "country": country}).likely
        plan = candidate(OPTION["own_site"], setting).plan
        assert plan is not None
        found = measures.tonnes_co2(costing(setting, replace(plan, offer=None)), setting)
        assert found is not None
        tonnes[country] = found[0]
    assert 0 < tonnes["SE"] < tonnes["PL"]


def test_carbon_by_hand() -> None:
    setting = decided().likely
    plan = candidate(OPTION["own_site"], setting).plan
    assert plan is not None
    assert plan.owned is not None
    alone = costing(setting, replace(plan, offer=None))
    tonnes = measures.tonnes_co2(alone, setting)
    assert tonnes is not None
    kw, count = plan.owned.server.power_kw.value, plan.owned.standing(36).sum()
    grid = FACTS.countries["DE"].grid_carbon
    assert grid is not None
    energy = count * 730 * kw * 1.54 * grid.value / 1e6
    making = count * 730 * plan.owned.server.accelerators / 8 * 4_000e3 / 43_800 / 1e6
    assert 0.3 * energy + making <= tonnes[0] <= energy + making


def test_unknown_carbon_is_no_value_and_may_lie_anywhere() -> None:
    setting = a_setting(a_decided_document(), 2_000)
    plan = candidate(OPTION["own_site"], setting).plan
    assert plan is not None
    assert measures.tonnes_co2(costing(setting, plan), setting) is None
    measured = measures.sustainability(costing(setting, plan), None, setting)
    assert not measured.is_known
    assert np.isnan(measured.value).all()
    assert measured.anywhere is not None
    assert np.percentile(measured.anywhere, [10, 50, 90]) == pytest.approx(
        [0.1, 0.5, 0.9], abs=0.03
    )
    elsewhere = candidate(OPTION["colocation"], setting).plan
    assert elsewhere is not None
    same = measures.sustainability(costing(setting, elsewhere), None, setting)
    assert same.anywhere is not None
    assert np.array_equal(same.anywhere, measured.anywhere), "the same grid is not known"


def test_twice_the_carbon_of_the_reference_is_two() -> None:
    setting = decided()
    own = priced("own_site", setting)
    tonnes = measures.tonnes_co2(own, setting)
    assert tonnes is not None
    assert (measures.sustainability(own, tonnes / 2, setting).value == 2).all()


def test_a_dearer_tail_and_a_larger_purchase_are_less_predictable() -> None:
    own = priced("own_site", LARGE)
    spread = costing(LARGE.exogenous(300), own.plan)
    steady = costing(LARGE.likely, own.plan)
    wide, narrow = (
        np.median(measures.predictability(own, e, 1e6, LARGE).value) for e in (spread, steady)
    )
    assert wide > narrow > 0, "what stopping wastes remains"
    rented = priced("hyperscaler_on_demand", LARGE)
    still = costing(LARGE.likely, rented.plan)
    assert (measures.predictability(rented, still, 1e6, LARGE).value == 0).all()
    halved = measures.predictability(own, spread, 2e6, LARGE).value
    assert halved == pytest.approx(measures.predictability(own, spread, 1e6, LARGE).value / 2)


@pytest.mark.parametrize(("share", "above"), [(0.0, 0), (0.05, 50), (0.1, 100), (0.3, 100)])
def test_a_jump_that_few_worlds_need_counts_by_how_many_do(share: float, above: float) -> None:
    totals = np.full(1_000, 100.0)
    totals[: int(share * 1_000)] += 100
    assert measures.above_the_middle(totals) == pytest.approx(above)


def test_one_world_more_that_jumps_moves_it_a_little() -> None:
    """P90 - P50 would go from 0 to 100 here."""
    totals = np.full(1_000, 100.0)
    found = []
    for jumping in (99, 100, 101):
        totals[:jumping] = 200
        found.append(measures.above_the_middle(totals))
    assert found == pytest.approx([99, 100, 100])


# ---- every fact feeds one criterion ------------------------------------------------------------

# Facts that two criteria read directly, each with its reason; the measured demand and the share
# of the work on own machines are shared by nature and come in through the costing.
SHARED: Mapping[str, str] = {
    "modalities.image.born": "latency: how far it travels; integration: how much of it",
    "site.type": "speed: whether a hall must be rented first; sustainability: how it is cooled",
    "availability.contract_from_gpus": "scalability and speed: from where size is a contract",
}


@dataclass
class Recorded(dict[str, Any]):
    """A mapping that remembers which keys were read."""

    read: set[str] = field(default_factory=set)

    def __init__(self, known: Mapping[str, Any]) -> None:
        super().__init__(known)
        self.read = set()

    def __getitem__(self, key: str) -> object:
        self.read.add(key)
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        self.read.add(str(key))
        return super().__contains__(key)


def reads() -> Mapping[str, set[str]]:
    """Criterion → the answers and figures that its measure reads itself, over every option."""
    document = a_large_document(needed_in_weeks=30, growth_per_year=0.3)
    document["answers"]["modalities"]["image"]["latency"] = {"p95_ms": 5_000}
    plain = a_setting(document, 20)
    given: Recorded = Recorded(plain.answers.given)
    figures: Recorded = Recorded(plain.facts.figures)
    answers = replace(plain.answers, given=given)
    setting = Setting(answers, replace(plain.facts, figures=figures), plain.worlds)
    every = [priced(key, setting) for key in EVERY_KIND]
    for measure in MEASURES.values():
        for option in every:
            measure(option, setting)  # demand and plans are worked out once, for all
    found: dict[str, set[str]] = {}
    for criterion, measure in MEASURES.items():
        given.read.clear()
        figures.read.clear()
        for option in every:
            measure(option, setting)
        found[criterion] = given.read | figures.read
    return found


def pairs() -> Iterator[tuple[str, str]]:
    yield from combinations(MEASURES, 2)


READ = reads()


@pytest.mark.parametrize(("one", "other"), list(pairs()))
def test_no_fact_feeds_two_criteria(one: str, other: str) -> None:
    assert READ[one] & READ[other] <= set(SHARED), "name it in SHARED with its reason, or split it"


def test_what_is_shared_is_really_shared() -> None:
    both = {key for one, other in pairs() for key in READ[one] & READ[other]}
    assert both == set(SHARED)


def test_every_measure_reads_something() -> None:
    assert all(READ[criterion] for criterion in MEASURES)
    assert {type(g) for g in LARGE.answers.given.values()} == {Given}


def test_the_reference_of_carbon_is_a_yardstick() -> None:
    plan = candidate(OPTION["hyperscaler_on_demand"], LARGE).plan
    assert plan is not None
    held_against = reference([(OPTION["hyperscaler_on_demand"], plan)], LARGE)
    assert held_against.carbon is not None


@pytest.mark.parametrize(
    ("images_a_day", "said"), [(10.0, "under 0.1 TB"), (1e9, ",")], ids=["few", "very many"]
)
def test_a_little_that_crosses_is_not_called_nothing(images_a_day: float, said: str) -> None:
    setting = decided({"volume_per_day": images_a_day, "born": "own_site"})
    found = measures.integration(priced("specialist_cloud", setting), setting)
    assert said in found.words
    assert not found.words.startswith("0.0 ")
