"""What each option costs, line by line, and the ways to rent that it is measured against."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from app.domain.assessment.result import SHARED_INPUTS
from app.domain.cost.support import SHARE_OF_BILL
from app.domain.facts import earliest_day
from app.reference.checking import STALE_AFTER_DAYS, age_in_words, is_judgement
from app.reports.currency import spoken
from app.reports.words import (
    converted,
    day,
    exact,
    hourly_price,
    money,
    money_range,
    number,
    unit_price,
)
from app.web.pages.comparison import feasible, rented_at, servers, total
from app.web.pages.verdict import Json, amount


@dataclass(frozen=True)
class Input:
    """One number behind a cost line, with where it comes from.

    Attributes:
        age: a warning where it is a price that had grown old when the version was saved.
    """

    name: str
    value: str
    source: str
    dated: str
    confidence: str
    age: str


@dataclass(frozen=True)
class Factor:
    """One factor of a product: its sign, its value with the digits that count, and its name."""

    sign: str
    value: str
    name: str


@dataclass(frozen=True)
class Product:
    """One part of a line as it is multiplied out."""

    what: str
    usd: str
    factors: tuple[Factor, ...]

    @property
    def words(self) -> str:
        """`Bought: 12 servers (by the last year) × USD 52,416 (price of one) = USD 629,000`."""
        first, *rest = self.factors
        written = [f"{f.sign} {f.value} ({f.name})" for f in rest]
        return " ".join((f"{self.what}: {first.value} ({first.name})", *written, f"= {self.usd}"))


@dataclass(frozen=True)
class CostLine:
    """One line that opens into its formula and inputs.

    Attributes:
        summed: over how long, with which growth and at which discount rate, in a sentence.
        products: the likely amount multiplied out; they add up to it.
        inputs: the factors with a source, and what the others were made of.
    """

    title: str
    group: str
    usd: str
    range: str
    formula: str
    summed: str
    products: tuple[Product, ...]
    inputs: tuple[Input, ...]


@dataclass(frozen=True)
class Tranche:
    """The servers bought in one year, and what they are worth when the horizon ends."""

    year: str
    bought: str
    standing: str
    resale: str
    worth: str


@dataclass(frozen=True)
class WayToPay:
    """The same servers, paid in one way, in the likely case."""

    title: str
    total: str
    at_once: str
    first_month: str
    is_chosen: bool
    is_cheapest: bool


@dataclass(frozen=True)
class CostSheet:
    """All lines of one option.

    Attributes:
        fleet: how many servers, and how many of them spare; empty where none is bought.
        tranches: the fleet year by year.
        ways: the same servers paid otherwise; none where none are one's own.
    """

    key: str
    title: str
    family: str
    total: str
    range: str
    likely: str
    fleet: str
    tranches: tuple[Tranche, ...]
    ways: tuple[WayToPay, ...]
    lines: tuple[CostLine, ...]
    is_open: bool


@dataclass(frozen=True)
class Yardstick:
    """A priced way to rent that costs are judged against, never ranked."""

    title: str
    total: str
    range: str
    price: str
    where: str
    source: str
    age: str


def cost_sheets(result: Json, saved_on: date) -> tuple[CostSheet, ...]:
    """Every priced option with all its lines; the recommended one is open.

    A line that is paid in a few worlds only, and nothing in 8 of 10, is left to the total.
    """
    best = result["recommended"]
    return tuple(
        CostSheet(
            key=option["key"],
            title=option["title"],
            family=option["family"],
            total=total(option).text,
            range=total(option).note,
            likely=money(option.get("likely_usd")),
            fleet=_fleet(option),
            tranches=_tranches(option),
            ways=_ways(option),
            lines=tuple(_line(line, saved_on) for line in option["cost_lines"] if _applies(line)),
            is_open=bool(best and option["key"] == best["option"]),
        )
        for option in feasible(result)
        if option["cost_lines"]
    )


def _fleet(option: Json) -> str:
    fleet = option.get("fleet")
    if not fleet:
        return ""
    there = fleet.get("servers_there")  # an older version has not asked
    kept = f"; {there} of them there already, kept instead of sold" if there else ""
    return f"{servers(fleet)}: {fleet['server']}{kept}"


def _ways(option: Json) -> tuple[WayToPay, ...]:
    """None for what an older version saved, or a link hides."""
    least = _AT_LEAST * bool(option["at_least"])
    return tuple(
        WayToPay(
            title=row["title"],
            total=least + money(row["total_usd"]),
            at_once=money(row["at_once_usd"]) if row["at_once_usd"] else "nothing",
            first_month=least + money(row.get("first_month_usd")),
            is_chosen=row["chosen"],
            is_cheapest=row.get("cheapest", False),
        )
        for row in option.get("ways_to_pay") or ()
    )


def _tranches(option: Json) -> tuple[Tranche, ...]:
    """The fleet by year; none for what an older version saved."""
    fleet = option.get("fleet") or {}
    return tuple(
        Tranche(
            year=f"Year {row['year']}",
            bought=number(row["bought"]),
            standing=number(row["standing"]),
            resale=_resale(row, goes_back=fleet.get("paid", "bought") != "bought"),
            worth=money(row["resale_usd"]),
        )
        for row in fleet.get("tranches", ())
    )


def _resale(row: Json, *, goes_back: bool) -> str:
    if not row["bought"]:
        return "nothing to sell"
    if goes_back:
        return "goes back to its owner"
    return f"{exact(100 * row['resale_share'])}% after {row['age_months']} months"


def _applies(line: Json) -> bool:
    return bool(line["missing"] or line["p90"] or not line.get("only_in_some_worlds"))


def _line(line: Json, saved_on: date) -> CostLine:
    missing = line["usd"] is None
    return CostLine(
        title=line["title"],
        group=line["group"],
        usd="missing, not counted" if missing else f"{_AT_LEAST * line['missing']}{_usd(line)}",
        range="" if missing or not line["p90"] else money_range(line["p10"], line["p90"]),
        formula=line["formula"],
        summed=_summed(line),
        products=tuple(_product(part) for part in line.get("products", ())),
        inputs=tuple(_input(row, saved_on) for row in _sourced(line)),
    )


# Of several sellers one publishes no price.
_AT_LEAST = "at least "


def _product(part: Json) -> Product:
    return Product(
        what=part["what"],
        usd=money(part["usd"]),
        factors=tuple(
            Factor(_DIVIDED if row["divides"] else _TIMES, _exactly(row), row["name"])
            for row in part["factors"]
        ),
    )


_TIMES, _DIVIDED = "\N{MULTIPLICATION SIGN}", "\N{DIVISION SIGN}"


def _sourced(line: Json) -> Iterable[Json]:
    """The factors that come from somewhere, each once, and what is behind the rest."""
    factors = [row for part in line.get("products", ()) for row in part["factors"]]
    given = {row["name"]: row for row in factors if row.get("as_of")}
    yield from given.values()
    yield from (row for row in line["inputs"] if row["name"] not in SHARED_INPUTS)


def _exactly(row: Json) -> str:
    """A factor with its unit and the digits that a reader needs to multiply it."""
    value, unit = row["value"], row["unit"]
    if unit.startswith("USD"):
        rest = unit.removeprefix("USD").replace("/", " per ")
        return f"{unit_price(value)}{rest}"
    if unit.startswith("share"):
        return f"{exact(100 * value)}%{unit.removeprefix('share')}"
    return exact(value) if unit == "ratio" else f"{exact(value)} {unit}"


def _summed(line: Json) -> str:
    """What every line shares, said in a sentence so that no table repeats it."""
    shared = {row["name"]: row for row in line["inputs"] if row["name"] in SHARED_INPUTS}
    months, growth, rate = (shared.get(name) for name in SHARED_INPUTS)
    if months is None or rate is None:
        return ""
    grows = f", the volume growing {_value(growth)} a year" if growth else ""
    return f"Over {_value(months)}{grows}, discounted at {_value(rate)} a year."


def _usd(line: Json) -> str:
    if 0 < converted(line["usd"]) < 1:
        return f"under {spoken().code} 1"
    if line["usd"]:
        return money(line["usd"])
    return "not in the likely case" if line["p90"] else "included, nothing to pay"


def _input(row: Json, saved_on: date) -> Input:
    return Input(
        row["name"],
        _value(row),
        row["source"],
        day(row["as_of"]) if row.get("as_of") else "",
        row.get("confidence", ""),
        age=price_age(row, saved_on),
    )


def _value(row: Json) -> str:
    """As a person would say it; a price and a share with the digits that count."""
    value, unit = row["value"], row["unit"]
    if unit == "USD" and (row.get("as_of") or 0 < abs(value) < 1):
        return unit_price(value)
    if unit.startswith("share") and abs(value) <= 1:
        return f"{number(100 * value, 3)}%{unit.removeprefix('share')}"
    return amount(row["value"], "" if row["unit"] == "ratio" else row["unit"])


def price_age(row: Json, saved_on: date) -> str:
    """A warning where `row` is a published price that had grown old on `saved_on`, else "".

    Pay and shares are no prices; a year or a month counts from its first day.
    """
    return age_in_words(row.get("as_of") or "", saved_on) if _is_price(row) else ""


def is_old_price(row: Json, saved_on: date) -> bool:
    """Whether `row` is a published price that was older than 90 days on `saved_on`."""
    return price_age(row, saved_on) == f"over {STALE_AFTER_DAYS} days"


_PAY = ("USD a year", "USD a week")


def _is_price(row: Json) -> bool:
    """What somebody asks: money for a thing, or a published share of the bill."""
    unit = row.get("unit", "USD")
    asked = unit == SHARE_OF_BILL or (unit.startswith("USD") and unit not in _PAY)
    return bool(asked and row.get("as_of")) and not is_judgement(row["source"])


def old_prices(result: Json, saved_on: date) -> str:
    """One sentence about the prices that are old; empty where none is."""
    rows = {(row["name"], row["as_of"]): row for row in _priced(feasible(result))}
    old = [row for row in rows.values() if is_old_price(row, saved_on)]
    if not old:
        return ""
    eldest = min((earliest_day(row["as_of"]) or saved_on, row["as_of"]) for row in old)[1]
    are = "was" if len(old) == 1 else "were"
    return (
        f"{len(old)} of the {len(rows)} prices in these options {are} older than "
        f"{STALE_AFTER_DAYS} days when this version was saved, the oldest of {day(eldest)}. "
        "They are marked in the cost lines: ask for a quote before you rely on one."
    )


def _priced(options: Sequence[Json]) -> Iterable[Json]:
    for option in options:
        for line in option["cost_lines"]:
            factors = [row for part in line.get("products", ()) for row in part["factors"]]
            yield from (row for row in (*factors, *line["inputs"]) if _is_price(row))


def yardsticks(result: Json, saved_on: date) -> tuple[Yardstick, ...]:
    """The comparators: cheapest first, by what they are ranked at."""
    known = [row for row in result["comparators"] if row and row["tco_usd"]]
    return tuple(
        Yardstick(
            row["title"],
            total(row).text,
            total(row).note,
            hourly_price(row["usd_per_hour"]),
            f"{row.get('accelerator', '')} at {rented_at(row['provider'], row['region'])}".strip(),
            ", ".join(filter(None, (row["source"], day(row["as_of"])))),
            age=price_age(row, saved_on),
        )
        for row in sorted(known, key=lambda row: row["ranked_as_usd"])
    )
