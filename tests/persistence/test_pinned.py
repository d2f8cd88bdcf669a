from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from app import reference
from app.persistence import Session, assessments, pinned
from app.persistence.tables import FactsRow
from tests.builders import NOON, a_person, a_project, a_snapshot


def _publish(db: Session, number: int, content: str = "{}") -> bool:
    return pinned.add_weights(
        db, number=number, content=content, reason="Why", by_id=7, by_name="Ada", at=NOON
    )


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE weight_set SET reason = 'Because'",
        "DELETE FROM weight_set",
        "UPDATE facts_snapshot SET content = content",
        "DELETE FROM facts_snapshot",
    ],
)
def test_what_assessments_pin_can_neither_be_changed_nor_deleted(db: Session, change: str) -> None:
    _publish(db, 2)
    with pytest.raises(DBAPIError, match="never changes"), db.begin_nested():
        db.execute(text(change))
    newest = pinned.newest_weights(db)
    assert newest is not None
    assert (newest.number, newest.reason) == (2, "Why")
    assert pinned.has_facts(db, reference.load().facts.sha256)


def test_a_number_is_published_once(db: Session) -> None:
    assert _publish(db, 2, "first")
    assert not _publish(db, 2, "second")
    row = pinned.weights(db, 2)
    assert row is not None
    assert row.content == "first"
    assert [row.number for row in pinned.all_weights(db)] == [2, 1]


def test_a_snapshot_is_stored_once(db: Session) -> None:
    for content in (b"first", b"second"):
        pinned.add_facts(db, sha256="f" * 64, content=content, at=NOON)
    assert pinned.facts(db, "f" * 64) == b"first"
    assert pinned.facts(db, "e" * 64) is None
    row = db.get(FactsRow, "f" * 64)
    assert row is not None
    assert row.at == NOON


@pytest.mark.parametrize("pins", [{"weight_set": 99}, {"facts_sha256": "e" * 64}])
def test_an_assessment_pins_only_what_is_stored(db: Session, pins: dict[str, Any]) -> None:
    project = a_project(db, a_person(db))
    with pytest.raises(IntegrityError), db.begin_nested():
        assessments.keep(db, project.id, a_snapshot(**pins), by=None, at=NOON)
