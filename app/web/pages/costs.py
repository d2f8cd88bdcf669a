"""What each option costs, line by line, and the ways to rent that it is measured against."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from app.domain.assessment.result import SHARED_INPUTS
from app.reference.checking import STALE_AFTER_DAYS, earliest_day, is_judgement
from app.reports.words import day, money, money_range, number, unit_price
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
class CostLine:
    """One line that opens into its formula and inputs.

    Attributes:
        summed: over how long, with which growth and at which discount rate, in a sentence.
    """

    title: str
    group: str
    usd: str
    range: str
    formula: str
    summed: str
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
        inputs=tuple(
            _input(row, saved_on) for row in line["inputs"] if row["name"] not in SHARED_INPUTS
        ),
    )


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
    if row["unit"] == "share" and row["value"] and abs(row["value"]) < 1:
        return f"{number(100 * row['value'], 3)}%"
    return amount(row["value"], row["unit"])


def is_old_price(row: Json, saved_on: date) -> bool:
    """Whether `row` is a published price that was older than 90 days on `saved_on`.

    Pay and shares are no prices; a year or a month counts from its first day.
    """
    unit = row.get("unit", "USD")
    if not unit.startswith("USD") or unit == "USD a year" or is_judgement(row["source"]):
        return False
    published = earliest_day(row.get("as_of") or "")
    return published is not None and (saved_on - published).days > STALE_AFTER_DAYS


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
            for row in line["inputs"]:
                if row.get("as_of") and row["unit"].startswith("USD"):
                    yield row


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
