"""How often the engine would have chosen what published organisations chose.

It is not tuned to these cases. What they do not state is taken from a table (`situations`), or
computed from a volume that is guessed by size. A hit is no proof: published is not optimal, many
stories are told by vendors, and one person coded the cases, drivers included, knowing each
decision.
"""

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.domain.assessment import ranked_only
from app.domain.assessment.ranking import Ranking
from app.domain.backtest.answering import answers_of
from app.domain.backtest.situations import SituationTable, standing_in
from app.domain.cases import Case
from app.domain.decision.criteria import WeightSet
from app.domain.facts import Facts
from app.domain.options import FAMILIES, Family
from app.domain.questionnaire.questions import QuestionSet
from app.domain.worlds import Worlds

# So many worlds give a share to about three points, far closer than 85 cases can tell apart.
WORLDS = 300


@dataclass(frozen=True)
class Tried:
    """One case put to the engine.

    Attributes:
        ranking: families best first; empty where no option is feasible.
        shares: family → share of worlds in which its best option wins.
    """

    id: str
    decision: Family
    ranking: tuple[Family, ...]
    shares: Mapping[str, float]

    @property
    def predicted(self) -> Family | None:
        """What the engine would have said; None where nothing is feasible."""
        return self.ranking[0] if self.ranking else None

    @property
    def is_hit(self) -> bool:
        """Whether the organisation chose the same."""
        return self.predicted == self.decision


@dataclass(frozen=True)
class Score:
    """How a set of cases came out.

    Attributes:
        accuracy: share of hits; balanced: mean of that share over the decisions that occur.
        top2: share in which the decision is among the first two families.
        swaps: cases in which cloud was said for on-premises or the reverse.
        majority: share of the commonest decision: what always saying it would hit.
    """

    n: int
    accuracy: float
    balanced_accuracy: float
    top2: float
    swaps: int
    majority: float


@dataclass(frozen=True)
class Band:
    """Cases whose winning family had a share in [low, high): stated against found.

    Attributes:
        stated: mean share of worlds of the family that was said.
        hit: share of these cases in which that was what was chosen.
    """

    low: float
    high: float
    n: int
    stated: float
    hit: float


def tried(
    case: Case,
    questions: QuestionSet,
    facts: Facts,
    weights: WeightSet,
    table: SituationTable | None = None,
    *,
    with_priorities: bool = True,
    worlds: int = WORLDS,
) -> Tried:
    """`case` put through the public pipeline, as if its organisation had asked beforehand.

    Args:
        table: stands in for the measures that rest on what no case states; None to compute them
            from the volume that is guessed by size.
    """
    answers = answers_of(case, questions, facts, with_priorities=with_priorities)
    drawn = Worlds(worlds, seed=1)
    instead = standing_in(case, table, drawn) if table is not None else {}
    ranked = ranked_only(answers, facts, weights, drawn, instead=instead)
    shares = ranked.robust.family_shares if ranked.robust.best else {}
    return Tried(
        case.id,
        case.decision,
        tuple(_by_share(ranked)),
        {family: round(float(shares.get(family, 0.0)), 6) for family in FAMILIES},
    )


def _by_share(ranked: Ranking) -> Iterator[Family]:
    """Families with a feasible option, by share of worlds, then by the score of their best."""
    best = ranked.robust.best_in_family
    shares = ranked.robust.family_shares
    yield from sorted(best, key=lambda f: (-shares[f], -ranked.mean_score(best[f])))


def score(rows: Sequence[Tried]) -> Score:
    """The figures of `rows`; all zero when there are none."""
    if not rows:
        return Score(0, 0.0, 0.0, 0.0, 0, 0.0)
    decided = {f: [row for row in rows if row.decision == f] for f in FAMILIES}
    present = [group for group in decided.values() if group]
    return Score(
        n=len(rows),
        accuracy=_share(rows, lambda row: row.is_hit),
        balanced_accuracy=sum(_share(g, lambda row: row.is_hit) for g in present) / len(present),
        top2=_share(rows, lambda row: row.decision in row.ranking[:2]),
        swaps=sum({row.predicted, row.decision} == {"cloud", "on_premises"} for row in rows),
        majority=max(len(group) for group in present) / len(rows),
    )


def _share(rows: Sequence[Tried], is_so: Callable[[Tried], bool]) -> float:
    return sum(is_so(row) for row in rows) / len(rows)


def calibration(rows: Sequence[Tried], edges: Sequence[float]) -> list[Band]:
    """Stated probability against hit rate, by bands of the winner's share; empty bands left out.

    Args:
        edges: rising, from 0 to 1; the last band includes 1.
    """
    bands = []
    for low, high in itertools.pairwise(edges):
        inside = [
            row
            for row in rows
            if row.predicted and low <= _won(row) and (_won(row) < high or high == edges[-1])
        ]
        if inside:
            stated = sum(_won(row) for row in inside) / len(inside)
            hit = _share(inside, lambda row: row.is_hit)
            bands.append(Band(low, high, len(inside), stated, hit))
    return bands


def _won(row: Tried) -> float:
    return row.shares[row.predicted] if row.predicted else 0.0


def report(rows: Sequence[Tried]) -> dict[str, Any]:
    """The figures and every case as plain data, as `backtest --json` prints them."""
    found = score(rows)
    return {
        "n": found.n,
        "accuracy": round(found.accuracy, 6),
        "balanced_accuracy": round(found.balanced_accuracy, 6),
        "top2": round(found.top2, 6),
        "swaps": found.swaps,
        "majority": round(found.majority, 6),
        "cases": [
            {
                "id": row.id,
                "decision": row.decision,
                "predicted": row.predicted,
                "ranking": list(row.ranking),
                "shares": dict(row.shares),
            }
            for row in rows
        ],
    }


def rows_of(document: Mapping[str, Any]) -> tuple[Tried, ...]:
    """The cases of a `report` that was kept."""
    return tuple(
        Tried(row["id"], row["decision"], tuple(row["ranking"]), row["shares"])
        for row in document["cases"]
    )
