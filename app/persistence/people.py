"""People, their sign-in links and their sessions. Only hashes of tokens come here."""

from datetime import datetime

from sqlalchemy import delete, exists, select, text, update
from sqlalchemy.orm import Session

from app.persistence.tables import PersonRow, SessionRow, SignInLinkRow


def anybody(session: Session) -> bool:
    """Whether there is at least one person."""
    return bool(session.scalar(select(exists().where(PersonRow.id.is_not(None)))))


def first_administrator(session: Session) -> PersonRow | None:
    """The administrator who has been here longest, or None."""
    return session.scalar(
        select(PersonRow).where(PersonRow.is_administrator).order_by(PersonRow.id).limit(1)
    )


def add_first(session: Session, *, name: str, at: datetime) -> PersonRow | None:
    """Add the first person, an administrator; None if there is somebody already."""
    if session.get_bind().dialect.name == "postgresql":
        # Two set-up links may be used in the same moment. SQLite has a single writer anyway.
        session.execute(text("LOCK TABLE person IN SHARE ROW EXCLUSIVE MODE"))
    if anybody(session):
        return None
    person = PersonRow(name=name, is_administrator=True, created_at=at)
    session.add(person)
    session.flush()
    return person


def add_link(
    session: Session, *, token_sha256: str, person_id: int | None, at: datetime, until: datetime
) -> None:
    """Keep a new sign-in link, and forget those that have expired."""
    session.execute(delete(SignInLinkRow).where(SignInLinkRow.expires_at <= at))
    session.add(
        SignInLinkRow(
            token_sha256=token_sha256, person_id=person_id, created_at=at, expires_at=until
        )
    )
    session.flush()


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
    """Keep a new session, and forget those that have expired."""
    session.execute(delete(SessionRow).where(SessionRow.expires_at <= at))
    session.add(
        SessionRow(
            token_sha256=token_sha256,
            person_id=person_id,
            created_at=at,
            last_seen_at=at,
            expires_at=until,
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


def seen(session: Session, token_sha256: str, at: datetime) -> None:
    """Note that the session was in use."""
    session.execute(
        update(SessionRow).where(SessionRow.token_sha256 == token_sha256).values(last_seen_at=at)
    )


def end_session(session: Session, token_sha256: str) -> None:
    """Sign the session out."""
    session.execute(delete(SessionRow).where(SessionRow.token_sha256 == token_sha256))
