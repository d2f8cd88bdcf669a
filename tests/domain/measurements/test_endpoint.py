import pytest

from app.domain.errors import InvalidAnswers
from app.domain.measurements.endpoint import aiperf_run, vllm_run
from app.domain.measurements.located import Located
from app.domain.measurements.run import Run
from tests.domain.measurements.files import AIPERF, GENAI_PERF, VLLM, pretty, without


def test_a_report_of_vllm_is_read() -> None:
    assert vllm_run(Located(pretty(VLLM))) == Run(
        requests_per_second=12.5,
        tokens_in=1000.0,
        tokens_out=250.0,
        at_once=64,
        conditions="served",
        requests=1000,
        tool="benchmark_serving with openai-chat",
        model="Qwen/Qwen2.5-VL-7B-Instruct",
        day="2026-07-14",
    )


def test_without_a_limit_everything_was_handed_over_at_once() -> None:
    run = vllm_run(Located(pretty(VLLM, max_concurrency=None)))
    assert (run.at_once, run.conditions) == (None, "offline")


def test_a_server_that_kept_up_says_nothing_of_what_it_can_do() -> None:
    with pytest.raises(InvalidAnswers, match=r"Line 9, request_rate: the server kept up with"):
        vllm_run(Located(pretty(VLLM, request_rate=13.0)))
    swamped = vllm_run(Located(pretty(VLLM, request_rate=20.0, max_concurrency=None)))
    assert swamped.conditions == "served"


@pytest.mark.parametrize(
    "key", ["completed", "duration", "total_input_tokens", "total_output_tokens"]
)
def test_what_is_missing_from_vllm_is_named(key: str) -> None:
    with pytest.raises(InvalidAnswers, match=f"Line 1, {key}: this is missing"):
        vllm_run(Located(pretty(without(VLLM, key))))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"completed": 0}, "Line 13, completed: 0 is not possible here"),
        ({"completed": 12.5}, "Line 13, completed: 12.5 must be a whole number"),
        ({"duration": 40.0}, "Line 17, request_throughput: 12.5 requests a second contradict"),
        ({"duration": "80 s"}, 'Line 12, duration: "80 s" is not a number of seconds'),
        ({"max_concurrency": -1}, "Line 11, max_concurrency: -1 is not possible"),
        ({"num_prompts": 2000}, "Line 13, completed: 1,000 of 2,000 requests failed"),
    ],
)
def test_what_is_impossible_is_named(changes: dict[str, object], said: str) -> None:
    with pytest.raises(InvalidAnswers, match=said):
        vllm_run(Located(pretty(VLLM, **changes)))


def test_a_report_of_aiperf_is_read() -> None:
    assert aiperf_run(Located(pretty(AIPERF))) == Run(
        requests_per_second=9.5,
        tokens_in=550.0,
        tokens_out=150.0,
        at_once=32,
        conditions="served",
        requests=600,
        tool="AIPerf",
        version="0.8.0",
        model="Qwen/Qwen3-8B",
        day="2026-05-18",
    )


def test_a_report_of_genai_perf_is_read() -> None:
    run = aiperf_run(Located(pretty(GENAI_PERF)))
    assert (run.requests_per_second, run.at_once, run.requests) == (2.87, 1, 100)
    assert (run.tool, run.model) == ("AIPerf or GenAI-Perf", "llama-3.1-8b-instruct")


def test_without_a_configuration_the_load_is_not_known() -> None:
    run = aiperf_run(Located(pretty(without(AIPERF, "input_config"))))
    assert (run.at_once, run.model, run.conditions) == (None, "", "served")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"request_throughput": {"unit": "tokens/sec", "avg": 9.5}},
         r"Line 5, request_throughput\.unit: 'tokens/sec' is not requests a second"),
        ({"request_throughput": {"unit": "requests/min", "avg": 9.5}},
         r"Line 5, request_throughput\.unit: 'requests/min' is not requests a second"),
        ({"request_throughput": {"unit": "requests/ms", "avg": 9.5}},
         r"request_throughput\.unit: 'requests/ms' is not requests a second"),
        ({"error_request_count": {"unit": "requests", "avg": 300.0}},
         "error_request_count: 300 of 900 requests failed"),
        ({"request_throughput": {"unit": "requests/sec"}},
         r"request_throughput\.avg: this is missing"),
        ({"request_throughput": {"avg": None}}, r"Line 5, request_throughput\.avg: null is not"),
        ({"output_sequence_length": {"avg": "many"}}, r"output_sequence_length\.avg: "),
        ({"request_count": 600}, "request_count: an object is missing here"),
        ({"was_cancelled": True}, "was_cancelled: the run was stopped before its end"),
        ({"input_config": {"loadgen": {"request_rate": 9.5}}}, "the server kept up with the 9.5"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_aiperf_is_named(changes: dict[str, object], said: str) -> None:
    with pytest.raises(InvalidAnswers, match=said):
        aiperf_run(Located(pretty(AIPERF, **changes)))


@pytest.mark.parametrize("unit", ["requests/sec", "Requests/s", "req/sec", "requests per second"])
def test_requests_a_second_may_be_written_in_any_usual_way(unit: str) -> None:
    changes = {"request_throughput": {"unit": unit, "avg": 9.5}}
    assert aiperf_run(Located(pretty(AIPERF, **changes))).requests_per_second == 9.5


def test_a_few_requests_may_fail() -> None:
    assert vllm_run(Located(pretty(VLLM, num_prompts=1040))).requests == 1000
    few = pretty(AIPERF, error_request_count={"unit": "requests", "avg": 6.0})
    assert aiperf_run(Located(few)).requests == 600
