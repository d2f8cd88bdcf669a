"""Every must-have: when it passes, fails or stays open, and that lifting the cause lifts it."""

from dataclasses import replace
from typing import Any

import pytest

from app.domain import constraints
from app.domain.constraints import Sums, Verdict, Zone, placement_verdicts, worst, zone_name
from app.domain.options import OwnedPlace
from app.domain.worlds import Range
from tests.domain.builders import FACTS, QUESTIONS, a_document, a_server, an_offer, answers_of

FRANKFURT = an_offer("gcp", "g2-standard-4", "europe-west3")
VIRGINIA = an_offer("aws", "p5.48xlarge", "us-east-1")
PLACELESS = next(offer for offer in FACTS.offers if offer.geography == "any")


def placed(
    rule: str, zone: Zone, modality: dict[str, Any] | None = None, **answers: object
) -> Verdict:
    document = a_document({"text": {"volume_per_day": 5, **(modality or {})}}, **answers)
    verdicts = placement_verdicts(answers_of(document), "text", zone, FACTS)
    return next(verdict for verdict in verdicts if verdict.rule == rule)


def is_told(verdict: Verdict, outcome: str) -> bool:
    """Whether it says what a person needs: a sentence, its cause, and what would lift it."""
    assert QUESTIONS.rule(verdict.rule).title
    assert verdict.message.endswith(".")
    if outcome != "pass":
        assert verdict.because
        assert verdict.smallest_change.endswith(".")
    return verdict.outcome == outcome


# ---- V1: where the data may go -----------------------------------------------------------------

ANYWHERE = {"scope": "anywhere"}
EUROPE = {"scope": "region", "region": "eu"}
GERMANY = {"scope": "country", "country": "DE"}
ON_SITE = {"scope": "named_site", "country": "DE"}


@pytest.mark.parametrize(
    ("location", "zone", "outcome"),
    [
        (ANYWHERE, VIRGINIA, "pass"),
        (ANYWHERE, PLACELESS, "pass"),
        (EUROPE, FRANKFURT, "pass"),
        (EUROPE, VIRGINIA, "fail"),
        (EUROPE, PLACELESS, "unverified"),
        (EUROPE, "colocation", "pass"),
        (GERMANY, FRANKFURT, "pass"),
        (GERMANY, replace(FRANKFURT, country="FR"), "fail"),
        (GERMANY, PLACELESS, "unverified"),
        (GERMANY, "own_site", "pass"),
        (ON_SITE, FRANKFURT, "fail"),
        (ON_SITE, PLACELESS, "fail"),
        (ON_SITE, "colocation", "fail"),
        (ON_SITE, "own_site", "pass"),
        ({}, FRANKFURT, "unverified"),
        ({}, "own_site", "pass"),
    ],
    ids=str,
)
def test_data_stays_where_it_must(location: dict[str, str], zone: Zone, outcome: str) -> None:
    assert is_told(placed("V1", zone, data_location=location), outcome)


def test_a_place_outside_is_named_with_what_would_lift_it() -> None:
    verdict = placed("V1", VIRGINIA, data_location=GERMANY)
    assert verdict.message == "Amazon Web Services us-east-1 lies outside Germany."
    assert verdict.smallest_change == "Allow processing outside Germany."
    assert (verdict.modality, verdict.zone) == ("text", "Amazon Web Services us-east-1")
    assert verdict.because == ("data_location",)


# ---- V2, V5, V6 --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("isolation", "zone", "outcome"),
    [
        ("air_gapped", FRANKFURT, "fail"),
        ("air_gapped", "own_site", "pass"),
        ("air_gapped", "colocation", "pass"),
        ("egress_filtered", FRANKFURT, "pass"),
        ("none", FRANKFURT, "pass"),
        (None, FRANKFURT, "unverified"),
        (None, "own_site", "pass"),
    ],
    ids=str,
)
def test_an_air_gap_rules_out_rented_machines(
    isolation: str | None, zone: Zone, outcome: str
) -> None:
    assert is_told(placed("V2", zone, isolation=isolation), outcome)


