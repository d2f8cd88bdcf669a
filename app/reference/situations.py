"""What stands in, in the back-test, for the measures that no case can give: `situations.toml`."""

import hashlib
from collections.abc import Mapping, Sequence
from functools import cache

from app.domain.backtest.situations import Situation, SituationTable
from app.domain.options import FAMILIES
from app.reference.published_cases import ALLOWED
from app.reference.rows import Row, content, each, toml
from app.reference.weighing import weight_set

NAME = "situations.toml"
_ATTRIBUTES: Mapping[str, Sequence[str]] = {
    "load_profile": ALLOWED["load_profile"],
    "growth": ALLOWED["growth"],
    "latency_need": ALLOWED["latency_need"],
    "organisation_size": ALLOWED["org_size"],
    "existing_datacentre": ("yes", "no", "unknown"),
    "estate": ("gpus", "petabytes"),
}


@cache
def situations() -> SituationTable:
    """The table that ships.

    Raises:
        ValueError: it has a mistake; a criterion needs a last row that holds for every case.
    """
    whole = toml(NAME)
    rows = each(whole.rows("row"), _situation)
    for criterion in {row.criterion for row in rows}:
        if not any(row.criterion == criterion and not (row.adds or row.when) for row in rows):
            raise whole.error(f"no row of {criterion} holds for every case.")
    table = SituationTable(rows, whole.number("spread"), whole.source())
    whole.finish()
    return table


def fingerprint() -> str:
    """Twelve hexadecimal digits that differ when the table says something else."""
    return hashlib.sha256(content(NAME)).hexdigest()[:12]


def _situation(row: Row) -> Situation:
    when = row.row("when")
    return Situation(
        criterion=row.one_of("criterion", weight_set().keys),
        when={name: _values(when, name) for name in when.names()},
        adds=row.flag("adds"),
        places={family: _place(row, family) for family in FAMILIES},
        why=row.text("why"),
    )


def _values(when: Row, name: str) -> tuple[str, ...]:
    if name not in _ATTRIBUTES:
        raise when.error(f"{name} is no attribute; there are {', '.join(_ATTRIBUTES)}.")
    values = when.texts(name)
    if unknown := sorted(set(values) - set(_ATTRIBUTES[name])):
        raise when.error(f"{name} cannot be {', '.join(unknown)}.")
    return values


def _place(row: Row, family: str) -> float:
    value = row.number(family)
    if not -1.0 <= value <= 1.0:
        raise row.error(f"{family} must lie between -1 and 1, not {value:g}.")
    return value
