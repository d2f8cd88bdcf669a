from dataclasses import replace

import pytest

from app.domain.errors import InvalidAnswers
from app.domain.measurements.loadgen import loadgen_run
from app.domain.measurements.run import Run
from tests.domain.measurements.files import OFFLINE, SERVER


def test_an_offline_run_counts_samples_and_not_tokens() -> None:
    # 43.61 samples of 23.59 s are 1029 times real time; its tokens are 63.5 times as many.
    run = loadgen_run(OFFLINE)
    assert run.tokens_out == pytest.approx(63.5, rel=1e-4)
    assert replace(run, tokens_out=None) == Run(
        requests_per_second=43.61,
        tokens_in=None,
        tokens_out=None,
        at_once=None,
        conditions="offline",
        requests=26166,
        tool="MLPerf LoadGen, Offline",
    )


def test_a_server_run_counts_what_was_completed() -> None:
    run = loadgen_run(SERVER)
    assert (run.requests_per_second, run.conditions, run.requests) == (113.95, "served", None)
    assert run.tokens_out == pytest.approx(298.6, abs=0.1)


def test_an_older_server_run_states_what_was_sent() -> None:
    old = SERVER.replace("Completed samples per second    : 113.95\n", "")
    assert loadgen_run(old).requests_per_second == 114.02


def test_inferred_tokens_are_no_count() -> None:
    inferred = OFFLINE.replace("Tokens per second:", "Tokens per second (inferred):")
    assert loadgen_run(inferred).tokens_out is None


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ("Result is : VALID", "Result is : INVALID", "Line 9, Result is: the run is INVALID"),
        ("Result is : VALID\n", "", "Line 1, Result is: this line is missing"),
        ("PerformanceOnly", "AccuracyOnly", "Line 6, Mode: 'AccuracyOnly' does not measure speed"),
        ("Scenario : Offline", "Scenario : SingleStream", "Line 5, Scenario: 'SingleStream'"),
        ("Scenario : Offline\n", "", "Line 1, Scenario: this line is missing"),
        ("Samples per second: 43.61\n", "", "Line 1, Samples per second: this line is missing"),
        ("43.61", "nan", "Line 7, Samples per second: 'nan' is not a number"),
        ("43.61", "0", "Line 7, Samples per second: 0 is not possible"),
        ("2769.24", "many", "Line 8, Tokens per second: 'many' is not a number"),
        ("26166", "2.5", "Line 23, samples_per_query: 2.5 must be a whole number"),
        ("Result is", "Samples per second: 9\nResult is",
         "Line 9, Samples per second: this is stated before, on line 7"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_line(was: str, becomes: str, said: str) -> None:
    assert was in OFFLINE
    with pytest.raises(InvalidAnswers, match=said):
        loadgen_run(OFFLINE.replace(was, becomes, 1))
