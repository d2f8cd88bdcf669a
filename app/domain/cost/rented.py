"""What rented accelerators, cloud storage and egress cost."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from app.domain.cost.ledger import Factor, Ledger, Line, Term, figure, in_arrears, times
from app.domain.cost.prices import CONTRACTS, price_path, renewed
from app.domain.demand.fleet import Fleet
from app.domain.facts import Figure, Offer, Provider, Source
from app.domain.known import Known
from app.domain.worlds import Array

HOURS_PER_MONTH = 730.0


@dataclass(frozen=True)
class Reservation:
    """A price that is paid around the clock for `years`, whatever is used.

    Attributes:
        seller: who publishes it; "the market" for a surveyed contract price.
        figure: the surveyed price that is drawn; None for a published one, which is fixed.
        unit: accelerators in the smallest lot.
        base: accelerators that are reserved each year, the rest being rented as it is needed;
            empty for the whole planned fleet.
    """

    usd_per_hour: float
    years: int
    seller: str
    source: Source
    unit: float
    figure: str | None = None
    base: tuple[int, ...] = ()


def charge_on_demand(
    ledger: Ledger, fleet: Fleet, offer: Offer, known: Known, *, may_stop: bool = False
) -> None:
    """Enter the rent of an autoscaled fleet: billed hours x list price x price path.

    Args:
        may_stop: whether work for which nobody waits may be stopped at any moment, so that it
            goes to spot machines where the provider has them.
    """
    path = price_path(offer.kind, offer.provider, known, ledger.months)
    hours = fleet.billed_hours(HOURS_PER_MONTH, offer.unit)
    if may_stop and known.facts.providers[offer.provider].spot_source is not None:
        hours = hours - _charge_spot(ledger, fleet, offer, path, known)
    line = ledger.monthly("cloud_compute", hours * _listed(offer) * path)
    line.formula = (
        "per month: max(accelerators kept ready, busy accelerators / autoscaling efficiency) "
        "x 730 h x price per accelerator-hour"
    )
    line.behind = (
        Term("accelerators kept ready", float(fleet.warm_floor), "accelerators", None),
        Term("busy accelerators at the start", float(fleet.busy()[0, 0]), "accelerators", None),
        *(Term.of(known.figure(f"autoscale.{kind}")) for kind in fleet.autoscale),
        *_path_terms(offer, known),
    )
    _work_out_rent(ledger, line, hours[0], path[0], offer)


def _charge_spot(ledger: Ledger, fleet: Fleet, offer: Offer, path: Array, known: Known) -> Array:
    """Enter what spot machines do; the hours on demand that they save, (worlds, months).

        deferrable hours * found * list price today * min(spot over it * (1 + done again), path)

    Spot prices move either way and follow no list price, which their range stands for; where
    the list price falls below, nobody would take them.

    Args:
        path: the list price over today's, shape (worlds, months).
    """
    hours = fleet.deferrable_hours(HOURS_PER_MONTH, offer.unit)
    saved: Array = hours * known.share("spot.found_share")[:, None]
    over = known.positive(f"spot.{offer.kind}") * (1.0 + known.share("spot.restart_loss"))
    paid = np.minimum(over[:, None], path)
    line = ledger.monthly("spot", saved * paid * _listed(offer))
    line.formula = (
        "hours of work that may be stopped x share for which a spot machine is found x price on "
        "demand x spot price over it x (1 + work done again), each month"
    )
    total = float(saved[0].sum())
    ledger.work_out(
        line,
        "Spot machines",
        in_arrears(saved[0] * paid[0] * _listed(offer)),
        times("hours of work that may be stopped", hours[0].sum(), "accelerator-hours"),
        figure(known.figure("spot.found_share")),
        Factor(_price_term(offer)),
        times(
            "spot price over it, with work that is done again",
            float((saved[0] * paid[0]).sum()) / total if total else 1.0,
            "ratio",
        ),
    )
    keys = (f"spot.{offer.kind}", "spot.restart_loss")
    line.behind = (*line.behind, *(Term.of(known.figure(key)) for key in keys))
    return saved


def _path_terms(offer: Offer, known: Known) -> Iterable[Term]:
    """What the price is drawn to do: a list price is cut at once, a specialist's wanders."""
    wanders = offer.kind == "specialist"
    cuts = ("price.jump_rate_per_year", "price.jump_size")
    keys = ("price.specialist_step", "price.specialist_sd") if wanders else cuts
    return (Term.of(known.figure(key)) for key in keys)


