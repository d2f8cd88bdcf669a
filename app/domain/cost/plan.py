"""One option put together: which machines, and every payment they cause.

The plan is made in the likely world and then priced in all of them: which offer to rent,
which server to buy and how many do not depend on the draw, only the bill does.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from app.domain.cost.ledger import Ledger
from app.domain.cost.managed import charge_services
from app.domain.cost.owned import (
    OwnedPlan,
    charge_disks,
    charge_hardware,
    charge_upkeep,
    owned_plan,
    utilisation,
)
from app.domain.cost.people import charge_second_platform, charge_staff
from app.domain.cost.rented import (
    HOURS_PER_MONTH,
    Reservation,
    charge_bridge,
    charge_egress,
    charge_on_demand,
    charge_reserved,
    charge_shortage,
    charge_storage,
    reserved_accelerators,
)
from app.domain.cost.setting import Setting
from app.domain.cost.support import Bill, charge_support
from app.domain.demand.fleet import Fleet
from app.domain.demand.serving import spec_ratio
from app.domain.facts import ApiPrice, Offer, Provider, Server
from app.domain.known import Known
from app.domain.options import OwnedPlace
from app.domain.worlds import Array, Range

Machine = TypeVar("Machine")

# An owned fleet that rents more of its work than this runs a second platform, planned or not.
_OCCASIONAL = 0.05
# A hybrid's base is searched server by server up to this many, then in equal steps.
_MOST_TRIED = 24


@dataclass(frozen=True)
class Plan:
    """Which machines or services an option uses; the same in every world.

    Attributes:
        offer: what is rented: everything, the peaks, or only shortages and the wait for
            servers; None where no rented zone is admissible.
        owned: the servers bought; None when all is rented.
        reservation: how the rented part is paid when not on demand.
        is_hybrid: whether the peaks are meant to be rented.
        bridges: whether rented machines serve until the servers stand.
        services: modality → the vendor's model that does its work; empty when models are
            run on machines.
    """

    offer: Offer | None
    owned: OwnedPlan | None
    reservation: Reservation | None = None
    is_hybrid: bool = False
    bridges: bool = False
    services: tuple[tuple[str, ApiPrice], ...] = ()


@dataclass(frozen=True)
class Costing:
    """A plan priced over the worlds.

    Attributes:
        fleet: the workload on the plan's accelerator (the owned one where there is one); for
            services, on one that stands in for the vendor's.
        owned_share: share of the work done on owned machines, shape (worlds,).
        unserved_share: share of the work with neither own nor rented capacity, (worlds,).
        used_share: busy over paid accelerator-hours, shape (worlds,); not a number for
            services, which are paid by the item.
        rented_hours: accelerator-hours paid for over the horizon, shape (worlds,).
    """

    plan: Plan
    ledger: Ledger
    fleet: Fleet
    owned_share: Array
    unserved_share: Array
    used_share: Array
    rented_hours: Array


def rented_plan(setting: Setting, offers: Iterable[Offer]) -> Plan | None:
    """The offer with the lowest expected net present value among those quick enough.

    None where no offered machine holds the models. One that misses a latency target is taken
    only where all of these offers do: a soft target costs points, rule V9 judges a hard one.
    """
    able = [o for o in offers if setting.runs_on(o.accelerator, o.per_machine)]
    usable = _quick(setting, able, lambda offer: offer.accelerator)
    return cheapest_plan(setting, [Plan(offer, None) for offer in _cheapest_regions(usable)])


def _quick(
    setting: Setting, able: Sequence[Machine], accelerator: Callable[[Machine], str]
) -> Sequence[Machine]:
    """Those that meet the latency targets; all where none does."""
    quick = [machine for machine in able if accelerator(machine) in setting.quick_enough]
    return quick or able


def _cheapest_regions(offers: Iterable[Offer]) -> Iterable[Offer]:
    """Of each provider's machine only its cheapest region: the others cannot win."""
    cheapest: dict[tuple[str, str, float, float], Offer] = {}
    for offer in offers:
        key = (offer.provider, offer.accelerator, offer.unit, offer.per_machine)
        if _hourly(offer) < _hourly(cheapest.get(key)):
            cheapest[key] = offer
    return cheapest.values()


def _hourly(offer: Offer | None) -> float:
    return math.inf if offer is None or offer.usd_per_hour is None else offer.usd_per_hour


