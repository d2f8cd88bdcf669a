"""Teams: who shares projects, and what each may do.

viewer < editor < owner. A viewer looks; an editor also answers, saves versions, shares them by
link and starts projects; an owner also invites, and says who may do what.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from app.domain.errors import Conflict, InvalidAnswers, NotAllowed, NotFound, Problem
from app.persistence import Session
from app.persistence import people as people_rows
from app.persistence import teams as rows
from app.persistence.tables import TeamRow
from app.services import audit
from app.services.people import Person
from app.services.texts import one_line, too_long

Role = Literal["viewer", "editor", "owner"]
ROLES: tuple[Role, ...] = get_args(Role)  # in rising order

LONGEST_NAME = 120


@dataclass(frozen=True)
class Team:
    """A team, as one of its members sees it: `role` is theirs."""

    id: int
    name: str
    role: Role


@dataclass(frozen=True)
class Member:
    """Somebody in a team."""

    id: int
    name: str
    email: str
    role: Role
    is_closed: bool


def at_least(role: Role | None, wanted: Role) -> bool:
    """Whether `role` may do what `wanted` may."""
    return role is not None and ROLES.index(role) >= ROLES.index(wanted)


def role_in(db: Session, by: Person | None, team_id: int | None) -> Role | None:
    """The role of `by` in the team, or None."""
    if by is None or team_id is None:
        return None
    return _counting(by, team_id, rows.role_of(db, team_id, by.id))


def mine(db: Session, by: Person) -> list[Team]:
    """The teams of `by`, by name."""
    return [
        Team(row.id, row.name, counting)
        for row, role in rows.of_person(db, by.id)
        if (counting := _counting(by, row.id, role)) is not None
    ]


def start(db: Session, by: Person, *, name: str, now: datetime) -> Team:
    """A new team that `by` owns.

    Raises:
        InvalidAnswers: the name is missing or too long.
        NotAllowed: `by` came with less than all that is theirs.
    """
    if by.at_most != "owner" or by.only_team_id is not None:
        raise NotAllowed("An API token makes no teams: sign in to make one.")
    row = rows.add(db, name=_usable(name), at=now)
    rows.put(db, team_id=row.id, person_id=by.id, role="owner", at=now)
    audit.note(db, by, "made team", row.name, now=now, team_id=row.id)
    return _team(row, "owner")


def find(db: Session, by: Person, team_id: int) -> Team:
    """The team, if `by` is in it.

    Raises:
        NotFound: there is none, or `by` is not in it: the two look alike on purpose.
    """
    row, role = rows.by_id(db, team_id), role_in(db, by, team_id)
    if row is None or role is None:
        raise NotFound(f"There is no team {team_id} that you are in. Ask its owner to invite you.")
    return Team(row.id, row.name, role)


def members(db: Session, team: Team) -> list[Member]:
    """Who is in a team that `find` gave, by name."""
    return [
        Member(
            id=row.id,
            name=row.name,
            email=row.email or "",
            role=_role(role) or "viewer",
            is_closed=row.closed_at is not None,
        )
        for row, role in rows.members(db, team.id)
    ]


def rename(db: Session, by: Person, team_id: int, *, name: str) -> None:
    """Give the team another name.

    Raises:
        NotFound, NotAllowed: `by` is not in the team, or does not own it.
        InvalidAnswers: the name is missing or too long.
    """
    row = _owned(db, by, team_id)
    row.name = _usable(name)


def change_role(
    db: Session, by: Person, team_id: int, member_id: int, *, role: str, now: datetime
) -> None:
    """Let a member do more, or less, from their next request on.

    Raises:
        NotFound, NotAllowed: `by` does not own the team, or has no such colleague.
        InvalidAnswers: there is no such role.
        Conflict: it would leave the team without an owner.
    """
    row = _owned(db, by, team_id)
    if (new := _role(role)) is None:
        raise InvalidAnswers([Problem("role", f"Choose one of: {', '.join(ROLES)}.")])
    name = _member_name(db, row, member_id)
    if new != "owner":
        _keep_an_owner(db, row, without=member_id)
        rows.take_back_all(db, row.id, member_id)
    rows.put(db, team_id=row.id, person_id=member_id, role=new, at=now)
    audit.note(db, by, f"made {new} of team {row.name}:", name, now=now, team_id=row.id)


def take_out(db: Session, by: Person, team_id: int, member_id: int, *, now: datetime) -> None:
    """Take a member out of the team, from their next request on; everybody may leave.

    Raises:
        NotFound, NotAllowed: `by` does not own the team, or has no such colleague.
        Conflict: it would leave the team without an owner.
    """
    rows.lock(db, team_id)
    team = find(db, by, team_id)
    row = rows.by_id(db, team.id) if member_id == by.id else _owned(db, by, team_id)
    if row is None:
        raise NotFound(f"There is no team {team_id}.")
    name = _member_name(db, row, member_id)
    _keep_an_owner(db, row, without=member_id)
    rows.take_back_all(db, row.id, member_id)
    rows.take_out(db, row.id, member_id)
    verb = "left team" if member_id == by.id else f"took {name} out of team"
    audit.note(db, by, verb, row.name, now=now, team_id=row.id)


# ---- what an administrator may do: no more than finding an owner for who has none ------------


def without_owner(db: Session, by: Person) -> list[tuple[Team, list[Member]]]:
    """The teams whose owners' accounts are all closed, with their members.

    Raises:
        NotAllowed: `by` is not an administrator.
    """
    _require_administrator(by)
    orphans = [row for row in rows.everyone(db) if not rows.owners(db, row.id)]
    teams = [_team(row, "viewer") for row in orphans]
    return [(team, [m for m in members(db, team) if not m.is_closed]) for team in teams]


def give_owner(db: Session, by: Person, team_id: int, member_id: int, *, now: datetime) -> None:
    """Make a member the owner of a team that has no owner with an open account.

    Raises:
        NotAllowed: `by` is not an administrator.
        NotFound: there is no such team or member.
        Conflict: the team has an owner to decide that.
    """
    _require_administrator(by)
    rows.lock(db, team_id)
    row = rows.by_id(db, team_id)
    if row is None:
        raise NotFound(f"There is no team {team_id}.")
    name = _member_name(db, row, member_id)
    if member_id in {member.id for member, _ in rows.members(db, team_id) if member.closed_at}:
        raise Conflict(f"The account of {name} is closed; open it again first.")
    if rows.owners(db, team_id):
        raise Conflict(f"{row.name} has an owner, who decides that.")
    rows.put(db, team_id=team_id, person_id=member_id, role="owner", at=now)
    audit.note(db, by, f"made owner of team {row.name}:", name, now=now, team_id=team_id)


def _require_administrator(by: Person) -> None:
    if not by.is_administrator:
        raise NotAllowed("Only administrators may do that.")


def owned(db: Session, by: Person, team_id: int) -> Team:
    """The team, if `by` owns it.

    Raises:
        NotFound: `by` is not in it.
        NotAllowed: `by` does not own it.
    """
    return _team(_owned(db, by, team_id), "owner")


def _owned(db: Session, by: Person, team_id: int) -> TeamRow:
    rows.lock(db, team_id)  # so that nobody acts with a role that was taken from them meanwhile
    team = find(db, by, team_id)
    if team.role != "owner":
        raise NotAllowed(f"Only an owner of {team.name} may do that; you are its {team.role}.")
    row = rows.by_id(db, team_id)
    if row is None:
        raise NotFound(f"There is no team {team_id}.")
    return row


def _keep_an_owner(db: Session, team: TeamRow, *, without: int) -> None:
    if not set(rows.owners(db, team.id)) - {without}:
        raise Conflict(f"{team.name} needs an owner: make somebody else one first.")


def _member_name(db: Session, team: TeamRow, person_id: int) -> str:
    """The member's name with their number, for the audit log."""
    row = people_rows.by_id(db, person_id)
    if row is None or rows.role_of(db, team.id, person_id) is None:
        raise NotFound(f"There is no such member of {team.name}.")
    return f"{row.name} (#{row.id})"


def _usable(name: str) -> str:
    name = one_line(name)
    if problems := list(_name_problems(name)):
        raise InvalidAnswers(problems)
    return name


def _name_problems(name: str) -> Iterator[Problem]:
    if not name:
        yield Problem("name", "Enter a name for the team, such as: Radiology.")
    yield from too_long("name", "The name", name, LONGEST_NAME)


def _counting(by: Person, team_id: int, role: str | None) -> Role | None:
    """What counts of a role: no more than `by` came with, and nothing in other teams."""
    held, most = _role(role), _role(by.at_most)
    if held is None or most is None or by.only_team_id not in {None, team_id}:
        return None
    return min(held, most, key=ROLES.index)


def _team(row: TeamRow, role: str) -> Team:
    return Team(row.id, row.name, _role(role) or "viewer")


def _role(text: str | None) -> Role | None:
    return next((role for role in ROLES if role == text), None)
