"""JSON from somebody else: strict, and every field knows the line on which it stands.

The standard reader takes NaN, forgets a key that is stated twice, and cannot say later where a
value came from. This one steps through the members of an object and leaves each value to it.
"""

import json
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.domain.measurements.run import Bounds, malformed, one_line, within

_SPACE = re.compile(r"[ \t\n\r]*")
_LONGEST_WHOLE_NUMBER = 40
# Stepping is slow; a report has some fifty members.
_MOST_MEMBERS = 10_000


class _RefusedError(ValueError):
    """A value that JSON, or we, do not allow; the text says why."""


def _once(pairs: Sequence[tuple[str, object]]) -> Mapping[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        ((twice, _),) = Counter(key for key, _ in pairs).most_common(1)
        raise _RefusedError(f"the key {one_line(twice)!r} is stated twice.")
    return found


def _no_constant(name: str) -> object:
    raise _RefusedError(f"{name} is not a number.")


def _finite(digits: str) -> float:
    if not math.isfinite(value := float(digits)):
        raise _RefusedError(f"{one_line(digits)} is too large a number.")
    return value


def _whole(digits: str) -> int:
    if len(digits) > _LONGEST_WHOLE_NUMBER:
        raise _RefusedError(f"a number of {len(digits)} digits is too large.")
    return int(digits)


_DECODER = json.JSONDecoder(
    object_pairs_hook=_once, parse_constant=_no_constant, parse_float=_finite, parse_int=_whole
)


@dataclass(frozen=True)
class _Member:
    line: int
    start: int
    value: Any


class Located:
    """The members of one JSON object.

    Args:
        text: the whole file.
        start: where in it the object begins.
        line: the line of that place.
        path: its name for messages, empty for the outermost.

    Raises:
        InvalidAnswers: it is no object, is not JSON, states a key twice, holds NaN, Infinity or
            a number without bounds, or is nested too deeply. The line is named.
    """

    def __init__(self, text: str, start: int = 0, line: int = 1, path: str = "") -> None:
        self._text = text
        self._path = path
        self.line = line
        self._members: dict[str, _Member] = {}
        self.end = self._step_through(start)

    def has(self, key: str) -> bool:
        """Whether the key is there with a value other than null."""
        return key in self._members and self._members[key].value is not None

    def is_object(self, key: str) -> bool:
        """Whether the value of the key is an object."""
        return self.has(key) and isinstance(self._members[key].value, Mapping)

    def is_true(self, key: str) -> bool:
        """Whether the value of the key is true."""
        return self.has(key) and self._members[key].value is True

    def line_of(self, key: str) -> int:
        """The line of the key; of the object where it is missing."""
        return self._members[key].line if key in self._members else self.line

    def inside(self, key: str) -> "Located":
        """The object at the key.

        Raises:
            InvalidAnswers: there is none.
        """
        if not self.is_object(key):
            raise malformed(self.line_of(key), self._name(key), "an object is missing here.")
        member = self._members[key]
        return Located(self._text, member.start, member.line, self._name(key))

    def number(self, key: str, bounds: Bounds) -> float:
        """The number at the key.

        Raises:
            InvalidAnswers: it is missing, no number, or outside `bounds`.
        """
        line, name = self.line_of(key), self._name(key)
        if key not in self._members:
            raise malformed(line, name, f"this is missing; it should be {bounds.unit}.")
        value = self._members[key].value
        if isinstance(value, bool) or not isinstance(value, int | float):
            shown = one_line(json.dumps(value)[:60])
            raise malformed(line, name, f"{shown} is not a number of {bounds.unit}.")
        return within(value, bounds, line, name)

    def number_if_there(self, key: str, bounds: Bounds) -> float | None:
        """As `number`; None where the key is missing or null."""
        return self.number(key, bounds) if self.has(key) else None

    def text(self, key: str) -> str:
        """The text at the key, or the first of a list of them, on one line; "" for none."""
        value = self._members[key].value if key in self._members else ""
        if isinstance(value, list) and value:
            value = value[0]
        return one_line(value) if isinstance(value, str) else ""

    def _name(self, key: str) -> str:
        return f"{self._path}.{key}" if self._path else key

    def _step_through(self, start: int) -> int:
        """Read every member; returns the place behind the object."""
        at, line = self._skip(start, self.line)
        if self._text[at : at + 1] != "{":
            raise malformed(line, self._path, "a JSON object should begin here.")
        at, line = self._skip(at + 1, line)
        while self._text[at : at + 1] != "}":
            at, line = self._member(at, line)
            if len(self._members) > _MOST_MEMBERS:
                message = f"more than {_MOST_MEMBERS:,} fields are in no report of a benchmark."
                raise malformed(line, self._path, message)
        return at + 1

    def _member(self, at: int, line: int) -> tuple[int, int]:
        """Read one member and the comma behind it; returns where the next one begins."""
        key, after = self._decoded(at, line, "")
        if not isinstance(key, str):
            raise malformed(line, self._path, "a key in quotation marks should be here.")
        if key in self._members:
            first = self._members[key].line
            raise malformed(line, self._name(key), f"this is stated before, on line {first}.")
        colon, line_of_colon = self._skip(after, line)
        if self._text[colon : colon + 1] != ":":
            raise malformed(line_of_colon, self._name(key), "a colon is missing behind the key.")
        start, line_of_value = self._skip(colon + 1, line_of_colon)
        value, end = self._decoded(start, line_of_value, self._name(key))
        self._members[key] = _Member(line, start, value)
        line_of_end = line_of_value + self._text.count("\n", start, end)
        return self._to_the_next(end, line_of_end, key)

    def _to_the_next(self, end: int, line: int, key: str) -> tuple[int, int]:
        comma, line = self._skip(end, line)
        behind = self._text[comma : comma + 1]
        if behind == "}":
            return comma, line
        if behind != ",":
            what = "the file ends here; was it cut off?" if not behind else "a comma is missing."
            raise malformed(line, self._name(key), what)
        following, line = self._skip(comma + 1, line)
        if self._text[following : following + 1] in ("}", ""):
            raise malformed(line, self._name(key), "another field should follow the comma.")
        return following, line

    def _skip(self, at: int, line: int) -> tuple[int, int]:
        """The next place that is not blank, and its line."""
        found = _SPACE.match(self._text, at)
        end = found.end() if found else at
        return end, line + self._text.count("\n", at, end)

    def _decoded(self, at: int, line: int, name: str) -> tuple[Any, int]:
        try:
            return _DECODER.raw_decode(self._text, at)
        except json.JSONDecodeError as error:
            raise malformed(error.lineno, name, f"this is not JSON: {error.msg}.") from None
        except _RefusedError as refused:
            raise malformed(line, name, str(refused)) from None
        except RecursionError:
            raise malformed(line, name, "this is nested too deeply.") from None
