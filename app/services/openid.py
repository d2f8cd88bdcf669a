"""Signing in by an OpenID provider: whom an identity belongs to, and who may become somebody.

An identity is issuer and subject. An address is never one: whoever can get an address at some
provider would be whoever has it here (CVE-2026-42354 and others). Somebody with an account links
an identity to it while signed in; somebody without gets an account by an invitation, or, where the
settings say so, because the provider knows them.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.errors import Conflict, NotAllowed
from app.persistence import Session
from app.persistence import identities as rows
from app.persistence import people as people_rows
from app.persistence.tables import IdentityRow, OpenIdFlowRow, PersonRow
from app.services import accounts, audit, invitations, people
from app.services.openid_provider import Identity, Question
from app.services.people import Caller, Person

LASTS = timedelta(minutes=10)


@dataclass(frozen=True)
class Way:
    """Why a browser is sent to the provider.

    Attributes:
        leads_to: the path to go on to.
        person_id: whose account the identity shall be linked to; None to sign in.
        invitation: the token of the invitation that it takes; empty without one.
    """

    leads_to: str = ""
    person_id: int | None = None
    invitation: str = ""


@dataclass(frozen=True)
class Flow:
    """A browser that came back, with what it was sent away with."""

    nonce: str
    verifier: str
    leads_to: str
    person_id: int | None
    invitation_sha256: str


def begin(db: Session, question: Question, way: Way, now: datetime) -> str:
    """Keep the question for ten minutes; returns what only this browser shall know, as a cookie."""
    browser = people.new_token()
    row = OpenIdFlowRow(
        state_sha256=people.hash_of(question.state),
        browser_sha256=people.hash_of(browser),
        nonce=question.nonce,
        verifier=question.verifier,
        person_id=way.person_id,
        invitation_sha256=people.hash_of(way.invitation) if way.invitation else "",
        leads_to=way.leads_to,
        created_at=now,
        expires_at=now + LASTS,
    )
    rows.begin(db, row)
    return browser


def take(db: Session, state: str, browser: str, now: datetime) -> Flow | None:
    """What this browser was sent away with, once; None if it was not, or took too long.

    None is no exception, because the state has to be gone whoever brought it.
    """
    row = rows.take(db, people.hash_of(state))
    if row is None or row.browser_sha256 != people.hash_of(browser) or row.expires_at <= now:
        return None
    return Flow(row.nonce, row.verifier, row.leads_to, row.person_id, row.invitation_sha256)


def arrive(
    db: Session,
    flow: Flow,
    identity: Identity,
    *,
    session_token: str,
    may_be_new: bool,
    caller: Caller,
    now: datetime,
) -> str:
    """Do what the browser was sent away for, and return a new session's token.

    `may_be_new`: whether whoever the provider knows may have an account.

    Raises:
        NotAllowed: there is no account for this identity, and none may be made; or the account is
            closed; or whoever wanted to link it is not signed in any more.
        Conflict: the identity belongs to another account.
        NotFound, Gone: the invitation cannot be used.
    """
    row = rows.person_of(db, identity.issuer, identity.subject)
    if flow.person_id is not None:
        row = _linked(db, flow.person_id, row, identity, session_token, now)
    elif row is None:
        row = _newcomer(db, flow, identity, now) if may_be_new or flow.invitation_sha256 else None
    elif flow.invitation_sha256:
        invitations.accept_kept(db, _person(row), flow.invitation_sha256, now)
    if row is None:
        raise NotAllowed(
            "Nobody here has this account. If you have an account of Footing, sign in with your "
            "password and link the two on your account's page; if not, ask a colleague to invite "
            "you to a team."
        )
    if row.closed_at is not None:
        raise NotAllowed("Your account is closed. Ask an administrator to open it again.")
    people.sign_out(db, session_token)  # what this browser had before
    return people.begin_session(db, row.id, caller=caller, now=now)


def is_linked(db: Session, by: Person) -> bool:
    """Whether `by` can sign in by the provider."""
    return bool(rows.of_person(db, by.id))


def unlink(db: Session, by: Person, now: datetime) -> None:
    """Forget who `by` is at the provider.

    Raises:
        Conflict: they are not linked, or would not get in any more.
    """
    row = people_rows.locked(db, by.id)
    if row is None or row.password_hash is None or row.email is None:
        raise Conflict("Give an address and choose a password first: else you cannot sign in.")
    if not rows.unlink(db, by.id):
        raise Conflict("Your account is not linked any more.")
    audit.note(db, by, "unlinked their own account from the provider", "", now=now)


def _linked(
    db: Session,
    person_id: int,
    holder: PersonRow | None,
    identity: Identity,
    session_token: str,
    now: datetime,
) -> PersonRow:
    by = people.person_for(db, session_token, now)
    row = people_rows.locked(db, person_id)
    if by is None or by.id != person_id or row is None:
        raise NotAllowed("You are not signed in any more as whoever wanted to link an account.")
    if holder is not None and holder.id != person_id:
        raise Conflict("Somebody else here has that account. Sign in by it to see who you are.")
    if holder is None:
        _link(db, row, identity, now)
    return row


def _newcomer(db: Session, flow: Flow, identity: Identity, now: datetime) -> PersonRow:
    row = accounts.create_without_password(db, identity.name, identity.email, now)
    _link(db, row, identity, now)
    if flow.invitation_sha256:
        invitations.accept_kept(db, _person(row), flow.invitation_sha256, now)
    return row


def _link(db: Session, row: PersonRow, identity: Identity, now: datetime) -> None:
    rows.link(
        db,
        IdentityRow(issuer=identity.issuer, subject=identity.subject, person_id=row.id, since=now),
    )
    what = "linked their own account to the provider"
    audit.note(db, _person(row), what, identity.issuer, now=now)


def _person(row: PersonRow) -> Person:
    return Person(row.id, row.name, row.is_administrator)
