"""`mlperf_log_summary.txt`, which MLPerf's LoadGen writes for every run.

Only this file will do: `summary_results.json` of a published round mislabels units (in v5.1 it
calls Whisper's tokens a second "Samples/s", 63.5 times too many). Keys after LoadGen's own source,
github.com/mlcommons/inference, loadgen/results.cc, read 2026-11-26.
"""

from app.domain.measurements.run import (
    RATE,
    REQUESTS,
    Run,
    malformed,
    one_line,
    read_number,
)

TITLE = "MLPerf Results Summary"

# Scenario → the keys under which its rate of samples may stand, the best first. A server's
# scheduled rate is what was sent, which a valid run has kept up with by the rules.
_RATES = {
    "Offline": ("Samples per second",),
    "Server": ("Completed samples per second", "Scheduled samples per second"),
}
_TOKENS = {"Offline": "Tokens per second", "Server": "Completed tokens per second"}


def loadgen_run(text: str) -> Run:
    """The run in a LoadGen summary: samples a second, and the tokens that were counted.

        tokens_out = tokens a second / samples a second

    "(inferred)" tokens are samples times a constant, and are left out. Input tokens are not in
    the file.

    Raises:
        InvalidAnswers: the run is not valid, measured accuracy, or one query at a time; or a line
            is missing, stated twice or impossible.
    """
    stated = _stated(text)
    scenario = _scenario(stated)
    _refuse_invalid(stated)
    key = next((key for key in _RATES[scenario] if key in stated), _RATES[scenario][0])
    rate = _number(stated, key)
    tokens = _number(stated, _TOKENS[scenario]) if _TOKENS[scenario] in stated else None
    samples = "samples_per_query"
    counted = scenario == "Offline" and samples in stated
    line, typed = stated.get(samples, (0, ""))
    return Run(
        requests_per_second=rate,
        tokens_in=None,
        tokens_out=None if tokens is None else tokens / rate,
        at_once=None,
        conditions="offline" if scenario == "Offline" else "served",
        requests=int(read_number(typed, REQUESTS, line, samples)) if counted else None,
        tool=f"MLPerf LoadGen, {scenario}",
    )


def _stated(text: str) -> dict[str, tuple[int, str]]:
    """Key → its line and what stands behind the colon."""
    found: dict[str, tuple[int, str]] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        key, colon, value = (part.strip() for part in line.partition(":"))
        if not colon or not value:
            continue
        if key in found:
            raise malformed(number, key, f"this is stated before, on line {found[key][0]}.")
        found[key] = (number, value)
    return found


def _scenario(stated: dict[str, tuple[int, str]]) -> str:
    line, scenario = _needed(stated, "Scenario")
    if scenario not in _RATES:
        message = (
            f"{one_line(scenario)!r} does not load the machine. Give an Offline or Server run."
        )
        raise malformed(line, "Scenario", message)
    return scenario


def _refuse_invalid(stated: dict[str, tuple[int, str]]) -> None:
    line, mode = stated.get("Mode", (0, "PerformanceOnly"))
    if mode != "PerformanceOnly":
        message = f"{one_line(mode)!r} does not measure speed. Give the PerformanceOnly run."
        raise malformed(line, "Mode", message)
    line, outcome = _needed(stated, "Result is")
    if outcome != "VALID":
        message = f"the run is {one_line(outcome)}: LoadGen itself does not vouch for its rate."
        raise malformed(line, "Result is", message)


def _needed(stated: dict[str, tuple[int, str]], key: str) -> tuple[int, str]:
    if key not in stated:
        raise malformed(1, key, "this line is missing.")
    return stated[key]


def _number(stated: dict[str, tuple[int, str]], key: str) -> float:
    line, typed = _needed(stated, key)
    return read_number(typed, RATE, line, key)
