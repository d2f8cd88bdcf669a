"""The file of sizing cases is read whole or not at all, and names what is wrong."""

from pathlib import Path

import pytest

from app import reference
from app.domain.errors import InvalidAnswers
from app.domain.facts import earliest_day
from app.reference import sizing_file
from app.reference.published_sizing import published
from app.services import validating

GOOD = "{id: one, metric: storage, unit: GB, input: {params: 8.0e+9}}"
SHARED = Path("/work/shared/facts/sizing_validation.yaml")


def refused(text: str) -> list[tuple[str, str]]:
    with pytest.raises(InvalidAnswers) as caught:
        sizing_file.read(text)
    return [(problem.path, problem.message) for problem in caught.value.problems]


def test_a_case_needs_little() -> None:
    (case,) = sizing_file.read(f"cases: [{GOOD}]")
    assert (case.id, case.kind, case.published, case.tolerance) == ("one", "core", None, None)
    assert case.inputs == {"params": 8e9}
    assert case.is_tuned is None


def test_one_that_is_held_out_was_not_used_in_tuning() -> None:
    (case,) = sizing_file.read(f"cases: [{GOOD.replace('8.0e+9', '8.0e+9, holdout: true')}]")
    assert case.is_tuned is False


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("{metric: storage, unit: GB, input: {}}", "id is missing."),
        ("{id: one, unit: GB, input: {}}", "metric is missing."),
        ("{id: one, metric: storage, unit: GB}", "input must be a mapping of names to values."),
        ("{id: one, metric: storage, unit: GB, input: {}, colour: red}", "unknown keys colour."),
        (
            "{id: one, metric: storage, unit: GB, input: {}, kind: odd}",
            "kind must be one of core, deterministic, stress, not 'odd'.",
        ),
        (
            "{id: one, metric: storage, unit: GB, input: {}, published: many}",
            "published must be a number, not 'many'.",
        ),
        ("seven", "it must be a mapping."),
    ],
)
def test_a_bad_case_names_itself(row: str, message: str) -> None:
    ((path, found),) = refused(f"cases: [{row}]")
    assert path.startswith("case 1")
    assert found == message


def test_an_id_that_stands_twice_is_refused() -> None:
    assert refused(f"cases: [{GOOD}, {GOOD}]") == [
        ("case 2 (one)", "This id stands in the file twice.")
    ]


@pytest.mark.parametrize("text", ["[]", "cases: {}", "cases: []", "seven", "cases: [", ""])
def test_what_holds_no_cases_is_refused(text: str) -> None:
    ((path, _),) = refused(text)
    assert path == "file"


def test_more_than_can_be_read_at_once_is_refused() -> None:
    many = ", ".join(GOOD.replace("one", f"n{n}") for n in range(sizing_file.MOST_CASES + 1))
    assert "at most 1,000" in refused(f"cases: [{many}]")[0][1]


# ---- what ships --------------------------------------------------------------------------------


def test_every_shipped_case_has_a_source_a_date_and_a_tolerance() -> None:
    for case in sizing_file.shipped():
        assert case.source.source.startswith("https://"), case.id
        assert earliest_day(case.source.as_of), case.id
        assert case.published, case.id
        assert case.tolerance, case.id
        assert case.is_tuned is not None, case.id
        assert case.title, case.id


def test_every_published_run_and_rate_has_a_source_and_a_date() -> None:
    ours = published()
    sources = {item.key: item.source for item in ours.runs}
    sources |= {item.key: item.source for item in ours.rates}
    sources |= {item.key: item.source for item in ours.accelerators.values()}
    assert len(sources) == 24 + 10 + 5
    for key, source in sources.items():
        assert "https://" in source.source, key
        assert earliest_day(source.as_of), key


@pytest.mark.skipif(not SHARED.exists(), reason="the larger set is not on this machine")
def test_a_set_from_elsewhere_runs_without_a_change() -> None:
    cases = sizing_file.read(SHARED.read_text("utf-8"))
    found = validating.computed(reference.load().facts, cases)
    for row in found:
        if row.case.kind == "stress":
            is_flagged = row.flags == ("insufficient_inputs",)
            assert row.verdict in ("covered", "flagged") or is_flagged, row.case.id
        else:
            assert row.verdict == "within", row.case.id
    # Two of its stress cases state an accelerator and no work.
    assert [row.case.id for row in found if row.predicted is None] == ["S02", "S03"]
