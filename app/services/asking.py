"""What to answer next in a project: by what it is worth, as it was last computed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.persistence import Session
from app.persistence import asking as rows
from app.persistence.tables import JSONValue
from app.reference import Reference
from app.services import assessments, projects
from app.services.people import Person
from app.services.projects import Project

# The first of the worlds of a version: enough to tell which question is worth most.
QUICK_WORLDS = 2_000


@dataclass(frozen=True)
class Asking:
    """What was worth asking when it was computed.

    Attributes:
        found: the parts of the result that say so, as `assessments.worth_asking` kept them.
        order: the fields that were open then, those worth most first, answered since or not.
        at: when; is_current: whether no answer has changed since.
    """

    found: Mapping[str, Any]
    order: tuple[str, ...]
    at: datetime
    is_current: bool


def find(db: Session, project: Project, stored: Mapping[str, JSONValue]) -> Asking | None:
    """What was computed last for a project that `find` gave, without what was answered since.

    Args:
        stored: the answers of the project as they are now.
    """
    row = rows.find(db, project.id)
    if row is None or not isinstance(row.content, dict):
        return None
    found: dict[str, Any] = dict(row.content)
    then = found["typed"]
    order = tuple(asked["path"] for asked in found["open_questions"])
    found["open_questions"] = [
        asked
        for asked in found["open_questions"]
        if stored.get(asked["path"]) == then.get(asked["path"])
    ]
    return Asking(found, order, row.at, is_current=dict(stored) == then)


def compute(
    db: Session, reference: Reference, by: Person | None, project: Project, now: datetime
) -> None:
    """Compute what is worth asking, quickly, and keep it; no version is saved.

    Raises:
        NotAllowed: `by` may not change the project.
        InvalidAnswers: the answers cannot be used; nothing is kept.
    """
    projects.require_editor(by, project)
    result = assessments.compute(
        assessments.read(db, reference, project), reference, worlds=QUICK_WORLDS
    )
    typed = projects.answers(db, project)
    rows.put(db, project.id, assessments.worth_asking(result, typed), now)
