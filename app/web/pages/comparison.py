"""The tables of a result: options side by side, and what each costs line by line."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from app.domain.options import FAMILIES, FAMILY_TITLES
from app.reports.words import (
    NOT_KNOWN,
    day,
    hourly_price,
    in_hundred,
    money,
    money_range,
    number,
    percent,
    retold,
)
from app.web.pages.verdict import CLEAR, MARKET, Json

NO_DATA = "no data"
_PLACES = {
    "own_site": "your own site",
    "colocation": "a colocation hall",
    "devices": "the devices where it arises",
}
_NO_PLACE = "any"
_PLACINGS = ("First", "Second", "Third")


@dataclass(frozen=True)
class Column:
    """One option of the comparison."""

    key: str
    title: str
    family: str
    leads: bool


@dataclass(frozen=True)
class ColumnGroup:
    """A family over its options."""

    family: str
    title: str
    span: int


@dataclass(frozen=True)
class Cell:
    """One value: `bar` is its place on the common scale of 0 to 100, None for no bar."""

    text: str
    note: str = ""
    bar: float | None = None


@dataclass(frozen=True)
class CompareRow:
    """One row, with what its head says below the name."""

    title: str
    note: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Comparison:
    """Options side by side; families are column groups."""

    groups: tuple[ColumnGroup, ...]
    columns: tuple[Column, ...]
    money: tuple[CompareRow, ...]
    criteria: tuple[CompareRow, ...]
    facts: tuple[CompareRow, ...]


@dataclass(frozen=True)
class RuleRow:
    """One must-have as it was judged for one option."""

    title: str
    message: str
    smallest_change: str
    owner: str
    about: str
    paths: tuple[str, ...]


@dataclass(frozen=True)
class RuledOption:
    """An option with the must-haves it breaks, or that nobody could verify."""

    title: str
    family: str
    rules: tuple[RuleRow, ...]


@dataclass(frozen=True)
class RelaxedRow:
    """A least set of must-haves to give up.

    Attributes:
        options: what may be chosen then, in words.
        rules: each with the change that gives it up.
    """

    options: str
    rules: tuple[RuleRow, ...]


@dataclass(frozen=True)
class RankRow:
    """How often an option came first, second and third."""

    title: str
    family: str
    shares: tuple[tuple[str, str], ...]
    bar: float


@dataclass(frozen=True)
class DemandRow:
    """What one modality needs."""

    modality: str
    volume: str
    busy: str
    machine: str
    storage: str
    method: str
    quality: str
    source: str


def feasible(result: Json) -> list[Json]:
    """The options that break no must-have, by family."""
    left = [option for option in result["options"] if option["feasible"]]
    return sorted(left, key=lambda option: FAMILIES.index(option["family"]))


def comparison(result: Json) -> Comparison | None:
    """The surviving options side by side; None when there is none."""
    options = feasible(result)
    if not options:
        return None
    best = result["recommended"]
    leader = best["option"] if best and best["label"] == CLEAR else ""
    return Comparison(
        groups=tuple(
            ColumnGroup(family, FAMILY_TITLES[family], len(list(members)))
            for family, members in groupby(options, key=lambda option: option["family"])
        ),
        columns=tuple(
            Column(o["key"], o["title"], o["family"], o["key"] == leader) for o in options
        ),
        money=tuple(_money_rows(options)),
        criteria=tuple(_criteria_rows(options)),
        facts=tuple(_fact_rows(options)),
    )


def _money_rows(options: Sequence[Json]) -> Iterator[CompareRow]:
    yield CompareRow(
        "Total cost", "over the horizon, in today's money", tuple(total(o) for o in options)
    )
    yield CompareRow(
        "First month", "running cost, likely case", tuple(_first_month(o) for o in options)
    )
    yield CompareRow(
        "Bought up front", "and later purchases", tuple(_range(o.get("capex_usd")) for o in options)
    )
    yield CompareRow(
        "Break-even", "against the cheapest way to rent", tuple(_even(o) for o in options)
    )


def total(option: Json) -> Cell:
    """The middle of an option's whole-life cost, with its range."""
    cost = option["tco_usd"]
    if not cost:
        return Cell(NO_DATA)
    between = money_range(cost["p10"], cost["p90"])
    if not option["at_least"]:
        return Cell(money(cost["p50"]), between)
    ranked = money(option["ranked_as_usd"])
    return Cell(
        f"at least {money(cost['p50'])}", f"{between}; a price is missing, ranked as {ranked}"
    )


def _first_month(option: Json) -> Cell:
    least = "at least " if option["at_least"] else ""
    return Cell(least + money(option.get("first_month_usd")))


