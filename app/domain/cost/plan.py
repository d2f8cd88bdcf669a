"""One option put together: which machines, and every payment they cause.

The plan is made in the likely world and then priced in all of them: which offer to rent,
which server to buy and how many do not depend on the draw, only the bill does.
"""

import math
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from scipy.special import bdtr

from app.domain.cost.connection import USD_PER_MONTH, charge_connection, uses_connection
from app.domain.cost.contracts import charge_servers
from app.domain.cost.edge import EdgePlan, charge_boxes, sent_share
from app.domain.cost.ledger import Ledger
from app.domain.cost.load_duration import units_to_own
from app.domain.cost.managed import charge_services
from app.domain.cost.owned import (
    OwnedPlan,
    charge_decommissioning,
    charge_disks,
    charge_upkeep,
    owned_plan,
    tariff_figure,
    utilisation,
)
from app.domain.cost.people import (
    charge_moving,
    charge_on_call,
    charge_second_platform,
    charge_staff,
    is_on_call,
)
from app.domain.cost.rented import (
    HOURS_PER_MONTH,
    Reservation,
    Shortage,
    charge_between_zones,
    charge_bridge,
    charge_egress,
    charge_on_demand,
    charge_reserved,
    charge_shortage,
    charge_storage,
    charge_taking_out,
    reserved_accelerators,
)
from app.domain.cost.setting import Setting
from app.domain.cost.standstill import (
    USD_PER_HOUR,
    Standstill,
    as_promised,
    charge_standstill,
    of_own_servers,
    over_parts,
)
from app.domain.cost.support import Bill, charge_support
from app.domain.demand.fleet import Fleet
from app.domain.demand.serving import spec_ratio
from app.domain.facts import ApiPrice, Offer, Provider, Server
from app.domain.known import Known
from app.domain.options import OwnedPlace
from app.domain.questionnaire.answers import Answers
from app.domain.worlds import Array, Range

Machine = TypeVar("Machine")

# An owned fleet that rents more of its work than this runs a second platform, planned or not.
_OCCASIONAL = 0.05
# A hybrid's base is searched server by server up to this many, then around what the load says.
_MOST_TRIED = 16
# From and up to which multiple of that base: worlds with less load leave it idle, so rather below.
_NEAR = (0.6, 1.2)
# Where it is planned again and again, this many in equal steps.
_FEW = 8
# A reservation is weighed level by level, in at most this many levels.
_MOST_LEVELS = 64


@dataclass(frozen=True)
class Part:
    """Some kinds of data, wholly in one place, and the plan of their machines or services."""

    modalities: tuple[str, ...]
    plan: "Plan"


