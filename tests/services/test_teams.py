import pytest

from app.domain.errors import Conflict, InvalidAnswers, NotAllowed, NotFound
from app.persistence import Session
from app.services import administration, teams
from app.services.people import Person
from app.services.teams import Role, Team
from tests.builders import NOON, a_person, a_team, join


@pytest.fixture
def bo(db: Session) -> Person:
    return a_person(db, "Bo")


@pytest.fixture
def team(db: Session, bo: Person) -> Team:
    return a_team(db, bo)


def _member(db: Session, team: Team, role: Role, name: str = "Cy") -> Person:
    person = a_person(db, name)
    join(db, person, team.id, role)
    return person


def test_whoever_makes_a_team_owns_it(db: Session, bo: Person) -> None:
    team = teams.start(db, bo, name="  Radiology  ", now=NOON)
    assert (team.name, team.role) == ("Radiology", "owner")
    assert teams.mine(db, bo) == [team] == [teams.find(db, bo, team.id)]


@pytest.mark.parametrize("name", ["", " \n", "\0", "x" * 121])
def test_a_team_needs_a_usable_name(db: Session, bo: Person, team: Team, name: str) -> None:
    with pytest.raises(InvalidAnswers):
        teams.start(db, bo, name=name, now=NOON)
    with pytest.raises(InvalidAnswers):
        teams.rename(db, bo, team.id, name=name)
    assert teams.find(db, bo, team.id).name == "Radiology"


def test_a_strangers_team_looks_like_none(db: Session, team: Team) -> None:
    ada = a_person(db, "Ada", is_administrator=True)
    for stranger in (a_person(db, "Eve"), ada):
        with pytest.raises(NotFound, match="that you are in"):
            teams.find(db, stranger, team.id)


@pytest.mark.parametrize("role", ["viewer", "editor"])
def test_only_an_owner_decides_about_others(db: Session, team: Team, role: Role) -> None:
    cy, di = _member(db, team, role), _member(db, team, "viewer", "Di")
    with pytest.raises(NotAllowed, match=f"you are its {role}"):
        teams.change_role(db, cy, team.id, cy.id, role="owner", now=NOON)
    with pytest.raises(NotAllowed):
        teams.take_out(db, cy, team.id, di.id, now=NOON)
    with pytest.raises(NotAllowed):
        teams.rename(db, cy, team.id, name="Mine")


def test_an_owner_changes_roles_and_takes_out(db: Session, bo: Person, team: Team) -> None:
    cy = _member(db, team, "viewer")
    teams.change_role(db, bo, team.id, cy.id, role="editor", now=NOON)
    assert teams.role_in(db, cy, team.id) == "editor"
    teams.take_out(db, bo, team.id, cy.id, now=NOON)
    assert teams.role_in(db, cy, team.id) is None


def test_there_are_three_roles(db: Session, bo: Person, team: Team) -> None:
    cy = _member(db, team, "viewer")
    with pytest.raises(InvalidAnswers, match="viewer, editor, owner"):
        teams.change_role(db, bo, team.id, cy.id, role="administrator", now=NOON)


def test_only_a_member_has_a_role_to_change(db: Session, bo: Person, team: Team) -> None:
    eve = a_person(db, "Eve")
    for stranger in (eve.id, 999_999):
        with pytest.raises(NotFound, match="no such member"):
            teams.change_role(db, bo, team.id, stranger, role="owner", now=NOON)
        with pytest.raises(NotFound, match="no such member"):
            teams.take_out(db, bo, team.id, stranger, now=NOON)


def test_a_team_keeps_an_owner(db: Session, bo: Person, team: Team) -> None:
    with pytest.raises(Conflict, match="needs an owner"):
        teams.change_role(db, bo, team.id, bo.id, role="viewer", now=NOON)
    with pytest.raises(Conflict, match="needs an owner"):
        teams.take_out(db, bo, team.id, bo.id, now=NOON)
    _member(db, team, "owner")
    teams.take_out(db, bo, team.id, bo.id, now=NOON)
    assert teams.mine(db, bo) == []


def test_an_owner_whose_account_is_closed_does_not_count(
    db: Session, bo: Person, team: Team
) -> None:
    cy = _member(db, team, "owner")
    administration.close(db, a_person(db, "Ada", is_administrator=True), cy.id, NOON)
    with pytest.raises(Conflict, match="needs an owner"):
        teams.take_out(db, bo, team.id, bo.id, now=NOON)


def test_everybody_may_leave(db: Session, team: Team) -> None:
    cy = _member(db, team, "viewer")
    teams.take_out(db, cy, team.id, cy.id, now=NOON)
    assert teams.mine(db, cy) == []


def test_an_administrator_finds_an_owner_only_where_there_is_none(
    db: Session, bo: Person, team: Team
) -> None:
    ada, cy = a_person(db, "Ada", is_administrator=True), _member(db, team, "viewer")
    with pytest.raises(Conflict, match="has an owner"):
        teams.give_owner(db, ada, team.id, cy.id, now=NOON)
    administration.close(db, ada, bo.id, NOON)
    ((orphan, members),) = teams.without_owner(db, ada)
    assert (orphan.id, [member.name for member in members]) == (team.id, ["Cy"])
    with pytest.raises(NotFound, match="no such member"):
        teams.give_owner(db, ada, team.id, ada.id, now=NOON)
    teams.give_owner(db, ada, team.id, cy.id, now=NOON)
    assert teams.role_in(db, cy, team.id) == "owner"
    assert teams.without_owner(db, ada) == []


def test_a_closed_account_owns_no_team(db: Session, bo: Person, team: Team) -> None:
    ada, cy = a_person(db, "Ada", is_administrator=True), _member(db, team, "viewer")
    for person in (bo, cy):
        administration.close(db, ada, person.id, NOON)
    with pytest.raises(Conflict, match="is closed"):
        teams.give_owner(db, ada, team.id, cy.id, now=NOON)


def test_nobody_else_does(db: Session, bo: Person, team: Team) -> None:
    with pytest.raises(NotAllowed, match="Only administrators"):
        teams.without_owner(db, bo)
    with pytest.raises(NotAllowed, match="Only administrators"):
        teams.give_owner(db, bo, team.id, bo.id, now=NOON)
