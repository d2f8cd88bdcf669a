import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.persistence import Session, audit
from app.persistence.tables import AuditRow
from tests.builders import NOON


def _add(db: Session, subject: str) -> None:
    line = AuditRow(
        at=NOON, by_id=1, by_name="Ada", action="closed", subject=subject, detail="left us"
    )
    audit.add(db, line)


@pytest.mark.parametrize("change", ["UPDATE audit SET by_name = 'Eve'", "DELETE FROM audit"])
def test_a_line_can_neither_be_changed_nor_deleted(db: Session, change: str) -> None:
    _add(db, "Bo")
    with pytest.raises(DBAPIError, match="only ever added to"), db.begin_nested():
        db.execute(text(change))
    assert [row.by_name for row in audit.newest(db, most=10)] == ["Ada"]


def test_lines_come_newest_first_in_pages(db: Session) -> None:
    for subject in ("one", "two", "three"):
        _add(db, subject)
    page = audit.newest(db, most=2)
    assert [row.subject for row in page] == ["three", "two"]
    assert [row.subject for row in audit.newest(db, most=2, before=page[-1].id)] == ["one"]