@dataclass(frozen=True)
class Plan:
    """Which machines or services an option uses; the same in every world.

    Attributes:
        offer: what is rented: everything, the peaks, or only shortages and the wait for
            servers; None where no rented zone is admissible.
        owned: the servers bought; None when all is rented.
        reservation: how the rented part is paid when not on demand.
        is_hybrid: whether part of the work is meant to be rented or bought for good.
        bridges: whether rented machines serve until the servers stand.
        services: modality → the vendor's model that does its work; empty when models are
            run on machines.
        stays: of a base with rented peaks, the kinds of data whose peaks may not be rented.
        parts: of a split by kind of data, one for each place; what is owned, rented and bought
            in them stands above as well.
        edge: what is prepared at the devices where it arises; None for nothing.
    """

    offer: Offer | None
    owned: OwnedPlan | None
    reservation: Reservation | None = None
    is_hybrid: bool = False
    bridges: bool = False
    services: tuple[tuple[str, ApiPrice], ...] = ()
    stays: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    edge: EdgePlan | None = None

    @property
    def is_managed(self) -> bool:
        """Whether no model is run on machines of one's own or rented ones."""
        return bool(self.services) and self.owned is None and self.offer is None


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
        rented_hours: hours of rented accelerators paid for over the horizon, in the kind that is
            rented, shape (worlds,).
        parts: of a split, each part with the project as far as it concerns that part.
    """

    plan: Plan
    ledger: Ledger
    fleet: Fleet
    owned_share: Array
    unserved_share: Array
    used_share: Array
    rented_hours: Array
    parts: tuple[tuple[Setting, "Costing"], ...] = ()


def rented_plan(
    setting: Setting, offers: Iterable[Offer], edge: EdgePlan | None = None
) -> Plan | None:
    """The offer with the lowest expected net present value among those quick enough.

    None where no offered machine holds the models. One that misses a latency target is taken
    only where all of these offers do: a soft target costs points, rule V9 judges a hard one.

    Args:
        edge: what is prepared before it is sent there; None for nothing.
    """
    able = [o for o in offers if setting.runs_on(o.accelerator, o.per_machine)]
    usable = _quick(setting, able, lambda offer: offer.accelerator)
    whole = Plan(None, None, is_hybrid=edge is not None, edge=edge)
    plans = [replace(whole, offer=offer) for offer in _cheapest_regions(usable)]
    return cheapest_plan(setting, plans)


def _quick(
    setting: Setting, able: Sequence[Machine], accelerator: Callable[[Machine], str]
) -> Sequence[Machine]:
    """Those that meet the latency targets, as far as any of these does."""
    quick = setting.quick_among(accelerator(machine) for machine in able)
    return [machine for machine in able if accelerator(machine) in quick]


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
    """The reservation with the lowest expected net present value; None where none is published.

    Of the whole planned fleet, or of the base that is worth it with the rest rented on demand.
    """
    able = [
        (offer, reservation)
        for offer in offers
        if setting.runs_on(offer.accelerator, offer.per_machine)
        and (reservation := price(offer)) is not None
    ]
    usable = _quick(setting, able, lambda pair: pair[0].accelerator)
    plans = [
        Plan(offer, None, reserved)
        for offer, paid in usable
        for reserved in dict.fromkeys(
            (paid, replace(paid, base=worth_reserving(setting, offer, paid)))
        )
    ]
    return cheapest_plan(setting, without_dearer(plans))


def without_dearer(plans: Sequence[Plan]) -> Sequence[Plan]:
    """Reservations less those that another of the same machines and base undercuts, in order.

    They differ in two prices alone: a lower one around the clock and one on demand that is not
    higher make every payment that depends on them lower, so that the other is never the cheapest.
    """
    alike: dict[Hashable, list[tuple[float, float]]] = {}
    for plan in plans:
        alike.setdefault(_but_prices(plan), []).append(_prices(plan))
    return [plan for plan in plans if not _is_dearer(_prices(plan), alike[_but_prices(plan)])]


def _is_dearer(prices: tuple[float, float], others: Iterable[tuple[float, float]]) -> bool:
    reserved, hourly = prices
    return any(other < reserved and listed <= hourly for other, listed in others)


def _prices(plan: Plan) -> tuple[float, float]:
    """USD per accelerator-hour around the clock and on demand."""
    reservation = plan.reservation
    return (reservation.usd_per_hour if reservation else math.inf), _hourly(plan.offer)


def _but_prices(plan: Plan) -> Hashable:
    """All of a reservation that its cost depends on, but for the two prices.

    A surveyed price is drawn, whatever is published, so that nothing undercuts it.
    """
    offer, paid = _offer(plan), plan.reservation
    if paid is None or paid.figure is not None:
        return offer, paid
    machine = (offer.provider, offer.kind, offer.accelerator, offer.unit, offer.per_machine)
    return machine, offer.geography, paid.years, paid.seller, paid.unit, paid.base


def worth_reserving(setting: Setting, offer: Offer, paid: Reservation) -> tuple[int, ...]:
    """Accelerators of `offer` worth reserving in each year, by `units_to_own`; never fewer later.

    A lot is worth a price around the clock where it saves enough hours on demand. At least what
    is kept ready is reserved, and at least one lot. Empty where nothing is sold on demand.
    """
    likely, usd = setting.likely, offer.usd_per_hour
    if usd is None:
        return ()
    fleet, months = likely.fitting_fleet(offer.accelerator), likely.workload.months
    planned = likely.planned[offer.accelerator]
    lot = max(offer.unit, paid.unit)
    step = lot * math.ceil(max(planned) / lot / _MOST_LEVELS)
    levels = math.ceil(max(planned) / step)
    # the offers of one accelerator differ in price, not in what a lot of it saves
    key = (offer.accelerator, step, levels)
    if key not in likely.saved_hours:
        likely.saved_hours[key] = _saved_hours(fleet, step, levels)
    saved = likely.saved_hours[key]
    fixed = HOURS_PER_MONTH * step * paid.usd_per_hour
    least = max(lot, math.ceil(fleet.warm_floor / lot) * lot)
    counts = [least]
    for first in range(0, months, 12):
        year = saved[:, first : first + 12]
        worth = step * units_to_own(year.sum(axis=1), fixed * year.shape[1], usd)
        counts.append(max(counts[-1], math.ceil(worth)))
    return tuple(int(n) for n in counts[1:])


def owned_plans(setting: Setting, place: OwnedPlace, backup: Offer | None) -> Sequence[Plan]:
    """For every server on sale, or quoted, that will do, the whole planned fleet, owned."""
    quoted = setting.payment.accelerator
    able = [
        s
        for s in setting.facts.servers
        if setting.runs_on(s.accelerator, s.accelerators) and quoted in ("", s.accelerator)
    ]
    return [
        Plan(
            backup,
            owned_plan(
                server,
                place,
                setting.planned[server.accelerator],
                spare_servers(setting, server),
                setting.owned_gpus,
                setting.payment,
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
    return float(bdtr(spares, needed + spares, 1.0 - up))


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
        most = whole.owned.servers_by_year[-1] - whole.owned.spares
        least = _least_servers(whole.owned.server, base(whole.owned.server.accelerator))
        for count in _counts(setting, whole, least, most):
            base_of = _with_base(whole.owned, count)
            plans.append(Plan(burst, base_of, is_hybrid=True, bridges=True))
    return plans


def other_bases(setting: Setting, plan: Plan) -> Sequence[Plan]:
    """A base with rented peaks in other sizes, `plan` among them; any other plan alone.

    Not smaller than it is where some work may not leave.
    """
    owned = plan.owned
    if owned is None or not plan.is_hybrid or plan.parts:
        return [plan]
    planned = setting.planned[owned.server.accelerator]
    whole = owned_plan(
        owned.server, owned.place, planned, owned.spares, setting.owned_gpus, owned.payment
    )
    base = owned.servers_by_year[-1] - owned.spares
    counts = _evenly(base if plan.stays else 1, whole.servers_by_year[-1] - owned.spares, _FEW)
    return [plan, *(replace(plan, owned=_with_base(whole, n)) for n in counts if n != base)]


def _with_base(whole: OwnedPlan, count: int) -> OwnedPlan:
    """At most `count` servers that work, and the spares."""
    spares = whole.spares
    servers = tuple(min(count, planned - spares) + spares for planned in whole.servers_by_year)
    return replace(whole, servers_by_year=servers)


def _least_servers(server: Server, base: Sequence[int]) -> int:
    return max(1, math.ceil(max(base, default=0) / server.accelerators))


def _counts(setting: Setting, whole: Plan, least: int, most: int) -> Sequence[int]:
    """Bases to compare: every one of a few, else those around the load-duration rule's."""
    if most - least < _MOST_TRIED:
        return range(least, max(least, most) + 1)
    middle = _base_by_rule(setting.likely, whole, least, most)
    near = np.linspace(_NEAR[0] * middle, _NEAR[1] * middle, _MOST_TRIED - 2)
    return sorted({least, most, *(int(np.clip(round(n), least, most)) for n in near)})


