"""How machines on one's own floor are paid: bought, leased, or by the hour to their owner."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from app.domain.cost.ledger import Ledger, Line, Term, times
from app.domain.known import Known
from app.domain.questionnaire.answers import Answers
from app.domain.worlds import Array, Range

Way = Literal["bought", "leased", "by_use"]

# How the ways are called wherever they are shown.
WAYS: dict[Way, str] = {
    "bought": "Bought",
    "leased": "Leased to the end of the plan",
    "by_use": "By the hour, to a vendor who owns them",
}
QUOTED = "own_payment.usd_per_gpu_hour"
# What is behind every lease.
_LEASE = ("lease.rate_per_year", "lease.returned_share", "inflation.per_year")


@dataclass(frozen=True)
class Payment:
    """How the machines are paid; the same in every world.

    Attributes:
        usd_per_hour: what a vendor asks for an hour of an accelerator on one's own floor; only
            where that is how they are paid, and never assumed: no such price is published.
        accelerator: which kind was quoted; "" where any will do.
    """

    way: Way
    usd_per_hour: Range | None = None
    accelerator: str = ""

    @property
    def is_purchase(self) -> bool:
        """Whether the machines become one's own, and are money invested."""
        return self.way == "bought"


BOUGHT = Payment("bought")
LEASED = Payment("leased")


def payment(answers: Answers) -> Payment:
    """What was answered; bought where nothing was, or where use was not quoted."""
    way = answers.choice("own_payment.way")
    if way == "by_use":
        return quoted_use(answers) or BOUGHT
    return LEASED if way == "leased" else BOUGHT


def quoted_use(answers: Answers) -> Payment | None:
    """Payment by use as it was quoted: a price, and for which kind; None without either."""
    kind, usd = answers.choice("own_payment.accelerator"), answers.optional_quantity(QUOTED)
    return Payment("by_use", usd, kind) if usd is not None and kind else None


def lease_usd_per_month(price: Array, returned: Array, months: int, known: Known) -> Array:
    """The equal sum at the end of each of `months` for machines of `price`, USD, (worlds,).

        (price - returned (1 + i)^-n) i / (1 - (1 + i)^-n)

    with i the lessor's monthly rate, n = `months`. In money of the day: it does not rise with
    inflation. Taxes are left out.

    Args:
        returned: what the lessor expects to sell the machines for when they come back, USD.
    """
    monthly = (1.0 + known.positive("lease.rate_per_year")) ** (1.0 / 12.0) - 1.0
    worth = (1.0 + monthly) ** -float(months)
    result: Array = (price - returned * worth) * monthly / (1.0 - worth)
    return result


def what_a_fixed_sum_is_worth(month: float, known: Known) -> Array:
    """What a dollar fixed today buys `month` months later, shape (worlds,).

    (1 + inflation)^-(month/12): everything else here is in today's purchasing power.
    """
    result: Array = (1.0 + known.positive("inflation.per_year")) ** (-month / 12.0)
    return result


def what_fixed_sums_are_worth(months: int, known: Known) -> Array:
    """`what_a_fixed_sum_is_worth` at the end of each month, shape (worlds, months)."""
    year = 1.0 + known.positive("inflation.per_year")
    result: Array = year[:, None] ** (-np.arange(1.0, months + 1.0)[None, :] / 12.0)
    return result


def contract_months(left: int, known: Known) -> int:
    """How long a contract runs that begins `left` months before the plan ends."""
    return max(left, round(known.value("lease.least_months")))


def charge_lease(
    ledger: Ledger, key: str, what: str, month: int, price: Array, returned: Array, known: Known
) -> Line:
    """Enter the lease of machines of `price` from the start of `month` to the end of the plan.

    What a contract runs beyond the plan is due when the plan ends.

    Args:
        price, returned: of all of them, USD, shape (worlds,).
    """
    left = ledger.months - month
    whole = contract_months(left, known)
    each = lease_usd_per_month(price, returned, whole, known)
    real = each[:, None] * what_fixed_sums_are_worth(left, known)
    running = np.zeros((each.shape[0], ledger.months))
    running[:, month:] = real
    line = ledger.monthly(key, running)
    terms = (Term.of(known.figure(figure)) for figure in _LEASE)
    line.behind = tuple(dict.fromkeys((*line.behind, *terms)))
    paid = {month + k + 1: float(usd) for k, usd in enumerate(real[0])}
    _work_out(ledger, line, what, paid, each)
    if whole > left:
        rest = (whole - left) * real[:, -1]
        ledger.at_end(key, rest)
        beyond = {ledger.months: float(rest[0])}
        _work_out(ledger, line, f"{what}, what the contract runs beyond the plan", beyond, each)
    return line


def _work_out(ledger: Ledger, line: Line, what: str, paid: dict[int, float], each: Array) -> None:
    ledger.work_out(
        line,
        what,
        paid,
        times("payment of a month, fixed for the contract", each[0], "USD a month"),
        times(
            "months, each at what a fixed sum then buys",
            sum(paid.values()) / float(each[0]) if each[0] else 0.0,
            "months",
        ),
    )
