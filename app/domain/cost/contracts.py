"""Servers on one's own floor as they are paid: bought, leased, or by the hour to their owner."""

from collections.abc import Iterator

import numpy as np

from app.domain.cost.ledger import Ledger, Line, Term, in_arrears, times
from app.domain.cost.owned import (
    OwnedPlan,
    Tranche,
    charge_hardware,
    residual_share,
    server_price,
    stranded_usd,
    with_extras,
)
from app.domain.cost.paying import (
    QUOTED,
    charge_lease,
    contract_months,
    lease_usd_per_month,
    what_a_fixed_sum_is_worth,
    what_fixed_sums_are_worth,
)
from app.domain.cost.rented import HOURS_PER_MONTH
from app.domain.known import Known
from app.domain.questionnaire.stated import ANSWERED
from app.domain.worlds import Array


def charge_servers(ledger: Ledger, plan: OwnedPlan, busy: Array, known: Known) -> None:
    """Enter the servers of `plan` as they are paid; those that are there already stay one's own.

    Args:
        busy: share of the hours in which they work, shape (worlds, months).
    """
    if plan.payment.is_purchase:
        charge_hardware(ledger, plan, known)
        return
    if plan.kept:
        charge_hardware(ledger, plan.at_hand(), known)
    quoted = plan.payment.usd_per_hour
    if quoted is None:
        _charge_leases(ledger, plan, known)
    else:
        _charge_use(ledger, plan, known.worlds.positive(QUOTED, quoted), busy, known)


def owed_usd(plan: OwnedPlan, months: int, known: Known, stopped: float) -> Array:
    """What stopping at month `stopped` wastes of the servers of `plan`, USD, shape (worlds,).

    Of bought ones the value that is lost too early; of others what their contracts still ask,
    due at once.
    """
    if plan.payment.is_purchase:
        return stranded_usd(plan, months, known, stopped)
    owed = np.zeros(known.worlds.count)
    for tranche in (t for t in _taken(plan) if t.month < stopped):
        whole = contract_months(months - tranche.month, known)
        left = max(tranche.month + whole - stopped, 0.0)
        worth = what_a_fixed_sum_is_worth(stopped - _fixed_in(plan, tranche), known)
        owed += tranche.count * left * _least_usd_per_month(plan, whole, known) * worth
    return owed


def _taken(plan: OwnedPlan) -> Iterator[Tranche]:
    """Servers that come under a contract."""
    return (tranche for tranche in plan.tranches() if tranche.new)


def _fixed_in(plan: OwnedPlan, tranche: Tranche) -> int:
    """Month in whose money payments are fixed: a lease's first one, while a quote is of today."""
    return tranche.month if plan.payment.usd_per_hour is None else 0


def _least_usd_per_month(plan: OwnedPlan, whole: int, known: Known) -> Array:
    """What one server costs a month even when idle, under a contract of `whole` months, USD."""
    if plan.payment.usd_per_hour is None:
        price, returned = _lease_of_one(plan, whole, known)
        return lease_usd_per_month(price, returned, whole, known)
    usd = known.worlds.positive(QUOTED, plan.payment.usd_per_hour)
    least = known.share("by_use.least_share")
    result: Array = HOURS_PER_MONTH * plan.server.accelerators * least * usd
    return result


def _lease_of_one(plan: OwnedPlan, whole: int, known: Known) -> tuple[Array, Array]:
    """What the lessor pays for a server, and what it counts on at the end, USD, (worlds,).

    At most what the market would pay then: a lessor does not give more.
    """
    price = server_price(plan.server, known)
    share = np.minimum(known.share("lease.returned_share"), residual_share(whole, known))
    return price * with_extras(known), price * share


def _charge_leases(ledger: Ledger, plan: OwnedPlan, known: Known) -> None:
    """Enter a lease for each year's servers, with network, installation and spare parts.

    They go back at the end, so nothing is resold.
    """
    for tranche in _taken(plan):
        whole = contract_months(ledger.months - tranche.month, known)
        price, returned = (tranche.count * usd for usd in _lease_of_one(plan, whole, known))
        servers = f"{tranche.count} server{'s' * (tranche.count > 1)}"
        what = f"{servers} from year {tranche.month // 12 + 1}"
        line = charge_lease(ledger, "lease", what, tranche.month, price, returned, known)
        line.formula = (
            "each year's servers with network, installation and spare parts, less what the lessor "
            "expects for them at the end, in equal payments at the lessor's rate until then; "
            "inflation takes from a payment that is fixed"
        )


