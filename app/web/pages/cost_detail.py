"""The cost page of a saved version: decision figures, what moves them, and what is left out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from app.domain.options import FAMILIES
from app.reports.currency import in_its_currency
from app.reports.drawing import Chart
from app.reports.tornado_chart import TornadoBar, tornado_chart
from app.reports.words import (
    NO_DATA,
    exact,
    in_hundred,
    lower_first,
    money,
    money_range,
    number,
    percent,
    rate_words,
    unit_price,
)
from app.services.assessments import SavedAssessment
from app.web.pages.base import Page
from app.web.pages.comparison import feasible, total
from app.web.pages.costs import CostSheet, Yardstick, cost_sheets, old_prices, yardsticks
from app.web.pages.verdict import Json, amount, option_titles

_STATUSES = {"priced": "priced", "not_applicable": "not applicable", "missing": "missing"}
_TAGS = {"priced": "good", "not_applicable": "", "missing": "warn"}


@dataclass(frozen=True)
class Total:
    """What one option costs: all of it, by when it is paid, and where it is dear."""

    title: str
    family: str
    total: str
    range: str
    bought: str
    later: str
    p95: str
    tail: str
    is_ruled_out: bool
    is_safest: bool


@dataclass(frozen=True)
class Against:
    """One option against one way to rent."""

    title: str
    is_cheapest: bool
    saves: str
    saves_range: str
    cheaper: str
    plain: str
    rate: str
    payback: str
    use: str
    use_note: str


@dataclass(frozen=True)
class Decision:
    """One option against every way to rent.

    Attributes:
        server: what an own server costs, used or not; empty where none is owned.
    """

    key: str
    title: str
    family: str
    server: str
    rows: tuple[Against, ...]
    is_open: bool


@dataclass(frozen=True)
class ItemRow:
    """What a thousand items of one kind of data cost with one option."""

    option: str
    kind: str
    thousand: str
    thousand_range: str
    tokens: str
    tokens_range: str


@dataclass(frozen=True)
class SurfaceCell:
    """Who is cheaper at one volume and price, and by how much."""

    who: str
    by: str
    owned_wins: bool


@dataclass(frozen=True)
class Surface:
    """Where buying and renting meet."""

    owned: str
    prices: tuple[str, ...]
    rows: tuple[tuple[str, tuple[SurfaceCell, ...]], ...]


@dataclass(frozen=True)
class LevelRow:
    """Neighbouring levels of the load that are cheapest in the same way."""

    levels: str
    how: str
    option: str
    hours: str
    work: str
    usd: str


@dataclass(frozen=True)
class Levels:
    """Which part of the load to own, to commit to and to rent, in one kind of accelerator."""

    accelerator: str
    rows: tuple[LevelRow, ...]


@dataclass(frozen=True)
class ScopeCell:
    """Whether a cost is in the total of one option; `tag` colours it."""

    status: str
    tag: str
    why: str


@dataclass(frozen=True)
class ScopeRow:
    """One cost over all options."""

    what: str
    cells: tuple[ScopeCell, ...]


@dataclass(frozen=True)
class CostPage(Page):
    """What a saved version costs, in the figures by which it is decided.

    Attributes:
        project_id: 0 for a sample.
        back: address of the result.
        is_old: the version was saved before these figures were kept.
        old: a sentence about old prices; empty where none is.
        rate: a sentence about the currency; empty for US dollars.
        tornado, levels, surface: None where there is nothing to compare.
        heads: titles of the options, the columns of `scope`.
    """

    template: ClassVar[str] = "results/cost.html"

    name: str
    project_id: int
    back: str
    version: str
    is_old: bool
    old: str
    rate: str
    totals: tuple[Total, ...]
    decisions: tuple[Decision, ...]
    items: tuple[ItemRow, ...]
    tornado: Chart | None
    levels: Levels | None
    surface: Surface | None
    heads: tuple[str, ...]
    scope: tuple[ScopeRow, ...]
    cost_sheets: tuple[CostSheet, ...]
    yardsticks: tuple[Yardstick, ...]


@in_its_currency
def cost_page(saved: SavedAssessment, *, back: str) -> CostPage:
    """The cost page of a version of a project, or of a sample."""
    result, saved_on = saved.result, saved.created_at.date()
    figures: Json = result.get("figures") or {}
    options = _priced(result) if figures else []
    return CostPage(
        name=saved.project.name,
        project_id=0 if saved.project.sample_key else saved.project.id,
        back=back,
        version=f"Version {saved.number}",
        is_old=not figures,
        old=old_prices(result, saved_on),
        rate=rate_words(),
        totals=tuple(_total(option, figures) for option in options),
        decisions=tuple(_decision(option, result) for option in options if option["feasible"]),
        items=tuple(row for option in options for row in _items(option, figures)),
        tornado=_tornado(result),
        levels=_levels(figures),
        surface=_surface(result),
        heads=tuple(option["title"] for option in options),
        scope=tuple(_scope(row, options) for row in result.get("scope", ())),
        cost_sheets=cost_sheets(result, saved_on),
        yardsticks=yardsticks(result, saved_on),
    )


def _priced(result: Json) -> list[Json]:
    """Every option with a price: those that may be chosen by family, then those ruled out."""
    left = feasible(result)
    out = [o for o in result["options"] if not o["feasible"] and o["tco_usd"]]
    ordered = sorted(out, key=lambda option: FAMILIES.index(option["family"]))
    return [option for option in [*left, *ordered] if option["key"] in result["figures"]["options"]]


def _total(option: Json, figures: Json) -> Total:
    found = figures["options"][option["key"]]
    return Total(
        title=option["title"],
        family=option["family"],
        total=total(option).text,
        range=total(option).note,
        bought=f"{money(found['capex_usd'])} bought" if found["capex_usd"] else "nothing bought",
        later=f"{money(found['running_usd'])} running, {money(found['end_usd'])} at the end",
        p95=money(found["p95_usd"]),
        tail=money(found["cvar95_usd"]),
        is_ruled_out=not option["feasible"],
        is_safest=figures["lowest_p95"] == option["key"],
    )


# ---- against renting ---------------------------------------------------------------------------


def _decision(option: Json, result: Json) -> Decision:
    found = result["figures"]["options"][option["key"]]
    best = result["recommended"]
    return Decision(
        key=option["key"],
        title=option["title"],
        family=option["family"],
        server=_server(found["own_server"]),
        rows=tuple(_against(row) for row in found["against"]),
        is_open=bool(best and best["option"] == option["key"]),
    )


def _server(hour: Json | None) -> str:
    if hour is None:
        return ""
    return (
        f"An own server costs {money(hour['fixed_usd_per_year'])} a year whether it is used or "
        f"not, spares and people for the machines included, and "
        f"{unit_price(hour['variable_usd_per_hour'])} for each hour of work."
    )


def _against(row: Json) -> Against:
    saves = row["npv_usd"]
    simple, discounted = row["simple_payback_months"], row["discounted_payback_months"]
    return Against(
        title=row["title"],
        is_cheapest=row["is_cheapest"],
        saves=money(saves["p50"]),
        saves_range=money_range(saves["p10"], saves["p90"]),
        cheaper=in_hundred(row["cheaper_in"]),
        plain=money(row["undiscounted_usd"]),
        rate=_rate(row["irr_per_year"]),
        payback=_payback(simple, discounted),
        use=_use(row),
        use_note=_use_note(row),
    )


def _rate(found: Json) -> str:
    """A rate of return, or why there is none."""
    if found["value"] is None:
        return f"none: {found['reason']}"
    return f"{percent(found['value'])} a year"


def _payback(simple: Json, discounted: Json) -> str:
    if simple["value"] is None:
        return f"none: {simple['reason']}"
    later = discounted["value"]
    with_interest = f"{later:.0f} with interest" if later is not None else "never with interest"
    return f"month {simple['value']:.0f}, {with_interest}"


def _use(row: Json) -> str:
    share, hours = row["breakeven_utilisation"], row["breakeven_hours_per_day"]
    if share["value"] is None:
        return f"none: {share['reason']}"
    return f"{percent(share['value'])}, {exact(round(hours['value'], 1))} hours a day"


def _use_note(row: Json) -> str:
    parts = []
    if row["usd_per_server_hour"] is not None:
        parts.append(f"the same work rents at {unit_price(row['usd_per_server_hour'])} an hour")
    if row["utilisation"] is not None:
        parts.append(f"paid for here: {percent(row['utilisation'])} of the hours")
    return "; ".join(parts)


# ---- per item ----------------------------------------------------------------------------------


def _items(option: Json, figures: Json) -> Iterator[ItemRow]:
    if not option["feasible"]:
        return
    for row in figures["options"][option["key"]]["per_item"]:
        each, tokens = row["usd_per_1000"], row["usd_per_mtok"]
        yield ItemRow(
            option=option["title"],
            kind=f"1,000 {row['unit']} of {row['modality'].replace('_', ' ')}",
            thousand=unit_price(each["p50"]),
            thousand_range=f"{unit_price(each['p10'])} to {unit_price(each['p90'])}",
            tokens=unit_price(tokens["p50"]) if tokens else "not sold by the token",
            tokens_range=f"{unit_price(tokens['p10'])} to {unit_price(tokens['p90'])}"
            if tokens
            else "",
        )


# ---- what moves it -----------------------------------------------------------------------------


def _tornado(result: Json) -> Chart | None:
    found = result.get("tornado")
    if not found or not found["bars"]:
        return None
    titles = option_titles(result)
    leader, rival = (lower_first(titles[found[side]]) for side in ("best", "rival"))
    bars = [_bar(bar) for bar in found["bars"]]
    flipping = sum(bar.flips for bar in bars)
    longest = lower_first(bars[0].name)
    return tornado_chart(
        bars,
        found["points"],
        leader=leader,
        rival=rival,
        title=(
            f"{flipping} inputs would each turn the lead alone; most moves {longest}"
            if flipping > 1
            else f"One input would turn the lead alone; most moves {longest}"
            if flipping
            else f"No input turns the lead alone; most moves {longest}"
        ),
    )


def _bar(bar: Json) -> TornadoBar:
    worst, best = ("near the worst", "near the best")
    unit = "" if bar["unit"] == "ratio" else bar["unit"]
    return TornadoBar(
        name=bar["what"][:1].upper() + bar["what"][1:],
        low=worst if bar["low"] is None else amount(bar["low"], unit),
        high=best if bar["high"] is None else amount(bar["high"], unit),
        points_low=bar["points_low"],
        points_high=bar["points_high"],
        costs=(money(bar["usd_low"]), money(bar["usd_high"])),
        flips=bar["flips"],
    )


_PAID = {
    "owned": "own",
    "committed": "commit to, paid around the clock",
    "on_demand": "rent by the hour",
}


def _levels(figures: Json) -> Levels | None:
    found = figures.get("levels")
    if not found:
        return None
    bands = found["bands"]
    return Levels(found["accelerator"], tuple(_level(band, len(bands)) for band in bands))


def _level(band: Json, count: int) -> LevelRow:
    first, last = number(band["from"]), number(band["to"])
    most, least = percent(band["most_hours"]), percent(band["least_hours"])
    return LevelRow(
        levels="all of it" if count == 1 else f"{first} to {last}",
        how=_PAID[band["paid"]],
        option=band["title"],
        hours=most if most == least else f"{most} to {least} of the hours",
        work=percent(band["work"]),
        usd=money(band["usd_per_year"]),
    )


def _surface(result: Json) -> Surface | None:
    found = result.get("surface")
    if not found:
        return None
    return Surface(
        owned=lower_first(option_titles(result)[found["owned"]]),
        prices=tuple(percent(price) for price in found["prices"]),
        rows=tuple(
            (
                f"{number(row['volume'])} times",
                tuple(
                    surface_cell(own, rent)
                    for own, rent in zip(row["owned_usd"], row["rented_usd"], strict=True)
                ),
            )
            for row in found["rows"]
        ),
    )


def surface_cell(own: float | None, rent: float | None) -> SurfaceCell:
    """Which of two costs in USD is lower, and by how much of the higher."""
    if own is None or rent is None:
        return SurfaceCell(NO_DATA, "", owned_wins=False)
    low, high = sorted((own, rent))
    saved = f"{percent(1 - low / high)} less" if high > 0 else ""
    return SurfaceCell("own" if own < rent else "rent", saved, owned_wins=own < rent)


# ---- scope -------------------------------------------------------------------------------------


def _scope(row: Json, options: Sequence[Json]) -> ScopeRow:
    return ScopeRow(row["what"], tuple(_scoped(row["options"][o["key"]]) for o in options))


def _scoped(cell: Json) -> ScopeCell:
    status = cell["status"]
    return ScopeCell(_STATUSES[status], _TAGS[status], cell["why"])
