"""From values to places on a drawing: nice ticks, linear scales, labels that do not overlap."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from app.reports.currency import spoken

# Mean advance of a system sans serif, in ems; measured on Liberation Sans and DejaVu Sans, 2026-11.
_ADVANCE = 0.56
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True)
class Scale:
    """A linear map from [low, high] onto [start, end] of a drawing."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """The place of `value`, to 0.1 of a unit."""
        if self.high == self.low:
            return round(self.start, 1)
        share = (value - self.low) / (self.high - self.low)
        return round(self.start + share * (self.end - self.start), 1)


def nice_ticks(low: float, high: float, about: int = 5) -> tuple[float, ...]:
    """Round values that cover [low, high], ascending, with a step of 1, 2, 2.5 or 5 x 10^n.

    >>> nice_ticks(0, 8.3)
    (0.0, 2.0, 4.0, 6.0, 8.0, 10.0)
    """
    # A range that is only the noise of large sums has no ticks of its own.
    if high - low <= 1e-9 * max(1.0, abs(low), abs(high)):
        high = low + max(1.0, high - low)
    raw = (high - low) / about
    size = 10.0 ** math.floor(math.log10(raw))
    step = next(s * size for s in _STEPS if s * size >= raw * (1 - 1e-9))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return tuple(round(i * step, 10) for i in range(first, last + 1))


def money_ticks(low: float, high: float, about: int = 5) -> tuple[float, ...]:
    """`nice_ticks` in the currency that is spoken, for sums in US dollars; in US dollars."""
    each = spoken().usd_each
    return tuple(tick * each for tick in nice_ticks(low / each, high / each, about))


def month_ticks(months: int, about: int = 6) -> tuple[int, ...]:
    """Months from 0 to `months`, in steps that people count in: 1, 3, 6, 12 or 24."""
    step = next((s for s in (1, 3, 6, 12, 24) if months / s <= about), 24)
    return tuple(range(0, months + 1, step))


def spread(places: Sequence[float], gap: float, low: float, high: float) -> tuple[float, ...]:
    """`places` moved apart so that neighbours keep `gap`, within [low, high] where they fit.

    The order of the places is kept; each moves as little as a sweep down and a sweep up need.
    """
    order = sorted(range(len(places)), key=lambda i: places[i])
    moved = [min(max(places[i], low), high) for i in order]
    for i in range(1, len(moved)):
        moved[i] = max(moved[i], moved[i - 1] + gap)
    for i in range(len(moved) - 1, -1, -1):
        ceiling = high if i == len(moved) - 1 else moved[i + 1] - gap
        moved[i] = min(moved[i], ceiling)
    result = [0.0] * len(places)
    for i, place in zip(order, moved, strict=True):
        result[i] = round(place, 1)
    return tuple(result)


def text_width(text: str, size: float) -> float:
    """Roughly how wide `text` is drawn at a font size of `size`, in the drawing's units."""
    return len(text) * size * _ADVANCE


def wrapped(text: str, size: float, width: float) -> tuple[str, ...]:
    """`text` broken at spaces into lines of at most `width`; a longer word stays whole."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return tuple(lines)