def _base_by_rule(likely: Setting, whole: Plan, least: int, most: int) -> int:
    """Servers worth owning in the likely world by `units_to_own`, spares aside.

    A server's fixed cost is what one more costs between the ends, rent apart; its level of the
    load is what would be rented without it. Growth, discounting and people couple the levels a
    little: the rule says where to look, the trial worlds decide.
    """
    if whole.owned is None or whole.offer is None:
        return most
    owned, offer = whole.owned, whole.offer
    fleet = likely.fitting_fleet(owned.server.accelerator)
    rented = likely.fitting_fleet(offer.accelerator)
    saved = _saved_hours(fleet, owned.server.accelerators, most).sum(axis=1)
    hours = saved * float(exchange(rented, fleet)[0])
    ends = [_without_rent(likely, whole, owned, count) for count in (least, most)]
    fixed = (ends[1] - ends[0]) / (most - least)
    return units_to_own(hours, fixed, offer.usd_per_hour or 0.0)


def _saved_hours(fleet: Fleet, step: float, levels: int) -> Array:
    """Hours on demand that each `step` of accelerators saves, in the likely world.

    Of the kind of `fleet`, shape (levels, months); the first step saves the most.
    """
    months = np.ones(fleet.workload.months)
    above = [fleet.overflow(fleet.cap * step * n * months)[0] for n in range(levels + 1)]
    result: Array = -np.diff(above, axis=0) * HOURS_PER_MONTH / float(fleet.realtime_autoscale[0])
    return result


