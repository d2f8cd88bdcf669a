"""From a saved assessment and a few choices to one typed plan that every file is written from.

Everything in a plan that reaches code is a shipped key, a checked value or a number. Free text
of the team is in `words` alone, which only README.md and decision.json read.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from app.blueprints.choices import (
    CLOUDS,
    Choices,
    Networks,
    checked_name,
    checked_networks,
    control_machines,
)
from app.blueprints.machines import Machine, machines
from app.blueprints.sizing import Serving, least_gpus, servings, whole_machines, with_copies
from app.domain.errors import NoBlueprint
from app.domain.facts import Offer
from app.domain.questionnaire.answers import Answers

Json = Mapping[str, Any]
Kind = Literal["cloud", "on-prem", "hybrid", "task"]

# SkyPilot's names of the specialists it can start machines at, and of their accelerators.
TASK_CLOUDS = {"lambda": "lambda", "nebius": "nebius"}
TASK_ACCELERATORS = {
    "A100-80GB": "A100-80GB",
    "B200": "B200",
    "H100": "H100",
    "H200": "H200",
    "L4": "L4",
    "L40S": "L40S",
}
SENSITIVE = ("confidential", "special_category", "classified")
_RENT = ("cloud_compute", "storage", "egress", "support")
# Beside an own site the storage is disks of one's own.
_BURST_RENT = ("shortage", "egress", "support")
_ROUND_USD = 100


@dataclass(frozen=True)
class Version:
    """What a plan is made from: one saved version and the prices that it pinned."""

    project: str
    number: int
    title: str
    saved_on: date
    answers: Answers
    result: Json
    offers: Sequence[Offer]


@dataclass(frozen=True)
class Words:
    """Free text and sentences about the decision, for people only."""

    project: str
    number: int
    title: str
    saved_on: date
    option: str
    recommended: str
    label: str


@dataclass(frozen=True)
class Pool:
    """The rented GPU machines.

    Attributes:
        planned_gpus: what the assessment counts; whole machines may hold more.
        machines_ready: kept ready at all times.
        machines_most: the ceiling, the same everywhere in the code.
    """

    accelerator: str
    machine: Machine
    gpus_per_machine: int
    planned_gpus: int
    machines_ready: int
    machines_most: int
    commitment_years: int

    @property
    def gpus_most(self) -> int:
        """The most GPUs that may ever run."""
        return self.machines_most * self.gpus_per_machine


@dataclass(frozen=True)
class CloudPart:
    """What stands in a cloud."""

    cloud: str
    region: str
    allowed_regions: tuple[str, ...]
    pool: Pool
    budget_usd: int
    budget_from: str


@dataclass(frozen=True)
class SitePart:
    """The owned servers.

    Attributes:
        servers: to stand at the end of the horizon, spares included.
        control_machines: small machines that run the cluster.
    """

    place: str
    server: str
    accelerator: str
    gpus_per_server: int
    servers: int
    spares: int
    servers_by_year: tuple[int, ...]
    planned_gpus: int
    kw: float
    control_machines: int

    @property
    def gpus(self) -> int:
        """GPUs of all servers at the end of the horizon."""
        return self.servers * self.gpus_per_server

    @property
    def gpus_at_start(self) -> int:
        """GPUs of the servers of the first year, spares included."""
        return self.servers_by_year[0] * self.gpus_per_server

    @property
    def working_at_start(self) -> int:
        """GPUs of the servers of the first year, spares aside."""
        return (self.servers_by_year[0] - self.spares) * self.gpus_per_server


@dataclass(frozen=True)
class TaskPart:
    """Machines that SkyPilot starts and ends at a specialist."""

    provider: str
    infra: str
    accelerator: str
    gpus_per_machine: int
    machines_most: int
    planned_gpus: int

    @property
    def gpus_most(self) -> int:
        """The most GPUs of all machines."""
        return self.machines_most * self.gpus_per_machine


@dataclass(frozen=True)
class Line:
    """One cost line of the assessment, over the horizon, USD; None where nobody publishes it."""

    key: str
    title: str
    usd: float | None


@dataclass(frozen=True)
class Plan:
    """Everything that the files are written from."""

    kind: Kind
    option: str
    family: str
    name: str
    environment: str
    cloud: CloudPart | None
    site: SitePart | None
    task: TaskPart | None
    servings: tuple[Serving, ...]
    networks: Networks
    has_jobs: bool
    decodes_video: bool
    trains: bool
    is_sensitive: bool
    is_air_gapped: bool
    raw_retention_days: int
    stored_tb: float
    months: int
    lines: tuple[Line, ...]
    total_usd: float | None
    at_least: bool
    engine: str
    facts: str
    differs: tuple[str, ...]
    words: Words


def plan(version: Version, choices: Choices) -> Plan:
    """The plan of one option of `version`.

    Raises:
        NoBlueprint: code for it would have to guess; says what, and what would help.
    """
    option = _option(version, choices.option)
    capacity = _capacity(option)
    networks = checked_networks(choices)
    every = servings(capacity["models"])
    waits = any(serving.somebody_waits for serving in every)
    site = _site(option, capacity, choices, somebody_waits=waits)
    cloud, task, differs = _rented(option, capacity, version, choices, every)
    answers = version.answers
    return Plan(
        kind=_kind(cloud, site, task),
        option=option["key"],
        family=option["family"],
        name=checked_name(choices.name),
        environment="prod",
        cloud=cloud,
        site=site,
        task=task,
        servings=_copies(every, capacity, cloud, site, task),
        networks=networks,
        has_jobs=any(not row["somebody_waits"] for row in capacity["models"])
        or "video" in answers.modalities,
        decodes_video="video" in answers.modalities,
        trains=capacity["trains"],
        is_sensitive=_is_sensitive(answers),
        is_air_gapped=answers.choice("isolation") == "air_gapped",
        raw_retention_days=_retention(answers),
        stored_tb=capacity["stored_tb"],
        months=_months(answers),
        lines=tuple(Line(row["key"], row["title"], row["usd"]) for row in option["cost_lines"]),
        total_usd=option["likely_usd"],
        at_least=option["at_least"],
        engine=version.result["versions"]["engine"],
        facts=version.result["versions"]["facts"],
        differs=differs,
        words=_words(version, option),
    )


def offered(version: Version) -> tuple[Json, ...]:
    """The options that code can be asked for: those with machines, the recommended one first."""
    best = version.result["recommended"]
    rows = [row for row in version.result["options"] if row.get("capacity") and row["feasible"]]
    return tuple(sorted(rows, key=lambda row: not (best and row["key"] == best["option"])))


def _option(version: Version, key: str) -> Json:
    """The option with `key`; without one the recommended, if it can be built."""
    best = version.result["recommended"]
    wanted = key or (best["option"] if best else "")
    rows: dict[str, Json] = {row["key"]: row for row in version.result["options"]}
    if not wanted:
        raise NoBlueprint("No option is recommended, because none passes every must-have.")
    if wanted not in rows:
        raise NoBlueprint("This version has no such option.")
    if not rows[wanted]["feasible"]:
        titles = ", ".join(dict.fromkeys(v["title"].lower() for v in rows[wanted]["failed"]))
        raise NoBlueprint(f"{rows[wanted]['title']} is ruled out by a must-have: {titles}.")
    return rows[wanted]


def _capacity(option: Json) -> dict[str, Any]:
    if option["services"]:
        raise NoBlueprint(
            f"{option['title']} runs no machines of yours, so there is no infrastructure to write."
        )
    capacity = option.get("capacity")
    if not isinstance(capacity, dict):
        raise NoBlueprint(
            "This version was saved before Footing kept the capacity of each option. Save another "
            "version of the same answers to get its code."
        )
    return capacity


def _kind(cloud: CloudPart | None, site: SitePart | None, task: TaskPart | None) -> Kind:
    if site is not None:
        return "on-prem" if cloud is None and task is None else "hybrid"
    return "cloud" if cloud is not None else "task"


# ---- the owned part --------------------------------------------------------------------------


def _site(
    option: Json, capacity: Json, choices: Choices, *, somebody_waits: bool
) -> SitePart | None:
    fleet = option["fleet"]
    if fleet is None:
        return None
    return SitePart(
        place="colocation" if "colocation" in next(iter(option["placement"].values())) else "own",
        server=fleet["server"],
        accelerator=fleet["accelerator"],
        gpus_per_server=fleet["accelerators"] // fleet["servers"],
        servers=fleet["servers"],
        spares=fleet["spare_servers"],
        servers_by_year=tuple(fleet["servers_by_year"]),
        planned_gpus=capacity["planned_by_year"][-1],
        kw=fleet["kw"],
        control_machines=control_machines(choices.control_machines, somebody_waits=somebody_waits),
    )


# ---- the rented part -------------------------------------------------------------------------


def _rented(
    option: Json, capacity: Json, version: Version, choices: Choices, every: Sequence[Serving]
) -> tuple[CloudPart | None, TaskPart | None, tuple[str, ...]]:
    """The rented part, as a cloud or as a task, and how it differs from what was priced."""
    if not capacity["rented_most"]:
        return None, None, ()
    priced = option["purchase"]
    cloud = choices.cloud or priced["provider_key"]
    if cloud in TASK_CLOUDS:
        return None, _task(priced, capacity), ()
    offer = _offer(priced, cloud, version, choices, every)
    part = CloudPart(
        cloud=cloud,
        region=offer.region,
        allowed_regions=_allowed_regions(offer, version),
        pool=_pool(offer, option, capacity, every),
        budget_usd=_budget(option, version.answers),
        budget_from=_budget_from(version.answers),
    )
    return part, None, tuple(_differences(priced, offer, part.pool))


def _task(priced: Json, capacity: Json) -> TaskPart:
    if priced["accelerator"] not in TASK_ACCELERATORS:
        raise NoBlueprint(f"SkyPilot has no name for {priced['accelerator']} that was checked.")
    per_machine = int(priced["accelerators_per_machine"])
    infra = TASK_CLOUDS[priced["provider_key"]]
    is_anywhere = priced["region"] in ("all", "any")
    return TaskPart(
        provider=priced["provider"],
        infra=infra if is_anywhere else f"{infra}/{priced['region']}",
        accelerator=TASK_ACCELERATORS[priced["accelerator"]],
        gpus_per_machine=per_machine,
        machines_most=whole_machines(capacity["rented_most"], per_machine),
        planned_gpus=capacity["rented_most"],
    )


def _offer(
    priced: Json, cloud: str, version: Version, choices: Choices, every: Sequence[Serving]
) -> Offer:
    """The published machine that is nearest to the priced one, in the chosen cloud and region."""
    if cloud not in CLOUDS:
        raise NoBlueprint(
            f"Code is written for AWS, Google Cloud and Azure, and as a SkyPilot task for Lambda "
            f"and Nebius, but not for {priced['provider']}: choose one of those clouds."
            if not choices.cloud
            else "Choose aws, gcp or azure."
        )
    accelerator = priced["accelerator"]
    least = max(serving.gpus_per_copy for serving in every)
    able = [
        offer
        for offer in clouds_offers(version, accelerator)
        if offer.provider == cloud and offer.per_machine >= least
    ]
    if not able:
        raise NoBlueprint(
            f"{CLOUDS[cloud]} publishes no price for {accelerator} machines of at least {least} "
            "GPUs where the data may be."
        )
    region = choices.region or (priced["region"] if priced["provider_key"] == cloud else "")
    here = [offer for offer in able if offer.region == region]
    if region and not here:
        known = ", ".join(sorted({offer.region for offer in able}))
        raise NoBlueprint(
            f"There is no published {accelerator} machine of {CLOUDS[cloud]} in that region where "
            f"the data may be. There is one in {known}."
        )
    same = int(priced["accelerators_per_machine"])
    return min(here or able, key=lambda o: (int(o.per_machine) != same, o.usd_per_hour, o.region))


def clouds_offers(version: Version, accelerator: str) -> tuple[Offer, ...]:
    """Published machines of the three clouds with this accelerator, where the data may be.

    A price that names a whole country or continent instead of a region is left out: code needs
    a region.
    """
    answers = version.answers
    return tuple(
        offer
        for offer in version.offers
        if offer.accelerator == accelerator
        and offer.provider in CLOUDS
        and offer.usd_per_hour is not None
        and (offer.provider, offer.instance) in machines()
        and not offer.region.endswith("-list")
        and _may_hold(offer, answers)
    )


def _may_hold(offer: Offer, answers: Answers) -> bool:
    scope = answers.choice("data_location.scope")
    if scope in ("country", "named_site"):
        return offer.country == answers.choice("data_location.country")
    if scope == "region":
        return offer.geography == answers.choice("data_location.region")
    return True


def _allowed_regions(offer: Offer, version: Version) -> tuple[str, ...]:
    """Where the data may be, in the regions of the chosen cloud; only this one if it may anywhere.

    Going elsewhere must be somebody's decision even where no rule forbids it.
    """
    if version.answers.choice("data_location.scope") in ("", "anywhere"):
        return (offer.region,)
    same = {
        other.region
        for other in version.offers
        if other.provider == offer.provider
        and not other.region.endswith("-list")
        and _may_hold(other, version.answers)
    }
    return tuple(sorted(same))


def _pool(offer: Offer, option: Json, capacity: Json, every: Sequence[Serving]) -> Pool:
    per_machine = int(offer.per_machine)
    machine = machines()[offer.provider, offer.instance]
    planned = capacity["rented_most"]
    most = whole_machines(planned, per_machine)
    ready = 0
    if option["fleet"] is None:
        sized = _sized(every, ready=capacity["kept_ready"], most=most * per_machine)
        ready = whole_machines(sum(serving.gpus_ready for serving in sized), per_machine)
    return Pool(
        accelerator=offer.accelerator,
        machine=machine,
        gpus_per_machine=per_machine,
        planned_gpus=planned,
        machines_ready=ready,
        machines_most=most,
        commitment_years=option["purchase"]["commitment_years"] or 0,
    )


def _differences(priced: Json, offer: Offer, pool: Pool) -> Iterable[str]:
    """Where the code stands for something else than the assessment priced."""
    if (priced["provider_key"], priced["region"]) != (offer.provider, offer.region):
        yield (
            f"The assessment priced {priced['provider']} in {priced['region']}; this code is for "
            f"{offer.provider_name} in {offer.region}, which lists "
            f"{offer.usd_per_hour:.2f} USD per GPU-hour on demand; the assessment counted "
            f"{priced['usd_per_hour']:.2f}. The cost lines are those of the assessment."
        )
    if priced["instance"] != offer.instance:
        yield f"The assessment priced {priced['instance']}; this code rents {offer.instance}."
    if pool.gpus_most > pool.planned_gpus:
        yield (
            f"The assessment plans {pool.planned_gpus} GPUs; machines carry "
            f"{pool.gpus_per_machine}, so the ceiling is {pool.gpus_most}."
        )


def _budget(option: Json, answers: Answers) -> int:
    """USD a month at which the alerts go out, rounded up to whole hundreds."""
    ceiling = answers.optional_quantity("ceilings.opex_usd_per_month")
    if ceiling is not None:
        return max(1, math.floor(ceiling.likely))
    keys = _RENT if option["fleet"] is None else _BURST_RENT
    rent = sum(row["usd"] or 0.0 for row in option["cost_lines"] if row["key"] in keys)
    return max(1, math.ceil(rent / _months(answers) / _ROUND_USD)) * _ROUND_USD


def _budget_from(answers: Answers) -> str:
    if answers.optional_quantity("ceilings.opex_usd_per_month") is not None:
        return "your answer on the most that may be spent a month"
    return "the likely rent, transfer, support and cloud storage of the assessment, a month"


# ---- both ------------------------------------------------------------------------------------


def _copies(
    every: Sequence[Serving],
    capacity: Json,
    cloud: CloudPart | None,
    site: SitePart | None,
    task: TaskPart | None,
) -> tuple[Serving, ...]:
    """The copies in the cluster that is always there: at home if there is one."""
    if site is not None:
        most = site.working_at_start
        return _sized(every, ready=most, most=most)
    most = cloud.pool.gpus_most if cloud else task.gpus_most if task else 0
    return _sized(every, ready=capacity["kept_ready"], most=most)


def _sized(every: Sequence[Serving], *, ready: int, most: int) -> tuple[Serving, ...]:
    if least_gpus(every) > most:
        raise NoBlueprint(
            f"The {len(every)} models need {least_gpus(every)} GPUs for one copy each, and the "
            f"assessed plan has {most}, on which they share memory. Sharing a GPU is not in this "
            "code: serve several kinds of data with one model size, or choose another option."
        )
    return with_copies(every, ready=min(ready, most), most=most)


def _is_sensitive(answers: Answers) -> bool:
    """Whether any data is more than internal; what nobody classified counts as sensitive."""
    classes = [answers.choice(f"modalities.{m}.data_class") for m in answers.modalities]
    return any(c in SENSITIVE or not c for c in classes)


def _retention(answers: Answers) -> int:
    """Days after which raw data goes: the longest that any kind is kept, and never none at all."""
    days = [answers.quantity(f"modalities.{m}.retention_days") for m in answers.modalities]
    return max(1, *(math.ceil(kept.likely) for kept in days))


def _months(answers: Answers) -> int:
    return round(answers.quantity("horizon_months").likely)


def _words(version: Version, option: Json) -> Words:
    best = version.result["recommended"]
    return Words(
        project=version.project,
        number=version.number,
        title=version.title,
        saved_on=version.saved_on,
        option=option["title"],
        recommended=best["title"] if best else "",
        label=best["label"] if best else "",
    )
