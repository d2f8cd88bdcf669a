"""One question alone: its answer, the notes about it, and what was answered before."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from app.domain.errors import Problem
from app.domain.questionnaire.questions import Question, QuestionSet
from app.persistence.projects import Changed
from app.services.notes import LONGEST_NOTE, Note
from app.services.projects import Project
from app.web.pages.answer_words import answer
from app.web.pages.base import Faults, Page, faults
from app.web.pages.blocks import Block, Draft, block, moment
from app.web.pages.questions import Way

MOST_CHANGES = 100


@dataclass(frozen=True)
class NoteRow:
    """A note; `resolved` says who did so and when, and is empty while it is open."""

    id: int
    text: str
    said: str
    resolved: str


@dataclass(frozen=True)
class ChangeRow:
    """What was answered from some moment on, until the row above."""

    answer: str
    by: str
    at: str


@dataclass(frozen=True)
class QuestionPage(Page):
    """One question with everything about it.

    Attributes:
        home, section_address, save_to: addresses of the project, of the question's section, and
            of autosave.
        key: of the question, to return to.
        notes_to, resolve_to: where a note is posted, and before its number where it is resolved;
            empty for whoever may not.
        changes: newest first.
        is_cut: there were more changes than are shown.
    """

    template: ClassVar[str] = "projects/question.html"

    project_name: str
    section_title: str
    home: str
    section_address: str
    save_to: str
    key: str
    block: Block
    window: str
    is_by_link: bool
    notes: tuple[NoteRow, ...]
    notes_to: str
    resolve_to: str
    note: str
    longest_note: int
    faults: Faults
    changes: tuple[ChangeRow, ...]
    is_cut: bool


def question_page(  # noqa: PLR0913  # what is asked, what is stored, who looks and when
    project: Project,
    questions: QuestionSet,
    question: Question,
    draft: Draft,
    way: Way,
    *,
    notes: Sequence[Note],
    changes: Sequence[Changed],
    may_edit: bool,
    window: str,
    now: datetime,
    note: str = "",
    problems: Sequence[Problem] = (),
) -> QuestionPage:
    """The page of `question`, with `note` as it was typed and what is wrong with it.

    It is asked here even where another answer has closed its gate.
    """
    here = way.question(question)
    return QuestionPage(
        project_name=project.name,
        section_title=questions.section(question.section).title,
        home=way.base,
        section_address=way.section(question.section),
        save_to=f"{way.base}/answers",
        key=question.key,
        block=block(questions, question, draft, now, "", anyway=True),
        window=window,
        is_by_link=way.is_by_link,
        notes=tuple(_note(note, now) for note in notes),
        notes_to=f"{here}/notes" if may_edit else "",
        resolve_to=f"{way.base}/notes" if may_edit and not way.is_by_link else "",
        note=note,
        longest_note=LONGEST_NOTE,
        faults=faults(problems),
        changes=tuple(_changes(question, changes[:MOST_CHANGES], now)),
        is_cut=len(changes) > MOST_CHANGES,
    )


def _note(note: Note, now: datetime) -> NoteRow:
    resolved = (
        note.resolved_at and f"Resolved {moment(note.resolved_at, now)} by {note.resolved_by}"
    )
    return NoteRow(note.id, note.text, f"{note.by}, {moment(note.at, now)}", resolved or "")


def _changes(question: Question, changes: Sequence[Changed], now: datetime) -> Iterator[ChangeRow]:
    """The changes; of what one page saved while somebody typed, only what they ended with."""
    fields = {field.path: field for field in question.fields}
    above: Changed | None = None
    for change in changes:
        is_typing = (
            above is not None
            and bool(change.window)
            and (above.question, above.window) == (change.question, change.window)
        )
        above = change
        if not is_typing:
            field = fields[change.question]
            said = answer(field, change.value)
            alone = len(fields) == 1
            words = said if alone else f"{field.label}: {said}"
            yield ChangeRow(words, change.by or "Footing", moment(change.at, now))
