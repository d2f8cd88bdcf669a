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

import numpy as np

from app.domain import constraints
from app.domain.assessment.admission import (
    PREFERRED,
    Candidate,
    admitted,
    backup_offer,
    best_service,
    fit,
    placed,
    power,
    powered,
    unplanned,
)
from app.domain.constraints import Outcome, Verdict, worst
from app.domain.cost.plan import Part, Plan, costing, owned_plans, rented_plan, work_shares
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
        usd: expected net present value of what the side adds, people for its machines included.
    """

    part: Part
    verdicts: tuple[Verdict, ...]
    usd: float

    @property
    def outcome(self) -> Outcome:
        """The worst of its placement rules."""
        return worst(self.verdicts)


Sides = Mapping[str, Callable[[Kinds], Side | None]]


def split(option: Option, setting: Setting) -> Candidate:
    """The cheapest admissible division of the kinds of data, and what the rules say of it."""
    if setting.unsized:
        return Candidate(option, None, (constraints.measured(setting.unsized),))
    fitting = fit(setting, [s.accelerator for s in setting.facts.servers])
    if fitting.outcome == "fail":
        return Candidate(option, None, (fitting,))
    groups = tied(setting)
    if len(groups) < 2:
        return Candidate(option, None, (constraints.nothing_to_part(setting.answers.modalities),))
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
        return Candidate(option, None, unplanned(fitting))
    sides = next((s for s in found if _possible(s, setting)), found[0])
    plan = _whole(sides)
    verdicts = (v for side in sides for v in side.verdicts)
    return Candidate(option, plan, (*verdicts, power(setting, plan), fitting))


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
    """The division with the best outcome of the rules, among these the cheapest.

    Args:
        sides: name of a place → what it costs with some of the kinds; None where it cannot have
            them. "owned" is one of the names.
        holds: whether each part does a real share of the work; where none does, any will do.
    """
    every = list(_divisions(groups, sides))
    if not every:
        return None

    def order(division: tuple[Side, ...]) -> tuple[int, bool, float]:
        outcome = max(PREFERRED.index(side.outcome) for side in division)
        return outcome, not holds(division), sum(side.usd for side in division)

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
    return constraints.both_parts(rented_share(_whole(division), setting)).outcome == "pass"


def rented_share(plan: Plan, setting: Setting) -> float:
    """Share of the likely work that a split does elsewhere than on own machines."""
    likely = setting.likely
    shares = work_shares(likely, likely.fitting_fleet(likely.stand_in), plan)
    return float(sum(s[0] for s, p in zip(shares, plan.parts, strict=True) if p.plan.owned is None))


def _possible(sides: Sequence[Side], setting: Setting) -> bool:
    allowed = all(side.outcome != "fail" for side in sides)
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
    return _side(kinds, plan, placed(setting, place, kinds), part)


def _rented(kinds: Kinds, setting: Setting) -> Side | None:
    part = setting.part(kinds, sends_answers=setting.answers_meet)
    for allowed in PREFERRED:
        among = [o for o in setting.offers if admitted(setting, o, kinds) == allowed]
        plan = rented_plan(part, among)
        if plan is not None and plan.offer is not None:
            return _side(kinds, plan, placed(setting, plan.offer, kinds), part)
    return None


def _managed(kinds: Kinds, setting: Setting) -> Side | None:
    part = setting.part(kinds)
    bought: list[tuple[str, ApiPrice]] = []
    for work in part.likely.workload.modalities:
        service = best_service(work, setting)
        if service is None:
            return None
        bought.append((work.modality, service))
    verdicts = tuple(v for m, service in bought for v in placed(setting, service, [m]))
    return _side(kinds, Plan(None, None, services=tuple(bought)), verdicts, part)


def _side(
    kinds: Kinds, plan: Plan | None, verdicts: tuple[Verdict, ...], part: Setting
) -> Side | None:
    """A side with what it adds; the platform's people are paid once, with the owned side."""
    if plan is None:
        return None
    ledger = costing(part.trial, plan).ledger
    shared = ["second_platform"] if plan.owned is not None else ["staff"]
    once = [ledger.lines[key].npv for key in shared if key in ledger.lines]
    usd = float(np.mean(ledger.ranked_npv - sum(once)))
    return Side(Part(kinds, plan), verdicts, usd)
