"""Naming saved versions, and taking up the answers of an earlier one again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from app.domain.errors import Conflict, InvalidAnswers, NotFound
from app.persistence import Session
from app.persistence import assessments as assessment_rows
from app.persistence import milestones as rows
from app.persistence import projects as project_rows
from app.persistence.projects import Author
from app.persistence.tables import JSONValue
from app.services import activity, audit, projects
from app.services.people import Person
from app.services.projects import Project
from app.services.texts import one_line, too_long

LONGEST_NAME = 80


@dataclass(frozen=True)
class KeptDraft:
    """All answers as they were before others took their place."""

    id: int
    by: str
    at: datetime


@dataclass(frozen=True)
class Earlier:
    """Answers that may be taken up again: of a saved version, or of a kept draft.

    Attributes:
        name: in the middle of a sentence: "version 3".
        as_of: the last change of the answers that they would replace.
    """

    name: str
    answers: dict[str, JSONValue]
    as_of: int


def names(db: Session, project: Project) -> dict[int, str]:
    """Number → name, of the milestones of a project that `find` gave."""
    return rows.names(db, project.id)


def drafts(db: Session, project: Project) -> list[KeptDraft]:
    """The kept drafts of a project that `find` gave, newest first."""
    return [KeptDraft(row.id, row.by_name, row.at) for row in rows.drafts(db, project.id)]


def name(db: Session, by: Person, project: Project, number: int, name: str, now: datetime) -> None:
    """Make a version a milestone with this name; an empty name takes it away.

    Raises:
        NotAllowed: `by` may not change the project.
        NotFound: there is no such version.
        InvalidAnswers: the name is too long.
    """
    projects.require_editor(by, project)
    name = one_line(name)
    if problems := list(too_long("name", "The name", name, LONGEST_NAME)):
        raise InvalidAnswers(problems)
    if assessment_rows.stamp(db, project.id, number) is None:
        raise _no_version(project, number)
    rows.put(db, project.id, number, name, by_name=by.name, at=now)
    did = f"named version {number}: {name}" if name else f"took the name of version {number} away"
    audit.note(
        db,
        by,
        "named a version of",
        project.name,
        now=now,
        team_id=project.team_id,
        detail=f"version {number}",
    )
    activity.note(db, project.id, by.name, did, now=now)


def of_version(db: Session, project: Project, number: int) -> Earlier:
    """The answers of a saved version of a project that `find` gave.

    Raises:
        NotFound: there is no such version.
    """
    row = assessment_rows.by_number(db, project.id, number)
    if row is None:
        raise _no_version(project, number)
    return _earlier(db, project, f"version {number}", row.answers)


def of_draft(db: Session, project: Project, draft_id: int) -> Earlier:
    """The answers of a kept draft of a project that `find` gave.

    Raises:
        NotFound: there is no such draft.
    """
    row = rows.draft(db, project.id, draft_id)
    if row is None:
        raise NotFound(f"{project.name} has no kept draft {draft_id}.")
    return _earlier(db, project, f"the draft of {row.at:%d %b %Y, %H:%M} UTC", row.answers)


def restore(
    db: Session, by: Person, project: Project, earlier: Earlier, as_of: int, now: datetime
) -> None:
    """Put these answers in the place of those of now, which are kept as a draft.

    Each answer that changes gets its next revision, so pages that show the one before are told.

    Raises:
        NotAllowed: `by` may not change the project.
        Conflict: somebody answered since `as_of`.
    """
    projects.require_editor(by, project)
    project_rows.one_by_one(db, project.id)
    if rows.newest_change(db, project.id) != as_of:
        raise Conflict(
            "Somebody answered since this page was opened, so nothing was replaced. "
            "Go back, reload, and look at what would be replaced now."
        )
    present = project_rows.answers(db, project.id)
    rows.keep_draft(db, project.id, present, by_name=by.name, at=now)
    author = Author(by.id, by.name)
    for path in sorted(present.keys() | earlier.answers.keys()):
        value = earlier.answers.get(path)
        if present.get(path) != value:
            project_rows.save_answer(db, project.id, path, value, author, now)
    activity.note(db, project.id, by.name, f"restored the answers of {earlier.name}", now=now)


def _earlier(db: Session, project: Project, name: str, answers: JSONValue) -> Earlier:
    found = dict(answers) if isinstance(answers, Mapping) else {}
    return Earlier(name, found, rows.newest_change(db, project.id))


def _no_version(project: Project, number: int) -> NotFound:
    return NotFound(f"{project.name} has no version {number}.")
