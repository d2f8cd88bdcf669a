from dataclasses import replace
from typing import Any

import pytest

from app.domain.errors import Problem
from app.domain.measurements.kept import Measurement, plain, read_kept

MODALITIES = {"text": "Text", "image": "Images"}
IMAGE = Measurement(
    modality="image",
    accelerator="H100",
    requests_per_second=3.125,
    accelerators=4,
    conditions="served",
    task="understand",
    size_class="4_15b",
    precision="bf16",
    tokens_out=250,
    size=1.0,
    at_once=64,
    requests=1000,
    tool="benchmark_serving",
    day="2026-07-14",
    file="run.json",
)


def _read(kept: object) -> tuple[tuple[Measurement, ...], list[Problem]]:
    problems: list[Problem] = []
    return read_kept(kept, MODALITIES, problems), problems


def test_what_is_kept_is_read_again() -> None:
    text = replace(IMAGE, modality="text", accelerator="A100-80GB", tokens_in=500)
    kept = {"image": {"H100": plain(IMAGE)}, "text": {"A100-80GB": plain(text)}}
    assert _read(kept) == ((IMAGE, text), [])
    assert text.path == "measurements.text.A100-80GB"
    assert "modality" not in plain(IMAGE)
    assert "version" not in plain(IMAGE)


def test_nothing_kept_is_nothing() -> None:
    assert _read(None) == ((), [])
    assert _read({}) == ((), [])


ROW = plain(IMAGE)


@pytest.mark.parametrize(
    ("kept", "path", "said"),
    [
        (7, "measurements", "must be a mapping"),
        ({"smell": {}}, "measurements.smell", "Unknown modality 'smell'. Known: text, image."),
        ({"image": 7}, "measurements.image", "must be a mapping"),
        ({"image": {"H100": 7}}, "measurements.image.H100", "must be a mapping"),
    ],
)
def test_another_shape_is_named(kept: object, path: str, said: str) -> None:
    found, (problem,) = _read(kept)
    assert (found, problem.path) == ((), path)
    assert said in problem.message


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("colour", "red", "Unknown key 'colour'"),
        ("requests_per_second", 0, "between 1e-06 and 1e+07 requests a second"),
        ("requests_per_second", "3", "must be a number of requests a second"),
        ("requests_per_second", float("nan"), "must be a number between"),
        ("requests", True, "must be a number of requests"),
        ("requests", 2.5, "must be a whole number"),
        ("accelerators", 0, "must be a whole number between 1"),
        ("conditions", "lab", "must be one of: offline, served"),
        ("tool", "two\nlines", "short text on one line"),
        ("tool", 7, "short text on one line"),
        ("day", "2026-13-01", "a day such as 2026-11-24"),
        ("day", 2026, "a day such as 2026-11-24"),
    ],
)
def test_an_impossible_value_is_named(key: str, value: object, said: str) -> None:
    found, (problem,) = _read({"image": {"H100": {**ROW, key: value}}})
    assert (found, problem.path) == ((), f"measurements.image.H100.{key}")
    assert said in problem.message


@pytest.mark.parametrize("key", ["requests_per_second", "accelerators", "task", "conditions"])
def test_what_is_missing_is_named(key: str) -> None:
    row: dict[str, Any] = {k: v for k, v in ROW.items() if k != key}
    found, (problem,) = _read({"image": {"H100": row}})
    assert (found, problem.path) == ((), f"measurements.image.H100.{key}")
