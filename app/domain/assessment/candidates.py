"""For every option the plan it would follow, judged by the placement rules.

A plan is chosen among what is admissible; where nothing is, the cheapest plan is kept all the
same, so that the page can say what the option would cost and which rule excludes it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from app.domain import constraints
from app.domain.constraints import Verdict, Zone, placement_verdicts, traits
from app.domain.cost.managed import pinning, services_for, usd_per_item
from app.domain.cost.plan import (
    Plan,
    cheapest_plan,
    hybrid_plans,
    owned_plans,
    rented_plan,
    reserved_plan,
)
from app.domain.cost.rented import Reservation
from app.domain.cost.setting import Setting
from app.domain.demand.fleet import planned_accelerators
from app.domain.demand.workload import ModalityWork
from app.domain.facts import ApiPrice, Offer
from app.domain.options import Option, OwnedPlace
from app.domain.rules import Outcome


@dataclass(frozen=True)
class Candidate:
    """One option with its plan; no plan where none can be priced."""

    option: Option
    plan: Plan | None
    verdicts: tuple[Verdict, ...]


def candidate(option: Option, setting: Setting) -> Candidate:
    """The plan of `option` and what the placement rules say of it."""
    if option.managed:
        return _managed(option, setting)
    if not option.owned:
        return _rented(option, setting)
    if not option.rented:
        return _owned(option, option.owned[0], setting)
    return _hybrid(option, setting)


def comparator_plan(option: Option, setting: Setting) -> Plan | None:
    """The plan of a yardstick: priced whether or not a must-have would exclude it."""
    offers = [o for o in setting.offers if o.kind in option.rented]
    if option.purchase == "on_demand":
        return rented_plan(setting, offers)
    return reserved_plan(setting, offers, _reservations(setting))


# The longest commitment that somebody accepts, in years.
_LONGEST = {"none": 0, "one_year": 1, "three_years": 3}


def _reservations(
    setting: Setting, longest: int | None = None
) -> Callable[[Offer], Reservation | None]:
    """The published reservation for an offer: three years where the horizon is as long.

    Args:
        longest: years beyond which nothing is signed; None for no limit.
    """
    years_wanted = setting.workload.months // 12
    if longest is not None:
        years_wanted = min(years_wanted, longest)
    contract = setting.facts.figure("commitment.specialist_1y_h100")
    surveyed = Reservation(
        contract.value, 1, "the market", contract.source, unit=8, figure=contract.key
    )

    def reservation(offer: Offer) -> Reservation | None:
        if offer.kind == "specialist":
            return surveyed if offer.accelerator == "H100" else None
        price, years = offer.reserved_3y_usd_per_hour, 3
        if price is None or years_wanted < years:
            price, years = offer.reserved_1y_usd_per_hour, 1
        if price is None:
            return None
        return Reservation(price, years, offer.provider_name, offer.source, offer.unit)

    return reservation if longest != 0 else lambda _: None


def _placed(setting: Setting, zone: Offer | OwnedPlace) -> tuple[Verdict, ...]:
    return tuple(
        verdict
        for modality in setting.answers.modalities
        for verdict in placement_verdicts(setting.answers, modality, zone, setting.facts)
    )


def _rented(option: Option, setting: Setting) -> Candidate:
    offers = [o for o in setting.offers if o.kind in option.rented]
    fit = _fit(setting, {o.accelerator for o in offers})
    if not offers:
        kind = {"hyperscaler": "hyperscaler", "specialist": "specialist cloud"}[option.rented[0]]
        return Candidate(option, None, (constraints.priced(setting.answers, kind),))
    longest = _LONGEST.get(setting.answers.choice("longest_commitment"))
    ranks = [_admission(setting, o, setting.answers.modalities) for o in offers]
    for rank in sorted(set(ranks)):
        among = [o for o, its in zip(offers, ranks, strict=True) if its == rank]
        if option.purchase == "reserved":
            plan = reserved_plan(setting, among, _reservations(setting, longest))
        else:
            plan = rented_plan(setting, among)
        if plan is not None and plan.offer is not None:
            return Candidate(option, plan, (*_placed(setting, plan.offer), fit))
    return Candidate(option, None, _no_plan(option, offers, fit, setting))


def _no_plan(
    option: Option, offers: Sequence[Offer], fit: Verdict, setting: Setting
) -> tuple[Verdict, ...]:
    """Why nothing can be rented: the commitment is too long, or no machine will do."""
    if option.purchase == "reserved":
        longer = reserved_plan(setting, offers, _reservations(setting))
        if longer is not None and longer.reservation is not None:
            return (constraints.commitment(setting.answers, longer.reservation.years),)
    return _unplanned(setting, fit)


def _managed(option: Option, setting: Setting) -> Candidate:
    """For every modality the cheapest admissible service; none where one has no price."""
    chosen: list[tuple[str, ApiPrice]] = []
    for work in setting.likely.workload.modalities:
        service = _service(work, setting)
        if service is None:
            missing = constraints.no_service(setting.answers, work.modality)
            return Candidate(option, None, (missing,))
        chosen.append((work.modality, service))
    if not setting.planned:
        return Candidate(option, None, (_fit(setting, ()),))
    verdicts = tuple(
        verdict
        for modality, service in chosen
        for verdict in placement_verdicts(setting.answers, modality, service, setting.facts)
    )
    return Candidate(option, Plan(None, None, services=tuple(chosen)), verdicts)


def _service(work: ModalityWork, setting: Setting) -> ApiPrice | None:
    """The cheapest service for one modality: one that passes, else unverified, else any."""
    known = setting.likely.known

    def order(service: ApiPrice) -> tuple[int, float]:
        usd = usd_per_item(service, work) * pinning(service, known, pinned=setting.pinned)
        return _admission(setting, service, [work.modality]), float(usd[0])

    return min(services_for(work, setting.facts), key=order, default=None)


# How admissible a zone is: it passes, is unverified, or fails this many rules and one more.
_PASSES, _UNVERIFIED, _FAILS = 0, 1, 2


def _admission(setting: Setting, zone: Offer | ApiPrice, modalities: Sequence[str]) -> int:
    """The rank of a zone for all of `modalities`, lower is better.

    Of those that fail, the one that fails the fewest rules: the least is given up for it.
    """
    found = [_judged(setting, modality, zone) for modality in modalities]
    if failing := frozenset[str]().union(*(rules for _, rules in found)):
        return _FAILS + len(failing)
    return _UNVERIFIED if any(o == "unverified" for o, _ in found) else _PASSES


def _judged(setting: Setting, modality: str, zone: Zone) -> tuple[Outcome, frozenset[str]]:
    """The worst outcome of the placement rules and those that fail; kept, by what tells apart."""
    key = (modality, traits(zone))
    if key not in setting.admissions:
        setting.admissions[key] = constraints.placement_failures(
            setting.answers, modality, zone, setting.facts
        )
    return setting.admissions[key]


def _unplanned(setting: Setting, fit: Verdict) -> tuple[Verdict, ...]:
    """Why there is no plan: the models fit nowhere, or no machine that holds them will do."""
    if fit.outcome == "fail":
        return (fit,)
    return (constraints.fit(setting.answers, (), runnable=False),)


def _fit(setting: Setting, accelerators: Iterable[str]) -> Verdict:
    """Whether the work can be sized, and its models fit one of `accelerators`."""
    if setting.unsized:
        return constraints.measured(setting.answers, setting.unsized)
    if any(key in setting.planned for key in accelerators):
        return constraints.fit(setting.answers, ())
    return constraints.fit(setting.answers, setting.answers.modalities)


def backup_offer(setting: Setting) -> Offer | None:
    """The cheapest offer that every modality may use, for shortages and the wait for servers."""
    return _best_offer(setting, setting.answers.modalities)


def _best_offer(setting: Setting, modalities: Sequence[str]) -> Offer | None:
    for rank in (_PASSES, _UNVERIFIED):
        among = [o for o in setting.offers if _admission(setting, o, modalities) == rank]
        plan = rented_plan(setting, among)
        if plan is not None:
            return plan.offer
    return None


def _owned(option: Option, place: OwnedPlace, setting: Setting) -> Candidate:
    fit = _fit(setting, [s.accelerator for s in setting.facts.servers])
    plans = owned_plans(setting, place, backup_offer(setting))
    plan = _powered(setting, plans)
    if plan is None:
        return Candidate(option, None, _unplanned(setting, fit))
    return Candidate(option, plan, (*_placed(setting, place), _power(setting, plan), fit))


def _powered(setting: Setting, plans: Sequence[Plan]) -> Plan | None:
    """The cheapest plan whose servers the site can power; else the cheapest of all."""
    fitting = [plan for plan in plans if _power(setting, plan).outcome != "fail"]
    return cheapest_plan(setting, fitting or plans)


def _power(setting: Setting, plan: Plan) -> Verdict:
    if plan.owned is None:
        message = "An owned plan needs servers."
        raise ValueError(message)
    owned = plan.owned
    return constraints.power(setting.answers, owned.place, owned.server, owned.servers_by_year[-1])


def _hybrid(option: Option, setting: Setting) -> Candidate:
    if setting.unsized:
        return Candidate(option, None, (constraints.measured(setting.answers, setting.unsized),))
    movable = [
        m
        for m in setting.answers.modalities
        if any(_admission(setting, offer, [m]) < _FAILS for offer in setting.offers)
    ]
    burst = _best_offer(setting, movable) if movable else None
    if burst is None:
        return Candidate(option, None, (constraints.nothing_may_leave(setting.answers),))
    fit = _fit(setting, [s.accelerator for s in setting.facts.servers])
    base = _base(setting, movable)
    plans = [
        (plan, place)
        for place in option.owned
        if (plan := _powered(setting, hybrid_plans(setting, place, burst, base))) is not None
    ]
    if not plans:
        return Candidate(option, None, _unplanned(setting, fit))
    plan, place = next(((p, z) for p, z in plans if _power(setting, p).outcome != "fail"), plans[0])
    rented = tuple(
        verdict
        for modality in movable
        for verdict in placement_verdicts(setting.answers, modality, burst, setting.facts)
    )
    return Candidate(option, plan, (*_placed(setting, place), *rented, _power(setting, plan), fit))


def _base(setting: Setting, movable: Sequence[str]) -> Callable[[str], Sequence[int]]:
    """Accelerator → what must be owned each year for the modalities that may not leave."""

    def base(accelerator: str) -> Sequence[int]:
        on = setting.likely.fitting_fleet(accelerator)
        staying = tuple(m for m in on.loads if m.modality.modality not in movable)
        if not staying:
            return ()
        return planned_accelerators(replace(on, loads=staying), setting.likely.known)

    return base
