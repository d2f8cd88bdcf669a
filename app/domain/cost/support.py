"""What vendors ask for technical support: by their published plan, or a share of the bill."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from app.domain.cost.ledger import Ledger, Term
from app.domain.cost.rented import tiered_usd
from app.domain.facts import SupportPlan
from app.domain.known import Known
from app.domain.worlds import Array

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
        line.terms = (*line.terms, *_terms(bill, known))
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


def _terms(bill: Bill, known: Known) -> Iterator[Term]:
    yield Term(f"{bill.vendor}: bill of the first month", float(bill.usd[0, 0]), "USD", None)
    if bill.plan is None:
        yield Term.of(known.figure(_UNPUBLISHED))
        return
    name, source = bill.plan.name, bill.plan.source
    yield Term(f"{name}, at least a month", bill.plan.minimum_usd, "USD", source)
    for start, share in bill.plan.tiers:
        if share:
            yield Term(f"{name}, of the bill above USD {start:,.0f}", share, "share", source)