def _work_out_rent(ledger: Ledger, line: Line, hours: Array, path: Array, offer: Offer) -> None:
    """Hours (months,) at the list price, and where that moves, over today's."""
    total = float(hours.sum())
    moves = float((hours * path).sum() / total) if total else 1.0
    ledger.work_out(
        line,
        "Rent on demand",
        in_arrears(hours * _listed(offer) * path),
        times("hours of an accelerator paid for", total, "accelerator-hours"),
        Factor(_price_term(offer)),
        *_over_today(moves),
    )


def _over_today(moves: float) -> Iterable[Factor]:
    """The factor by which a price has moved; none where it has not."""
    return [times("price over today's, on average", moves, "ratio")] if moves != 1.0 else []


def charge_reserved(
    ledger: Ledger,
    fleet: Fleet,
    planned: Sequence[int],
    offer: Offer,
    reservation: Reservation,
    known: Known,
) -> Array:
    """Enter a reservation, paid around the clock, and the rent above it.

    Reserved is the planned fleet, or the base of it.

    Terms are renewed until the horizon, at the price of that day; within a term the price
    stays. What a last term runs beyond the horizon is charged too.

    Returns:
        Accelerator-hours of both each month, shape (worlds, months).
    """
    by_month = reserved_accelerators(planned, offer, reservation, ledger.months)
    usd = np.full_like(ledger.capex, reservation.usd_per_hour)
    seller = offer.provider
    if reservation.figure is not None:
        usd, seller = known.positive(reservation.figure), CONTRACTS
    market = price_path(offer.kind, seller, known, ledger.months)
    path = renewed(market, reservation.years)
    monthly = HOURS_PER_MONTH * usd[:, None] * by_month[None, :] * path
    line = ledger.monthly("cloud_compute", monthly)
    stub = -ledger.months % (12 * reservation.years)
    ledger.at_end("cloud_compute", stub * monthly[:, -1])
    line.formula = (
        "reserved accelerators x 730 h x reserved price, used or not, whole terms; a new term at "
        "the price of its first day"
    )
    line.behind = (
        Term("reserved accelerators at the start", float(by_month[0]), "accelerators", None),
        *(_path_terms(offer, known) if ledger.months > 12 * reservation.years else ()),
    )
    price = times(
        f"{reservation.seller}, {reservation.years} year{'s' * (reservation.years > 1)}",
        usd[0],
        "USD per accelerator-hour",
        reservation.source,
    )
    hours = HOURS_PER_MONTH * float(by_month.sum())
    paid = in_arrears(monthly[0])
    reserved = times("hours of an accelerator reserved", hours, "accelerator-hours")
    moves = float((by_month * path[0]).sum() / by_month.sum())
    ledger.work_out(line, "Reserved", paid, reserved, price, *_over_today(moves))
    if stub:
        rest = stub * HOURS_PER_MONTH * float(by_month[-1])
        ledger.work_out(
            line,
            "What the last term runs beyond the horizon",
            {ledger.months: stub * float(monthly[0, -1])},
            times("hours reserved beyond it", rest, "accelerator-hours"),
            price,
            *_over_today(float(path[0, -1])),
        )
    same = np.ones_like(ledger.capex)
    above = charge_shortage(ledger, Shortage.of(fleet, by_month), offer, same, known)
    return HOURS_PER_MONTH * by_month[None, :] + above