def _range(amounts: Mapping[str, float] | None) -> Cell:
    if not amounts:
        return Cell(NO_DATA)
    if not amounts["p90"]:
        return Cell("nothing")
    return Cell(money(amounts["p50"]), money_range(amounts["p10"], amounts["p90"]))


def _even(option: Json) -> Cell:
    even = option.get("breakeven")
    if not even:
        return Cell("does not apply", "nothing is bought")
    month = even["month"]
    if not month:
        return Cell("none within the horizon", f"reached in {in_hundred(even['share_of_worlds'])}")
    between = f"{month['p10']:.0f} to {month['p90']:.0f}, against {even['against'].lower()}"
    return Cell(f"month {month['p50']:.0f}", between)


def _criteria_rows(options: Sequence[Json]) -> Iterator[CompareRow]:
    yield CompareRow("Score", "all of them, weighed", tuple(_total_score(o) for o in options))
    first: Json = next((o["criteria"] for o in options if o["criteria"]), {})
    for key, criterion in sorted(first.items(), key=lambda item: -item[1]["weight"]):
        yield CompareRow(
            criterion["title"],
            f"weight {percent(criterion['weight'])}",
            tuple(_score(option["criteria"].get(key)) for option in options),
        )


def _total_score(option: Json) -> Cell:
    score = option["score"]
    return Cell(NO_DATA) if score is None else Cell(f"{score * 100:.0f}", "", round(score * 100, 1))


def _score(criterion: Json | None) -> Cell:
    if criterion is None:
        return Cell(NO_DATA)
    words = retold(str(criterion["words"]).replace("_", " "))
    if criterion["value"] is None:
        return Cell(NOT_KNOWN, words)
    return Cell(f"{criterion['value'] * 100:.0f}", words, round(criterion["value"] * 100, 1))


def _fact_rows(options: Sequence[Json]) -> Iterator[CompareRow]:
    yield CompareRow("Where it runs", "", tuple(Cell(place(o)) for o in options))
    yield CompareRow(
        "Machines bought", "by the last year", tuple(Cell(*_fleet(o)) for o in options)
    )
    yield CompareRow("Rented or bought", "at list price", tuple(Cell(*_rented(o)) for o in options))
    yield CompareRow(
        "Use of what is owned", "share of the hours that are busy", tuple(_used(o) for o in options)
    )


def place(option: Json) -> str:
    """Where the modalities of an option run, in words."""
    zones = dict.fromkeys(
        part for zone in option["placement"].values() for part in zone.split("+") if part
    )
    return (
        " and ".join(_PLACES.get(zone) or rented_at(*zone.split(":")) for zone in zones) or NO_DATA
    )


def rented_at(provider: str, region: str = _NO_PLACE) -> str:
    """A provider and its region in words; one that names no place is said to, a survey has none."""
    if provider == MARKET:
        return provider
    is_anywhere = region in (_NO_PLACE, "all")
    return f"{provider}, place not published" if is_anywhere else f"{provider} {region}"


def _fleet(option: Json) -> tuple[str, str]:
    fleet, prepared = option.get("fleet"), option.get("boxes")
    if prepared and prepared["boxes"]:
        return f"{prepared['boxes']:,} boxes at devices", f"in {prepared['places']:,} places"
    if not fleet:
        return "none", ""
    return servers(fleet), f"{fleet['accelerators']} x {fleet['accelerator']}"


def servers(fleet: Json) -> str:
    """How many stand in the last year, and how many of these are spare."""
    count, spare = fleet["servers"], fleet["spare_servers"]
    words = f"{count} server{'s' * (count != 1)}"
    return f"{words}, {spare} of them spare" if spare else words


def _rented(option: Json) -> tuple[str, str]:
    rented = option.get("purchase")
    if not rented:
        return _services(option)
    where = rented_at(rented["provider"], rented["region"])
    role = f"; for {rented['role']}" if rented.get("role") else ""
    priced_by = rented.get("priced_by") or rented["provider"]
    whose = "" if priced_by == rented["provider"] else f", a price of {priced_by}"
    return (
        f"{rented['accelerator']}, {hourly_price(rented['usd_per_hour'])}{whose}{_term(option)}",
        f"{where}, {day(rented['as_of'])}{role}",
    )


def _term(option: Json) -> str:
    """For how long how much is committed to; empty where it is rented by the hour."""
    years = option["purchase"].get("commitment_years")
    if not years:
        return ""
    committed = (option.get("capacity") or {}).get("committed_by_year")
    most = f"up to {max(committed)} of them " if committed else ""
    return f", {most}paid around the clock for {years} year{'s' * (years > 1)}"


