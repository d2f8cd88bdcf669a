"""Every figure Footing rests on: its value, range, unit, source, date and confidence."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from math import ceil
from typing import ClassVar
from urllib.parse import urlencode

from app.domain.facts import Facts, Figure, Offer, Source
from app.reference import Reference
from app.reference.checking import age_in_words
from app.reports.words import day, money, number, percent
from app.web.pages.base import Page

KINDS = {
    "figures": "Figures",
    "offers": "Prices of rented accelerators",
    "servers": "Servers one can buy",
    "accelerators": "Accelerators",
    "countries": "Countries",
    "providers": "Providers",
    "models": "Model sizes",
    "throughputs": "Measured rates",
}
PER_PAGE = 25
FIRST_FEW = 3


@dataclass(frozen=True)
class SourceRow:
    """One figure with where it comes from.

    Attributes:
        is_judgement: it is our own estimate.
        age: a warning, where it is a price that has grown old.
    """

    name: str
    value: str
    range: str
    note: str
    source: str
    dated: str
    confidence: str
    is_judgement: bool
    as_of: str
    age: str = ""


@dataclass(frozen=True)
class SourceGroup:
    """The figures of one kind, or as many of them as fit on the page.

    Attributes:
        count: how many pass the filter.
        all_of_them: where all of those are; empty when they are here.
    """

    key: str
    title: str
    rows: tuple[SourceRow, ...]
    count: int
    all_of_them: str


@dataclass(frozen=True)
class KindChoice:
    """One value of the filter by kind."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class SourcesPage(Page):
    """The figures that pass the filter, by kind, and the filter itself.

    Attributes:
        found, total: how many pass it, and how many there are.
        position: which page of how many; empty when there is one.
        before, after: the page before and the page after; empty for none.
    """

    template: ClassVar[str] = "sources.html"

    groups: tuple[SourceGroup, ...]
    found: int
    total: int
    position: str
    before: str
    after: str
    kinds: tuple[KindChoice, ...]
    words: str
    checksum: str
    price_snapshot: int | None


def sources_page(
    reference: Reference, kind: str, words: str, page: int = 1, *, today: date
) -> SourcesPage:
    """The figures whose name, note or source holds all of `words`.

    Of one kind a page of them, of all kinds the first few of each.
    """
    wanted = words.lower().split()
    facts = reference.facts
    every = {
        key: tuple(_aged(row, today) if _is_price(key, row) else row for row in rows)
        for key, rows in _rows(facts).items()
    }
    found = {
        key: rows
        for key in KINDS
        if kind in ("", key) and (rows := tuple(row for row in every[key] if _holds(row, wanted)))
    }
    count = sum(map(len, found.values()))
    last = max(1, ceil(count / PER_PAGE)) if kind else 1
    page = min(page, last)
    return SourcesPage(
        groups=tuple(
            _page_of(key, rows, page) if kind else _first_of(key, rows, words)
            for key, rows in found.items()
        ),
        found=count,
        total=sum(len(rows) for rows in every.values()),
        position=f"Page {page} of {last}" if last > 1 else "",
        before=_address(kind, words, page - 1) if page > 1 else "",
        after=_address(kind, words, page + 1) if page < last else "",
        kinds=tuple(KindChoice(key, title, key == kind) for key, title in KINDS.items()),
        words=words,
        checksum=facts.sha256[:12],
        price_snapshot=reference.price_snapshot,
    )


def _aged(row: SourceRow, today: date) -> SourceRow:
    return replace(row, age=age_in_words(row.as_of, today))


def _is_price(kind: str, row: SourceRow) -> bool:
    """Whether the row is what somebody asks; other figures do not age in months."""
    return not row.is_judgement and (kind in ("offers", "providers") or "USD" in row.value)


def _page_of(key: str, rows: tuple[SourceRow, ...], page: int) -> SourceGroup:
    start = (page - 1) * PER_PAGE
    return SourceGroup(key, KINDS[key], rows[start : start + PER_PAGE], len(rows), "")


def _first_of(key: str, rows: tuple[SourceRow, ...], words: str) -> SourceGroup:
    further = _address(key, words, 1) if len(rows) > FIRST_FEW else ""
    return SourceGroup(key, KINDS[key], rows[:FIRST_FEW], len(rows), further)


def _address(kind: str, words: str, page: int) -> str:
    asked = {"kind": kind, "words": words, "page": page if page > 1 else ""}
    return "/sources?" + urlencode({name: value for name, value in asked.items() if value})