def reserved_plan(
    setting: Setting, offers: Iterable[Offer], price: Callable[[Offer], Reservation | None]
) -> Plan | None:
    """The reservation with the lowest expected net present value; None where none is published."""
    able = [
        (offer, reservation)
        for offer in offers
        if setting.runs_on(offer.accelerator, offer.per_machine)
        and (reservation := price(offer)) is not None
    ]
    usable = _quick(setting, able, lambda pair: pair[0].accelerator)
    return cheapest_plan(setting, [Plan(offer, None, paid) for offer, paid in usable])


def owned_plans(setting: Setting, place: OwnedPlace, backup: Offer | None) -> Sequence[Plan]:
    """For every server on sale that will do, the whole planned fleet, owned."""
    able = [s for s in setting.facts.servers if setting.runs_on(s.accelerator, s.accelerators)]
    return [
        Plan(
            backup,
            owned_plan(
                server,
                place,
                setting.planned[server.accelerator],
                spare_servers(setting, server),
            ),
            bridges=backup is not None,
        )
        for server in _quick(setting, able, lambda server: server.accelerator)
    ]


# A promise of availability in words → as a share of the time.
_PROMISED = {"p99": 0.99, "p99_5": 0.995, "p99_9": 0.999, "p99_95": 0.9995, "p99_99": 0.9999}


def spare_servers(setting: Setting, server: Server) -> int:
    """Servers beyond the load, so that enough are up for the promised share of the time.

        least s with P(at least n of n + s servers are up) >= promised,  servers independent

    Without a promise one covers the loss of one where somebody waits, and none otherwise.
    Validity: failures of servers only; the loss of a site is another matter.
    """
    promised = _PROMISED.get(setting.answers.choice("availability"))
    if promised is None:
        return 1 if setting.workload.is_realtime else 0
    needed = math.ceil(max(setting.planned[server.accelerator]) / server.accelerators)
    up = setting.known.value("availability.server")
    return next(s for s in range(needed + 2) if _enough(needed, s, up) >= promised)


def _enough(needed: int, spares: int, up: float) -> float:
    """Probability that no more than `spares` of `needed + spares` machines are down."""
    every = needed + spares
    return sum(
        math.comb(every, down) * (1.0 - up) ** down * up ** (every - down)
        for down in range(spares + 1)
    )


def hybrid_plans(
    setting: Setting,
    place: OwnedPlace,
    burst: Offer,
    base: Callable[[str], Sequence[int]],
) -> Sequence[Plan]:
    """Bases up to the whole planned fleet, with `burst` for the rest.

    Args:
        base: accelerator → how many must be owned each year, because their work may not
            leave; empty when all of it may.
    """
    plans: list[Plan] = []
    for whole in owned_plans(setting, place, burst):
        if whole.owned is None:
            continue
        spares = whole.owned.spares
        most = whole.owned.servers_by_year[-1] - spares
        least = _least_servers(whole.owned.server, base(whole.owned.server.accelerator))
        for count in _counts(least, most):
            servers = tuple(
                min(count, planned - spares) + spares for planned in whole.owned.servers_by_year
            )
            smaller = replace(whole.owned, servers_by_year=servers)
            plans.append(Plan(burst, smaller, is_hybrid=True, bridges=True))
    return plans


def _least_servers(server: Server, base: Sequence[int]) -> int:
    return max(1, math.ceil(max(base, default=0) / server.accelerators))


def _counts(least: int, most: int) -> Sequence[int]:
    if most <= least:
        return [least]
    steps = min(most - least + 1, _MOST_TRIED)
    return sorted({round(x) for x in np.linspace(least, most, steps)})


def cheapest_plan(setting: Setting, plans: Sequence[Plan]) -> Plan | None:
    """The plan with the lowest expected net present value; None of none."""
    return min(plans, key=lambda plan: expected_npv(setting, plan), default=None)


def expected_npv(setting: Setting, plan: Plan) -> float:
    """Mean net present value over the trial worlds, missing prices at their stand-in, USD.

    Machines are sized on the likely demand but chosen on what they cost on average: one that
    is cheapest only when everything goes as planned is no bargain.
    """
    trial = setting.trial
    if plan not in trial.expected_npvs:
        trial.expected_npvs[plan] = float(costing(trial, plan).ledger.ranked_npv.mean())
    return trial.expected_npvs[plan]


def costing(setting: Setting, plan: Plan) -> Costing:
    """Every payment that `plan` causes, over the worlds of `setting`."""
    ledger = setting.ledger()
    if plan.services:
        return _managed_costing(setting, plan, ledger)
    if plan.owned is None:
        return _rented_costing(setting, plan, ledger)
    return _owned_costing(setting, plan, plan.owned, ledger)


