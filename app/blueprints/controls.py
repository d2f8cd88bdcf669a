"""Which line of which file answers which question of a reviewer."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FILE = Path(__file__).parent / "controls.toml"
_MARK = re.compile(r"#\s*control: ([a-z_]+)\s*$")


@dataclass(frozen=True)
class Control:
    """One question with the marked lines that answer it, as `path:line`."""

    key: str
    title: str
    lines: tuple[str, ...]


def controls(files: Mapping[str, str]) -> tuple[Control, ...]:
    """The controls that `files` hold, in the order of the table.

    Raises:
        KeyError: a file is marked with a key that the table lacks.
    """
    found: dict[str, list[str]] = {key: [] for key in _titles()}
    for path, text in sorted(files.items()):
        for key, line in _marks(text):
            found[key].append(f"{path}:{line}")
    titles = _titles()
    return tuple(Control(key, titles[key], tuple(rows)) for key, rows in found.items() if rows)


def _marks(text: str) -> Iterator[tuple[str, int]]:
    for number, line in enumerate(text.splitlines(), 1):
        if mark := _MARK.search(line):
            yield mark[1], number


@cache
def _titles() -> dict[str, str]:
    rows = tomllib.loads(_FILE.read_text("utf-8"))
    return {key: row["title"] for key, row in rows.items()}
