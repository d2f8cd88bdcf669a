"""The library changes by revisions, all rows or none, and remembers who and why."""

import json
from dataclasses import replace

import pytest

from app import reference
from app.domain.cases import Case
from app.domain.errors import InvalidAnswers, NotAllowed, NotFound
from app.persistence import Session
from app.reference import case_file
from app.services import audit, case_keeping, cases
from app.services.people import Person
from tests.builders import NOON, a_person

REFERENCE = reference.load()
FIRST, SECOND = REFERENCE.cases[:2]
NEW = replace(FIRST, id="new-one", organisation="Zeppelin Works")


@pytest.fixture
def ada(db: Session) -> Person:
    return a_person(db, "Ada", is_administrator=True)


def keep(db: Session, by: Person, *kept: Case, reason: str = "A new source.") -> case_keeping.Plan:
    text = case_file.written(kept)
    return case_keeping.keep(db, REFERENCE, by, text, reason=reason, now=NOON)


def library(db: Session) -> dict[str, Case]:
    return {case.id: case for case in cases.library(db, REFERENCE).cases}


def test_without_changes_the_library_is_as_it_ships(db: Session) -> None:
    assert cases.library(db, REFERENCE) is REFERENCE


def test_a_case_is_added_and_found(db: Session, ada: Person) -> None:
    planned = keep(db, ada, NEW)
    assert planned.added == ("new-one",)
    assert library(db)["new-one"] == NEW
    every = cases.library(db, REFERENCE).cases
    assert cases.search(db, every, "zeppelin") == (NEW,)
    assert len(every) == len(REFERENCE.cases) + 1


def test_a_case_is_corrected_and_what_is_the_same_is_left_alone(db: Session, ada: Person) -> None:
    better = replace(FIRST, load_profile="bursty")
    planned = keep(db, ada, better, SECOND)
    assert planned == case_keeping.Plan((), (FIRST.id,), (SECOND.id,))
    assert library(db)[FIRST.id] == better
    assert [revision.case_id for revision in case_keeping.history(db, ada)] == [FIRST.id]
    keep(db, ada, FIRST)
    assert library(db)[FIRST.id] == FIRST
    assert {revision.number for revision in case_keeping.history(db, ada)} == {1, 2}


def test_a_retired_case_is_gone_until_it_is_stored_again(db: Session, ada: Person) -> None:
    case_keeping.retire(db, REFERENCE, ada, FIRST.id, reason="It was withdrawn.", now=NOON)
    assert FIRST.id not in library(db)
    with pytest.raises(NotFound):
        cases.find(cases.library(db, REFERENCE), FIRST.id)
    with pytest.raises(NotFound):
        case_keeping.retire(db, REFERENCE, ada, FIRST.id, reason="Again.", now=NOON)
    assert keep(db, ada, FIRST).added == (FIRST.id,)
    assert library(db)[FIRST.id] == FIRST


def test_a_dry_run_stores_nothing(db: Session, ada: Person) -> None:
    text = case_file.written([NEW, FIRST])
    planned = case_keeping.plan(db, REFERENCE, ada, text, NOON)
    assert planned == case_keeping.Plan(("new-one",), (), (FIRST.id,))
    assert cases.library(db, REFERENCE) is REFERENCE


@pytest.mark.parametrize(
    "bad",
    [
        replace(NEW, source_type=""),
        replace(NEW, source_title=""),
        replace(NEW, source=replace(NEW.source, as_of="soon")),
        replace(NEW, source=replace(NEW.source, as_of="2031")),
        replace(NEW, source_url="somewhere"),
    ],
)
def test_a_bad_row_names_itself_and_nothing_is_half_imported(
    db: Session, ada: Person, bad: Case
) -> None:
    good = replace(NEW, id="good-one")
    with pytest.raises(InvalidAnswers) as refused:
        keep(db, ada, good, bad)
    assert all("new-one" in problem.path for problem in refused.value.problems)
    assert cases.library(db, REFERENCE) is REFERENCE
    assert case_keeping.history(db, ada) == []


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501])
def test_a_change_needs_a_reason(db: Session, ada: Person, reason: str) -> None:
    with pytest.raises(InvalidAnswers, match="reason"):
        keep(db, ada, NEW, reason=reason)
    with pytest.raises(InvalidAnswers, match="reason"):
        case_keeping.retire(db, REFERENCE, ada, FIRST.id, reason=reason, now=NOON)


def test_who_did_it_and_why_is_in_the_audit_log(db: Session, ada: Person) -> None:
    keep(db, ada, NEW)
    case_keeping.retire(db, REFERENCE, ada, "new-one", reason="No.", now=NOON)
    lines = {(line.action, line.subject, line.detail) for line in audit.newest(db, ada)}
    assert ("added the case", "new-one", "A new source.") in lines
    assert ("retired the case", "new-one", "No.") in lines


def test_nobody_else_may(db: Session) -> None:
    bo = a_person(db)
    with pytest.raises(NotAllowed):
        keep(db, bo, NEW)
    with pytest.raises(NotAllowed):
        case_keeping.plan(db, REFERENCE, bo, "[]", NOON)
    with pytest.raises(NotAllowed):
        case_keeping.retire(db, REFERENCE, bo, FIRST.id, reason="No.", now=NOON)
    with pytest.raises(NotAllowed):
        case_keeping.history(db, bo)


@pytest.mark.parametrize(
    ("column", "typed", "said"),
    [
        ("id", "backtest", "another page has that address"),
        ("id", "../admin", "id must be small letters"),
        ("id", "x" * 61, "id has 61 characters"),
        ("id", "a\ud800b", "id must be small letters"),
        ("summary", "half a sign \ud800", "summary holds a sign"),
        ("regulations", ["GDPR\0"], "regulations holds a sign"),
        ("organisation", "x" * 301, "organisation has 301 characters"),
        ("summary", "x" * 1_001, "summary has 1,001 characters"),
        ("source_url", "javascript:alert(1)//https://example.org", "source_url must be"),
        ("source_url", "https://ada@example.org", "source_url must be"),
        ("source_date", "0000", "source_date '0000' is not a year"),
        ("source_date", None, "source_date is missing"),
    ],
)
def test_what_no_page_could_show_or_link_to_is_refused(
    db: Session, ada: Person, column: str, typed: object, said: str
) -> None:
    text = json.dumps([{**case_file.row(NEW), column: typed}])
    with pytest.raises(InvalidAnswers) as refused:
        case_keeping.plan(db, REFERENCE, ada, text, NOON)
    problem, *_ = refused.value.problems
    assert said in problem.message
    assert problem.path.isprintable()


def test_every_shipped_case_may_be_stored(db: Session, ada: Person) -> None:
    text = case_file.written(REFERENCE.cases)
    planned = case_keeping.plan(db, REFERENCE, ada, text, NOON)
    assert len(planned.unchanged) == len(REFERENCE.cases)
