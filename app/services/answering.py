"""Answering together: what somebody typed takes nothing away that they have not seen.

Every answer has a revision. A page says which one it showed, and whoever saves over a newer one
that came from elsewhere is told instead, with both values. Saving again with the newer revision
means that it was seen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.domain.questionnaire.questions import QuestionSet
from app.domain.questionnaire.reading import alike
from app.persistence import Session
from app.persistence import projects as rows
from app.persistence.projects import Answered, Author, Changed
from app.persistence.tables import JSONValue
from app.services import projects
from app.services.people import Person
from app.services.projects import Project


@dataclass(frozen=True)
class Given:
    """What somebody typed for one question.

    Attributes:
        value: None takes the answer back.
        base: the revision of the answer that they saw; 0 for none.
    """

    value: JSONValue
    base: int = 0


@dataclass(frozen=True)
class Clash:
    """An answer that was not stored, because another came first that its author has not seen."""

    theirs: Answered
    yours: Given


def current(db: Session, project: Project) -> dict[str, Answered]:
    """Question → its answer now, of a project that `find` gave; those taken back included."""
    return {row.question: row for row in rows.answers_of(db, [project.id])}


def history(db: Session, project: Project, questions: Sequence[str]) -> list[Changed]:
    """Every change of these answers that was kept, newest first; of a project that `find` gave."""
    return rows.changes_of(db, project.id, questions)


def save(
    db: Session,
    questions: QuestionSet,
    by: Person | None,
    project: Project,
    given: Mapping[str, Given],
    *,
    window: str,
    now: datetime,
) -> dict[str, Clash]:
    """Store what was typed; returns what was not stored, by question.

    Args:
        window: a name for the open page, so that its own requests, which may overlap, are not
            taken for somebody else's. Empty for a program: then the revision must be the newest.

    Raises:
        NotAllowed: `by` may not change the project.
        NotFound: there is no such question.
    """
    projects.require_editor(by, project)
    author = Author(by.id, by.name, window) if by else Author(window=window)
    return put(db, questions, project, given, author, now)


def put(
    db: Session,
    questions: QuestionSet,
    project: Project,
    given: Mapping[str, Given],
    author: Author,
    now: datetime,
) -> dict[str, Clash]:
    """As `save`, for whoever has decided that it may be done."""
    rows.one_by_one(db, project.id)
    stored = current(db, project)
    clashes = {}
    for question, typed in given.items():
        there = stored.get(question)
        if alike(there.value if there else None, typed.value, questions.field(question)):
            continue
        if there is not None and _came_first(there, typed, author):
            clashes[question] = Clash(there, typed)
        else:
            rows.save_answer(db, project.id, question, typed.value, author, now)
    return clashes


def _came_first(there: Answered, typed: Given, author: Author) -> bool:
    is_from_here = bool(author.window) and there.window == author.window
    return there.revision != typed.base and not is_from_here
