from collections.abc import Callable
from datetime import timedelta

import pytest

from app.domain.errors import Conflict, Gone, InvalidAnswers, NotAllowed, NotFound
from app.persistence import Session
from app.services import administration, audit, invitations, people, teams
from app.services.accounts import NewAccount
from app.services.people import Caller, Person
from app.services.teams import Role, Team
from tests.builders import NOON, PASSWORD, a_person, a_team, join

NEW = NewAccount("Cy", "cy@example.org", PASSWORD)


@pytest.fixture
def bo(db: Session) -> Person:
    return a_person(db, "Bo")


@pytest.fixture
def team(db: Session, bo: Person) -> Team:
    return a_team(db, bo)


def _invite(db: Session, by: Person, team: Team, role: Role = "editor") -> str:
    return invitations.invite(db, by, team.id, role=role, for_whom="Cy", now=NOON)


def _accept_as_new(db: Session, token: str, wanted: NewAccount = NEW) -> str:
    return invitations.accept_as_new(db, token, wanted, caller=Caller(), now=NOON)


def test_somebody_new_makes_an_account_and_is_in_the_team(
    db: Session, bo: Person, team: Team
) -> None:
    session = _accept_as_new(db, _invite(db, bo, team))
    cy = people.person_for(db, session, NOON)
    assert cy is not None
    assert not cy.is_administrator
    assert [(t.id, t.role) for t in teams.mine(db, cy)] == [(team.id, "editor")]


def test_somebody_with_an_account_enters_with_it(db: Session, bo: Person, team: Team) -> None:
    cy = a_person(db, "Cy")
    offer = invitations.accept(db, cy, _invite(db, bo, team), NOON)
    assert (offer.team, offer.role, offer.by) == ("Radiology", "editor", "Bo")
    assert teams.role_in(db, cy, team.id) == "editor"


def test_an_invitation_works_once_for_a_week(db: Session, bo: Person, team: Team) -> None:
    used, old = _invite(db, bo, team), _invite(db, bo, team)
    _accept_as_new(db, used)
    with pytest.raises(Gone, match="used already"):
        invitations.look(db, used, NOON)
    with pytest.raises(Gone, match="has ended"):
        invitations.look(db, old, NOON + timedelta(days=7))
    assert invitations.look(db, old, NOON + timedelta(days=7, seconds=-1)).role == "editor"


def test_a_failed_account_does_not_use_it_up(db: Session, bo: Person, team: Team) -> None:
    token = _invite(db, bo, team)
    with pytest.raises(InvalidAnswers):
        _accept_as_new(db, token, NewAccount("", "", ""))
    assert _accept_as_new(db, token)


def test_an_unknown_one_is_not_found(db: Session) -> None:
    for token in ("", "guessed", "\0"):
        with pytest.raises(NotFound, match="no such invitation"):
            invitations.look(db, token, NOON)


def _removed(db: Session, ada: Person, bo: Person, team: Team) -> None:
    teams.take_out(db, ada, team.id, bo.id, now=NOON)


def _demoted(db: Session, ada: Person, bo: Person, team: Team) -> None:
    teams.change_role(db, ada, team.id, bo.id, role="editor", now=NOON)


def _closed(db: Session, ada: Person, bo: Person, team: Team) -> None:
    del team
    administration.close(db, ada, bo.id, NOON)


@pytest.mark.parametrize("lose", [_removed, _demoted, _closed])
def test_it_is_worth_what_its_maker_may_do_now(
    db: Session, bo: Person, team: Team, lose: Callable[[Session, Person, Person, Team], None]
) -> None:
    ada = a_person(db, "Ada", is_administrator=True)
    join(db, ada, team.id, "owner")
    token = _invite(db, bo, team, "owner")
    lose(db, ada, bo, team)
    with pytest.raises((Gone, NotFound), match="invitation"):
        invitations.look(db, token, NOON)
    with pytest.raises((Gone, NotFound)):
        invitations.accept(db, bo, token, NOON)
    with pytest.raises((Gone, NotFound)):
        _accept_as_new(db, token)


