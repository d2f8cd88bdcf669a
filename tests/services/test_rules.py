"""How often each must-have and each default made a difference, counted from what is kept."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import delete

from app import reference
from app.domain.errors import NotAllowed
from app.persistence import Session, assessments, portable, uses
from app.persistence.tables import UsesRow
from app.services import portability, projects, rules
from app.services.people import Person
from app.services.rules import RuleUse
from tests.builders import NOON, a_person, a_project, a_snapshot

QUESTIONS = reference.load().questions


@pytest.fixture
def ada(db: Session) -> Person:
    return a_person(db, "Ada", is_administrator=True)


def _result(*options: Mapping[str, list[str]], defaults: tuple[str, ...] = ()) -> dict[str, Any]:
    """A result in whose options these must-haves fail or are unverified."""
    return {
        "recommended": None,
        "options": [
            {outcome: [{"id": key} for key in keys] for outcome, keys in option.items()}
            for option in options
        ],
        "defaults": {"paths": [{"path": path} for path in defaults]},
    }


def _version(db: Session, by: Person, result: Mapping[str, Any], *, is_noted: bool = True) -> int:
    project = a_project(db, by)
    row = assessments.keep(db, project.id, a_snapshot(result=json.dumps(result)), by=by.id, at=NOON)
    if is_noted:
        rules.note(db, row.id, result)
    return project.id


@pytest.fixture
def three(db: Session, ada: Person) -> None:
    """Three versions: V1 rules out, leaves open, and does neither."""
    _version(
        db,
        ada,
        _result(
            {"failed": ["V1", "V1"], "unverified": ["V2"]},
            {"failed": [], "unverified": ["V1"]},
            defaults=("fusion", "modalities.image.stack", "modalities.text.stack"),
        ),
    )
    _version(db, ada, _result({"failed": [], "unverified": ["V1"]}, defaults=("fusion",)))
    _version(db, ada, _result({"failed": [], "unverified": []}))


@pytest.mark.usefixtures("three")
def test_each_version_counts_once_for_each_must_have(db: Session, ada: Person) -> None:
    found = rules.usage(db, ada, QUESTIONS)
    assert found.versions == 3
    assert found.rules["V1"] == RuleUse(excludes=1, leaves_open=1, not_triggered=1)
    assert found.rules["V2"] == RuleUse(excludes=0, leaves_open=1, not_triggered=2)
    assert found.rules["V3"] == RuleUse(excludes=0, leaves_open=0, not_triggered=3)
    assert found.rules.keys() == {rule.key for rule in QUESTIONS.rules}


@pytest.mark.usefixtures("three")
def test_a_default_counts_once_for_a_version_however_many_kinds_of_data(
    db: Session, ada: Person
) -> None:
    assert rules.usage(db, ada, QUESTIONS).defaults == {
        "fusion": 2,
        "modalities.{modality}.stack": 1,
    }


def test_what_was_saved_before_is_noted_at_the_start_and_only_once(
    db: Session, ada: Person
) -> None:
    for result in (_result({"failed": ["V1"]}), {"recommended": None}):  # by an old engine, too
        _version(db, ada, result, is_noted=False)
    assert [rules.fill(db) for _ in range(2)] == [2, 0]
    found = rules.usage(db, ada, QUESTIONS)
    assert (found.versions, found.rules["V1"].excludes) == (2, 1)


def test_more_versions_than_are_read_at_once_are_all_noted(
    db: Session, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uses, "_READ_AT_ONCE", 2)
    for _ in range(5):
        _version(db, ada, _result({"failed": ["V1"]}), is_noted=False)
    assert rules.fill(db) == 5
    assert rules.usage(db, ada, QUESTIONS).rules["V1"].excludes == 5


@pytest.mark.usefixtures("three")
def test_what_is_deleted_is_not_counted_and_what_is_taken_in_is(db: Session, ada: Person) -> None:
    first = projects.listing(db, ada).own[-1]
    archive = portability.of_project(db, ada, first, NOON)
    portable.drop_project(db, first.id)
    assert rules.usage(db, ada, QUESTIONS).versions == 2
    portability.take_in(db, ada, archive.content, team_id=None, now=NOON)
    assert rules.usage(db, ada, QUESTIONS).versions == 3
    db.execute(delete(UsesRow))
    assert rules.fill(db) == 3


def test_only_administrators_see_it(db: Session, ada: Person) -> None:
    with pytest.raises(NotAllowed, match="Only administrators"):
        rules.usage(db, Person(ada.id, ada.name, is_administrator=False), QUESTIONS)
