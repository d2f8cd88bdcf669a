"""The decision figures of every option as plain data: against each way to rent, and per item."""

from collections.abc import Mapping, Sequence

import numpy as np

from app.domain.assessment.evaluation import Evaluated, Money, Reference, Yardstick
from app.domain.assessment.load_levels import load_levels
from app.domain.assessment.plain import Json, number, quantiles
from app.domain.cost.figures import breakeven_utilisation
from app.domain.cost.managed import usd_per_item
from app.domain.cost.plan import Costing, Plan, costing, exchange, plan_accelerator
from app.domain.cost.rented import HOURS_PER_MONTH
from app.domain.cost.returns import Found, by_month, dear_tail, internal_rate, payback_month
from app.domain.cost.server_hour import HOURS_PER_YEAR, ServerHour, server_hour
from app.domain.cost.setting import Setting
from app.domain.demand.serving import TokenWork
from app.domain.demand.workload import DAYS_PER_MONTH, ModalityWork
from app.domain.worlds import Array


def decision_figures(
    evaluated: Sequence[Evaluated], held_against: Reference, setting: Setting
) -> Json:
    """`figures` of a result: option → its figures, the safest in the tail, levels of the load.

    Sums and chances are over the worlds, missing prices at the dearest published one; rates of
    return, payback and break-even use are of the likely world.
    """
    rented = [(y, costing(setting.likely, y.plan)) for y in held_against.yardsticks]
    priced = {e.option.key: e for e in evaluated if e.money is not None}
    worst = {
        key: float(np.percentile(e.money.ranked_npv, 95))
        for key, e in priced.items()
        if e.money is not None and e.feasible
    }
    return {
        "levels": load_levels(evaluated, setting),
        "lowest_p95": min(worst, key=lambda key: worst[key], default=None),
        "options": {
            key: _figures(e.plan, e.money, rented, held_against, setting)
            for key, e in priced.items()
            if e.plan is not None and e.money is not None
        },
    }


def _figures(
    plan: Plan,
    money: Money,
    rented: Sequence[tuple[Yardstick, Costing]],
    held_against: Reference,
    setting: Setting,
) -> Json:
    own = costing(setting.likely, plan)
    hour = server_hour(plan.owned, setting) if plan.owned is not None else None
    end = float(own.ledger.cash[0, -1])
    bought = float(own.ledger.capex[0])
    return {
        "p95_usd": number(float(np.percentile(money.ranked_npv, 95))),
        "cvar95_usd": number(dear_tail(money.ranked_npv)),
        "capex_usd": number(bought),
        "running_usd": number(float(own.ledger.undiscounted[0]) - bought - end),
        "end_usd": number(end),
        "own_server": _own_server(hour),
        "against": [
            _against(y, other, own, money, hour, cheapest=held_against.cheapest is y)
            for y, other in rented
        ],
        "per_item": _per_item(plan, money, setting),
    }


def _own_server(hour: ServerHour | None) -> Json | None:
    if hour is None:
        return None
    return {
        "fixed_usd_per_year": number(hour.fixed_usd_per_year),
        "variable_usd_per_hour": number(hour.variable_usd_per_hour),
    }


def _against(  # what is compared, over worlds and in the likely one
    yardstick: Yardstick,
    other: Costing,
    own: Costing,
    money: Money,
    hour: ServerHour | None,
    *,
    cheapest: bool,
) -> Json:
    """What the option saves against one way to rent."""
    saved = yardstick.ranked_npv - money.ranked_npv
    mine, theirs = own.ledger.ranked_cash[0], other.ledger.ranked_cash[0]
    rate = float(own.ledger.monthly_rate[0])
    never = Found(None, "nothing is bought")
    use, hourly = _use(yardstick, other, own, hour)
    return {
        "key": yardstick.option.key,
        "title": yardstick.option.title,
        "is_cheapest": cheapest,
        "npv_usd": quantiles(saved),
        "cheaper_in": number(float((saved > 0).mean())),
        "undiscounted_usd": number(float((theirs - mine).sum())),
        "irr_per_year": _found(internal_rate(by_month(theirs - mine)) if hour else never),
        "simple_payback_months": _found(payback_month(mine, theirs, 0.0) if hour else never),
        "discounted_payback_months": _found(payback_month(mine, theirs, rate) if hour else never),
        "breakeven_utilisation": _found(use),
        "breakeven_hours_per_day": _found(
            Found(None if use.value is None else 24.0 * use.value, use.reason)
        ),
        "usd_per_server_hour": number(hourly) if hourly is not None else None,
        "utilisation": _paid_use(other, own),
    }


def _found(figure: Found) -> Json:
    value = None if figure.value is None else number(figure.value)
    return {"value": value, "reason": figure.reason}