@pytest.mark.parametrize("lose", [_removed, _demoted])
def test_getting_the_right_back_does_not_revive_it(
    db: Session, bo: Person, team: Team, lose: Callable[[Session, Person, Person, Team], None]
) -> None:
    ada = a_person(db, "Ada", is_administrator=True)
    join(db, ada, team.id, "owner")
    token = _invite(db, bo, team, "owner")
    lose(db, ada, bo, team)
    join(db, bo, team.id, "owner")
    with pytest.raises(NotFound):
        invitations.look(db, token, NOON)


def test_ones_own_invitation_is_for_others(db: Session, bo: Person, team: Team) -> None:
    with pytest.raises(Conflict, match="You made this invitation"):
        invitations.accept(db, bo, _invite(db, bo, team), NOON)


def test_a_member_only_rises(db: Session, bo: Person, team: Team) -> None:
    cy = a_person(db, "Cy")
    join(db, cy, team.id, "editor")
    for role in ("viewer", "editor"):
        token = invitations.invite(db, bo, team.id, role=role, for_whom="Cy", now=NOON)
        with pytest.raises(Conflict, match="already"):
            invitations.accept(db, cy, token, NOON)
    invitations.accept(db, cy, _invite(db, bo, team, "owner"), NOON)
    assert teams.role_in(db, cy, team.id) == "owner"


@pytest.mark.parametrize("role", ["viewer", "editor", None])
def test_only_owners_invite_and_take_back(
    db: Session, bo: Person, team: Team, role: Role | None
) -> None:
    other = a_person(db, "Ada", is_administrator=True)
    if role:
        join(db, other, team.id, role)
    token = _invite(db, bo, team)
    (waiting,) = invitations.open_ones(db, bo, team.id, NOON)
    refusal = NotAllowed if role else NotFound
    with pytest.raises(refusal):
        _invite(db, other, team)
    with pytest.raises(refusal):
        invitations.open_ones(db, other, team.id, NOON)
    with pytest.raises(refusal):
        invitations.take_back(db, other, team.id, waiting.id, now=NOON)
    assert invitations.look(db, token, NOON).role == "editor"


def test_one_that_is_taken_back_is_gone_at_once(db: Session, bo: Person, team: Team) -> None:
    token = _invite(db, bo, team)
    (waiting,) = invitations.open_ones(db, bo, team.id, NOON)
    assert (waiting.for_whom, waiting.role, waiting.by) == ("Cy", "editor", "Bo")
    elsewhere = a_team(db, bo, "Elsewhere")
    with pytest.raises(NotFound, match="no such invitation"):
        invitations.take_back(db, bo, elsewhere.id, waiting.id, now=NOON)
    invitations.take_back(db, bo, team.id, waiting.id, now=NOON)
    with pytest.raises(NotFound):
        invitations.look(db, token, NOON)


def test_every_problem_is_named(db: Session, bo: Person, team: Team) -> None:
    with pytest.raises(InvalidAnswers) as caught:
        invitations.invite(db, bo, team.id, role="king", for_whom=" ", now=NOON)
    assert [problem.path for problem in caught.value.problems] == ["for_whom", "role"]


def test_who_asks_which_addresses_have_accounts_is_soon_stopped(
    db: Session, bo: Person, team: Team
) -> None:
    a_person(db, "Cy", email="cy@example.org")
    token = _invite(db, bo, team)
    for _ in range(invitations.MOST_TAKEN_ADDRESSES):
        with pytest.raises(InvalidAnswers, match="If it is yours, sign in"):
            _accept_as_new(db, token, NewAccount("Eve", "Cy@example.org", PASSWORD))
    with pytest.raises(Gone, match="has ended"):
        _accept_as_new(db, token)
    ada = a_person(db, "Ada", is_administrator=True)
    said = audit.newest(db, ada)[0]
    assert (said.by, said.action) == (
        "whoever holds the invitation for Cy",
        "tried 3 addresses that have accounts to enter team",
    )


def test_two_mistakes_are_forgiven(db: Session, bo: Person, team: Team) -> None:
    a_person(db, "Cy", email="cy@example.org")
    token = _invite(db, bo, team)
    for _ in range(2):
        with pytest.raises(InvalidAnswers):
            _accept_as_new(db, token)
    assert _accept_as_new(db, token, NewAccount("Cy", "cyrus@example.org", PASSWORD))