def _without_rent(likely: Setting, whole: Plan, owned: OwnedPlan, count: int) -> float:
    """What a base of `count` servers costs undiscounted, the rent above it left out, USD."""
    plan = replace(whole, owned=_with_base(owned, count), is_hybrid=True)
    ledger = costing(likely, plan).ledger
    return float(ledger.undiscounted[0] - ledger.lines["shortage"].undiscounted[0])


def _evenly(least: int, most: int, tried: int) -> Sequence[int]:
    """At most `tried` bases from `least` to `most`, in equal steps."""
    if most <= least:
        return [least]
    steps = min(most - least + 1, tried)
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
    if plan.parts:
        priced = _split_costing(setting, plan, ledger)
    else:
        priced = _machines_costing(setting, plan, ledger)
        _charge_people(setting, plan, ledger)
        _charge_second_platform(setting, ledger, _side_by_side(plan, 1.0 - priced.owned_share))
    _charge_connection(setting, plan, ledger)
    if setting.answers.is_given(USD_PER_HOUR):
        charge_standstill(ledger, standstill(setting, priced), setting.answers, setting.known)
    return priced


def _charge_connection(setting: Setting, plan: Plan, ledger: Ledger) -> None:
    if setting.answers.is_given(USD_PER_MONTH) and needs_connection(plan, setting.answers):
        charge_connection(ledger, setting.answers, setting.known)


def needs_connection(plan: Plan, answers: Answers) -> bool:
    """Whether a plan needs the connection of the site: it stands there, or works for it."""
    plans = [plan, *(part.plan for part in plan.parts)]
    stands_there = any(p.owned is not None and p.owned.place == "own_site" for p in plans)
    return uses_connection(answers, stands_there=stands_there)


def standstill(setting: Setting, priced: Costing) -> Standstill:
    """Share of the service that a priced plan loses to standstill."""
    plan = priced.plan
    if plan.parts:
        shares = work_shares(setting, setting.fitting_fleet(setting.stand_in), plan)
        parts = [standstill(part, of_part) for part, of_part in priced.parts]
        return Standstill.of_parts(shares, parts)
    if plan.owned is None:
        return _standstill_elsewhere(setting, plan)
    site = setting.answers.choice("site.type")
    own = of_own_servers(plan.owned, setting.workload.months, site, setting.known)
    if not plan.is_hybrid:  # what it rents are shortages, and nobody stands still without them
        return own
    shares = [priced.owned_share, 1.0 - priced.owned_share]
    return Standstill.of_parts(shares, [own, _standstill_elsewhere(setting, plan)])


def _standstill_elsewhere(setting: Setting, plan: Plan) -> Standstill:
    """What is bought or rented, as promised: over zones where two machines or more run there.

    Services of several vendors are all needed: the lowest promise counts.
    """
    if plan.is_managed:
        vendors = {f"uptime.vendor.{price.vendor.lower()}" for _, price in plan.services}
        return as_promised(sorted(vendors), setting.known)
    offer = _offer(plan)
    most = max(setting.planned[offer.accelerator])
    has_zones = setting.provider(offer).between_zones_usd_per_gb is not None
    over_zones = has_zones and setting.workload.is_realtime and most >= 2 * offer.unit
    spread = "zones" if over_zones else "machine"
    return as_promised([f"uptime.provider.{offer.provider}.{spread}"], setting.known)


