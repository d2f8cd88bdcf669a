"""For every option the plan it would follow, judged by the placement rules."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from app.domain import constraints
from app.domain.assessment.admission import (
    FAILS,
    Candidate,
    admission,
    backup_offer,
    best_offer,
    best_service,
    by_admission,
    fit,
    placed,
    power,
    powered,
    unplanned,
)
from app.domain.assessment.split import split
from app.domain.constraints import Preparing, Verdict
from app.domain.cost.edge import DEVICES, EdgePlan, edge_plan, kept_back_share, sent_share
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
from app.domain.facts import ApiPrice, Offer
from app.domain.options import Option, OwnedPlace
from app.domain.questionnaire.answers import Answers, Change


def candidate(option: Option, setting: Setting) -> Candidate:
    """The plan of `option` and what the placement rules say of it."""
    if option.managed:
        return _managed(option, setting)
    if option.division == "by_stage":
        return _prepared(option, setting)
    if not option.owned:
        return _rented(option, setting)
    if not option.rented:
        return _owned(option, option.owned[0], setting)
    return split(option, setting) if option.division == "by_kind" else _burst(option, setting)


def comparator_plan(option: Option, setting: Setting) -> Plan | None:
    """The plan of a yardstick: priced whether or not a must-have would exclude it."""
    offers = [o for o in setting.offers if o.kind in option.rented]
    return _cheapest_purchase(option, setting, offers)


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


def _rented(option: Option, setting: Setting) -> Candidate:
    offers = [o for o in setting.offers if o.kind in option.rented]
    fitting, kinds = fit(setting, {o.accelerator for o in offers}), setting.answers.modalities
    if not offers:
        kind = {"hyperscaler": "hyperscaler", "specialist": "specialist cloud"}[option.rented[0]]
        return Candidate(option, None, (constraints.priced(setting.answers, kind),))
    longest = _LONGEST.get(setting.answers.choice("longest_commitment"))
    for among in by_admission(setting, offers, kinds):
        plan = _cheapest_purchase(option, setting, among, longest)
        if plan is not None and plan.offer is not None:
            return Candidate(option, plan, (*placed(setting, plan.offer, kinds), fitting))
    return Candidate(option, None, _no_plan(option, offers, fitting, setting))


def _cheapest_purchase(
    option: Option, setting: Setting, among: Sequence[Offer], longest: int | None = None
) -> Plan | None:
    """The cheapest plan of the ways in which the option may pay for what it rents.

    Args:
        longest: years beyond which nothing is signed; None for no limit.
    """
    plans = []
    if option.purchase != "reserved":
        plans.append(rented_plan(setting, among))
    if option.purchase != "on_demand":
        plans.append(reserved_plan(setting, among, _reservations(setting, longest)))
    return cheapest_plan(setting, [plan for plan in plans if plan is not None])


def _no_plan(
    option: Option, offers: Sequence[Offer], fitting: Verdict, setting: Setting
) -> tuple[Verdict, ...]:
    """Why nothing can be rented: the commitment is too long, or no machine will do."""
    if option.purchase == "reserved":
        longer = reserved_plan(setting, offers, _reservations(setting))
        if longer is not None and longer.reservation is not None:
            return (constraints.commitment(setting.answers, longer.reservation.years),)
    return unplanned(setting, fitting)


def _managed(option: Option, setting: Setting) -> Candidate:
    """For every modality the cheapest admissible service; none where one has no price."""
    chosen: list[tuple[str, ApiPrice]] = []
    for work in setting.likely.workload.modalities:
        service = best_service(work, setting)
        if service is None:
            missing = constraints.no_service(setting.answers, work.modality)
            return Candidate(option, None, (missing,))
        chosen.append((work.modality, service))
    if not setting.planned:
        return Candidate(option, None, (fit(setting, ()),))
    verdicts = tuple(
        verdict for modality, service in chosen for verdict in placed(setting, service, [modality])
    )
    return Candidate(option, Plan(None, None, services=tuple(chosen)), verdicts)


def _owned(option: Option, place: OwnedPlace, setting: Setting) -> Candidate:
    fitting = fit(setting, [s.accelerator for s in setting.facts.servers])
    plans = owned_plans(setting, place, backup_offer(setting))
    plan = powered(setting, plans)
    if plan is None:
        return Candidate(option, None, unplanned(setting, fitting))
    return Candidate(
        option,
        plan,
        (*placed(setting, place, setting.answers.modalities), power(setting, plan), fitting),
    )


def _burst(option: Option, setting: Setting) -> Candidate:
    if setting.unsized:
        return Candidate(option, None, (constraints.measured(setting.answers, setting.unsized),))
    movable = [
        m
        for m in setting.answers.modalities
        if any(admission(setting, offer, [m]) < FAILS for offer in setting.offers)
    ]
    burst = best_offer(setting, movable) if movable else None
    if burst is None:
        return Candidate(option, None, (_nothing_may_leave(setting),))
    fitting = fit(setting, [s.accelerator for s in setting.facts.servers])
    base = _base(setting, movable)
    plans = [
        (plan, place)
        for place in option.owned
        if (plan := powered(setting, hybrid_plans(setting, place, burst, base))) is not None
    ]
    if not plans:
        return Candidate(option, None, unplanned(setting, fitting))
    plan, place = next(((p, z) for p, z in plans if power(setting, p).outcome != "fail"), plans[0])
    stays = tuple(m for m in setting.answers.modalities if m not in movable)
    rented = placed(setting, burst, movable)
    plan = replace(plan, stays=stays)
    return Candidate(
        option,
        plan,
        (
            *placed(setting, place, setting.answers.modalities),
            *rented,
            power(setting, plan),
            fitting,
        ),
    )


def _nothing_may_leave(setting: Setting) -> Verdict:
    """That nothing may run on rented machines; of all kinds and places, what bars it the least."""
    answers, verdicts = setting.answers, list[Verdict]()
    tried = [(offer, m) for offer in setting.offers for m in answers.modalities]
    if tried:
        offer, modality = min(tried, key=lambda pair: admission(setting, pair[0], [pair[1]]))
        verdicts = [v for v in placed(setting, offer, [modality]) if v.outcome == "fail"]
    return constraints.nothing_may_leave(answers, verdicts)


def _prepared(option: Option, setting: Setting) -> Candidate:
    """What arises on devices is prepared there; the models run on rented machines."""
    likely, answers = setting.likely, setting.answers
    edge = edge_plan(likely.workload, answers, likely.known)
    worth = constraints.preparing(answers, _preparing(edge, likely))
    if edge is None:
        return Candidate(option, None, (worth,))
    fitting, kinds = fit(setting, {o.accelerator for o in setting.offers}), answers.modalities
    for among in by_admission(setting, setting.offers, kinds):
        plan = rented_plan(setting, among, edge)
        if plan is not None and plan.offer is not None:
            return Candidate(option, plan, (*placed(setting, plan.offer, kinds), worth, fitting))
    return Candidate(option, None, unplanned(setting, fitting))


def _preparing(edge: EdgePlan | None, likely: Setting) -> Preparing:
    answers, works = likely.answers, {m.modality: m for m in likely.workload.modalities}
    born = {modality: f"modalities.{modality}.born" for modality in works}
    would = {
        m: _kept_back(likely, answers.changed([Change(path, "edge")])) for m, path in born.items()
    }
    most = max(would, key=lambda modality: would[modality])
    makes_smaller = float(sent_share(works[most], answers, likely.known)[0]) < 1.0
    return Preparing(
        arises=any(answers.choice(path) in DEVICES for path in born.values()),
        kept_back=0.0 if edge is None else _kept_back(likely, answers),
        preparable=most if makes_smaller else None,
        would_keep_back=would[most],
    )


def _kept_back(likely: Setting, answers: Answers) -> float:
    """Share of all bytes that is not sent with these `answers` about where they arise."""
    edge = edge_plan(likely.workload, answers, likely.known)
    if edge is None:
        return 0.0
    return float(kept_back_share(edge, likely.workload, answers, likely.known)[0])


def _base(setting: Setting, movable: Sequence[str]) -> Callable[[str], Sequence[int]]:
    """Accelerator → what must be owned each year for the modalities that may not leave."""

    def base(accelerator: str) -> Sequence[int]:
        on = setting.likely.fitting_fleet(accelerator)
        staying = tuple(m for m in on.loads if m.modality.modality not in movable)
        if not staying:
            return ()
        return planned_accelerators(replace(on, loads=staying), setting.likely.known)

    return base
