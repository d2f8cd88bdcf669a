import pytest

from app.domain.errors import NotAllowed
from app.persistence import Session
from app.services import audit
from tests.builders import NOON, a_person


def test_a_line_says_who_did_what_to_whom_and_why(db: Session) -> None:
    ada = a_person(db, "Ada", is_administrator=True)
    audit.note(db, ada, "published weight set", "3", now=NOON, detail="Security counts more.")
    (line,) = audit.newest(db, ada)
    assert (line.by, line.action, line.subject) == (
        f"Ada (#{ada.id})",
        "published weight set",
        "3",
    )
    assert (line.at, line.detail) == (NOON, "Security counts more.")


def test_without_a_person_it_was_the_operator(db: Session) -> None:
    audit.note(db, None, "made a sign-in link for", "Ada", now=NOON)
    ada = a_person(db, "Ada", is_administrator=True)
    assert [line.by for line in audit.newest(db, ada)] == ["the operator"]


def test_only_administrators_read_it(db: Session) -> None:
    with pytest.raises(NotAllowed, match="Only administrators"):
        audit.newest(db, a_person(db, "Bo"))
