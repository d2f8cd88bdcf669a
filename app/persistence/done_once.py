"""What forms asked for and was done, so that sending one twice does it once."""

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.persistence.dialects import insert
from app.persistence.tables import DoneOnceRow


def begin(session: Session, key: str, at: datetime) -> str:
    """Begin what `key` stands for; returns what came of it if it was done before, else "".

    Whoever begins the same at once waits until this transaction ends, and then sees its result.
    """
    new = insert(session, DoneOnceRow).values(key=key, result="", at=at)
    session.execute(new.on_conflict_do_nothing(index_elements=[DoneOnceRow.key]))
    return session.scalar(select(DoneOnceRow.result).where(DoneOnceRow.key == key)) or ""


def finish(session: Session, key: str, result: str) -> None:
    """Keep what came of it."""
    session.execute(update(DoneOnceRow).where(DoneOnceRow.key == key).values(result=result))


def forget_before(session: Session, moment: datetime) -> None:
    """Forget what was done too long ago for the same form to be sent again."""
    session.execute(delete(DoneOnceRow).where(DoneOnceRow.at <= moment))
