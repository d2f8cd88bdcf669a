"""What administrators do with people. Every act is in the audit log; none of it shows a project."""

from dataclasses import dataclass
from datetime import datetime

from app.domain.errors import Conflict, NotAllowed, NotFound
from app.persistence import Session
from app.persistence import people as rows
from app.persistence import teams as team_rows
from app.persistence.tables import PersonRow
from app.services import audit, people
from app.services.people import Person, SignInLink


@dataclass(frozen=True)
class Account:
    """Somebody's account, as an administrator sees it.

    Attributes:
        teams: name and role of each.
        orphaned: the teams that would have no owner if the account were closed.
    """

    id: int
    name: str
    email: str
    is_administrator: bool
    is_closed: bool
    created_at: datetime
    teams: tuple[tuple[str, str], ...]
    orphaned: tuple[str, ...]


def everybody(db: Session, by: Person) -> list[Account]:
    """All accounts, by name.

    Raises:
        NotAllowed: `by` is not an administrator.
    """
    _require_administrator(by)
    return [_account(db, row) for row in rows.everybody(db)]


def account(db: Session, by: Person, person_id: int) -> Account:
    """One account.

    Raises:
        NotAllowed: `by` is not an administrator.
        NotFound: there is no such account.
    """
    return _account(db, _row(db, by, person_id))


def appoint(db: Session, by: Person, person_id: int, now: datetime) -> None:
    """Make somebody an administrator, who signs in anew to be one.

    Raises:
        NotAllowed, NotFound: as `account`.
        Conflict: the account is closed.
    """
    row = _open(_acting_on(db, by, person_id))
    if not row.is_administrator:
        row.is_administrator = True
        rows.end_sessions_of(db, row.id)  # none from before becomes an administrator's
    audit.note(db, by, "made administrator:", _named(row), now=now)


def dismiss(db: Session, by: Person, person_id: int, now: datetime) -> None:
    """Let an administrator be one no longer, from their next request on.

    Raises:
        NotAllowed, NotFound: as `account`, or `by` would dismiss themselves.
    """
    row = _other(db, by, person_id)
    row.is_administrator = False
    audit.note(db, by, "dismissed as administrator:", _named(row), now=now)


def close(db: Session, by: Person, person_id: int, now: datetime) -> None:
    """Close an account: signed out everywhere at once, and no way in.

    Raises:
        NotAllowed, NotFound: as `account`, or `by` would close their own.
        Conflict: it is closed already.
    """
    row = _open(_other(db, by, person_id))
    row.closed_at, row.is_administrator = now, False
    rows.end_sessions_of(db, row.id)
    rows.forget_links(db, row.id)
    audit.note(db, by, "closed the account of", _named(row), now=now)


def reopen(db: Session, by: Person, person_id: int, now: datetime) -> None:
    """Open a closed account again; who was an administrator is one no longer.

    Raises:
        NotAllowed, NotFound: as `account`.
    """
    row = _acting_on(db, by, person_id)
    row.closed_at = None
    audit.note(db, by, "opened again the account of", _named(row), now=now)


def link_for(db: Session, by: Person, person_id: int, now: datetime) -> SignInLink:
    """A link by which somebody who forgot their password gets in once and chooses another.

    Raises:
        NotAllowed, NotFound: as `account`, or it would be for `by` themselves, who would get
            past their own password.
        Conflict: the account is closed.
    """
    row = _open(_other(db, by, person_id))
    audit.note(db, by, "made a sign-in link for", _named(row), now=now)
    return people.link_for(db, row.id, now)


def _row(db: Session, by: Person, person_id: int) -> PersonRow:
    _require_administrator(by)
    row = rows.by_id(db, person_id)
    if row is None:
        raise NotFound(f"There is no account {person_id}.")
    return row


def _acting_on(db: Session, by: Person, person_id: int) -> PersonRow:
    """The account to do something to, as nobody else changes it meanwhile."""
    _row(db, by, person_id)
    # Of two who dismiss each other at once, the second finds that they are no administrator.
    if by.id not in {administrator.id for administrator in rows.administrators(db)}:
        raise NotAllowed("You are no administrator any more.")
    row = rows.locked(db, person_id)
    if row is None:
        raise NotFound(f"There is no account {person_id}.")
    return row


def _other(db: Session, by: Person, person_id: int) -> PersonRow:
    row = _acting_on(db, by, person_id)
    if row.id == by.id:
        raise NotAllowed("Another administrator has to do that to you, so that one always stays.")
    return row


def _open(row: PersonRow) -> PersonRow:
    if row.closed_at is not None:
        raise Conflict(f"The account of {row.name} is closed; open it again first.")
    return row


def _named(row: PersonRow) -> str:
    return f"{row.name} (#{row.id})"


def _require_administrator(by: Person) -> None:
    if not by.is_administrator:
        raise NotAllowed("Only administrators may look after people.")


def _account(db: Session, row: PersonRow) -> Account:
    memberships = team_rows.of_person(db, row.id)
    return Account(
        id=row.id,
        name=row.name,
        email=row.email or "",
        is_administrator=row.is_administrator,
        is_closed=row.closed_at is not None,
        created_at=row.created_at,
        teams=tuple((team.name, role) for team, role in memberships),
        orphaned=tuple(
            team.name for team, _ in memberships if set(team_rows.owners(db, team.id)) == {row.id}
        ),
    )
