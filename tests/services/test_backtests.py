"""The shipped back-test is what the engine says, and says when it no longer is."""

from dataclasses import replace

from app import reference
from app.domain.backtest.baselines import leave_one_out
from app.persistence import Session
from app.reference.backtests import published
from app.services import backtests
from tests.builders import NOON

REFERENCE = reference.load()
FEW = replace(REFERENCE, cases=REFERENCE.cases[:3])


def test_a_run_tells_of_each_case_and_keeps_their_order() -> None:
    heard: list[str] = []
    rows = backtests.run(
        FEW, FEW.cases, worlds=5, told=lambda n, case: heard.append(f"{n} {case.id}")
    )
    assert [row.id for row in rows] == [case.id for case in FEW.cases]
    assert heard == [f"{n} {case.id}" for n, case in enumerate(FEW.cases, start=1)]


def test_the_whole_has_both_runs_the_baseline_and_its_versions() -> None:
    whole = backtests.computed(FEW, as_of="2026-11-25", worlds=5)
    assert len(whole.with_priorities) == len(whole.without_priorities) == len(whole.guessed) == 3
    assert whole.guessed != whole.with_priorities
    assert tuple(whole.logistic.values()) == leave_one_out(FEW.cases)
    assert backtests.is_current(whole, FEW)
    assert not backtests.is_current(replace(whole, weight_set=2), FEW)
    assert not backtests.is_current(replace(whole, facts_sha256="0"), FEW)
    assert not backtests.is_current(replace(whole, engine_version="0"), FEW)
    assert not backtests.is_current(replace(whole, situations=""), FEW)


def test_a_case_that_was_corrected_since_is_not_answered_for() -> None:
    whole = backtests.computed(FEW, as_of="2026-11-25", worlds=5)
    first = FEW.cases[0]
    found = whole.of(first)
    assert found is not None
    assert found.id == first.id
    assert whole.of(replace(first, load_profile="bursty")) is None
    assert whole.of(REFERENCE.cases[-1]) is None


def test_the_history_ends_with_what_ships_and_keeps_each_once(db: Session) -> None:
    shipped = published()
    assert backtests.history(db) == (shipped,)
    later = replace(shipped, as_of="2031-01-01", weight_set=7)
    assert backtests.keep(db, later, NOON)
    assert not backtests.keep(db, later, NOON)
    assert backtests.history(db) == (later, shipped)


def test_shown_is_what_is_in_force_else_the_newest(db: Session) -> None:
    shipped = published()
    backtests.keep(db, replace(shipped, as_of="2031-01-01", weight_set=7), NOON)
    history = backtests.history(db)
    assert backtests.to_show(db, REFERENCE) == shipped
    others = replace(REFERENCE, weights=replace(REFERENCE.weights, version=8))
    assert backtests.to_show(db, others) == history[0]


def test_what_ships_is_what_the_engine_says() -> None:
    kept = published()
    case = next(case for case in REFERENCE.cases if case.id == "dkfz-dgx2")
    (again,) = backtests.run(REFERENCE, [case], worlds=kept.worlds)
    assert again == kept.of(case)
    (computed,) = backtests.run(REFERENCE, [case], by_situation=False, worlds=kept.worlds)
    assert computed in kept.guessed


def test_what_ships_was_computed_with_what_ships() -> None:
    """If not: make backtest."""
    assert backtests.is_current(published(), REFERENCE)
