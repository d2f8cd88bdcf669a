"""The pages on which administrators look at price catalogues and publish them."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from starlette.datastructures import FormData

from app.domain.facts import Facts, Offer, earliest_day
from app.domain.prices.catalogue import Change, ProviderChanges
from app.domain.prices.reading import Stated
from app.reference.checking import age_in_words
from app.reports.price_report import (
    MOST_SHOWN,
    Refusal,
    offer_words,
    price_words,
    refusals,
    share_words,
)
from app.reports.words import day, unit_price
from app.services.price_keeping import Choice, Plan, Published
from app.services.proposals import Proposal
from app.web import forms
from app.web.pages.base import NO_FAULTS, Faults, Page
from app.web.pages.waiting import WaitingRow, waiting_rows

Options = tuple[tuple[str, str], ...]
_LONGEST_TYPED = 2_000


@dataclass(frozen=True)
class Asked:
    """What the address of the page asks for.

    Attributes:
        memory: GB that a machine must hold, as typed.
        country: code of the country it stands in; "" for any.
        again: number of the catalogue to publish once more; 0 for none.
    """

    memory: str = "80"
    country: str = ""
    again: int = 0
    reason: str = ""

    @property
    def memory_gb(self) -> float:
        """The memory as a number; 0 where none can be read."""
        try:
            number = float(self.memory)
        except ValueError:
            return 0.0
        return number if math.isfinite(number) and 0 < number <= 1e6 else 0.0


# ---- the catalogue in force ----------------------------------------------------------------------


@dataclass(frozen=True)
class SnapshotRow:
    """One published catalogue.

    Attributes:
        what: where its prices come from.
        may_return: it can be published again.
    """

    number: int
    published: str
    by: str
    reason: str
    what: str
    may_return: bool


@dataclass(frozen=True)
class AgeRow:
    """The prices of one provider, and how old they are; `age` warns, or is empty."""

    name: str
    offers: int
    oldest: str
    newest: str
    age: str


@dataclass(frozen=True)
class FitRow:
    """The cheapest accelerator of one kind, in a machine that holds so much memory.

    Attributes:
        each: price of one accelerator.
        billed: what is billed together, which may be more than is needed.
    """

    accelerator: str
    machine: str
    each: str
    billed: str
    dated: str
    age: str


@dataclass(frozen=True)
class PricesPage(Page):
    """The catalogue in force, every one before it, and the form for another.

    Attributes:
        number: the one in force; 0 before the first.
        again: number of an earlier one that is to be published once more; 0 for none.
        providers, countries: value and words, to choose from.
        stated: the form as it was sent; the file is not kept.
    """

    template: ClassVar[str] = "admin/prices.html"

    number: int
    waiting: tuple[WaitingRow, ...]
    ages: tuple[AgeRow, ...]
    fits: tuple[FitRow, ...]
    asked: Asked
    countries: Options
    snapshots: tuple[SnapshotRow, ...]
    providers: Options
    stated: Stated
    faults: Faults


def prices_page(  # noqa: PLR0913  # what the page shows
    listed: Sequence[Published],
    waiting: Sequence[Proposal],
    facts: Facts,
    offers: Sequence[Offer],
    fits: Sequence[tuple[Offer, int]],
    asked: Asked,
    *,
    today: date,
    stated: Stated,
    wrong: Faults,
) -> PricesPage:
    """Everything about the published catalogues, which come newest first."""
    in_force = listed[0] if listed else None
    return PricesPage(
        number=in_force.number if in_force else 0,
        waiting=waiting_rows(waiting),
        ages=tuple(_ages(offers, today)),
        fits=tuple(_fit(offer, count, today) for offer, count in fits),
        asked=asked,
        countries=(
            ("", "Anywhere"),
            *((c.code, c.name) for c in sorted(facts.countries.values(), key=lambda c: c.name)),
        ),
        snapshots=tuple(_snapshot(row, in_force) for row in listed),
        providers=(
            ("", "The file names them"),
            *((p.key, p.name) for p in facts.providers.values()),
        ),
        stated=stated,
        faults=wrong,
    )


def _ages(offers: Sequence[Offer], today: date) -> Iterator[AgeRow]:
    for name in dict.fromkeys(offer.provider_name for offer in offers):
        dates = [offer.source.as_of for offer in offers if offer.provider_name == name]
        ordered = sorted(dates, key=lambda as_of: earliest_day(as_of) or date.min)
        yield AgeRow(
            name=name,
            offers=len(dates),
            oldest=day(ordered[0]),
            newest=day(ordered[-1]),
            age=age_in_words(ordered[0], today),
        )


def _fit(offer: Offer, count: int, today: date) -> FitRow:
    usd = offer.usd_per_hour or 0.0
    billed = math.ceil(count / offer.unit) * offer.unit
    return FitRow(
        accelerator=f"{count} x {offer.accelerator}",
        machine=f"{offer.provider_name}, {offer.instance}, {offer.region}",
        each=f"{unit_price(usd)} an hour",
        billed=f"{billed:g} billed together, {unit_price(usd * billed)}",
        dated=day(offer.source.as_of),
        age=age_in_words(offer.source.as_of, today),
    )


def _snapshot(row: Published, in_force: Published | None) -> SnapshotRow:
    if row.rows_of != row.number:
        what = f"The prices of catalogue {row.rows_of} again"
    else:
        what = f"{row.file}, {row.form}"
    return SnapshotRow(
        number=row.number,
        published=day(row.at),
        by=row.by,
        reason=row.reason,
        what=what,
        may_return=in_force is not None and row.rows_of != in_force.rows_of,
    )


# ---- a file ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ChangeRow:
    """A price that moves."""

    offer: str
    way: str
    was: str
    now: str
    share: str
    is_jump: bool


@dataclass(frozen=True)
class ProviderPart:
    """What the file would do to one provider.

    Attributes:
        summary: counts, in words.
        changed: the largest changes, at most `MOST_SHOWN` and every jump.
        new, dropped: the first few, in words; `more_...` says how many others there are.
        refused: rows by their reason, every one counted.
        is_taken, is_looked_at: as ticked.
    """

    key: str
    name: str
    summary: str
    cautions: tuple[str, ...]
    changed: tuple[ChangeRow, ...]
    new: tuple[str, ...]
    more_new: int
    dropped: tuple[str, ...]
    more_dropped: int
    refused: tuple[Refusal, ...]
    may_be_taken: bool
    is_taken: bool
    is_looked_at: bool
    problem: str


@dataclass(frozen=True)
class PriceFilePage(Page):
    """What a file would change, provider by provider, and the form that publishes it.

    Attributes:
        is_proposed: it waits for a second person when it is published.
    """

    template: ClassVar[str] = "admin/price_file.html"

    draft_id: int
    file: str
    form: str
    based_on: int
    is_overtaken: bool
    is_proposed: bool
    parts: tuple[ProviderPart, ...]
    notes: tuple[str, ...]
    reason: str
    faults: Faults


def price_file_page(
    draft_id: int,
    plan: Plan,
    choice: Choice | None = None,
    wrong: Faults = NO_FAULTS,
    *,
    is_overtaken: bool = False,
    is_proposed: bool = False,
) -> PriceFilePage:
    """The plan of a file, with what was chosen so far."""
    notes = [f"{count:,} {what} were passed over." for what, count in plan.passed_over.items()]
    if plan.repeated:
        notes.append(f"{plan.repeated:,} rows say the same again, such as one for each zone.")
    return PriceFilePage(
        draft_id=draft_id,
        file=plan.file,
        form=plan.form,
        based_on=plan.based_on,
        is_overtaken=is_overtaken,
        is_proposed=is_proposed,
        parts=tuple(_part(changed, choice, wrong) for changed in plan.changes),
        notes=tuple(notes),
        reason=choice.reason if choice else "",
        faults=wrong,
    )


def posted_choice(posted: FormData) -> Choice:
    """What the form of a file carried."""
    based_on = forms.text(posted, "based_on")
    return Choice(
        taken=tuple(forms.texts(posted, "taken")),
        looked_at=tuple(forms.texts(posted, "looked_at")),
        based_on=int(based_on) if based_on.isdecimal() else 0,
        reason=forms.text(posted, "reason", longest=_LONGEST_TYPED),
    )


def _part(changed: ProviderChanges, choice: Choice | None, wrong: Faults) -> ProviderPart:
    largest = sorted(changed.changed, key=lambda change: -abs(change.share))
    shown = largest[: max(MOST_SHOWN, len(changed.jumps))]
    return ProviderPart(
        key=changed.key,
        name=changed.name,
        summary=(
            f"{len(changed.new):,} new, {len(changed.changed):,} changed, "
            f"{len(changed.dropped):,} dropped, {changed.confirmed:,} confirmed, "
            f"{len(changed.refused):,} refused"
        ),
        cautions=changed.cautions,
        changed=tuple(map(_changed, shown)),
        new=tuple(map(_new, changed.new[:MOST_SHOWN])),
        more_new=max(0, len(changed.new) - MOST_SHOWN),
        dropped=tuple(map(offer_words, changed.dropped[:MOST_SHOWN])),
        more_dropped=max(0, len(changed.dropped) - MOST_SHOWN),
        refused=refusals(changed.refused),
        may_be_taken=changed.may_be_taken,
        is_taken=choice is not None and changed.key in choice.taken,
        is_looked_at=choice is not None and changed.key in choice.looked_at,
        problem=wrong.of(f"looked_at.{changed.key}"),
    )


def _new(offer: Offer) -> str:
    return f"{offer_words(offer)}: {unit_price(offer.usd_per_hour)}"


def _changed(change: Change) -> ChangeRow:
    return ChangeRow(
        offer=offer_words(change.after),
        way=change.way,
        was=price_words(change, change.before),
        now=price_words(change, change.after),
        share=share_words(change.share),
        is_jump=change.is_jump,
    )
