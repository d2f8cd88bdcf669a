"""The back-test that ships: computed beforehand, because eighty assessments take minutes.

`footing backtest --keep` writes it anew; it says which versions it was computed with.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

from app.domain.backtest import Tried, report, rows_of
from app.domain.cases import Case
from app.domain.options import Family
from app.reference import rows

NAME = "backtest.json"


@dataclass(frozen=True)
class Backtest:
    """Every case put to the engine, with and without the drivers as priorities.

    Attributes:
        as_of: day on which it was computed.
        cases: case → fingerprint of what it stated then.
        logistic: case → what a logistic regression on all other cases says.
        guessed: with the drivers, and everything computed from a volume guessed by size, where
            the others take a value from the table of situations; empty in those kept before
            2026-11-27.
        situations: fingerprint of that table; empty likewise.
        logistic_without: the same without the drivers; empty in those kept before 2026-11-26.
        facts_sha256: checksum of the facts, anchors and cases it was computed with.
    """

    as_of: str
    engine_version: str
    weight_set: int
    facts_sha256: str
    worlds: int
    cases: Mapping[str, str]
    with_priorities: tuple[Tried, ...]
    without_priorities: tuple[Tried, ...]
    logistic: Mapping[str, Family]
    logistic_without: Mapping[str, Family]
    guessed: tuple[Tried, ...] = ()
    situations: str = ""

    def of(self, case: Case) -> Tried | None:
        """What the engine said about a case; None if it was not among them as it is now."""
        if self.cases.get(case.id) != fingerprint(case):
            return None
        return next((row for row in self.with_priorities if row.id == case.id), None)


def fingerprint(case: Case) -> str:
    """Twelve hexadecimal digits that differ when a case states something else."""
    text = json.dumps(asdict(case), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


@cache
def published() -> Backtest:
    """The back-test that ships."""
    return read(json.loads(rows.content(NAME)))


def read(document: dict[str, Any]) -> Backtest:
    """A back-test from plain data."""
    return Backtest(
        as_of=document["as_of"],
        engine_version=document["engine"],
        weight_set=document["weight_set"],
        facts_sha256=document["facts"].removeprefix("sha256:"),
        worlds=document["worlds"],
        cases=document["cases"],
        with_priorities=rows_of(document["with_priorities"]),
        without_priorities=rows_of(document["without_priorities"]),
        logistic=document["logistic"],
        logistic_without=document.get("logistic_without", {}),
        guessed=rows_of(document.get("guessed", {"cases": []})),
        situations=document.get("situations", ""),
    )


def plain(backtest: Backtest) -> dict[str, Any]:
    """A back-test as plain data."""
    return {
        "as_of": backtest.as_of,
        "engine": backtest.engine_version,
        "weight_set": backtest.weight_set,
        "facts": f"sha256:{backtest.facts_sha256}",
        "worlds": backtest.worlds,
        "cases": dict(backtest.cases),
        "with_priorities": _without_figures(backtest.with_priorities),
        "without_priorities": _without_figures(backtest.without_priorities),
        "logistic": dict(backtest.logistic),
        "logistic_without": dict(backtest.logistic_without),
        "guessed": _without_figures(backtest.guessed),
        "situations": backtest.situations,
    }


def _without_figures(tried: Sequence[Tried]) -> dict[str, Any]:
    return {"cases": report(tried)["cases"]}
