"""Dated payments of one option, discounted over the horizon, one row of worlds per line."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np

from app.domain.facts import Figure, Source
from app.domain.worlds import Array

Group = Literal["compute", "facility", "data", "people", "other"]

WORTH_TODAY = "in today's money, on average"

# Line key → (title, group); the order is the order of every table and chart.
LINES: Mapping[str, tuple[str, Group]] = {
    "hardware": ("Servers and network, less resale", "compute"),
    "lease": ("Servers and network, leased", "compute"),
    "by_use": ("A vendor's servers on your floor, by the hour", "compute"),
    "maintenance": ("Hardware support contract", "compute"),
    "managed_api": ("Managed AI services", "compute"),
    "cloud_compute": ("GPU rent", "compute"),
    "spot": ("GPU rent on spot machines", "compute"),
    "bridge": ("GPU rent until the servers stand", "compute"),
    "shortage": ("GPU rent above what is owned or reserved", "compute"),
    "edge": ("Boxes at the devices", "compute"),
    "facility": ("Rack space", "facility"),
    "energy": ("Electricity", "facility"),
    "insurance": ("Insurance of the servers", "facility"),
    "storage": ("Storage", "data"),
    "egress": ("Data leaving the cloud", "data"),
    "between_zones": ("Traffic between zones of the cloud", "data"),
    "uplink": ("Connection of the site", "data"),
    "support": ("Technical support of vendors", "other"),
    "staff": ("People", "people"),
    "on_call": ("Being on call day and night", "people"),
    "second_platform": ("Running a second platform", "other"),
    "migration": ("Setting up, and leaving a supplier", "other"),
    "exit": ("Taking the data out at the end", "other"),
    "decommission": ("Taking down the servers at the end", "other"),
    "standstill": ("Hours without service", "other"),
}


# Lines that a provider bills, so that its discount is in them.
BILLED = frozenset(
    {"managed_api", "cloud_compute", "spot", "bridge", "shortage", "storage", "egress"}
    | {"between_zones", "support", "exit"}
)
# Lines of what is lost rather than paid: no ceiling on spending is about them.
LOSSES = frozenset({"standstill"})
# Lines in which the age of the servers is, so that those that are there are in them.
BY_AGE = frozenset({"hardware", "insurance"})


@dataclass(frozen=True)
class Term:
    """One input of a formula, as used in the likely world."""

    name: str
    value: float
    unit: str
    source: Source | None

    @staticmethod
    def of(figure: Figure) -> "Term":
        """The likely value of a reference figure."""
        return Term(figure.label, figure.value, figure.unit, figure.source)


@dataclass(frozen=True)
class Factor:
    """One factor of a product; `divides` where the product is divided by it."""

    term: Term
    divides: bool = False


@dataclass(frozen=True)
class Product:
    """One part of a line, worked out: its factors give what it adds to the line, USD."""

    what: str
    factors: tuple[Factor, ...]

    @property
    def usd(self) -> float:
        """The factors multiplied, each that divides inverted."""
        return math.prod(1.0 / f.term.value if f.divides else f.term.value for f in self.factors)


@dataclass
class Line:
    """One cost line of one option.

    Attributes:
        npv, undiscounted: what is priced, shape (worlds,), USD.
        stand_in: what a missing price would cost at the dearest published one; used to rank,
            never shown as a price, so that not publishing a price never helps a provider.
        products: the line in the first world, worked out; they add up to its `npv`.
        behind: what a factor was made of where that is no product.
    """

    key: str
    npv: Array
    undiscounted: Array
    stand_in: Array
    missing: bool = False
    formula: str = ""
    products: tuple[Product, ...] = ()
    behind: tuple[Term, ...] = ()

    @property
    def terms(self) -> tuple[Term, ...]:
        """Every number that the line shows."""
        return (*(f.term for product in self.products for f in product.factors), *self.behind)


@dataclass
class Ledger:
    """The payments of one option.

    Attributes:
        monthly_rate: real discount rate per month, shape (worlds,).
        running: priced payments at the end of each month, shape (worlds, months).
        dated: all other priced ones, shape (worlds, months + 2), by `cash`'s columns.
        running_stand_in, ended_stand_in: what missing prices would add to the months, and to
            what follows the horizon, shapes (worlds, months) and (worlds,).
        capex: priced purchases, undiscounted and before any resale, shape (worlds,).
        lost, lost_stand_in: of the running payments and of their stand-ins, what is a loss and
            no bill, shapes (worlds, months) or (worlds, 1).
    """

    months: int
    monthly_rate: Array
    lines: dict[str, Line] = field(default_factory=dict)
    running: Array = field(init=False)
    dated: Array = field(init=False)
    running_stand_in: Array | None = field(init=False, default=None)
    ended_stand_in: Array = field(init=False)
    capex: Array = field(init=False)
    lost: Array = field(init=False)
    lost_stand_in: Array = field(init=False)

    def __post_init__(self) -> None:
        worlds = self.monthly_rate.shape[0]
        self.running = np.zeros((worlds, self.months))
        self.dated = np.zeros((worlds, self.months + 2))
        self.ended_stand_in = np.zeros(worlds)
        self.capex = np.zeros(worlds)
        self.lost = np.zeros((worlds, 1))
        self.lost_stand_in = np.zeros((worlds, 1))

    def monthly(self, key: str, usd: Array) -> Line:
        """Enter a payment at the end of every month: `usd` (worlds, months) or (worlds, 1).

        NPV = sum_t usd_t (1 + i)^-(t+1)
        """
        line = self._line(key)
        payments = np.broadcast_to(usd, self.running.shape)
        line.npv += np.einsum("wm,wm->w", payments, self._arrears_factors)
        line.undiscounted += payments.sum(axis=1)
        self.running += payments
        return line

    def loss(self, key: str, usd: Array, stand_in: Array) -> Line:
        """Enter what is lost every month rather than paid, both (worlds, months) or (worlds, 1).

        Args:
            stand_in: ranks what nobody knows; zeros where all of it is known.
        """
        line = self.monthly(key, usd)
        self.lost = self.lost + usd
        if stand_in.any():
            self.missing(key, np.broadcast_to(stand_in, self.running.shape))
            self.lost_stand_in = self.lost_stand_in + stand_in
        return line

    def once(self, key: str, month: int, usd: Array) -> Line:
        """Enter one payment `usd` (worlds,) at the start of `month`."""
        return self._dated(key, month, month, usd)

    def at_end(self, key: str, usd: Array) -> Line:
        """Enter what follows the horizon, `usd` (worlds,) at its end; negative is income."""
        return self._dated(key, self.months, self.months + 1, usd)

    def _dated(self, key: str, month: int, column: int, usd: Array) -> Line:
        line = self._line(key)
        line.npv += usd * (1.0 + self.monthly_rate) ** (-month)
        line.undiscounted += usd
        self.dated[:, column] += usd
        return line

    def missing(self, key: str, monthly_stand_in: Array) -> Line:
        """Say that a line has no published price; `monthly_stand_in` (worlds, months) ranks it."""
        line = self._line(key)
        line.missing = True
        line.stand_in += np.einsum("wm,wm->w", monthly_stand_in, self._arrears_factors)
        if self.running_stand_in is None:
            self.running_stand_in = np.zeros_like(self.running)
        self.running_stand_in += monthly_stand_in
        return line

    def missing_at_end(self, key: str, stand_in: Array) -> Line:
        """Say that what follows the horizon has no published price; `stand_in` (worlds,) ranks."""
        line = self._line(key)
        line.missing = True
        line.stand_in += stand_in * (1.0 + self.monthly_rate) ** (-self.months)
        self.ended_stand_in += stand_in
        return line

    def work_out(self, line: Line, what: str, usd: Mapping[int, float], *factors: Factor) -> None:
        """Add to `line` the product that gives the payments `usd` of the first world.

        Args:
            usd: month at whose start it is paid → USD; the end of a month is the next one's start.
            factors: multiply to the plain sum of `usd`; what time is worth is added here. Where
                nothing is paid, those with a source are kept as what is behind the line.
        """
        plain = sum(usd.values())
        if not plain:
            line.behind = (*line.behind, *(f.term for f in factors if f.term.source))
            return
        today = self._first_worth
        worth = sum(paid * today[month] for month, paid in usd.items()) / plain
        in_time = Factor(Term(WORTH_TODAY, worth, "ratio", None))
        line.products = (*line.products, Product(what, (*factors, in_time)))

    @property
    def cash(self) -> Array:
        """All priced payments, shape (worlds, months + 2).

        Column m is paid at the start of month m; column `months` is the end of the last month,
        the one after it is what follows the horizon: resale, and the rest of a reservation.
        """
        return _within(self.dated, self.running)

    @property
    def ranked_cash(self) -> Array:
        """`cash` with missing prices at their stand-in, shape (worlds, months + 2)."""
        result = _within(self.dated, self.ranked_running)
        result[:, -1] += self.ended_stand_in
        return result

    @property
    def ranked_running(self) -> Array:
        """`running` with missing prices at their stand-in, shape (worlds, months)."""
        if self.running_stand_in is None:
            return self.running
        return self.running + self.running_stand_in

    @property
    def ranked_bills(self) -> Array:
        """`ranked_running` without what is lost rather than paid, shape (worlds, months)."""
        return self.ranked_running - self.lost - self.lost_stand_in

    @property
    def first_bill(self) -> float:
        """What is paid at the end of the first month in the first world, losses left out, USD."""
        return float(self.cash[0, 1] - self.lost[0, 0])

    @property
    def npv(self) -> Array:
        """Net present value of everything priced, shape (worlds,)."""
        return _total([line.npv for line in self.lines.values()], self.capex)

    @property
    def ranked_npv(self) -> Array:
        """`npv` with missing prices at their stand-in, shape (worlds,)."""
        return self.npv + _total([line.stand_in for line in self.lines.values()], self.capex)

    @property
    def undiscounted(self) -> Array:
        """Plain sum of everything priced, shape (worlds,)."""
        return _total([line.undiscounted for line in self.lines.values()], self.capex)

    @property
    def is_complete(self) -> bool:
        """Whether every line has a price."""
        return not any(line.missing for line in self.lines.values())

    def _line(self, key: str) -> Line:
        if key not in self.lines:
            npv, undiscounted, stand_in = (np.zeros(self.capex.shape) for _ in range(3))
            self.lines[key] = Line(key, npv, undiscounted, stand_in)
        return self.lines[key]

    @cached_property
    def _first_worth(self) -> Sequence[float]:
        """What a dollar at the start of each month, and of the one after, is worth in world 0."""
        rate = 1.0 + float(self.monthly_rate[0])
        return [rate**-month for month in range(self.months + 1)]

    @cached_property
    def _arrears_factors(self) -> Array:
        """What a dollar at the end of each month is worth today, (worlds, months)."""
        ends = np.arange(1, self.months + 1)
        result: Array = (1.0 + self.monthly_rate)[:, None] ** -ends[None, :].astype(np.float64)
        return result


def in_arrears(usd: Array) -> dict[int, float]:
    """Payments (months,) at the end of each month, by the month at whose start that is."""
    return dict(enumerate(usd.tolist(), start=1))


def times(name: str, value: float, unit: str, source: Source | None = None) -> Factor:
    """A factor that multiplies."""
    return Factor(Term(name, float(value), unit, source))


def divided_by(name: str, value: float, unit: str, source: Source | None = None) -> Factor:
    """A factor that divides."""
    return Factor(Term(name, float(value), unit, source), divides=True)


def figure(known: Figure) -> Factor:
    """The likely value of a reference figure, as a factor."""
    return Factor(Term.of(known))


def _within(dated: Array, running: Array) -> Array:
    """Dated payments, and running ones at the ends of their months."""
    result = dated.copy()
    result[:, 1:-1] += running
    return result


def _total(parts: list[Array], like: Array) -> Array:
    result: Array = np.sum([np.zeros_like(like), *parts], axis=0)
    return result


def monthly_rate(yearly: Array) -> Array:
    """(1 + r)^(1/12) - 1: the monthly rate of the same yearly discount."""
    result: Array = (1.0 + yearly) ** (1 / 12) - 1.0
    return result