@pytest.mark.parametrize("zero_retention", [True, False, None])
@pytest.mark.parametrize("zone", [FRANKFURT, "own_site"], ids=["rented", "owned"])
def test_who_runs_the_model_keeps_the_data(zero_retention: bool | None, zone: Zone) -> None:  # noqa: FBT001  # a value
    assert is_told(placed("V5", zone, zero_retention=zero_retention), "pass")


@pytest.mark.parametrize(
    ("source", "outcome"),
    [
        ("closed_api", "fail"),
        ("open_weights", "pass"),
        ("own_weights", "pass"),
        ("undecided", "unverified"),
        (None, "unverified"),
    ],
    ids=str,
)
@pytest.mark.parametrize("zone", [FRANKFURT, "own_site"], ids=["rented", "owned"])
def test_a_model_runs_where_its_licence_allows(
    source: str | None, outcome: str, zone: Zone
) -> None:
    assert is_told(placed("V6", zone, {"model_source": source}), outcome)


# ---- V11: power --------------------------------------------------------------------------------


def power(servers: int = 2, place: OwnedPlace = "own_site", **site: object) -> Verdict:
    return constraints.power(answers_of(a_document(site=site)), place, a_server(), servers)


@pytest.mark.parametrize(
    ("site", "outcome"),
    [
        ({"type": "own_datacentre", "free_kw": 20.4, "kw_per_rack": 10.2}, "pass"),
        ({"type": "own_datacentre", "free_kw": 20.3, "kw_per_rack": 40}, "fail"),
        ({"type": "server_room", "free_kw": 60, "kw_per_rack": 10.1}, "fail"),
        ({"type": "server_room", "free_kw": 0}, "fail"),
        ({"type": "none"}, "fail"),
        ({"type": "colocation"}, "fail"),
        ({"type": "own_datacentre"}, "unverified"),
        ({"type": "own_datacentre", "free_kw": 60}, "unverified"),
        ({"free_kw": 60, "kw_per_rack": 40}, "unverified"),
        ({}, "unverified"),
    ],
    ids=str,
)
def test_servers_need_power_and_racks(site: dict[str, Any], outcome: str) -> None:
    assert is_told(power(**site), outcome)


def test_a_hall_sells_the_power_that_is_ordered() -> None:
    assert is_told(power(200, "colocation", type="none"), "pass")


def test_missing_power_says_how_much_and_having_it_lifts_the_failure() -> None:
    short = power(type="own_datacentre", free_kw=15, kw_per_rack=40)
    assert short.message == "The servers need 20 kW; 15 kW are free."
    assert short.smallest_change == "6 kW more on the site, or a colocation hall."
    assert power(type="own_datacentre", free_kw=15 + 5.4, kw_per_rack=40).outcome == "pass"


def test_a_weak_rack_says_what_it_must_carry() -> None:
    weak = power(type="own_datacentre", free_kw=60, kw_per_rack=8)
    assert weak.message == "One 8 x H200 server needs 10.2 kW; a rack carries 8 kW."
    assert power(type="own_datacentre", free_kw=60, kw_per_rack=10.2).outcome == "pass"


# ---- V12: time ---------------------------------------------------------------------------------

LEAD = Range(5, 13, 40)


@pytest.mark.parametrize(
    ("needed", "bridged", "outcome"),
    [
        (None, False, "pass"),
        (40, False, "pass"),
        (41, True, "pass"),
        (39, False, "unverified"),
        (5, False, "unverified"),
        (4, False, "fail"),
        (4, True, "unverified"),
    ],
    ids=str,
)
def test_production_by_the_date_needed(needed: float | None, bridged: bool, outcome: str) -> None:  # noqa: FBT001  # a value
    answers = answers_of(a_document(needed_in_weeks=needed))
    assert is_told(constraints.lead_time(answers, LEAD, bridged=bridged), outcome)


def test_too_late_says_by_when_it_could_be() -> None:
    answers = answers_of(a_document(needed_in_weeks=4))
    late = constraints.lead_time(answers, LEAD, bridged=False)
    assert late.message == "It takes at least 5 weeks; 4 are allowed."
    assert late.smallest_change == "A date in 5 weeks."
    later = answers_of(a_document(needed_in_weeks=5))
    assert constraints.lead_time(later, LEAD, bridged=False).outcome != "fail"


# ---- V13, V14: ceilings ------------------------------------------------------------------------


