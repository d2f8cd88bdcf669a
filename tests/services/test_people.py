import hashlib
from datetime import timedelta

import pytest
from sqlalchemy import text

from app.domain.errors import Conflict, InvalidAnswers, NotFound
from app.persistence import Session
from app.services import people
from tests.builders import NOON, a_person

MINUTE = timedelta(minutes=1)


def _accept(db: Session, token: str, name: str = "Ada", *, later: timedelta = MINUTE) -> str:
    return people.accept_sign_in_link(db, token, name=name, user_agent="Firefox", now=NOON + later)


def test_the_first_link_makes_the_administrator(db: Session) -> None:
    link = people.issue_sign_in_link(db, NOON)
    assert link.creates_administrator
    assert link.path.startswith("/setup?token=")
    session = _accept(db, link.token, "  Ada   Lovelace ")
    assert people.person_for(db, session, NOON + MINUTE) == people.Person(
        id=_only_person(db), name="Ada Lovelace", is_administrator=True
    )


def _only_person(db: Session) -> int:
    return int(db.execute(text("SELECT id FROM person")).scalar_one())


def test_later_links_sign_the_administrator_in(db: Session) -> None:
    ada = a_person(db, "Ada", is_administrator=True)
    link = people.issue_sign_in_link(db, NOON)
    assert not link.creates_administrator
    assert link.path.startswith("/sign-in?token=")
    assert people.person_for(db, _accept(db, link.token, ""), NOON + MINUTE) == ada


def test_looking_at_a_link_does_not_use_it_up(db: Session) -> None:
    link = people.issue_sign_in_link(db, NOON)
    assert people.check_sign_in_link(db, link.token, NOON)
    assert people.check_sign_in_link(db, link.token, NOON)
    assert _accept(db, link.token)


def test_a_link_works_once(db: Session) -> None:
    a_person(db, "Ada", is_administrator=True)
    link = people.issue_sign_in_link(db, NOON)
    _accept(db, link.token)
    with pytest.raises(Conflict, match="used already"):
        _accept(db, link.token)
    with pytest.raises(Conflict, match="used already"):
        people.check_sign_in_link(db, link.token, NOON)


def test_a_link_works_for_half_an_hour(db: Session) -> None:
    first, second = (people.issue_sign_in_link(db, NOON) for _ in range(2))
    with pytest.raises(Conflict, match="half an hour"):
        _accept(db, first.token, later=30 * MINUTE)
    assert _accept(db, second.token, later=29 * MINUTE)


def test_an_unknown_link_is_not_found(db: Session) -> None:
    with pytest.raises(NotFound, match="no such sign-in link"):
        people.check_sign_in_link(db, "guessed", NOON)
    with pytest.raises(NotFound, match="no such sign-in link"):
        _accept(db, "")


def test_a_second_set_up_is_refused(db: Session) -> None:
    first, second = (people.issue_sign_in_link(db, NOON) for _ in range(2))
    _accept(db, first.token, "Ada")
    with pytest.raises(Conflict, match="has an administrator already"):
        _accept(db, second.token, "Eve")
    assert _only_person(db)


@pytest.mark.parametrize("name", ["", "   ", "x" * 121])
def test_the_administrator_needs_a_usable_name(db: Session, name: str) -> None:
    link = people.issue_sign_in_link(db, NOON)
    with pytest.raises(InvalidAnswers) as caught:
        _accept(db, link.token, name)
    assert caught.value.problems[0].path == "name"
    assert _accept(db, link.token, "Ada"), "a bad name does not use the link up"


def test_only_hashes_of_tokens_are_stored(db: Session) -> None:
    link = people.issue_sign_in_link(db, NOON)
    session = _accept(db, link.token)
    stored = db.execute(
        text("SELECT token_sha256 FROM sign_in_link UNION SELECT token_sha256 FROM session")
    ).scalars()
    hashes = {hashlib.sha256(token.encode()).hexdigest() for token in (link.token, session)}
    assert set(stored) == hashes


def test_tokens_carry_256_bits(db: Session) -> None:
    tokens = {people.issue_sign_in_link(db, NOON).token for _ in range(100)}
    assert len(tokens) == 100
    assert {len(token) for token in tokens} == {43}  # 32 bytes in base64


def test_a_session_ends_when_idle(db: Session) -> None:
    session = _accept(db, people.issue_sign_in_link(db, NOON).token, later=0 * MINUTE)
    almost = NOON + people.SESSION_MAY_IDLE - MINUTE
    assert people.person_for(db, session, almost)
    assert people.person_for(db, session, almost + MINUTE) is None
    people.note_seen(db, session, almost)
    assert people.person_for(db, session, almost + MINUTE)


def test_a_session_ends_after_two_weeks_however_busy(db: Session) -> None:
    session = _accept(db, people.issue_sign_in_link(db, NOON).token, later=0 * MINUTE)
    end = NOON + people.SESSION_LASTS
    people.note_seen(db, session, end - MINUTE)
    assert people.person_for(db, session, end - MINUTE)
    assert people.person_for(db, session, end) is None


def test_use_is_noted_once_a_minute(db: Session) -> None:
    session = _accept(db, people.issue_sign_in_link(db, NOON).token, later=0 * MINUTE)
    assert not people.is_due(db, session, NOON + MINUTE / 2)
    assert people.is_due(db, session, NOON + MINUTE)
    assert not people.is_due(db, "unknown", NOON)


def test_signing_out_ends_the_session_and_no_other(db: Session) -> None:
    one = _accept(db, people.issue_sign_in_link(db, NOON).token)
    other = _accept(db, people.issue_sign_in_link(db, NOON).token)
    people.sign_out(db, one)
    assert people.person_for(db, one, NOON + MINUTE) is None
    assert people.person_for(db, other, NOON + MINUTE)
