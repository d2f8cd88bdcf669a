"""The committed document is what the code says, and holds the limits."""

import json
from pathlib import Path

import pytest

from app import reference
from app.domain.validation.refit import median_error
from app.reports import sizing_report
from app.reports.sizing_report import exactly, medians, plain, rounded, signed, summary
from app.services import validating

FACTS = reference.load().facts
ROWS = validating.computed(FACTS)
FITS = validating.fits(FACTS)
KEPT = Path(__file__).parents[2] / "docs" / "sizing_validation.md"


def test_the_committed_document_is_up_to_date() -> None:
    assert KEPT.read_text("utf-8") == sizing_report.document(ROWS, FITS), "run make sizing-report"


def test_every_median_is_within_its_limit() -> None:
    found = list(medians(FITS))
    assert [most for _, _, most in found] == [0.15, 0.15, 0.25, 0.20, 0.20, 0.20, 0.20]
    for name, errors, most in found:
        assert median_error(errors) <= most, name


def test_json_holds_every_case_with_what_was_promised() -> None:
    found = json.loads(json.dumps(plain(ROWS), allow_nan=False))["sizing"]
    assert [row["id"] for row in found] == [row.case.id for row in ROWS]
    for row in found:
        assert {"id", "metric", "unit", "predicted", "p10", "p90", "flags"} <= row.keys()
        assert row["error"] == pytest.approx(row["predicted"] / row["published"] - 1, abs=1e-4)


def test_a_sentence_counts_them() -> None:
    assert summary(ROWS).startswith("13 of 17 cases are within their tolerance; 4 more lie in")


@pytest.mark.parametrize(
    ("error", "text"),
    [(0.123, "+12%"), (-0.05, "−5%"), (0.001, "0%"), (11.9, "+1,190%"), (None, "")],
)
def test_errors_carry_their_sign(error: float | None, text: str) -> None:
    assert signed(error) == text


@pytest.mark.parametrize(
    ("value", "published", "computed"),
    [(3.064, "3.064", "3.06"), (1_720_320, "1,720,320", "1,720,000"), (None, "", "")],
)
def test_figures_as_published_and_as_computed(
    value: float | None, published: str, computed: str
) -> None:
    assert exactly(value) == published
    assert rounded(value) == computed
