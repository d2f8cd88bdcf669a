"""The rented part of a plan: which published machine, where, how many, with which budget."""

import math
from collections.abc import Iterable, Sequence

from app.blueprints.choices import CLOUDS, Choices
from app.blueprints.machines import machines
from app.blueprints.parts import CloudPart, Json, Pool, TaskPart, Version
from app.blueprints.sizing import Serving, fitted, whole_machines
from app.domain.errors import NoBlueprint
from app.domain.facts import Offer
from app.domain.questionnaire.answers import Answers

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
_RENT = ("cloud_compute", "spot", "storage", "egress", "between_zones", "support")
# Beside an own site the storage is disks of one's own.
_BURST_RENT = ("shortage", "egress", "between_zones", "support")
_ROUND_USD = 100


def rented(
    option: Json, capacity: Json, version: Version, choices: Choices, every: Sequence[Serving]
) -> tuple[CloudPart | None, TaskPart | None, tuple[str, ...]]:
    """The rented part, as a cloud or as a task, and how it differs from what was priced."""
    if not capacity["rented_most"]:
        return None, None, ()
    priced = option["purchase"]
    cloud = choices.cloud or priced["provider_key"]
    if cloud in TASK_CLOUDS:
        return None, _task(priced, capacity, every), ()
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


def _task(priced: Json, capacity: Json, every: Sequence[Serving]) -> TaskPart:
    if any(serving.kind == "custom" for serving in every):
        raise NoBlueprint(
            "The SkyPilot task serves with vLLM, and one of these models needs a program of its "
            "own: choose AWS, Google Cloud or Azure, where it runs in an image of yours."
        )
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
        sized = fitted(every, ready=capacity["kept_ready"], most=most * per_machine)
        ready = whole_machines(sum(serving.gpus_ready for serving in sized), per_machine)
    return Pool(
        accelerator=offer.accelerator,
        machine=machine,
        gpus_per_machine=per_machine,
        planned_gpus=planned,
        machines_ready=ready,
        machines_most=most,
        commitment_years=option["purchase"]["commitment_years"] or 0,
        committed_gpus=max(capacity.get("committed_by_year") or [planned]),
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
    return max(1, math.ceil(rent / months_of(answers) / _ROUND_USD)) * _ROUND_USD


def _budget_from(answers: Answers) -> str:
    if answers.optional_quantity("ceilings.opex_usd_per_month") is not None:
        return "your answer on the most that may be spent a month"
    return "the likely rent, transfer, support and cloud storage of the assessment, a month"


def months_of(answers: Answers) -> int:
    """The horizon in whole months."""
    return round(answers.quantity("horizon_months").likely)
