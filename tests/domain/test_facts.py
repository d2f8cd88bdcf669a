from dataclasses import fields

import pytest

from app.domain.errors import MissingFact
from app.domain.facts import Accelerator, Figure, ModelClass, Offer, Throughput
from tests.domain.builders import FACTS


def test_a_figure_is_found_by_its_key() -> None:
    assert FACTS.figure("hours.per_year").value == 8760


def test_a_missing_figure_is_named() -> None:
    with pytest.raises(MissingFact, match=r"no figure named 'pue\.moon'"):
        FACTS.figure("pue.moon")


@pytest.mark.parametrize("row", [Accelerator, Figure, ModelClass, Offer, Throughput])
def test_every_row_carries_its_source(row: type) -> None:
    assert "source" in {field.name for field in fields(row)}
