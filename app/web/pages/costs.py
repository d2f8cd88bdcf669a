"""What each option costs, line by line, and the ways to rent that it is measured against."""

from dataclasses import dataclass

from app.reports.words import day, money, money_range
from app.web.pages.comparison import feasible, rented_at, total
from app.web.pages.verdict import Json, amount


@dataclass(frozen=True)
class Input:
    """One number behind a cost line, with where it comes from."""

    name: str
    value: str
    source: str
    dated: str
    confidence: str


@dataclass(frozen=True)
class CostLine:
    """One line that opens into its formula and inputs."""

    title: str
    group: str
    usd: str
    range: str
    formula: str
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


def cost_sheets(result: Json) -> tuple[CostSheet, ...]:
    """Every priced option with all its lines; the recommended one is open."""
    best = result["recommended"]
    return tuple(
        CostSheet(
            key=option["key"],
            title=option["title"],
            family=option["family"],
            total=total(option).text,
            range=total(option).note,
            likely=money(option.get("likely_usd")),
            lines=tuple(_line(line) for line in option["cost_lines"]),
            is_open=bool(best and option["key"] == best["option"]),
        )
        for option in feasible(result)
        if option["cost_lines"]
    )


def _line(line: Json) -> CostLine:
    missing = line["missing"] or line["usd"] is None
    return CostLine(
        title=line["title"],
        group=line["group"],
        usd="missing, not counted" if missing else money(line["usd"]),
        range="" if missing else money_range(line["p10"], line["p90"]),
        formula=line["formula"],
        inputs=tuple(_input(row) for row in line["inputs"]),
    )


def _input(row: Json) -> Input:
    return Input(
        row["name"],
        amount(row["value"], row["unit"]),
        row["source"],
        day(row["as_of"]) if row.get("as_of") else "",
        row.get("confidence", ""),
    )


def yardsticks(result: Json) -> tuple[Yardstick, ...]:
    """The comparators: cheapest first."""
    known = [row for row in result["comparators"] if row and row["tco_usd"]]
    return tuple(
        Yardstick(
            row["title"],
            money(row["tco_usd"]["p50"]),
            money_range(row["tco_usd"]["p10"], row["tco_usd"]["p90"]),
            f"{money(row['usd_per_hour'])} an hour",
            f"{row.get('accelerator', '')} at {rented_at(row['provider'], row['region'])}".strip(),
            f"{row['source']}, {day(row['as_of'])}",
        )
        for row in sorted(known, key=lambda row: row["tco_usd"]["p50"])
    )
