"""What happened in a project: who did what, and when. No answer ever comes here."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice

from app.persistence import Session
from app.persistence import activity as rows
from app.persistence.projects import Changed
from app.services.projects import Project

# Answers of one person that follow one another within this time are one line.
FOLD_WITHIN = timedelta(minutes=30)
MOST_READ = 1_000


@dataclass(frozen=True)
class Event:
    """Something that somebody did.

    Attributes:
        did: the end of a sentence that begins with the name; empty for answering.
        answered: the fields that were answered or taken back.
    """

    at: datetime
    by: str
    did: str
    answered: frozenset[str] = frozenset()


def note(db: Session, project_id: int, by_name: str, did: str, *, now: datetime) -> None:
    """Write down that somebody did something in a project."""
    rows.add(db, project_id, by_name=by_name, did=did, at=now)


def newest(db: Session, project: Project, *, most: int) -> list[Event]:
    """At most `most` events of a project that `find` gave, newest first."""
    done = [Event(row.at, row.by_name, row.did) for row in rows.newest(db, project.id, most=most)]
    changes = rows.newest_changes(db, project.id, most=MOST_READ)
    answered = islice(_folded(changes), most)
    return sorted([*done, *answered], key=lambda event: event.at, reverse=True)[:most]


def _folded(changes: Sequence[Changed]) -> Iterator[Event]:
    """Changes of answers, newest first, as one event for each sitting of a person."""
    event: Event | None = None
    began = None
    for change in changes:
        goes_on = (
            event is not None
            and began is not None
            and event.by == change.by
            and began - change.at < FOLD_WITHIN
        )
        if goes_on and event is not None:
            event = replace(event, answered=event.answered | {change.question})
        else:
            if event is not None:
                yield event
            event = Event(change.at, change.by, "", frozenset({change.question}))
        began = change.at
    if event is not None:
        yield event
