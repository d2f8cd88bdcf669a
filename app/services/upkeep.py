"""What must be done now and then, whoever asks or does not ask: housekeeping."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.persistence import Session
from app.persistence import upkeep as rows

# So long its maker can see on the account's page why a program stopped.
EXPIRED_TOKENS_STAY = timedelta(days=30)


@dataclass(frozen=True)
class Forgotten:
    """How many rows were deleted because nobody can use them any more."""

    sessions: int
    links: int
    invitations: int
    tokens: int


def forget_expired(db: Session, now: datetime) -> Forgotten:
    """Delete expired sessions, links, invitations and tokens; they count for nothing already.

    They would go with the next sign-in too. A Footing where nobody signs in for months should
    not keep for months who signed in with which browser.
    """
    rows.forget_ways(db, now)
    return Forgotten(
        sessions=rows.forget_sessions(db, now),
        links=rows.forget_links(db, now),
        invitations=rows.forget_invitations(db, now),
        tokens=rows.forget_tokens(db, now - EXPIRED_TOKENS_STAY),
    )
