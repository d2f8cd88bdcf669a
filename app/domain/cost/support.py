"""What vendors ask for technical support: by their published plan, or a share of the bill."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.domain.cost.ledger import Ledger, Line, Term, figure, in_arrears, times
from app.domain.cost.rented import by_tier, tiered_usd
from app.domain.facts import SupportPlan
from app.domain.known import Known
from app.domain.worlds import Array

# A published share of the bill is a price, and grows old like one.
SHARE_OF_BILL = "share of the bill"
_UNPUBLISHED = "support.unpublished_share"


@dataclass(frozen=True)
class Bill:
    """What one vendor is paid each month, and under which plan it gives support.

    Attributes:
        usd: shape (worlds, months).
        plan: None where the vendor publishes no plan with a price.
    """

    vendor: str
    usd: Array
    plan: SupportPlan | None


def charge_support(ledger: Ledger, bills: Sequence[Bill], known: Known) -> None:
    """Enter the support of every vendor that is paid.

        max(minimum, sum_k share_k * (part of the bill between start_k and start_(k+1)))

    in every month with a bill; where no plan is published, `support.unpublished_share` of it.

    Validity: the plan under which a vendor answers day and night; list prices, one account.
    """
    for bill in bills:
        line = ledger.monthly("support", _monthly(bill, known))
        _work_out(ledger, line, bill, known)
        line.formula = (
            "for each vendor and month with a bill: the larger of the plan's minimum and its "
            "share of the bill, tier by tier"
        )


def _monthly(bill: Bill, known: Known) -> Array:
    if bill.plan is None:
        result: Array = bill.usd * known.share(_UNPUBLISHED)[:, None]
        return result
    by_share = tiered_usd(bill.usd, bill.plan.tiers)
    return np.where(bill.usd > 0, np.maximum(by_share, bill.plan.minimum_usd), 0.0)


def _work_out(ledger: Ledger, line: Line, bill: Bill, known: Known) -> None:
    usd, plan = bill.usd[0], bill.plan
    first = Term(f"{bill.vendor}: bill of the first month", float(usd[0]), "USD", None)
    line.behind = (*line.behind, first)
    if plan is None:
        usual = known.figure(_UNPUBLISHED)
        billed = times(f"{bill.vendor}: bills of all months", usd.sum(), "USD")
        ledger.work_out(line, bill.vendor, in_arrears(usd * usual.value), billed, figure(usual))
        return
    at_least = (usd > 0) & (tiered_usd(usd, plan.tiers) < plan.minimum_usd)
    ledger.work_out(
        line,
        f"{plan.name}: months at the minimum",
        in_arrears(plan.minimum_usd * at_least),
        times("months at the minimum", at_least.sum(), "months"),
        times(f"{plan.name}, at least a month", plan.minimum_usd, "USD", plan.source),
    )
    for start, share, within in by_tier(np.where(at_least, 0.0, usd), plan.tiers):
        above = f"{plan.name}, of the bill above USD {start:,.0f}"
        ledger.work_out(
            line,
            f"{above} a month",
            in_arrears(share * within),
            times("bills in this tier, over the months", within.sum(), "USD"),
            times(above, share, SHARE_OF_BILL, plan.source),
        )
