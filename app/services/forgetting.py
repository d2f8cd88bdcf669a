"""A password that was forgotten: a letter with a link that signs in once.

Who asks learns nothing. Whether an account has the address is looked up only after the answer is
out (`write`), so that no answer is longer, later or other than the next.
"""

from datetime import datetime, timedelta

from app.persistence import Session
from app.persistence import people as rows
from app.services import accounts, audit, people, throttle
from app.services.letters import Letter
from app.services.people import Caller, Person

# Nobody's letter box is filled: an address gets one letter in this time, however often one asks.
ONE_LETTER_IN = timedelta(minutes=10)

_TEXT = """\
Hello {name},

somebody, we hope you, asked for a way back into Footing at {address}.

This link signs you in once, within half an hour, and out everywhere else. There you can choose a
new password:

{link}

If it was not you, do nothing: nothing has changed.
"""


def ask(db: Session, email: str, *, caller: Caller, now: datetime) -> None:
    """Count that somebody asked; what the address belongs to is not looked at.

    Raises:
        TooOften: they asked too often, for one address or from one network.
    """
    account = f"forgotten {accounts.clean_email(email)}"
    throttle.admit(db, account=account, network=caller.network, now=now)


def write(db: Session, email: str, *, address: str, now: datetime) -> Letter | None:
    """The letter with a new link, if an open account has this address; None if none is due.

    `address` is where Footing is.
    """
    row = rows.by_email(db, accounts.clean_email(email))
    if row is None or row.closed_at is not None or row.email is None:
        return None
    if rows.has_link_since(db, row.id, now - ONE_LETTER_IN):
        return None
    link = people.link_for(db, row.id, now)
    who = Person(row.id, row.name, row.is_administrator)
    audit.note(db, who, "was sent a sign-in link to", row.email, now=now)
    text = _TEXT.format(name=row.name, address=address, link=f"{address}{link.path}")
    return Letter(row.email, "A way back into Footing", text)
