"""What one owned server costs a year, used or not, and what an hour of work adds to it."""

from dataclasses import dataclass, replace

import numpy as np

from app.domain.cost.contracts import charge_servers, metered
from app.domain.cost.owned import (
    OwnedPlan,
    charge_decommissioning,
    charge_upkeep,
    energy_kwh,
    pue_figure,
    tariff_figure,
)
from app.domain.cost.people import infrastructure_fte
from app.domain.cost.setting import Setting

HOURS_PER_YEAR = 8_760.0


@dataclass(frozen=True)
class ServerHour:
    """One owned server in the likely world.

    Attributes:
        fixed_usd_per_year: F: capital less resale, support, space, insurance, idle power, the
            people for the machines and its share of spares, per server that works.
        variable_usd_per_hour: v: the power that an hour of work adds.
        metered_usd_per_hour: what a vendor asks for it on top, once more is used than is paid
            for in any case; 0 where the server is bought or leased.
        metered_from: the share of the hours from which it does.
    """

    fixed_usd_per_year: float
    variable_usd_per_hour: float
    metered_usd_per_hour: float = 0.0
    metered_from: float = 1.0

    @property
    def most_usd_per_year(self) -> float:
        """What it costs when it works in every hour."""
        metered = (1.0 - self.metered_from) * self.metered_usd_per_hour
        return self.fixed_usd_per_year + HOURS_PER_YEAR * (self.variable_usd_per_hour + metered)


def server_hour(plan: OwnedPlan, setting: Setting) -> ServerHour:
    """F and v of the servers of `plan`, in the likely world of `setting`.

    F = present value of all that is paid without any work / sum_t (1 + i)^-(t+1) / 12
        over the servers that work in month t
    v = (full power - idle power) * PUE * tariff
    """
    likely = setting.likely
    ledger = likely.ledger()
    months, known = ledger.months, likely.known
    idle = np.zeros((1, months))
    site = likely.answers.choice("site.type")
    charge_servers(ledger, plan, idle, known)
    charge_upkeep(ledger, plan, idle, site, likely.country, known)
    charge_decommissioning(ledger, plan, known)
    standing = plan.standing(months)
    people = infrastructure_fte(standing * plan.server.accelerators, known)
    salary = likely.answers.draw("engineer_year_usd", likely.worlds)
    ledger.monthly("staff", people * salary[:, None] / 12)
    worth = (1.0 + ledger.monthly_rate[0]) ** -np.arange(1.0, months + 1.0)
    working = standing - plan.spares
    fixed = float(ledger.npv[0]) / float((working * worth).sum() / 12)
    return ServerHour(fixed, _variable(plan, likely, site), *metered(plan, months, known))


def _variable(plan: OwnedPlan, likely: Setting, site: str) -> float:
    """USD that an hour of work adds to the power of one server."""
    one = replace(plan, servers_by_year=(1,), spares=0, there=0)
    pue = pue_figure(plan.place, site, likely.known)
    busy, idle = (
        energy_kwh(one, np.full((1, 12), share), pue, likely.known).sum() for share in (1.0, 0.0)
    )
    return float(busy - idle) / HOURS_PER_YEAR * tariff_figure(likely.country, likely.known).value
