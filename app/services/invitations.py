"""Invitations: a one-use link into a team, for somebody with or without an account.

An invitation is worth what its maker may do at the moment it is used, not when it was made.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.errors import Conflict, Gone, InvalidAnswers, NotFound, Problem
from app.persistence import Session
from app.persistence import people as people_rows
from app.persistence import teams as rows
from app.persistence.tables import InvitationRow, PersonRow, TeamRow
from app.persistence.teams import Place
from app.services import accounts, audit, once, people, teams
from app.services.accounts import NewAccount
from app.services.people import Caller, Person
from app.services.teams import ROLES, Role
from app.services.texts import one_line, too_long

LASTS = timedelta(days=7)
LONGEST_FOR_WHOM = 120
# Somebody who forgot that they have an account needs one; who asks which addresses have one, many.
MOST_TAKEN_ADDRESSES = 3


@dataclass(frozen=True)
class Offer:
    """What an invitation offers to whoever holds it."""

    team_id: int
    team: str
    role: Role
    by: str


@dataclass(frozen=True)
class OpenInvitation:
    """An invitation that nobody has used yet; its token is not known any more."""

    id: int
    for_whom: str
    role: str
    by: str
    until: datetime


def invite(
    db: Session,
    by: Person,
    team_id: int,
    *,
    role: str,
    for_whom: str,
    now: datetime,
    form: str = "",
) -> str:
    """A new invitation's token, which works once, for a week.

    Args:
        form: the random name that the form carries; sent again, it makes no other invitation.

    Raises:
        NotFound, NotAllowed: `by` does not own the team.
        InvalidAnswers: there is no such role, or `for_whom` is missing or too long.
    """
    team = teams.owned(db, by, team_id)
    for_whom = one_line(for_whom)
    problems = list(too_long("for_whom", "The name", for_whom, LONGEST_FOR_WHOM))
    if not for_whom:
        problems.append(Problem("for_whom", "Say whom the link is for, so that you know it again."))
    if role not in ROLES:
        problems.append(Problem("role", f"Choose one of: {', '.join(ROLES)}."))
    if problems:
        raise InvalidAnswers(problems)

    def keep(token: str) -> None:
        rows.invite(
            db,
            Place(team.id, role, for_whom),
            token_sha256=people.hash_of(token),
            by_id=by.id,
            at=now,
            until=now + LASTS,
        )
        invited = f"invited as {role} to team {team.name}:"
        audit.note(db, by, invited, for_whom, now=now, team_id=team.id)

    return once.token(db, by, once.named(form, "team", team.id, role, for_whom), keep, now=now)


def open_ones(db: Session, by: Person, team_id: int, now: datetime) -> list[OpenInvitation]:
    """The team's invitations that can still be used, newest first.

    Raises:
        NotFound, NotAllowed: `by` does not own the team.
    """
    team = teams.owned(db, by, team_id)
    return [
        OpenInvitation(row.id, row.for_whom, row.role, name, row.expires_at)
        for row, name in rows.open_invitations(db, team.id, now)
    ]


def take_back(db: Session, by: Person, team_id: int, invitation_id: int, *, now: datetime) -> None:
    """End an invitation at once.

    Raises:
        NotFound, NotAllowed: `by` does not own the team, or it has no such invitation.
    """
    team = teams.owned(db, by, team_id)
    if not rows.take_back(db, team.id, invitation_id):
        raise NotFound("There is no such invitation any more.")
    audit.note(db, by, "took back an invitation to team", team.name, now=now, team_id=team.id)


def look(db: Session, token: str, now: datetime) -> Offer:
    """What the invitation offers; looking does not use it up.

    Raises:
        NotFound: there is no such invitation.
        Gone: it was used, has expired, or its maker may not invite any more.
    """
    row, team, by = _usable(db, people.hash_of(token), now)
    return Offer(team.id, team.name, _role(row), by)


def accept(db: Session, by: Person, token: str, now: datetime) -> Offer:
    """Let `by` into the team; somebody who is in it already may only rise.

    Raises:
        NotFound, Gone: as `look`.
        Conflict: it is one's own invitation, or brings nothing new.
    """
    return accept_kept(db, by, people.hash_of(token), now)


def accept_kept(db: Session, by: Person, token_sha256: str, now: datetime) -> Offer:
    """As `accept`, of an invitation whose token only its hash was kept of meanwhile."""
    row, team, maker = _usable(db, token_sha256, now)
    if row.created_by_id == by.id:
        raise Conflict("You made this invitation: send the link to whom it is for.")
    role = _role(row)
    if teams.at_least(teams.role_in(db, by, team.id), role):
        raise Conflict(f"You are in {team.name} already, and may do all that this link offers.")
    _enter(db, row, team, by, now)
    return Offer(team.id, team.name, role, maker)


def accept_as_new(
    db: Session, token: str, wanted: NewAccount, *, caller: Caller, now: datetime
) -> str:
    """Create an account, let it into the team, and return a new session's token.

    Raises:
        NotFound, Gone: as `look`.
        InvalidAnswers: a field cannot be used; the invitation can be used again.
    """
    row, team, _ = _usable(db, people.hash_of(token), now)
    account = _account(db, row, team, wanted, now)
    _enter(db, row, team, Person(account.id, account.name, is_administrator=False), now)
    return people.begin_session(db, account.id, caller=caller, now=now)


def _account(
    db: Session, row: InvitationRow, team: TeamRow, wanted: NewAccount, now: datetime
) -> PersonRow:
    """The new account; who tries address after address to see which ones are taken, soon ends."""
    if accounts.is_taken(db, wanted.email):
        row.taken_addresses += 1
        if row.taken_addresses >= MOST_TAKEN_ADDRESSES:
            what = f"tried {MOST_TAKEN_ADDRESSES} addresses that have accounts to enter team"
            nobody = f"whoever holds the invitation for {row.for_whom}"
            audit.note_of(db, nobody, what, team.name, now=now, team_id=team.id)
    return accounts.create(db, wanted, now)


def _enter(db: Session, row: InvitationRow, team: TeamRow, by: Person, now: datetime) -> None:
    if not rows.use_invitation(db, row.id, now):
        raise _used()
    rows.put(db, team_id=team.id, person_id=by.id, role=row.role, at=now)
    audit.note(db, by, f"came as {row.role} into team", team.name, now=now, team_id=team.id)


def _usable(db: Session, token_sha256: str, now: datetime) -> tuple[InvitationRow, TeamRow, str]:
    row = rows.invitation(db, token_sha256)
    if row is None:
        raise NotFound("There is no such invitation. Check that all of the link was copied.")
    if row.used_at is not None:
        raise _used()
    maker, team = people_rows.by_id(db, row.created_by_id), rows.by_id(db, row.team_id)
    may_invite = maker is not None and row.created_by_id in rows.owners(db, row.team_id)
    is_spent = row.expires_at <= now or row.taken_addresses >= MOST_TAKEN_ADDRESSES
    if is_spent or not may_invite or maker is None or team is None:
        raise Gone("This invitation has ended. Ask whoever sent it for a new one.")
    return row, team, maker.name


def _used() -> Gone:
    return Gone("This invitation was used already. If it was not you, tell whoever sent it.")


def _role(row: InvitationRow) -> Role:
    return next(role for role in ROLES if role == row.role)
