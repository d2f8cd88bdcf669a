"""What may be chosen about a blueprint, besides the assessment; nothing else gets through."""

import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.domain.errors import NoBlueprint

CLOUDS = {"aws": "Amazon Web Services", "gcp": "Google Cloud", "azure": "Microsoft Azure"}
NAME = re.compile(r"[a-z][a-z0-9-]{1,18}[a-z0-9]", re.ASCII)
ENVIRONMENT = "prod"
POD_NETWORK = "10.42.0.0/16"
SERVICE_NETWORK = "10.43.0.0/16"
WIDEST_CLOUD_NETWORK = 16
_CONTROL_MACHINES = (1, 3, 5)


@dataclass(frozen=True)
class Choices:
    """The choices of one person; empty ones follow the assessment.

    Attributes:
        option: key of the option; "" for the recommended one.
        cloud: `aws`, `gcp` or `azure`; "" for the one that was priced.
        region: of that cloud; "" for the one that was priced.
        name: what every resource is called.
        cloud_network, site_network: private addresses there and at home.
        control_machines: machines that run the cluster on an own site; "" for as many as the
            assessment's availability asks for.
    """

    option: str = ""
    cloud: str = ""
    region: str = ""
    name: str = "footing"
    cloud_network: str = "10.40.0.0/16"
    site_network: str = "10.20.0.0/16"
    control_machines: str = ""


@dataclass(frozen=True)
class Networks:
    """Four networks that do not overlap."""

    cloud: str
    site: str
    pods: str = POD_NETWORK
    services: str = SERVICE_NETWORK


def checked_name(name: str) -> str:
    """`name`, if it may be part of a resource's name everywhere.

    Raises:
        NoBlueprint: it may not.
    """
    if not NAME.fullmatch(name):
        raise NoBlueprint(
            "The name has 3 to 20 lower-case letters, digits and hyphens, begins with a letter and "
            "does not end with a hyphen."
        )
    return name


def checked_networks(choices: Choices) -> Networks:
    """The networks in their canonical form.

    Raises:
        NoBlueprint: one is not a private network of a usable size, or two overlap.
    """
    networks = Networks(
        str(_network("cloud network", choices.cloud_network, WIDEST_CLOUD_NETWORK, 20)),
        str(_network("site network", choices.site_network, 8, 24)),
    )
    for first, second in _overlaps(networks):
        raise NoBlueprint(f"The {first} and the {second} overlap: no route could tell them apart.")
    return networks


def _network(name: str, text: str, largest: int, smallest: int) -> ipaddress.IPv4Network:
    try:
        network = ipaddress.IPv4Network(text.strip())
    except ValueError:
        raise NoBlueprint(f"The {name} must be a network such as 10.40.0.0/16.") from None
    if not network.is_private or not largest <= network.prefixlen <= smallest:
        raise NoBlueprint(
            f"The {name} must be private and of a size from /{largest} to /{smallest}, such as "
            "10.40.0.0/16."
        )
    return network


def _overlaps(networks: Networks) -> Iterator[tuple[str, str]]:
    named = {
        "cloud network": networks.cloud,
        "site network": networks.site,
        f"network of the pods ({POD_NETWORK})": networks.pods,
        f"network of the services ({SERVICE_NETWORK})": networks.services,
    }
    rows = [(name, ipaddress.IPv4Network(text)) for name, text in named.items()]
    for number, (name, network) in enumerate(rows):
        for other, another in rows[number + 1 :]:
            if network.overlaps(another):
                yield name, other


def control_machines(chosen: str, *, somebody_waits: bool) -> int:
    """Machines that run the cluster itself: three where it must survive the loss of one.

    Raises:
        NoBlueprint: the number would not survive what it is meant to.
    """
    if not chosen:
        return 3 if somebody_waits else 1
    count = int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) < 3 else 0
    if count == 2:
        raise NoBlueprint(
            "Two control machines are less available than one: when either fails, the rest has no "
            "majority. Choose 1, 3 or 5."
        )
    if count not in _CONTROL_MACHINES:
        raise NoBlueprint("The number of control machines is 1, 3 or 5.")
    if somebody_waits and count < 3:
        raise NoBlueprint(
            "Somebody waits for an answer, so the loss of one control machine must not show: that "
            "takes 3 or 5."
        )
    return count
