"""A case is asked only what its organisation could have answered before it decided."""

from dataclasses import replace

import pytest

from app.domain.backtest.answering import (
    BUSY_GPUS,
    BUSY_GPUS_UNKNOWN,
    answers_of,
    busy_gpus,
    situation,
    starting_answers,
)
from app.domain.cases import Case
from app.domain.demand.fleet import fleet
from app.domain.demand.workload import workload
from app.domain.known import Known
from app.domain.questionnaire.answers import Answers
from app.domain.worlds import likely_world
from tests.domain.backtest.told import decided_otherwise, silent
from tests.domain.builders import FACTS, QUESTIONS, REFERENCE

CASES = REFERENCE.cases
CASE = next(case for case in CASES if case.id == "bloomberggpt-aws")
SILENT = silent(CASE)


def asked(case: Case) -> Answers:
    return answers_of(case, QUESTIONS, FACTS)


def test_what_was_decided_and_what_came_of_it_is_never_asked() -> None:
    told = replace(decided_otherwise(CASE), data_volume_tb=5_000.0)
    assert asked(told) == asked(CASE)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_every_case_reads_as_answers(case: Case) -> None:
    answers = asked(case)
    assert answers.choices("priorities") == case.drivers[:4]
    assert answers.is_given("site.type") == (case.existing_datacentre is not None)
    assert answers.is_given("gpu_owner") == bool(case.team_skill)


def test_what_is_unknown_stays_unanswered() -> None:
    answers = asked(SILENT)
    assert set(answers.given) == {"workloads", "modalities.text.volume_per_day"}
    assert answers.modalities == ("text",)


def test_without_priorities_only_they_are_missing() -> None:
    bare = answers_of(CASE, QUESTIONS, FACTS, with_priorities=False)
    assert not bare.is_given("priorities")
    assert set(asked(CASE).given) - set(bare.given) == {"priorities"}


@pytest.mark.parametrize(
    ("changes", "busy", "spread"),
    [
        ({"organisation_size": "small"}, BUSY_GPUS["small"], 4),
        ({"organisation_size": "very_large"}, BUSY_GPUS["very_large"], 4),
        ({"organisation_size": "small", "gpus": 512.0}, 256, 4),
        ({}, BUSY_GPUS_UNKNOWN, 8),
    ],
    ids=str,
)
def test_demand_is_a_prior_by_size(changes: dict[str, object], busy: float, spread: float) -> None:
    assert busy_gpus(replace(SILENT, **changes)) == (busy, spread)  # type: ignore[arg-type]


@pytest.mark.parametrize("work", ["inference", "both", "training"])
def test_the_prior_keeps_that_many_accelerators_busy(work: str) -> None:
    case = replace(
        SILENT, workload=work, organisation_size="large", modalities=("text", "image", "video")
    )
    known = Known(FACTS, likely_world())
    found = fleet(workload(asked(case), known), known.accelerator("H100"), known)
    assert found is not None
    total = float(found.serving_load[0] + found.training_load[0])
    assert total == pytest.approx(BUSY_GPUS["large"], rel=1e-3)


def test_data_that_may_not_leave_a_country_without_prices_stays_on_a_site() -> None:
    bound = replace(SILENT, regulations=("NATIONAL_DATA_RESIDENCY",), country="ET")
    assert asked(bound).choice("data_location.scope") == "named_site"
    german = asked(replace(bound, country="DE"))
    assert german.choice("data_location.country") == "DE"


def test_starting_answers_have_the_situation_and_no_volume() -> None:
    body = starting_answers(CASE, QUESTIONS)
    assert body["scope"] == "one_workload"
    assert {**body, "scope": None} == {**situation(CASE, QUESTIONS), "scope": None}
    assert "volume_per_day" not in str(body)
