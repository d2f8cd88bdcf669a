import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import InvalidAnswers
from app.domain.measurements.reading import MOST_BYTES, read_run
from tests.domain.measurements.files import AIPERF, CSV, OFFLINE, SERVER, VLLM, pretty, vllm


@pytest.mark.parametrize(
    ("text", "tool"),
    [
        (vllm(), "benchmark_serving with openai-chat"),
        (pretty(AIPERF), "AIPerf"),
        ("\ufeff\n" + pretty(AIPERF) + "\n", "AIPerf"),
        (OFFLINE, "MLPerf LoadGen, Offline"),
        (SERVER.replace("\n", "\r\n"), "MLPerf LoadGen, Server"),
        (CSV, "locust"),
    ],
)
def test_the_content_says_which_tool_wrote_it(text: str, tool: str) -> None:
    assert read_run(text.encode()).tool == tool


def test_a_run_of_enough_requests_will_do() -> None:
    assert read_run(b"requests_per_second,requests\n5,20").requests == 20
    assert read_run(vllm(num_prompts=128, completed=128, duration=10.24).encode()).requests == 128


def test_details_of_every_request_do_not_matter() -> None:
    detailed = vllm(ttfts=[0.25] * 50_000, errors=[""] * 50_000)
    assert read_run(detailed.encode()) == read_run(vllm().encode())


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "Choose a file: none was sent, or it is empty."),
        (b" \n ", "Choose a file"),
        (b" " * MOST_BYTES + b"{}", r"The file has 2,000,002 bytes; at most 2,000,000 are read"),
        (b"{}\n" * 100_000, r"The file has 100,001 lines; at most 100,000 are read"),
        (b'{"a":\n"\xff"}', "Line 2: this is not text in UTF-8"),
        (b'{"a":\n"\0"}', "Line 2: this holds a NUL"),
        (vllm().encode("utf-16"), "Line 1: this is not text in UTF-8"),
        (b"[1, 2]", "of MLPerf, mlperf_log_summary.txt and not summary_results.json"),
        (json.dumps({"a": 1}).encode(), "Line 1, request_throughput: this is missing"),
        (f"{vllm()}\n{vllm()}".encode(), "Line 2: something follows the first report"),
        (
            pretty(VLLM).partition(',\n  "duration')[0].encode(),
            "Line 11, max_concurrency: the file ends here",
        ),
        (b"PK\x03\x04\x14", "Line 1, pk"),
        (
            vllm(num_prompts=100, completed=100, duration=8.0).encode(),
            "has 100 requests, with 64 at once: its start",
        ),
        (CSV.replace(",1000,1000", ",19,1000").encode(), "Measure again with at least 128"),
        (b"requests_per_second,requests\n5,19", "has 19 requests: its start and its end"),
        (b"<html>", "Line 1, <html>: no column is called so"),
    ],
)
def test_a_file_that_will_not_do_is_refused_in_a_sentence(content: bytes, said: str) -> None:
    with pytest.raises(InvalidAnswers, match=said) as refused:
        read_run(content)
    (problem,) = refused.value.problems
    assert problem.path == "file"
    assert len(problem.message) < 400
    assert problem.message.isprintable()


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_whatever_is_sent_is_a_run_or_refused(content: bytes) -> None:
    assert _outcome(content) in {"a run", "file"}


@given(st.sampled_from([vllm(), pretty(AIPERF), OFFLINE, CSV]), st.data())
def test_a_damaged_file_is_a_run_or_refused(text: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text) - 1))
    damage = data.draw(st.text(max_size=5))
    assert _outcome((text[:at] + damage + text[at + 1 :]).encode()) in {"a run", "file"}


def _outcome(content: bytes) -> str:
    try:
        read_run(content)
    except InvalidAnswers as refused:
        return refused.problems[0].path
    return "a run"
