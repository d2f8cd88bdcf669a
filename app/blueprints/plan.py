"""From a saved assessment and a few choices to one typed plan that every file is written from."""

import math
from collections.abc import Mapping, Sequence
from ipaddress import IPv4Network
from typing import Any

from app.blueprints.choices import (
    WIDEST_CLOUD_NETWORK,
    Choices,
    Networks,
    checked_name,
    checked_networks,
    control_machines,
)
from app.blueprints.controls import answered
from app.blueprints.parts import (
    CloudPart,
    Json,
    Kind,
    Line,
    Plan,
    SitePart,
    TaskPart,
    Version,
    Words,
)
from app.blueprints.renting import months_of, rented
from app.blueprints.sizing import Serving, fitted, servings
from app.domain.errors import NoBlueprint
from app.domain.questionnaire.answers import Answers

# Prefix length of the addresses that GKE keeps for the pods of one machine, at its usual 110 pods.
_PODS_OF_A_MACHINE = 24
# The most machines of the pool "system" in cloud-gcp/terraform/pools.tf.
_GCP_SYSTEM = 6


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
    site = _site(option, capacity, choices, version.answers, somebody_waits=waits)
    cloud, task, differs = rented(option, capacity, version, choices, every)
    kind, classes = _kind(cloud, site, task), _data_classes(version.answers)
    answers = version.answers
    return Plan(
        kind=kind,
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
        answered=answered(answers),
        data_classes=classes,
        is_air_gapped=answers.choice("isolation") == "air_gapped",
        raw_retention_days=_retention(answers),
        stored_tb=capacity["stored_tb"],
        months=months_of(answers),
        lines=tuple(Line(row["key"], row["title"], row["usd"]) for row in option["cost_lines"]),
        total_usd=option["likely_usd"],
        at_least=option["at_least"],
        engine=version.result["versions"]["engine"],
        facts=version.result["versions"]["facts"],
        differs=(*differs, *_room_for_pods(cloud, networks), *_locked_in(kind, classes)),
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


_NOT_WRITTEN: Mapping[str, str] = {
    "hybrid_split": "its parts, each with a place of its own, are not written as code yet",
    "hybrid_edge": "the boxes at the devices are not written as code yet",
}


def _capacity(option: Json) -> dict[str, Any]:
    if option["key"] in _NOT_WRITTEN:
        raise NoBlueprint(
            f"{option['title']}: {_NOT_WRITTEN[option['key']]}. Choose an option in which all "
            "the work is done in one place, or an own base with rented peaks."
        )
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


def _site(
    option: Json, capacity: Json, choices: Choices, answers: Answers, *, somebody_waits: bool
) -> SitePart | None:
    fleet = option["fleet"]
    if fleet is None:
        return None
    power = answers.optional_quantity("site.kw_per_rack")
    return SitePart(
        place="colocation" if "colocation" in next(iter(option["placement"].values())) else "own",
        server=fleet["server"],
        accelerator=fleet["accelerator"],
        gpus_per_server=fleet["accelerators"] // fleet["servers"],
        servers=fleet["servers"],
        spares=fleet["spare_servers"],
        servers_by_year=tuple(fleet["servers_by_year"]),
        servers_there=fleet["servers_there"],
        planned_gpus=capacity["planned_by_year"][-1],
        kw=fleet["kw"],
        control_machines=control_machines(choices.control_machines, somebody_waits=somebody_waits),
        kw_per_rack=power.likely if power else None,
    )


def _room_for_pods(cloud: CloudPart | None, networks: Networks) -> tuple[str, ...]:
    """What to say where the pool outgrows the widest network that may be chosen.

    Google gives each machine a /24 for its pods, out of half the network: see network.tf.

    Raises:
        NoBlueprint: it outgrows the chosen one, and a wider one may be chosen.
    """
    if cloud is None or cloud.cloud != "gcp":
        return ()
    length = IPv4Network(networks.cloud).prefixlen
    room, needed = 2 ** (_PODS_OF_A_MACHINE - length - 1), cloud.pool.machines_most + _GCP_SYSTEM
    if needed <= room:
        return ()
    short = (
        f"A cloud network of /{length} has addresses for the pods of {room} machines on Google "
        f"Cloud, and {needed} may run"
    )
    if length > WIDEST_CLOUD_NETWORK:
        raise NoBlueprint(f"{short}: choose a larger one, such as 10.40.0.0/16.")
    return (f"{short}: before it grows that far, choose larger machines or give the pods more.",)


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
        return fitted(every, ready=most, most=most)
    most = cloud.pool.gpus_most if cloud else task.gpus_most if task else 0
    return fitted(every, ready=capacity["kept_ready"], most=most)


def _data_classes(answers: Answers) -> tuple[tuple[str, str], ...]:
    return tuple((m, answers.choice(f"modalities.{m}.data_class")) for m in answers.modalities)


def _locked_in(kind: Kind, classes: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    """A hybrid whose locks let nothing pass, said before somebody wonders why nothing moves."""
    if kind != "hybrid" or any(key == "public" for _, key in classes):
        return ()
    sentence = (
        "The locks let only public data leave your site, and no kind of data was answered as "
        "public: until somebody decides what may leave, the rented part has nothing to do."
    )
    return (sentence,)


def _retention(answers: Answers) -> int:
    """Days after which raw data goes: the longest that any kind is kept, and never none at all."""
    days = [answers.optional_quantity(f"modalities.{m}.retention_days") for m in answers.modalities]
    return max(1, *(math.ceil(kept.likely) for kept in days if kept is not None))


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
