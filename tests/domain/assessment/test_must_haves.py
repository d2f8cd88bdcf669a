"""Each published must-have on whole projects: failed, unverified, and lifted as the page says."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from app.domain.assessment.candidates import candidate
from app.domain.assessment.evaluation import Evaluated, Reference, evaluate
from app.domain.constraints import Verdict
from app.domain.cost.setting import Setting
from app.domain.facts import Facts
from app.domain.options import OPTIONS
from app.domain.questionnaire.answers import Answers, Change
from app.domain.worlds import Worlds
from tests.domain.builders import FACTS, QUESTIONS, a_decided_document, answers_of

TEXT = {"volume_per_day": 100_000}
GERMANY = {"scope": "country", "country": "DE"}
FRANCE = {"scope": "country", "country": "FR"}
VIDEO = {"video": {"volume_per_day": 2_000_000, "height": 2160, "born": "own_site"}}


def evaluated(answers: Answers, option: str, facts: Facts) -> Evaluated:
    setting = Setting(answers, facts, Worlds(60, 1))
    chosen = next(o for o in OPTIONS if o.key == option)
    nothing = Reference((), None, setting.worlds.uniform("none")[:, None] * 0.0, None)
    return evaluate(candidate(chosen, setting), setting, nothing)


def verdicts(answers: Answers, option: str, rule: str, facts: Facts = FACTS) -> list[Verdict]:
    return [v for v in evaluated(answers, option, facts).verdicts if v.rule == rule]


def without_contracts() -> Facts:
    prices = tuple(replace(price, zero_retention=False) for price in FACTS.api_prices)
    return replace(FACTS, api_prices=prices)


def with_small_cards() -> Facts:
    return replace(FACTS, offers=tuple(o for o in FACTS.offers if o.accelerator == "L4"))


def with_unknown_contracts() -> Facts:
    prices = tuple(replace(price, zero_retention=None) for price in FACTS.api_prices)
    return replace(FACTS, api_prices=prices)


Case = tuple[str, Mapping[str, Any], Mapping[str, Any]]

# Rule → the option it is judged for, answers that fail it, answers that leave it open.
# Answers under `text` are those of the one kind of data; `facts` are other facts.
CASES: dict[str, Case] = {
    "V1": (
        "hyperscaler_on_demand",
        {"data_location": {"scope": "named_site", "country": "DE"}},
        {"data_location": {"scope": None}},
    ),
    "V2": ("hyperscaler_on_demand", {"isolation": "air_gapped"}, {"isolation": None}),
    "V3": (
        "hyperscaler_on_demand",
        {"foreign_law": "refuse", "data_location": GERMANY},
        {"foreign_law": "customer_keys", "data_location": GERMANY},
    ),
    "V4": (
        "hyperscaler_on_demand",
        {"attestations": ["secnumcloud", "iso_27001"]},
        {"attestations": ["hds"]},
    ),
    "V5": (
        "managed_api",
        {"zero_retention": True, "facts": without_contracts},
        {"zero_retention": True, "facts": with_unknown_contracts},
    ),
    "V6": (
        "own_site",
        {"text": {"model_source": "closed_api"}},
        {"text": {"model_source": "undecided"}},
    ),
    "V7": (
        "managed_api",
        {"text": {"model_source": "own_weights"}},
        {"text": {"model_source": "unknown"}},
    ),
    "V8": ("hyperscaler_on_demand", {"works_offline": True}, {"works_offline": "unknown"}),
    "V9": (
        "hyperscaler_on_demand",
        {"text": {"latency": {"p95_ms": 300, "hard": True}}},
        {"text": {"latency": {"p95_ms": 1_000, "hard": True}}},
    ),
    "V10": (
        "hyperscaler_on_demand",
        {"modalities": VIDEO, "uplink_gbit_per_s": 0.1},
        {"modalities": VIDEO, "uplink_gbit_per_s": "unknown"},
    ),
    "V11": (
        "own_site",
        {"site": {"type": "own_datacentre", "free_kw": 2, "kw_per_rack": 1}},
        {"site": {"type": "own_datacentre", "free_kw": 100}},
    ),
    "V12": (
        "hyperscaler_committed",
        {"needed_in_weeks": 1, "text": {"volume_per_day": 3_000_000_000}},
        {"needed_in_weeks": 20, "text": {"volume_per_day": 3_000_000_000}},
    ),
    "V13": ("colocation", {"ceilings": {"capex_usd": 1_000}}, {}),
    "V14": (
        "specialist_cloud",
        {"ceilings": {"opex_usd_per_month": 100}},
        {"ceilings": {"opex_usd_per_month": 10_000_000}},
    ),
    "V15": ("own_site", {"gpu_owner": "nobody"}, {"gpu_owner": None}),
    "V16": (
        "hyperscaler_on_demand",
        {"text": {"size_class": "over_120b", "precision": "bf16"}, "facts": with_small_cards},
        {"text": {"size_class": "unknown"}},
    ),
    "V17": (
        "hyperscaler_on_demand",
        {"carbon_cap_t_per_year": 0, "data_location": FRANCE},
        {"carbon_cap_t_per_year": 5},
    ),
    "V18": (
        "hyperscaler_on_demand",
        {"tenancy": {"machines": "own", "from_class": "internal"}},
        {"tenancy": {"machines": "dedicated", "from_class": "internal"}},
    ),
}
OPEN_OPTION = {"V17": "managed_api"}


def built(given: Mapping[str, Any]) -> tuple[Answers, Facts]:
    rest = {k: v for k, v in given.items() if k not in ("text", "facts", "modalities")}
    modalities = given.get("modalities", {"text": {**TEXT, **given.get("text", {})}})
    facts = given["facts"]() if "facts" in given else FACTS
    return answers_of(a_decided_document(modalities, **rest)), facts


@cache
def ceiling_between() -> int:
    """A ceiling above the 80th percentile of the purchases in colocation, under the 90th."""
    answers, facts = built({})
    money = evaluated(answers, "colocation", facts).money
    assert money is not None
    low, high = (sorted(money.capex.tolist())[round(share * 59)] for share in (0.81, 0.89))
    return int((low + high) / 2)


def outcomes(found: list[Verdict]) -> set[str]:
    assert found
    return {verdict.outcome for verdict in found}


def test_all_eighteen_are_here() -> None:
    assert list(CASES) == [f"V{n}" for n in range(1, 19)]
    ours = {"V0", "M1", "S1", "H1", "H2", "H3", "L1", "L2", "L3"}
    assert {rule.key for rule in QUESTIONS.rules} == {*CASES, *ours}


@pytest.mark.parametrize("rule", CASES)
def test_a_project_fails_it_and_is_told_why(rule: str) -> None:
    option, failing, _ = CASES[rule]
    answers, facts = built(failing)
    found = [v for v in verdicts(answers, option, rule, facts) if v.outcome == "fail"]
    assert found
    for verdict in found:
        assert verdict.message.endswith(".")
        assert "?" not in verdict.message
        assert verdict.because
        assert verdict.smallest_change


@pytest.mark.parametrize("rule", CASES)
def test_the_change_that_is_proposed_lifts_it(rule: str) -> None:
    option, failing, _ = CASES[rule]
    answers, facts = built(failing)
    failed = [v for v in verdicts(answers, option, rule, facts) if v.outcome == "fail"]
    changes = [change for verdict in failed for change in verdict.changes]
    assert changes
    lifted = verdicts(answers.changed(changes), option, rule, facts)
    assert "fail" not in outcomes(lifted), [v.message for v in lifted]


# What the page proposes as a number → the step in which it is proposed.
STEPS = {
    "V10": ("uplink_gbit_per_s", 0.1),
    "V12": ("needed_in_weeks", 1),
    "V13": ("ceilings.capex_usd", 1),
    "V14": ("ceilings.opex_usd_per_month", 1),
    "V17": ("carbon_cap_t_per_year", 0.1),
}


@pytest.mark.parametrize("rule", STEPS)
def test_a_number_one_step_smaller_does_not_lift_it(rule: str) -> None:
    option, failing, _ = CASES[rule]
    answers, facts = built(failing)
    (verdict,) = (v for v in verdicts(answers, option, rule, facts) if v.outcome == "fail")
    path, step = STEPS[rule]
    (change,) = verdict.changes
    assert change.path == path
    assert isinstance(change.value, float)
    assert f"{change.value:,.{0 if step == 1 else 1}f}" in verdict.smallest_change
    smaller = answers.changed([replace(change, value=change.value - step)])
    assert "fail" in outcomes(verdicts(smaller, option, rule, facts))


@pytest.mark.parametrize("minutes_per_day", [2_000, 40_000, 300_000])
def test_a_small_need_is_proposed_in_words_that_lift_it(minutes_per_day: int) -> None:
    video = {"video": {"volume_per_day": minutes_per_day, "height": 720, "born": "own_site"}}
    answers, facts = built({"modalities": video, "uplink_gbit_per_s": 0.001})
    (verdict,) = verdicts(answers, "hyperscaler_on_demand", "V10", facts)
    assert " 0.0 " not in verdict.message
    said = float(verdict.smallest_change.split()[3])
    lifted = answers.changed([Change("uplink_gbit_per_s", said)])
    assert "fail" not in outcomes(verdicts(lifted, "hyperscaler_on_demand", "V10", facts))


@pytest.mark.parametrize(
    "site", [{"free_kw": 3}, {"free_kw": 9_000, "kw_per_rack": 1}, {"free_kw": 5, "kw_per_rack": 2}]
)
@pytest.mark.parametrize("volume", [100_000, 5_000_000, 40_000_000])
def test_no_other_server_would_do_with_less_power_than_is_proposed(
    site: Mapping[str, float], volume: int
) -> None:
    answers, facts = built(
        {"text": {"volume_per_day": volume}, "site": {"type": "own_datacentre", **site}}
    )
    (verdict,) = verdicts(answers, "own_site", "V11", facts)
    assert verdict.outcome == "fail"
    for i, change in enumerate(verdict.changes):
        step = 1 if change.path == "site.free_kw" else 0.1
        assert isinstance(change.value, float)
        less = replace(change, value=change.value - step)
        changes = [*verdict.changes[:i], less, *verdict.changes[i + 1 :]]
        again = verdicts(answers.changed(changes), "own_site", "V11", facts)
        assert outcomes(again) == {"fail"}, change
    lifted = verdicts(answers.changed(verdict.changes), "own_site", "V11", facts)
    assert "fail" not in outcomes(lifted)


def test_every_hard_limit_that_is_missed_is_lifted_at_once() -> None:
    missed = {"latency": {"p95_ms": 50, "hard": True}}
    both = {"text": {"volume_per_day": 10_000, **missed}, "audio": {"volume_per_day": 9, **missed}}
    answers, facts = built({"modalities": both})
    (verdict,) = verdicts(answers, "hyperscaler_on_demand", "V9", facts)
    assert {change.path for change in verdict.changes} == {
        "modalities.text.latency.hard",
        "modalities.audio.latency.hard",
    }
    lifted = verdicts(answers.changed(verdict.changes), "hyperscaler_on_demand", "V9", facts)
    assert outcomes(lifted) == {"pass"}


def test_own_machines_give_way_to_dedicated_ones_before_shared_ones() -> None:
    tenancy = {"machines": "own", "from_class": "internal"}
    answers, facts = built({"tenancy": tenancy})
    (verdict,) = verdicts(answers, "hyperscaler_on_demand", "V18", facts)
    assert [change.value for change in verdict.changes] == ["dedicated"]


def test_what_is_answered_already_is_no_change() -> None:
    answers, facts = built({"attestations": ["secnumcloud"]})
    (verdict,) = verdicts(answers, "hyperscaler_on_demand", "V4", facts)
    assert [(change.path, change.value) for change in verdict.changes] == [("attestations", ())]


# ---- the parts of a hybrid ---------------------------------------------------------------------


def test_what_really_bars_the_cloud_is_what_would_let_a_hybrid_burst() -> None:
    answers, facts = built({"text": {"model_source": "closed_api"}})
    (verdict,) = verdicts(answers, "hybrid_burst", "H1", facts)
    assert verdict.because == ("modalities.text.model_source",)
    assert verdict.changes == (Change("modalities.text.model_source", "open_weights"),)
    lifted = evaluated(answers.changed(verdict.changes), "hybrid_burst", facts)
    assert lifted.plan is not None


def test_models_of_their_own_are_no_cure_for_a_single_kind_of_data() -> None:
    answers, facts = built({"fusion": "shared"})
    (verdict,) = verdicts(answers, "hybrid_split", "H2", facts)
    assert verdict.changes == ()
    assert verdict.message.startswith("There is one kind of data only")


@pytest.mark.parametrize("born", ["edge", "own_site"])
@pytest.mark.parametrize("video", [10, 100_000])
def test_preparing_at_the_devices_is_proposed_only_where_it_would_do(born: str, video: int) -> None:
    kinds = {
        "image": {"volume_per_day": 1_000_000, "megapixels": 0.3, "born": born},
        "video": {"volume_per_day": video, "fps_sampled": 0.5, "born": "own_site"},
    }
    answers, facts = built({"modalities": kinds})
    found = verdicts(answers, "hybrid_edge", "H3", facts)
    changes = [change for verdict in found for change in verdict.changes]
    if video == 10:
        assert not changes
    else:
        assert changes == [Change("modalities.video.born", "edge")]
        assert outcomes(verdicts(answers.changed(changes), "hybrid_edge", "H3", facts)) == {"pass"}


@pytest.mark.parametrize("rule", CASES)
def test_a_project_leaves_it_unverified(rule: str) -> None:
    option, _, open_ = CASES[rule]
    given = {"ceilings": {"capex_usd": ceiling_between()}} if rule == "V13" else open_
    answers, facts = built(given)
    found = verdicts(answers, OPEN_OPTION.get(rule, option), rule, facts)
    assert "unverified" in outcomes(found), [v.message for v in found]
    assert all(v.smallest_change for v in found if v.outcome == "unverified")


@pytest.mark.parametrize("rule", CASES)
def test_without_an_answer_to_an_optional_question_it_fails_nothing(rule: str) -> None:
    answers, facts = built({})
    option, _, _ = CASES[rule]
    assert "fail" not in outcomes(verdicts(answers, option, rule, facts)) or rule == "V11"


# ---- the two must-haves about contracts --------------------------------------------------------


def test_a_commitment_is_never_longer_than_accepted() -> None:
    answers, facts = built({"longest_commitment": "none"})
    (verdict,) = verdicts(answers, "hyperscaler_committed", "L1", facts)
    assert verdict.outcome == "fail"
    lifted = evaluated(answers.changed(verdict.changes), "hyperscaler_committed", facts)
    assert lifted.plan is not None
    assert lifted.plan.reservation is not None
    one, _ = built({"longest_commitment": "one_year"})
    shorter = evaluated(one, "hyperscaler_committed", facts)
    assert shorter.plan is not None
    assert shorter.plan.reservation is not None
    assert shorter.plan.reservation.years == 1


def test_a_single_supplier_fails_where_a_second_must_exist() -> None:
    only = replace(FACTS, api_prices=(FACTS.api_prices[0],))
    answers, _ = built({"second_supplier": True})
    (verdict,) = verdicts(answers, "managed_api", "L2", only)
    assert verdict.outcome == "fail"
    assert (
        verdicts(answers.changed(verdict.changes), "managed_api", "L2", only)[0].outcome == "pass"
    )
    assert verdicts(answers, "managed_api", "L2")[0].outcome == "pass"


# ---- encrypted memory --------------------------------------------------------------------------

ENCRYPTED = {"tenancy": {"encrypted_memory": True}}


def with_offers(accelerator: str, per_machine: int) -> Facts:
    chosen = (o for o in FACTS.offers if o.accelerator == accelerator and o.provider == "gcp")
    return replace(FACTS, offers=tuple(replace(o, per_machine=per_machine) for o in chosen))


@pytest.mark.parametrize(
    ("facts", "outcome"),
    [
        (with_small_cards(), "fail"),
        (with_offers("H100", 1), "pass"),
        (with_offers("H100", 8), "unverified"),
        (with_offers("H200", 1), "unverified"),
    ],
    ids=["a card that cannot", "said for one to a machine", "not said of eight", "not said"],
)
def test_encrypted_memory_is_judged_by_the_accelerator_and_what_is_said(
    facts: Facts, outcome: str
) -> None:
    answers, _ = built(ENCRYPTED)
    assert outcomes(verdicts(answers, "hyperscaler_on_demand", "L3", facts)) == {outcome}
    nothing, _ = built({})
    assert outcomes(verdicts(nothing, "hyperscaler_on_demand", "L3", facts)) == {"pass"}


def test_what_is_said_to_encrypt_is_rented_before_what_is_not() -> None:
    """Of one provider and country, so that nothing but the accelerator tells them apart."""
    home = {(o.provider, o.region) for o in FACTS.offers if o.accelerator == "RTX-PRO-6000"}
    region = next(iter(sorted(r for provider, r in home if provider == "gcp")))
    there = tuple(o for o in FACTS.offers if (o.provider, o.region) == ("gcp", region))
    assert {"L4", "RTX-PRO-6000"} <= {o.accelerator for o in there}
    answers, _ = built(ENCRYPTED)
    found = evaluated(answers, "hyperscaler_on_demand", replace(FACTS, offers=there))
    assert found.plan is not None
    assert found.plan.offer is not None
    assert found.plan.offer.accelerator in FACTS.attested["gcp"].encrypts
    assert found.plan.offer.per_machine == 1


def test_doing_without_encrypted_memory_lifts_it() -> None:
    answers, _ = built(ENCRYPTED)
    (failed,) = verdicts(answers, "hyperscaler_on_demand", "L3", with_small_cards())
    lifted = answers.changed(failed.changes)
    found = verdicts(lifted, "hyperscaler_on_demand", "L3", with_small_cards())
    assert outcomes(found) == {"pass"}


def test_a_service_whose_memory_nobody_describes_must_be_checked() -> None:
    answers, _ = built(ENCRYPTED)
    assert outcomes(verdicts(answers, "managed_api", "L3")) == {"unverified"}


def test_own_servers_are_those_that_can_encrypt() -> None:
    answers, facts = built({**ENCRYPTED, "text": {"volume_per_day": 10_000, "size_class": "4_15b"}})
    found = evaluated(answers, "colocation", facts)
    assert found.plan is not None
    assert found.plan.owned is not None
    assert FACTS.accelerators[found.plan.owned.server.accelerator].encrypts_memory
    plain, _ = built({"text": {"volume_per_day": 10_000, "size_class": "4_15b"}})
    before = evaluated(plain, "colocation", facts)
    assert before.plan is not None
    assert before.plan.owned is not None
    assert not FACTS.accelerators[before.plan.owned.server.accelerator].encrypts_memory
