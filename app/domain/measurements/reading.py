"""From the bytes of a file to the run in it, whichever benchmark wrote it."""

import re

from app.domain.errors import InvalidAnswers, Problem
from app.domain.measurements.endpoint import aiperf_run, vllm_run
from app.domain.measurements.loadgen import TITLE, loadgen_run
from app.domain.measurements.located import Located
from app.domain.measurements.run import Run, malformed
from app.domain.measurements.table import table_run

MOST_BYTES = 2_000_000
MOST_LINES = 100_000
# Below, the start and the end of a run, when the machine is not full, decide its rate. Judgement:
# with twice as many requests as run at once, the machine is full for half of the time or more.
FEWEST_REQUESTS = 20
_FEWEST_PER_PLACE = 2


def read_run(content: bytes) -> Run:
    """The run in a file of vLLM's serving benchmark, AIPerf, GenAI-Perf, LoadGen, or in a CSV.

    Which of them it is, its content says and not its name.

    Raises:
        InvalidAnswers: one problem at `file`, which names the line and the field where there is
            one.
    """
    run = _run(_text(content))
    _refuse_short(run)
    return run


def _refuse_short(run: Run) -> None:
    """Do nothing if the run had requests enough, or does not say how many."""
    if run.requests is None:
        return
    fewest = max(FEWEST_REQUESTS, _FEWEST_PER_PLACE * (run.at_once or 0))
    if run.requests < fewest:
        at_once = f", with {run.at_once:g} at once" if run.at_once else ""
        raise _refused(
            f"The run has {run.requests:,} requests{at_once}: its start and its end decide the "
            f"rate. Measure again with at least {fewest:,.0f}."
        )


def _run(text: str) -> Run:
    beginning = text.lstrip()[:1]
    if beginning == "{":
        return _json_run(text)
    if beginning == "[":
        raise _refused(
            "This is a list. Give the report of one run; of MLPerf, mlperf_log_summary.txt "
            "and not summary_results.json, which mislabels its units."
        )
    if TITLE in text[:2_000]:
        return loadgen_run(text)
    return table_run(text)


def _text(content: bytes) -> str:
    if not content.strip():
        raise _refused("Choose a file: none was sent, or it is empty.")
    if len(content) > MOST_BYTES:
        raise _refused(
            f"The file has {len(content):,} bytes; at most {MOST_BYTES:,} are read. "
            "Save the summary without every single request."
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise malformed(line, "", "this is not text in UTF-8.") from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise malformed(line, "", "this holds a NUL, which no text does.")
    if (lines := text.count("\n") + 1) > MOST_LINES:
        raise _refused(f"The file has {lines:,} lines; at most {MOST_LINES:,} are read.")
    return text


def _json_run(text: str) -> Run:
    report = Located(text)
    behind = re.compile(r"\s*").match(text, report.end)
    end = behind.end() if behind else report.end
    if end < len(text):
        line = text.count("\n", 0, end) + 1
        raise malformed(line, "", "something follows the first report. Give one run in a file.")
    if report.is_object("request_throughput"):
        return aiperf_run(report)
    if report.has("request_throughput"):
        return vllm_run(report)
    raise malformed(
        1,
        "request_throughput",
        "this is missing, so it is no report of vLLM's benchmark_serving, AIPerf or GenAI-Perf.",
    )


def _refused(sentence: str) -> InvalidAnswers:
    return InvalidAnswers([Problem("file", sentence)])
