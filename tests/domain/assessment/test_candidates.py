"""Plans chosen among what is admissible, and kept when nothing is, to say why not."""

from dataclasses import replace

import pytest

from app.domain.assessment.admission import Candidate, backup_offer
from app.domain.assessment.candidates import candidate, comparator_plan
from app.domain.constraints import worst
from app.domain.cost.plan import expected_npv
from app.domain.cost.setting import Setting
from app.domain.facts import Facts
from app.domain.options import COMPARATORS, OPTIONS, Option
from app.domain.worlds import Worlds
from tests.domain.builders import (
    FACTS,
    a_decided_document,
    a_large_document,
    a_setting,
    answers_of,
)


def large(**answers: object) -> Setting:
    return a_setting(a_large_document(**answers), 20)


def chosen(key: str, setting: Setting) -> Candidate:
    return candidate(next(option for option in OPTIONS if option.key == key), setting)


def outcome(found: Candidate, rule: str) -> str:
    return worst(verdict for verdict in found.verdicts if verdict.rule == rule)


PLAIN = large()


@pytest.mark.parametrize(
    ("key", "kind"),
    [("hyperscaler_on_demand", "hyperscaler"), ("specialist_cloud", "specialist")],
)
def test_a_rented_option_rents_from_its_kind(key: str, kind: str) -> None:
    plan = chosen(key, PLAIN).plan
    assert plan is not None
    assert plan.owned is None
    assert plan.offer is not None
    assert plan.offer.kind == kind


@pytest.mark.parametrize("key", ["colocation", "own_site"])
def test_an_owned_option_stands_at_its_place_with_a_backup(key: str) -> None:
    plan = chosen(key, PLAIN).plan
    assert plan is not None
    assert plan.owned is not None
    assert plan.owned.place == key
    assert not plan.is_hybrid
    assert plan.offer == backup_offer(PLAIN)


def test_a_hybrid_owns_and_rents() -> None:
    plan = chosen("hybrid_burst", PLAIN).plan
    assert plan is not None
    assert plan.is_hybrid
    assert plan.owned is not None
    assert plan.offer is not None


def test_an_admissible_offer_goes_before_a_cheaper_one_that_is_not() -> None:
    setting = large(data_location={"scope": "country", "country": "DE"})
    plan = chosen("hyperscaler_on_demand", setting).plan
    assert plan is not None
    assert plan.offer is not None
    assert plan.offer.country == "DE"
    assert outcome(chosen("hyperscaler_on_demand", setting), "V1") == "pass"


def test_what_is_not_admissible_is_priced_all_the_same() -> None:
    setting = large(isolation="air_gapped")
    found = chosen("specialist_cloud", setting)
    assert found.plan is not None
    assert expected_npv(setting, found.plan) > 0
    assert outcome(found, "V2") == "fail"
    assert backup_offer(setting) is None, "nothing may be rented, not even for a while"


def test_a_named_site_leaves_only_itself() -> None:
    setting = large(data_location={"scope": "named_site", "country": "DE"})
    outcomes = {o.key: outcome(candidate(o, setting), "V1") for o in OPTIONS if o.owned or o.rented}
    assert outcomes["own_site"] == "pass"
    assert {key for key, found in outcomes.items() if found == "fail"} >= {
        "hyperscaler_on_demand",
        "specialist_cloud",
        "colocation",
    }
    assert outcome(chosen("hybrid_burst", setting), "H1") == "fail", "nothing may leave"


def test_the_site_takes_what_it_can_power() -> None:
    site = {"type": "own_datacentre", "free_kw": 5_000, "kw_per_rack": 11}
    plan = chosen("own_site", large(site=site)).plan
    assert plan is not None
    assert plan.owned is not None
    assert plan.owned.server.power_kw.value <= 11, "not the cheaper one that no rack carries"


def test_a_hybrid_without_room_stands_in_a_hall() -> None:
    plan = chosen("hybrid_burst", large(site={"type": "none"})).plan
    assert plan is not None
    assert plan.owned is not None
    assert plan.owned.place == "colocation"


def test_what_may_not_leave_sets_the_base_of_a_hybrid() -> None:
    # The closed model fails everywhere, the open one may burst; so it is the first that stays.
    document = a_large_document()
    image = document["answers"]["modalities"]["image"]
    document["answers"]["modalities"] = {
        "image": image,
        "document": {**image, "volume_per_day": 20_000_000, "model_source": "closed_api"},
    }
    setting = a_setting(document, 20)
    plan = chosen("hybrid_burst", setting).plan
    alone = chosen("hybrid_burst", a_setting(a_large_document(), 20)).plan
    assert plan is not None
    assert alone is not None
    assert plan.owned is not None
    owned = (plan.owned.servers_by_year[-1] - plan.owned.spares) * plan.owned.server.accelerators
    assert owned > 0


