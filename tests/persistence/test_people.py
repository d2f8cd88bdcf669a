from datetime import timedelta

from app.persistence import Session, people
from tests.builders import NOON, a_person


def test_nobody_else_is_there_until_somebody_is(db: Session) -> None:
    assert people.nobody_else(db)
    a_person(db)
    assert not people.nobody_else(db)


def test_the_longest_serving_administrator_is_first(db: Session) -> None:
    a_person(db, "Bo")
    ada = a_person(db, "Ada", is_administrator=True)
    a_person(db, "Cy", is_administrator=True)
    found = people.first_administrator(db)
    assert found is not None
    assert found.id == ada.id


def test_a_link_can_be_used_once_and_not_after_its_end(db: Session) -> None:
    until = NOON + timedelta(minutes=30)
    people.add_link(db, token_sha256="a", person_id=None, at=NOON, until=until)
    people.add_link(db, token_sha256="b", person_id=None, at=NOON, until=until)
    assert people.use_link(db, "a", NOON)
    assert not people.use_link(db, "a", NOON)
    assert not people.use_link(db, "b", until)
    assert not people.use_link(db, "unknown", NOON)


def test_a_new_link_forgets_the_expired_ones(db: Session) -> None:
    people.add_link(db, token_sha256="old", person_id=None, at=NOON, until=NOON)
    later = NOON + timedelta(hours=1)
    people.add_link(db, token_sha256="new", person_id=None, at=later, until=later)
    assert people.link_by_token(db, "old") is None
    assert people.link_by_token(db, "new") is not None


def test_moments_come_back_in_utc(db: Session) -> None:
    people.add_link(db, token_sha256="a", person_id=None, at=NOON, until=NOON)
    db.expire_all()
    link = people.link_by_token(db, "a")
    assert link is not None
    assert link.created_at == NOON
    assert link.created_at.utcoffset() == timedelta(0)
