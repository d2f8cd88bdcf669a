"""Starting a project, finding it, answering its questions. Who may is decided here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from app.domain.errors import InvalidAnswers, NotAllowed, NotFound, Problem
from app.persistence import Session
from app.persistence import projects as rows
from app.persistence.tables import JSONValue, ProjectRow
from app.services.people import Person

LONGEST_NAME = 120
LONGEST_PURPOSE = 2_000


@dataclass(frozen=True)
class Project:
    """One decision to make; a sample belongs to nobody and everybody may look at it."""

    id: int
    name: str
    purpose: str
    owner_id: int | None
    sample_key: str | None
    created_at: datetime

    @property
    def is_sample(self) -> bool:
        """Whether it shipped with Footing."""
        return self.sample_key is not None


@dataclass(frozen=True)
class Listing:
    """What a person sees first: their own projects, newest first, and the samples."""

    own: tuple[Project, ...]
    samples: tuple[Project, ...]


def start(db: Session, by: Person, *, name: str, purpose: str, now: datetime) -> Project:
    """Start a project that belongs to `by`.

    Raises:
        InvalidAnswers: the name is missing, or name or purpose is too long.
    """
    name, purpose = " ".join(name.split()), purpose.strip()
    problems = [*_name_problems(name), *_purpose_problems(purpose)]
    if problems:
        raise InvalidAnswers(problems)
    row = rows.add(db, name=name, purpose=purpose, owner_id=by.id, at=now)
    return _project(row)


def find(db: Session, by: Person | None, project_id: int) -> Project:
    """The project, if `by` may look at it.

    Raises:
        NotFound: there is none, or it is somebody else's: the two look alike on purpose.
    """
    row = rows.by_id(db, project_id)
    if row is None or not _may_look(by, _project(row)):
        raise NotFound(
            f"There is no project {project_id} that you can see. "
            "If it is yours, sign in first; if a colleague's, ask them."
        )
    return _project(row)


def behind_a_link(db: Session, project_id: int) -> Project:
    """The project of a share link that is open: having the link is the permission.

    Raises:
        NotFound: there is no such project.
    """
    row = rows.by_id(db, project_id)
    if row is None:
        raise NotFound("The project of this link is not there any more.")
    return _project(row)


def sample(db: Session, key: str) -> Project:
    """The sample project of this key.

    Raises:
        NotFound: there is no such sample.
    """
    row = rows.by_sample_key(db, key)
    if row is None:
        raise NotFound(f"There is no sample project called {key}.")
    return _project(row)


def answers(db: Session, project: Project) -> dict[str, JSONValue]:
    """Question key → what was typed, of a project that `find` or `sample` gave."""
    return rows.answers(db, project.id)


def save_answers(
    db: Session,
    by: Person | None,
    project: Project,
    typed: Mapping[str, JSONValue],
    now: datetime,
) -> None:
    """Store what was typed, question by question; None takes an answer back.

    Raises:
        NotAllowed: the project is a sample or somebody else's.
    """
    require_editor(by, project)
    for question, value in typed.items():
        rows.save_answer(db, project.id, question, value, by=by.id if by else None, at=now)


def require_editor(by: Person | None, project: Project) -> None:
    """Do nothing if `by` may change the project.

    Raises:
        NotAllowed: the project is a sample or somebody else's.
    """
    if project.is_sample:
        raise NotAllowed("A sample project stays as it is; start your own to answer questions.")
    if not may_edit(by, project):
        raise NotAllowed(f"Only the owner of {project.name} may change it.")


def may_edit(by: Person | None, project: Project) -> bool:
    """Whether `by` may answer questions and save versions."""
    return by is not None and not project.is_sample and _is_in_charge(by, project)


def listing(db: Session, by: Person | None) -> Listing:
    """The projects `by` owns, and the samples, which everybody sees."""
    own = rows.owned_by(db, by.id) if by else ()
    return Listing(
        own=tuple(_project(row) for row in own),
        samples=tuple(_project(row) for row in rows.samples(db)),
    )


def _may_look(by: Person | None, project: Project) -> bool:
    return project.is_sample or (by is not None and _is_in_charge(by, project))


def _is_in_charge(by: Person, project: Project) -> bool:
    return by.is_administrator or project.owner_id == by.id


def _name_problems(name: str) -> list[Problem]:
    if not name:
        return [Problem("name", "Enter a name for the project, such as: Radiology assistant.")]
    if len(name) > LONGEST_NAME:
        message = f"The name has {len(name)} characters; at most {LONGEST_NAME} fit."
        return [Problem("name", message)]
    return []


def _purpose_problems(purpose: str) -> list[Problem]:
    if len(purpose) > LONGEST_PURPOSE:
        message = f"The purpose has {len(purpose):,} characters; at most {LONGEST_PURPOSE:,} fit."
        return [Problem("purpose", message)]
    return []


def _project(row: ProjectRow) -> Project:
    return Project(
        id=row.id,
        name=row.name,
        purpose=row.purpose,
        owner_id=row.owner_id,
        sample_key=row.sample_key,
        created_at=row.created_at,
    )
