"""Notes about questions: what a number rests on, what is still to be asked, and that it was."""

from dataclasses import dataclass
from datetime import datetime

from app.domain.errors import InvalidAnswers, NotFound, Problem
from app.domain.questionnaire.questions import QuestionSet
from app.persistence import Session
from app.persistence import notes as rows
from app.services import activity, once, projects
from app.services.people import Person
from app.services.projects import Project
from app.services.texts import storable, too_long

LONGEST_NOTE = 2_000


@dataclass(frozen=True)
class Note:
    """One note.

    Attributes:
        resolved_by, resolved_at: None while it is open.
    """

    id: int
    text: str
    by: str
    at: datetime
    resolved_by: str | None
    resolved_at: datetime | None


def listing(db: Session, project: Project, question: str) -> list[Note]:
    """The notes about a question of a project that `find` gave, oldest first."""
    return [
        Note(row.id, row.text, row.by_name, row.at, row.resolved_by, row.resolved_at)
        for row in rows.of_question(db, project.id, question)
    ]


def count_open(db: Session, project: Project) -> dict[str, int]:
    """Question → how many open notes it has, of a project that `find` gave."""
    return rows.count_open(db, project.id)


def add(  # noqa: PLR0913  # a note, and where it comes from
    db: Session,
    questions: QuestionSet,
    by: Person,
    project: Project,
    question: str,
    text: str,
    now: datetime,
    *,
    form: str = "",
) -> None:
    """Keep a note about a question; the same form sent again adds none.

    Args:
        form: the random name that the form carries.

    Raises:
        NotAllowed: `by` may not change the project.
        NotFound: there is no such question.
        InvalidAnswers: the note is empty or too long.
    """
    projects.require_editor(by, project)
    whose = once.named(form, "person", by.id)
    put(db, questions, project, question, text, by_name=by.name, now=now, form=whose)


def put(  # noqa: PLR0913  # as `add`
    db: Session,
    questions: QuestionSet,
    project: Project,
    question: str,
    text: str,
    *,
    by_name: str,
    now: datetime,
    form: str = "",
) -> None:
    """As `add`, for whoever has decided that it may be done; `form` says whose it is too."""
    asked = questions.question(question)
    text = storable(text).strip()
    problems = list(too_long("note", "The note", text, LONGEST_NOTE))
    if not text:
        problems = [Problem("note", "Enter a note, such as: from last month's bill, ask Finance.")]
    if problems:
        raise InvalidAnswers(problems)

    def work() -> str:
        rows.add(db, project.id, question, text, by_name=by_name, at=now)
        activity.note(db, project.id, by_name, f"added a note to “{asked.text}”", now=now)
        return "added"

    once.done(db, None, once.named(form, project.id, question, text), work, now=now)


def resolve(
    db: Session,
    questions: QuestionSet,
    by: Person,
    project: Project,
    note_id: int,
    now: datetime,
) -> str:
    """Mark a note as resolved and return its question.

    Raises:
        NotAllowed: `by` may not change the project.
        NotFound: the project has no such note.
    """
    projects.require_editor(by, project)
    question = rows.resolve(db, project.id, note_id, by_name=by.name, at=now)
    if question is None:
        raise NotFound(f"{project.name} has no note {note_id}.")
    asked = questions.question(question)
    activity.note(db, project.id, by.name, f"resolved a note to “{asked.text}”", now=now)
    return question
