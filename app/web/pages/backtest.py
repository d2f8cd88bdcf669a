"""The back-test in the open: how often the engine said what published organisations chose."""

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from app.domain.backtest import Score, Tried, calibration, score
from app.domain.backtest.situations import Situation, SituationTable
from app.domain.cases import Case
from app.domain.options import Family
from app.reference.backtests import Backtest
from app.reports.calibration_chart import calibration_chart
from app.reports.case_words import TOLD_BY
from app.reports.drawing import Chart
from app.reports.words import day, percent
from app.web.pages.base import Page

# The bands of the labels, and one below them.
_EDGES = (0.0, 0.55, 0.7, 0.8, 0.9, 1.0)
_RELEVANCE = {
    "ai_core": "AI is the heart of it",
    "ai_partly": "AI is part of it",
    "data_heavy": "much data, little AI",
}
_EVIDENCE = {"high": "high evidence", "medium": "medium evidence", "low": "low evidence"}


@dataclass(frozen=True)
class Line:
    """One way of answering, or one group of cases; swaps and top-2 are empty where unknown."""

    name: str
    n: str
    hits: str
    accuracy: str
    balanced: str
    top2: str
    swaps: str


@dataclass(frozen=True)
class Past:
    """One back-test of the history.

    Attributes:
        changed: cases to which it said something else than the one before, first choice only,
            among those that both have; empty for the first.
    """

    day: str
    weights: str
    engine: str
    n: str
    named: str
    unnamed: str
    top2: str
    swaps: str
    changed: str
    is_shown: bool


@dataclass(frozen=True)
class Argument:
    """One row of the table of situations: what holds, the three values, and why.

    Attributes:
        places: of cloud, hybrid and on-premises; with a sign where they are added.
    """

    criterion: str
    when: str
    places: tuple[str, str, str]
    why: str


@dataclass(frozen=True)
class Row:
    """One case: what was decided and what was said."""

    id: str
    organisation: str
    decision: str
    predicted: str
    share: str
    is_hit: bool


@dataclass(frozen=True)
class BacktestPage(Page):
    """The figures, by what they are held against, and every case behind them.

    Attributes:
        headline: the honest sentence.
        ways: the engine and a model with and without priorities, and the commonest decision.
        chance: half the width of the 95% interval of the count that is right, by the normal
            approximation of the binomial.
        groups: the engine with priorities, by evidence, by AI and by who tells.
        arguments: the table of situations, row by row, and `argued`, where it comes from.
        versions: what it was computed with.
        history: every back-test that was kept, the newest first.
    """

    template: ClassVar[str] = "cases/backtest.html"

    headline: str
    ways: tuple[Line, ...]
    chance: int
    chart: Chart
    groups: tuple[tuple[str, tuple[Line, ...]], ...]
    rows: tuple[Row, ...]
    arguments: tuple[Argument, ...]
    argued: str
    versions: str
    is_current: bool
    history: tuple[Past, ...]


def backtest_page(
    backtest: Backtest,
    cases: Sequence[Case],
    table: SituationTable,
    *,
    is_current: bool,
    history: Sequence[Backtest] = (),
) -> BacktestPage:
    """The page of `backtest`; groups and names come from `cases`, the arguments from `table`."""
    rows = backtest.with_priorities
    named, unnamed = score(rows), score(backtest.without_priorities)
    return BacktestPage(
        headline=_headline(backtest, named, unnamed),
        ways=tuple(_ways(backtest, named, unnamed)),
        chance=round(1.96 * math.sqrt(named.n * named.accuracy * (1.0 - named.accuracy))),
        chart=_chart(rows),
        groups=_groups(rows, cases),
        rows=_rows(rows, cases),
        arguments=tuple(_argument(row) for row in table.rows),
        argued=f"{table.source.source}. {day(table.source.as_of)}.",
        versions=(
            f"Computed {day(backtest.as_of)} over {backtest.worlds} plausible worlds with engine "
            f"{backtest.engine_version} and weights {backtest.weight_set}."
        ),
        is_current=is_current,
        history=tuple(_history(history, backtest)),
    )


def _history(history: Sequence[Backtest], shown: Backtest) -> Iterator[Past]:
    for backtest, before in itertools.zip_longest(history, history[1:]):
        named, unnamed = score(backtest.with_priorities), score(backtest.without_priorities)
        yield Past(
            day=day(backtest.as_of),
            weights=str(backtest.weight_set),
            engine=backtest.engine_version,
            n=str(named.n),
            named=str(_count(named.accuracy, named.n)),
            unnamed=str(_count(unnamed.accuracy, unnamed.n)),
            top2=str(_count(named.top2, named.n)),
            swaps=str(named.swaps),
            changed=_changed(backtest, before) if before else "",
            is_shown=backtest == shown,
        )


def _changed(backtest: Backtest, before: Backtest) -> str:
    named = _otherwise(backtest.with_priorities, before.with_priorities)
    unnamed = _otherwise(backtest.without_priorities, before.without_priorities)
    return f"{named} with reasons, {unnamed} without"


def _otherwise(rows: Sequence[Tried], before: Sequence[Tried]) -> int:
    said = {row.id: row.predicted for row in before}
    return sum(row.id in said and row.predicted != said[row.id] for row in rows)


