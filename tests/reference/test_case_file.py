"""A file of cases: what is written is read back, and a bad row names itself."""

from typing import Any

import pytest
import yaml

from app import reference
from app.domain.errors import InvalidAnswers
from app.reference import case_file

CASES = reference.load().cases
ROWS: list[dict[str, Any]] = yaml.safe_load(case_file.written(CASES[:2]))


def refused(rows: object, *, is_complete: bool = True) -> list[tuple[str, str]]:
    with pytest.raises(InvalidAnswers) as caught:
        case_file.read(yaml.safe_dump(rows), is_complete=is_complete)
    return [(problem.path, problem.message) for problem in caught.value.problems]


def test_what_is_written_is_read_back() -> None:
    assert case_file.read(case_file.written(CASES), is_complete=True) == CASES


def test_a_back_test_needs_an_id_and_a_decision_only() -> None:
    (case,) = case_file.read("[{id: one, decision: hybrid, gpus: null}]", is_complete=False)
    assert (case.id, case.decision, case.gpus, case.drivers) == ("one", "hybrid", None, ())
    assert refused([{"id": "one"}], is_complete=False) == [("case 1 (one)", "decision is missing.")]


@pytest.mark.parametrize("column", ["source_title", "source_url", "source_type", "source_date"])
def test_an_import_needs_source_date_and_type(column: str) -> None:
    path = f"case 2 ({ROWS[1]['id']})"
    assert refused([ROWS[0], {**ROWS[1], column: None}]) == [(path, f"{column} is missing.")]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"decision": "sky"}, "decision must be one of cloud, on_premises, hybrid, not 'sky'."),
        ({"drivers": ["fame"]}, "not 'fame'"),
        ({"drivers": ["cost", "cost"]}, "drivers names something twice."),
        ({"modalities": "text"}, "modalities must be a list of texts"),
        ({"gpus": -1}, "gpus must be at least 0, not -1."),
        ({"gpus": "many"}, "gpus must be a number"),
        ({"colour": "red"}, "unknown column 'colour'. Known: id, organisation"),
        ({"existing_datacentre": "perhaps"}, "existing_datacentre must be true or false"),
    ],
    ids=str,
)
def test_a_bad_row_names_itself(changes: dict[str, object], message: str) -> None:
    ((path, found),) = refused([ROWS[0], {**ROWS[1], **changes}])
    assert path == f"case 2 ({ROWS[1]['id']})"
    assert message in found


def test_every_bad_row_is_named_at_once() -> None:
    rows = [{**ROWS[0], "decision": "sky"}, ROWS[1], ["text"], ROWS[1]]
    assert [path for path, _ in refused(rows)] == [
        f"case 1 ({ROWS[0]['id']})",
        "case 3",
        f"case 4 ({ROWS[1]['id']})",
    ]


@pytest.mark.parametrize("text", ["", "a: b", "[]", "{", "- !!python/object:os.system {}", "3"])
def test_what_is_no_list_of_cases_is_refused(text: str) -> None:
    with pytest.raises(InvalidAnswers, match="file: It"):
        case_file.read(text, is_complete=False)


def test_columns_that_restate_the_decision_are_known_and_not_used() -> None:
    row = {**ROWS[0], "budget_preference": "capex", "source_excerpt_evidence": "It says so."}
    assert case_file.read(yaml.safe_dump([row]), is_complete=True) == CASES[:1]


def test_dates_and_years_may_be_written_without_quotes() -> None:
    text = "[{id: one, decision: cloud, source_date: 2024-05-06, years: 2024}]"
    (case,) = case_file.read(text, is_complete=False)
    assert (case.source.as_of, case.years) == ("2024-05-06", "2024")
