"""What the placement rules say of zones, and what is chosen among those they admit.

A plan is chosen among what is admissible; where nothing is, the cheapest plan is kept all the
same, so that the page can say what the option would cost and which rule excludes it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.domain import constraints
from app.domain.constraints import Outcome, Verdict, Zone, placement_verdicts, worst
from app.domain.cost.managed import pinning, services_for, usd_per_item
from app.domain.cost.plan import Plan, cheapest_plan, rented_plan
from app.domain.cost.setting import Setting
from app.domain.demand.workload import ModalityWork
from app.domain.facts import ApiPrice, Offer
from app.domain.options import Option

# What may run there goes before what nobody verified, and that before what is excluded.
PREFERRED: tuple[Outcome, ...] = ("pass", "unverified", "fail")


@dataclass(frozen=True)
class Candidate:
    """One option with its plan; no plan where none can be priced."""

    option: Option
    plan: Plan | None
    verdicts: tuple[Verdict, ...]


def placed(setting: Setting, zone: Zone, modalities: Iterable[str]) -> tuple[Verdict, ...]:
    """What the placement rules say of `modalities` in one zone."""
    return tuple(
        verdict
        for modality in modalities
        for verdict in placement_verdicts(setting.answers, modality, zone, setting.facts)
    )


def admitted(setting: Setting, zone: Zone, modalities: Iterable[str]) -> Outcome:
    """The worst verdict of the placement rules on `modalities` in one zone."""
    return worst(placed(setting, zone, modalities))


def best_offer(setting: Setting, modalities: Sequence[str]) -> Offer | None:
    """The cheapest offer for the project that `modalities` may use; None without one."""
    for allowed in PREFERRED[:-1]:
        among = [o for o in setting.offers if admitted(setting, o, modalities) == allowed]
        plan = rented_plan(setting, among)
        if plan is not None:
            return plan.offer
    return None


def backup_offer(setting: Setting) -> Offer | None:
    """The cheapest offer that every modality may use, for shortages and the wait for servers."""
    return best_offer(setting, setting.answers.modalities)


def best_service(work: ModalityWork, setting: Setting) -> ApiPrice | None:
    """The cheapest service for one modality: one that passes, else unverified, else any."""
    known = setting.likely.known

    def order(service: ApiPrice) -> tuple[int, float]:
        outcome = admitted(setting, service, [work.modality])
        usd = usd_per_item(service, work) * pinning(service, known, pinned=setting.pinned)
        return PREFERRED.index(outcome), float(usd[0])

    return min(services_for(work, setting.facts), key=order, default=None)


def fit(setting: Setting, accelerators: Iterable[str]) -> Verdict:
    """Whether the work can be sized, and its models fit one of `accelerators`."""
    if setting.unsized:
        return constraints.measured(setting.unsized)
    if any(key in setting.planned for key in accelerators):
        return constraints.fit(())
    return constraints.fit(setting.answers.modalities)


def unplanned(fitting: Verdict) -> tuple[Verdict, ...]:
    """Why there is no plan: the models fit nowhere, or no machine that holds them will do."""
    return (fitting,) if fitting.outcome == "fail" else (constraints.no_machine(),)


def powered(setting: Setting, plans: Sequence[Plan]) -> Plan | None:
    """The cheapest plan whose servers the site can power; else the cheapest of all."""
    fitting = [plan for plan in plans if power(setting, plan).outcome != "fail"]
    return cheapest_plan(setting, fitting or plans)


def power(setting: Setting, plan: Plan) -> Verdict:
    """Whether the place can power the servers of `plan`.

    Raises:
        ValueError: the plan owns none.
    """
    if plan.owned is None:
        message = "An owned plan needs servers."
        raise ValueError(message)
    owned = plan.owned
    return constraints.power(setting.answers, owned.place, owned.server, owned.servers_by_year[-1])
