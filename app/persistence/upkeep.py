"""Rows that nobody can use any more."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.persistence.tables import InvitationRow, SessionRow, SignInLinkRow


def forget_sessions(session: Session, at: datetime) -> int:
    """Delete the sessions that have expired by `at`, and say how many."""
    gone = delete(SessionRow).where(SessionRow.expires_at <= at).returning(SessionRow.id)
    return len(session.scalars(gone).all())


def forget_links(session: Session, at: datetime) -> int:
    """Delete the sign-in links that have expired by `at`, and say how many."""
    gone = delete(SignInLinkRow).where(SignInLinkRow.expires_at <= at).returning(SignInLinkRow.id)
    return len(session.scalars(gone).all())


def forget_invitations(session: Session, at: datetime) -> int:
    """Delete the invitations that have expired by `at`, and say how many."""
    gone = delete(InvitationRow).where(InvitationRow.expires_at <= at).returning(InvitationRow.id)
    return len(session.scalars(gone).all())