NEEDED = Sums(120_000.4, 150_000, 120_000.4, 150_000)


def ceiling(rule: str, caps: dict[str, Any], sums: Sums = NEEDED) -> Verdict:
    verdicts = constraints.ceilings(answers_of(a_document(ceilings=caps)), sums)
    return next(verdict for verdict in verdicts if verdict.rule == rule)


@pytest.mark.parametrize(
    ("rule", "path", "key"),
    [
        ("V13", "ceilings.capex_usd", "capex_usd"),
        ("V14", "ceilings.opex_usd_per_month", "opex_usd_per_month"),
    ],
)
def test_a_sum_stays_under_its_ceiling(rule: str, path: str, key: str) -> None:
    def judged(cap: float | None) -> Verdict:
        return ceiling(rule, {key: cap})

    assert is_told(judged(None), "pass")
    assert is_told(judged(120_001), "unverified")
    assert is_told(judged(150_000), "pass")
    over = judged(100_000)
    assert is_told(over, "fail")
    assert "USD 120,000 is needed" in over.message
    assert over.because == (path,)


def test_the_smallest_change_of_a_ceiling_lifts_it() -> None:
    (change,) = ceiling("V13", {"capex_usd": 100_000}).changes
    assert (change.path, change.value) == ("ceilings.capex_usd", 120_001)
    assert ceiling("V13", {"capex_usd": change.value}).outcome == "unverified"


def test_a_month_without_all_its_prices_may_exceed_the_ceiling() -> None:
    gap = replace(NEEDED, is_complete=False)
    assert is_told(ceiling("V14", {"opex_usd_per_month": 200_000}, gap), "unverified")
    assert is_told(ceiling("V14", {"opex_usd_per_month": 100_000}, gap), "fail")
    assert is_told(ceiling("V14", {}, gap), "pass")


# ---- V15, V16, V0, H1 --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("owner", "owns", "outcome"),
    [
        ("nobody", True, "fail"),
        ("nobody", False, "unverified"),
        (None, True, "unverified"),
        (None, False, "unverified"),
        ("part_time", True, "pass"),
        ("named", True, "pass"),
        ("named", False, "pass"),
    ],
    ids=str,
)
def test_somebody_owns_the_machines(owner: str | None, owns: bool, outcome: str) -> None:  # noqa: FBT001  # a value
    answers = answers_of(a_document(gpu_owner=owner))
    assert is_told(constraints.ownership(answers, owns_servers=owns), outcome)


def test_a_model_fits_or_the_modalities_are_named() -> None:
    answers = answers_of(a_document())
    assert is_told(constraints.fit(answers, ()), "pass")
    assert is_told(constraints.fit(answers, (), runnable=False), "fail")
    unfit = constraints.fit(answers, ("text", "video"))
    assert is_told(unfit, "fail")
    assert "text, video" in unfit.message
    assert unfit.because == ("modalities.text.size_class", "modalities.video.size_class")


@pytest.mark.parametrize(
    "verdict",
    [
        constraints.priced(answers_of(a_document()), "specialist cloud"),
        constraints.no_service(answers_of(a_document()), "text"),
        constraints.nothing_may_leave(answers_of(a_document()), []),
        constraints.measured(answers_of(a_document()), ("sensor",)),
    ],
    ids=["offer", "service", "hybrid", "rate"],
)
def test_what_cannot_be_priced_or_split_fails(verdict: Verdict) -> None:
    assert is_told(verdict, "fail")


@pytest.mark.parametrize(
    ("rented", "outcome"),
    [
        (0.0, "fail"),
        (0.0499, "fail"),
        (0.05, "pass"),
        (0.5, "pass"),
        (0.899, "pass"),
        (0.91, "fail"),
        (1.0, "fail"),
    ],
)
def test_a_hybrid_has_work_for_both_parts(rented: float, outcome: str) -> None:
    assert is_told(constraints.both_parts(answers_of(a_document()), rented), outcome)


# ---- V9, S1: latency and capacity --------------------------------------------------------------