def _machines_costing(setting: Setting, plan: Plan, ledger: Ledger) -> Costing:
    """What machines or services cost, without people and the price of a second platform."""
    if plan.is_managed:
        return _managed_costing(setting, plan, ledger)
    if plan.edge is not None:
        _charge_devices(setting, plan.edge, ledger)
    if plan.owned is None:
        return _rented_costing(setting, plan, ledger)
    return _owned_costing(setting, plan, plan.owned, ledger)


def _charge_devices(setting: Setting, edge: EdgePlan, ledger: Ledger) -> None:
    """Enter the boxes at the devices, and the disks of what is kept there."""
    known = setting.known
    charge_boxes(ledger, edge, tariff_figure(setting.country, known), known)
    if edge.at_places:
        charge_disks(ledger, setting.part(edge.at_places).stored_gb, known)


def _stored_in_cloud(setting: Setting, plan: Plan) -> Array:
    """GB kept in the cloud at the end of each month, shape (worlds, months).

    What arises at places with boxes is kept there; of what end users prepare, what they send.
    """
    stored = setting.stored_gb
    works = {m.modality: m for m in setting.workload.modalities}
    for modality in plan.edge.modalities if plan.edge is not None else ():
        elsewhere = setting.part((modality,)).stored_gb
        if plan.edge is not None and modality not in plan.edge.at_places:
            kept_back = 1.0 - sent_share(works[modality], setting.answers, setting.known)
            elsewhere = elsewhere * kept_back[:, None]
        stored = stored - elsewhere
    return np.maximum(stored, 0.0)


def side_npv(setting: Setting, plan: Plan) -> float:
    """What one side of a split adds to it: expected net present value over the trial worlds, USD.

    People come with the owned side, which every split has; moving and a second platform cost the
    same whoever is where, and are left out.
    """
    trial = setting.trial
    ledger = trial.ledger()
    _machines_costing(trial, plan, ledger)
    if plan.owned is not None:
        charge_staff(ledger, _standing(plan, ledger), trial.answers, trial.known)
    return float(ledger.ranked_npv.mean())


def _charge_people(setting: Setting, plan: Plan, ledger: Ledger) -> None:
    """Enter who runs the platform and the machines, and moving there and away again."""
    key = "staff.api_platform_fte" if plan.is_managed else "staff.platform_fte"
    charge_staff(ledger, _standing(plan, ledger), setting.answers, setting.known, key)
    _charge_moves(setting, plan, ledger)


def _standing(plan: Plan, ledger: Ledger) -> Array:
    """Owned accelerators in each month, shape (months,)."""
    if plan.owned is None:
        return np.zeros(ledger.months)
    return plan.owned.standing(ledger.months) * plan.owned.server.accelerators


def _side_by_side(plan: Plan, rented_share: Array) -> Array:
    """1 in worlds where owned and rented machines run side by side for good, shape (worlds,)."""
    if plan.is_hybrid:
        return np.ones_like(rented_share)
    owns_and_rents = plan.owned is not None and plan.offer is not None
    return (owns_and_rents & (rented_share > _OCCASIONAL)).astype(np.float64)


def _charge_second_platform(setting: Setting, ledger: Ledger, needed: Array) -> None:
    if needed.any():
        price = setting.stored_gb * setting.dearest_storage
        charge_second_platform(ledger, needed, price, setting.answers, setting.known)


def _split_costing(setting: Setting, plan: Plan, ledger: Ledger) -> Costing:
    """Every part in the one ledger, one team of people and the second platform.

    The work of the parts is compared on one accelerator, by mean load.
    """
    parts = []
    formulas = dict[str, dict[str, None]]()
    for p in plan.parts:
        part = part_setting(setting, p)
        parts.append((part, _machines_costing(part, p.plan, ledger)))
        for key, line in ledger.lines.items():
            formulas.setdefault(key, {})[line.formula] = None
    for key, said in formulas.items():
        ledger.lines[key].formula = "; and ".join(said)
    _charge_people(setting, plan, ledger)
    nobody = np.zeros(setting.worlds.count)
    _charge_second_platform(setting, ledger, np.ones_like(nobody))
    fleet = setting.fitting_fleet(setting.stand_in)
    shares = work_shares(setting, fleet, plan)
    return Costing(
        plan,
        ledger,
        setting.fitting_fleet(plan_accelerator(plan, setting)),
        owned_share=over_parts(shares, [c.owned_share for _, c in parts]),
        unserved_share=over_parts(shares, [c.unserved_share for _, c in parts]),
        used_share=next(c.used_share for _, c in parts if c.plan.owned is not None),
        rented_hours=sum((c.rented_hours for _, c in parts), nobody),
        parts=tuple(parts),
    )


