"""An answer takes the place of the figures it names, and nothing else changes."""

from typing import Any

import pytest

from app.domain.questionnaire.stated import stated
from tests.domain.builders import FACTS, a_document, answers_of


def known(**answers: Any) -> Any:  # noqa: ANN401  # facts, of which each test reads one figure
    return stated(FACTS, answers_of(a_document(**answers)))


def test_without_answers_the_facts_are_the_same() -> None:
    assert known() is FACTS


def test_a_quantity_becomes_the_figure_with_its_range() -> None:
    quote = {"low": 100, "likely": 120, "high": 150}
    facts = known(colocation_usd_per_kw_month=quote)
    for key in ("colocation.retail_usd_per_kw_month", "colocation.wholesale_usd_per_kw_month"):
        figure = facts.figure(key)
        assert (figure.low, figure.value, figure.high) == (100, 120, 150)
        assert figure.source.source == "your answer"
    assert facts.figure("pue.colocation") == FACTS.figure("pue.colocation")


def test_a_stated_price_of_electricity_is_that_of_every_country() -> None:
    facts = known(site={"type": "own_datacentre", "electricity_usd_per_kwh": 0.3})
    assert facts.figure("electricity.elsewhere").value == 0.3
    assert facts.countries["DE"].electricity.value == 0.3


@pytest.mark.parametrize(("stage", "likely"), [("idea", 0.4), ("scaling", 0.08)])
def test_a_choice_takes_the_figure_of_that_choice(stage: str, likely: float) -> None:
    figure = known(stage=stage).figure("exit.stop_probability")
    assert (figure.key, figure.value) == ("exit.stop_probability", likely)
