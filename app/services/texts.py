"""Texts that people type into forms: cleaned, and checked for length."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from app.domain.errors import InvalidAnswers, Problem

LONGEST_REASON = 500

_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]")


def one_line(text: str) -> str:
    """The text on one line, without what a database cannot store."""
    return " ".join(storable(text).split())


def storable(text: str) -> str:
    """The text without what PostgreSQL cannot store or HTML cannot show.

    These are NUL and lone surrogates; control characters and non-characters.
    """
    return _UNSTORABLE.sub("", text).encode(errors="ignore").decode()


def storable_data(data: Mapping[str, Any]) -> dict[str, Any]:
    """The same for every text in plain data, keys included."""
    return {storable(key): _storable_part(value) for key, value in data.items()}


def _storable_part(value: Any) -> Any:  # noqa: ANN401  # whatever a file may hold
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, Mapping):
        return storable_data(value)
    return [_storable_part(part) for part in value] if isinstance(value, list) else value


def too_long(path: str, what: str, text: str, most: int) -> Iterator[Problem]:
    """A problem, if `text` has more than `most` characters; `what` begins its sentence."""
    if len(text) > most:
        yield Problem(path, f"{what} has {len(text):,} characters; at most {most:,} fit.")


def reason(typed: str, example: str) -> str:
    """The reason for something that administrators do, on one line.

    Raises:
        InvalidAnswers: there is none, which `example` then helps with, or it is too long.
    """
    given = one_line(typed)
    if not given:
        raise InvalidAnswers([Problem("reason", f"Say why, such as: {example}.")])
    if problems := list(too_long("reason", "The reason", given, LONGEST_REASON)):
        raise InvalidAnswers(problems)
    return given