def part_setting(setting: Setting, part: Part) -> Setting:
    """The project as far as it concerns one part.

    Where answers of several kinds meet in one request, they meet on the owned side.
    """
    is_rented = part.plan.owned is None and part.plan.offer is not None
    return setting.part(part.modalities, sends_answers=setting.answers_meet and is_rented)


def work_shares(setting: Setting, fleet: Fleet, plan: Plan) -> list[Array]:
    """Share of the mean load that each part of a split does, shape (worlds,) each."""
    every = {load.modality.modality: load.load for load in fleet.loads}
    loads = []
    for part in plan.parts:
        served = np.sum([every[m] for m in part.modalities], axis=0)
        trains = setting.part(part.modalities).workload.trains
        loads.append(served + (fleet.training_load if trains else 0.0))
    total = np.sum(loads, axis=0)
    return [load / total for load in loads]


def _managed_costing(setting: Setting, plan: Plan, ledger: Ledger) -> Costing:
    works = {m.modality: m for m in setting.workload.modalities}
    bills = dict[str, Bill]()
    growth = setting.workload.growth
    for modality, price in plan.services:
        before = ledger.running.copy()
        work = [(works[modality], price)]
        charge_services(ledger, work, growth, setting.known, pinned=setting.pinned)
        biller = setting.facts.providers.get(price.billed_by)
        _put_on_bill(bills, biller, price.vendor, ledger.running - before)
    keeper, geography = setting.cheapest_store
    before = ledger.running.copy()
    charge_storage(ledger, setting.stored_gb, keeper, geography, setting.dearest_storage)
    charge_egress(ledger, setting.leaving_gb, keeper, setting.dearest_egress)
    _put_on_bill(bills, keeper, keeper.name, ledger.running - before)
    charge_support(ledger, tuple(bills.values()), setting.known)
    _charge_taking_out(setting, setting.stored_gb, keeper, ledger)
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
        key = plan.owned.server.accelerator
        return key if not plan.parts or key in setting.planned else setting.stand_in
    return plan.offer.accelerator if plan.offer is not None else setting.stand_in


def _rented_costing(setting: Setting, plan: Plan, ledger: Ledger) -> Costing:
    offer = _offer(plan)
    fleet = setting.fitting_fleet(offer.accelerator)
    known, before = setting.known, ledger.running.copy()
    if plan.reservation is None:
        hours = fleet.billed_hours(HOURS_PER_MONTH, offer.unit)
        may_stop = setting.answers.flag("may_stop") is True
        charge_on_demand(ledger, fleet, offer, known, may_stop=may_stop)
    else:
        planned = setting.planned[offer.accelerator]
        hours = charge_reserved(ledger, fleet, planned, offer, plan.reservation, known)
    provider = setting.provider(offer)
    stored_gb = _stored_in_cloud(setting, plan)
    charge_storage(ledger, stored_gb, provider, offer.geography, setting.dearest_storage)
    charge_egress(ledger, setting.leaving_gb, provider, setting.dearest_egress)
    charge_between_zones(ledger, setting.served_gb, provider, known)
    bill = ledger.running - before
    charge_support(ledger, [Bill(provider.name, bill, provider.support)], known)
    _charge_taking_out(setting, stored_gb, provider, ledger)
    none = np.zeros(known.worlds.count)
    busy = HOURS_PER_MONTH * fleet.busy().sum(axis=1)
    return Costing(plan, ledger, fleet, none, none, busy / hours.sum(axis=1), hours.sum(axis=1))