def _managed_costing(setting: Setting, plan: Plan, ledger: Ledger) -> Costing:
    works = {m.modality: m for m in setting.workload.modalities}
    bills = dict[str, Bill]()
    growth = setting.workload.growth
    for modality, price in plan.services:
        before = ledger.monthly_cash
        work = [(works[modality], price)]
        charge_services(ledger, work, growth, setting.known, pinned=setting.pinned)
        biller = setting.facts.providers.get(price.billed_by)
        _put_on_bill(bills, biller, price.vendor, ledger.monthly_cash - before)
    keeper, geography = setting.cheapest_store
    before = ledger.monthly_cash
    charge_storage(ledger, setting.stored_gb, keeper, geography, setting.dearest_storage)
    charge_egress(ledger, setting.leaving_gb, keeper, setting.dearest_egress)
    _put_on_bill(bills, keeper, keeper.name, ledger.monthly_cash - before)
    charge_support(ledger, tuple(bills.values()), setting.known)
    nobody = np.zeros(ledger.months)
    charge_staff(ledger, nobody, setting.answers, setting.known, "staff.api_platform_fte")
    none = np.zeros(setting.worlds.count)
    fleet = setting.fitting_fleet(setting.stand_in)
    return Costing(plan, ledger, fleet, none, none, np.full_like(none, np.nan), none)


def _put_on_bill(bills: dict[str, Bill], biller: Provider | None, vendor: str, usd: Array) -> None:
    """Add `usd` (worlds, months) to the one bill of an account: support is sold by the account."""
    name, support = (biller.name, biller.support) if biller else (vendor, None)
    before = bills.get(name)
    bills[name] = Bill(name, usd if before is None else before.usd + usd, support)


def plan_accelerator(plan: Plan, setting: Setting) -> str:
    """The accelerator that the work is shown on: owned, rented, or standing in for a vendor's."""
    if plan.owned is not None:
        return plan.owned.server.accelerator
    return plan.offer.accelerator if plan.offer is not None else setting.stand_in


def _rented_costing(setting: Setting, plan: Plan, ledger: Ledger) -> Costing:
    offer = _offer(plan)
    fleet = setting.fitting_fleet(offer.accelerator)
    known = setting.known
    hours = fleet.billed_hours(HOURS_PER_MONTH, offer.unit)
    if plan.reservation is None:
        charge_on_demand(ledger, fleet, offer, known)
    else:
        planned = setting.planned[offer.accelerator]
        charge_reserved(ledger, fleet, planned, offer, plan.reservation, known)
        by_month = reserved_accelerators(planned, offer, plan.reservation, ledger.months)
        hours = np.broadcast_to(HOURS_PER_MONTH * by_month[None, :], hours.shape)
    provider = setting.provider(offer)
    charge_storage(ledger, setting.stored_gb, provider, offer.geography, setting.dearest_storage)
    charge_egress(ledger, setting.leaving_gb, provider, setting.dearest_egress)
    charge_support(ledger, [Bill(provider.name, ledger.monthly_cash, provider.support)], known)
    charge_staff(ledger, np.zeros(ledger.months), setting.answers, known)
    none = np.zeros(known.worlds.count)
    busy = HOURS_PER_MONTH * fleet.busy().sum(axis=1)
    return Costing(plan, ledger, fleet, none, none, busy / hours.sum(axis=1), hours.sum(axis=1))


def _owned_costing(setting: Setting, plan: Plan, owned: OwnedPlan, ledger: Ledger) -> Costing:
    known, answers = setting.known, setting.answers
    fleet = setting.fitting_fleet(owned.server.accelerator)
    charge_hardware(ledger, owned, known)
    site = answers.choice("site.type")
    charge_upkeep(ledger, owned, fleet, site, setting.country, known)
    charge_disks(ledger, setting.stored_gb, known)
    working = owned.working_accelerators(ledger.months)
    standing = owned.standing(ledger.months) * owned.server.accelerators
    charge_staff(ledger, standing, answers, known)
    if plan.offer is not None:
        _charge_rented_part(setting, plan, plan.offer, fleet, working, ledger)
    short = _rented_share(fleet, working)
    found = known.share("burst.availability") if plan.offer is not None else 0.0
    used = utilisation(owned, fleet, known).mean(axis=1)
    hours = HOURS_PER_MONTH * short * fleet.busy().sum(axis=1) / fleet.realtime_autoscale
    return Costing(
        plan,
        ledger,
        fleet,
        owned_share=1.0 - short,
        unserved_share=short * (1.0 - found),
        used_share=used,
        rented_hours=hours if plan.offer is not None else np.zeros_like(hours),
    )


