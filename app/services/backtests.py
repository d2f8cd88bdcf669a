"""Putting cases to the engine, one after the other; all of them take a minute, so no page does it.

One back-test ships. After weights are published or cases changed, another is computed behind
the pages and kept, so that the history shows what a change of weights did.
"""

import json
from collections.abc import Callable, Sequence
from datetime import datetime

from app.domain.assessment import ENGINE_VERSION
from app.domain.backtest import WORLDS, Tried, tried
from app.domain.backtest.baselines import leave_one_out
from app.domain.cases import Case
from app.domain.options import Family
from app.persistence import Session, backtest_runs
from app.reference import Reference, backtests
from app.reference.backtests import Backtest
from app.reference.situations import fingerprint, situations

Told = Callable[[int, Case], None]
MOST_SHOWN = 20


def history(db: Session) -> tuple[Backtest, ...]:
    """The newest back-tests that are kept, and the one that ships; the newest first."""
    kept = (json.loads(row.content) for row in backtest_runs.newest(db, MOST_SHOWN))
    every = (*map(backtests.read, kept), backtests.published())
    return tuple(sorted(every, key=lambda backtest: backtest.as_of, reverse=True))


def current(db: Session, reference: Reference) -> Backtest | None:
    """The back-test of what is in force, or None as long as it is not computed."""
    row = backtest_runs.find(
        db,
        facts_sha256=reference.facts.sha256,
        weight_set=reference.weights.version,
        engine_version=ENGINE_VERSION,
    )
    if row is not None:
        return backtests.read(json.loads(row.content))
    shipped = backtests.published()
    return shipped if is_current(shipped, reference) else None


def to_show(db: Session, reference: Reference) -> Backtest:
    """The back-test of what is in force, else the newest."""
    return current(db, reference) or history(db)[0]


def is_current(backtest: Backtest, reference: Reference) -> bool:
    """Whether it was computed with the facts, cases, weights, table and engine in force."""
    return (
        backtest.facts_sha256 == reference.facts.sha256
        and backtest.weight_set == reference.weights.version
        and backtest.engine_version == ENGINE_VERSION
        and backtest.situations == fingerprint()
    )


def keep(db: Session, backtest: Backtest, now: datetime) -> bool:
    """Keep what was computed; False if somebody else was faster."""
    return backtest_runs.add(
        db,
        facts_sha256=backtest.facts_sha256,
        weight_set=backtest.weight_set,
        engine_version=backtest.engine_version,
        content=json.dumps(backtests.plain(backtest)),
        at=now,
    )


def run(
    reference: Reference,
    cases: Sequence[Case],
    *,
    with_priorities: bool = True,
    by_situation: bool = True,
    worlds: int = WORLDS,
    told: Told = lambda _number, _case: None,
) -> tuple[Tried, ...]:
    """Every case put to the engine, in order; `told` hears of each before it is begun.

    Args:
        by_situation: take from the table of situations what rests on what no case states;
            otherwise all is computed from a volume that is guessed by size.
    """
    rows = []
    for number, case in enumerate(cases, start=1):
        told(number, case)
        rows.append(
            tried(
                case,
                reference.questions,
                reference.facts,
                reference.weights,
                situations() if by_situation else None,
                with_priorities=with_priorities,
                worlds=worlds,
            )
        )
    return tuple(rows)


def computed(
    reference: Reference, *, as_of: str, worlds: int = WORLDS, told: Told = lambda _n, _c: None
) -> Backtest:
    """The whole back-test of the cases of `reference`, to be kept."""
    cases = reference.cases
    return Backtest(
        as_of=as_of,
        engine_version=ENGINE_VERSION,
        weight_set=reference.weights.version,
        facts_sha256=reference.facts.sha256,
        worlds=worlds,
        cases={case.id: backtests.fingerprint(case) for case in cases},
        with_priorities=run(reference, cases, worlds=worlds, told=told),
        without_priorities=run(reference, cases, with_priorities=False, worlds=worlds, told=told),
        guessed=run(reference, cases, by_situation=False, worlds=worlds, told=told),
        situations=fingerprint(),
        logistic=_learnt(cases, with_drivers=True),
        logistic_without=_learnt(cases, with_drivers=False),
    )


def _learnt(cases: Sequence[Case], *, with_drivers: bool) -> dict[str, Family]:
    said = leave_one_out(cases, with_drivers=with_drivers)
    return {case.id: family for case, family in zip(cases, said, strict=True)}
