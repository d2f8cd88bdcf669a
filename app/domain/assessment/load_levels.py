"""Which levels of the load are worth owning, committing to, or renting by the hour."""

from collections.abc import Iterator, Sequence

import numpy as np

from app.domain.assessment.evaluation import Evaluated
from app.domain.assessment.plain import Json, number
from app.domain.cost.load_duration import Band, Tier, envelope
from app.domain.cost.plan import Plan, exchange, plan_accelerator
from app.domain.cost.server_hour import HOURS_PER_YEAR, server_hour
from app.domain.cost.setting import Setting
from app.domain.demand.fleet import Fleet
from app.domain.worlds import Array


def load_levels(evaluated: Sequence[Evaluated], setting: Setting) -> Json | None:
    """The load of the last year in levels, each in its cheapest tier, in the likely world.

    A level is the work of one accelerator. In the h hours of a year in which it is there it costs

        owned      F / cap + v h
        committed  8,760 h * price * exchange / cap
        on demand  h * price * exchange / autoscaling efficiency

    with F and v of `server_hour` for each accelerator. Tiers are those of the options that may
    be chosen. Whole machines, egress and a second platform couple the levels and are not in it:
    it says where to look, not what to choose.

    None where there are fewer than two tiers.
    """
    plans = {e.option.key: e.plan for e in evaluated if e.feasible and e.plan and _is_whole(e.plan)}
    owned = [plan for plan in plans.values() if plan.owned is not None]
    if not plans:
        return None
    key = plan_accelerator(next(iter(owned or plans.values())), setting.likely)
    fleet = setting.likely.fitting_fleet(key)
    tiers = [
        tier for option, plan in plans.items() for tier in _tiers(option, plan, fleet, setting)
    ]
    if len(tiers) <= 1:
        return None
    titles = {e.option.key: e.option.title for e in evaluated}
    load = _last_year(fleet)
    return {
        "accelerator": key,
        "bands": [_band(band, load, fleet.cap, titles) for band in envelope(load, tiers)],
    }


def _is_whole(plan: Plan) -> bool:
    """Whether all of the work is done in one place, on machines."""
    return not (plan.is_hybrid or plan.parts or plan.services)


def _tiers(option: str, plan: Plan, fleet: Fleet, setting: Setting) -> Iterator[Tier]:
    """What a level costs under `plan`, USD a year and USD an hour; its key is `option how`."""
    if plan.owned is not None:
        hour, each = server_hour(plan.owned, setting), plan.owned.server.accelerators
        traded = _traded(plan.owned.server.accelerator, fleet, setting)
        if hour.metered_usd_per_hour == 0.0:  # a metered price is no straight line
            fixed = hour.fixed_usd_per_year / each * traded / fleet.cap
            yield Tier(f"{option} owned", fixed, hour.variable_usd_per_hour / each * traded)
        return
    if plan.offer is None:
        return
    traded = _traded(plan.offer.accelerator, fleet, setting)
    if plan.reservation is not None:
        paid = HOURS_PER_YEAR * plan.reservation.usd_per_hour
        yield Tier(f"{option} committed", paid * traded / fleet.cap, 0.0)
    if plan.offer.usd_per_hour is not None:
        efficiency = float(fleet.realtime_autoscale[0])
        yield Tier(f"{option} on_demand", 0.0, plan.offer.usd_per_hour * traded / efficiency)


def _traded(accelerator: str, fleet: Fleet, setting: Setting) -> float:
    """Accelerators of that kind that do the work of one of `fleet`."""
    return float(exchange(setting.likely.fitting_fleet(accelerator), fleet)[0])


def _last_year(fleet: Fleet) -> Array:
    """Busy accelerators in each hour of a year at the load of the last month, rising, (hours,).

    Work that somebody waits for follows the load curve, all other is even.
    """
    hours = int(HOURS_PER_YEAR)
    waiting = float(fleet.realtime_load[0] * fleet.workload.growth[0, -1])
    even = float(fleet.busy()[0, -1]) - waiting
    middles = (np.arange(hours) + 0.5) / hours
    load = even + waiting * fleet.workload.curve.at(middles)
    # a flat load has a peak of a billionth in its formula
    result: Array = np.round(load / load[-1], 6) * load[-1]
    return result


def _band(band: Band, load: Array, cap: float, titles: dict[str, str]) -> Json:
    option, paid = band.tier.split()
    return {
        "option": option,
        "title": titles[option],
        "paid": paid,
        "from": number(band.start / cap),
        "to": number(band.end / cap),
        "most_hours": number(float((load > band.start).mean())),
        "least_hours": number(float((load >= band.end).mean())),
        "work": number(band.hours / float(load.sum())),
        "usd_per_year": number(band.usd),
    }
