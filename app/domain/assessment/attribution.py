"""What moved a figure between two versions: one change at a time, and what is left.

    part of a cause = figure with this cause alone changed - figure before
    remainder       = figure after - figure before - sum of the parts

The remainder is what the changes do only together. Figures are whole numbers (dollars, worlds),
so that the parts and the remainder are the difference exactly, and a reader can add them up.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from app.domain.assessment.ranking import Ranking
from app.domain.options import FAMILIES, Family

Cause = Literal["answers", "weights", "facts"]
CAUSES: tuple[Cause, ...] = ("answers", "weights", "facts")
# Enough for a share to within two points (95 %), and five assessments of them take seconds.
MOST_WORLDS = 2_000


@dataclass(frozen=True)
class Figures:
    """What one computation says of the figures that are compared.

    Attributes:
        costs: option key → mean net present value over the worlds, whole USD; an option that
            cannot be priced is absent.
        at_least: options of which a price is missing, so that their cost is a lower bound.
        won: worlds won by the best option of each family; all 0 when no option may be chosen.
    """

    costs: Mapping[str, int]
    at_least: frozenset[str]
    won: Mapping[Family, int]
    worlds: int

    def lead(self, family: Family) -> int:
        """By how many worlds `family` is ahead of the best other one; negative when behind."""
        return self.won[family] - max(self.won[other] for other in FAMILIES if other != family)


@dataclass(frozen=True)
class Moved:
    """One figure before and after, and what each cause alone does to it, in its own unit."""

    before: int
    after: int
    parts: Mapping[Cause, int]

    @property
    def difference(self) -> int:
        """After minus before; the parts and the remainder add up to it exactly."""
        return self.after - self.before

    @property
    def remainder(self) -> int:
        """What the changes do only together: neither cause has it alone."""
        return self.difference - sum(self.parts.values())


@dataclass(frozen=True)
class Attribution:
    """What moved the figures of what was recommended before and after.

    Attributes:
        costs: option key → its mean net present value, USD; None where one of the
            computations cannot price it, so that nothing can be said.
        at_least: options of which a price is missing in any of the computations.
        shares: family → worlds that it wins.
        lead: worlds by which the family recommended after is ahead; None when none is.
        worlds: how many were counted, the same ones for all.
    """

    costs: Mapping[str, Moved | None]
    at_least: frozenset[str]
    shares: Mapping[Family, Moved]
    lead: Moved | None
    worlds: int


def figures(ranked: Ranking) -> Figures:
    """The figures of one ranking."""
    worlds = len(ranked.scored)
    priced = [(e.option.key, e.money) for e in ranked.options if e.money is not None]
    return Figures(
        costs={key: round(float(money.npv.mean())) for key, money in priced},
        at_least=frozenset(
            key for key, money in priced if any(line.missing for line in money.lines)
        ),
        won={f: round(share * worlds) for f, share in ranked.robust.family_shares.items()},
        worlds=worlds,
    )


def attribution(
    before: Figures,
    after: Figures,
    alone: Mapping[Cause, Figures],
    options: Sequence[str],
    families: Sequence[Family],
) -> Attribution:
    """Attribute the change of the figures of `options` and `families` to its causes.

    Args:
        alone: of each cause that changed, the figures with it alone changed. A cause that is
            not there did not change, and its part is 0.
        options, families: recommended before and after; the last family is the later one.

    Validity: all figures are of the same worlds.
    """
    every = (before, after, *alone.values())
    return Attribution(
        costs={key: _cost(key, before, after, alone) for key in dict.fromkeys(options)},
        at_least=frozenset(options) & frozenset().union(*(f.at_least for f in every)),
        shares={
            family: _moved(
                before.won[family], after.won[family], {c: f.won[family] for c, f in alone.items()}
            )
            for family in dict.fromkeys(families)
        },
        lead=_lead(families[-1], before, after, alone) if families else None,
        worlds=after.worlds,
    )


def _cost(
    key: str, before: Figures, after: Figures, alone: Mapping[Cause, Figures]
) -> Moved | None:
    if any(key not in found.costs for found in (before, after, *alone.values())):
        return None
    return _moved(before.costs[key], after.costs[key], {c: f.costs[key] for c, f in alone.items()})


def _lead(family: Family, before: Figures, after: Figures, alone: Mapping[Cause, Figures]) -> Moved:
    leads = {cause: found.lead(family) for cause, found in alone.items()}
    return _moved(before.lead(family), after.lead(family), leads)


def _moved(before: int, after: int, alone: Mapping[Cause, int]) -> Moved:
    return Moved(before, after, {c: alone[c] - before if c in alone else 0 for c in CAUSES})