def _charge_use(ledger: Ledger, plan: OwnedPlan, usd: Array, busy: Array, known: Known) -> None:
    """Enter what a vendor asks for servers of its own on one's floor.

        730 h * price * max(least share * installed, used)  at the end of each month

    Servers that are there already work first. The price is fixed, so inflation takes from it;
    the least sum is owed until the shortest contract ends.

    Args:
        usd: quoted price of an accelerator-hour, shape (worlds,).
    """
    hours = _paid_hours(plan, busy, known)
    worth = what_fixed_sums_are_worth(ledger.months, known)
    line = ledger.monthly("by_use", usd[:, None] * hours * worth)
    line.formula = (
        "730 h x price of an accelerator-hour x accelerators used, at least the least share of "
        "those installed, each month; inflation takes from a price that is fixed"
    )
    line.behind = tuple(
        Term.of(known.figure(key)) for key in ("by_use.least_share", "inflation.per_year")
    )
    total = float(hours[0].sum())
    later = float((hours[0] * worth[0]).sum()) / total if total else 1.0
    ledger.work_out(
        line,
        "Paid by use",
        in_arrears(usd[0] * hours[0] * worth[0]),
        times("hours paid for", total, "accelerator-hours"),
        times("quoted price of an accelerator-hour", usd[0], "USD/h", ANSWERED),
        times("what a fixed price is worth later, on average", later, "ratio"),
    )
    _charge_beyond(ledger, line, plan, worth[:, -1], known)


def _paid_hours(plan: OwnedPlan, busy: Array, known: Known) -> Array:
    """Accelerator-hours that the vendor bills each month, shape (worlds, months)."""
    months, each = busy.shape[1], plan.server.accelerators
    standing = plan.standing(months)
    installed = np.maximum(standing - plan.kept, 0.0) * each
    used = np.clip((busy * standing - plan.kept) * each, 0.0, installed)
    least = known.share("by_use.least_share")[:, None] * installed
    result: Array = HOURS_PER_MONTH * np.maximum(least, used)
    return result


def metered(plan: OwnedPlan, months: int, known: Known) -> tuple[float, float]:
    """What a vendor asks for an hour of one server's work, and from which use, in the likely world.

    The price at what it is worth on average over the plan; the share of the hours of a server that
    works, spares left out. 0 and 1 where no server is paid by use.
    """
    new = np.maximum(plan.standing(months) - plan.kept, 0.0).sum()
    if plan.payment.usd_per_hour is None or not new:
        return 0.0, 1.0
    worth = float(what_fixed_sums_are_worth(months, known)[0].mean())
    usd = plan.payment.usd_per_hour.likely * plan.server.accelerators * worth
    least = float(known.share("by_use.least_share")[0])
    standing = plan.standing(months).sum()
    working = standing - plan.spares * months
    share = (standing - new + least * new) / working
    return usd, min(float(share), 1.0)


def _charge_beyond(ledger: Ledger, line: Line, plan: OwnedPlan, worth: Array, known: Known) -> None:
    """Enter what the contracts by use still ask when the plan ends."""
    owed = np.zeros(known.worlds.count)
    for tranche in _taken(plan):
        left = ledger.months - tranche.month
        whole = contract_months(left, known)
        owed += tranche.count * (whole - left) * _least_usd_per_month(plan, whole, known) * worth
    if not owed.any():
        return
    ledger.at_end("by_use", owed)
    month = _least_usd_per_month(plan, ledger.months, known)[0]
    ledger.work_out(
        line,
        "What the contracts run beyond the plan",
        {ledger.months: float(owed[0])},
        times("least sum for a server a month", month, "USD"),
        times("months of a server, at what a fixed sum then buys", owed[0] / month, "months"),
    )
