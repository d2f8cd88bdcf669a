"""Numbers and sources as plain data, ready for JSON.

Numbers keep nine significant digits, so that equal results are equal bytes whatever the last
bits of a sum.
"""

import math
from typing import Any

import numpy as np

from app.domain.facts import Source
from app.domain.worlds import Array

Json = dict[str, Any]


def number(value: float) -> float | None:
    """Nine significant digits; None for what is no finite number."""
    return float(f"{value:.9g}") if math.isfinite(value) else None


def quantiles(draws: Array) -> Json:
    """Tenth percentile, median and ninetieth percentile over the worlds."""
    low, middle, high = np.percentile(draws, [10, 50, 90])
    return {"p10": number(float(low)), "p50": number(float(middle)), "p90": number(float(high))}


def sourced(source: Source) -> Json:
    """Where a figure comes from, of when it is, and how far to trust it."""
    return {"source": source.source, "as_of": source.as_of, "confidence": source.confidence}