def reserved_accelerators(
    planned: Sequence[int], offer: Offer, reservation: Reservation, months: int
) -> Array:
    """Accelerators reserved in each month, in whole lots, shape (months,)."""
    lot = max(offer.unit, reservation.unit)
    whole = [math.ceil(count / lot) * lot for count in reservation.base or planned]
    return np.array([whole[m // 12] for m in range(months)], dtype=np.float64)


@dataclass(frozen=True)
class Shortage:
    """What is wanted above what is bought or reserved.

    Attributes:
        fleet: the workload on the accelerators of `capacity`.
        capacity: accelerators each month, shape (months,).
        above: mean accelerators wanted above `fleet.cap` of it, shape (worlds, months).
        often: share of the hours in which anything is, shape (worlds, months).
    """

    fleet: Fleet
    capacity: Array
    above: Array
    often: Array

    @staticmethod
    def of(fleet: Fleet, capacity: Array) -> "Shortage":
        """What `fleet` wants above `capacity` (months,)."""
        return Shortage(fleet, capacity, *fleet.above(fleet.cap * capacity))

    def billed_hours(self, unit: float, exchange: Array) -> Array:
        """Accelerator-hours that are rented for it each month, shape (worlds, months).

            730 h * max(rented / autoscaling efficiency, rented / cap + unit/2 * often)
            rented = above * exchange

        As `Fleet.billed_hours`, which this is at no capacity: machines are billed whole, and
        half of one is unused while any is rented.

        Args:
            unit: accelerators that are billed together.
            exchange: rented accelerators that do the work of one that is short, (worlds,).
        """
        rented = self.above * exchange[:, None]
        efficient = rented / self.fleet.realtime_autoscale[:, None]
        whole = rented / self.fleet.cap + unit / 2 * self.often
        result: Array = HOURS_PER_MONTH * np.maximum(efficient, whole)
        return result


def charge_shortage(
    ledger: Ledger, wanted: Shortage, offer: Offer, exchange: Array, known: Known
) -> Array:
    """Enter the rent of a shortage, on demand; gives the accelerator-hours, (worlds, months).

    Args:
        exchange: rented accelerators that do the work of one that is short, shape (worlds,).
    """
    path = price_path(offer.kind, offer.provider, known, ledger.months)
    hours = wanted.billed_hours(offer.unit, exchange)
    line = ledger.monthly("shortage", hours * _listed(offer) * path)
    line.formula = (
        "per month: load above what is bought or reserved / autoscaling efficiency, at least "
        "what is busy and half a machine while any is rented, x 730 h x price per "
        "accelerator-hour, at the list price on demand"
    )
    line.behind = (
        Term(
            "accelerators bought or reserved, at the start",
            wanted.capacity[0],
            "accelerators",
            None,
        ),
        Term("mean load above them", float(wanted.above[0].mean()), "accelerators", None),
        Term("share of the time with any", float(wanted.often[0].mean()), "share", None),
        Term.of(known.figure("queue.utilisation_cap")),
        *_path_terms(offer, known),
    )
    _work_out_rent(ledger, line, hours[0], path[0], offer)
    return hours


def charge_bridge(ledger: Ledger, fleet: Fleet, weeks: Array, offer: Offer, known: Known) -> Array:
    """Enter the rent of the whole fleet for `weeks` (worlds,) before own servers stand.

    Returns the accelerator-hours, shape (worlds,).
    """
    a_month = fleet.billed_hours(HOURS_PER_MONTH, offer.unit)[:, 0]
    month, months = a_month * _listed(offer), weeks * 7 * 24 / HOURS_PER_MONTH
    line = ledger.once("bridge", 0, month * months)
    line.formula = "weeks between the date needed and the servers' arrival x a month's GPU rent"
    line.behind = (Term.of(known.figure("lead.owned_weeks")),)
    fleet_size = float(a_month[0]) / HOURS_PER_MONTH
    ledger.work_out(
        line,
        "The wait",
        {0: float(month[0] * months[0])},
        times("weeks to bridge", weeks[0], "weeks"),
        times("hours in a week", 7 * 24, "hours"),
        times("accelerators rented meanwhile, on average", fleet_size, "accelerators"),
        Factor(_price_term(offer)),
    )
    return a_month * months


def charge_storage(
    ledger: Ledger, stored_gb: Array, provider: Provider, geography: str, dearest: float
) -> None:
    """Enter object storage of `stored_gb` (worlds, months) at the provider's price.

    Args:
        dearest: the dearest published price, USD per GB-month: ranks a missing one.
    """
    price = storage_price(provider, geography)
    if price is None:
        line = ledger.missing("storage", stored_gb * dearest)
    else:
        line = ledger.monthly("storage", stored_gb * price)
        ledger.work_out(
            line,
            "Storage",
            in_arrears(stored_gb[0] * price),
            times("GB kept, over the months", stored_gb[0].sum(), "GB-months"),
            times("storage price", price, "USD/GB-month", provider.storage_source),
        )
    line.formula = "GB kept at the end of each month x price per GB-month"
    line.behind = (*line.behind, Term("GB kept at the end", float(stored_gb[0, -1]), "GB", None))


def storage_price(provider: Provider, geography: str) -> float | None:
    """USD per GB-month in `geography`; None where the provider publishes none."""
    prices = provider.storage_usd_per_gb_month
    return prices.get(geography, prices.get("any"))


def charge_egress(
    ledger: Ledger,
    leaving_gb: Array,
    provider: Provider,
    dearest: Sequence[tuple[float, float]],
) -> None:
    """Enter egress of `leaving_gb` (worlds, months) by the provider's tiers."""
    if provider.egress_tiers:
        line = ledger.monthly("egress", tiered_usd(leaving_gb, provider.egress_tiers))
        for start, usd, within in by_tier(leaving_gb[0], provider.egress_tiers):
            ledger.work_out(
                line,
                f"Above {start:,.0f} GB a month" if start else "From the first GB of a month",
                in_arrears(usd * within),
                times("GB leaving in this tier, over the months", within.sum(), "GB"),
                times(f"price from {start:,.0f} GB a month", usd, "USD/GB", provider.egress_source),
            )
    else:
        line = ledger.missing("egress", tiered_usd(leaving_gb, dearest))
    line.formula = "GB leaving each month, priced tier by tier"
    first = Term("GB in the first month", float(leaving_gb[0, 0]), "GB", None)
    line.behind = (*line.behind, first)


def charge_between_zones(
    ledger: Ledger, served_gb: Array, provider: Provider, known: Known
) -> None:
    """Enter what crosses between two zones of a region, at the provider's price.

    GB in and out with requests that somebody waits for * share that crosses * price of a GB

    A provider that sells no zones asks nothing, and spreads nothing over them.

    Args:
        served_gb: (worlds, months).
    """
    usd = provider.between_zones_usd_per_gb
    if usd is None or not served_gb.any():
        return
    share = known.share("zones.crossing_share")
    line = ledger.monthly("between_zones", served_gb * (share * usd)[:, None])
    line.formula = (
        "GB in and out with the requests that somebody waits for x share that crosses between "
        "zones x price per GB, each month"
    )
    ledger.work_out(
        line,
        "Between zones",
        in_arrears(served_gb[0] * share[0] * usd),
        times("GB in and out, over the months", served_gb[0].sum(), "GB"),
        figure(known.figure("zones.crossing_share")),
        times("price between zones", usd, "USD/GB", provider.between_zones_source),
    )


def charge_taking_out(
    ledger: Ledger,
    stored_gb: Array,
    provider: Provider,
    dearest: Sequence[tuple[float, float]],
    free_by_law: Figure | None,
) -> None:
    """Enter reading out everything that is kept when the horizon ends, in one month.

    Args:
        stored_gb: kept at the end, shape (worlds,).
        dearest: the tiers that rank a price that is not published.
        free_by_law: the rule by which nothing may be asked for it; None where none holds.
    """
    tiers = provider.egress_tiers
    if free_by_law is not None:
        line = ledger.at_end("exit", np.zeros_like(stored_gb))
        line.behind = (Term.of(free_by_law),)
    elif tiers:
        line = ledger.at_end("exit", tiered_usd(stored_gb, tiers))
        for start, usd, within in by_tier(stored_gb, tiers):
            ledger.work_out(
                line,
                f"Above {start:,.0f} GB" if start else "From the first GB",
                {ledger.months: usd * float(within[0])},
                times("GB kept, in this tier", within[0], "GB"),
                times(f"price from {start:,.0f} GB a month", usd, "USD/GB", provider.egress_source),
            )
    else:
        line = ledger.missing_at_end("exit", tiered_usd(stored_gb, dearest))
    line.formula = "GB kept at the horizon, priced tier by tier as data leaving in one month" + (
        "; in the European Union nothing may be asked for it" if free_by_law else ""
    )
    line.behind = (*line.behind, Term("GB kept at the end", float(stored_gb[0]), "GB", None))


def tiered_usd(gb: Array, tiers: Iterable[tuple[float, float]]) -> Array:
    """Progressive price of `gb` in one month, USD, in the shape of `gb`.

        sum_k price_k * (part of gb between start_k and start_(k+1))

    Continuous and rising; concave where later tiers are cheaper.
    """
    total = np.zeros_like(gb)
    for _, usd, within in by_tier(gb, tiers):
        total += usd * within
    return total


def by_tier(
    gb: Array, tiers: Iterable[tuple[float, float]]
) -> Iterable[tuple[float, float, Array]]:
    """Each tier's start and price, with the part of `gb` that lies in it, in the shape of `gb`."""
    steps = sorted(tiers)
    for (start, usd), (end, _) in zip(steps, [*steps[1:], (math.inf, 0.0)], strict=True):
        above = np.maximum(gb - start, 0.0)
        yield start, usd, np.minimum(above, end - start, out=above)


def _listed(offer: Offer) -> float:
    if offer.usd_per_hour is None:
        message = f"{offer.provider} {offer.instance} has no on-demand price."
        raise ValueError(message)
    return offer.usd_per_hour


def _price_term(offer: Offer) -> Term:
    name = f"{offer.provider_name} {offer.region} {offer.accelerator}"
    return Term(name, _listed(offer), "USD per accelerator-hour", offer.source)