def _owned_costing(setting: Setting, plan: Plan, owned: OwnedPlan, ledger: Ledger) -> Costing:
    known, answers = setting.known, setting.answers
    fleet = setting.fitting_fleet(owned.server.accelerator)
    site = answers.choice("site.type")
    wanted = Shortage.of(fleet, owned.working_accelerators(ledger.months))
    busy = utilisation(owned, fleet, wanted.above)
    charge_servers(ledger, owned, busy, known)
    charge_upkeep(ledger, owned, busy, site, setting.country, known)
    charge_disks(ledger, setting.stored_gb, known, owned.payment)
    charge_decommissioning(ledger, owned, known)
    short: Array = wanted.above.sum(axis=1) / fleet.busy().sum(axis=1)
    hours = np.zeros(known.worlds.count)
    if plan.offer is not None:
        hours = _charge_rented_part(setting, plan, plan.offer, wanted, short, ledger)
    found = known.share("burst.availability") if plan.offer is not None else 0.0
    used = busy.mean(axis=1)
    return Costing(
        plan,
        ledger,
        fleet,
        owned_share=1.0 - short,
        unserved_share=short * (1.0 - found),
        used_share=used,
        rented_hours=hours,
    )


def _charge_rented_part(
    setting: Setting, plan: Plan, offer: Offer, wanted: Shortage, share: Array, ledger: Ledger
) -> Array:
    """Enter the rent beside owned servers: peaks or shortages, and the wait for delivery.

    Returns the hours of rented accelerators, shape (worlds,).

    Args:
        share: of the work, how much is rented, shape (worlds,).
    """
    known, provider = setting.known, setting.provider(offer)
    rented = setting.fitting_fleet(offer.accelerator)
    traded = exchange(rented, wanted.fleet)
    before = ledger.running.copy()
    hours: Array = charge_shortage(ledger, wanted, offer, traded, known).sum(axis=1)
    weeks = bridge_weeks(setting, plan)
    if plan.bridges and weeks.any():
        hours += charge_bridge(ledger, rented, weeks, offer, known)
    for_good = _side_by_side(plan, share)
    if for_good.any():
        leaving = setting.leaving_gb * (share * for_good)[:, None]
        charge_egress(ledger, leaving, provider, setting.dearest_egress)
    bill = ledger.running - before
    charge_support(ledger, [Bill(provider.name, bill, provider.support)], known)
    return hours


def _charge_moves(setting: Setting, plan: Plan, ledger: Ledger) -> None:
    """Enter setting up, leaving a supplier, and who is on call meanwhile."""
    known = setting.known
    if plan.is_managed:
        start = ["migration.managed_api_weeks"]
    else:
        start = ["migration.self_hosted_weeks"]
        if is_on_call(setting.answers, is_realtime=setting.workload.is_realtime):
            charge_on_call(ledger, 1 + (plan.owned is not None), known)
    if plan.is_hybrid:
        start.append("migration.second_platform_weeks")
    leaves = plan.owned is None or plan.is_hybrid
    charge_moving(ledger, start, "exit.supplier_weeks" if leaves else None, setting.answers, known)


def _charge_taking_out(
    setting: Setting, stored_gb: Array, keeper: Provider, ledger: Ledger
) -> None:
    dearest = setting.dearest_egress
    charge_taking_out(ledger, stored_gb[:, -1], keeper, dearest, setting.free_to_leave)


def exchange(one: Fleet, other: Fleet) -> Array:
    """Accelerators of `one` that do the work of one accelerator of `other`, shape (worlds,)."""
    result: Array = one.busy()[:, 0] / other.busy()[:, 0]
    return result


def committed_accelerators(setting: Setting, plan: Plan) -> Array:
    """Accelerators paid around the clock in each month, shape (months,); 0 without a commitment."""
    months = setting.workload.months
    if plan.offer is None or plan.reservation is None:
        return np.zeros(months)
    planned = setting.planned[plan.offer.accelerator]
    return reserved_accelerators(planned, plan.offer, plan.reservation, months)


def lead_weeks(setting: Setting, plan: Plan) -> Array:
    """Weeks until own servers, or rented ones where there are none, serve; shape (worlds,).

    A small rented fleet is there in the weeks of its kind of provider; a very large one is
    contracted like owned servers; between, the weeks grow with the logarithm of its size.
    """
    known = setting.known
    if plan.is_managed:
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
    """Weeks to the first production traffic: of the part that goes first, shape (worlds,)."""
    if plan.parts:
        weeks = [lead_weeks(part_setting(setting, p), p.plan) for p in plan.parts]
        result: Array = np.min(weeks, axis=0)
        return result
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
