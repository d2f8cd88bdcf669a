"""Who somebody is: sessions, and the one-use links of the operator and of administrators."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.errors import Conflict, NotFound
from app.persistence import Session
from app.persistence import audit as audit_rows
from app.persistence import people as rows
from app.persistence.tables import AuditRow, SessionRow, SignInLinkRow

LINK_LASTS = timedelta(minutes=30)
SESSION_LASTS = timedelta(days=14)
SESSION_MAY_IDLE = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=1)
# For what would hurt most in the wrong hands, the password is asked again after this time.
CONFIRMED_FOR = timedelta(minutes=15)


@dataclass(frozen=True)
class Person:
    """Somebody who is signed in, or whose program is.

    Attributes:
        at_most: the greatest role that counts, whatever is theirs: an API token may be for less.
        only_team_id: the one team that an API token is for; None for all of theirs.
    """

    id: int
    name: str
    is_administrator: bool
    at_most: str = "owner"
    only_team_id: int | None = None


@dataclass(frozen=True)
class Caller:
    """Where a request comes from.

    Attributes:
        network: the address, to count guesses by.
        user_agent: what the browser calls itself, so that one knows one's sessions again.
    """

    network: str = ""
    user_agent: str = ""


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


@dataclass(frozen=True)
class Visit:
    """A session: a browser that is, or was, signed in.

    Attributes:
        browser: what it calls itself.
        is_this: whether it is the one that asks.
    """

    id: int
    browser: str
    began: datetime
    last_seen: datetime
    is_this: bool


# ---- links -----------------------------------------------------------------------------------


def issue_sign_in_link(db: Session, now: datetime) -> SignInLink:
    """A new link for the administrator, or to create one if there is nobody yet."""
    administrator = rows.first_administrator(db)
    if administrator:
        return link_for(db, administrator.id, now)
    return _issued(db, None, now)


def link_for(db: Session, person_id: int, now: datetime) -> SignInLink:
    """A new link that signs this person in; an earlier one that nobody used ends."""
    return _issued(db, person_id, now)


def _issued(db: Session, person_id: int | None, now: datetime) -> SignInLink:
    link = SignInLink(new_token(), creates_administrator=person_id is None)
    rows.add_link(
        db,
        token_sha256=hash_of(link.token),
        person_id=person_id,
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
    return usable_link(db, token, now).person_id is None


def accept_sign_in_link(db: Session, token: str, *, caller: Caller, now: datetime) -> str:
    """Use a person's link up, sign them out everywhere else, and return a new session's token.

    Raises:
        NotFound: there is no such link, or it creates the administrator.
        Conflict: it was used or has expired.
    """
    link = usable_link(db, token, now)
    if link.person_id is None:
        raise NotFound("That is a set-up link: open it at the address it was printed with.")
    row = rows.locked(db, link.person_id)
    if row is None or row.closed_at is not None:
        raise _used_up()
    use_up(db, link, now)
    rows.end_sessions_of(db, link.person_id)
    note = f"from {caller.network or 'an unknown address'}"
    line = AuditRow(
        at=now,
        by_id=row.id,
        by_name=row.name,
        action="signed in by a link",
        subject="",
        detail=note,
    )
    audit_rows.add(db, line)
    return begin_session(db, link.person_id, caller=caller, now=now)


def usable_link(db: Session, token: str, now: datetime) -> SignInLinkRow:
    """The link of this token.

    Raises:
        NotFound, Conflict: as `check_sign_in_link`.
    """
    link = rows.link_by_token(db, hash_of(token))
    if link is None:
        raise NotFound(
            "There is no such sign-in link. Check that all of it was copied; "
            "a newer link to the same account ends the older ones."
        )
    if link.used_at is not None or link.expires_at <= now:
        raise _used_up()
    if link.person_id is None and rows.anybody(db):
        raise set_up_already()
    return link


def use_up(db: Session, link: SignInLinkRow, now: datetime) -> None:
    """Mark the link used.

    Raises:
        Conflict: somebody else used it in the same moment.
    """
    if not rows.use_link(db, link.token_sha256, now):
        raise _used_up()


def _used_up() -> Conflict:
    return Conflict(
        "This sign-in link was used already or is older than half an hour. "
        "Sign in with your password, or ask an administrator for a new link; "
        "whoever runs Footing makes one with: .venv/bin/footing admin link"
    )


def set_up_already() -> Conflict:
    """What is said to somebody who would be the first administrator, but is not."""
    return Conflict(
        "Footing has an administrator already, so this set-up link creates no other. "
        "Whoever runs Footing makes a sign-in link with: .venv/bin/footing admin link"
    )


# ---- sessions --------------------------------------------------------------------------------


def begin_session(db: Session, person_id: int, *, caller: Caller, now: datetime) -> str:
    """Sign the person in and return the new session's token."""
    token = new_token()
    rows.add_session(
        db,
        token_sha256=hash_of(token),
        person_id=person_id,
        at=now,
        until=now + SESSION_LASTS,
        user_agent=caller.user_agent[:200],
    )
    return token


def person_for(db: Session, session_token: str, now: datetime) -> Person | None:
    """The person of a session, or None if it is unknown, signed out, too old or too long idle."""
    found = rows.by_session(db, hash_of(session_token))
    if found is None:
        return None
    person, session = found
    if person.closed_at is not None or not _is_alive(session, now):
        return None
    return Person(person.id, person.name, person.is_administrator)


def is_due(db: Session, session_token: str, now: datetime) -> bool:
    """Whether it is time to note that the session is in use: once a minute is enough."""
    found = rows.by_session(db, hash_of(session_token))
    return found is not None and now - found[1].last_seen_at >= SEEN_EVERY


def note_seen(db: Session, session_token: str, now: datetime) -> None:
    """Note that the session is in use, so that it does not count as idle."""
    rows.seen(db, hash_of(session_token), now)


def is_confirmed(db: Session, session_token: str, now: datetime) -> bool:
    """Whether the session proved who sits there in the last quarter of an hour."""
    found = rows.by_session(db, hash_of(session_token))
    confirmed = found[1].confirmed_at if found else None
    return confirmed is not None and now - confirmed < CONFIRMED_FOR


def visits(db: Session, by: Person, session_token: str, now: datetime) -> list[Visit]:
    """Where `by` is signed in, newest first."""
    this = hash_of(session_token)
    return [
        Visit(
            id=row.id,
            browser=row.user_agent,
            began=row.created_at,
            last_seen=row.last_seen_at,
            is_this=row.token_sha256 == this,
        )
        for row in rows.sessions_of(db, by.id)
        if _is_alive(row, now)
    ]


def end_visit(db: Session, by: Person, visit_id: int) -> None:
    """Sign `by` out of one of their browsers.

    Raises:
        NotFound: they are not signed in there.
    """
    if not rows.end_one_of(db, by.id, visit_id):
        raise NotFound("You are not signed in there any more.")


def sign_out(db: Session, session_token: str) -> None:
    """End the session at once, everywhere it is used."""
    rows.end_session(db, hash_of(session_token))


def _is_alive(session: SessionRow, now: datetime) -> bool:
    return now < session.expires_at and now - session.last_seen_at < SESSION_MAY_IDLE


# ---- tokens ----------------------------------------------------------------------------------


def new_token() -> str:
    """256 random bits as 43 characters that an address may hold."""
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    """What is stored of a token; a token has too many bits to be guessed from it."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
