"""What was done to prove the code that is handed over, and what was not."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FILE = Path(__file__).parent / "proofs.toml"


@dataclass(frozen=True)
class Proof:
    """One line.

    Attributes:
        covers: the top folders it is about; empty for everything.
        by: the test that does it; "" for what was not done.
        ran_on: the day it was last done; "" for what was not.
    """

    what: str
    covers: tuple[str, ...]
    by: str
    ran_on: str


def done(paths: Iterable[str]) -> tuple[Proof, ...]:
    """What was done about a folder with these files."""
    return _about(_read("proof"), paths)


def missing(paths: Iterable[str]) -> tuple[Proof, ...]:
    """What was not done about a folder with these files."""
    return _about(_read("missing"), paths)


def _about(proofs: Iterable[Proof], paths: Iterable[str]) -> tuple[Proof, ...]:
    tops = {path.split("/")[0] for path in paths}
    return tuple(proof for proof in proofs if not proof.covers or tops & set(proof.covers))


@cache
def _read(table: str) -> tuple[Proof, ...]:
    rows = tomllib.loads(_FILE.read_text("utf-8"))[table]
    return tuple(
        Proof(row["what"], tuple(row["covers"]), row.get("by", ""), row.get("ran_on", ""))
        for row in rows
    )
