"""What is valued: ten criteria with fixed anchors.

The value of an option on a criterion depends on that option alone, never on which others are
compared; so adding or removing an option cannot reorder the rest.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from app.domain.facts import Source
from app.domain.worlds import Array


@dataclass(frozen=True)
class Criterion:
    """One thing that is valued.

    Attributes:
        measure: what is measured, in words; `unit` is its unit.
        worst, best: the measures whose value is 0 and 1; fixed, whatever is compared.
        scale: how value runs between them.
    """

    key: str
    title: str
    measure: str
    meaning: str
    unit: str
    worst: float
    best: float
    scale: Literal["linear", "log"]
    source: Source

    def value(self, measured: Array) -> Array:
        """Value in [0, 1] of a measure, same shape.

            linear: (x - worst)/(best - worst)      log: ln(x/worst)/ln(best/worst)

        Beyond the anchors nothing is gained or lost. Not a number (unknown) stays so.
        """
        if self.scale == "log":
            with np.errstate(divide="ignore"):
                position = np.log(np.maximum(measured, 1e-12) / self.worst)
            position = position / np.log(self.best / self.worst)
        else:
            position = (measured - self.worst) / (self.best - self.worst)
        result: Array = np.clip(position, 0.0, 1.0)
        return result


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
