"""Reading the shipped tables strictly: every key is known, every row complete, nothing ignored.

A table that does not read is a mistake of ours, so each complaint is one ValueError that
names the file and the row.
"""

import csv
import io
import math
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.resources import files
from typing import Protocol, TypeVar, cast, get_args

from app.domain.facts import Confidence, Source

T = TypeVar("T")
CONFIDENCES = get_args(Confidence)


class _Keyed(Protocol):
    @property
    def key(self) -> str: ...


K = TypeVar("K", bound=_Keyed)


class Row:
    """One row of a table, from which each value is taken once.

    Attributes:
        where: the file and the row, as every complaint begins.
    """

    def __init__(self, where: str, values: Mapping[str, object]) -> None:
        self.where = where
        self._rest = dict(values)

    def error(self, message: str) -> ValueError:
        """A complaint about this row, to be raised."""
        return ValueError(f"{self.where}: {message}")

    def has(self, key: str) -> bool:
        """Whether the row gives `key` and it has not been taken yet."""
        return key in self._rest

    def names(self) -> tuple[str, ...]:
        """The keys not taken yet, in the order of the file."""
        return tuple(self._rest)

    def text(self, key: str) -> str:
        """The text at `key`.

        Raises:
            ValueError: there is none, or it is blank.
        """
        value = self._take(key)
        if not isinstance(value, str) or not value.strip():
            raise self.error(f"{key} must be text that is not blank, not {value!r}.")
        return value.strip()

    def optional_text(self, key: str) -> str:
        """The text at `key`, or ""."""
        return self.text(key) if self.has(key) else ""

    def texts(self, key: str) -> tuple[str, ...]:
        """The list of texts at `key`; empty when absent."""
        value = self._rest.pop(key, [])
        if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
            raise self.error(f"{key} must be a list of texts, not {value!r}.")
        return tuple(cast("list[str]", value))

    def one_of(self, key: str, allowed: Sequence[str]) -> str:
        """The text at `key`, which must be one of `allowed`."""
        value = self.text(key)
        if value not in allowed:
            raise self.error(f"{key} must be one of {', '.join(allowed)}, not {value!r}.")
        return value

    def number(self, key: str) -> float:
        """The finite number at `key`; text that is a number counts, as in a CSV file."""
        value = self._take(key)
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            raise self.error(f"{key} must be a number, not {value!r}.")
        try:
            number = float(value)
        except ValueError:
            raise self.error(f"{key} must be a number, not {value!r}.") from None
        if not math.isfinite(number):
            raise self.error(f"{key} must be finite, not {value!r}.")
        return number

    def optional_number(self, key: str) -> float | None:
        """The number at `key`; None when absent, which is never 0."""
        return self.number(key) if self.has(key) else None

    def flag(self, key: str) -> bool:
        """Yes or no at `key`; no when absent."""
        value = self._rest.pop(key, False)
        if not isinstance(value, bool):
            raise self.error(f"{key} must be true or false, not {value!r}.")
        return value

    def row(self, key: str) -> "Row":
        """The table nested at `key`."""
        value = self._take(key)
        if not isinstance(value, dict):
            raise self.error(f"{key} must be a table, not {value!r}.")
        return Row(f"{self.where}, {key}", value)

    def rows(self, key: str) -> list["Row"]:
        """The list of tables nested at `key`, each named by its `key`, or its number."""
        value = self._rest.pop(key, [])
        if not isinstance(value, list) or not all(isinstance(v, dict) for v in value):
            raise self.error(f"{key} must be a list of tables.")
        return [
            Row(f"{self.where}, {v.get('key', v.get('path', f'{key} {n}'))}", v)
            for n, v in enumerate(value, start=1)
        ]

    def pairs(self, key: str) -> dict[str, float]:
        """Name → number, from the table nested at `key`; empty when absent."""
        if not self.has(key):
            return {}
        inner = self.row(key)
        return {name: inner.number(name) for name in inner.names()}

    def source(self) -> Source:
        """The provenance that every row must carry: source, as_of, confidence."""
        confidence = self.one_of("confidence", CONFIDENCES)
        return Source(self.text("source"), self.text("as_of"), cast("Confidence", confidence))

    def ignore(self, key: str) -> None:
        """Let `key` be there, or not: it is read elsewhere, or known and not used."""
        self._rest.pop(key, None)

    def finish(self) -> None:
        """Refuse keys that nobody took.

        Raises:
            ValueError: naming them.
        """
        if self._rest:
            raise self.error(f"unknown keys {', '.join(sorted(self._rest))}.")

    def _take(self, key: str) -> object:
        if key not in self._rest:
            raise self.error(f"{key} is missing.")
        return self._rest.pop(key)


def content(name: str) -> bytes:
    """The bytes of the shipped file `name`."""
    return files("app.reference").joinpath(name).read_bytes()


def toml(name: str) -> Row:
    """The whole TOML file `name`, as one row."""
    try:
        return Row(name, tomllib.loads(content(name).decode()))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{name}: {error}") from error


def toml_rows(name: str, key: str) -> list[Row]:
    """The rows `[[key]]` of the TOML file `name`, which holds nothing else."""
    whole = toml(name)
    rows = whole.rows(key)
    whole.finish()
    return rows


def csv_rows(name: str) -> list[Row]:
    """The rows of the CSV file `name`; an empty cell is absent."""
    reader = csv.DictReader(io.StringIO(content(name).decode()), restkey="more cells", strict=True)
    return [
        Row(f"{name}, line {reader.line_num}", {k: v for k, v in cells.items() if v})
        for cells in reader
    ]


def each(rows: Iterable[Row], read: Callable[[Row], T]) -> tuple[T, ...]:
    """`read` applied to every row, each of which must be used up by it."""
    results = []
    for row in rows:
        results.append(read(row))
        row.finish()
    return tuple(results)


def by_key(name: str, items: Iterable[K]) -> dict[str, K]:
    """Key → item.

    Raises:
        ValueError: two items of the file `name` share a key.
    """
    result: dict[str, K] = {}
    for item in items:
        if item.key in result:
            raise ValueError(f"{name}: the key {item.key!r} appears twice.")
        result[item.key] = item
    return result
