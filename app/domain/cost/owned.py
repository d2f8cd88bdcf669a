"""What owned servers cost: price, place, power, upkeep and resale."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from app.domain.cost.ledger import Factor, Ledger, Line, Term, divided_by, figure, in_arrears, times
from app.domain.cost.paying import BOUGHT, Payment, charge_lease
from app.domain.cost.rented import HOURS_PER_MONTH
from app.domain.demand.fleet import Fleet
from app.domain.facts import Country, Figure, Server
from app.domain.known import Known
from app.domain.options import OwnedPlace
from app.domain.questionnaire.stated import ANSWERED
from app.domain.worlds import Array, Range

# How a cost line says that it rests on servers the organisation has, which are its own business.
THERE_ALREADY = "servers that are there already"

_RESIDUAL_MONTHS = (6, 12, 18, 24, 36, 54)


@dataclass(frozen=True)
class OwnedGpus:
    """Accelerators that the organisation has already and that are free for this project."""

    accelerator: str
    free: float
    age_months: float


@dataclass(frozen=True)
class Tranche:
    """Servers that start to serve together.

    Attributes:
        month: at whose start they do.
        age_months: how old they are then.
        new: whether they are bought for it.
    """

    month: int
    count: int
    age_months: float
    new: bool

    def age_at(self, month: int) -> float:
        """How old they are at the start of `month`, in months."""
        return self.age_months + month - self.month


@dataclass(frozen=True)
class OwnedPlan:
    """Servers bought in yearly tranches on the likely demand, the same in every world.

    Attributes:
        servers_by_year: servers standing in each year, spares included; never falls.
        spares: of these, servers that cover the loss of one.
        there: servers of this kind that stand already and are free; used before any is bought.
        there_age_months: how long those have been in use.
        payment: how those that are added are paid.
    """

    server: Server
    place: OwnedPlace
    servers_by_year: tuple[int, ...]
    spares: int
    there: int = 0
    there_age_months: float = 0.0
    payment: Payment = BOUGHT

    def standing(self, months: int) -> Array:
        """Servers standing in each month, shape (months,)."""
        return np.array([self.servers_by_year[m // 12] for m in range(months)], dtype=np.float64)

    def working_accelerators(self, months: int) -> Array:
        """Accelerators for the load in each month, spares left out, shape (months,)."""
        result: Array = (self.standing(months) - self.spares) * self.server.accelerators
        return result

    def bought(self) -> tuple[int, ...]:
        """Servers bought at the start of each year, once those that are there are in use."""
        buying = [max(0, standing - self.there) for standing in self.servers_by_year]
        return tuple(now - old for now, old in zip(buying, (0, *buying), strict=False))

    @property
    def kept(self) -> int:
        """Servers that are there already and are used within the horizon."""
        return min(self.there, self.servers_by_year[-1])

    def at_hand(self) -> "OwnedPlan":
        """Only the servers that are there already, as far as they are used."""
        counts = tuple(min(self.kept, standing) for standing in self.servers_by_year)
        return replace(self, servers_by_year=counts, spares=min(self.spares, self.kept))

    def tranches(self) -> tuple["Tranche", ...]:
        """Those that are there, if any, and then those that are bought."""
        bought = [Tranche(12 * y, n, 0.0, new=True) for y, n in enumerate(self.bought()) if n]
        if not self.kept:
            return tuple(bought)
        return (Tranche(0, self.kept, self.there_age_months, new=False), *bought)


def owned_plan(
    server: Server,
    place: OwnedPlace,
    accelerators: Sequence[int],
    spares: int,
    owned_gpus: OwnedGpus | None = None,
    payment: Payment = BOUGHT,
) -> OwnedPlan:
    """Whole servers for the planned `accelerators` of each year, and `spares` more.

    Args:
        owned_gpus: what stands there already; only whole servers of the same accelerator count.
    """
    counts = tuple(math.ceil(a / server.accelerators) + spares for a in accelerators)
    plan = OwnedPlan(server, place, counts, spares, payment=payment)
    if owned_gpus is None or owned_gpus.accelerator != server.accelerator:
        return plan
    there = int(owned_gpus.free / server.accelerators + 1e-9)
    return replace(plan, there=there, there_age_months=owned_gpus.age_months)


def charge_hardware(ledger: Ledger, plan: OwnedPlan, known: Known) -> None:
    """Enter servers with network, installation and spare parts, and their resale at the end.

    bought * price * (1 + network + install + spare parts)  at the start of each year
    kept * price * residual(age today)                      at once: they are not sold
    - servers * price * residual(age at the horizon)        at the horizon

    What was paid for servers that are there is paid whatever is chosen and does not count; what
    the market would pay for them today is given up by keeping them. It is no purchase, so it is
    no capex.
    """
    price = server_price(plan.server, known)
    extras = with_extras(known)
    for tranche in plan.tranches():
        over_price = extras if tranche.new else residual_share(tranche.age_months, known)
        usd = tranche.count * price * over_price
        line = ledger.once("hardware", tranche.month, usd)
        if tranche.new:
            ledger.capex += usd
        worth = residual_share(tranche.age_at(ledger.months), known)
        ledger.at_end("hardware", -tranche.count * price * worth)
    line.formula = (
        "servers x price today x (1 + network + installation + spare parts), less resale of the "
        "servers at the horizon"
    )
    if plan.kept:
        line.formula += f"; {THERE_ALREADY} at what they would sell for today"
    line.behind = (
        *(Term.of(known.figure(key)) for key in _EXTRAS),
        Term.of(known.figure("residual.at_month_36")),
    )
    _work_out_hardware(ledger, line, plan, known)


def _work_out_hardware(ledger: Ledger, line: Line, plan: OwnedPlan, known: Known) -> None:
    price, extras = float(server_price(plan.server, known)[0]), float(with_extras(known)[0])
    _work_out_kept(ledger, line, plan, known)
    bought = {t.month: t.count for t in plan.tranches() if t.new}
    ledger.work_out(
        line,
        "Bought",
        {month: count * price * extras for month, count in bought.items()},
        times("servers bought, the spare included", sum(bought.values()), "servers"),
        *_price_today(plan.server, known),
        times("1 + network + installation + spare parts", extras, "ratio"),
    )
    standing = sum(t.count for t in plan.tranches())
    sold = sum(
        t.count * float(residual_share(t.age_at(ledger.months), known)[0]) for t in plan.tranches()
    )
    ledger.work_out(
        line,
        "Resold at the end",
        {ledger.months: -price * sold},
        times("servers resold", -standing, "servers, taken off"),
        *_price_today(plan.server, known),
        times("resale over the price, by age, on average", sold / standing, "share"),
    )


def _work_out_kept(ledger: Ledger, line: Line, plan: OwnedPlan, known: Known) -> None:
    if not plan.kept:
        return
    price = float(server_price(plan.server, known)[0])
    worth = float(residual_share(plan.there_age_months, known)[0])
    ledger.work_out(
        line,
        "Kept instead of sold today",
        {0: plan.kept * price * worth},
        times(THERE_ALREADY, plan.kept, "servers", ANSWERED),
        *_price_today(plan.server, known),
        times("what they sell for today over the price", worth, "share"),
    )


def _price_today(server: Server, known: Known) -> tuple[Factor, Factor]:
    """The dated price, and what quotes have added to it since."""
    return figure(server.price_usd), figure(known.figure("server.price_factor"))


_EXTRAS = ("network.share_of_capex", "install.share_of_capex", "spares.share_of_capex")


def server_price(server: Server, known: Known) -> Array:
    """USD per server, shape (worlds,): the dated price with what quotes have spread since."""
    factor = known.positive("server.price_factor")
    result: Array = server.price_usd.value * factor
    return result


def residual_share(age_months: float, known: Known) -> Array:
    """Share of the purchase price that the market pays at `age_months`, shape (worlds,).

    Straight between published ages, new at 1, and after the last age falling at the pace
    of the last step, to 0. One draw moves the whole curve.
    """
    figures = [known.figure(f"residual.at_month_{month}") for month in _RESIDUAL_MONTHS]
    ages = [0.0, *map(float, _RESIDUAL_MONTHS)]
    shares = [1.0, *(figure.value for figure in figures)]
    slope = (shares[-1] - shares[-2]) / (ages[-1] - ages[-2])
    beyond = max(0.0, age_months - ages[-1])
    likely = float(np.interp(age_months, ages, shares)) + slope * beyond
    middle = known.figure("residual.at_month_36")
    factor = known.positive(middle.key) / middle.value
    result: Array = np.clip(likely * factor, 0.0, 1.0)
    return result


def charge_upkeep(
    ledger: Ledger,
    plan: OwnedPlan,
    busy: Array,
    site_type: str,
    country: Country | None,
    known: Known,
) -> None:
    """Enter maintenance, rack space, electricity and insurance for the servers of `plan`.

    Who sells the use of its servers looks after them and insures them; those that are there
    already stay the organisation's to look after.

    Args:
        busy: share of the hours in which they work, shape (worlds, months).
    """
    standing = plan.standing(ledger.months)[None, :]
    cared_for = plan.at_hand() if plan.payment.way == "by_use" else plan
    if any(cared_for.servers_by_year):
        _charge_maintenance(ledger, cared_for.standing(ledger.months)[None, :], plan.server, known)
        _charge_insurance(ledger, cared_for, known)
    _charge_space(ledger, plan, standing, known)
    _charge_energy(ledger, plan, busy, site_type, country, known)


def _charge_maintenance(ledger: Ledger, standing: Array, server: Server, known: Known) -> None:
    share = known.share("maintenance.share_per_year")
    price = server_price(server, known)
    line = ledger.monthly("maintenance", (share * price / 12)[:, None] * standing)
    line.formula = "servers x price today x maintenance share a year / 12, each month"
    paid = share[0] * price[0] / 12 * standing[0]
    ledger.work_out(
        line,
        "Maintenance",
        in_arrears(paid),
        times("years of a server standing", standing.sum() / 12, "server-years"),
        *_price_today(server, known),
        figure(known.figure("maintenance.share_per_year")),
    )


def _charge_insurance(ledger: Ledger, plan: OwnedPlan, known: Known) -> None:
    """Book value falls in a straight line over the life of the servers."""
    share = known.share("insurance.share_per_year")
    value = server_price(plan.server, known) * with_extras(known)
    booked = book_servers(plan, ledger.months, known)
    line = ledger.monthly("insurance", (share * value / 12)[:, None] * booked[None, :])
    line.formula = (
        "servers x what they cost x what is left of their life x insurance a year / 12, each month"
    )
    line.behind = (Term.of(known.figure("hardware.life_years")),)
    ledger.work_out(
        line,
        "Insurance",
        in_arrears(share[0] * value[0] / 12 * booked),
        times("years of a server, at what is left of its life", booked.sum() / 12, "server-years"),
        *_price_today(plan.server, known),
        times("1 + network + installation + spare parts", with_extras(known)[0], "ratio"),
        figure(known.figure("insurance.share_per_year")),
    )


def book_servers(plan: OwnedPlan, months: int, known: Known) -> Array:
    """Servers' worth of book value in the middle of each month, shape (months,).

    sum over tranches of servers * max(0, 1 - age / life)
    """
    life = 12 * known.value("hardware.life_years")
    middle = np.arange(months) + 0.5
    worth = np.zeros(months)
    for tranche in plan.tranches():
        age = tranche.age_months + middle - tranche.month
        left = tranche.count * np.maximum(1.0 - age / life, 0.0)
        worth += np.where(middle > tranche.month, left, 0.0)
    return worth


def charge_decommissioning(ledger: Ledger, plan: OwnedPlan, known: Known) -> None:
    """Enter taking down every server at the horizon, drives wiped or destroyed."""
    servers = plan.servers_by_year[-1]
    each = known.positive("decommission.usd_per_server")
    line = ledger.at_end("decommission", servers * each)
    line.formula = "servers standing at the horizon x what taking one down costs"
    ledger.work_out(
        line,
        "Taken down",
        {ledger.months: servers * float(each[0])},
        times("servers at the end", servers, "servers"),
        figure(known.figure("decommission.usd_per_server")),
    )


def _charge_space(ledger: Ledger, plan: OwnedPlan, standing: Array, known: Known) -> None:
    """Space is reserved on nameplate power."""
    kw = plan.server.power_kw
    reserved = standing * kw.value
    rent, least = space_figure(plan.place, reserved, known)
    usd = known.positive(rent.key)
    let = np.maximum(reserved, least)
    line = ledger.monthly("facility", usd[:, None] * let)
    line.formula = "servers x full power in kW, at least the smallest lot, x USD per kW-month"
    line.behind = (Term.of(kw), *([Term("smallest lot", least, "kW", None)] if least else []))
    ledger.work_out(
        line,
        "Space",
        in_arrears(usd[0] * let[0]),
        times("space over the months, by full power", let.sum(), "kW-months"),
        figure(rent),
    )


def space_figure(place: OwnedPlace, kw: Array, known: Known) -> tuple[Figure, float]:
    """USD per kW-month of rack space, and the smallest lot at that price, kW.

    Small lots pay retail; a wholesale lot is taken where it is cheaper over all the months, so
    the bill never falls when the fleet grows, nor when a price rises.

    Args:
        kw: wanted each month.
    """
    if place == "own_site":
        return known.figure("own_space.usd_per_kw_month"), 0.0
    retail = known.figure("colocation.retail_usd_per_kw_month")
    wholesale = known.figure("colocation.wholesale_usd_per_kw_month")
    lot = known.value("colocation.wholesale_from_kw")
    if retail.value * kw.sum() <= wholesale.value * np.maximum(kw, lot).sum():
        return retail, 0.0
    return wholesale, lot


def _charge_energy(
    ledger: Ledger,
    plan: OwnedPlan,
    busy: Array,
    site_type: str,
    country: Country | None,
    known: Known,
) -> None:
    """Hours * PUE * USD/kWh * servers * kW * (idle + (1 - idle) * utilisation)."""
    pue, tariff = pue_figure(plan.place, site_type, known), tariff_figure(country, known)
    kwh = energy_kwh(plan, busy, pue, known)
    usd = known.worlds.positive("site.electricity", _range(tariff))
    line = ledger.monthly("energy", kwh * usd[:, None])
    line.formula = (
        "servers x full power x (idle share + (1 - idle share) x utilisation) x 730 h x PUE "
        "x USD per kWh, each month"
    )
    line.behind = (
        Term.of(known.figure("power.idle_share")),
        Term("utilisation at the start", float(busy[0, 0]), "share", None),
    )
    hours = HOURS_PER_MONTH * float(plan.standing(busy.shape[1]).sum())
    overhead = max(pue.value, 1.0)
    full = hours * plan.server.power_kw.value * overhead
    ledger.work_out(
        line,
        "Electricity",
        in_arrears(kwh[0] * usd[0]),
        times("hours of a server standing", hours, "server-hours"),
        figure(plan.server.power_kw),
        times("draw over full power, idle hours included", kwh[0].sum() / full, "share"),
        times(pue.label, overhead, pue.unit, pue.source),
        figure(tariff),
    )


def energy_kwh(plan: OwnedPlan, busy: Array, pue: Figure, known: Known) -> Array:
    """Electricity drawn each month with cooling, kWh, shape (worlds, months)."""
    idle = known.share("power.idle_share")[:, None]
    draw = plan.server.power_kw.value * (idle + (1 - idle) * busy)
    overhead = np.maximum(known.worlds.positive("site.pue", _range(pue)), 1.0)[:, None]
    result: Array = HOURS_PER_MONTH * overhead * plan.standing(busy.shape[1])[None, :] * draw
    return result


def utilisation(plan: OwnedPlan, fleet: Fleet, above: Array | None = None) -> Array:
    """Share of the owned accelerator-hours, spares included, that do work; (worlds, months).

    Args:
        above: mean accelerators wanted above the plan's, shape (worlds, months), if known.
    """
    months = fleet.workload.months
    if above is None:
        above = fleet.overflow(fleet.cap * plan.working_accelerators(months))
    carried = fleet.busy() - above
    owned = plan.standing(months) * plan.server.accelerators
    result: Array = np.clip(carried / owned[None, :], 0.0, 1.0)
    return result


def pue_figure(place: OwnedPlace, site_type: str, known: Known) -> Figure:
    """The power usage effectiveness of the place."""
    if place == "colocation":
        return known.figure("pue.colocation")
    return known.figure("pue.server_room" if site_type == "server_room" else "pue.own_datacentre")


def tariff_figure(country: Country | None, known: Known) -> Figure:
    """USD per kWh in `country`; the range over all known places where it has no figure."""
    if country is not None and country.electricity is not None:
        return country.electricity
    return known.figure("electricity.elsewhere")


def charge_disks(ledger: Ledger, stored_gb: Array, known: Known, payment: Payment = BOUGHT) -> None:
    """Enter disks, bought each year for what is kept at its end, and their upkeep.

    Where servers are not bought, disks are leased; nothing is expected back for them.

        extra TB * copies * USD per raw TB / usable share * system multiple
        + bought so far * maintenance share / 12  each month

    Validity: capacity disks for media; their power and later replacement are not priced.
    """
    usd = np.prod([known.positive(key) for key in _DISKS], axis=0)
    usd = usd / np.maximum(known.share("disk.usable_share"), 0.1)
    upkeep = known.share("maintenance.share_per_year") / 12
    have, spent = np.zeros(stored_gb.shape[0]), np.zeros(stored_gb.shape)
    bought = dict[int, float]()
    for month in range(0, ledger.months, 12):
        need = stored_gb[:, month : month + 12].max(axis=1) / 1e3
        extra = np.maximum(need - have, 0.0)
        if payment.is_purchase:
            ledger.once("storage", month, extra * usd)
            bought[month] = float(extra[0] * usd[0])
            ledger.capex += extra * usd
        elif extra.any():
            what = f"Disks from year {month // 12 + 1}, leased"
            charge_lease(ledger, "storage", what, month, extra * usd, 0.0 * usd, known)
        spent[:, month:] += (extra * usd)[:, None]
        have += extra
    line = ledger.monthly("storage", spent * upkeep[:, None])
    line.formula = (
        "TB more each year x copies x USD per raw TB / usable share x system multiple, "
        f"{'' if payment.is_purchase else 'in equal payments to a lessor, '}"
        "and maintenance on all bought so far"
    )
    kept = Term("TB kept at the end", float(stored_gb[0, -1]) / 1e3, "TB", None)
    line.behind = (*line.behind, kept)
    per_tb = (*(figure(known.figure(key)) for key in _DISKS), _usable(known))
    ledger.work_out(
        line,
        "Disks bought",
        bought,
        times("TB bought", sum(bought.values()) / float(usd[0]), "TB"),
        *per_tb,
    )
    years = float(spent[0].sum() / usd[0]) / 12
    ledger.work_out(
        line,
        "Maintenance of the disks",
        in_arrears(spent[0] * upkeep[0]),
        times("years of a TB in use", years, "TB-years"),
        *per_tb,
        figure(known.figure("maintenance.share_per_year")),
    )


_DISKS = ("disk.hdd_usd_per_tb_raw", "disk.system_multiple", "disk.copies")


def _usable(known: Known) -> Factor:
    share = known.figure("disk.usable_share")
    return divided_by(share.label, max(share.value, 0.1), share.unit, share.source)


def stranded_usd(plan: OwnedPlan, months: int, known: Known, stopped: float) -> Array:
    """What stopping early wastes of the servers bought until then, USD, shape (worlds,).

        sum over tranches of price * ((1 - resale(h - p)) - (1 - resale(H - p)) * (h - p)/(H - p))

    with H the horizon, h = `stopped` the month of the stop and p the month of purchase: the loss
    of value so far beyond the part of the planned loss that the time used up.
    """
    price = server_price(plan.server, known) * with_extras(known)
    wasted = np.zeros(known.worlds.count)
    for tranche in plan.tranches():
        age, whole = stopped - tranche.month, months - tranche.month
        if tranche.new and age > 0:
            lost = 1.0 - residual_share(age, known)
            planned = (1.0 - residual_share(whole, known)) * age / whole
            wasted += tranche.count * price * np.maximum(lost - planned, 0.0)
    return wasted


def with_extras(known: Known) -> Array:
    """One plus the shares of network, installation and spare parts, shape (worlds,)."""
    result: Array = 1.0 + np.sum([known.share(key) for key in _EXTRAS], axis=0)
    return result


def _range(figure: Figure) -> Range:
    return Range(figure.low, figure.value, figure.high)