def _holds(row: SourceRow, wanted: list[str]) -> bool:
    text = f"{row.name} {row.note} {row.source} {row.dated} {row.confidence}".lower()
    return all(word in text for word in wanted)


def _rows(facts: Facts) -> dict[str, Iterator[SourceRow]]:
    return {
        "figures": (_figure(figure) for figure in facts.figures.values()),
        "offers": (
            row
            for offer in facts.offers
            for row in _offer(offer, facts.providers[offer.provider].name)
        ),
        "servers": (
            row
            for server in facts.servers
            for row in (_figure(server.price_usd), _figure(server.power_kw))
        ),
        "accelerators": _accelerators(facts),
        "countries": _countries(facts),
        "providers": _providers(facts),
        "models": (
            _row(model.name, f"{number(model.billions)} billion parameters", "", model.source)
            for model in facts.models.values()
        ),
        "throughputs": (
            _row(
                f"{rate.workload.replace('_', ' ')} on {rate.accelerator}",
                f"{number(rate.rate)} {rate.unit}",
                f"serving stack: {rate.stack}",
                rate.source,
            )
            for rate in facts.throughputs
        ),
    }


def _row(name: str, value: str, note: str, source: Source, between: str = "") -> SourceRow:
    return SourceRow(
        name=name,
        value=value,
        range=between,
        note=note,
        source=source.source,
        dated=day(source.as_of),
        confidence=source.confidence,
        is_judgement=source.source.startswith("judgement"),
        as_of=source.as_of,
    )


def _figure(figure: Figure) -> SourceRow:
    low, middle, high = (_value(v, figure.unit) for v in (figure.low, figure.value, figure.high))
    between = f"{low} to {high}" if low != high else ""
    unit = "" if figure.unit == "share" or middle.startswith("USD") else f" {figure.unit}"
    return _row(figure.label, middle + unit, figure.note, figure.source, between)


def _value(value: float, unit: str) -> str:
    if unit == "USD":
        return money(value)
    return percent(value) if unit == "share" else number(value)


def _offer(offer: Offer, provider: str) -> Iterator[SourceRow]:
    prices = (
        ("on demand", offer.usd_per_hour),
        ("reserved for one year", offer.reserved_1y_usd_per_hour),
        ("reserved for three years", offer.reserved_3y_usd_per_hour),
    )
    for way, price in prices:
        if price is not None or way == "on demand":
            yield _row(
                f"{offer.accelerator}, {way}, {provider} {offer.region}",
                f"{money(price)} an hour" if price is not None else "missing",
                offer.instance,
                offer.source,
            )


def _accelerators(facts: Facts) -> Iterator[SourceRow]:
    for gpu in facts.accelerators.values():
        fp8 = f", {number(gpu.fp8_tflops)} at 8 bit" if gpu.fp8_tflops else ""
        yield _row(
            gpu.name,
            f"{number(gpu.memory_gb)} GB, {number(gpu.bandwidth_tb_s)} TB/s",
            f"{number(gpu.bf16_tflops)} dense TFLOP/s at 16 bit{fp8}; {number(gpu.power_w)} W",
            gpu.source,
        )


def _countries(facts: Facts) -> Iterator[SourceRow]:
    for country in facts.countries.values():
        for figure in (country.electricity, country.grid_carbon):
            if figure is not None:
                yield _figure(figure)


def _providers(facts: Facts) -> Iterator[SourceRow]:
    for provider in facts.providers.values():
        if provider.storage_source:
            prices = provider.storage_usd_per_gb_month.items()
            value = ", ".join(f"{place}: {number(usd)}" for place, usd in prices) or "missing"
            name = f"Storage, {provider.name}, USD per GB and month"
            yield _row(name, value, "", provider.storage_source)
        if provider.egress_source:
            tiers = (f"from {number(gb)} GB: {number(usd)}" for gb, usd in provider.egress_tiers)
            name = f"Data leaving, {provider.name}, USD per GB"
            yield _row(name, ", ".join(tiers) or "missing", "", provider.egress_source)
        if provider.support:
            plan = provider.support
            shares = (f"from USD {usd:,.0f}: {percent(share)}" for usd, share in plan.tiers)
            value = f"at least {money(plan.minimum_usd)} a month; {', '.join(shares)}"
            yield _row(f"Technical support: {plan.name}", value, "", plan.source)
