import math

import numpy as np

from app.domain.assessment.plain import number, quantiles, sourced
from app.domain.facts import Source


def test_numbers_keep_nine_digits_and_are_absent_where_they_are_none() -> None:
    assert number(1 / 3) == 0.333333333
    assert number(math.inf) is None
    assert number(math.nan) is None


def test_quantiles_are_those_over_the_worlds() -> None:
    assert quantiles(np.arange(101.0)) == {"p10": 10, "p50": 50, "p90": 90}


def test_a_source_says_who_when_and_how_sure() -> None:
    written = sourced(Source("https://example.org", "2026-11", "high"))
    assert written == {"source": "https://example.org", "as_of": "2026-11", "confidence": "high"}
