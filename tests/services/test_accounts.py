from datetime import datetime, timedelta

import pytest

from app.domain.errors import Conflict, InvalidAnswers, NotAllowed, TooOften
from app.persistence import Session
from app.persistence import people as rows
from app.services import accounts, administration, audit, passwords, people, teams
from app.services.accounts import NewAccount
from app.services.people import Caller, Person
from tests.builders import NOON, PASSWORD, a_person

NEW_PASSWORD = "eleven green bicycles"
MINUTE = timedelta(minutes=1)
HERE = Caller("192.0.2.1", "A browser")
ADA = NewAccount("  Ada   Lovelace ", " Ada@Example.org ", PASSWORD)


def _set_up(db: Session, token: str, wanted: NewAccount = ADA) -> str:
    return accounts.set_up(db, token, wanted, caller=HERE, now=NOON + MINUTE)


def _sign_in(db: Session, email: str, password: str = PASSWORD) -> str | None:
    return accounts.sign_in(db, email=email, password=password, caller=HERE, now=NOON)


@pytest.fixture
def bo(db: Session) -> Person:
    return a_person(db, "Bo", email="bo@example.org", password=PASSWORD)


def test_the_set_up_link_makes_the_administrator_with_a_first_team(db: Session) -> None:
    session = _set_up(db, people.issue_sign_in_link(db, NOON).token)
    ada = people.person_for(db, session, NOON + MINUTE)
    assert ada is not None
    assert (ada.name, ada.is_administrator) == ("Ada Lovelace", True)
    assert accounts.details(db, ada).email == "ada@example.org"
    assert [(team.name, team.role) for team in teams.mine(db, ada)] == [("Our team", "owner")]


def test_a_second_set_up_is_refused(db: Session) -> None:
    first, second = (people.issue_sign_in_link(db, NOON) for _ in range(2))
    _set_up(db, first.token)
    with pytest.raises(Conflict, match="has an administrator already"):
        _set_up(db, second.token, NewAccount("Eve", "eve@example.org", PASSWORD))


def test_every_problem_of_a_new_account_is_named_and_the_link_stays(db: Session) -> None:
    link = people.issue_sign_in_link(db, NOON)
    with pytest.raises(InvalidAnswers) as caught:
        _set_up(db, link.token, NewAccount(" ", "nowhere", "short"))
    assert [problem.path for problem in caught.value.problems] == ["name", "email", "password"]
    assert _set_up(db, link.token)


@pytest.mark.parametrize("junk", ["\0", "\udc80"])
def test_what_no_database_stores_is_left_out(db: Session, junk: str) -> None:
    wanted = NewAccount(f"A{junk}da", f"ada{junk}@example.org", PASSWORD)
    _set_up(db, people.issue_sign_in_link(db, NOON).token, wanted)
    row = rows.by_email(db, "ada@example.org")
    assert row is not None
    assert row.name == "Ada"


@pytest.mark.parametrize(
    "email", ["", "ada", "@example.org", "ada@", "a@b@c", "a" * 250 + "@example.org"]
)
def test_an_address_must_look_like_one(db: Session, email: str) -> None:
    with pytest.raises(InvalidAnswers) as caught:
        accounts.create(db, NewAccount("Ada", email, PASSWORD), NOON)
    assert {problem.path for problem in caught.value.problems} == {"email"}


@pytest.mark.usefixtures("bo")
def test_an_address_belongs_to_one_account(db: Session) -> None:
    with pytest.raises(InvalidAnswers, match="cannot be the address"):
        accounts.create(db, NewAccount("Another", "BO@example.org", PASSWORD), NOON)


def test_address_and_password_sign_in_whatever_the_case_of_the_address(
    db: Session, bo: Person
) -> None:
    session = _sign_in(db, " BO@example.org ")
    assert session
    assert people.person_for(db, session, NOON) == bo


def test_nothing_else_signs_in(db: Session, bo: Person) -> None:
    a_person(db, "Linked", email="linked@example.org")
    assert _sign_in(db, "bo@example.org", PASSWORD + "!") is None
    assert _sign_in(db, "nobody@example.org") is None
    assert _sign_in(db, "linked@example.org", "") is None
    ada = a_person(db, "Ada", is_administrator=True)
    administration.close(db, ada, bo.id, NOON)
    assert _sign_in(db, "bo@example.org") is None


def test_guessing_ends_and_leaves_others_and_the_signed_in_alone(db: Session, bo: Person) -> None:
    cy = a_person(db, "Cy", email="cy@example.org", password=PASSWORD)
    session = _sign_in(db, "bo@example.org")
    assert session
    for _ in range(10):
        assert _sign_in(db, "bo@example.org", "a guess that is wrong") is None
    with pytest.raises(TooOften):
        _sign_in(db, "bo@example.org")
    assert people.person_for(db, session, NOON) == bo
    other = _sign_in(db, "cy@example.org")
    assert other
    assert people.person_for(db, other, NOON) == cy


def test_giving_the_password_again_confirms_the_session(db: Session, bo: Person) -> None:
    session, later = _sign_in(db, "bo@example.org"), NOON + 20 * MINUTE
    assert session
    guess = "a guess that is wrong"
    assert not accounts.confirm(db, bo, session, password=guess, caller=HERE, now=later)
    assert not people.is_confirmed(db, session, later)
    renewed = accounts.confirm(db, bo, session, password=PASSWORD, caller=HERE, now=later)
    assert people.is_confirmed(db, renewed, later)
    assert people.person_for(db, renewed, later) == bo
    assert people.person_for(db, session, later) is None


