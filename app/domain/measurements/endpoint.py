"""The reports of tools that send requests to a running model and count the answers.

vLLM's `benchmark_serving` (`vllm bench serve --save-result`), whose keys SGLang's bench_serving
shares, and NVIDIA's AIPerf with its forerunner GenAI-Perf. What each key means was read in the
tools' own sources: github.com/vllm-project/vllm, vllm/benchmarks/serve.py, and
github.com/ai-dynamo/aiperf, docs/tutorials/working-with-profile-exports.md, 2026-11-26.
"""

import math
import re

from app.domain.measurements.located import Located
from app.domain.measurements.run import (
    AT_ONCE,
    RATE,
    REQUESTS,
    SECONDS,
    TOKENS,
    TOTAL_TOKENS,
    Bounds,
    Run,
    as_day,
    malformed,
    refuse_if_kept_up,
    refuse_if_many_failed,
    within,
)

# Two keys that state one thing may differ by rounding, not by more.
_ROUNDING = 0.02
_FAILED = Bounds(0, REQUESTS.high, "requests", whole=True)
_PER_SECOND = re.compile(r"req(uest)?s?\s?(/|per)\s?s(ec(ond)?)?", re.IGNORECASE)


def vllm_run(report: Located) -> Run:
    """The run in a report of `vllm bench serve`.

        rate = request_throughput,  tokens = total_*_tokens / completed

    Validity: the input tokens of a request with pictures may leave the pictures out, as the
    tool counts the prompt's text.

    Raises:
        InvalidAnswers: a key is missing, impossible, or contradicts another, or the server only
            kept up with what was sent.
    """
    rate = report.number("request_throughput", RATE)
    completed = report.number("completed", REQUESTS)
    duration = report.number("duration", SECONDS)
    _refuse_contradiction(report, rate, completed / duration)
    sent = report.number_if_there("num_prompts", REQUESTS)
    if sent is not None:
        refuse_if_many_failed(sent - completed, sent, report.line_of("completed"), "completed")
    at_once = report.number_if_there("max_concurrency", AT_ONCE)
    offered = _offered(report)
    if offered is not None:
        refuse_if_kept_up(rate, offered, report.line_of("request_rate"), "request_rate")
    backend = report.text("backend")
    return Run(
        requests_per_second=rate,
        tokens_in=_per_request(report, "total_input_tokens", completed),
        tokens_out=_per_request(report, "total_output_tokens", completed),
        at_once=at_once,
        conditions="offline" if at_once is None and offered is None else "served",
        requests=int(completed),
        tool=f"benchmark_serving with {backend}" if backend else "benchmark_serving",
        version=report.text("vllm_version"),
        model=report.text("model_id"),
        day=as_day(report.text("date")),
    )


def _refuse_contradiction(report: Located, rate: float, counted: float) -> None:
    if not math.isclose(rate, counted, rel_tol=_ROUNDING):
        raise malformed(
            report.line_of("request_throughput"),
            "request_throughput",
            f"{rate:g} requests a second contradict completed / duration, which is {counted:g}.",
        )


def _per_request(report: Located, key: str, completed: float) -> float | None:
    """Mean tokens of a request; None where none were counted."""
    total = report.number(key, TOTAL_TOKENS)
    return within(total / completed, TOKENS, report.line_of(key), key) if total else None


def _offered(report: Located) -> float | None:
    """Requests a second that were sent; None where all were sent at once."""
    if report.text("request_rate") == "inf":
        return None
    return report.number_if_there("request_rate", RATE)


def aiperf_run(report: Located) -> Run:
    """The run in `profile_export_aiperf.json` or `profile_export_genai_perf.json`.

    Raises:
        InvalidAnswers: a key is missing or impossible, the run was stopped early, or the server
            only kept up with what was sent.
    """
    _refuse_stopped(report)
    throughput = report.inside("request_throughput")
    unit = throughput.text("unit")
    if unit and not _PER_SECOND.fullmatch(unit):
        line = throughput.line_of("unit")
        raise malformed(line, "request_throughput.unit", f"{unit!r} is not requests a second.")
    rate = throughput.number("avg", RATE)
    config = report.inside("input_config") if report.is_object("input_config") else None
    version = report.text("aiperf_version")
    requests = _average(report, "request_count")
    _refuse_failed(report, requests)
    return Run(
        requests_per_second=rate,
        tokens_in=_average(report, "input_sequence_length"),
        tokens_out=_average(report, "output_sequence_length"),
        at_once=_at_once(config, rate),
        conditions="served",
        requests=None if requests is None else round(requests),
        tool="AIPerf" if version else "AIPerf or GenAI-Perf",
        version=version,
        model=_model(config),
        day=as_day(report.text("start_time")),
    )


def _refuse_stopped(report: Located) -> None:
    if report.is_true("was_cancelled"):
        message = "the run was stopped before its end."
        raise malformed(report.line_of("was_cancelled"), "was_cancelled", message)


def _refuse_failed(report: Located, answered: float | None) -> None:
    key = "error_request_count"
    if answered is not None and report.is_object(key):
        failed = report.inside(key).number("avg", _FAILED)
        refuse_if_many_failed(failed, answered + failed, report.line_of(key), key)


def _average(report: Located, key: str) -> float | None:
    bounds = TOKENS if key.endswith("length") else REQUESTS
    return report.inside(key).number("avg", bounds) if report.has(key) else None


def _at_once(config: Located | None, rate: float) -> float | None:
    """How many requests were under way at most, after what is said of the load."""
    if config is None:
        return None
    load = config.inside("loadgen") if config.is_object("loadgen") else config
    at_once = load.number_if_there("concurrency", AT_ONCE)
    offered = load.number_if_there("request_rate", RATE)
    if offered is not None and at_once is None:
        line = load.line_of("request_rate")
        refuse_if_kept_up(rate, offered, line, "input_config.request_rate")
    return at_once


def _model(config: Located | None) -> str:
    if config is None:
        return ""
    endpoint = config.inside("endpoint") if config.is_object("endpoint") else config
    return endpoint.text("model_names") or config.text("model_names")