def _charge_rented_part(
    setting: Setting, plan: Plan, offer: Offer, fleet: Fleet, working: Array, ledger: Ledger
) -> None:
    """Enter the rent beside owned servers: peaks or shortages, and the wait for delivery."""
    known, provider = setting.known, setting.provider(offer)
    rented = setting.fitting_fleet(offer.accelerator)
    exchange = _exchange(rented, fleet)
    before = ledger.monthly_cash
    charge_shortage(ledger, fleet, working, offer, exchange, known)
    weeks = bridge_weeks(setting, plan)
    if plan.bridges and weeks.any():
        charge_bridge(ledger, rented, weeks, offer, known)
    share = _rented_share(fleet, working)
    always = np.full(known.worlds.count, plan.is_hybrid)
    needed = (always | (share > _OCCASIONAL)).astype(np.float64)
    if needed.any():
        leaving = setting.leaving_gb * (share * needed)[:, None]
        charge_egress(ledger, leaving, provider, setting.dearest_egress)
    bill = ledger.monthly_cash - before
    charge_support(ledger, [Bill(provider.name, bill, provider.support)], known)
    if needed.any():
        price = setting.stored_gb * setting.dearest_storage
        charge_second_platform(ledger, needed, price, setting.answers, known)


def _rented_share(fleet: Fleet, working: Array) -> Array:
    """Share of the work above the owned capacity, shape (worlds,)."""
    result: Array = fleet.overflow(fleet.cap * working).sum(axis=1) / fleet.busy().sum(axis=1)
    return result


def _exchange(rented: Fleet, owned: Fleet) -> Array:
    """Rented accelerators that do the work of one owned accelerator, shape (worlds,)."""
    result: Array = rented.busy()[:, 0] / owned.busy()[:, 0]
    return result


def lead_weeks(setting: Setting, plan: Plan) -> Array:
    """Weeks until own servers, or rented ones where there are none, serve; shape (worlds,).

    A small rented fleet is there in the weeks of its kind of provider; a very large one is
    contracted like owned servers; between, the weeks grow with the logarithm of its size.
    """
    known = setting.known
    if plan.services:
        return known.positive("lead.managed_api_weeks")
    owned_weeks = known.positive("lead.owned_weeks")
    if plan.owned is None:
        offer = _offer(plan)
        few = known.positive(f"lead.{offer.kind}_weeks")
        large = largeness(order_size(setting, offer.accelerator), known)
        result: Array = few ** (1.0 - large) * np.maximum(owned_weeks, few) ** large
        return result
    if plan.owned.place == "colocation" and setting.answers.choice("site.type") != "colocation":
        return owned_weeks + known.positive("lead.colocation_contract_weeks")
    return owned_weeks


def order_size(setting: Setting, accelerator: str) -> float:
    """The planned fleet of the first year in H100s' worth of work: small cards count less."""
    likely = setting.facts.accelerators
    ratio = spec_ratio(likely[accelerator], likely["H100"])
    return setting.planned[accelerator][0] * ratio


def largeness(accelerators: float, known: Known) -> float:
    """0 up to one machine of eight, 1 from where capacity is contracted, logarithmic between."""
    contract = known.value("availability.contract_from_gpus")
    return float(np.clip(np.log(max(accelerators, 1) / 8) / np.log(contract / 8), 0.0, 1.0))


def first_phase_weeks(setting: Setting, plan: Plan) -> Array:
    """Weeks to the first production traffic: of the rented part where there is one; (worlds,)."""
    if plan.is_hybrid and plan.offer is not None:
        return lead_weeks(setting, replace(plan, owned=None))
    return lead_weeks(setting, plan)


def bridge_weeks(setting: Setting, plan: Plan) -> Array:
    """Weeks during which rented machines serve before the servers stand, shape (worlds,).

    From the date needed on; a hybrid starts on its rented part as soon as that is ready, and
    pays for it. 0 without a date.
    """
    if plan.is_hybrid:
        ahead = lead_weeks(setting, plan) - first_phase_weeks(setting, plan)
        return np.maximum(ahead, 0.0)
    wanted = setting.answers.optional_quantity("needed_in_weeks")
    if wanted is None:
        return np.zeros(setting.worlds.count)
    return np.maximum(lead_weeks(setting, plan) - wanted.likely, 0.0)


def weeks_range(weeks: Array) -> Range:
    """Tenth percentile, median and ninetieth percentile of `weeks`."""
    low, likely, high = np.percentile(weeks, [10, 50, 90])
    return Range(float(low), float(likely), float(high))


def _offer(plan: Plan) -> Offer:
    if plan.offer is None:
        message = "A rented plan needs an offer."
        raise ValueError(message)
    return plan.offer
