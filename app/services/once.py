"""Doing once what a form asks for, however often it is sent: a double click makes one version."""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

from app.persistence import Session
from app.persistence import done_once as rows
from app.services.people import Person

REMEMBERED = timedelta(days=1)


def done(db: Session, by: Person, form: str, work: Callable[[], str], *, now: datetime) -> str:
    """What comes of `work`; of what came of it before, if `by` has sent this very form already.

    Args:
        form: the random name that the form carries; empty for none, and then `work` is done.
    """
    if not form:
        return work()
    key = hashlib.sha256(f"{by.id}:{form}".encode(errors="replace")).hexdigest()
    rows.forget_before(db, now - REMEMBERED)
    if earlier := rows.begin(db, key, now):
        return earlier
    result = work()
    rows.finish(db, key, result)
    return result