def _headline(backtest: Backtest, named: Score, unnamed: Score) -> str:
    learnt, alone = _hits(backtest, backtest.logistic), _hits(backtest, backtest.logistic_without)
    model = f" and {alone} for such a model" if backtest.logistic_without else ""
    found = score(backtest.guessed)
    computed = (
        f" Where all is computed from a volume guessed by size, Footing matches "
        f"{_count(found.accuracy, found.n)}."
        if backtest.guessed
        else ""
    )
    return (
        f"Given the reasons the organisations themselves named, the first choice matches "
        f"{_count(named.accuracy, named.n)} of {named.n}, the first two contain the real choice "
        f"in {_count(named.top2, named.n)}, and the opposite was said in {named.swaps}. A plain "
        f"statistical model that learns from the other cases, reasons included, matches {learnt}."
        f"{computed} Without the reasons Footing matches "
        f"{_count(unnamed.accuracy, unnamed.n)}, against "
        f"{_count(named.majority, named.n)} for always saying the commonest{model}."
    )


def _ways(backtest: Backtest, named: Score, unnamed: Score) -> Iterator[Line]:
    yield _line("Footing, with the reasons named as priorities", named)
    learnt = "A logistic regression with the reasons, each case left out once"
    yield _baseline(learnt, _hits(backtest, backtest.logistic), named.n)
    if backtest.guessed:
        everything = "Footing with the reasons, all computed from a volume guessed by size"
        yield _line(everything, score(backtest.guessed))
    yield _line("Footing, without the reasons", unnamed)
    if backtest.logistic_without:
        alone = "A logistic regression without the reasons, likewise"
        yield _baseline(alone, _hits(backtest, backtest.logistic_without), named.n)
    yield _baseline("Always the commonest", _count(named.majority, named.n), named.n)


def _hits(backtest: Backtest, said: Mapping[str, Family]) -> int:
    return sum(said.get(row.id) == row.decision for row in backtest.with_priorities)


def _count(share: float, n: int) -> int:
    return round(share * n)


def _line(name: str, found: Score) -> Line:
    return Line(
        name,
        str(found.n),
        str(_count(found.accuracy, found.n)),
        percent(found.accuracy),
        percent(found.balanced_accuracy),
        percent(found.top2),
        str(found.swaps),
    )


def _baseline(name: str, hits: int, n: int) -> Line:
    return Line(name, str(n), str(hits), percent(hits / n if n else 0.0), "", "", "")


def _chart(rows: Sequence[Tried]) -> Chart:
    said = [row for row in rows if row.predicted]
    stated = sum(row.shares[row.predicted] for row in said if row.predicted) / max(len(said), 1)
    hit = sum(row.is_hit for row in said) / max(len(said), 1)
    title = f"It states {percent(stated)} on average and is right in {percent(hit)}"
    return calibration_chart(calibration(rows, _EDGES), title=title)


def _groups(
    rows: Sequence[Tried], cases: Sequence[Case]
) -> tuple[tuple[str, tuple[Line, ...]], ...]:
    by_id = {case.id: case for case in cases}
    kept = [row for row in rows if row.id in by_id]
    return (
        (
            "By evidence",
            _split(kept, {r.id: by_id[r.id].source.confidence for r in kept}, _EVIDENCE),
        ),
        (
            "By how much of it is AI",
            _split(kept, {r.id: by_id[r.id].ai_relevance for r in kept}, _RELEVANCE),
        ),
        ("By who tells it", _split(kept, {r.id: by_id[r.id].source_type for r in kept}, TOLD_BY)),
    )


def _split(
    rows: Sequence[Tried], group_of: Mapping[str, str], names: Mapping[str, str]
) -> tuple[Line, ...]:
    groups = {key: [row for row in rows if group_of[row.id] == key] for key in names}
    return tuple(_line(names[key], score(group)) for key, group in groups.items() if group)


def _rows(rows: Sequence[Tried], cases: Sequence[Case]) -> tuple[Row, ...]:
    names = {case.id: case.organisation for case in cases}
    return tuple(
        Row(
            row.id,
            names[row.id],
            row.decision,
            row.predicted or "",
            percent(row.shares[row.predicted]) if row.predicted else "",
            row.is_hit,
        )
        for row in rows
        if row.id in names
    )


_ATTRIBUTES = {
    "load_profile": "load",
    "growth": "growth",
    "latency_need": "answers",
    "organisation_size": "organisation",
    "existing_datacentre": "data centre of its own",
    "estate": "size",
}
_VALUES = {"gpus": "from 1,000 GPUs", "petabytes": "from a petabyte"}


def _argument(row: Situation) -> Argument:
    when = "; ".join(f"{_ATTRIBUTES[name]}: {_either(values)}" for name, values in row.when.items())
    return Argument(
        criterion=row.criterion.capitalize(),
        when=when or "otherwise",
        places=(_value(row, "cloud"), _value(row, "hybrid"), _value(row, "on_premises")),
        why=row.why,
    )


def _either(values: Sequence[str]) -> str:
    return " or ".join(_VALUES.get(value, value) for value in values)


def _value(row: Situation, family: Family) -> str:
    value = row.places[family]
    if row.adds:
        return f"{value:+.2f}".replace("-", "\N{MINUS SIGN}") if value else "+0"
    return f"{value:.2f}"
