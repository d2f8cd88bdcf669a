"""The back-test that ships is about the cases that ship."""

from dataclasses import replace

from app import reference
from app.domain.backtest import score
from app.domain.options import FAMILIES
from app.reference import backtests

KEPT = backtests.published()
CASES = reference.load().cases


def test_it_holds_every_case_that_ships_and_no_other() -> None:
    decided = {case.id: case.decision for case in CASES}
    for rows in (KEPT.with_priorities, KEPT.without_priorities, KEPT.guessed):
        assert {row.id: row.decision for row in rows} == decided
        assert len(rows) == len(decided)
    assert set(KEPT.logistic) == set(KEPT.logistic_without) == set(decided)


def test_with_the_reasons_it_is_no_worse_than_a_model_that_learnt_from_the_others() -> None:
    learnt = sum(KEPT.logistic[row.id] == row.decision for row in KEPT.with_priorities)
    assert sum(row.is_hit for row in KEPT.with_priorities) >= learnt


def test_its_shares_are_shares() -> None:
    for row in (*KEPT.with_priorities, *KEPT.without_priorities, *KEPT.guessed):
        assert set(row.shares) == set(FAMILIES)
        total = sum(row.shares.values())
        assert abs(total - (1 if row.ranking else 0)) < 1e-3
        if row.predicted:
            assert row.shares[row.predicted] == max(row.shares.values())


def test_it_is_better_informed_with_the_reasons_than_without() -> None:
    named, unnamed = score(KEPT.with_priorities), score(KEPT.without_priorities)
    assert named.n == unnamed.n == len(CASES)
    assert named.accuracy >= unnamed.accuracy
    assert named.accuracy > named.majority


def test_it_is_written_as_it_is_read() -> None:
    assert backtests.read(backtests.plain(KEPT)) == KEPT


def test_one_kept_before_the_model_without_reasons_is_still_read() -> None:
    older = backtests.plain(KEPT)
    del older["logistic_without"]
    assert backtests.read(older) == replace(KEPT, logistic_without={})


def test_one_kept_before_the_table_of_situations_is_still_read() -> None:
    older = backtests.plain(KEPT)
    del older["guessed"], older["situations"]
    assert backtests.read(older) == replace(KEPT, guessed=(), situations="")


def test_one_case_is_found_as_long_as_it_is_the_same() -> None:
    assert KEPT.of(CASES[0]) == KEPT.with_priorities[0]
    assert KEPT.of(replace(CASES[0], id="nonsense")) is None
    assert KEPT.of(replace(CASES[0], gpus=12.0)) is None
