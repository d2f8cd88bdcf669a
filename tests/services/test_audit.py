from datetime import date, timedelta

import pytest

from app.domain.errors import NotAllowed
from app.persistence import Session
from app.services import audit
from app.services.audit import Sought
from app.services.people import Person
from tests.builders import NOON, a_person, a_team


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
    with pytest.raises(NotAllowed, match="Only administrators"):
        audit.begin_export(db, a_person(db, "Cy"), Sought(), "csv", NOON)
    assert not audit.exported(db, Sought(), after=0, upto=1_000_000)


# ---- looking for lines ---------------------------------------------------------------------------


@pytest.fixture
def ada(db: Session) -> Person:
    """An administrator, in whose log four lines are of three people, two teams and three days."""
    ada, bo = a_person(db, "Ada", is_administrator=True), a_person(db, "Bo_%")
    one, two = a_team(db, bo, "Radiology"), a_team(db, bo, "Pathology")
    day = timedelta(days=1)
    audit.note(db, bo, "shared", "Plan A", now=NOON - day, team_id=one.id)
    audit.note(db, ada, "revoked a link to", "Plan A", now=NOON, team_id=two.id)
    audit.note(db, bo, "shared", "plan B", now=NOON + day, detail="100% sure", team_id=one.id)
    audit.note_of(db, "Bob", "tried", "a link", now=NOON, team_id=one.id)
    return ada


def _found(db: Session, ada: Person, **sought: object) -> list[str]:
    lines = audit.newest(db, ada, Sought(**sought))  # type: ignore[arg-type]  # as each test says
    return [
        f"{line.action} {line.subject}" for line in reversed(lines) if "team" not in line.action
    ]


A, REVOKED, B, TRIED = "shared Plan A", "revoked a link to Plan A", "shared plan B", "tried a link"


def test_lines_are_found_by_whom(db: Session, ada: Person) -> None:
    assert _found(db, ada, by="bo") == [A, B, TRIED]
    assert _found(db, ada, by="Bo_%") == [A, B]
    assert _found(db, ada, by=f" #{ada.id} ") == [REVOKED]
    assert _found(db, ada, by="#999999999") == []


def test_lines_are_found_by_what_was_done_to_whom_and_why(db: Session, ada: Person) -> None:
    assert _found(db, ada, words="LINK") == [REVOKED, TRIED]
    assert _found(db, ada, words="plan shared") == [A, B]
    assert _found(db, ada, words="100%") == [B]
    assert _found(db, ada, words="%") == [B]


def test_lines_are_found_by_their_days(db: Session, ada: Person) -> None:
    day = timedelta(days=1)
    assert _found(db, ada, since=NOON.date()) == [REVOKED, B, TRIED]
    assert _found(db, ada, until=NOON.date()) == [A, REVOKED, TRIED]
    assert _found(db, ada, since=(NOON + day).date(), until=(NOON + day).date()) == [B]
    assert _found(db, ada, since=date.min, until=date.max) == [A, REVOKED, B, TRIED]


def test_lines_are_found_by_their_team_and_by_all_at_once(db: Session, ada: Person) -> None:
    assert _found(db, ada, team="patho") == [REVOKED]
    assert _found(db, ada, team="radiology", by="Bob") == [TRIED]
    (line,) = audit.newest(db, ada, Sought(team="Pathology", words="revoked"))
    number = line.team.partition("#")[2].rstrip(")")
    assert _found(db, ada, team=f"#{number}") == [REVOKED]


def test_an_export_ends_with_the_line_that_says_so(db: Session, ada: Person) -> None:
    sought = Sought(by="bo", until=date(2026, 12, 31))
    last = audit.begin_export(db, ada, sought, "csv", NOON)
    audit.note(db, ada, "did", "what came later", now=NOON)
    lines = audit.exported(db, Sought(), after=0, upto=last)
    assert [line.id for line in lines] == sorted(line.id for line in lines)
    assert (lines[-1].action, lines[-1].subject) == ("exported the audit log as", "csv")
    assert lines[-1].detail == "by bo, to 2026-12-31"
    assert audit.exported(db, Sought(), after=lines[-1].id, upto=last) == []
