from datetime import timedelta

from app.persistence import Session, people
from app.services.upkeep import Forgotten, forget_expired
from tests.builders import NOON

HOUR = timedelta(hours=1)


def test_only_what_has_expired_is_deleted(db: Session) -> None:
    ada = people.add_first(db, name="Ada", at=NOON)
    assert ada is not None
    people.add_link(db, token_sha256="a", person_id=None, at=NOON, until=NOON + HOUR)
    people.add_link(db, token_sha256="b", person_id=None, at=NOON, until=NOON + 3 * HOUR)
    for token, hours in (("c", 1), ("d", 2), ("e", 3)):
        people.add_session(
            db,
            token_sha256=token,
            person_id=ada.id,
            at=NOON,
            until=NOON + hours * HOUR,
            user_agent="a browser",
        )
    later = NOON + 2 * HOUR
    assert forget_expired(db, later) == Forgotten(sessions=2, links=1)
    assert people.link_by_token(db, "b") is not None
    assert people.by_session(db, "e") is not None
    assert forget_expired(db, later) == Forgotten(sessions=0, links=0)
