"""One option priced, judged and measured over the worlds, and reduced to what is kept.

Only totals per world are kept; the month-by-month arrays of one option are dropped before the
next is priced, so that memory does not grow with the number of options.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from app.domain import constraints
from app.domain.assessment.admission import Candidate
from app.domain.constraints import Sums, Verdict
from app.domain.cost.breakeven import breakeven_month
from app.domain.cost.ledger import LOSSES, Ledger, Term
from app.domain.cost.plan import (
    Costing,
    Plan,
    costing,
    first_phase_weeks,
    lead_weeks,
    part_setting,
    weeks_range,
)
from app.domain.cost.setting import Setting
from app.domain.decision import measures
from app.domain.decision.measures import Measured
from app.domain.options import Option
from app.domain.worlds import Array

_SPREAD_WORLDS = 2_000


@dataclass(frozen=True)
class LineTotal:
    """One cost line over the worlds: net present value, shape (worlds,), USD.

    Attributes:
        behind: its inputs with a source; what it takes in one world says nothing of the rest.
    """

    key: str
    npv: Array
    missing: bool
    formula: str
    behind: tuple[Term, ...]


@dataclass(frozen=True)
class Money:
    """What an option costs, shape (worlds,) each, USD.

    Attributes:
        ranked_npv: with missing prices at the dearest published one; ranks, is not shown.
        breakeven: month by whose end it has cost no more than the yardstick; inf for never.
        dearest_month: mean monthly payment in the dearest year.
    """

    npv: Array
    ranked_npv: Array
    undiscounted: Array
    capex: Array
    dearest_month: Array
    breakeven: Array
    lines: tuple[LineTotal, ...]


@dataclass(frozen=True)
class Yardstick:
    """One comparator: its plan and its net present value, shape (worlds,), USD."""

    option: Option
    plan: Plan
    npv: Array
    ranked_npv: Array
    is_complete: bool


@dataclass(frozen=True)
class Reference:
    """What every option is held against.

    Attributes:
        cheapest: the comparator with the lowest median cost; None when none has a price.
        cash: its payments, shape (worlds, months + 2).
        carbon: tCO2e of the hyperscaler on demand, shape (worlds,); None when not known.
    """

    yardsticks: tuple[Yardstick, ...]
    cheapest: Yardstick | None
    cash: Array
    carbon: Array | None


def reference(plans: Iterable[tuple[Option, Plan]], setting: Setting) -> Reference:
    """Price the comparators and keep the month-by-month payments of the cheapest only."""
    yardsticks: list[Yardstick] = []
    cheapest, cash, carbon = None, np.zeros((setting.worlds.count, 1)), None
    for option, plan in plans:
        priced = costing(setting, plan)
        yardstick = Yardstick(
            option,
            plan,
            priced.ledger.npv,
            priced.ledger.ranked_npv,
            is_complete=priced.ledger.is_complete,
        )
        yardsticks.append(yardstick)
        if cheapest is None or _median(yardstick) < _median(cheapest):
            cheapest, cash = yardstick, priced.ledger.ranked_cash
        if option.key == "hyperscaler_on_demand":
            carbon = measures.tonnes_co2(priced, setting)
    return Reference(tuple(yardsticks), cheapest, cash, carbon)


def _median(yardstick: Yardstick) -> float:
    return float(np.median(yardstick.ranked_npv))


@dataclass(frozen=True)
class Evaluated:
    """One option: its plan, verdicts, money and measures.

    Attributes:
        money, measured: None and empty where the option cannot be priced.
        owned_share, unserved_share, used_share: shape (worlds,).
    """

    option: Option
    plan: Plan | None
    verdicts: tuple[Verdict, ...]
    money: Money | None
    measured: Mapping[str, Measured]
    owned_share: Array
    unserved_share: Array
    used_share: Array

    @property
    def feasible(self) -> bool:
        """Whether it may be chosen: priced, and no must-have fails."""
        return self.money is not None and constraints.worst(self.verdicts) != "fail"

    @property
    def doubtful(self) -> tuple[str, ...]:
        """Placement rules that nobody verified for it."""
        return tuple(
            sorted({v.rule for v in self.verdicts if v.outcome == "unverified" and v.zone})
        )


def evaluate(candidate: Candidate, setting: Setting, held_against: Reference) -> Evaluated:
    """Price, judge and measure one candidate."""
    if candidate.plan is None:
        none = np.zeros(setting.worlds.count)
        return Evaluated(candidate.option, None, candidate.verdicts, None, {}, none, none, none)
    priced = costing(setting, candidate.plan)
    money = _money(priced.ledger, held_against)
    return Evaluated(
        option=candidate.option,
        plan=candidate.plan,
        verdicts=(*candidate.verdicts, *_judged(candidate.plan, priced, setting, money)),
        money=money,
        measured=_measured(priced, setting, money, held_against),
        owned_share=priced.owned_share,
        unserved_share=priced.unserved_share,
        used_share=priced.used_share,
    )


def _money(ledger: Ledger, held_against: Reference) -> Money:
    bills = ledger.ranked_bills
    years = [bills[:, m : m + 12].mean(axis=1) for m in range(0, ledger.months, 12)]
    return Money(
        npv=ledger.npv,
        ranked_npv=ledger.ranked_npv,
        undiscounted=ledger.undiscounted,
        capex=ledger.capex,
        dearest_month=np.max(years, axis=0),
        breakeven=_breakeven(ledger, held_against),
        lines=tuple(
            LineTotal(key, line.npv, line.missing, line.formula, _sourced(line.terms))
            for key, line in ledger.lines.items()
        ),
    )


def _sourced(terms: Iterable[Term]) -> tuple[Term, ...]:
    return tuple(dict.fromkeys(term for term in terms if term.source is not None))


def _breakeven(ledger: Ledger, held_against: Reference) -> Array:
    if held_against.cheapest is None:
        return np.full_like(ledger.capex, np.inf)
    return breakeven_month(ledger.ranked_cash, held_against.cash)


def _judged(plan: Plan, priced: Costing, setting: Setting, money: Money) -> tuple[Verdict, ...]:
    """The rules that need sizes, weeks or sums."""
    answers = setting.answers
    unserved = float(np.percentile(priced.unserved_share, 90))
    owned, tonnes = plan.owned, measures.tonnes_co2(priced, setting)
    years = setting.workload.months / 12
    verdicts = (
        constraints.offline(answers, owned.place if owned else None, is_hybrid=plan.is_hybrid),
        constraints.uplink(answers, measures.uplink_gbit(priced, setting)),
        constraints.carbon(answers, None if tonnes is None else float(np.median(tonnes)) / years),
        constraints.suppliers(answers, has_second=measures.has_second_supplier(priced, setting)),
        constraints.hard_latency(answers, measures.latency_chances(priced, setting)),
        *_in_time(plan, setting),
        *constraints.ceilings(answers, _sums(money)),
        constraints.ownership(
            answers, owns_servers=_owns_machines(plan), runs_models=not plan.is_managed
        ),
        constraints.service_level(
            answers, unserved, has_backup=plan.offer is not None or bool(plan.services)
        ),
    )
    if not plan.is_hybrid or plan.edge is not None:
        return verdicts
    return (*verdicts, constraints.both_parts(answers, 1.0 - float(np.median(priced.owned_share))))


def _owns_machines(plan: Plan) -> bool:
    """Whether servers, or boxes at the devices, want somebody to look after them."""
    return plan.owned is not None or (plan.edge is not None and any(plan.edge.boxes_by_year))


def _in_time(plan: Plan, setting: Setting) -> Iterable[Verdict]:
    """V12 for the whole; of a split for each part, because no kind of data stands in for another.

    Peaks are rented from the start, so that a base with rented peaks serves as soon as these do.
    """
    if plan.parts:
        for part in plan.parts:
            yield from _in_time(part.plan, part_setting(setting, part))
        return
    by_hour = plan.is_hybrid
    weeks = first_phase_weeks(setting, plan) if by_hour else lead_weeks(setting, plan)
    bridged = plan.bridges and not by_hour
    yield constraints.lead_time(setting.answers, weeks_range(weeks), bridged=bridged)


def _sums(money: Money) -> Sums:
    capex_p80, capex_p90 = np.percentile(money.capex, [80, 90])
    month_p80, month_p90 = np.percentile(money.dearest_month, [80, 90])
    return Sums(
        capex_p80=float(capex_p80),
        capex_p90=float(capex_p90),
        month_p80=float(month_p80),
        month_p90=float(month_p90),
        is_complete=not any(line.missing for line in money.lines if line.key not in LOSSES),
    )


def _measured(
    priced: Costing,
    setting: Setting,
    money: Money,
    held_against: Reference,
) -> dict[str, Measured]:
    alone = costing(setting.exogenous(_SPREAD_WORLDS), priced.plan)
    yardstick = held_against.cheapest
    against = _median(yardstick) if yardstick else float(np.median(money.ranked_npv))
    return {
        "cost": _cost(money, yardstick),
        "predictability": measures.predictability(priced, alone, against, setting),
        "security": measures.security(priced, setting),
        "latency": measures.latency(priced, setting),
        "scalability": measures.scalability(priced, setting),
        "integration": measures.integration(priced, setting),
        "talent": measures.talent(priced, setting),
        "speed": measures.speed(priced, setting),
        "control": measures.control(priced, setting),
        "sustainability": measures.sustainability(priced, held_against.carbon, setting),
    }


def _cost(money: Money, cheapest: Yardstick | None) -> Measured:
    """Net present value as a multiple of the cheapest yardstick in the same world.

    The words divide the two middle values that the page shows, so that a reader can.
    """
    if cheapest is None:
        return Measured(np.ones_like(money.npv), "no rented yardstick has a price")
    ratio = money.ranked_npv / cheapest.ranked_npv
    shown = float(np.median(money.ranked_npv)) / _median(cheapest)
    words = f"{shown:.2f} times the cheapest way to rent ({cheapest.option.title.lower()})"
    return Measured(ratio, words)
