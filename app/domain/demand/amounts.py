"""Quantities that know their unit, so that hours and counts cannot be added by mistake.

The unit is part of the type: a checker of types refuses `GPUs + GPUHours`, and so does Python.
"""

from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

import numpy as np

from app.domain.worlds import Array


class Unit:
    """What a quantity is counted in; never made, only named."""

    symbol: ClassVar[str]


class GigabytesPerDay(Unit):
    """GB (1e9 bytes) a day."""

    symbol = "GB/day"


class Megabits(Unit):
    """Mbit (1e6 bits) a second."""

    symbol = "Mbit/s"


class Gigabytes(Unit):
    """GB (1e9 bytes)."""

    symbol = "GB"


class Terabytes(Unit):
    """TB (1e12 bytes)."""

    symbol = "TB"


class VCPUs(Unit):
    """Threads of a host's processor."""

    symbol = "vCPU"


class VCPUHoursPerDay(Unit):
    """Hours of one vCPU a day."""

    symbol = "vCPU hours/day"


class VCPUsPerGPU(Unit):
    """vCPUs needed for each accelerator."""

    symbol = "vCPU/GPU"


class GPUs(Unit):
    """Accelerators."""

    symbol = "GPUs"


class GPUHoursPerDay(Unit):
    """Hours of one accelerator a day."""

    symbol = "GPU hours/day"


class GPUHours(Unit):
    """Hours of one accelerator."""

    symbol = "GPU hours"


class Copies(Unit):
    """Running copies of a model."""

    symbol = "copies"


class Share(Unit):
    """A part of a whole, 0 to 1."""

    symbol = "share"


U = TypeVar("U", bound=Unit)


@dataclass(frozen=True)
class Amount(Generic[U]):
    """An uncertain quantity, shape (worlds,), with its unit."""

    unit: type[U]
    draws: Array

    def __add__(self, other: "Amount[U]") -> "Amount[U]":
        """The sum of two amounts of one unit.

        Raises:
            TypeError: their units differ.
        """
        if self.unit is not other.unit:
            message = f"{self.unit.symbol} and {other.unit.symbol} do not add up."
            raise TypeError(message)
        return Amount(self.unit, self.draws + other.draws)

    @property
    def quantiles(self) -> tuple[float, float, float]:
        """Tenth percentile, median and ninetieth percentile over the worlds."""
        low, middle, high = np.percentile(self.draws, [10, 50, 90])
        return float(low), float(middle), float(high)
