from datetime import timedelta

from app.persistence import Session, people, teams
from app.services import api_tokens
from app.services.api_tokens import Wanted
from app.services.upkeep import Forgotten, forget_expired
from tests.builders import NOON, a_person, a_team

HOUR = timedelta(hours=1)


def test_only_what_has_expired_is_deleted(db: Session) -> None:
    ada = a_person(db, "Ada")
    team = a_team(db, ada)
    for for_whom, days in (("Bo", 0), ("Cy", 1)):
        place = teams.Place(team.id, "viewer", for_whom)
        until = NOON + days * 24 * HOUR
        teams.invite(db, place, token_sha256=for_whom, by_id=ada.id, at=NOON, until=until)
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
    assert forget_expired(db, later) == Forgotten(sessions=2, links=1, invitations=1, tokens=0)
    assert people.link_by_token(db, "b") is not None
    assert people.by_session(db, "e") is not None
    assert teams.invitation(db, "Cy") is not None
    assert forget_expired(db, later) == Forgotten(sessions=0, links=0, invitations=0, tokens=0)


def test_an_expired_token_stays_for_a_month_to_be_known_again(db: Session) -> None:
    ada = a_person(db, "Ada")
    api_tokens.make(db, ada, Wanted("Report", days=30), NOON)
    just_before = NOON + timedelta(days=60) - timedelta(seconds=1)
    assert forget_expired(db, just_before).tokens == 0
    assert forget_expired(db, NOON + timedelta(days=60)).tokens == 1
    assert api_tokens.mine(db, ada) == []
