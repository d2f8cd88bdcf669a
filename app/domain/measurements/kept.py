"""A measurement as a project keeps it: what the file says, and what no file says."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from app.domain.errors import Problem
from app.domain.measurements.run import (
    AT_ONCE,
    RATE,
    REQUESTS,
    TOKENS,
    Bounds,
    Conditions,
    as_day,
    one_line,
)

PATH = "measurements"
ACCELERATORS = Bounds(1, 10_000, "accelerators", whole=True)
SIZE = Bounds(1e-3, 1e6, "units of size")

# Modality → what the size of its request is counted in; text and embeddings are in tokens.
SIZES: Mapping[str, str] = {
    "document": "pages",
    "image": "megapixels",
    "audio": "seconds of audio",
    "video": "seconds of video",
    "video_generation": "seconds of video",
    "speech_synthesis": "seconds of speech",
}
_NUMBERS: Mapping[str, Bounds] = {
    "requests_per_second": RATE,
    "accelerators": ACCELERATORS,
    "tokens_in": TOKENS,
    "tokens_out": TOKENS,
    "size": SIZE,
    "at_once": AT_ONCE,
    "requests": REQUESTS,
}
_CONDITIONS: tuple[Conditions, ...] = ("offline", "served")


@dataclass(frozen=True)
class Measurement:
    """How fast one model answered requests of one modality on one type of accelerator.

    Attributes:
        requests_per_second: of one accelerator: the file's rate over `accelerators`.
        accelerators: on how many of them it was measured.
        tokens_in, tokens_out: mean per request; None where nobody said.
        size: of one request, counted as in `SIZES`; None for text, and where size decides nothing.
        at_once: the greatest number of requests under way on all of them; None for no limit.
        conditions: `offline` (everything handed over at once) or `served` (as from users).
        requests: how many were answered; None where the file does not say.
        task, size_class, precision: of the model, as in the answers; the last two empty where
            the task has a model of its own.
        day: ISO 8601; "" where the file does not say.
        file, sha256: the name of the file, and the hash of its bytes.
    """

    modality: str
    accelerator: str
    requests_per_second: float
    accelerators: float
    conditions: Conditions
    task: str
    size_class: str = ""
    precision: str = ""
    tokens_in: float | None = None
    tokens_out: float | None = None
    size: float | None = None
    at_once: float | None = None
    requests: float | None = None
    tool: str = ""
    version: str = ""
    model: str = ""
    day: str = ""
    file: str = ""
    sha256: str = ""

    @property
    def path(self) -> str:
        """Where it is kept among the answers."""
        return path(self.modality, self.accelerator)


_TEXTS = tuple(
    f.name for f in fields(Measurement) if f.name not in _NUMBERS and f.name != "conditions"
)
_IN_THE_PATH = ("modality", "accelerator")
_NEEDED = ("requests_per_second", "accelerators", "conditions", "task")


def path(modality: str, accelerator: str) -> str:
    """Where a measurement is kept among the answers."""
    return f"{PATH}.{modality}.{accelerator}"


def plain(measurement: Measurement) -> dict[str, Any]:
    """The measurement as it is stored, and as an answers file states it."""
    whole = asdict(measurement)
    return {k: v for k, v in whole.items() if k not in _IN_THE_PATH and v not in (None, "")}


def read_kept(
    kept: object, modalities: Mapping[str, str], problems: list[Problem]
) -> tuple[Measurement, ...]:
    """The measurements in the mapping modality → accelerator → `plain`.

    Args:
        modalities: the known ones, by key.
        problems: gets one for everything unknown, unreadable or impossible; what has one is
            left out of the answer.
    """
    found = []
    for modality, by_accelerator in _mapping(kept, PATH, problems):
        if modality not in modalities:
            message = f"Unknown modality {modality!r}. Known: {', '.join(modalities)}."
            problems.append(Problem(f"{PATH}.{modality}", message))
            continue
        for accelerator, row in _mapping(by_accelerator, f"{PATH}.{modality}", problems):
            told = len(problems)
            problems.extend(_problems(row, path(modality, accelerator)))
            if len(problems) == told:
                found.append(Measurement(modality, accelerator, **row))
    return tuple(found)


def _mapping(node: object, at: str, problems: list[Problem]) -> Iterator[tuple[str, Any]]:
    if isinstance(node, Mapping):
        yield from ((str(key), value) for key, value in node.items())
    elif node is not None:
        problems.append(Problem(at, "This must be a mapping, as the upload of a file makes it."))


def _problems(row: object, at: str) -> Iterator[Problem]:
    if not isinstance(row, Mapping):
        yield Problem(at, "This must be a mapping, as the upload of a file makes it.")
        return
    known = (*_NUMBERS, "conditions", *(name for name in _TEXTS if name not in _IN_THE_PATH))
    for key, value in row.items():
        if key not in known:
            yield Problem(f"{at}.{key}", f"Unknown key {key!r}. Known here: {', '.join(known)}.")
        elif message := _wrong_with(str(key), value):
            yield Problem(f"{at}.{key}", message)
    for key in _NEEDED:
        if key not in row:
            yield Problem(f"{at}.{key}", "This is missing.")


def _wrong_with(key: str, value: object) -> str:
    if key == "conditions":
        return "" if value in _CONDITIONS else f"This must be one of: {', '.join(_CONDITIONS)}."
    if key == "day":
        is_day = isinstance(value, str) and as_day(value) == value
        return "" if is_day else "This must be a day such as 2026-11-24."
    if key not in _NUMBERS:
        is_fine = isinstance(value, str) and value == one_line(value)
        return "" if is_fine else "This must be a short text on one line."
    bounds = _NUMBERS[key]
    if isinstance(value, bool) or not isinstance(value, int | float):
        return f"This must be a number of {bounds.unit}."
    if not bounds.low <= value <= bounds.high or (bounds.whole and value != int(value)):
        kind = "whole number" if bounds.whole else "number"
        return f"This must be a {kind} between {bounds.low:g} and {bounds.high:g} {bounds.unit}."
    return ""
