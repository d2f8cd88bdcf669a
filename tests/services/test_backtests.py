"""The shipped back-test is what the engine says, and says when it no longer is."""

from dataclasses import replace

from app import reference
from app.domain.backtest.baselines import leave_one_out
from app.services import backtests

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
    assert len(whole.with_priorities) == len(whole.without_priorities) == 3
    assert tuple(whole.logistic.values()) == leave_one_out(FEW.cases)
    assert backtests.is_current(whole, FEW, FEW.cases)
    assert not backtests.is_current(replace(whole, weight_set=2), FEW, FEW.cases)
    assert not backtests.is_current(replace(whole, facts_sha256="0"), FEW, FEW.cases)
    assert not backtests.is_current(replace(whole, engine_version="0"), FEW, FEW.cases)
    assert not backtests.is_current(whole, FEW, FEW.cases[1:])


def test_what_ships_is_what_the_engine_says() -> None:
    kept = backtests.published()
    case = next(case for case in REFERENCE.cases if case.id == "dkfz-dgx2")
    (again,) = backtests.run(REFERENCE, [case], worlds=kept.worlds)
    assert again.predicted == getattr(kept.of(case.id), "predicted", None)
