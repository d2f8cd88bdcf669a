"""What must be done now and then, whoever asks or does not ask: housekeeping."""

from dataclasses import dataclass
from datetime import datetime

from app.persistence import Session
from app.persistence import upkeep as rows


@dataclass(frozen=True)
class Forgotten:
    """How many rows were deleted because nobody can use them any more."""

    sessions: int
    links: int
    invitations: int


def forget_expired(db: Session, now: datetime) -> Forgotten:
    """Delete expired sessions, sign-in links and invitations; they count for nothing already.

    They would go with the next sign-in too. A Footing where nobody signs in for months should
    not keep for months who signed in with which browser.
    """
    return Forgotten(
        sessions=rows.forget_sessions(db, now),
        links=rows.forget_links(db, now),
        invitations=rows.forget_invitations(db, now),
    )
