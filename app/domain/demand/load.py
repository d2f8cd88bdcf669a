"""How the load spreads over the hours: one curve in closed form.

Measured loads are published as a peak-to-average ratio. The load-duration curve used here
is the smallest family that meets a given mean, peak and floor:

    load(q) = floor + (peak - floor) * q**k,   q in [0, 1] the share of hours with less load

With the mean normalised to 1, k follows: floor + (peak - floor)/(k + 1) = 1.
"""

from dataclasses import dataclass

import numpy as np

from app.domain.worlds import Array

# A flat load has no curve to integrate; below this ratio the peak is the mean.
_FLAT = 1.0 + 1e-9


@dataclass(frozen=True)
class LoadCurve:
    """The spread of the load over the hours, in multiples of its mean.

    Attributes:
        peak: load of the busiest hour over the mean hour, shape (worlds,), >= 1.
        floor: load that never goes away, over the mean, in [0, 1).
    """

    peak: Array
    floor: float

    @property
    def exponent(self) -> Array:
        """K = (peak - floor)/(1 - floor) - 1, >= 0; shape (worlds,)."""
        result: Array = (np.maximum(self.peak, _FLAT) - self.floor) / (1.0 - self.floor) - 1.0
        return result

    def at(self, share_of_hours: float | Array) -> Array:
        """Load not exceeded in `share_of_hours` of the hours, over the mean; broadcast shape.

        A share gives (worlds,), as do shares of that shape; many in one world give theirs.
        """
        span = np.maximum(self.peak, _FLAT) - self.floor
        result: Array = self.floor + span * share_of_hours**self.exponent
        return result

    def overflow(self, capacity: Array) -> Array:
        """Mean load above `capacity`, both over the mean load; broadcast shape."""
        return self.above(capacity)[0]

    def above(self, capacity: Array) -> tuple[Array, Array]:
        """Mean load above `capacity`, both over the mean load, and the share of hours with any.

            integral over q in [q0, 1] of (load(q) - capacity) dq,  load(q0) = capacity
            1 - q0

        0 where the capacity covers the peak; 1 - capacity, always, where it is below the floor.
        `capacity` may be (worlds,) or (worlds, months); broadcast shape.
        """
        shape = (-1,) + (1,) * (capacity.ndim - 1)
        k = self.exponent.reshape(shape)
        span = (np.maximum(self.peak, _FLAT) - self.floor).reshape(shape)
        height = np.clip((capacity - self.floor) / span, 0.0, 1.0)
        start = height ** (1.0 / np.maximum(k, 1e-9))
        above = (self.floor - capacity) * (1.0 - start) + span * (1.0 - start * height) / (k + 1.0)
        return np.maximum(above, 0.0), 1.0 - start
