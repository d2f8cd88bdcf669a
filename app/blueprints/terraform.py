"""The values of one cloud's Terraform code, and the example of those that only you know."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.blueprints.hcl import Setting, quoted, tfvars
from app.blueprints.parts import CloudPart, Plan
from app.blueprints.pins import pins

_HEAD = """Written by Footing from the assessment; every value here was computed or chosen there.
What only you know stands in yours.auto.tfvars.example."""


@dataclass(frozen=True)
class Yours:
    """A value that nobody but the team knows; `example` is refused by the code's own checks.

    Attributes:
        is_list: whether it is a list of texts.
    """

    name: str
    example: str
    comment: str
    is_list: bool = False


def values(plan: Plan, cloud: CloudPart) -> Iterator[tuple[str, str]]:
    """Path → text of terraform.tfvars and of the example beside it."""
    folder = f"cloud-{cloud.cloud}/terraform"
    yield f"{folder}/terraform.tfvars", tfvars(_HEAD, _settings(plan, cloud))
    yield f"{folder}/yours.auto.tfvars.example", _example(yours(plan, cloud.cloud))


def _settings(plan: Plan, cloud: CloudPart) -> Iterator[Setting]:
    yield Setting("name", plan.name, "What every resource begins with.")
    yield Setting("environment", plan.environment, "Which copy of the platform this is.")
    yield Setting("region", cloud.region, "Where everything stands.")
    yield Setting("allowed_regions", cloud.allowed_regions, "Where the data may be.")
    yield Setting("network_cidr", plan.networks.cloud, "Private addresses of the network.")
    if cloud.cloud in _VERSIONS:
        version = pins()[_VERSIONS[cloud.cloud]].version
        yield Setting("kubernetes_version", version, "In standard support; see PINS.md.")
    yield from _machines(cloud)
    yield Setting("raw_retention_days", plan.raw_retention_days, "Longest answered retention.")
    yield Setting("monthly_budget_usd", cloud.budget_usd, f"From {cloud.budget_from}.")
    if plan.site is not None:
        yield Setting("site_networks", (plan.networks.site,), "Reached through the link.")


_VERSIONS = {"aws": "eks", "azure": "aks"}
_MACHINE = {"aws": "gpu_instance_type", "gcp": "gpu_machine_type", "azure": "gpu_vm_size"}


def _machines(cloud: CloudPart) -> Iterator[Setting]:
    pool = cloud.pool
    sized = f"{pool.planned_gpus} GPUs planned at the service percentile, in whole machines."
    yield Setting(_MACHINE[cloud.cloud], pool.machine.instance, f"{pool.accelerator}, as priced.")
    if cloud.cloud == "gcp":
        yield Setting("gpu_type", pool.machine.accelerator_type, "Google's name of that GPU.")
    yield Setting("gpus_per_machine", pool.gpus_per_machine, "GPUs in one machine.")
    yield Setting("gpu_machines_least", pool.machines_ready, "Kept ready, so that nobody waits.")
    yield Setting("gpu_machines_most", pool.machines_most, sized)


def yours(plan: Plan, cloud: str) -> tuple[Yours, ...]:
    """The values that only the team knows, in the order of the example."""
    link = _LINK[cloud] if plan.site is not None else ()
    return (*_YOURS[cloud], *link)


_EMAILS = Yours(
    "budget_emails", "set-me", "Who is told when the budget is nearly spent.", is_list=True
)
_GATEWAY = Yours("site_gateway_ip", "set-me", "Public address of the gateway at your site.")
_SECRET = Yours(
    "link_secret",
    "set-me",
    "Shared with your gateway. Better: leave this line out and set TF_VAR_link_secret.",
)
_YOURS: dict[str, tuple[Yours, ...]] = {
    "aws": (
        Yours(
            "allowed_account_ids",
            "set-me",
            "Your account; the code runs in no other.",
            is_list=True,
        ),
        Yours(
            "availability_zones", "set-me", "Two or three that offer the GPU machine.", is_list=True
        ),
        _EMAILS,
    ),
    "gcp": (
        Yours("project_id", "set-me", "The project that everything is made in."),
        Yours(
            "gpu_zones", "set-me", "Zones of the region that offer the GPU machine.", is_list=True
        ),
        Yours("admin_network", "set-me", "Network from which the cluster is administered."),
        Yours("billing_account", "set-me", "The account that pays, for the budget alert."),
        Yours("budget_email", "set-me", "Who is told when the budget is nearly spent."),
    ),
    "azure": (
        Yours("subscription_id", "set-me", "The subscription that everything is made in."),
        Yours("tenant_id", "set-me", "The directory of its people."),
        Yours(
            "admin_group_object_ids", "set-me", "Groups that administer the cluster.", is_list=True
        ),
        Yours(
            "gpu_zones", "set-me", "Zones of the region that offer the GPU machine.", is_list=True
        ),
        Yours("storage_account_name", "set-me", "3 to 20 letters and digits, unused anywhere."),
        Yours("budget_start", "set-me", "First day of a month: 2027-01-01T00:00:00Z."),
        _EMAILS,
    ),
}
_LINK: dict[str, tuple[Yours, ...]] = {
    "aws": (_GATEWAY,),
    "gcp": (_GATEWAY, _SECRET),
    "azure": (_GATEWAY, _SECRET),
}


def _example(every: tuple[Yours, ...]) -> str:
    text = "# Copy to yours.auto.tfvars and fill in. The code refuses these examples.\n"
    for value in every:
        written = quoted(value.example)
        text += (
            f"\n# {value.comment}\n{value.name} = {f'[{written}]' if value.is_list else written}\n"
        )
    return text
