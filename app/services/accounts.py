"""Accounts: the first one, signing in with a password, changing one's own details."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from app.domain.errors import InvalidAnswers, NotAllowed, Problem
from app.persistence import Session
from app.persistence import people as rows
from app.persistence import teams as team_rows
from app.persistence.tables import PersonRow
from app.services import audit, passwords, people, throttle
from app.services.people import Caller, Person, SignInLink
from app.services.texts import one_line, too_long

LONGEST_NAME = 120
LONGEST_EMAIL = 254  # RFC 5321, section 4.5.3.1.3, less its angle brackets
FIRST_TEAM = "Our team"

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


@dataclass(frozen=True)
class NewAccount:
    """What somebody types to get an account, as typed."""

    name: str
    email: str
    password: str


@dataclass(frozen=True)
class Details:
    """What an account says of its person."""

    name: str
    email: str
    has_password: bool


def set_up(db: Session, token: str, wanted: NewAccount, *, caller: Caller, now: datetime) -> str:
    """Create the first administrator, with a first team, and return a new session's token.

    Raises:
        NotFound, Conflict: the link is not one that sets up; see `people.check_sign_in_link`.
        InvalidAnswers: a field cannot be used; the link can be used again.
    """
    link = people.usable_link(db, token, now)
    if link.person_id is not None:
        raise people.set_up_already()
    if not rows.nobody_else(db):
        raise people.set_up_already()
    row = create(db, wanted, now)
    people.use_up(db, link, now)
    row.is_administrator = True
    team = team_rows.add(db, name=FIRST_TEAM, at=now)
    team_rows.put(db, team_id=team.id, person_id=row.id, role="owner", at=now)
    audit.note(db, None, "set up Footing with the administrator", row.name, now=now)
    return people.begin_session(db, row.id, caller=caller, now=now)


def create(db: Session, wanted: NewAccount, now: datetime) -> PersonRow:
    """A new account, for whoever has decided that there may be one.

    Raises:
        InvalidAnswers: with every field that cannot be used.
    """
    name, email = one_line(wanted.name), clean_email(wanted.email)
    problems = [*_name_problems(name), *_email_problems(db, email, own_id=None)]
    if weak := passwords.weakness(wanted.password, (name, email)):
        problems.append(Problem("password", weak))
    if problems:
        raise InvalidAnswers(problems)
    kept = passwords.hashed(wanted.password)
    return rows.add(db, name=name, email=email, password_hash=kept, at=now)


def is_taken(db: Session, email: str) -> bool:
    """Whether an account has this address, as typed."""
    return rows.by_email(db, clean_email(email)) is not None


def create_without_password(db: Session, name: str, email: str, now: datetime) -> PersonRow:
    """A new account for somebody whom an OpenID provider vouches for.

    Nobody is asked, so what cannot be used is left out: an address that another account has, too.
    """
    name, email = one_line(name)[:LONGEST_NAME], clean_email(email)
    if list(_name_problems(name)):
        name = email.partition("@")[0][:LONGEST_NAME] or "Somebody new"
    own = None if list(_email_problems(db, email, own_id=None)) else email
    return rows.add(db, name=name, email=own, password_hash=None, at=now)


def sign_in(db: Session, *, email: str, password: str, caller: Caller, now: datetime) -> str | None:
    """A new session's token, or None if address and password do not belong together.

    None is no exception, because the attempt has to be counted.

    Raises:
        TooOften: there were too many attempts; not even the right password is looked at.
    """
    email = clean_email(email)
    is_last = throttle.admit(db, account=email, network=caller.network, now=now)
    row = rows.by_email(db, email)
    kept = row.password_hash if row is not None and row.closed_at is None else None
    if not passwords.matches(password, kept) or row is None or kept is None:
        if is_last and row is not None and row.closed_at is None:
            _note_locked_out(db, Person(row.id, row.name, row.is_administrator), "signing in", now)
        return None
    row = rows.locked(db, row.id)
    if row is None or row.closed_at is not None or row.password_hash != kept:
        return None  # meanwhile the account was closed, or its password changed
    throttle.forgive(db, account=email, network=caller.network, now=now)
    if passwords.is_outdated(kept):
        row.password_hash = passwords.hashed(password)
    return people.begin_session(db, row.id, caller=caller, now=now)


def confirm(
    db: Session, by: Person, session_token: str, *, password: str, caller: Caller, now: datetime
) -> str:
    """If the password is the one of `by` the session counts as confirmed; returns its new token.

    The old one opens it no longer, so that whoever had it gains nothing; "" for another password.

    Raises:
        TooOften: as `sign_in`.
    """
    if not _proves(db, by, password, caller, now):
        return ""
    return _renewed(db, session_token, now)


def _proves(db: Session, by: Person, password: str, caller: Caller, now: datetime) -> bool:
    # Counted apart from signing in: who guesses there must not keep whoever is in from acting.
    account = f"confirming {by.id}"
    is_last = throttle.admit(db, account=account, network=caller.network, now=now)
    if not passwords.matches(password, _own(db, by).password_hash):
        if is_last:
            _note_locked_out(db, by, "confirming", now)
        return False
    throttle.forgive(db, account=account, network=caller.network, now=now)
    return True


def _renewed(db: Session, session_token: str, now: datetime) -> str:
    renewed = people.new_token()
    rows.confirm(db, people.hash_of(session_token), people.hash_of(renewed), now)
    return renewed


def _note_locked_out(db: Session, person: Person, what: str, now: datetime) -> None:
    wrong = f"{throttle.MOST_PER_ACCOUNT} wrong passwords"
    audit.note(db, person, "may not guess for five minutes, after", wrong, now=now, detail=what)


def operators_link(db: Session, now: datetime) -> SignInLink:
    """A way in for whoever runs Footing: as the first administrator, or to become it."""
    administrator = rows.first_administrator(db)
    if administrator:
        audit.note(db, None, "made a sign-in link for", administrator.name, now=now)
    return people.issue_sign_in_link(db, now)


def details(db: Session, by: Person) -> Details:
    """What the account of `by` says."""
    row = rows.by_id(db, by.id)
    if row is None:
        raise NotAllowed("This account is closed.")
    return Details(row.name, row.email or "", has_password=row.password_hash is not None)


def change_details(db: Session, by: Person, *, name: str, email: str, now: datetime) -> None:
    """Change one's own name and address.

    Raises:
        InvalidAnswers: one of them cannot be used; nothing is changed.
    """
    name, email = one_line(name), clean_email(email)
    problems = [*_name_problems(name), *_email_problems(db, email, own_id=by.id)]
    if problems:
        raise InvalidAnswers(problems)
    row = _own(db, by)
    if row.email != email:
        audit.note(
            db, by, "changed their own address to", email, now=now, detail=f"was {row.email}"
        )
    if row.name != name:
        audit.note(db, by, "changed their own name to", name, now=now)
    row.name, row.email = name, email


def change_password(
    db: Session,
    by: Person,
    session_token: str,
    *,
    present: str,
    password: str,
    caller: Caller,
    now: datetime,
) -> str:
    """Change one's own password, sign out everywhere else, and return the session's token.

    Whoever has a password gives the present one; whoever has none came by a link a short while ago.

    Raises:
        InvalidAnswers: the present password is another, or the new one will not do. The guess
            counts, so the transaction has to end well.
        NotAllowed: there is no present password, and the session is too old to do without.
        TooOften: as `confirm`.
    """
    row = _own(db, by)
    if row.password_hash is None and not people.is_confirmed(db, session_token, now):
        raise NotAllowed("Sign in again first: by a new link, or by your organisation's account.")
    if row.password_hash is not None and not _proves(db, by, present, caller, now):
        raise InvalidAnswers([Problem("present", "That is not your present password.")])
    if weak := passwords.weakness(password, (row.name, row.email or "")):
        raise InvalidAnswers([Problem("password", weak)])
    row.password_hash = passwords.hashed(password)
    session_token = _renewed(db, session_token, now)
    rows.end_sessions_of(db, by.id, but=people.hash_of(session_token))
    rows.forget_links(db, by.id)
    audit.note(db, by, "changed their own password", "", now=now)
    return session_token


def _own(db: Session, by: Person) -> PersonRow:
    row = rows.locked(db, by.id)
    if row is None or row.closed_at is not None:
        raise NotAllowed("This account is closed.")
    return row


def clean_email(email: str) -> str:
    """The address as it is kept: in lower case."""
    return one_line(email).lower()


def _name_problems(name: str) -> Iterator[Problem]:
    if not name:
        yield Problem("name", "Enter the name you want to be called by.")
    if name.casefold() == audit.OPERATOR:
        yield Problem("name", "That is what the audit log calls whoever runs Footing.")
    yield from too_long("name", "The name", name, LONGEST_NAME)


def _email_problems(db: Session, email: str, *, own_id: int | None) -> Iterator[Problem]:
    if not _EMAIL.fullmatch(email):
        yield Problem(
            "email", "Enter an e-mail address such as ada@example.org: you sign in by it."
        )
    elif (other := rows.by_email(db, email)) is not None and other.id != own_id:
        yield Problem(
            "email", f"{email} cannot be the address of this account. If it is yours, sign in."
        )
    yield from too_long("email", "The address", email, LONGEST_EMAIL)
