"""The figures of a back-test, by hand on four rows, and the pipeline on one case."""

import pytest

from app.domain.assessment import assess
from app.domain.backtest import Tried, calibration, score, tried
from app.domain.backtest.answering import answers_of
from app.domain.options import Family
from app.domain.worlds import Worlds
from tests.domain.builders import FACTS, QUESTIONS, REFERENCE, WEIGHTS


def row(decision: Family, *ranking: Family, share: float = 0.9) -> Tried:
    rest = (1 - share) / 2
    shares = {"cloud": rest, "on_premises": rest, "hybrid": rest}
    if ranking:
        shares[ranking[0]] = share
    return Tried("a", decision, ranking, shares)


ROWS = [
    row("cloud", "cloud", "hybrid", share=0.95),
    row("cloud", "on_premises", "cloud", share=0.5),
    row("on_premises", "hybrid", "cloud", share=0.6),
    row("hybrid", "hybrid", "cloud", share=0.7),
]


def test_the_figures_by_hand() -> None:
    found = score(ROWS)
    assert found.n == 4
    assert found.accuracy == 2 / 4
    assert found.balanced_accuracy == pytest.approx((1 / 2 + 0 + 1) / 3)
    assert found.top2 == 3 / 4
    assert found.swaps == 1
    assert found.majority == 2 / 4


def test_where_nothing_is_feasible_nothing_was_predicted() -> None:
    nothing = row("cloud")
    assert nothing.predicted is None
    assert not nothing.is_hit
    assert score([nothing]).top2 == 0
    assert calibration([nothing], (0, 1)) == []


def test_without_rows_all_is_zero() -> None:
    assert score([]).n == 0
    assert score([]).accuracy == 0


def test_what_was_stated_is_held_against_what_was_found() -> None:
    low, high = calibration(ROWS, (0.0, 0.65, 1.0))
    assert (low.n, high.n) == (2, 2)
    assert low.stated == pytest.approx(0.55)
    assert low.hit == 0
    assert high.stated == pytest.approx(0.825)
    assert high.hit == 1


def test_a_certain_case_is_in_the_last_band() -> None:
    (band,) = calibration([row("cloud", "cloud", share=1.0)], (0.0, 0.5, 1.0))
    assert (band.low, band.n, band.hit) == (0.5, 1, 1)


def test_it_is_the_same_pipeline() -> None:
    case = next(case for case in REFERENCE.cases if case.id == "gdelt-hosted-speech")
    found = tried(case, QUESTIONS, FACTS, WEIGHTS, worlds=20)
    answers = answers_of(case, QUESTIONS, FACTS)
    result = assess(answers, FACTS, WEIGHTS, (), Worlds(20, seed=1))
    shares = {f: part["share_of_worlds"] for f, part in result["families"].items()}
    assert found.shares == pytest.approx(shares, abs=1e-6)
    assert found.predicted == result["recommended"]["family"]
    assert found.id == case.id
    assert found.decision == case.decision