def test_confirming_is_throttled_like_signing_in(db: Session, bo: Person) -> None:
    session = people.begin_session(db, bo.id, caller=HERE, now=NOON)
    for _ in range(10):
        accounts.confirm(db, bo, session, password="a guess", caller=HERE, now=NOON)
    with pytest.raises(TooOften):
        accounts.confirm(db, bo, session, password=PASSWORD, caller=HERE, now=NOON)


def _change(
    db: Session,
    by: Person,
    session: str,
    *,
    present: str = PASSWORD,
    password: str = NEW_PASSWORD,
    now: datetime = NOON,
) -> str:
    return accounts.change_password(
        db, by, session, present=present, password=password, caller=HERE, now=now
    )


def test_a_new_password_signs_out_everywhere_else_and_ends_links(db: Session, bo: Person) -> None:
    here, there = (people.begin_session(db, bo.id, caller=HERE, now=NOON) for _ in range(2))
    link = people.link_for(db, bo.id, NOON)
    renewed = _change(db, bo, here)
    assert people.person_for(db, renewed, NOON) == bo
    for before in (here, there):
        assert people.person_for(db, before, NOON) is None
    assert _sign_in(db, "bo@example.org") is None
    assert _sign_in(db, "bo@example.org", "eleven green bicycles")
    with pytest.raises(Exception, match="no such sign-in link"):
        people.check_sign_in_link(db, link.token, NOON)


def test_a_sign_in_that_was_under_way_when_the_password_changed_comes_to_nothing(
    db: Session, bo: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = people.begin_session(db, bo.id, caller=HERE, now=NOON)
    matches = passwords.matches

    def meanwhile(password: str, kept: str | None) -> bool:
        right = matches(password, kept)
        monkeypatch.setattr(passwords, "matches", matches)
        _change(db, bo, here)
        return right

    monkeypatch.setattr(passwords, "matches", meanwhile)
    assert _sign_in(db, "bo@example.org") is None


def test_nobody_is_called_what_the_audit_log_calls_the_operator(db: Session, bo: Person) -> None:
    with pytest.raises(InvalidAnswers, match="whoever runs Footing"):
        accounts.change_details(db, bo, name="The  Operator", email="bo@example.org", now=NOON)


def test_a_new_name_or_address_is_in_the_audit_log(db: Session, bo: Person) -> None:
    accounts.change_details(db, bo, name="Ada", email="ada@example.org", now=NOON)
    lines = audit.newest(db, a_person(db, "Cy", is_administrator=True))
    said = [f"{line.by} {line.action} {line.subject} {line.detail}".strip() for line in lines]
    assert said == [
        f"Bo (#{bo.id}) changed their own name to Ada",
        f"Bo (#{bo.id}) changed their own address to ada@example.org was bo@example.org",
    ]


def test_a_weak_new_password_changes_nothing(db: Session, bo: Person) -> None:
    session = people.begin_session(db, bo.id, caller=HERE, now=NOON)
    with pytest.raises(InvalidAnswers, match="common word"):
        _change(db, bo, session, password="bo-password-2026")
    assert _sign_in(db, "bo@example.org")


def test_a_password_is_changed_only_by_whoever_knows_the_present_one(
    db: Session, bo: Person
) -> None:
    session = people.begin_session(db, bo.id, caller=HERE, now=NOON)
    for _ in range(10):
        with pytest.raises(InvalidAnswers, match="not your present password"):
            _change(db, bo, session, present="a guess")
    with pytest.raises(TooOften):
        _change(db, bo, session)
    assert _sign_in(db, "bo@example.org")


def test_who_has_no_password_yet_needs_a_fresh_session(db: Session) -> None:
    linked = a_person(db, "Linked", email="linked@example.org")
    session = people.begin_session(db, linked.id, caller=HERE, now=NOON)
    with pytest.raises(NotAllowed, match="Sign in again"):
        _change(db, linked, session, now=NOON + 15 * MINUTE)
    _change(db, linked, session, present="", now=NOON + 14 * MINUTE)
    assert _sign_in(db, "linked@example.org", "eleven green bicycles")


def test_one_changes_ones_own_name_and_address(db: Session, bo: Person) -> None:
    a_person(db, "Cy", email="cy@example.org")
    accounts.change_details(db, bo, name="Bo B.", email="bob@example.org", now=NOON)
    assert accounts.details(db, bo).name == "Bo B."
    with pytest.raises(InvalidAnswers, match="cannot be the address"):
        accounts.change_details(db, bo, name="Bo", email="cy@example.org", now=NOON)
    assert accounts.details(db, bo).email == "bob@example.org"


def _said(db: Session) -> list[str]:
    reader = a_person(db, "Cy", is_administrator=True)
    return [f"{x.by} {x.action} {x.subject} {x.detail}".strip() for x in audit.newest(db, reader)]


def test_whoever_is_kept_out_is_in_the_audit_log_once(db: Session, bo: Person) -> None:
    session = people.begin_session(db, bo.id, caller=HERE, now=NOON)
    for _ in range(9):
        _sign_in(db, "bo@example.org", "a guess that is wrong")
    assert _said(db) == []
    _sign_in(db, "bo@example.org", "a guess that is wrong")
    for _ in range(10):
        accounts.confirm(db, bo, session, password="a guess", caller=HERE, now=NOON)
        _sign_in(db, "nobody@example.org", "a guess that is wrong")
    line = f"Bo (#{bo.id}) may not guess for five minutes, after 10 wrong passwords"
    assert _said(db) == [f"{line} confirming", f"{line} signing in"]


def test_the_operators_way_in_is_in_the_audit_log_once_there_is_somebody(db: Session) -> None:
    assert accounts.operators_link(db, NOON).creates_administrator
    assert _said(db) == []
    assert not accounts.operators_link(db, NOON).creates_administrator
    assert _said(db)[0].startswith("the operator made a sign-in link for ")
