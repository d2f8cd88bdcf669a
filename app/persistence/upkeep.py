"""Rows that nobody can use any more."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.persistence.tables import (
    ApiTokenRow,
    InvitationRow,
    OpenIdFlowRow,
    SessionRow,
    SignInLinkRow,
)


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


def forget_ways(session: Session, at: datetime) -> int:
    """Delete what browsers were sent to a provider with and did not bring back; say how many."""
    gone = delete(OpenIdFlowRow).where(OpenIdFlowRow.expires_at <= at)
    return len(session.scalars(gone.returning(OpenIdFlowRow.state_sha256)).all())


def forget_tokens(session: Session, at: datetime) -> int:
    """Delete the API tokens that have expired by `at`, and say how many."""
    gone = delete(ApiTokenRow).where(ApiTokenRow.expires_at <= at).returning(ApiTokenRow.id)
    return len(session.scalars(gone).all())
