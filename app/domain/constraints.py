"""Must-haves: pass, fail or unverified, never traded against anything.

A placement rule looks at one modality in one zone of one provider; an option fails only when
some modality has no admissible zone. A capacity rule looks at what an option needs. Each
verdict names the answers behind it and the smallest change that would lift it.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from app.domain.facts import ApiPrice, Facts, Offer, Server
from app.domain.options import OwnedPlace
from app.domain.questionnaire.answers import TRAINING, Answers
from app.domain.worlds import Range

Outcome = Literal["pass", "fail", "unverified"]


_LEAST_RENTED_SHARE = 0.05
_LEAST_OWNED_SHARE = 0.10
_MOST_UNSERVED = 0.05
_LEAST_CHANCE = 0.5
_SURE_CHANCE = 0.9


@dataclass(frozen=True)
class Rule:
    """One must-have: its number in the published list, its title and who owns it."""

    key: str
    title: str
    owner: str


RULES: Mapping[str, Rule] = {
    rule.key: rule
    for rule in (
        Rule("V0", "A price is published", "finance"),
        Rule("V1", "Data stays where it must", "security"),
        Rule("V2", "Isolation from the internet", "security"),
        Rule("V5", "No retention and no training on your data", "security"),
        Rule("V6", "The model may run there", "engineering"),
        Rule("V7", "Your own weights can be hosted", "engineering"),
        Rule("V9", "Hard latency limits are met", "engineering"),
        Rule("V11", "Power and cooling suffice", "platform"),
        Rule("V12", "In production by the date needed", "engineering"),
        Rule("V13", "Investment ceiling", "finance"),
        Rule("V14", "Monthly ceiling", "finance"),
        Rule("V15", "Somebody owns the machines", "platform"),
        Rule("V16", "The model fits an accelerator", "engineering"),
        Rule("V17", "Somebody has measured the model", "engineering"),
        Rule("S1", "Nobody waits for capacity", "engineering"),
        Rule("H1", "A hybrid has work for both its parts", "platform"),
    )
}


PLACEMENT_RULES = frozenset({"V1", "V2", "V5", "V6", "V7"})


@dataclass(frozen=True)
class Verdict:
    """What one rule says about one placement or option.

    Attributes:
        because: paths of the answers that triggered it.
        smallest_change: what would lift a failure; "" when it passes.
        modality, zone: where it was judged; "" when it concerns the whole option.
    """

    rule: str
    outcome: Outcome
    message: str
    because: tuple[str, ...] = ()
    smallest_change: str = ""
    modality: str = ""
    zone: str = ""


Zone = Offer | OwnedPlace | ApiPrice


def zone_name(zone: Zone) -> str:
    """The zone in words: a provider and its region, or the owned place."""
    if isinstance(zone, Offer):
        return f"{zone.provider_name} {zone.region}"
    if isinstance(zone, ApiPrice):
        return f"{zone.vendor} {zone.model}"
    return {"own_site": "your own site", "colocation": "a colocation hall"}[zone]


def placement_verdicts(
    answers: Answers, modality: str, zone: Zone, facts: Facts
) -> tuple[Verdict, ...]:
    """Every placement rule for one modality in one zone."""
    return (
        _residency(answers, modality, zone, facts),
        _isolation(answers, modality, zone),
        _retention(answers, modality, zone),
        _licence(answers, modality, zone),
        _own_weights(answers, modality, zone),
    )


def worst(verdicts: Iterable[Verdict]) -> Outcome:
    """Fail before unverified before pass."""
    outcomes = {verdict.outcome for verdict in verdicts}
    if "fail" in outcomes:
        return "fail"
    return "unverified" if "unverified" in outcomes else "pass"


def _judge(rule: str, modality: str, zone: Zone) -> Callable[..., Verdict]:
    def verdict(
        outcome: Outcome, message: str, because: tuple[str, ...] = (), change: str = ""
    ) -> Verdict:
        return Verdict(rule, outcome, message, because, change, modality, zone_name(zone))

    return verdict


def _residency(answers: Answers, modality: str, zone: Zone, facts: Facts) -> Verdict:
    """V1: is the zone inside the region, country or site that the data may not leave?"""
    judge = _judge("V1", modality, zone)
    scope = answers.choice("data_location.scope")
    because = ("data_location",)
    if scope == "anywhere":
        return judge("pass", "The data may be processed anywhere.", because)
    if zone == "own_site":
        return judge("pass", "On your own site the data stays with you.", because)
    if scope == "named_site":
        message = f"The data may not leave a named site, and {zone_name(zone)} is not that site."
        return judge("fail", message, because, "Allow processing in the country, not only on site.")
    if isinstance(zone, Offer | ApiPrice):
        return _sold_residency(answers, scope, zone, judge, facts)
    return judge("pass", "A hall can be chosen inside the permitted area.", because)


def _sold_residency(
    answers: Answers,
    scope: str,
    zone: Offer | ApiPrice,
    judge: Callable[..., Verdict],
    facts: Facts,
) -> Verdict:
    if not scope:
        message = "You have not said where the data may be processed."
        change = "Answer where data may be processed."
        return judge("unverified", message, ("data_location",), change)
    if isinstance(zone, ApiPrice):
        return _service_residency(answers, scope, zone, judge, facts)
    return _offer_residency(answers, scope, zone, judge, facts)


def _service_residency(
    answers: Answers, scope: str, zone: ApiPrice, judge: Callable[..., Verdict], facts: Facts
) -> Verdict:
    """A vendor pins processing to a region at best, never to a country."""
    because = ("data_location",)
    wanted = answers.choice(f"data_location.{scope}")
    country = facts.countries.get(wanted)
    region = country.geography if country else wanted
    if not zone.geographies:
        message = f"{zone_name(zone)} publishes no choice of place."
        return judge("unverified", message, because, "A written assurance of the place.")
    if region not in zone.geographies:
        message = f"{zone_name(zone)} cannot be pinned to {region.upper()}."
        return judge("fail", message, because, f"Allow processing outside {region.upper()}.")
    if country is not None:
        message = f"{zone_name(zone)} can be pinned to {region.upper()}, not to {country.name}."
        change = f"A written assurance of a place in {country.name}."
        return judge("unverified", message, because, change)
    return judge("pass", f"{zone_name(zone)} can be pinned to {region.upper()}.", because)


def _offer_residency(
    answers: Answers, scope: str, zone: Offer, judge: Callable[..., Verdict], facts: Facts
) -> Verdict:
    because = ("data_location",)
    wanted = answers.choice(f"data_location.{scope}")
    actual = zone.country if scope == "country" else zone.geography
    name = facts.countries[wanted].name if wanted in facts.countries else wanted.upper()
    if actual == wanted:
        return judge("pass", f"{zone_name(zone)} lies in {name}.", because)
    if actual in ("", "any"):
        message = f"{zone.provider_name} publishes no place for this price; ask for one in {name}."
        return judge("unverified", message, because, f"A written assurance of a place in {name}.")
    message = f"{zone_name(zone)} lies outside {name}."
    return judge("fail", message, because, f"Allow processing outside {name}.")


def _isolation(answers: Answers, modality: str, zone: Zone) -> Verdict:
    """V2: an air-gapped system cannot run on rented machines reached over the internet."""
    judge = _judge("V2", modality, zone)
    isolation = answers.choice("isolation")
    because = ("isolation",)
    if not isinstance(zone, Offer | ApiPrice):
        return judge("pass", "Owned machines can be cut off from the internet.", because)
    if isolation == "air_gapped":
        message = "You need an air gap, and this is reached over a network."
        return judge("fail", message, because, "Filtered egress instead of an air gap.")
    if not isolation:
        message = "You have not said how isolated the system must be."
        return judge("unverified", message, because, "Answer the question on isolation.")
    return judge("pass", "The isolation asked for can be had there.", because)


def _retention(answers: Answers, modality: str, zone: Zone) -> Verdict:
    """V5: who runs the model itself keeps its data; a vendor must be bound by contract."""
    judge = _judge("V5", modality, zone)
    if isinstance(zone, ApiPrice):
        return _service_retention(answers, zone, judge)
    if answers.flag("zero_retention") is None:
        message = "You would run the model yourself; nobody else sees prompts or media."
        return judge("pass", message)
    message = "You would run the model yourself, so no provider keeps or learns from your data."
    return judge("pass", message, ("zero_retention",))


def _service_retention(answers: Answers, zone: ApiPrice, judge: Callable[..., Verdict]) -> Verdict:
    because = ("zero_retention",)
    wanted = answers.flag("zero_retention")
    if wanted is False:
        return judge("pass", "You accept that the vendor keeps data for a while.", because)
    if zone.zero_retention is None:
        message = f"Whether {zone.vendor} offers a contract without retention is not known."
        return judge("unverified", message, because, "A contract without retention.")
    if wanted is None:
        message = "You have not said whether the vendor may keep anything."
        return judge("unverified", message, because, "Answer the question on retention.")
    return judge("pass", f"{zone.vendor} offers a contract without retention.", because)


def _own_weights(answers: Answers, modality: str, zone: Zone) -> Verdict:
    """V7: a vendor serves its own models, not yours."""
    judge = _judge("V7", modality, zone)
    path = f"modalities.{modality}.model_source"
    if not isinstance(zone, ApiPrice):
        return judge("pass", "Your own weights can run there.", (path,))
    if answers.choice(path) == "own_weights":
        message = f"{zone.vendor} serves its own models, not your weights for {modality}."
        return judge("fail", message, (path,), "A vendor's model instead of your own weights.")
    if TRAINING & set(answers.choices("workloads")):
        message = f"What you train for {modality} cannot be served by {zone.vendor} at this price."
        change = "Do without training of your own."
        return judge("fail", message, ("workloads",), change)
    return judge("pass", "No weights of your own are to be served.", (path,))


def _licence(answers: Answers, modality: str, zone: Zone) -> Verdict:
    """V6: a model that is only sold as a service cannot run on machines one rents or owns."""
    judge = _judge("V6", modality, zone)
    path = f"modalities.{modality}.model_source"
    source = answers.choice(path)
    if isinstance(zone, ApiPrice):
        return judge("pass", "The vendor sells its own model.", (path,))
    if source == "closed_api":
        message = f"The {modality} model is only sold as a service; you cannot run it yourself."
        return judge("fail", message, (path,), "An open-weights model, or one licensed for you.")
    if source in ("open_weights", "own_weights"):
        return judge("pass", "The weights are yours to run.", (path,))
    message = f"The {modality} model is not chosen yet; check that its licence lets you run it."
    return judge("unverified", message, (path,), "Choose an open-weights model.")


def power(answers: Answers, place: OwnedPlace, server: Server, servers: int) -> Verdict:
    """V11: do `servers` machines fit the free power and the power per rack of the site?"""
    if place == "colocation":
        return Verdict("V11", "pass", "A hall sells the power and cooling that you order.")
    because = ("site",)
    needed = servers * server.power_kw.value
    site = answers.choice("site.type")
    if site in ("none", "colocation"):
        message = f"You have no hall of your own; {needed:.0f} kW would be needed."
        return Verdict("V11", "fail", message, because, f"A hall with {needed:.0f} kW free.")
    return _site_power(answers, server, needed, because)


def _site_power(
    answers: Answers, server: Server, needed: float, because: tuple[str, ...]
) -> Verdict:
    free = answers.optional_quantity("site.free_kw")
    per_rack = answers.optional_quantity("site.kw_per_rack")
    if free is not None and needed > free.likely:
        message = f"The servers need {needed:.0f} kW; {free.likely:.0f} kW are free."
        change = f"{needed - free.likely:.0f} kW more on the site, or a colocation hall."
        return Verdict("V11", "fail", message, because, change)
    if per_rack is not None and server.power_kw.value > per_rack.likely:
        message = (
            f"One {server.name} needs {server.power_kw.value:.1f} kW; "
            f"a rack carries {per_rack.likely:.0f} kW."
        )
        change = f"Racks for {server.power_kw.value:.1f} kW."
        return Verdict("V11", "fail", message, because, change)
    if free is None or per_rack is None or not answers.choice("site.type"):
        message = f"Check that {needed:.0f} kW are free, {server.power_kw.value:.1f} kW per server."
        return Verdict("V11", "unverified", message, because, "Measure free power per rack.")
    message = f"{needed:.0f} kW of {free.likely:.0f} kW free are needed."
    return Verdict("V11", "pass", message, because)


def lead_time(answers: Answers, weeks: Range, *, bridged: bool) -> Verdict:
    """V12: is the first production traffic served by the date needed?

    Args:
        weeks: to production: tenth percentile, median, ninetieth percentile.
        bridged: rented machines, which are priced, can serve until the servers stand.
    """
    because = ("needed_in_weeks",)
    wanted = answers.optional_quantity("needed_in_weeks")
    if wanted is None:
        return Verdict("V12", "pass", "No date was given.", because)
    need = wanted.likely
    if weeks.high <= need:
        message = f"Ready in {weeks.high:.0f} weeks even when slow; {need:.0f} are allowed."
        return Verdict("V12", "pass", message, because)
    if bridged:
        message = (
            f"The servers may take {weeks.low:.0f} to {weeks.high:.0f} weeks; rented machines, "
            f"which are priced, bridge what exceeds {need:.0f} weeks."
        )
        return Verdict("V12", "unverified", message, because, "A supplier's quoted date.")
    if weeks.low > need:
        message = f"It takes at least {weeks.low:.0f} weeks; {need:.0f} are allowed."
        return Verdict("V12", "fail", message, because, f"A date in {weeks.low:.0f} weeks.")
    message = f"It may take {weeks.low:.0f} to {weeks.high:.0f} weeks; {need:.0f} are allowed."
    return Verdict("V12", "unverified", message, because, "A supplier's quoted date.")


def ceiling(answers: Answers, rule: str, path: str, p80_usd: float) -> Verdict:
    """V13 and V14: does the 80th percentile of a sum stay under what may be spent?"""
    cap = answers.optional_quantity(path)
    if cap is None:
        return Verdict(rule, "pass", "No ceiling was given.", (path,))
    if p80_usd > cap.likely:
        message = (
            f"USD {p80_usd:,.0f} is needed to cover 8 of 10 variations; "
            f"the ceiling is {cap.likely:,.0f}."
        )
        return Verdict(rule, "fail", message, (path,), f"A ceiling of USD {math.ceil(p80_usd):,}.")
    message = f"USD {p80_usd:,.0f} or less in 8 of 10 variations, under the ceiling."
    return Verdict(rule, "pass", message, (path,))


def priced(kind: str) -> Verdict:
    """V0: an option without any published price cannot be compared."""
    message = f"No {kind} publishes a price for an accelerator in this part of the world."
    return Verdict("V0", "fail", message, ("data_location",), "A written quote.")


def no_service(modality: str) -> Verdict:
    """V0 for managed services: no vendor publishes a price for the work of a modality."""
    message = f"No vendor publishes a price for this {modality} work."
    because = (f"modalities.{modality}.task", f"modalities.{modality}.size_class")
    return Verdict("V0", "fail", message, because, "A written quote.", modality)


def nothing_may_leave() -> Verdict:
    """V1 for a hybrid: without work that may leave there is nothing to burst."""
    message = "No part of the work may run on rented machines, so a hybrid would burst nothing."
    because = ("data_location", "isolation")
    return Verdict("V1", "fail", message, because, "Allow one modality to run in a cloud.")


def nothing_to_part(modalities: tuple[str, ...]) -> Verdict:
    """H1 for a split: one kind of data, or one model that reads all of them, has one place."""
    if len(modalities) < 2:
        message = "There is one kind of data only, so there is nothing to divide between places."
        return Verdict("H1", "fail", message, ("modalities",), "A second kind of data.")
    message = "One model reads all kinds of data, so they cannot be divided between places."
    return Verdict("H1", "fail", message, ("fusion",), "A model for each kind of data.")


def both_parts(rented_share: float) -> Verdict:
    """H1: does each part of a hybrid do a real share of the work?

    With nearly all of it on one side it is an owned fleet, or a cloud, that pays for a second
    platform. The limits, 5 % rented and 10 % owned in the median world, are judgement.
    """
    rented, owned = 100 * rented_share, 100 * (1.0 - rented_share)
    if rented_share < _LEAST_RENTED_SHARE:
        message = (
            f"Only {rented:.1f} % of the work would be rented: that is an owned fleet with "
            "the price of a second platform."
        )
        return Verdict("H1", "fail", message, ("modalities",), "A larger or spikier workload.")
    if 1.0 - rented_share < _LEAST_OWNED_SHARE:
        message = (
            f"Only {owned:.0f} % of the work would run on own servers: that is a cloud with "
            "the price of a second platform."
        )
        return Verdict("H1", "fail", message, ("modalities",), "A larger owned base.")
    return Verdict("H1", "pass", f"About {rented:.0f} % of the work would be rented.")


def service_level(unserved: float, *, has_backup: bool) -> Verdict:
    """S1: in nine of ten worlds, is nearly all work served when it comes?

    Args:
        unserved: ninetieth percentile of the share of work that finds no machine.
        has_backup: whether rented machines may take what exceeds the own ones.
    """
    if unserved <= _MOST_UNSERVED:
        return Verdict("S1", "pass", "Nearly all work finds a machine in 9 of 10 variations.")
    where = "rented capacity is short" if has_backup else "nothing may be rented"
    message = f"In 1 of 10 variations {100 * unserved:.0f} % of the work waits, because {where}."
    return Verdict("S1", "unverified", message, ("growth_per_year",), "More servers as headroom.")


def hard_latency(answers: Answers, chances: Mapping[str, float]) -> Verdict:
    """V9: are the limits that were called hard met, network included?

    Args:
        chances: modality with a target → probability of meeting it.
    """
    hard = {m: p for m, p in chances.items() if answers.flag(f"modalities.{m}.latency.hard")}
    if not hard:
        return Verdict("V9", "pass", "No latency limit was called hard.")
    modality = min(hard, key=lambda m: hard[m])
    chance, because = hard[modality], (f"modalities.{modality}.latency.p95_ms",)
    message = f"The {modality} limit is met in {100 * chance:.0f} of 100 worlds."
    if chance < _LEAST_CHANCE:
        return Verdict("V9", "fail", message, because, "A smaller model or a later limit.")
    if chance < _SURE_CHANCE:
        return Verdict("V9", "unverified", message, because, "A measurement on the machine.")
    return Verdict("V9", "pass", message, because)


def ownership(answers: Answers, *, owns_servers: bool, runs_models: bool = True) -> Verdict:
    """V15: machines that one owns need somebody who looks after them."""
    because = ("gpu_owner",)
    owner = answers.choice("gpu_owner")
    if not runs_models:
        return Verdict("V15", "pass", "No GPU stack needs an owner.", because)
    if owner == "nobody" and owns_servers:
        message = "Nobody would look after the servers."
        return Verdict("V15", "fail", message, because, "A named person, at least part-time.")
    if owner == "nobody":
        message = "Nobody would look after the serving software, rented machines or not."
        return Verdict("V15", "unverified", message, because, "A named person.")
    if not owner:
        message = "You have not said who would look after the machines."
        return Verdict("V15", "unverified", message, because, "Answer who owns the GPU stack.")
    return Verdict("V15", "pass", "Somebody looks after the machines.", because)


def no_machine() -> Verdict:
    """V16 for an option whose offers hold the models, but not quickly or largely enough."""
    message = "No machine on offer there is quick and large enough for the models."
    because = ("modalities",)
    return Verdict("V16", "fail", message, because, "A smaller model or a later latency target.")


def measured(unsized: tuple[str, ...]) -> Verdict:
    """V17: is a rate known for every model, so that the work can be sized at all?

    Args:
        unsized: the modalities for whose task nobody has published a rate.
    """
    if not unsized:
        return Verdict("V17", "pass", "Every kind of data can be sized.")
    because = tuple(f"modalities.{modality}.task" for modality in unsized)
    message = f"No data: nobody has published how fast an accelerator is on {', '.join(unsized)}."
    return Verdict("V17", "fail", message, because, "A measurement of yours, or another task.")


def fit(unfit: tuple[str, ...]) -> Verdict:
    """V16: does every model fit on at most eight of some accelerator on offer?

    Args:
        unfit: the modalities whose model fits on none.
    """
    if not unfit:
        return Verdict("V16", "pass", "Every model fits an accelerator on offer.")
    because = tuple(f"modalities.{modality}.size_class" for modality in unfit)
    message = f"No accelerator on offer holds the model for {', '.join(unfit)}."
    return Verdict("V16", "fail", message, because, "A smaller model or a lower precision.")
