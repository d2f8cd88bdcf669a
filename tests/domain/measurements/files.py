"""Files as the tools write them, with the values that a test is about."""

import json
from typing import Any

VLLM: dict[str, Any] = {
    "date": "20260714-101530",
    "endpoint_type": "openai-chat",
    "backend": "openai-chat",
    "label": None,
    "model_id": "Qwen/Qwen2.5-VL-7B-Instruct",
    "tokenizer_id": "Qwen/Qwen2.5-VL-7B-Instruct",
    "num_prompts": 1000,
    "request_rate": "inf",
    "burstiness": 1.0,
    "max_concurrency": 64,
    "duration": 80.0,
    "completed": 1000,
    "failed": 0,
    "total_input_tokens": 1_000_000,
    "total_output_tokens": 250_000,
    "request_throughput": 12.5,
    "request_goodput": None,
    "output_throughput": 3125.0,
    "total_token_throughput": 15625.0,
    "mean_ttft_ms": 310.2,
    "median_ttft_ms": 290.4,
    "p99_ttft_ms": 900.1,
    "mean_tpot_ms": 18.3,
    "mean_itl_ms": 18.1,
}

AIPERF: dict[str, Any] = {
    "schema_version": "1.1",
    "aiperf_version": "0.8.0",
    "request_throughput": {"unit": "requests/sec", "avg": 9.5},
    "request_latency": {"unit": "ms", "avg": 1320.99, "p50": 1265.6, "p99": 2409.0},
    "request_count": {"unit": "requests", "avg": 600.0},
    "time_to_first_token": {"unit": "ms", "avg": 336.8, "p99": 812.4},
    "output_token_throughput": {"unit": "tokens/sec", "avg": 1425.0},
    "output_sequence_length": {"unit": "tokens", "avg": 150.0, "min": 148.0, "max": 152.0},
    "input_sequence_length": {"unit": "tokens", "avg": 550.0, "min": 550.0, "max": 550.0},
    "input_config": {
        "endpoint": {"model_names": ["Qwen/Qwen3-8B"], "type": "chat", "streaming": True},
        "loadgen": {"concurrency": 32, "request_count": 600},
        "cli_command": "aiperf profile --concurrency 32",
    },
    "was_cancelled": False,
    "error_summary": [],
    "start_time": "2026-05-18T17:00:00.12",
    "end_time": "2026-05-18T17:01:03.27",
}

GENAI_PERF: dict[str, Any] = {
    "request_throughput": {"unit": "requests/sec", "avg": 2.87},
    "request_latency": {"unit": "ms", "avg": 348.0, "std": 12.1},
    "request_count": {"unit": "count", "avg": 100.0},
    "output_token_throughput": {"unit": "tokens/sec", "avg": 45.84},
    "output_sequence_length": {"unit": "tokens", "avg": 15.96},
    "input_sequence_length": {"unit": "tokens", "avg": 549.66},
    "input_config": {"model_names": ["llama-3.1-8b-instruct"], "concurrency": 1},
}

OFFLINE = """\
================================================
MLPerf Results Summary
================================================
SUT name : whisper-Offline-SUT
Scenario : Offline
Mode     : PerformanceOnly
Samples per second: 43.61
Tokens per second: 2769.24
Result is : VALID
  Min duration satisfied : Yes
  Min queries satisfied : Yes
  Early stopping satisfied: Yes

================================================
Additional Stats
================================================
Min latency (ns)                : 8740448339
Max latency (ns)                : 1443876288808

================================================
Test Parameters Used
================================================
samples_per_query : 26166
target_qps : 40
target_latency (ns): 0
"""

SERVER = """\
================================================
MLPerf Results Summary
================================================
SUT name : LWIS_Server
Scenario : Server
Mode     : PerformanceOnly
Completed samples per second    : 113.95
Completed tokens per second: 34029.38
Result is : VALID
  Performance constraints satisfied : Yes
  Min duration satisfied : Yes

================================================
Additional Stats
================================================
Scheduled samples per second        : 114.02
"""

CSV = """\
requests_per_second,requests,tokens_in,tokens_out,concurrency,tool,version,model,date
12.5,1000,1000,250,64,locust,2.31,Qwen2.5-VL-7B,2026-07-14
"""


def vllm(**changes: object) -> str:
    """A report of vLLM's serving benchmark, on one line as the tool saves it."""
    return json.dumps({**VLLM, **changes})


def pretty(report: dict[str, Any], **changes: object) -> str:
    """A report with a field on each line."""
    return json.dumps({**report, **changes}, indent=2)


def without(report: dict[str, Any], key: str) -> dict[str, Any]:
    """The report without one field."""
    return {k: v for k, v in report.items() if k != key}
