"""The ways to run it: which machines are owned, which are rented, and where they stand.

An option is data: what it owns, where, and what it rents, for which part of the work. The
engine knows only these traits, so a new option is a new row, not a new branch.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from app.domain.facts import ProviderKind

Family = Literal["cloud", "on_premises", "hybrid"]
OwnedPlace = Literal["own_site", "colocation"]
Purchase = Literal["on_demand", "reserved", "cheaper"]
Division = Literal["by_hour", "by_kind", "by_stage"]

FAMILIES: tuple[Family, ...] = ("cloud", "on_premises", "hybrid")
FAMILY_TITLES: Mapping[str, str] = {
    "cloud": "Cloud",
    "on_premises": "On-premises",
    "hybrid": "Hybrid",
}


@dataclass(frozen=True)
class Option:
    """One way to run the workload.

    Attributes:
        owned: places where owned servers may stand, best first; empty when all is rented.
            A hybrid takes the first place where its base is possible.
        rented: kinds of provider it may rent from; empty when all is owned.
        purchase: how the rented part is paid; "cheaper" takes of both the one that costs less.
        managed: it runs no models of its own, it buys their answers.
        division: how a hybrid divides the work: what exceeds an owned base is rented, each kind
            of data has a place of its own, or it is prepared at the devices and the models are
            rented; None for all others.
    """

    key: str
    title: str
    family: Family
    owned: tuple[OwnedPlace, ...] = ()
    rented: tuple[ProviderKind, ...] = ()
    purchase: Purchase = "on_demand"
    managed: bool = False
    division: Division | None = None

    @property
    def is_hybrid(self) -> bool:
        """Whether part of the work is done on own machines and part elsewhere."""
        return self.division is not None


OPTIONS: tuple[Option, ...] = (
    Option("managed_api", "Managed AI services", "cloud", managed=True),
    Option(
        "hyperscaler_on_demand",
        "Hyperscaler, on demand",
        "cloud",
        rented=("hyperscaler",),
    ),
    Option(
        "hyperscaler_committed",
        "Hyperscaler, committed",
        "cloud",
        rented=("hyperscaler",),
        purchase="reserved",
    ),
    Option(
        "specialist_cloud",
        "Specialist GPU cloud",
        "cloud",
        rented=("specialist",),
        purchase="cheaper",
    ),
    Option("colocation", "Own servers in colocation", "on_premises", owned=("colocation",)),
    Option("own_site", "Own servers on your own site", "on_premises", owned=("own_site",)),
    Option(
        "hybrid_burst",
        "Own base, cloud for the peaks",
        "hybrid",
        owned=("own_site", "colocation"),
        rented=("hyperscaler", "specialist"),
        division="by_hour",
    ),
    Option(
        "hybrid_split",
        "Each kind of data in its own place",
        "hybrid",
        owned=("own_site", "colocation"),
        rented=("hyperscaler", "specialist"),
        division="by_kind",
    ),
    Option(
        "hybrid_edge",
        "Prepared at the devices, models in the cloud",
        "hybrid",
        rented=("hyperscaler", "specialist"),
        division="by_stage",
    ),
)

# Always priced, shown as a yardstick, never ranked: a cost is judged against the cheapest.
COMPARATORS: tuple[Option, ...] = (
    Option("hyperscaler_on_demand", "Hyperscaler, on demand", "cloud", rented=("hyperscaler",)),
    Option(
        "hyperscaler_reserved",
        "Hyperscaler, reserved one to three years",
        "cloud",
        rented=("hyperscaler",),
        purchase="reserved",
    ),
    Option("specialist_on_demand", "Specialist, on demand", "cloud", rented=("specialist",)),
    Option(
        "specialist_reserved",
        "Specialist, reserved for a year",
        "cloud",
        rented=("specialist",),
        purchase="reserved",
    ),
)