def _services(option: Json) -> tuple[str, str]:
    """The vendors' models that are bought, if any, and the dates of their prices."""
    bought = option.get("services") or []
    if not bought:
        return "nothing", ""
    names = "; ".join(f"{s['vendor']} {s['model']} for {s['modality']}" for s in bought)
    return names, ", ".join(dict.fromkeys(day(s["as_of"]) for s in bought))


def _used(option: Json) -> Cell:
    used = option.get("utilisation")
    if not used or not option.get("fleet"):
        return Cell("does not apply")
    return Cell(percent(used["p50"]), f"{percent(used['p10'])} to {percent(used['p90'])}")


def ruled(result: Json, outcome: str) -> tuple[RuledOption, ...]:
    """The options with must-haves of this outcome: `failed`, or `unverified` where it survives.

    What is unverified for several options in the same words is said once, for all of them.
    """
    if outcome == "unverified":
        return _unverified(feasible(result))
    return tuple(
        RuledOption(option["title"], option["family"], tuple(_rule(r) for r in option[outcome]))
        for option in result["options"]
        if option[outcome]
    )


def relaxed(result: Json) -> tuple[RelaxedRow, ...]:
    """The least that would have to be given up; empty where something may be chosen."""
    return tuple(
        RelaxedRow(
            " or ".join(option["title"] for option in row["options"]),
            tuple(_rule(rule) for rule in row["rules"]),
        )
        for row in result.get("relaxations", ())
    )


def _unverified(options: Sequence[Json]) -> tuple[RuledOption, ...]:
    concerned: dict[tuple[str, str], list[Json]] = {}
    words: dict[tuple[str, str], RuleRow] = {}
    for option in options:
        for rule in option["unverified"]:
            key = (rule["title"], rule["message"])
            words.setdefault(key, _rule(rule))
            concerned.setdefault(key, []).append(option)
    together: dict[tuple[str, ...], list[RuleRow]] = {}
    for key, found in concerned.items():
        together.setdefault(tuple(option["key"] for option in found), []).append(words[key])
    by_key = {option["key"]: option for option in options}
    return tuple(
        _ruled_together([by_key[key] for key in keys], rows, of=len(options))
        for keys, rows in together.items()
    )


def _ruled_together(options: Sequence[Json], rows: Sequence[RuleRow], *, of: int) -> RuledOption:
    families = {option["family"] for option in options}
    everybody = len(options) == of > 1
    title = ", ".join(option["title"] for option in options)
    return RuledOption(
        "Every option that is left" if everybody else title,
        families.pop() if len(families) == 1 else "",
        tuple(rows),
    )


def _rule(rule: Json) -> RuleRow:
    about = rule.get("modality") or []
    modalities = [about] if isinstance(about, str) else list(about)
    return RuleRow(
        title=rule["title"],
        message=rule["message"],
        smallest_change=rule["smallest_change"],
        owner=rule.get("owner", ""),
        about=", ".join(m.replace("_", " ") for m in modalities if m),
        paths=tuple(rule["because"]),
    )


def ranks(result: Json) -> tuple[RankRow, ...]:
    """How often each surviving option came first, second and third; most often first."""
    rows = [
        RankRow(
            option["title"],
            option["family"],
            tuple(zip(_PLACINGS, map(percent, (*option["rank_shares"], 0.0, 0.0)), strict=False)),
            round(option["rank_shares"][0] * 100, 1),
        )
        for option in result["options"]
        if option["rank_shares"]
    ]
    return tuple(sorted(rows, key=lambda row: -row.bar))


def demand(result: Json) -> tuple[DemandRow, ...]:
    """What each modality needs on the machines of the recommended plan."""
    return tuple(
        DemandRow(
            modality=row.get("title") or row["modality"].capitalize(),
            volume=f"{_spread(row['volume_per_day'])} {row['unit']} a day",
            busy=_spread(row["busy_gpu_hours_per_day"]),
            machine=row["accelerator"] or NO_DATA,
            storage=_spread(row["storage_tb_per_month"]),
            method=row["method"],
            quality=row["quality"],
            source=", ".join(filter(None, (row.get("source"), day(row.get("as_of") or "")))),
        )
        for row in result["demand"]
    )


def _spread(value: object) -> str:
    if isinstance(value, Mapping):
        low, middle, high = (number(value[p], 2) for p in ("p10", "p50", "p90"))
        return middle if low == high else f"{middle} ({low} to {high})"
    return number(value) if isinstance(value, int | float) else NO_DATA
