from collections.abc import Callable
from datetime import datetime

import pytest

from app.domain.errors import Conflict, NotAllowed, NotFound
from app.persistence import Session
from app.services import administration, audit, people
from app.services.people import Caller, Person
from tests.builders import NOON, a_person, a_team

Act = Callable[[Session, Person, int, datetime], object]
ACTS: tuple[Act, ...] = (
    administration.appoint,
    administration.dismiss,
    administration.close,
    administration.reopen,
    administration.link_for,
)


@pytest.fixture
def ada(db: Session) -> Person:
    return a_person(db, "Ada", is_administrator=True)


@pytest.fixture
def bo(db: Session) -> Person:
    return a_person(db, "Bo", email="bo@example.org")


@pytest.mark.parametrize("act", ACTS)
def test_only_administrators_act(db: Session, ada: Person, bo: Person, act: Act) -> None:
    with pytest.raises(NotAllowed, match="Only administrators"):
        act(db, bo, ada.id, NOON)
    with pytest.raises(NotAllowed, match="Only administrators"):
        administration.everybody(db, bo)
    with pytest.raises(NotAllowed, match="Only administrators"):
        administration.account(db, bo, ada.id)


@pytest.mark.parametrize("act", ACTS)
def test_nobody_is_not_found(db: Session, ada: Person, act: Act) -> None:
    with pytest.raises(NotFound):
        act(db, ada, 999_999, NOON)


@pytest.mark.parametrize(
    "act", [administration.dismiss, administration.close, administration.link_for]
)
def test_an_administrator_does_nothing_to_themselves(db: Session, ada: Person, act: Act) -> None:
    a_person(db, "Another", is_administrator=True)
    with pytest.raises(NotAllowed, match="Another administrator"):
        act(db, ada, ada.id, NOON)


@pytest.mark.parametrize("act", ACTS)
def test_every_act_is_in_the_audit_log(db: Session, ada: Person, bo: Person, act: Act) -> None:
    act(db, ada, bo.id, NOON)
    (line,) = audit.newest(db, ada)
    assert (line.by, line.subject) == (f"Ada (#{ada.id})", f"Bo (#{bo.id})")


def test_appointing_and_dismissing_hold_from_the_next_request_on(
    db: Session, ada: Person, bo: Person
) -> None:
    before = people.begin_session(db, bo.id, caller=Caller(), now=NOON)
    administration.appoint(db, ada, bo.id, NOON)
    assert people.person_for(db, before, NOON) is None  # who had it is no administrator now
    session = people.begin_session(db, bo.id, caller=Caller(), now=NOON)
    administration.appoint(db, ada, bo.id, NOON)
    for is_administrator in (True, False):
        found = people.person_for(db, session, NOON)
        assert found is not None
        assert found.is_administrator is is_administrator
        administration.dismiss(db, ada, bo.id, NOON)


def test_of_two_who_dismiss_each_other_the_second_comes_too_late(db: Session, ada: Person) -> None:
    cy = a_person(db, "Cy", is_administrator=True)
    administration.dismiss(db, ada, cy.id, NOON)
    with pytest.raises(NotAllowed, match="no administrator any more"):
        administration.dismiss(db, cy, ada.id, NOON)  # as Cy's request still believes


@pytest.mark.parametrize("act", ACTS)
def test_who_was_dismissed_meanwhile_does_nothing_more(
    db: Session, ada: Person, bo: Person, act: Act
) -> None:
    cy = a_person(db, "Cy", is_administrator=True)
    administration.dismiss(db, ada, cy.id, NOON)
    with pytest.raises(NotAllowed, match="no administrator any more"):
        act(db, cy, bo.id, NOON)


def test_closing_signs_out_at_once_and_ends_every_way_in(
    db: Session, ada: Person, bo: Person
) -> None:
    session = people.begin_session(db, bo.id, caller=Caller(), now=NOON)
    link = people.link_for(db, bo.id, NOON)
    administration.close(db, ada, bo.id, NOON)
    assert people.person_for(db, session, NOON) is None
    with pytest.raises(NotFound):
        people.check_sign_in_link(db, link.token, NOON)
    for act in (administration.link_for, administration.appoint, administration.close):
        with pytest.raises(Conflict, match="closed"):
            act(db, ada, bo.id, NOON)


def test_a_reopened_account_is_no_administrators(db: Session, ada: Person, bo: Person) -> None:
    administration.appoint(db, ada, bo.id, NOON)
    administration.close(db, ada, bo.id, NOON)
    administration.reopen(db, ada, bo.id, NOON)
    account = administration.account(db, ada, bo.id)
    assert (account.is_closed, account.is_administrator) == (False, False)


def test_a_link_signs_that_person_in(db: Session, ada: Person, bo: Person) -> None:
    link = administration.link_for(db, ada, bo.id, NOON)
    session = people.accept_sign_in_link(db, link.token, caller=Caller(), now=NOON)
    assert people.person_for(db, session, NOON) == bo


def test_an_account_says_which_teams_closing_it_would_orphan(
    db: Session, ada: Person, bo: Person
) -> None:
    a_team(db, bo, "Radiology")
    account = administration.account(db, ada, bo.id)
    assert account.teams == (("Radiology", "owner"),)
    assert account.orphaned == ("Radiology",)
    assert account in administration.everybody(db, ada)
