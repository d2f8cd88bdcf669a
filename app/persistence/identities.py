"""Who somebody is at an OpenID provider, and who is on the way to one."""

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.persistence.tables import IdentityRow, OpenIdFlowRow, PersonRow


def person_of(session: Session, issuer: str, subject: str) -> PersonRow | None:
    """The person with this identity, or None."""
    return session.scalar(
        select(PersonRow)
        .join(IdentityRow, IdentityRow.person_id == PersonRow.id)
        .where(IdentityRow.issuer == issuer, IdentityRow.subject == subject)
    )


def of_person(session: Session, person_id: int) -> Sequence[IdentityRow]:
    """The person's identities, oldest first."""
    return session.scalars(
        select(IdentityRow)
        .where(IdentityRow.person_id == person_id)
        .order_by(IdentityRow.since, IdentityRow.issuer, IdentityRow.subject)
    ).all()


def link(session: Session, row: IdentityRow) -> None:
    """Keep a new identity."""
    session.add(row)
    session.flush()


def unlink(session: Session, person_id: int) -> bool:
    """Forget the person's identities; False if there were none."""
    gone = delete(IdentityRow).where(IdentityRow.person_id == person_id)
    return bool(session.scalars(gone.returning(IdentityRow.subject)).all())


def begin(session: Session, row: OpenIdFlowRow) -> None:
    """Keep what a browser was sent away with, and forget those that never came back."""
    session.execute(delete(OpenIdFlowRow).where(OpenIdFlowRow.expires_at <= row.created_at))
    session.add(row)
    session.flush()


def take(session: Session, state_sha256: str) -> OpenIdFlowRow | None:
    """What this state was made for, which is forgotten thereby: of two at once, one gets it."""
    return session.scalar(
        delete(OpenIdFlowRow)
        .where(OpenIdFlowRow.state_sha256 == state_sha256)
        .returning(OpenIdFlowRow)
    )
