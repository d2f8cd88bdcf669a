"""What stands in for the measures that no published case can give, by what it does state.

A case has no volume of work, and so no cost, no fleet and no bytes that cross. The back-test takes
a value for these from a table, each row of which is arguable in the sentence beside it. No
project is judged by this: who assesses states a volume, and everything is computed from it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from app.domain.cases import Case
from app.domain.decision.measures import Measured
from app.domain.facts import Source
from app.domain.options import FAMILIES, Family
from app.domain.worlds import Worlds

# From where an estate counts as very large: contracted rather than rented, dear to move.
_MANY_GPUS, _MANY_TB = 1_000, 1_000


@dataclass(frozen=True)
class Situation:
    """One row of the table.

    Attributes:
        when: attribute → values of which the case must have one; empty for every case.
        adds: whether `places` come on top of the first row that holds.
        places: family → value between 0, the worst, and 1, or what is added to it.
        why: the sentence that says why.
    """

    criterion: str
    when: Mapping[str, tuple[str, ...]]
    adds: bool
    places: Mapping[Family, float]
    why: str

    def holds(self, case: Case) -> bool:
        """Whether `case` states all that the row asks for."""
        return all(stated(case, name) in values for name, values in self.when.items())


@dataclass(frozen=True)
class SituationTable:
    """All rows, and the spread of every value as a standard deviation."""

    rows: tuple[Situation, ...]
    spread: float
    source: Source

    @property
    def criteria(self) -> tuple[str, ...]:
        """The criteria that the table has a value for."""
        return tuple(dict.fromkeys(row.criterion for row in self.rows))


def stated(case: Case, attribute: str) -> str:
    """What `case` says of `attribute`, as the table writes it; `unknown` for nothing."""
    if attribute == "existing_datacentre":
        return {True: "yes", False: "no", None: "unknown"}[case.existing_datacentre]
    if attribute == "estate":
        if (case.gpus or 0) >= _MANY_GPUS:
            return "gpus"
        return "petabytes" if (case.data_volume_tb or 0) >= _MANY_TB else "unknown"
    return str(getattr(case, attribute)) or "unknown"


def places(
    case: Case, criterion: str, rows: Sequence[Situation]
) -> tuple[Mapping[Family, float], str]:
    """Family → value in [0, 1] of `case` on `criterion`, and the sentences behind it.

        the first row that holds + every row that adds and holds, cut to [0, 1]

    Raises:
        StopIteration: no row of the criterion holds; a table that was read has one.
    """
    of_this = [row for row in rows if row.criterion == criterion and row.holds(case)]
    first = next(row for row in of_this if not row.adds)
    taken = [first, *(row for row in of_this if row.adds)]
    values = {f: min(max(sum(row.places[f] for row in taken), 0.0), 1.0) for f in FAMILIES}
    return values, " ".join(row.why for row in taken)


def standing_in(
    case: Case, table: SituationTable, worlds: Worlds
) -> Mapping[str, Mapping[Family, Measured]]:
    """Criterion → family → what takes the place of the measure, for every criterion of `table`.

    value + spread * z,  z standard normal for each criterion and family, cut to [0, 1]
    """
    found = {}
    for criterion in table.criteria:
        values, why = places(case, criterion, table.rows)
        found[criterion] = {
            family: Measured(
                np.full(worlds.count, np.nan),
                why,
                anywhere=np.clip(
                    value + table.spread * worlds.normal(f"situation.{criterion}.{family}"),
                    0.0,
                    1.0,
                ),
            )
            for family, value in values.items()
        }
    return found