def test_a_model_that_no_server_holds_is_out_by_its_size() -> None:
    model = {"volume_per_day": 5_000, "size_class": "over_120b", "precision": "bf16"}
    setting = a_setting(a_decided_document({"text": model, "document": model}), 20)
    for option in OPTIONS:
        if not (option.owned or option.rented) or option.division == "by_stage":
            continue
        found = candidate(option, setting)
        assert found.plan is not None or outcome(found, "V16") == "fail"


def with_facts(facts: Facts) -> Setting:
    return Setting(answers_of(a_large_document()), facts, Worlds(20, 1))


def test_without_any_offer_nothing_is_rented_and_the_reason_is_told() -> None:
    nowhere = with_facts(replace(FACTS, offers=()))
    for key in ("hyperscaler_on_demand", "specialist_cloud"):
        found = chosen(key, nowhere)
        assert found.plan is None
        assert outcome(found, "V0") == "fail"
    assert chosen("hybrid_burst", nowhere).plan is None
    assert backup_offer(nowhere) is None
    own = chosen("own_site", nowhere).plan
    assert own is not None
    assert own.offer is None


def test_without_any_server_nothing_is_owned_and_the_reason_is_told() -> None:
    nothing_on_sale = with_facts(replace(FACTS, servers=()))
    for key in ("own_site", "colocation", "hybrid_burst"):
        found = chosen(key, nothing_on_sale)
        assert found.plan is None
        assert worst(found.verdicts) == "fail"


def test_a_model_that_nothing_holds_is_named() -> None:
    small = {"L4": FACTS.accelerators["L4"], "H100": FACTS.accelerators["H100"]}
    tiny = {key: replace(a, memory_gb=0.1) for key, a in small.items()}
    offers = tuple(o for o in FACTS.offers if o.accelerator in tiny)
    facts = replace(FACTS, accelerators=tiny, offers=offers, servers=())
    setting = with_facts(facts)
    assert setting.planned == {}
    for key in ("hyperscaler_on_demand", "own_site"):
        found = chosen(key, setting)
        assert found.plan is None
        assert outcome(found, "V16") == "fail"


@pytest.mark.parametrize("comparator", COMPARATORS, ids=lambda c: c.key)
def test_a_yardstick_is_priced_whatever_the_must_haves_say(comparator: Option) -> None:
    strict = large(isolation="air_gapped", data_location={"scope": "named_site", "country": "DE"})
    for setting in (PLAIN, strict):
        plan = comparator_plan(comparator, setting)
        if plan is not None:
            assert plan.owned is None
            assert (plan.reservation is not None) == (comparator.purchase == "reserved")


def test_a_three_year_reservation_needs_three_years() -> None:
    reserved = next(c for c in COMPARATORS if c.key == "hyperscaler_reserved")
    years = {}
    for months in (12, 24, 36, 60):
        plan = comparator_plan(reserved, large(horizon_months=months))
        assert plan is not None
        assert plan.reservation is not None
        years[months] = plan.reservation.years
    assert years[12] == years[24] == 1
    assert years[36] == years[60] == 3


def test_plans_do_not_depend_on_how_many_worlds_there_are() -> None:
    few, many = a_setting(a_large_document(), 200), a_setting(a_large_document(), 300)
    for option in OPTIONS:
        assert candidate(option, few) == candidate(option, many)


def test_a_specialist_is_paid_by_contract_where_that_costs_less_and_may_be_signed() -> None:
    h100 = replace(FACTS, offers=tuple(o for o in FACTS.offers if o.accelerator == "H100"))

    def found(peak: float, **answers: object) -> Candidate:
        traffic = {"shape": "spiky", "peak_to_average": peak}
        document = a_large_document(traffic=traffic, growth_per_year=0.0, **answers)
        return chosen("specialist_cloud", Setting(answers_of(document), h100, Worlds(20, 1)))

    by_contract = found(1.1).plan
    assert by_contract is not None
    assert by_contract.reservation is not None
    assert by_contract.reservation.seller == "the market", "it is surveyed, nobody publishes one"
    assert by_contract.reservation.years == 1
    spikes = found(8.0).plan
    assert spikes is not None
    assert spikes.reservation is not None
    assert max(spikes.reservation.base) < min(by_contract.reservation.base), "the base is smaller"
    unsigned = found(1.1, longest_commitment="none").plan
    assert unsigned is not None
    assert unsigned.reservation is None
