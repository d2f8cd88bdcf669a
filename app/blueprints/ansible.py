"""The inventory of an own site: which machines, how many GPUs, which networks."""

from collections.abc import Iterator

from app.blueprints.kubernetes import document
from app.blueprints.materials import bill
from app.blueprints.parts import Plan, SitePart

_BLANK = "set-me"
_GROUP = "on-prem/inventory/group_vars/all"


def inventory(plan: Plan, site: SitePart) -> Iterator[tuple[str, str]]:
    """Path → text of the inventory, its values, the example beside them, and the bill."""
    yield "on-prem/inventory/hosts.yml", "---\n" + document(_hosts(site))
    yield f"{_GROUP}/sized.yml", "---\n" + document(_sized(plan, site))
    yield f"{_GROUP}/yours.yml.example", "---\n" + _yours(plan)
    yield "on-prem/bill-of-materials.csv", bill(plan, site)


def _hosts(site: SitePart) -> dict[str, object]:
    """The machines of the first year; later ones are added as they are bought."""
    control = [f"cp-{number + 1}" for number in range(site.control_machines)]
    gpus = [f"gpu-{number + 1}" for number in range(site.servers_by_year[0])]
    return {
        "all": {
            "children": {
                "cluster": {
                    "children": {
                        "control": {"hosts": _addresses(control)},
                        "gpu_servers": {"hosts": _addresses(gpus)},
                    }
                }
            }
        }
    }


def _addresses(names: list[str]) -> dict[str, object]:
    return {name: {"ansible_host": _BLANK} for name in names}


def _sized(plan: Plan, site: SitePart) -> dict[str, object]:
    return {
        "gpus_per_server": site.gpus_per_server,
        "sized_gpus": site.gpus_at_start,
        "pod_network": plan.networks.pods,
        "service_network": plan.networks.services,
    }


def _yours(plan: Plan) -> str:
    lines = [
        "# Copy to yours.yml and fill in. The first task refuses these examples.",
        "# Version and SHA-256 of rke2.linux-amd64.tar.gz, from the release page of RKE2.",
        f"rke2_version: {_BLANK}",
        f"rke2_checksum: {_BLANK}",
    ]
    if plan.is_air_gapped:
        lines += [
            "# Where the archive is served inside, the folder that was carried in, your registry.",
            f"rke2_source: {_BLANK}",
            f"airgap_folder: {_BLANK}",
            f"airgap_registry: {_BLANK}",
        ]
    return "\n".join(lines) + "\n"
