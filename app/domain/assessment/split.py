"""Each kind of data in a place of its own, found by trying every division there is.

A place is the own site or hall, one offer of rented machines, or a managed service. A kind of
data stays whole; those that one joint model reads stay together. Every division is tried in which
something is owned and something is not: with k groups at most 3^k - 2^k - 1. What a side costs
with some of the groups does not depend on the others, so it is worked out once, and the divisions
are sums.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product

from app.domain import constraints
from app.domain.assessment.admission import (
    FAILS,
    Candidate,
    admission,
    backup_offer,
    best_service,
    by_admission,
    fit,
    placed,
    power,
    powered,
    unplanned,
)
from app.domain.constraints import Verdict
from app.domain.cost.plan import Part, Plan, owned_plans, rented_plan, side_npv, work_shares
from app.domain.cost.setting import Setting
from app.domain.facts import ApiPrice
from app.domain.options import Option, OwnedPlace

# More groups than this are joined, the smallest first: 3^6 divisions are tried in a blink.
MOST_GROUPS = 6

Kinds = tuple[str, ...]


@dataclass(frozen=True)
class Side:
    """Some kinds of data in one place.

    Attributes:
        rank: how admissible the place is for them, see `admission`.
        usd: expected net present value of what the side adds.
    """

    part: Part
    rank: int
    usd: float


Sides = Mapping[str, Callable[[Kinds], Side | None]]


def split(option: Option, setting: Setting) -> Candidate:
    """The cheapest admissible division of the kinds of data, and what the rules say of it."""
    if setting.unsized:
        return Candidate(option, None, (constraints.measured(setting.answers, setting.unsized),))
    fitting = fit(setting, [s.accelerator for s in setting.facts.servers])
    if fitting.outcome == "fail":
        return Candidate(option, None, (fitting,))
    groups = tied(setting)
    if len(groups) < 2:
        return Candidate(option, None, (constraints.apart(setting.answers, len(groups)),))
    elsewhere: Sides = {
        "rented": cache(lambda kinds: _rented(kinds, setting)),
        "managed": cache(lambda kinds: _managed(kinds, setting)),
    }
    found = [
        sides
        for place in option.owned
        if (sides := _best_at(place, groups, elsewhere, setting)) is not None
    ]
    if not found:
        return Candidate(option, None, unplanned(setting, fitting))
    sides = next((s for s in found if _possible(s, setting)), found[0])
    plan = _whole(sides)
    apart = constraints.apart(setting.answers, len(groups))
    return Candidate(option, plan, (*_placed(plan, setting), power(setting, plan), apart, fitting))


def _placed(plan: Plan, setting: Setting) -> Iterator[Verdict]:
    """What the placement rules say of each kind of data where it is."""
    for part in plan.parts:
        for modality, service in part.plan.services:
            yield from placed(setting, service, [modality])
        if part.plan.owned is not None:
            yield from placed(setting, part.plan.owned.place, part.modalities)
        elif part.plan.offer is not None:
            yield from placed(setting, part.plan.offer, part.modalities)


def tied(setting: Setting) -> tuple[Kinds, ...]:
    """The kinds of data by what must stay in one place; at most `MOST_GROUPS`."""
    modalities = setting.likely.workload.modalities
    joint = tuple(m.modality for m in modalities if m.shared)
    alone = [(m.modality,) for m in modalities if not m.shared]
    groups = [joint, *alone] if joint else alone
    fleet = setting.likely.fitting_fleet(setting.stand_in)
    loads = {m.modality.modality: float(m.load[0]) for m in fleet.loads}
    while len(groups) > MOST_GROUPS:
        groups.sort(key=lambda group: sum(loads[m] for m in group))
        groups = [(*groups[0], *groups[1]), *groups[2:]]
    order = [m.modality for m in modalities]
    return tuple(
        sorted((tuple(sorted(g, key=order.index)) for g in groups), key=lambda g: order.index(g[0]))
    )


def cheapest_division(
    groups: Sequence[Kinds],
    sides: Sides,
    holds: Callable[[Sequence[Side]], bool],
) -> tuple[Side, ...] | None:
    """The most admissible division, of equally admissible ones the cheapest.

    Args:
        sides: name of a place → what it costs with some of the kinds; None where it cannot have
            them. "owned" is one of the names.
        holds: whether each part does a real share of the work; where none does, any will do.
    """
    every = list(_divisions(groups, sides))
    if not every:
        return None

    def order(division: tuple[Side, ...]) -> tuple[int, bool, float]:
        rank = max(side.rank for side in division)
        return rank, not holds(division), sum(side.usd for side in division)

    return min(every, key=order)


def _divisions(groups: Sequence[Kinds], sides: Sides) -> Iterator[tuple[Side, ...]]:
    """Every division in which something is owned and something is not, the owned side first."""
    for places in product(sides, repeat=len(groups)):
        used = [name for name in sides if name in places]
        if "owned" not in used or len(used) < 2:
            continue
        division = []
        for name in used:
            kinds = tuple(
                m
                for group, place in zip(groups, places, strict=True)
                if place == name
                for m in group
            )
            division.append(sides[name](kinds))
        complete = tuple(side for side in division if side is not None)
        if len(complete) == len(used):
            yield complete


def _best_at(
    place: OwnedPlace, groups: Sequence[Kinds], elsewhere: Sides, setting: Setting
) -> tuple[Side, ...] | None:
    owned = cache(lambda kinds: _owned(kinds, place, setting))
    return cheapest_division(
        groups, {"owned": owned, **elsewhere}, lambda division: _holds(division, setting)
    )


def _holds(division: Sequence[Side], setting: Setting) -> bool:
    share = rented_share(_whole(division), setting)
    return constraints.both_parts(setting.answers, share).outcome == "pass"


def rented_share(plan: Plan, setting: Setting) -> float:
    """Share of the likely work that a split does elsewhere than on own machines."""
    likely = setting.likely
    shares = work_shares(likely, likely.fitting_fleet(likely.stand_in), plan)
    return float(sum(s[0] for s, p in zip(shares, plan.parts, strict=True) if p.plan.owned is None))


def _possible(sides: Sequence[Side], setting: Setting) -> bool:
    allowed = all(side.rank < FAILS for side in sides)
    return allowed and power(setting, _whole(sides)).outcome != "fail"


def _whole(sides: Sequence[Side]) -> Plan:
    """One plan of all sides; what is owned, rented and bought in them stands in it as well."""
    plans = [side.part.plan for side in sides]
    offers = [plan.offer for plan in plans if plan.owned is None and plan.offer is not None]
    return Plan(
        offer=next(iter(offers), None),
        owned=next(plan.owned for plan in plans if plan.owned is not None),
        is_hybrid=True,
        bridges=any(plan.bridges for plan in plans),
        services=tuple(service for plan in plans for service in plan.services),
        parts=tuple(side.part for side in sides),
    )


def _owned(kinds: Kinds, place: OwnedPlace, setting: Setting) -> Side | None:
    part = setting.part(kinds)
    plan = powered(part, owned_plans(part, place, backup_offer(part)))
    return _side(kinds, plan, admission(setting, place, kinds), part)


def _rented(kinds: Kinds, setting: Setting) -> Side | None:
    part = setting.part(kinds, sends_answers=setting.answers_meet)
    for among in by_admission(setting, setting.offers, kinds):
        plan = rented_plan(part, among)
        if plan is not None:
            return _side(kinds, plan, admission(setting, among[0], kinds), part)
    return None


def _managed(kinds: Kinds, setting: Setting) -> Side | None:
    part = setting.part(kinds)
    bought: list[tuple[str, ApiPrice]] = []
    for work in part.likely.workload.modalities:
        service = best_service(work, setting)
        if service is None:
            return None
        bought.append((work.modality, service))
    rank = max(admission(setting, service, [modality]) for modality, service in bought)
    return _side(kinds, Plan(None, None, services=tuple(bought)), rank, part)


def _side(kinds: Kinds, plan: Plan | None, rank: int, part: Setting) -> Side | None:
    return None if plan is None else Side(Part(kinds, plan), rank, side_npv(part, plan))
