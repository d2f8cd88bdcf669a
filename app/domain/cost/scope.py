"""What the total leaves out, said on every result page; nothing here is zero, it is absent."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Omission:
    """A cost that is not priced yet, and which options it concerns."""

    what: str
    why: str


NOT_PRICED: tuple[Omission, ...] = (
    Omission("Spot machines and capacity blocks", "not an option here yet"),
    Omission("Batch and cached-prompt discounts of managed services", "list prices are taken"),
    Omission("Software licences", "differ by contract; an open serving stack needs none"),
    Omission("Staffed night shifts and on-call", "the people line holds working hours only"),
    Omission("Migration, exit and running two systems meanwhile", "no published figure fits"),
    Omission(
        "Backup, disaster recovery and the cost of an outage", "availability is not asked yet"
    ),
    Omission("Traffic between zones, load balancers and NAT in a cloud", "depends on the design"),
    Omission("Internet transit and firewalls of an own site or hall", "depends on the contract"),
    Omission("Logs, observability, keys and security audits", "depends on the tools in use"),
    Omission("Power for disks and their replacement after five years", "small beside the servers"),
    Omission("Building or refurbishing a hall", "no sourced price per kW; rule V11 asks for one"),
    Omission("Taxes, duties, insurance and currency risk", "off until asked"),
    Omission("Labelling, content safety and human review", "equal for every option"),
)
