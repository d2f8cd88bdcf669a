"""Which costs are priced for which option, which it does not have, and which nobody prices.

A cost that is missing is not zero: it is absent from every total, and said so on every page.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from app.domain.cost.connection import USD_PER_MONTH
from app.domain.cost.plan import Plan, needs_connection
from app.domain.cost.standstill import USD_PER_HOUR
from app.domain.options import Option
from app.domain.questionnaire.answers import Answers

Status = Literal["priced", "not_applicable", "missing"]


@dataclass(frozen=True)
class Scope:
    """Whether one cost is in the total of one option, and why not."""

    status: Status
    why: str = ""


@dataclass(frozen=True)
class Cost:
    """One cost that buyers of AI infrastructure meet.

    Attributes:
        line: key of the ledger line that holds it; "" where it is missing.
        whose: tells which options have it.
        why_not: why the others have none.
        missing: why it is not priced where it arises; "" where it is priced.
        price: path of the answer without which it has no price; "" where no answer is wanted.
        needed: tells, of those with `price`, whether a plan has the cost.
    """

    what: str
    line: str
    whose: Callable[[Option], bool]
    why_not: str = ""
    missing: str = ""
    price: str = ""
    needed: Callable[[Plan, Answers], bool] = lambda _plan, _answers: True

    def lacks_answer(self, plan: Plan, answers: Answers) -> bool:
        """Whether `plan` has this cost, and nobody said what it is."""
        return bool(self.price) and not answers.is_given(self.price) and self.needed(plan, answers)

    def of(self, option: Option) -> Scope:
        """Where this cost stands for `option`."""
        if not self.whose(option):
            return Scope("not_applicable", self.why_not)
        if self.missing:
            return Scope("missing", self.missing)
        return Scope("priced")


@dataclass(frozen=True)
class Omission:
    """A cost that is not priced, and why."""

    what: str
    why: str


def _every(_option: Option) -> bool:
    return True


def _owns(option: Option) -> bool:
    return bool(option.owned)


def _rents(option: Option) -> bool:
    return bool(option.rented)


def _rents_all(option: Option) -> bool:
    return bool(option.rented) and not option.owned


def _splits(option: Option) -> bool:
    return option.division == "by_kind"


def _rents_on_demand(option: Option) -> bool:
    return _splits(option) or (_rents_all(option) and option.purchase != "reserved")


def _buys_answers(option: Option) -> bool:
    return option.managed or _splits(option)


def _sells_zones(option: Option) -> bool:
    return (_rents_all(option) or _splits(option)) and "hyperscaler" in option.rented


def _commits(option: Option) -> bool:
    return option.purchase != "on_demand"


def _runs_models(option: Option) -> bool:
    return not option.managed


def _keeps_data_at_a_supplier(option: Option) -> bool:
    return not option.owned or _splits(option)


def _owns_or_commits(option: Option) -> bool:
    return _owns(option) or _commits(option)


def _leaves_a_supplier(option: Option) -> bool:
    return not option.owned or option.is_hybrid


_NOTHING_OWNED = "nothing is owned"
_NOTHING_RENTED = "no machines are rented for good"
_VENDOR = "the vendor runs the models"
_OWN_DISKS = "the data stays on own disks"

# In the order in which the page shows them.
COSTS: tuple[Cost, ...] = (
    Cost("Servers", "hardware", _owns, _NOTHING_OWNED),
    Cost("Network inside the cluster", "hardware", _owns, _NOTHING_OWNED),
    Cost("Installation and spare parts", "hardware", _owns, _NOTHING_OWNED),
    Cost("A spare server where somebody waits", "hardware", _owns, _NOTHING_OWNED),
    Cost("Resale at the end", "hardware", _owns, _NOTHING_OWNED),
    Cost("A lease of the servers, where they are not bought", "lease", _owns, _NOTHING_OWNED),
    Cost(
        "A vendor's servers on your floor, by the hour, where they were quoted",
        "by_use",
        _owns,
        _NOTHING_OWNED,
    ),
    Cost("Support contract, failed parts included", "maintenance", _owns, _NOTHING_OWNED),
    Cost(
        "Replacing servers at the end of their life",
        "",
        lambda _option: False,
        "no server gets older than five years within the longest horizon",
    ),
    Cost("Answers bought by the token or minute", "managed_api", _buys_answers, "own models"),
    Cost(
        "GPU rent on demand, idle and kept-ready hours included",
        "cloud_compute",
        _rents_on_demand,
        "not how it is paid",
    ),
    Cost(
        "GPU rent committed for one or three years, used or not",
        "cloud_compute",
        _commits,
        "nothing is committed",
    ),
    Cost(
        "The rest of a last term beyond the horizon",
        "cloud_compute",
        _commits,
        "nothing is committed",
    ),
    Cost("Rent until the servers stand", "bridge", _owns, _NOTHING_OWNED),
    Cost(
        "Rent of peaks and of what capacity lacks",
        "shortage",
        _owns_or_commits,
        "everything is rented as it is needed",
    ),
    Cost(
        "Boxes at the devices, their upkeep and electricity",
        "edge",
        lambda o: o.division == "by_stage",
        "nothing is prepared at the devices",
    ),
    Cost("Rack space", "facility", _owns, _NOTHING_OWNED),
    Cost("Electricity and cooling", "energy", _owns, "in the price"),
    Cost("Insurance", "insurance", _owns, _NOTHING_OWNED),
    Cost("Storage", "storage", _every),
    Cost(
        "Data leaving the cloud",
        "egress",
        _leaves_a_supplier,
        "it leaves from the own site",
    ),
    Cost(
        "Traffic between zones",
        "between_zones",
        _sells_zones,
        "it runs in one data centre, or the vendor spreads it",
    ),
    Cost(
        "Connection of your site",
        "uplink",
        _every,
        price=USD_PER_MONTH,
        needed=needs_connection,
    ),
    Cost("Technical support of vendors", "support", _leaves_a_supplier, "owned"),
    Cost("People for the platform", "staff", _every),
    Cost(
        "People for the machines, a least number included",
        "staff",
        _owns,
        "the provider looks after the machines",
    ),
    Cost("Being on call day and night", "on_call", _runs_models, _VENDOR),
    Cost(
        "A second platform: people, link, data kept twice",
        "second_platform",
        lambda o: o.is_hybrid,
        "one platform",
    ),
    Cost("Setting up", "migration", _every),
    Cost(
        "Leaving a supplier at the end",
        "migration",
        _leaves_a_supplier,
        "no supplier to leave but for shortages",
    ),
    Cost("Taking the data out at the end", "exit", _keeps_data_at_a_supplier, _OWN_DISKS),
    Cost("Taking down servers at the end", "decommission", _owns, _NOTHING_OWNED),
    Cost(
        "Hours without service",
        "standstill",
        _every,
        price=USD_PER_HOUR,
    ),
    Cost(
        "Spot machines, where work may be stopped at any moment",
        "spot",
        _rents_on_demand,
        "not how it is paid",
    ),
    Cost(
        "Capacity blocks",
        "",
        _rents,
        _NOTHING_RENTED,
        missing="paid in advance for some days or weeks: a project's, not a year's",
    ),
    Cost(
        "Batch and cached-prompt discounts of managed services",
        "",
        _buys_answers,
        "own models",
        missing="list prices are taken",
    ),
    Cost(
        "Software licences",
        "",
        _runs_models,
        _VENDOR,
        missing="differ by contract; an open serving stack needs none",
    ),
    Cost(
        "Staffed night shifts",
        "",
        _runs_models,
        _VENDOR,
        missing="being on call is priced, a seat around the clock takes more than four people",
    ),
    Cost(
        "Running the old system meanwhile",
        "",
        _every,
        missing="what runs today is not asked yet",
    ),
    Cost(
        "Backup of the system, and a second site to run it",
        "",
        _every,
        missing="no standby is planned; data kept twice is priced if asked",
    ),
    Cost(
        "Load balancers and address translation in a cloud",
        "",
        _rents,
        _NOTHING_RENTED,
        missing="depend on the design",
    ),
    Cost(
        "Firewalls of an own site or hall, and internet transit of a hall",
        "",
        _owns,
        _NOTHING_OWNED,
        missing="depend on the contract",
    ),
    Cost(
        "Logs, observability, keys and security audits",
        "",
        _every,
        missing="depend on the tools in use",
    ),
    Cost(
        "Power for disks and their replacement",
        "",
        _owns,
        _NOTHING_OWNED,
        missing="small beside the servers",
    ),
    Cost(
        "Building or refurbishing a hall",
        "",
        _owns,
        _NOTHING_OWNED,
        missing="no sourced price per kW; rule V11 asks for one",
    ),
    Cost("Taxes, duties and currency risk", "", _every, missing="off until asked"),
    Cost(
        "Labelling, content safety and human review",
        "",
        _every,
        missing="equal for every option",
    ),
)

UNANSWERED = "what it costs was not answered"

NOT_PRICED: tuple[Omission, ...] = tuple(
    Omission(cost.what, cost.missing) for cost in COSTS if cost.missing
)
