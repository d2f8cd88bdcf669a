"""The what-if page of a saved version: its drivers to move, and what it would say then."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urlencode

from app.domain.assessment.what_if import Driver, OptionThen, Outcome
from app.domain.errors import Problem
from app.domain.questionnaire.questions import Field
from app.reports.currency import currency_of, speaking
from app.reports.words import (
    NO_DATA,
    change,
    exact,
    in_hundred,
    lower_first,
    money,
    rate_words,
    whole,
)
from app.services.assessments import SavedAssessment
from app.services.what_if import Question, WhatIf
from app.web.forms import part_of
from app.web.pages.base import NO_FAULTS, Faults, FieldProblem, Page

# A slider for a market goes from half the price to twice the price: judgement; a number may go
# further. One for an answer goes over its range, and to half and twice its likely value.
_MARKET = (-0.5, 1.0)
_STEPS = 100


@dataclass(frozen=True)
class Slider:
    """From where to where a slider goes, and in which steps, as typed."""

    low: str
    high: str
    step: str


@dataclass(frozen=True)
class DriverRow:
    """One driver.

    Attributes:
        name: of its field in the address.
        value: what the field shows; `was` with its unit is the version's.
    """

    id: str
    name: str
    label: str
    unit: str
    value: str
    was: str
    slider: Slider
    problem: str


@dataclass(frozen=True)
class CostRow:
    """What one option costs before and after."""

    option: str
    before: str
    after: str
    difference: str
    note: str


@dataclass(frozen=True)
class Moved:
    """A driver that was moved, and the address of the page without that."""

    label: str
    before: str
    after: str
    without: str


@dataclass(frozen=True)
class Told:
    """What the version would say.

    Attributes:
        sentence: who leads now; `before` says who led.
        fails, holds: must-haves that fail now and did not, and the other way round.
    """

    sentence: str
    before: str
    rows: tuple[CostRow, ...]
    fails: tuple[str, ...]
    holds: tuple[str, ...]
    moved: tuple[Moved, ...]
    worlds: str


@dataclass(frozen=True)
class WhatIfPage(Page):
    """A saved version with other values of its drivers.

    Attributes:
        project_id: 0 for a sample.
        back: address of the result; the page itself is under it.
        refusal: why nothing can be tried; then there are no rows.
        rate: a sentence about the currency; empty for US dollars.
        told: None while something typed cannot be used.
        may_save: whether the reader may keep the moved answers.
        unsaved: which of what was moved is no answer and cannot be kept; empty where none is.
        link: the address of this very page, to be copied.
    """

    template: ClassVar[str] = "results/what_if.html"

    name: str
    version: str
    project_id: int
    back: str
    refusal: str
    rows: tuple[DriverRow, ...]
    faults: Faults
    rate: str
    told: Told | None
    may_save: bool
    unsaved: str
    link: str


def refused_page(saved: SavedAssessment, reason: str, *, back: str) -> WhatIfPage:
    """A version on which nothing can be tried, and why."""
    return _page(saved, back, refusal=reason)


def wrong_page(
    question: Question, problems: Sequence[Problem], *, back: str, address: str, may_save: bool
) -> WhatIfPage:
    """The form as it was sent, with what cannot be used said at its field."""
    ids = {driver.field.path: _id(i) for i, driver in enumerate(question.drivers)}
    lines = [FieldProblem(f"#{ids.get(p.path, 'drivers')}", p.message) for p in problems]
    faults = Faults(tuple(lines))
    return _page(
        question.saved,
        back,
        rows=_rows(question, faults),
        faults=faults,
        may_save=may_save,
        link=_link(question.typed, address),
    )


def what_if_page(found: WhatIf, *, back: str, address: str, may_save: bool) -> WhatIfPage:
    """What the version would say; `address` is that of the page, without what was moved."""
    question = found.question
    with speaking(currency_of(question.saved.result)):
        return _what_if(found, question, back, address, may_save=may_save)


def _what_if(
    found: WhatIf, question: Question, back: str, address: str, *, may_save: bool
) -> WhatIfPage:
    return _page(
        question.saved,
        back,
        rows=_rows(question, NO_FAULTS),
        told=_told(found, back),
        link=_link(question.typed, address),
        may_save=may_save,
        unsaved=_unsaved(question) if may_save else "",
    )


def _page(  # noqa: PLR0913  # the parts in which the three pages differ
    saved: SavedAssessment,
    back: str,
    *,
    refusal: str = "",
    rows: tuple[DriverRow, ...] = (),
    faults: Faults = NO_FAULTS,
    told: Told | None = None,
    may_save: bool = False,
    unsaved: str = "",
    link: str = "",
) -> WhatIfPage:
    is_sample = saved.project.is_sample
    return WhatIfPage(
        name=saved.project.name,
        version="" if is_sample else f"Version {saved.number}",
        project_id=0 if is_sample else saved.project.id,
        back=back,
        refusal=refusal,
        rows=rows,
        faults=faults,
        rate=rate_words(),
        told=told,
        may_save=may_save,
        unsaved=unsaved,
        link=link,
    )


def _link(typed: Mapping[str, str], address: str) -> str:
    query = urlencode(typed)
    return f"{address}?{query}" if query else address


# ---- what may be moved -------------------------------------------------------------------------


def _id(place: int) -> str:
    return f"driver-{place + 1}"


def _rows(question: Question, faults: Faults) -> tuple[DriverRow, ...]:
    return tuple(
        DriverRow(
            id=_id(i),
            name=driver.field.path,
            label=driver.field.label,
            unit=driver.field.unit,
            value=question.typed.get(driver.field.path, _typed(driver.now.likely, driver.field)),
            was=_words(driver.now.likely, driver),
            slider=_slider(driver),
            problem=faults.of(_id(i)),
        )
        for i, driver in enumerate(question.drivers)
    )


def _typed(value: float, field: Field) -> str:
    return part_of(value, "likely", field)


def _words(value: float, driver: Driver) -> str:
    """A value with its unit; of a market, how its prices differ from those of the version."""
    if not driver.is_answer:
        return f"{change(exact(100 * value), value)}%"
    if driver.field.percent:
        return f"{exact(100 * value)}{driver.field.unit.replace(' ', ' ', 1)}"
    return f"{exact(value)} {driver.field.unit}".strip()


def _slider(driver: Driver) -> Slider:
    field, now = driver.field, driver.now
    low, high = _MARKET if not driver.is_answer else _around(driver)
    low = low if field.minimum is None else max(low, field.minimum)
    high = high if field.maximum is None else min(high, field.maximum)
    step = _step((high - low) / _STEPS)
    if field.whole:
        step = max(1.0, step)
    # On a step of its own, so that the slider stands where the number does.
    below, above = math.floor((now.likely - low) / step), math.floor((high - now.likely) / step)
    return Slider(
        _typed(now.likely - below * step, field),
        _typed(now.likely + above * step, field),
        _typed(step, field),
    )


def _around(driver: Driver) -> tuple[float, float]:
    now, minimum = driver.now, driver.field.minimum
    if now.likely > 0 and (minimum is None or minimum >= 0):
        return min(now.low, now.likely / 2), max(now.high, now.likely * 2)
    reach = max(abs(now.likely), now.high - now.low, _STEPS * 1e-4)
    return now.likely - reach, now.likely + reach


def _step(about: float) -> float:
    """1, 2 or 5 times a power of ten, not above `about` > 0."""
    power = 10.0 ** math.floor(math.log10(about))
    return next(m * power for m in (5, 2, 1) if m * power <= about * (1 + 1e-9))


# ---- what came out -----------------------------------------------------------------------------


def _told(found: WhatIf, back: str) -> Told:
    before, after, question = found.before, found.after, found.question
    return Told(
        sentence=_sentence(after),
        before=f"As saved. {_sentence(before)}" if question.values else "",
        rows=tuple(_costs(before, after)),
        fails=tuple(_newly(before, after, "is ruled out now")),
        holds=tuple(_newly(after, before, "no longer breaks this")),
        moved=tuple(_moved(question, back)),
        worlds=whole(after.worlds),
    )


def _moved(question: Question, back: str) -> Iterator[Moved]:
    for driver in question.drivers:
        path = driver.field.path
        if path in question.values:
            rest = {other: text for other, text in question.typed.items() if other != path}
            yield Moved(
                driver.field.label,
                _words(driver.now.likely, driver),
                _words(question.values[path], driver),
                _link(rest, f"{back}/what-if"),
            )


def _sentence(told: Outcome) -> str:
    if not told.best:
        return "No option meets every must-have."
    title = lower_first(told.options[told.best].title)
    return f"Best: {title}, whose family is ahead in {in_hundred(told.share)} variations."


def _costs(before: Outcome, after: Outcome) -> Iterator[CostRow]:
    """The best of each family now, then those that were."""
    for key in dict.fromkeys((*after.leading, *before.leading)):
        old, new = before.options.get(key), after.options.get(key)
        title = (new or old or after.options[key]).title
        yield CostRow(
            option=title,
            before=_usd(old),
            after=_usd(new),
            difference=difference(old, new),
            note="leads" if key == after.best else "led" if key == before.best else "",
        )


def difference(old: OptionThen | None, new: OptionThen | None) -> str:
    """What is added; a bound where a price is missing on one side only."""
    if old is None or new is None:
        return NO_DATA
    usd = new.usd - old.usd
    bound = {1: "at least ", -1: "at most "}.get(new.at_least - old.at_least, "")
    return "no change" if abs(usd) < 1 else f"{bound}{change(money(usd), usd)}"


def _usd(option: OptionThen | None) -> str:
    if option is None:
        return "cannot be priced"
    return f"at least {money(option.usd)}" if option.at_least else money(option.usd)


def _newly(old: Outcome, new: Outcome, said: str) -> Iterator[str]:
    """What options break in `new` and did not in `old`."""
    for key, option in new.options.items():
        held = old.options.get(key)
        for rule, words in option.failed.items():
            if held is not None and rule not in held.failed:
                yield f"{option.title} {said}: {words}"


def _unsaved(question: Question) -> str:
    """Names what was moved and is a fact; empty where nothing is."""
    facts = [
        driver.field.label.removesuffix(", change in percent").lower()
        for driver in question.drivers
        if driver.field.path in question.prices
    ]
    if not facts:
        return ""
    return (
        f"{'; '.join(facts).capitalize()}: these are facts, not answers, and cannot be saved as "
        "such. A new version is priced with the facts in force."
    )
