"""Published workloads are computed with the facts in force."""

from dataclasses import replace

from app import reference
from app.domain.facts import Facts
from app.reference import sizing_file
from app.services import validating

FACTS = reference.load().facts


def test_without_cases_those_that_ship_are_computed() -> None:
    assert [row.case for row in validating.computed(FACTS)] == list(sizing_file.shipped())
    assert validating.computed(FACTS, ()) == []


def test_a_figure_that_changes_changes_what_comes_out() -> None:
    def hours(facts: Facts) -> float:
        (llama,) = (c for c in validating.computed(facts) if c.case.id == "llama2-70b")
        assert llama.predicted is not None
        return llama.predicted

    key = "training.mfu_dense_llm"
    figure = replace(FACTS.figures[key], value=0.19, low=0.1)
    other = replace(FACTS, figures={**FACTS.figures, key: figure})
    assert round(hours(other) / hours(FACTS), 6) == 2
    assert validating.fits(other).families[0].in_force.likely == 0.19
