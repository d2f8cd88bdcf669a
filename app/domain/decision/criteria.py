"""What is valued: ten criteria with fixed anchors.

The value of an option on a criterion depends on that option alone, never on which others are
compared; so adding or removing an option cannot reorder the rest. Administrators may publish other
anchors, which then hold for all options alike.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from app.domain.facts import Source
from app.domain.worlds import Array

ScaleKind: TypeAlias = Literal["linear", "log"]
_LEAST = 1e-12  # what a logarithmic scale takes nothing for


@dataclass(frozen=True)
class Anchors:
    """The measures whose value is 0 and 1, and how value runs between them.

    Raises:
        ValueError: they are no scale: not finite, equal, or not above 0 on a logarithmic one.
    """

    worst: float
    best: float
    scale: ScaleKind

    def __post_init__(self) -> None:
        ends = (self.worst, self.best)
        if not all(map(math.isfinite, ends)) or self.worst == self.best:
            raise ValueError("worst and best must differ.")
        if self.scale == "log" and min(ends) <= 0:
            raise ValueError("a logarithmic scale has its ends above 0.")

    def value(self, measured: Array) -> Array:
        """Value in [0, 1] of a measure, same shape.

            linear: (x - worst)/(best - worst)      log: ln(x/worst)/ln(best/worst)

        Beyond the anchors nothing is gained or lost. Not a number (unknown) stays so.
        """
        return self.value_of_straightened(self.straightened(measured))

    def straightened(self, measured: Array) -> Array:
        """The measure on an axis along which value runs in a straight line, same shape.

        linear: x      log: ln x
        """
        return np.log(np.maximum(measured, _LEAST)) if self.scale == "log" else measured

    def value_of_straightened(self, straight: Array) -> Array:
        """Value in [0, 1] of a measure that was `straightened`, same shape."""
        worst, best = self.straightened(np.array([self.worst, self.best]))
        result: Array = np.clip((straight - worst) / (best - worst), 0.0, 1.0)
        return result


@dataclass(frozen=True)
class Criterion:
    """One thing that is valued.

    Attributes:
        measure: what is measured, in words; `unit` is its unit.
        worst, best: the measures whose value is 0 and 1; fixed, whatever is compared.
        scale: how value runs between them.
        source: where these come from.
    """

    key: str
    title: str
    measure: str
    meaning: str
    unit: str
    worst: float
    best: float
    scale: ScaleKind
    source: Source

    @property
    def anchors(self) -> Anchors:
        """Worst, best and scale alone."""
        return Anchors(self.worst, self.best, self.scale)

    def value(self, measured: Array) -> Array:
        """As `Anchors.value`."""
        return self.anchors.value(measured)


@dataclass(frozen=True)
class WeightSet:
    """One version of criteria and of the weights used when nobody ranks them.

    Attributes:
        default_weights: criterion key → weight, summing to 1.
        profiles: profile key → criteria, most important first; empty for the defaults.
        source: where the default weights come from.
    """

    version: int
    criteria: tuple[Criterion, ...]
    default_weights: Mapping[str, float]
    profiles: Mapping[str, tuple[str, ...]]
    source: Source

    @property
    def keys(self) -> tuple[str, ...]:
        """The criterion keys in order."""
        return tuple(criterion.key for criterion in self.criteria)

    @property
    def anchors(self) -> tuple[Anchors, ...]:
        """Those of the criteria, in their order."""
        return tuple(criterion.anchors for criterion in self.criteria)
