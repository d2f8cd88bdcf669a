"""Signing in by a one-use link, staying signed in, signing out."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.errors import Conflict, InvalidAnswers, NotFound, Problem
from app.persistence import Session
from app.persistence import people as rows
from app.persistence.tables import SignInLinkRow

LINK_LASTS = timedelta(minutes=30)
SESSION_LASTS = timedelta(days=14)
SESSION_MAY_IDLE = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=1)

LONGEST_NAME = 120


@dataclass(frozen=True)
class Person:
    """Somebody who is signed in."""

    id: int
    name: str
    is_administrator: bool


@dataclass(frozen=True)
class SignInLink:
    """A new one-use way in.

    Attributes:
        token: 256 random bits, shown once: only their hash is stored.
        creates_administrator: nobody is here yet; whoever uses it becomes the administrator.
    """

    token: str
    creates_administrator: bool

    @property
    def path(self) -> str:
        """Where the link leads."""
        page = "setup" if self.creates_administrator else "sign-in"
        return f"/{page}?token={self.token}"


def issue_sign_in_link(db: Session, now: datetime) -> SignInLink:
    """A new link for the administrator, or to create one if there is nobody yet."""
    administrator = rows.first_administrator(db)
    link = SignInLink(_new_token(), creates_administrator=administrator is None)
    rows.add_link(
        db,
        token_sha256=_hash(link.token),
        person_id=administrator.id if administrator else None,
        at=now,
        until=now + LINK_LASTS,
    )
    return link


def check_sign_in_link(db: Session, token: str, now: datetime) -> bool:
    """Whether the link creates the administrator; looking at a link does not use it up.

    Raises:
        NotFound: there is no such link.
        Conflict: it was used, has expired, or would set up what is set up already.
    """
    return _usable_link(db, token, now).person_id is None


def accept_sign_in_link(
    db: Session, token: str, *, name: str, user_agent: str, now: datetime
) -> str:
    """Use the link up and return the token of a new session.

    `name` is what the first administrator wants to be called; other links ignore it.

    Raises:
        NotFound, Conflict: as `check_sign_in_link`.
        InvalidAnswers: the link creates an administrator and the name is missing or too long.
    """
    link = _usable_link(db, token, now)
    if link.person_id is None:
        name = _usable_name(name)
    if not rows.use_link(db, link.token_sha256, now):
        raise _used_up()
    person_id = link.person_id or _first_person(db, name, now)
    session_token = _new_token()
    rows.add_session(
        db,
        token_sha256=_hash(session_token),
        person_id=person_id,
        at=now,
        until=now + SESSION_LASTS,
        user_agent=user_agent[:200],
    )
    return session_token


def person_for(db: Session, session_token: str, now: datetime) -> Person | None:
    """The person of a session, or None if it is unknown, signed out, too old or too long idle."""
    found = rows.by_session(db, _hash(session_token))
    if found is None:
        return None
    person, session = found
    if now >= session.expires_at or now - session.last_seen_at >= SESSION_MAY_IDLE:
        return None
    return Person(person.id, person.name, person.is_administrator)


def is_due(db: Session, session_token: str, now: datetime) -> bool:
    """Whether it is time to note that the session is in use: once a minute is enough."""
    found = rows.by_session(db, _hash(session_token))
    return found is not None and now - found[1].last_seen_at >= SEEN_EVERY


def note_seen(db: Session, session_token: str, now: datetime) -> None:
    """Note that the session is in use, so that it does not count as idle."""
    rows.seen(db, _hash(session_token), now)


def sign_out(db: Session, session_token: str) -> None:
    """End the session at once, everywhere it is used."""
    rows.end_session(db, _hash(session_token))


def _usable_link(db: Session, token: str, now: datetime) -> SignInLinkRow:
    link = rows.link_by_token(db, _hash(token))
    if link is None:
        raise NotFound("There is no such sign-in link. Check that all of it was copied.")
    if link.used_at is not None or link.expires_at <= now:
        raise _used_up()
    if link.person_id is None and rows.anybody(db):
        raise _set_up_already()
    return link


def _first_person(db: Session, name: str, now: datetime) -> int:
    person = rows.add_first(db, name=name, at=now)
    if person is None:
        raise _set_up_already()
    return person.id


def _usable_name(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise InvalidAnswers([Problem("name", "Enter the name you want to be called by.")])
    if len(name) > LONGEST_NAME:
        message = f"The name has {len(name)} characters; at most {LONGEST_NAME} fit."
        raise InvalidAnswers([Problem("name", message)])
    return name


def _used_up() -> Conflict:
    return Conflict(
        "This sign-in link was used already or is older than half an hour. "
        "Whoever runs Footing makes a new one with: footing admin link"
    )


def _set_up_already() -> Conflict:
    return Conflict(
        "Footing has an administrator already, so this set-up link creates no other. "
        "Whoever runs Footing makes a sign-in link with: footing admin link"
    )


def _new_token() -> str:
    return secrets.token_urlsafe(32)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
