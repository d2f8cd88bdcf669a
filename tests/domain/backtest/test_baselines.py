"""The statistical baseline learns what is there to learn, and never from the row it judges."""

from collections import Counter
from dataclasses import replace

import numpy as np

from app.domain.backtest.baselines import features, leave_one_out
from app.domain.options import Family
from tests.domain.builders import REFERENCE

CASES = REFERENCE.cases


def test_a_rule_without_exception_is_learnt() -> None:
    clear = [
        replace(case, decision="on_premises" if "control" in case.drivers else "cloud")
        for case in CASES[::2]
    ]
    said = leave_one_out(clear)
    hits = sum(a == case.decision for a, case in zip(said, clear, strict=True))
    assert hits >= 0.9 * len(clear)
    assert max(Counter(case.decision for case in clear).values()) < 0.8 * len(clear)


def test_a_row_does_not_teach_its_own_decision() -> None:
    first, *rest = CASES[:30]
    other: Family = "hybrid" if first.decision != "hybrid" else "cloud"
    changed = replace(first, decision=other)
    assert leave_one_out([first, *rest])[0] == leave_one_out([changed, *rest])[0]


def test_only_what_the_back_test_may_use_is_a_column() -> None:
    told = [replace(case, outcome="", direction="", decision_scope="enterprise") for case in CASES]
    assert np.array_equal(features(told), features(CASES))
    assert set(np.unique(features(CASES))) == {0.0, 1.0}


def test_without_drivers_none_is_looked_at() -> None:
    silent = [replace(case, drivers=()) for case in CASES]
    assert np.array_equal(features(CASES, with_drivers=False), features(silent))
    assert features(CASES, with_drivers=False).shape[1] < features(CASES).shape[1]
