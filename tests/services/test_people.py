import hashlib
from datetime import timedelta

import pytest
from sqlalchemy import text

from app.domain.errors import Conflict, NotFound
from app.persistence import Session
from app.services import people
from app.services.people import Caller, Person
from tests.builders import NOON, a_person

MINUTE = timedelta(minutes=1)
HERE = Caller("192.0.2.1", "A browser")


@pytest.fixture
def ada(db: Session) -> Person:
    return a_person(db, "Ada", is_administrator=True)


def _accept(db: Session, token: str, later: timedelta = MINUTE) -> str:
    return people.accept_sign_in_link(db, token, caller=HERE, now=NOON + later)


def _session(db: Session, person: Person) -> str:
    return people.begin_session(db, person.id, caller=HERE, now=NOON)


def test_the_first_link_sets_up(db: Session) -> None:
    link = people.issue_sign_in_link(db, NOON)
    assert link.creates_administrator
    assert link.path.startswith("/setup?token=")
    with pytest.raises(NotFound, match="set-up link"):
        _accept(db, link.token)


def test_later_links_sign_the_administrator_in(db: Session, ada: Person) -> None:
    link = people.issue_sign_in_link(db, NOON)
    assert not link.creates_administrator
    assert link.path.startswith("/sign-in?token=")
    assert people.person_for(db, _accept(db, link.token), NOON + MINUTE) == ada


def test_looking_at_a_link_does_not_use_it_up(db: Session, ada: Person) -> None:
    link = people.link_for(db, ada.id, NOON)
    assert not people.check_sign_in_link(db, link.token, NOON)
    assert not people.check_sign_in_link(db, link.token, NOON)
    assert _accept(db, link.token)


def test_a_link_works_once(db: Session, ada: Person) -> None:
    link = people.link_for(db, ada.id, NOON)
    _accept(db, link.token)
    with pytest.raises(Conflict, match="used already"):
        _accept(db, link.token)
    with pytest.raises(Conflict, match="used already"):
        people.check_sign_in_link(db, link.token, NOON)


def test_a_link_works_for_half_an_hour(db: Session, ada: Person) -> None:
    bo = a_person(db, "Bo")
    first, second = people.link_for(db, ada.id, NOON), people.link_for(db, bo.id, NOON)
    with pytest.raises(Conflict, match="half an hour"):
        _accept(db, first.token, later=30 * MINUTE)
    assert _accept(db, second.token, later=29 * MINUTE)


def test_a_newer_link_ends_the_earlier_ones(db: Session, ada: Person) -> None:
    first, second = (people.link_for(db, ada.id, NOON) for _ in range(2))
    with pytest.raises(NotFound, match="newer link"):
        _accept(db, first.token)
    assert _accept(db, second.token)


def test_using_a_link_signs_out_everywhere_else(db: Session, ada: Person) -> None:
    elsewhere = _session(db, ada)
    here = _accept(db, people.link_for(db, ada.id, NOON).token)
    assert people.person_for(db, elsewhere, NOON + MINUTE) is None
    assert people.person_for(db, here, NOON + MINUTE) == ada


def test_an_unknown_link_is_not_found(db: Session) -> None:
    for token in ("guessed", "", "\0", "\udcff"):
        with pytest.raises(NotFound, match="no such sign-in link"):
            people.check_sign_in_link(db, token, NOON)


def test_only_hashes_of_tokens_are_stored(db: Session, ada: Person) -> None:
    link = people.link_for(db, ada.id, NOON)
    session = _accept(db, link.token)
    stored = db.execute(
        text("SELECT token_sha256 FROM sign_in_link UNION SELECT token_sha256 FROM session")
    ).scalars()
    hashes = {hashlib.sha256(token.encode()).hexdigest() for token in (link.token, session)}
    assert set(stored) == hashes


def test_tokens_carry_256_bits() -> None:
    tokens = {people.new_token() for _ in range(1_000)}
    assert len(tokens) == 1_000
    assert {len(token) for token in tokens} == {43}  # 32 bytes in base64


def test_a_session_ends_when_idle(db: Session, ada: Person) -> None:
    session = _session(db, ada)
    almost = NOON + people.SESSION_MAY_IDLE - MINUTE
    assert people.person_for(db, session, almost)
    assert people.person_for(db, session, almost + MINUTE) is None
    people.note_seen(db, session, almost)
    assert people.person_for(db, session, almost + MINUTE)


def test_a_session_ends_after_two_weeks_however_busy(db: Session, ada: Person) -> None:
    session = _session(db, ada)
    end = NOON + people.SESSION_LASTS
    people.note_seen(db, session, end - MINUTE)
    assert people.person_for(db, session, end - MINUTE)
    assert people.person_for(db, session, end) is None


def test_use_is_noted_once_a_minute(db: Session, ada: Person) -> None:
    session = _session(db, ada)
    assert not people.is_due(db, session, NOON + MINUTE / 2)
    assert people.is_due(db, session, NOON + MINUTE)
    assert not people.is_due(db, "unknown", NOON)


def test_a_new_session_counts_as_confirmed_for_a_quarter_of_an_hour(
    db: Session, ada: Person
) -> None:
    session = _session(db, ada)
    assert people.is_confirmed(db, session, NOON + 14 * MINUTE)
    assert not people.is_confirmed(db, session, NOON + 15 * MINUTE)
    assert not people.is_confirmed(db, "unknown", NOON)


def test_one_sees_where_one_is_signed_in_and_can_end_it(db: Session, ada: Person) -> None:
    here, there = _session(db, ada), _session(db, ada)
    _session(db, a_person(db, "Bo"))
    visits = people.visits(db, ada, here, NOON + MINUTE)
    assert [(visit.browser, visit.is_this) for visit in visits] == [
        ("A browser", False),
        ("A browser", True),
    ]
    people.end_visit(db, ada, visits[0].id)
    assert people.person_for(db, there, NOON + MINUTE) is None
    assert people.person_for(db, here, NOON + MINUTE) == ada


def test_nobody_ends_anothers_session(db: Session, ada: Person) -> None:
    bo = a_person(db, "Bo")
    theirs = _session(db, bo)
    (visit,) = people.visits(db, bo, theirs, NOON)
    with pytest.raises(NotFound, match="not signed in there"):
        people.end_visit(db, ada, visit.id)
    assert people.person_for(db, theirs, NOON) == bo


def test_signing_out_ends_the_session_and_no_other(db: Session, ada: Person) -> None:
    one, other = _session(db, ada), _session(db, ada)
    people.sign_out(db, one)
    assert people.person_for(db, one, NOON + MINUTE) is None
    assert people.person_for(db, other, NOON + MINUTE) == ada