@pytest.mark.parametrize(
    ("chance", "outcome"),
    [(0.0, "fail"), (0.49, "fail"), (0.5, "unverified"), (0.89, "unverified"), (0.9, "pass")],
)
def test_a_hard_limit_is_met(chance: float, outcome: str) -> None:
    text = {"volume_per_day": 5, "latency": {"p95_ms": 500, "hard": True}}
    answers = answers_of(a_document({"text": text}))
    verdict = constraints.hard_latency(answers, {"text": chance})
    assert is_told(verdict, outcome)
    assert f"{100 * chance:.0f} of 100 worlds" in verdict.message
    assert verdict.because == ("modalities.text.latency.p95_ms",)


@pytest.mark.parametrize("hard", [False, None])
def test_a_soft_limit_rules_nothing_out(hard: bool | None) -> None:  # noqa: FBT001  # a value
    text = {"volume_per_day": 5, "latency": {"p95_ms": 500, "hard": hard}}
    answers = answers_of(a_document({"text": text}))
    assert is_told(constraints.hard_latency(answers, {"text": 0.0}), "pass")


def test_the_hardest_limit_counts() -> None:
    limit = {"volume_per_day": 5, "latency": {"p95_ms": 500, "hard": True}}
    answers = answers_of(a_document({"text": limit, "audio": limit}))
    verdict = constraints.hard_latency(answers, {"text": 0.95, "audio": 0.2})
    assert verdict.message.startswith("The audio limit")


@pytest.mark.parametrize(
    ("unserved", "outcome"), [(0.0, "pass"), (0.05, "pass"), (0.051, "unverified")]
)
@pytest.mark.parametrize("has_backup", [True, False])
def test_nearly_all_work_finds_a_machine(
    unserved: float,
    outcome: str,
    has_backup: bool,  # noqa: FBT001  # a value
) -> None:
    verdict = constraints.service_level(answers_of(a_document()), unserved, has_backup=has_backup)
    assert is_told(verdict, outcome)
    if outcome != "pass":
        reason = "rented capacity is short" if has_backup else "nothing may be rented"
        assert reason in verdict.message


# ---- all of them -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ((), "pass"),
        (("pass", "pass"), "pass"),
        (("pass", "unverified"), "unverified"),
        (("unverified", "fail", "pass"), "fail"),
    ],
    ids=str,
)
def test_the_worst_verdict_counts(outcomes: tuple[Any, ...], expected: str) -> None:
    assert worst(Verdict("V1", outcome, "So.") for outcome in outcomes) == expected


def test_every_rule_has_a_title_an_owner_and_a_source() -> None:
    assert all(r.title and r.owner and r.why and r.source.source for r in QUESTIONS.rules)


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        (VIRGINIA, "Amazon Web Services us-east-1"),
        ("own_site", "your own site"),
        ("colocation", "a colocation hall"),
    ],
    ids=["rented", "own", "hall"],
)
def test_a_zone_is_named_in_words(zone: Zone, words: str) -> None:
    assert zone_name(zone) == words


# Cause → (rule, zone) that fails; and what takes the cause away.
CAUSES: dict[str, tuple[str, Zone, dict[str, Any], dict[str, Any]]] = {
    "country": ("V1", VIRGINIA, {"data_location": GERMANY}, {"data_location": ANYWHERE}),
    "site": ("V1", "colocation", {"data_location": ON_SITE}, {"data_location": GERMANY}),
    "air gap": ("V2", FRANKFURT, {"isolation": "air_gapped"}, {"isolation": "egress_filtered"}),
}


@pytest.mark.parametrize("name", CAUSES)
def test_lifting_the_cause_lifts_the_failure(name: str) -> None:
    rule, zone, cause, lifted = CAUSES[name]
    assert placed(rule, zone, **cause).outcome == "fail"
    assert placed(rule, zone, **lifted).outcome == "pass"


def test_offers_and_places_are_judged_by_the_same_rules() -> None:
    answers = answers_of(a_document())

    def rules(zone: Zone) -> list[str]:
        return [v.rule for v in placement_verdicts(answers, "text", zone, FACTS)]

    assert rules(VIRGINIA) == rules("own_site") == rules("colocation")


def test_a_kind_of_data_is_named_in_words() -> None:
    message = constraints.no_service(answers_of(a_document()), "image_generation").message
    assert message == "No vendor publishes a price for this image generation work."
