"""Which line of which file answers which question of a reviewer, and what no line does."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from app.domain.questionnaire.answers import Answers

_FILE = Path(__file__).parent / "controls.toml"
_MARK = re.compile(r"#\s*control: ([a-z_]+)\s*$")
_ANY = "*"


@dataclass(frozen=True)
class Control:
    """One question with the marked lines that answer it, as `path:line`, and what stays open."""

    key: str
    title: str
    lines: tuple[str, ...]
    gaps: tuple[str, ...]


@dataclass(frozen=True)
class Answered:
    """What was answered that asks for controls.

    Attributes:
        path: its field, `modalities.*.data_class` for the field of every kind of data.
        key: of the answer that asks for them, "*" for any.
        words: the answer, in shipped words.
        controls: keys of the controls that answer it.
        rest: what no line of code does about it; may be "".
    """

    path: str
    key: str
    words: str
    controls: tuple[str, ...]
    rest: str


def controls(files: Mapping[str, str]) -> tuple[Control, ...]:
    """The controls that `files` hold or leave open, in the order of the table.

    Raises:
        KeyError: a file is marked with a key that the table lacks.
    """
    titles = _titles()
    lines: dict[str, list[str]] = {key: [] for key in titles}
    for path, text in sorted(files.items()):
        for key, line in _marks(text):
            lines[key].append(f"{path}:{line}")
    gaps = _gaps({path.split("/")[0] for path in files})
    return tuple(
        Control(key, titles[key], tuple(lines[key]), tuple(gaps.get(key, ())))
        for key in titles
        if lines[key] or key in gaps
    )


def answered(answers: Answers) -> tuple[Answered, ...]:
    """What of `answers` asks for controls, in the order of the table."""
    return tuple(row for row in answer_table() if _is_given(answers, row))


@cache
def answer_table() -> tuple[Answered, ...]:
    """Every answer that asks for controls."""
    return tuple(
        Answered(row["path"], row["key"], row["words"], tuple(row["controls"]), row["rest"])
        for row in _tables()["answer"]
    )


def _is_given(answers: Answers, row: Answered) -> bool:
    given = {key for path in _paths(answers, row.path) for key in _keys(answers, path)}
    return bool(given) if row.key == _ANY else row.key in given


def _paths(answers: Answers, path: str) -> Iterable[str]:
    """The fields that `path` stands for in a question set that asks for them."""
    paths = [path.replace(_ANY, modality) for modality in answers.modalities]
    every = dict.fromkeys(paths if _ANY in path else [path])
    return (one for one in every if answers.questions.has_field(one))


def _keys(answers: Answers, path: str) -> Sequence[str]:
    """What was answered at `path`, as keys; a number as one key, and nothing where nothing was."""
    kind = answers.questions.field(path).kind
    if kind == "choice":
        return [answers.choice(path)] if answers.choice(path) else []
    if kind == "choices":
        return answers.choices(path)
    if kind == "flag":
        return ["yes"] if answers.flag(path) else []
    return [_ANY] if answers.is_given(path) else []


def _marks(text: str) -> Iterator[tuple[str, int]]:
    for number, line in enumerate(text.splitlines(), 1):
        if mark := _MARK.search(line):
            yield mark[1], number


def _gaps(folders: set[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in _tables()["gap"]:
        if row["folder"] in folders:
            found.setdefault(row["control"], []).append(row["says"])
    return found


def _titles() -> dict[str, str]:
    return {key: row["title"] for key, row in _tables()["control"].items()}


@cache
def _tables() -> dict[str, Any]:
    return tomllib.loads(_FILE.read_text("utf-8"))