def _use(
    yardstick: Yardstick, other: Costing, own: Costing, hour: ServerHour | None
) -> tuple[Found, float | None]:
    """Break-even use of an own server, and what its hour costs rented, USD.

    A commitment is paid around the clock, so that no use enters on its side.
    """
    owned, offer, reservation = own.plan.owned, yardstick.plan.offer, yardstick.plan.reservation
    if hour is None or owned is None or offer is None:
        return Found(None, "nothing is owned"), None
    usd = reservation.usd_per_hour if reservation else offer.usd_per_hour
    if usd is None:
        return Found(None, "it has no hourly price"), None
    price = usd * _traded(other, own) * owned.server.accelerators
    return (_around_the_clock if reservation else _by_the_hour)(hour, price), price


def _around_the_clock(hour: ServerHour, price: float) -> Found:
    """Against what is paid at all hours no use enters: one side costs less, or they are near."""
    rented, least = HOURS_PER_YEAR * price, hour.fixed_usd_per_year
    if hour.most_usd_per_year <= rented:
        return Found(None, "owning costs less at any use: it is paid around the clock")
    if least >= rented:
        return Found(None, "owning costs more at any use: it is paid around the clock")
    return Found(None, "it is paid around the clock, so use hardly matters")


def _by_the_hour(hour: ServerHour, price: float) -> Found:
    fixed, variable = hour.fixed_usd_per_year, hour.variable_usd_per_hour
    share = breakeven_utilisation(fixed, variable, price, HOURS_PER_YEAR)
    if share is not None and share > hour.metered_from:
        above, dearer = hour.metered_usd_per_hour, variable + hour.metered_usd_per_hour
        fixed -= hour.metered_from * HOURS_PER_YEAR * above
        share = breakeven_utilisation(fixed, dearer, price, HOURS_PER_YEAR)
    if share is not None:
        return Found(share)
    if price <= variable:
        return Found(None, "a rented hour costs no more than the power of an own one")
    return Found(None, "it would take more hours than a year has")


def _traded(other: Costing, own: Costing) -> float:
    """Rented accelerators that do the work of one owned accelerator."""
    return float(exchange(other.fleet, own.fleet)[0])


def _paid_use(other: Costing, own: Costing) -> float | None:
    """Rented hours paid for over the owned hours that do the same work, spares left out.

    None of a hybrid, whose own servers do not do the same work.

    To be held against the break-even use, which counts rented hours too.
    """
    owned = own.plan.owned
    if owned is None or own.plan.is_hybrid or other.plan.reservation is not None:
        return None
    working = float(owned.working_accelerators(own.ledger.months).sum()) * HOURS_PER_MONTH
    return number(float(other.rented_hours[0]) / _traded(other, own) / working)


# ---- per item ----------------------------------------------------------------------------------


def _per_item(plan: Plan, money: Money, setting: Setting) -> list[Json]:
    """The whole cost shared out by the work of each kind of data, and divided by its items.

        NPV * share of the work / sum_t items_t (1 + i)^-(t+1)

    Training, people and storage are in it.
    """
    growth, rate = setting.workload.growth, setting.ledger().monthly_rate
    worth = (1.0 + rate[:, None]) ** -np.arange(1.0, growth.shape[1] + 1.0)[None, :]
    months = np.einsum("wm,wm->w", growth, worth)
    shares = _shares(plan, setting)
    return [
        _item(work, money.npv * shares[work.modality], months)
        for work in setting.workload.modalities
    ]


def _item(work: ModalityWork, usd: Array, months: Array) -> Json:
    each = usd / (work.items_per_day * DAYS_PER_MONTH * months)
    tokens = None
    if isinstance(work.work, TokenWork):
        tokens = work.requests_per_item * (work.work.tokens_in + work.work.tokens_out)
    return {
        "modality": work.modality,
        "unit": work.unit,
        "usd_per_1000": quantiles(1e3 * each),
        "usd_per_mtok": None if tokens is None else quantiles(1e6 * each / tokens),
    }


def _shares(plan: Plan, setting: Setting) -> Mapping[str, Array]:
    """Modality → its share of the work: by busy accelerators, or by what a vendor asks for it."""
    if plan.is_managed:
        works = {work.modality: work for work in setting.workload.modalities}
        weights = {
            modality: works[modality].items_per_day * usd_per_item(price, works[modality])
            for modality, price in plan.services
        }
    else:
        fleet = setting.fitting_fleet(plan_accelerator(plan, setting))
        weights = {load.modality.modality: load.load for load in fleet.loads}
    whole = np.sum(list(weights.values()), axis=0)
    return {modality: weight / whole for modality, weight in weights.items()}
