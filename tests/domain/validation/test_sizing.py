"""Every case that ships, every metric, and what a result says of itself."""

from dataclasses import replace

import pytest

from app.domain.validation.sizing import Computed, computed
from app.reference import sizing_file
from tests.domain.validation.builders import WITH_ALL, a_case, out_of, predicted

SHIPPED = computed(sizing_file.shipped(), WITH_ALL)


@pytest.mark.parametrize("found", SHIPPED, ids=lambda c: c.case.id)
def test_every_shipped_case_stands(found: Computed) -> None:
    if found.case.kind == "stress":
        assert found.verdict in ("covered", "flagged")
    else:
        assert found.verdict == "within"


def test_the_shipped_set_has_every_kind() -> None:
    kinds = [found.case.kind for found in SHIPPED]
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {
        "core": 9, "deterministic": 4, "stress": 4,
    }  # fmt: skip
    assert sum(found.case.is_tuned is False for found in SHIPPED) >= 3


def test_the_same_case_comes_out_the_same() -> None:
    assert computed(sizing_file.shipped(), WITH_ALL) == SHIPPED


@pytest.mark.parametrize(
    ("metric", "unit", "inputs", "value"),
    [
        ("storage", "TB", {"images": 1e9, "megapixels": 1, "bits_per_pixel": 2}, 250),
        ("storage", "GB", {"images": 1e6, "megapixels": 1}, 250),
        ("storage", "GB", {"params": 8e9, "bytes_per_param": 13}, 104),
        ("storage", "TB", {"params": 405e9}, 5.265),
        ("storage", "GB", {"vectors": 1e6, "dim": 1_000}, 4),
        ("memory", "GB", {"vectors": 1e6, "dim": 1_024}, 6.144),
        ("memory", "GB", {"params": 8e9, "bytes_per_param": 18}, 144),
        ("memory", "GB", {"params": 8e9, "bytes_per_weight": 2}, 19.2),
        ("throughput", "images/s", {"vcpu": 33, "megapixels": 1}, 1_000),
        ("throughput", "images/min", {"vcpu": 33, "megapixels": 1}, 60_000),
    ],
)
def test_what_is_arithmetic(
    metric: str, unit: str, inputs: dict[str, object], value: float
) -> None:
    assert predicted(a_case(metric, unit, **inputs)) == pytest.approx(value)


@pytest.mark.parametrize(
    ("metric", "unit", "inputs", "flag"),
    [
        ("beauty", "GB", {}, "unknown_metric:beauty"),
        ("storage", "litres", {"params": 8e9}, "unknown_unit:litres"),
        ("storage", "GB", {}, "insufficient_inputs"),
        ("memory", "GB", {}, "insufficient_inputs"),
        ("memory", "GB", {"params": 8e9}, "insufficient_inputs"),
        ("gpu_hours", "USD", {"params": 8e9, "tokens": 1e9, "gpu": "H100"}, "unknown_unit:USD"),
        (
            "throughput",
            "images/fortnight",
            {"vcpu": 1, "megapixels": 1},
            "unknown_unit:images/fortnight",
        ),
        ("storage", "GB", {"parms": 8e9}, "unknown_input:parms"),
    ],
)
def test_what_cannot_be_computed_is_null_and_says_why(
    metric: str, unit: str, inputs: dict[str, object], flag: str
) -> None:
    found = out_of(a_case(metric, unit, **inputs))
    assert (found.predicted, found.p10, found.p90) == (None, None, None)
    assert found.flags == (flag,)
    assert found.verdict == "not computed"
    assert found.notes


def test_one_bad_case_stops_no_other() -> None:
    good = a_case("storage", "GB", params=8e9)
    results = computed([a_case(parms=1), good], WITH_ALL, 10)
    assert [r.predicted is None for r in results] == [True, False]


def test_an_input_without_a_part_is_said() -> None:
    assert out_of(a_case("storage", "GB", params=8e9, dim=3)).notes == ("Not used: dim.",)


@pytest.mark.parametrize(
    ("published", "tolerance", "verdict"),
    [
        (6.0, 0.05, "within"),
        (5.0, 0.05, "covered"),
        (9.0, 0.05, "missed"),
        (None, 0.05, "no figure to compare"),
    ],
)
def test_the_verdict(published: float | None, tolerance: float, verdict: str) -> None:
    # 6.144 GB, from 4.9 to 6.144
    case = a_case("memory", "GB", published, tolerance, vectors=1e6, dim=1_024)
    assert out_of(case).verdict == verdict


def test_a_miss_that_the_processor_explains_is_flagged() -> None:
    found = out_of(a_case("storage", "GB", 1.0, 0.1, params=8e9))
    assert found.verdict == "missed"
    assert replace(found, flags=("cpu_bound",)).verdict == "flagged"


def test_the_range_holds_the_likely_value() -> None:
    for found in SHIPPED:
        assert found.p10 is not None
        assert found.p90 is not None
        assert found.predicted is not None
        assert found.p10 * (1 - 1e-9) <= found.predicted <= found.p90 * (1 + 1e-9)
