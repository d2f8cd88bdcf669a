"""What each option costs, line by line, and the ways to rent that it is measured against."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from app.domain.assessment.result import SHARED_INPUTS
from app.domain.cost.support import SHARE_OF_BILL
from app.reference.checking import STALE_AFTER_DAYS, earliest_day, is_judgement
from app.reports.words import day, exact, money, money_range, number, unit_price
from app.web.pages.comparison import feasible, rented_at, total
from app.web.pages.verdict import Json, amount


@dataclass(frozen=True)
class Input:
    """One number behind a cost line, with where it comes from.

    Attributes:
        is_old: it is a price, and was older than 90 days when the version was saved.
    """

    name: str
    value: str
    source: str
    dated: str
    confidence: str
    is_old: bool


@dataclass(frozen=True)
class Product:
    """One part of a line as it is multiplied out; each factor's name begins with its sign."""

    what: str
    usd: str
    factors: tuple[Input, ...]


@dataclass(frozen=True)
class CostLine:
    """One line that opens into its formula and inputs.

    Attributes:
        summed: over how long, with which growth and at which discount rate, in a sentence.
        products: the likely amount multiplied out; they add up to it.
        inputs: what a factor was made of; every input where nothing is multiplied out.
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
class CostSheet:
    """All lines of one option."""

    key: str
    title: str
    family: str
    total: str
    range: str
    likely: str
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
    is_old: bool


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
            lines=tuple(_line(line, saved_on) for line in option["cost_lines"] if _applies(line)),
            is_open=bool(best and option["key"] == best["option"]),
        )
        for option in feasible(result)
        if option["cost_lines"]
    )


def _applies(line: Json) -> bool:
    return bool(line["missing"] or line["p90"] or not line.get("only_in_some_worlds"))


def _line(line: Json, saved_on: date) -> CostLine:
    missing = line["missing"] or line["usd"] is None
    return CostLine(
        title=line["title"],
        group=line["group"],
        usd="missing, not counted" if missing else _usd(line),
        range="" if missing else money_range(line["p10"], line["p90"]),
        formula=line["formula"],
        summed=_summed(line),
        products=tuple(_product(part, saved_on) for part in line.get("products", ())),
        inputs=tuple(
            _input(row, saved_on) for row in line["inputs"] if row["name"] not in SHARED_INPUTS
        ),
    )


def _product(part: Json, saved_on: date) -> Product:
    rows = [_input(row, saved_on) for row in part["factors"]]
    signs = [
        "\N{DIVISION SIGN}" if row["divides"] else "\N{MULTIPLICATION SIGN}"
        for row in part["factors"]
    ]
    return Product(
        what=part["what"],
        usd=money(part["usd"]),
        factors=tuple(
            replace(row, name=f"{sign} {row.name}" if i else row.name, value=_exactly(term))
            for i, (row, sign, term) in enumerate(zip(rows, signs, part["factors"], strict=True))
        ),
    )


def _exactly(row: Json) -> str:
    """A factor with its unit and the digits that a reader needs to multiply it."""
    value, unit = row["value"], row["unit"]
    if unit.startswith("USD"):
        rest = unit.removeprefix("USD").replace("/", " per ")
        return f"{unit_price(value)}{rest}"
    if unit in ("share", SHARE_OF_BILL):
        return f"{exact(100 * value)}%"
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
        is_old=is_old_price(row, saved_on),
    )


def _value(row: Json) -> str:
    """As a person would say it; the price of one item with the digits that count."""
    if row["unit"] == "USD" and row["value"] and abs(row["value"]) < 1:
        return unit_price(row["value"])
    if row["unit"] in ("share", SHARE_OF_BILL) and abs(row["value"]) < 1:
        return f"{number(100 * row['value'], 3)}%"
    return amount(row["value"], "" if row["unit"] == "ratio" else row["unit"])


def is_old_price(row: Json, saved_on: date) -> bool:
    """Whether `row` is a published price that was older than 90 days on `saved_on`.

    Pay and shares are no prices; a year or a month counts from its first day.
    """
    published = earliest_day(row.get("as_of") or "") if _is_price(row) else None
    return published is not None and (saved_on - published).days > STALE_AFTER_DAYS


def _is_price(row: Json) -> bool:
    """What somebody asks: money for a thing, or a published share of the bill."""
    unit = row.get("unit", "USD")
    asked = unit == SHARE_OF_BILL or (unit.startswith("USD") and unit != "USD a year")
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
            f"{unit_price(row['usd_per_hour'])} an hour",
            f"{row.get('accelerator', '')} at {rented_at(row['provider'], row['region'])}".strip(),
            f"{row['source']}, {day(row['as_of'])}",
            is_old=is_old_price(row, saved_on),
        )
        for row in sorted(known, key=lambda row: row["ranked_as_usd"])
    )
