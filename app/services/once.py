"""Doing once what a form asks for, however often it is sent: a double click makes one version."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from app.persistence import Session
from app.persistence import done_once as rows
from app.services.people import Person, new_token

REMEMBERED = timedelta(days=1)


def done(
    db: Session, by: Person | None, form: str, work: Callable[[], str], *, now: datetime
) -> str:
    """What comes of `work`; of what came of it before, if `by` has sent this very form already.

    Args:
        by: None for somebody without an account; `form` then says by which link they came.
        form: the random name that the form carries; empty for none, and then `work` is done.
    """
    if not form:
        return work()
    whose = by.id if by else ""
    key = hashlib.sha256(f"{whose}:{form}".encode(errors="replace")).hexdigest()
    rows.forget_before(db, now - REMEMBERED)
    if earlier := rows.begin(db, key, now):
        return earlier
    result = work()
    rows.finish(db, key, result)
    return result


def token(
    db: Session, by: Person | None, form: str, keep: Callable[[str], None], *, now: datetime
) -> str:
    """A new token that `keep` was given; the same one if `by` has sent this very form already.

    HMAC-SHA256 of the form's name under 256 random bits. These are what is remembered, for a day:
    whoever has a copy of the database lacks the name, and whoever has the name lacks the bits.

    Args:
        form: as of `done`.
    """
    if not form:
        made = new_token()
        keep(made)
        return made

    def begin() -> str:
        key = secrets.token_hex(32)
        keep(_under(key, form))
        return key

    return _under(done(db, by, form, begin, now=now), form)


def _under(key: str, form: str) -> str:
    digest = hmac.digest(bytes.fromhex(key), form.encode(errors="replace"), "sha256")
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def named(form: str, *told: object) -> str:
    """A form with what it says, so that one that was filled in anew is another; "" without a name.

    A browser that goes back shows the page as it was, its name included.
    """
    return form and repr((form, *told))
