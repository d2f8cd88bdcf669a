"""Putting cases to the engine, one after the other; eighty take minutes, so no page does it."""

from collections.abc import Callable, Sequence

from app.domain.assessment import ENGINE_VERSION
from app.domain.backtest import WORLDS, Tried, tried
from app.domain.backtest.baselines import leave_one_out
from app.domain.cases import Case
from app.reference import Reference, backtests
from app.reference.backtests import Backtest

Told = Callable[[int, Case], None]


def published() -> Backtest:
    """The back-test that ships, as it was last computed."""
    return backtests.published()


def is_current(backtest: Backtest, reference: Reference, cases: Sequence[Case]) -> bool:
    """Whether it was computed with the facts, `cases`, weights and engine that are in force."""
    return (
        tuple(cases) == reference.cases
        and backtest.facts_sha256 == reference.facts.sha256
        and backtest.weight_set == reference.weights.version
        and backtest.engine_version == ENGINE_VERSION
    )


def run(
    reference: Reference,
    cases: Sequence[Case],
    *,
    with_priorities: bool = True,
    worlds: int = WORLDS,
    told: Told = lambda _number, _case: None,
) -> tuple[Tried, ...]:
    """Every case put to the engine, in order; `told` hears of each before it is begun."""
    rows = []
    for number, case in enumerate(cases, start=1):
        told(number, case)
        rows.append(
            tried(
                case,
                reference.questions,
                reference.facts,
                reference.weights,
                with_priorities=with_priorities,
                worlds=worlds,
            )
        )
    return tuple(rows)


def computed(
    reference: Reference, *, as_of: str, worlds: int = WORLDS, told: Told = lambda _n, _c: None
) -> Backtest:
    """The whole back-test of the shipped cases, to be kept."""
    cases = reference.cases
    learnt = leave_one_out(cases)
    return Backtest(
        as_of=as_of,
        engine_version=ENGINE_VERSION,
        weight_set=reference.weights.version,
        facts_sha256=reference.facts.sha256,
        worlds=worlds,
        with_priorities=run(reference, cases, worlds=worlds, told=told),
        without_priorities=run(reference, cases, with_priorities=False, worlds=worlds, told=told),
        logistic={case.id: family for case, family in zip(cases, learnt, strict=True)},
    )
