"""What one benchmark file says, whoever wrote it, and how an unreadable one is told."""

import math
import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from app.domain.errors import InvalidAnswers, Problem

# offline: everything was handed over at once, so it is the most that the machines can do;
# served: requests came as from users, a limited number at once or at a rate.
Conditions = Literal["offline", "served"]

_PLAIN_NUMBER = re.compile(r"[+-]?\d{1,40}(\.\d{1,40})?([eE][+-]?\d{1,3})?")
_LONGEST_TEXT = 100
# A server that answers this share of what arrives keeps up: its rate is then what was asked
# of it, not what it can do. Judgement: the start and the end of a run cost a few percent.
_KEPT_UP = 0.95
# Requests that fail cost less than those that are answered, or more if they time out; above this
# share they decide the rate. Judgement.
_MOST_FAILED = 0.05


@dataclass(frozen=True)
class Bounds:
    """What a number in a file may be, both ends included, and what it counts."""

    low: float
    high: float
    unit: str
    whole: bool = False


RATE = Bounds(1e-6, 1e7, "requests a second")
TOKENS = Bounds(1, 1e7, "tokens")
REQUESTS = Bounds(1, 1e9, "requests", whole=True)
AT_ONCE = Bounds(1, 1e6, "requests at once")
SECONDS = Bounds(1e-3, 1e8, "seconds")
TOTAL_TOKENS = Bounds(0, 1e15, "tokens")


@dataclass(frozen=True)
class Run:
    """One run of a benchmark on all accelerators together.

    Attributes:
        requests_per_second: answered, of the whole system.
        tokens_in, tokens_out: mean per request; None where the file does not say.
        at_once: the greatest number of requests under way; None where it was not limited.
        requests: how many were answered; None where the file does not say.
        tool, version, model, day: as stated, `day` in ISO 8601; "" where not.
    """

    requests_per_second: float
    tokens_in: float | None
    tokens_out: float | None
    at_once: float | None
    conditions: Conditions
    requests: int | None
    tool: str
    version: str = ""
    model: str = ""
    day: str = ""


def malformed(line: int, field: str, message: str) -> InvalidAnswers:
    """The error that names the line and, where there is one, the field."""
    where = f"Line {line}, {one_line(field)}" if field else f"Line {line}"
    return InvalidAnswers([Problem("file", f"{where}: {message}")])


def read_number(typed: str, bounds: Bounds, line: int, field: str) -> float:
    """The number written as `typed`; only plain digits, with a decimal point, count as one.

    Raises:
        InvalidAnswers: it is none, or outside `bounds`.
    """
    if not _PLAIN_NUMBER.fullmatch(typed):
        raise malformed(line, field, f"{one_line(typed)!r} is not a number of {bounds.unit}.")
    return within(float(typed), bounds, line, field)


def within(value: float, bounds: Bounds, line: int, field: str) -> float:
    """`value`, if `bounds` allow it.

    Raises:
        InvalidAnswers: they do not.
    """
    if not math.isfinite(value) or not bounds.low <= value <= bounds.high:
        allowed = f"between {bounds.low:g} and {bounds.high:g} {bounds.unit}"
        raise malformed(line, field, f"{value:g} is not possible here; it must be {allowed}.")
    if bounds.whole and value != int(value):
        raise malformed(line, field, f"{value:g} must be a whole number of {bounds.unit}.")
    return value


def refuse_if_kept_up(reached: float, offered: float, line: int, field: str) -> None:
    """Do nothing if the server was asked for more than it could do.

    Raises:
        InvalidAnswers: it kept up with the `offered` requests a second.
    """
    if reached >= _KEPT_UP * offered:
        raise malformed(
            line,
            field,
            f"the server kept up with the {offered:g} requests a second that were sent, so the "
            "file says what was asked of it, not what it can do. Measure again at a higher "
            "rate, or without one.",
        )


def refuse_if_many_failed(failed: float, sent: float, line: int, field: str) -> None:
    """Do nothing if nearly all of the `sent` requests were answered.

    Raises:
        InvalidAnswers: more than a twentieth `failed`.
    """
    if failed > _MOST_FAILED * sent:
        raise malformed(
            line,
            field,
            f"{failed:,.0f} of {sent:,.0f} requests failed, so the rate is not that of a server "
            "that answers. Measure again when fewer than one in twenty fail.",
        )


def one_line(text: str) -> str:
    """The text on one line, printable and short enough to be shown."""
    visible = "".join(c if c.isprintable() else " " for c in text[: 4 * _LONGEST_TEXT])
    return " ".join(visible.split())[:_LONGEST_TEXT]


def as_day(stated: str) -> str:
    """The day in `20250714-101530` or an ISO 8601 time, as ISO 8601; "" where there is none."""
    found = re.match(r"(\d{4})-?(\d{2})-?(\d{2})(?!\d)", stated)
    if found is None:
        return ""
    try:
        return date(*map(int, found.groups())).isoformat()
    except ValueError:
        return ""
