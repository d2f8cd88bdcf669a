"""Must-haves: pass, fail or unverified, never traded against anything.

The rules are data (`app.domain.rules`); here is what the engine knows when it judges by them. A
rule about a zone looks at one kind of data in one place of one provider; an option fails only
when some kind of data has no admissible zone. A rule about a plan looks at what an option needs.
Each verdict names the answers behind it and the smallest change of them that would lift it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from app.domain import expressions
from app.domain.expressions import Kind, Value
from app.domain.facts import ApiPrice, Facts, Offer, Server
from app.domain.options import OwnedPlace
from app.domain.questionnaire.answers import Answers, Change
from app.domain.questionnaire.questions import PER_MODALITY, FieldKind, QuestionSet
from app.domain.rules import Answering, Outcome, Rule, Saying
from app.domain.worlds import Range

Zone = Offer | OwnedPlace | ApiPrice

_MODALITY = "modality."
_UNKNOWN = "unknown."
# Sets of attestations, which have names as well as keys.
_LABELLED = frozenset({"attestations.required", "zone.holds", "zone.lacks"})

# What an answer is to an expression, by the kind of its field.
KIND_OF_FIELD: Mapping[FieldKind, Kind] = {
    "quantity": "number",
    "choice": "text",
    "choices": "set",
    "ranking": "set",
    "flag": "truth",
}
# What the engine works out for a rule, by the name under which an expression asks for it.
FACTS: Mapping[str, tuple[Kind, str]] = {
    "modality.name": ("text", "the kind of data that is judged"),
    "zone.kind": ("text", "kind of place: offer, service, own_site or colocation"),
    "zone.is_sold": ("truth", "whether somebody else runs it: rented machines or a service"),
    "zone.name": ("text", "the place, in words"),
    "zone.seller": ("text", "who sells it"),
    "zone.country": ("text", "code of the country where it stands"),
    "zone.geography": ("text", "part of the world where it stands"),
    "zone.geographies": ("set", "parts of the world to which a service can be pinned"),
    "zone.zero_retention": ("truth", "whether the seller signs a contract without retention"),
    "zone.home_country": ("text", "code of the country whose law the seller answers to"),
    "zone.is_foreign": ("truth", "whether that law is foreign where the data must stay"),
    "zone.holds": ("set", "attestations that the seller publishes"),
    "zone.lacks": ("set", "attestations that the seller cannot hold"),
    "zone.is_single_tenant": ("truth", "whether its machines share no hardware with others"),
    "zone.encrypts": ("truth", "whether it is rented with memory that is encrypted in use"),
    "data.rank": ("number", "sensitivity of the kind of data, 0 public to 4 classified"),
    "tenancy.rank": ("number", "sensitivity from which the rule on tenancy applies"),
    "attestations.required": ("set", "attestations asked for, or demanded by a rule"),
    "attestations.kept": ("set", "attestations asked for that the seller does not lack"),
    "regimes.kept": ("set", "rules that demand no attestation which the seller lacks"),
    "place.name": ("text", "the country or part of the world that the data may not leave"),
    "place.area": ("text", "the part of the world around it"),
    "place.geography": ("text", "key of that part of the world"),
    "plan.place": ("text", "where its own servers stand"),
    "plan.owns_servers": ("truth", "whether servers are bought"),
    "plan.runs_models": ("truth", "whether the team runs models, rather than buying answers"),
    "plan.is_hybrid": ("truth", "whether the peaks are meant to be rented"),
    "plan.commitment_years": ("number", "years for which it commits to a provider"),
    "plan.has_second_supplier": ("truth", "whether a second company sells the same"),
    "plan.is_bridged": ("truth", "whether rented machines serve until the servers stand"),
    "plan.has_backup": ("truth", "whether rented machines may take what exceeds the own ones"),
    "plan.may_leave": ("truth", "whether any kind of data may run on rented machines"),
    "plan.kinds": ("number", "kinds of data"),
    "plan.groups": ("number", "kinds of data, those that one joint model reads counted once"),
    "plan.arises_at_devices": ("truth", "whether any kind of data arises on devices"),
    "plan.kept_back_share": ("number", "share of all bytes that need not be sent once prepared"),
    "plan.kept_back_percent": ("number", "the same in percent"),
    "plan.would_keep_back_share": ("number", "the share if it arose on devices, likely"),
    "plan.preparable": ("text", "the kind of data of which preparing would keep back most, if any"),
    "plan.rented_share": ("number", "share of the work on rented machines, median"),
    "plan.owned_percent": ("number", "work on own servers, median, in percent"),
    "plan.rented_percent": ("number", "work on rented machines, median, in percent"),
    "plan.unserved_share": ("number", "share of the work that finds no machine, 90th percentile"),
    "plan.unserved_percent": ("number", "the same in percent"),
    "need.uplink_gbit": ("number", "busiest traffic from the site, 80th percentile, Gbit/s"),
    "carbon.tonnes_per_year": ("number", "carbon a year, median, t CO2e"),
    "need.kw": ("number", "power of all servers at full load, kW"),
    "need.more_kw": ("number", "what of it is not free, kW"),
    "server.kw": ("number", "power of one server at full load, kW"),
    "server.name": ("text", "the server"),
    "weeks.low": ("number", "weeks to production, 10th percentile"),
    "weeks.high": ("number", "weeks to production, 90th percentile"),
    "money.capex_p80": ("number", "purchases, 80th percentile, USD"),
    "money.capex_p90": ("number", "purchases, 90th percentile, USD"),
    "money.month_p80": ("number", "a month of the dearest year, 80th percentile, USD"),
    "money.month_p90": ("number", "a month of the dearest year, 90th percentile, USD"),
    "money.is_complete": ("truth", "whether every price in it is published"),
    "limit.has_hard": ("truth", "whether a latency limit was called hard"),
    "limit.modality": ("text", "the kind of data whose hard limit is the tightest"),
    "limit.missed": ("set", "kinds of data whose hard limit is missed in most variations"),
    "limit.chance": ("number", "probability of meeting the tightest"),
    "limit.of_100": ("number", "the same, of 100 variations"),
    "price.is_published": ("truth", "whether a price is published for the work"),
    "price.seller": ("text", "the kind of provider without a price; none for a service"),
    "models.unsized": ("set", "kinds of data for which no rate is known"),
    "models.unfit": ("set", "kinds of data whose model no accelerator holds"),
    "models.every": ("set", "all kinds of data"),
    "models.unsaid": ("set", "kinds of data whose size of model the team does not know"),
    "models.are_runnable": ("truth", "whether a machine on offer is quick and large enough"),
}


@dataclass(frozen=True)
class Verdict:
    """What one rule says about one placement or option.

    Attributes:
        because: paths of the answers that triggered it.
        smallest_change: what would lift a failure, in words; "" when it passes.
        modality, zone: where it was judged; "" when it concerns the whole option.
        changes: the smallest change as answers; empty where none of the team's would lift it.
    """

    rule: str
    outcome: Outcome
    message: str
    because: tuple[str, ...] = ()
    smallest_change: str = ""
    modality: str = ""
    zone: str = ""
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True)
class Context:
    """What names stand for while one rule is judged.

    Attributes:
        facts: what the engine worked out, by the names of `FACTS`.
        modality: the kind of data that `modality.…` is about.
    """

    answers: Answers
    facts: Mapping[str, Value]
    modality: str = ""

    def value(self, name: str) -> Value:
        """What `name` stands for; None where nobody knows."""
        if name in self.facts:
            return self.facts[name]
        return self.answers.named(name, self.modality)

    def words(self, name: str) -> Value:
        """What `name` stands for as a person reads it: by its name where it has one."""
        value = self.value(name)
        if name == "modality.name":
            return str(value).replace("_", " ")
        if name not in _LABELLED or not isinstance(value, frozenset):
            return value
        options = self.answers.questions.field("attestations").options
        return frozenset(option.label for option in options if option.key in value) or "none"

    def holds(self, expression: str) -> bool | None:
        """Whether `expression` holds; None where that is not known."""
        value = expressions.compiled(expression)(self.value)
        return None if value is None else bool(value)


# From the least to the most sensitive class of data.
CLASSES = ("public", "internal", "confidential", "special_category", "classified")
# Kinds of data in which people can be recognised.
_MEDIA = ("image", "audio", "video")


def data_class(answers: Answers, modality: str) -> str:
    """The class of one kind of data; media that show people are special-category; "" unsaid."""
    said = answers.choice(f"modalities.{modality}.data_class")
    if modality not in _MEDIA or not answers.choices("people_in_media"):
        return said
    raised = "special_category"
    return said if said and CLASSES.index(said) > CLASSES.index(raised) else raised


def kinds_of(questions: QuestionSet) -> Mapping[str, Kind]:
    """The kind of every name that a rule may use: engine facts and answers."""
    kinds: dict[str, Kind] = {name: kind for name, (kind, _) in FACTS.items()}
    for question in questions.questions:
        for field in question.fields:
            name = field.path.replace(f"modalities.{PER_MODALITY}.", _MODALITY)
            kinds[name] = KIND_OF_FIELD[field.kind]
            kinds[f"{_UNKNOWN}{name}"] = "truth"
    return kinds


def worst(verdicts: Iterable[Verdict]) -> Outcome:
    """Fail before unverified before pass."""
    return _worst(verdict.outcome for verdict in verdicts)


def _worst(outcomes: Iterable[Outcome]) -> Outcome:
    found = set(outcomes)
    if "fail" in found:
        return "fail"
    return "unverified" if "unverified" in found else "pass"


def judged(key: str, context: Context, zone: str = "") -> Verdict:
    """What the rule `key` says in `context`, about the place named `zone`."""
    rule = context.answers.questions.rule(key)
    outcome = _outcome(rule, context)
    saying = _saying(rule, outcome, context)
    return Verdict(
        rule=key,
        outcome=outcome,
        message=expressions.filled(saying.words, context.words),
        because=tuple(p for path in saying.because for p in _paths(path, context)),
        smallest_change=expressions.filled(saying.lift, context.words),
        modality=context.modality,
        zone=zone,
        changes=tuple(c for answering in saying.changes for c in _changes(answering, context)),
    )


def _outcome(rule: Rule, context: Context) -> Outcome:
    fails = context.holds(rule.fails)
    if fails:
        return "fail"
    return "pass" if fails is False and context.holds(rule.unsure) is False else "unverified"


def _saying(rule: Rule, outcome: Outcome, context: Context) -> Saying:
    return next(
        saying
        for saying in rule.sayings
        if saying.outcome == outcome and (not saying.when or context.holds(saying.when))
    )


def _paths(path: str, context: Context) -> Iterator[str]:
    """`path` with the kind of data that its `{…}` names; one path for each of several."""
    start, brace, rest = path.partition("{")
    name, _, end = rest.partition("}")
    if not brace:
        yield path
        return
    value = context.modality if name == "modality" else context.value(name)
    for modality in sorted(value) if isinstance(value, frozenset) else [value]:
        yield f"{start}{modality}{end}"


def _changes(answering: Answering, context: Context) -> Iterator[Change]:
    for path in _paths(answering.path, context):
        if not context.answers.questions.has_field(path):
            continue  # not every kind of data has a model of several sizes
        value = answering.value or expressions.compiled(answering.to)(context.value)
        if value == (context.answers.plain(path) or frozenset()):
            continue  # what is answered already is no change
        yield Change(path, tuple(sorted(value)) if isinstance(value, frozenset) else value)


# ---- zones -------------------------------------------------------------------------------------


def zone_name(zone: Zone) -> str:
    """The zone in words: a provider and its region, or the owned place."""
    if isinstance(zone, Offer):
        return f"{zone.provider_name} {zone.region}"
    if isinstance(zone, ApiPrice):
        return zone.name
    return {"own_site": "your own site", "colocation": "a colocation hall"}[zone]


def placement_verdicts(
    answers: Answers, modality: str, zone: Zone, facts: Facts
) -> tuple[Verdict, ...]:
    """Every rule about zones, for one kind of data in one zone."""
    context = _zone_context(answers, modality, zone, facts)
    name = zone_name(zone)
    return tuple(judged(rule.key, context, name) for rule in answers.questions.zone_rules)


def placement_failures(
    answers: Answers, modality: str, zone: Zone, facts: Facts
) -> tuple[Outcome, frozenset[str]]:
    """The worst outcome of the same rules, and those that fail; without words, so far quicker."""
    context = _zone_context(answers, modality, zone, facts)
    outcomes = {rule.key: _outcome(rule, context) for rule in answers.questions.zone_rules}
    failing = frozenset(key for key, outcome in outcomes.items() if outcome == "fail")
    return _worst(outcomes.values()), failing


def traits(answers: Answers, zone: Zone, facts: Facts) -> object:
    """What of a zone the rules can tell apart: two zones with equal traits are judged alike."""
    if isinstance(zone, Offer):
        encrypts = answers.flag("tenancy.encrypted_memory") and _encrypts(zone, facts)
        return (zone.provider, zone.country, zone.geography, encrypts)
    return zone


def _zone_context(answers: Answers, modality: str, zone: Zone, facts: Facts) -> Context:
    known: dict[str, Value] = {
        "modality.name": modality,
        "zone.name": zone_name(zone),
        **_wanted_place(answers, facts),
        **_nobody_sells(zone),
        **_sensitivity(answers, modality),
    }
    if isinstance(zone, Offer):
        home = facts.providers[zone.provider].home_country
        known |= _offer_facts(zone, facts) | _seller(answers, zone.provider, home, facts)
    elif isinstance(zone, ApiPrice):
        known |= _service_facts(zone) | _seller(answers, zone.vendor, zone.home_country, facts)
    return Context(answers, known, modality)


def _sensitivity(answers: Answers, modality: str) -> Mapping[str, Value]:
    said, least = data_class(answers, modality), answers.choice("tenancy.from_class")
    return {
        "data.rank": CLASSES.index(said) if said else None,
        "tenancy.rank": CLASSES.index(least) if least else None,
    }


def _seller(answers: Answers, key: str, home: str, facts: Facts) -> dict[str, Value]:
    """What is known of whoever sells it: its law, its attestations, whom it shares with."""
    attested = facts.attested.get(key)
    lacks = frozenset(attested.lacks if attested else ())
    regimes = answers.choices("regimes")
    demanded = {key: facts.regimes[key].demands for key in regimes}
    asked = frozenset(answers.choices("attestations"))
    return {
        "zone.home_country": home,
        "zone.is_foreign": _is_foreign(answers, home, facts),
        "zone.holds": frozenset(attested.holds if attested else ()),
        "zone.lacks": lacks,
        "zone.is_single_tenant": attested.single_tenant if attested else None,
        "attestations.required": asked | frozenset(demanded.values()),
        "attestations.kept": asked - lacks,
        "regimes.kept": frozenset(key for key in regimes if demanded[key] not in lacks),
    }


def _is_foreign(answers: Answers, home: str, facts: Facts) -> bool | None:
    """Whether the law of `home` is foreign where the data must stay; None where that is not said.

    Within the European Union no member's law is foreign.
    """
    scope = answers.choice("data_location.scope")
    in_union = home in facts.countries and facts.countries[home].in_european_union
    if scope == "region":
        region = answers.choice("data_location.region")
        return {"eu": not in_union, "us": home != "US"}.get(region)
    country = facts.countries.get(answers.choice("data_location.country"))
    if country is None:
        return None
    return home != country.code and not (in_union and country.in_european_union)


def _wanted_place(answers: Answers, facts: Facts) -> Mapping[str, Value]:
    """The country or part of the world that the data may not leave; unknown where not said."""
    scope = answers.choice("data_location.scope")
    wanted = answers.choice(f"data_location.{scope}") if scope in ("country", "region") else ""
    country = facts.countries.get(wanted)
    geography = country.geography if country else wanted
    return {
        "place.name": country.name if country else wanted.upper() or None,
        "place.area": geography.upper() or None,
        "place.geography": geography or None,
    }


def _nobody_sells(zone: Zone) -> dict[str, Value]:
    return {
        "zone.kind": zone if isinstance(zone, str) else None,
        "zone.is_sold": not isinstance(zone, str),
        "zone.seller": None,
        "zone.country": None,
        "zone.geography": None,
        "zone.geographies": None,
        "zone.zero_retention": None,
        "zone.home_country": None,
        "zone.is_foreign": False,
        "zone.holds": None,
        "zone.lacks": None,
        "zone.is_single_tenant": True,
        "zone.encrypts": None,
        "attestations.required": None,
        "attestations.kept": None,
        "regimes.kept": None,
    }


def _offer_facts(offer: Offer, facts: Facts) -> dict[str, Value]:
    return {
        "zone.encrypts": _encrypts(offer, facts),
        "zone.kind": "offer",
        "zone.seller": offer.provider_name,
        "zone.country": offer.country or None,
        "zone.geography": None if offer.geography == "any" else offer.geography or None,
    }


def _encrypts(offer: Offer, facts: Facts) -> bool | None:
    """Whether the offer has encrypted memory; None where only the provider could tell."""
    if not facts.accelerators[offer.accelerator].encrypts_memory:
        return False
    attested = facts.attested.get(offer.provider)
    is_said = attested is not None and offer.accelerator in attested.encrypts
    return True if is_said and offer.per_machine == 1 else None


def _service_facts(service: ApiPrice) -> dict[str, Value]:
    return {
        "zone.kind": "service",
        "zone.seller": service.vendor,
        "zone.geographies": frozenset(service.geographies) or None,
        "zone.zero_retention": service.zero_retention,
    }


# ---- plans -------------------------------------------------------------------------------------


def power(answers: Answers, place: OwnedPlace, server: Server, servers: int) -> Verdict:
    """V11: do `servers` machines fit the free power and the power per rack of the site?"""
    needed = servers * server.power_kw.value
    free = answers.optional_quantity("site.free_kw")
    known: dict[str, Value] = {
        "plan.place": place,
        "need.kw": needed,
        "need.more_kw": None if free is None else needed - free.likely,
        "server.kw": server.power_kw.value,
        "server.name": server.name,
    }
    return judged("V11", Context(answers, known))


def lead_time(answers: Answers, weeks: Range, *, bridged: bool) -> Verdict:
    """V12: is the first production traffic served by the date needed?

    Args:
        weeks: to production: tenth percentile, median, ninetieth percentile.
        bridged: rented machines, which are priced, can serve until the servers stand.
    """
    known = {"weeks.low": weeks.low, "weeks.high": weeks.high, "plan.is_bridged": bridged}
    return judged("V12", Context(answers, known))


@dataclass(frozen=True)
class Sums:
    """What an option costs at the 80th and 90th percentile, USD; `is_complete` without gaps."""

    capex_p80: float
    capex_p90: float
    month_p80: float
    month_p90: float
    is_complete: bool = True


def ceilings(answers: Answers, sums: Sums) -> tuple[Verdict, ...]:
    """V13 and V14: does the 80th percentile of a sum stay under what may be spent?"""
    known = {f"money.{name}": value for name, value in vars(sums).items()}
    return tuple(judged(rule, Context(answers, known)) for rule in ("V13", "V14"))


def priced(answers: Answers, kind: str) -> Verdict:
    """V0: an option without any published price cannot be compared."""
    known: dict[str, Value] = {"price.is_published": False, "price.seller": kind}
    return judged("V0", Context(answers, known))


def no_service(answers: Answers, modality: str) -> Verdict:
    """V0 for managed services: no vendor publishes a price for the work of a modality."""
    known: dict[str, Value] = {
        "price.is_published": False,
        "price.seller": None,
        "modality.name": modality,
    }
    return judged("V0", Context(answers, known, modality))


def nothing_may_leave(answers: Answers, barred: Iterable[Verdict]) -> Verdict:
    """H1 for a hybrid: without work that may leave there is nothing to burst.

    Args:
        barred: what keeps one kind of data from where the least would be given up for it.
    """
    verdict, every = _both_parts(answers, rented_share=0.0, may_leave=False), list(barred)
    if not every:
        return verdict
    return replace(
        verdict,
        because=tuple(dict.fromkeys(path for v in every for path in v.because)),
        smallest_change=" ".join(dict.fromkeys(v.smallest_change for v in every)),
        changes=tuple(c for v in every for c in v.changes) if all(v.changes for v in every) else (),
    )


def apart(answers: Answers, groups: int) -> Verdict:
    """H2: are there kinds of data that may stand in different places?

    Args:
        groups: kinds of data, those that one joint model reads counted once.
    """
    kinds = float(len(answers.modalities))
    return judged("H2", Context(answers, {"plan.groups": float(groups), "plan.kinds": kinds}))


@dataclass(frozen=True)
class Preparing:
    """What preparing data at the devices comes to, in the likely case.

    Attributes:
        arises: whether any kind of data arises on devices at all.
        kept_back: share of all bytes that need not be sent.
        preparable: the kind of data that would keep back most; None where it makes none smaller.
        would_keep_back: the share if that kind arose on devices.
    """

    arises: bool
    kept_back: float
    preparable: str | None
    would_keep_back: float


def preparing(answers: Answers, found: Preparing) -> Verdict:
    """H3: is there data to prepare where it arises, and enough of it?"""
    known: dict[str, Value] = {
        "plan.arises_at_devices": found.arises,
        "plan.kept_back_share": found.kept_back,
        "plan.kept_back_percent": 100.0 * found.kept_back,
        "plan.preparable": found.preparable,
        "plan.would_keep_back_share": found.would_keep_back,
    }
    return judged("H3", Context(answers, known))


def both_parts(answers: Answers, rented_share: float) -> Verdict:
    """H1: does each part of a hybrid do a real share of the work?

    With nearly all of it on one side it is an owned fleet, or a cloud, that pays for a second
    platform.
    """
    return _both_parts(answers, rented_share=rented_share, may_leave=True)


def _both_parts(answers: Answers, *, rented_share: float, may_leave: bool) -> Verdict:
    known: dict[str, Value] = {
        "plan.may_leave": may_leave,
        "plan.rented_share": rented_share,
        "plan.rented_percent": 100.0 * rented_share,
        "plan.owned_percent": 100.0 * (1.0 - rented_share),
    }
    return judged("H1", Context(answers, known))


def service_level(answers: Answers, unserved: float, *, has_backup: bool) -> Verdict:
    """S1: in nine of ten worlds, is nearly all work served when it comes?

    Args:
        unserved: ninetieth percentile of the share of work that finds no machine.
        has_backup: whether rented machines may take what exceeds the own ones.
    """
    known: dict[str, Value] = {
        "plan.unserved_share": unserved,
        "plan.unserved_percent": 100.0 * unserved,
        "plan.has_backup": has_backup,
    }
    return judged("S1", Context(answers, known))


# As in V9: met in fewer variations than this, a limit is missed.
MISSED = 0.5


def hard_latency(answers: Answers, chances: Mapping[str, float]) -> Verdict:
    """V9: are the limits that were called hard met, network included?

    Args:
        chances: modality with a target → probability of meeting it.
    """
    hard = {m: p for m, p in chances.items() if answers.flag(f"modalities.{m}.latency.hard")}
    tightest = min(hard, key=lambda m: hard[m], default="")
    chance = hard.get(tightest)
    known: dict[str, Value] = {
        "limit.has_hard": bool(hard),
        "limit.modality": tightest or None,
        "limit.missed": frozenset(m for m, p in hard.items() if p < MISSED),
        "limit.chance": chance,
        "limit.of_100": None if chance is None else 100.0 * chance,
    }
    return judged("V9", Context(answers, known))


def ownership(answers: Answers, *, owns_servers: bool, runs_models: bool = True) -> Verdict:
    """V15: machines that one owns need somebody who looks after them."""
    known: dict[str, Value] = {"plan.owns_servers": owns_servers, "plan.runs_models": runs_models}
    return judged("V15", Context(answers, known))


def measured(answers: Answers, unsized: Iterable[str]) -> Verdict:
    """M1: is a rate known for every model, so that the work can be sized at all?

    Args:
        unsized: the modalities for whose task nobody has published a rate.
    """
    return judged("M1", Context(answers, {"models.unsized": frozenset(unsized)}))


def fit(answers: Answers, unfit: Iterable[str], *, runnable: bool = True) -> Verdict:
    """V16: does every model fit on at most eight of some accelerator on offer?

    Args:
        unfit: the modalities whose model fits on none.
        runnable: whether a machine that holds them is also quick and large enough.
    """
    unsaid = (m for m in answers.modalities if f"modalities.{m}.size_class" in answers.unknown)
    known: dict[str, Value] = {
        "models.unfit": frozenset(unfit),
        "models.every": frozenset(answers.modalities),
        "models.unsaid": frozenset(unsaid),
        "models.are_runnable": runnable,
    }
    return judged("V16", Context(answers, known))


def offline(answers: Answers, place: OwnedPlace | None, *, is_hybrid: bool) -> Verdict:
    """V8: does it go on when the connection to the outside is down?

    Args:
        place: where its own servers stand; None where it owns none.
    """
    known: dict[str, Value] = {
        "plan.place": place,
        "plan.owns_servers": place is not None,
        "plan.is_hybrid": is_hybrid,
    }
    return judged("V8", Context(answers, known))


def uplink(answers: Answers, gbit_per_s: float) -> Verdict:
    """V10: do media from the site fit through its connection in the busiest hour?"""
    return judged("V10", Context(answers, {"need.uplink_gbit": gbit_per_s}))


def carbon(answers: Answers, tonnes_per_year: float | None) -> Verdict:
    """V17: does it stay under the carbon that it may cause? None where that is not known."""
    return judged("V17", Context(answers, {"carbon.tonnes_per_year": tonnes_per_year}))


def commitment(answers: Answers, years: int) -> Verdict:
    """L1: is no commitment longer than the team accepts?"""
    return judged("L1", Context(answers, {"plan.commitment_years": float(years)}))


def suppliers(answers: Answers, *, has_second: bool) -> Verdict:
    """L2: could a second supplier take over, where one must exist?"""
    return judged("L2", Context(answers, {"plan.has_second_supplier": has_second}))
