"""What the placement rules say of zones, and what is chosen among those they admit.

A plan is chosen among what is admissible; where nothing is, the cheapest plan is kept all the
same, so that the page can say what the option would cost and which rule excludes it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from app.domain import constraints
from app.domain.constraints import Verdict, Zone, placement_verdicts, traits
from app.domain.cost.managed import pinning, services_for, usd_per_item
from app.domain.cost.owned import OwnedPlan
from app.domain.cost.plan import Plan, cheapest_plan, rented_plan
from app.domain.cost.setting import Setting
from app.domain.demand.workload import ModalityWork
from app.domain.facts import ApiPrice, Offer
from app.domain.options import Option
from app.domain.rules import Outcome

# How admissible a zone is: it passes, is unverified, or fails this many rules and one more.
PASSES, UNVERIFIED, FAILS = 0, 1, 2


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


def admission(setting: Setting, zone: Zone, modalities: Iterable[str]) -> int:
    """The rank of a zone for all of `modalities`, lower is better.

    Of those that fail, the one that fails the fewest rules: the least is given up for it.
    """
    found = [_judged(setting, modality, zone) for modality in modalities]
    if failing := frozenset[str]().union(*(rules for _, rules in found)):
        return FAILS + len(failing)
    return UNVERIFIED if any(o == "unverified" for o, _ in found) else PASSES


def _judged(setting: Setting, modality: str, zone: Zone) -> tuple[Outcome, frozenset[str]]:
    """The worst outcome of the placement rules and those that fail; kept, by what tells apart."""
    key = (modality, traits(setting.answers, zone, setting.facts))
    if key not in setting.admissions:
        setting.admissions[key] = constraints.placement_failures(
            setting.answers, modality, zone, setting.facts
        )
    return setting.admissions[key]


def by_admission(
    setting: Setting, offers: Sequence[Offer], modalities: Sequence[str]
) -> Iterator[list[Offer]]:
    """Those of `offers` that are equally admissible for all of `modalities`, the best first."""
    ranks = [admission(setting, offer, modalities) for offer in offers]
    for rank in sorted(set(ranks)):
        yield [offer for offer, its in zip(offers, ranks, strict=True) if its == rank]


def best_offer(setting: Setting, modalities: Sequence[str]) -> Offer | None:
    """The cheapest offer for the project that `modalities` may use; None without one."""
    for among in by_admission(setting, setting.offers, modalities):
        if admission(setting, among[0], modalities) >= FAILS:
            break
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
        usd = usd_per_item(service, work) * pinning(service, known, pinned=setting.pinned)
        return admission(setting, service, [work.modality]), float(usd[0])

    return min(services_for(work, setting.facts), key=order, default=None)


def fit(setting: Setting, accelerators: Iterable[str]) -> Verdict:
    """Whether the work can be sized, and its models fit one of `accelerators`."""
    if setting.unsized:
        return constraints.measured(setting.answers, setting.unsized)
    if any(key in setting.planned for key in accelerators):
        return constraints.fit(setting.answers, ())
    return constraints.fit(setting.answers, setting.answers.modalities)


def unplanned(setting: Setting, fitting: Verdict) -> tuple[Verdict, ...]:
    """Why there is no plan: the models fit nowhere, or no machine that holds them will do."""
    if fitting.outcome == "fail":
        return (fitting,)
    return (constraints.fit(setting.answers, (), runnable=False),)


def powered(setting: Setting, plans: Sequence[Plan]) -> Plan | None:
    """The cheapest plan whose servers the site can power; else the one that lacks the least."""
    fitting = [plan for plan in plans if power(setting, plan).outcome != "fail"]
    if fitting or not plans:
        return cheapest_plan(setting, fitting)
    return min(plans, key=lambda plan: _lacks(setting, plan))


def _lacks(setting: Setting, plan: Plan) -> tuple[int, float, float]:
    """Limits of the site that `plan` exceeds: how many, by how many kW in all and in a rack."""
    owned = _owned(plan)
    free, rack = (
        setting.answers.optional_quantity(path) for path in ("site.free_kw", "site.kw_per_rack")
    )
    each = owned.server.power_kw.value
    total = max(0.0, owned.servers_by_year[-1] * each - (free.likely if free else 0.0))
    one = max(0.0, each - (rack.likely if rack else 0.0))
    return (total > 0) + (one > 0), total, one


def _owned(plan: Plan) -> OwnedPlan:
    """What `plan` buys.

    Raises:
        ValueError: it owns nothing.
    """
    if plan.owned is None:
        message = "An owned plan needs servers."
        raise ValueError(message)
    return plan.owned


def power(setting: Setting, plan: Plan) -> Verdict:
    """Whether the place can power the servers of `plan`, which owns some."""
    owned = _owned(plan)
    return constraints.power(setting.answers, owned.place, owned.server, owned.servers_by_year[-1])
