"""People, their sign-in links and their sessions. Only hashes of tokens come here."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, exists, func, select, text, update
from sqlalchemy.orm import Session

from app.persistence.tables import PersonRow, SessionRow, SignInLinkRow


def anybody(session: Session) -> bool:
    """Whether there is at least one person."""
    return bool(session.scalar(select(exists().where(PersonRow.id.is_not(None)))))


def first_administrator(session: Session) -> PersonRow | None:
    """The administrator who has been here longest, or None."""
    return session.scalar(
        select(PersonRow)
        .where(PersonRow.is_administrator, PersonRow.closed_at.is_(None))
        .order_by(PersonRow.id)
        .limit(1)
    )


def by_id(session: Session, person_id: int) -> PersonRow | None:
    """The person, or None."""
    return session.get(PersonRow, person_id)


def locked(session: Session, person_id: int) -> PersonRow | None:
    """The person as they are now, and as nobody changes them until the transaction ends.

    Signing in, changing a password and closing an account take turns by it.
    """
    return session.scalar(
        select(PersonRow)
        .where(PersonRow.id == person_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def by_email(session: Session, email: str) -> PersonRow | None:
    """The person with this address, or None; addresses are kept in lower case."""
    return session.scalar(select(PersonRow).where(PersonRow.email == email))


def everybody(session: Session) -> Sequence[PersonRow]:
    """All people, by name."""
    return session.scalars(
        select(PersonRow).order_by(func.lower(PersonRow.name), PersonRow.id)
    ).all()


def has_administrator_besides(session: Session, person_id: int) -> bool:
    """Whether anybody else is an administrator whose account is open."""
    others = select(PersonRow.id).where(
        PersonRow.is_administrator, PersonRow.closed_at.is_(None), PersonRow.id != person_id
    )
    return session.scalar(others.limit(1)) is not None


def administrators(session: Session) -> Sequence[PersonRow]:
    """The administrators whose accounts are open, locked until the transaction ends.

    Locked, so that of two who dismiss each other at once one comes second and sees it.
    """
    return session.scalars(
        select(PersonRow)
        .where(PersonRow.is_administrator, PersonRow.closed_at.is_(None))
        .order_by(PersonRow.id)
        .with_for_update()
    ).all()


def add(
    session: Session, *, name: str, email: str | None, password_hash: str | None, at: datetime
) -> PersonRow:
    """Add a person."""
    person = PersonRow(
        name=name, email=email, password_hash=password_hash, is_administrator=False, created_at=at
    )
    session.add(person)
    session.flush()
    return person


def nobody_else(session: Session) -> bool:
    """Whether there is nobody yet, and until the transaction ends nobody can come."""
    if session.get_bind().dialect.name == "postgresql":
        # Two set-up links may be used in the same moment. SQLite has a single writer anyway.
        session.execute(text("LOCK TABLE person IN SHARE ROW EXCLUSIVE MODE"))
    return not anybody(session)


def add_link(
    session: Session, *, token_sha256: str, person_id: int | None, at: datetime, until: datetime
) -> None:
    """Keep a new sign-in link; forget those that have expired and the person's earlier ones."""
    session.execute(delete(SignInLinkRow).where(SignInLinkRow.expires_at <= at))
    if person_id is not None:
        forget_links(session, person_id)
    session.add(
        SignInLinkRow(
            token_sha256=token_sha256, person_id=person_id, created_at=at, expires_at=until
        )
    )
    session.flush()


def forget_links(session: Session, person_id: int) -> None:
    """Take back the person's sign-in links that nobody has used."""
    session.execute(
        delete(SignInLinkRow).where(
            SignInLinkRow.person_id == person_id, SignInLinkRow.used_at.is_(None)
        )
    )


def has_link_since(session: Session, person_id: int, moment: datetime) -> bool:
    """Whether a sign-in link was made for the person after this moment, used or not."""
    made = SignInLinkRow.person_id == person_id, SignInLinkRow.created_at > moment
    return bool(session.scalar(select(exists().where(*made))))


def link_by_token(session: Session, token_sha256: str) -> SignInLinkRow | None:
    """The link of this token, used or not, expired or not."""
    return session.scalar(select(SignInLinkRow).where(SignInLinkRow.token_sha256 == token_sha256))


def use_link(session: Session, token_sha256: str, at: datetime) -> bool:
    """Mark the link used; False if it is not usable any more. Of two at once, one gets True."""
    used = session.scalar(
        update(SignInLinkRow)
        .where(
            SignInLinkRow.token_sha256 == token_sha256,
            SignInLinkRow.used_at.is_(None),
            SignInLinkRow.expires_at > at,
        )
        .values(used_at=at)
        .returning(SignInLinkRow.id)
    )
    return used is not None


def add_session(
    session: Session,
    *,
    token_sha256: str,
    person_id: int,
    at: datetime,
    until: datetime,
    user_agent: str,
) -> None:
    """Keep a new session, confirmed now, and forget those that have expired."""
    session.execute(delete(SessionRow).where(SessionRow.expires_at <= at))
    session.add(
        SessionRow(
            token_sha256=token_sha256,
            person_id=person_id,
            created_at=at,
            last_seen_at=at,
            expires_at=until,
            confirmed_at=at,
            user_agent=user_agent,
        )
    )
    session.flush()


def by_session(session: Session, token_sha256: str) -> tuple[PersonRow, SessionRow] | None:
    """The person of a session's token and the session, ended or not; None if it is unknown."""
    row = session.execute(
        select(PersonRow, SessionRow)
        .join(SessionRow, SessionRow.person_id == PersonRow.id)
        .where(SessionRow.token_sha256 == token_sha256)
    ).one_or_none()
    return row and (row[0], row[1])


def sessions_of(session: Session, person_id: int) -> Sequence[SessionRow]:
    """The person's sessions, ended ones that are not forgotten yet included, newest first."""
    return session.scalars(
        select(SessionRow).where(SessionRow.person_id == person_id).order_by(SessionRow.id.desc())
    ).all()


def confirm(session: Session, token_sha256: str, renewed_sha256: str, at: datetime) -> None:
    """Note that the password was given again; from now on another token opens the session."""
    session.execute(
        update(SessionRow)
        .where(SessionRow.token_sha256 == token_sha256)
        .values(confirmed_at=at, token_sha256=renewed_sha256)
    )


def seen(session: Session, token_sha256: str, at: datetime) -> None:
    """Note that the session was in use."""
    session.execute(
        update(SessionRow).where(SessionRow.token_sha256 == token_sha256).values(last_seen_at=at)
    )


def end_session(session: Session, token_sha256: str) -> None:
    """Sign the session out."""
    session.execute(delete(SessionRow).where(SessionRow.token_sha256 == token_sha256))


def end_sessions_of(session: Session, person_id: int, *, but: str = "") -> None:
    """Sign the person out everywhere, except where the token's hash is `but`."""
    session.execute(
        delete(SessionRow).where(SessionRow.person_id == person_id, SessionRow.token_sha256 != but)
    )


def end_one_of(session: Session, person_id: int, session_id: int) -> bool:
    """End this session of the person; False if they have no such session."""
    ended = session.scalar(
        delete(SessionRow)
        .where(SessionRow.person_id == person_id, SessionRow.id == session_id)
        .returning(SessionRow.id)
    )
    return ended is not None
