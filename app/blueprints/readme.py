"""README.md of a blueprint: the decision, the numbers, and what to do with the folder."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.blueprints import proofs, static_files
from app.blueprints.choices import CLOUDS
from app.blueprints.kubernetes import (
    copies_at_start,
    gpus_in_namespace,
    gpus_of_the_home_queue,
)
from app.blueprints.parts import CloudPart, Plan, Pool, SitePart, TaskPart
from app.blueprints.sizing import LONGEST_OVER_LIKELY, Serving

_MARKUP = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|~&$:@/])")
_UNSEEN = re.compile(
    r"[\s\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069"
    r"\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]+"
)

_PLACEHOLDER = "set-me"


def readme(plan: Plan, files: Mapping[str, str]) -> str:
    """The whole text."""
    parts = [
        _decision(plan),
        _places(plan),
        _numbers(plan),
        _costs(plan),
        _leaving(plan),
        _quota(plan),
        *_instructions(plan),
        _yours(files),
        _absent(plan),
        _proved(files),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def escaped(text: str) -> str:
    """Free text as one line of Markdown that shows every sign as itself and does nothing."""
    line = _UNSEEN.sub(" ", text).strip()
    return _MARKUP.sub(r"\\\1", line) or "\\-"


def _decision(plan: Plan) -> str:
    words = plan.words
    version = f"version {words.number} ({escaped(words.title)}), saved"
    source = version if words.number else "an answers file, assessed"
    origin = (
        f"For **{escaped(words.project)}**, from {source} {words.saved_on.isoformat()} by Footing, "
        f"engine {plan.engine}."
    )
    lines = [f"# Infrastructure code: {words.option}", "", origin, "", _recommendation(plan)]
    if plan.differs:
        lines += ["", "This code differs from the assessment in this:", ""]
        lines += [f"- {sentence}" for sentence in plan.differs]
    return "\n".join(lines)


def _recommendation(plan: Plan) -> str:
    words = plan.words
    if not words.recommended:
        return "The assessment recommends no option: this is the code of one that was chosen."
    label = words.label.replace("_", " ")
    if words.recommended == words.option:
        return f"This is the recommended option; the assessment calls the result *{label}*."
    return (
        f"The assessment recommends {words.recommended} (*{label}*); this is the code of another "
        "option, which was chosen."
    )


# ---- numbers ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """One place and what stands there, a short line each."""

    title: str
    lines: tuple[str, ...]


LINK = "Between them runs an encrypted link; only what may leave passes."


def _places(plan: Plan) -> str:
    rows = [
        row for place in places(plan) for row in (place.title, *(f"  {x}" for x in place.lines))
    ]
    text = "\n".join(["## What stands where", "", "```", *rows, "```"])
    return f"{text}\n\n{LINK}" if plan.kind == "hybrid" else text


def places(plan: Plan) -> Iterator[Place]:
    """The places of the plan, the one with the models first."""
    served = tuple(f"{s.key}: {', '.join(s.modalities)}" for s in plan.servings)
    if plan.site is not None:
        yield Place(f"Your site, {plan.networks.site}", (*_standing(plan.site), *served))
        served = ()
    if plan.cloud is not None:
        pool = plan.cloud.pool
        machines = f"{pool.machines_ready} to {pool.machines_most} x {pool.machine.instance}"
        everything = "buckets, registry, key, audit trail, budget alert"
        title = f"{CLOUDS[plan.cloud.cloud]}, {plan.cloud.region}, {plan.networks.cloud}"
        yield Place(title, (machines, everything, *served))
    if plan.task is not None:
        task = plan.task
        machines = f"0 to {task.machines_most} machines of {task.gpus_per_machine} x "
        yield Place(
            f"{task.provider}, started and ended by SkyPilot",
            (f"{machines}{task.accelerator}", *served),
        )


def _standing(site: SitePart) -> tuple[str, ...]:
    return (
        f"{site.control_machines} control machine{'s' if site.control_machines > 1 else ''}",
        f"{site.servers} x {site.server}, {site.spares} of them spare",
    )


def _numbers(plan: Plan) -> str:
    rows = [
        "## The numbers",
        "",
        "Each was computed by the assessment and stands in the code once per tool.",
        "",
        "| what | number | stands in |",
        "|---|--:|---|",
    ]
    rows += [f"| {what} | {number} | {where} |" for what, number, where in number_rows(plan)]
    return "\n".join(rows)


def number_rows(plan: Plan) -> Iterator[tuple[str, str, str]]:
    """Every sized number: what it is, its value, and the file that holds it."""
    if plan.cloud is not None:
        yield from _pool_rows(plan.cloud)
    if plan.site is not None:
        yield from _site_rows(plan.site, is_hybrid=plan.kind == "hybrid")
    if plan.task is not None:
        yield from _task_rows(plan.task)
    if static_files.has_cluster(plan):
        yield from _cluster_rows(plan)
    for serving in plan.servings:
        yield from _serving_rows(plan, serving)
    lifecycle = "no file: set it in your object store"
    if plan.cloud is not None:
        lifecycle = f"`cloud-{plan.cloud.cloud}/terraform/storage.tf`, versions a month later"
    yield "days that raw data is kept", str(plan.raw_retention_days), lifecycle


def _cluster_rows(plan: Plan) -> Iterator[tuple[str, str, str]]:
    quota = str(gpus_in_namespace(plan))
    yield "GPUs that the models may hold", quota, "`k8s/sized/kustomization.yaml`"
    if plan.site is not None and plan.cloud is not None:
        for_jobs = str(gpus_of_the_home_queue(plan, plan.site))
        where = "`hybrid/sized/kustomization.yaml`"
        yield "GPUs for jobs at home, those of spare servers too", for_jobs, where


def _serving_rows(plan: Plan, serving: Serving) -> Iterator[tuple[str, str, str]]:
    has_cluster = static_files.has_cluster(plan)
    where = f"`k8s/sized/{serving.key}/`" if has_cluster else "`task.yaml`"
    copies = str(copies_at_start(serving, plan) if has_cluster else serving.copies_most)
    if plan.kind == "cloud" and serving.copies_ready != serving.copies_most:
        copies = f"{serving.copies_ready} to {serving.copies_most}"
    yield f"copies of {serving.key}, {serving.gpus_per_copy} GPU each", copies, where
    if serving.longest_request is not None:
        rule = f"{LONGEST_OVER_LIKELY} times a likely one, up to a power of two, in {where}"
        yield f"tokens of a request to {serving.key}, at most", str(serving.longest_request), rule


def _pool_rows(cloud: CloudPart) -> Iterator[tuple[str, str, str]]:
    pool, where = cloud.pool, f"`cloud-{cloud.cloud}/terraform/terraform.tfvars`"
    yield f"{pool.accelerator} GPUs planned by the assessment", str(pool.planned_gpus), "demand"
    yield "GPUs at most", str(pool.gpus_most), "the ceiling of the pool"
    yield "GPU machines at most", str(pool.machines_most), where
    yield "GPU machines kept ready", str(pool.machines_ready), where
    yield "budget alert, USD a month", str(cloud.budget_usd), where


def _site_rows(site: SitePart, *, is_hybrid: bool) -> Iterator[tuple[str, str, str]]:
    years = ", ".join(str(count) for count in site.servers_by_year)
    where = "`on-prem/bill-of-materials.csv`"
    each, working = site.gpus_per_server, site.servers - site.spares
    whole = f"{working} servers of {each}; what is planned beyond them is rented"
    planned = f"{site.accelerator} GPUs that all of the demand would take"
    if not is_hybrid:
        planned = f"{site.accelerator} GPUs planned by the assessment"
        whole = f"{site.planned_gpus} planned, in whole servers of {each}"
    yield planned, str(site.planned_gpus), "demand"
    yield "GPUs of the servers that work, last year", str(working * each), whole
    yield "GPU servers by year, spares included", years, where
    spare = f"{working} that work and {site.spares} spare, of {each} GPUs"
    yield "GPUs of all servers at the end", str(site.gpus), spare
    yield "control machines", str(site.control_machines), "`on-prem/inventory/hosts.yml`"


def _task_rows(task: TaskPart) -> Iterator[tuple[str, str, str]]:
    yield f"{task.accelerator} GPUs planned by the assessment", str(task.planned_gpus), "demand"
    yield "GPUs at most", str(task.gpus_most), "`task.yaml`"
    yield "machines at most", str(task.machines_most), "`task.yaml`"


def _costs(plan: Plan) -> str:
    causes = cost_causes(plan)
    rows = [
        f"## What it costs over {plan.months} months",
        "",
        "The likely case, discounted, as the assessment shows it.",
        "",
        "| line | USD | caused by |",
        "|---|--:|---|",
    ]
    rows += [
        f"| {line.title} | {_usd(line.usd)} | {causes.get(line.key, 'no file')} |"
        for line in plan.lines
        if line.usd is None or line.usd
    ]
    least = "at least " if plan.at_least else ""
    rows += [f"| **Together** | **{least}{_usd(plan.total_usd)}** | |"]
    return "\n".join([*rows, "", _uncosted(plan)]).strip()


def cost_causes(plan: Plan) -> dict[str, str]:
    """Cost line → the part of the folder that causes it; a line without one has no file."""
    causes: dict[str, str] = {}
    if plan.site is not None:
        bill = "the servers of `on-prem/bill-of-materials.csv`"
        causes = dict.fromkeys(_OF_THE_SERVERS, bill)
        causes |= {"storage": "the data of `on-prem/bill-of-materials.csv`, in a store of yours"}
        causes |= {"facility": "the racks of `on-prem/bill-of-materials.csv`"}
    if plan.cloud is not None:
        terraform = f"cloud-{plan.cloud.cloud}/terraform"
        pool = f"the GPU pool: `gpu_machines_most` in `{terraform}/terraform.tfvars`"
        causes |= {"cloud_compute": pool, "shortage": pool}
        causes |= {
            "spot": "no file: the GPU pool here is rented on demand, add one of spot machines"
        }
        if plan.site is None:
            causes |= {"storage": f"the buckets: `{terraform}/storage.tf`"}
        network = f"traffic out of the network: `{terraform}/network.tf`"
        causes |= {"egress": network, "between_zones": f"the zones of `{terraform}/network.tf`"}
    if plan.task is not None:
        causes |= {"cloud_compute": "`num_nodes` in `task.yaml`", "shortage": "`task.yaml`"}
    return causes


_OF_THE_SERVERS = (
    "hardware",
    "lease",
    "by_use",
    "maintenance",
    "energy",
    "insurance",
    "decommission",
)


def _uncosted(plan: Plan) -> str:
    sentences = []
    if plan.site is not None:
        sentences.append(
            "The assessment does not price control machines, switches, racks or an object store "
            "one by one: `on-prem/bill-of-materials.csv` counts them, and names the rule of each "
            "line."
        )
    if plan.cloud is not None:
        sentences.append(
            "The assessment does not price the cluster's own fee, the machines without GPUs, NAT "
            "and endpoints, audit events, keys or logs: small beside GPUs, and in your bill from "
            "the first day."
        )
    return " ".join(sentences)


def _usd(value: float | None) -> str:
    return "not published" if value is None else f"{value:,.0f}"


# Keys of the question set in words; what nobody classified is as sensitive as can be.
_CLASSES = {
    "public": "public",
    "internal": "internal",
    "confidential": "confidential",
    "special_category": "special category",
    "classified": "classified by the state",
}


def _leaving(plan: Plan) -> str:
    """What moves and what never moves, for each kind of data; nothing where there is one place."""
    if plan.kind != "hybrid":
        return ""
    rows = [
        "## What may leave your site",
        "",
        "| data | class | may leave |",
        "|---|---|---|",
    ]
    for modality, key in plan.data_classes:
        leaves = "yes, once you label it `data-class=public`" if key == "public" else "never"
        rows.append(f"| {modality} | {_CLASSES.get(key, 'not classified')} | {leaves} |")
    return "\n".join(rows)


def _quota(plan: Plan) -> str:
    if plan.cloud is None:
        return ""
    pool = plan.cloud.pool
    machine = pool.machine
    needed = (
        f"{pool.gpus_most} GPUs"
        if plan.cloud.cloud == "gcp"
        else f"{pool.machines_most * machine.vcpus} vCPUs ({machine.vcpus} a machine)"
    )
    count = (
        f"New accounts may start no GPU machine at all. {pool.machines_most} x {machine.instance} "
        f"with {pool.gpus_most} GPUs count as **{needed}** against *{machine.quota}* in "
        f"{plan.cloud.region}. Ask for that much before anything else: it can take weeks."
    )
    lines = ["## Quota", "", count]
    if machine.note:
        lines += ["", machine.note]
    if pool.commitment_years:
        lines += ["", _commitment(pool)]
    return "\n".join(lines)


def _commitment(pool: Pool) -> str:
    return (
        f"The price is that of a commitment of {pool.commitment_years} year(s) for up to "
        f"{pool.committed_gpus} GPUs. The code rents on demand: buy the commitment for the same "
        "machines, it is applied to them by itself."
    )


# ---- what to do ------------------------------------------------------------------------------


def _instructions(plan: Plan) -> Iterator[str]:
    for part in static_files.readme_parts(plan):
        yield static_files.text(part).strip()


def _yours(files: Mapping[str, str]) -> str:
    rows = list(dict.fromkeys(f"- `{path}`" for path, _ in placeholders(files)))
    if not rows:
        return ""
    return "\n".join(
        [
            "## What only you know",
            "",
            "These files hold `set-me` where you must fill in:",
            "",
            *rows,
        ]
    )


def placeholders(files: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    """Path and line of every value that is still to be filled in."""
    for path, text in sorted(files.items()):
        for number, line in enumerate(text.splitlines(), 1):
            if _PLACEHOLDER in line:
                yield path, number


def _absent(plan: Plan) -> str:
    lines = ["## What is not in here", ""]
    lines += [f"- {sentence}" for sentence in absences(plan)]
    return "\n".join(lines)


def absences(plan: Plan) -> Iterator[str]:
    """What the folder leaves out, a sentence each."""
    yield "No secret, no account number, no model and no weights."
    if static_files.has_cluster(plan):
        yield (
            "No gateway with a public name and certificate: your network decides who may ask the "
            "models, and how they sign in."
        )
        yield (
            "No scaling of copies by load. Where the table names two numbers, copies start at the "
            "first and may be raised to the second; KEDA, reading vLLM's queue length, can do it."
        )
        yield (
            "Images are named by tag. Before production, copy them to your registry and pin them "
            "by digest: `kustomize edit set image`."
        )
    if plan.cloud is not None and plan.cloud.cloud == "aws":
        yield (
            "No managed node groups: Auto Mode runs the drivers. For EFA, MIG or an image of your "
            "own, replace it by a node group and Karpenter."
        )
    if plan.trains and (plan.cloud is None or plan.cloud.cloud != "aws"):
        yield "No scratch file system for training: how large a training set is was not asked."
    if plan.trains:
        yield "No training job: training takes the same GPUs, so scale the copies down for a run."
    if plan.site is not None:
        yield (
            f"No object store for the {plan.stored_tb:,.1f} TB that are kept: the bill counts its "
            "machines and drives, and which store runs on them is your choice. No monitoring "
            "beyond what the GPU operator exports."
        )
        yield (
            "No fabric for training across servers (InfiniBand or RoCE), and no firewall or line "
            "to the outside: the bill holds what stands in the racks."
        )
    if any(serving.kind == "custom" for serving in plan.servings):
        yield (
            "No program for the custom models: the deployment is there, the image in it is yours. "
            "It answers /health on port 8000 and reads its weights below /models."
        )
    if plan.decodes_video:
        yield "No program that decodes video: the pool is there, the image in it is yours."


def _proved(files: Mapping[str, str]) -> str:
    lines = ["## What was proved, and what was not", ""]
    lines += [f"- {proof.what} (last on {proof.ran_on})." for proof in proofs.done(files)]
    lines += ["", "Not done:", ""]
    lines += [f"- {proof.what}." for proof in proofs.missing(files)]
    if "ci/gitlab-ci.yml" in files:
        lines += [
            "",
            "`ci/` does the Terraform part of `make check` for every change, on GitHub or GitLab.",
        ]
    return "\n".join(lines)
