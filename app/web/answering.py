"""What answering comes to on every page of questions, whoever answers: signed in, or by a link."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData

from app.domain.errors import InvalidAnswers, NotFound, Problem
from app.persistence import Session
from app.reference import Reference
from app.services import answering, asking, assessments, notes, projects
from app.services.answering import Clash
from app.services.projects import Project
from app.web import forms
from app.web.forms import Edit
from app.web.pages.asking import next_questions
from app.web.pages.blocks import Draft
from app.web.pages.question import QuestionPage, question_page
from app.web.pages.questions import (
    SectionPage,
    Way,
    after,
    by_worth,
    chosen_from,
    saved_page,
    section_of,
    section_page,
    typed_problems,
)
from app.web.render import show


@dataclass(frozen=True)
class Desk:
    """Whoever sits at a project's questions.

    Attributes:
        way: where their pages are.
        name: what is said of who saved.
        may_edit: whether they may answer; what they post is decided on by the services.
        save: stores what they typed; returns what was not stored.
        add_note: keeps a note about a question, once for the name of the form it came with.
    """

    request: Request
    db: Session
    reference: Reference
    project: Project
    way: Way
    name: str
    may_edit: bool
    now: datetime
    save: Callable[[Edit], Mapping[str, Clash]]
    add_note: Callable[[str, str, str], None]

    def draft(self, clashes: Mapping[str, Clash]) -> Draft:
        """The answers as they are now."""
        current = answering.current(self.db, self.project)
        return Draft(current, clashes, notes.count_open(self.db, self.project))

    def page(
        self,
        section: str,
        draft: Draft,
        window: str,
        *,
        problems: tuple[Problem, ...] = (),
        returns: str = "",
    ) -> SectionPage:
        """The page of a section, under its name or under a new one."""
        return section_page(
            self.project,
            self.reference.questions,
            draft,
            section,
            self.way,
            window=window or a_name(),
            now=self.now,
            problems=problems,
            returns=returns,
        )


def a_name() -> str:
    """A name for a page that is about to be opened, unlike that of any other."""
    return secrets.token_urlsafe(12)


def section(desk: Desk, key: str, returns: str, *, by_their_worth: bool = True) -> Response:
    """The questions of one section, with what is stored.

    They stand by what they are worth as it was last computed, so that nothing moves while
    somebody fills them in.
    """
    page = desk.page(key, desk.draft({}), "", returns=returns)
    if not desk.way.is_by_link:  # what is worth asking tells of the result
        questions = desk.reference.questions
        known = asking.find(desk.db, desk.project, projects.answers(desk.db, desk.project))
        page = replace(page, asking=next_questions(known, questions, desk.way.addresses(questions)))
        if known is not None and by_their_worth:
            page = by_worth(page, known.order)
    return show(desk.request, page)


def save_section(desk: Desk, key: str, posted: FormData) -> Response:
    """Store what was typed; then onwards, or the same page with what is wrong."""
    questions = desk.reference.questions
    edit = forms.edit(posted, questions)
    clashes = desk.save(edit)
    draft = desk.draft(clashes)
    problems = assessments.check(desk.db, desk.reference, desk.project)
    page = desk.page(
        key,
        draft,
        edit.window,
        problems=() if edit.has_chosen else typed_problems(problems, draft.stored),
        returns=forms.text(posted, "returns"),
    )
    if clashes:
        return show(desk.request, page, status=HTTPStatus.CONFLICT)
    if edit.has_chosen:
        return RedirectResponse(chosen_from(page, edit), HTTPStatus.SEE_OTHER)
    if page.problems:
        return show(desk.request, page, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return RedirectResponse(after(page, desk.way, questions, edit.given), HTTPStatus.SEE_OTHER)


def autosave(desk: Desk, posted: FormData) -> Response:
    """Store what was typed, right or wrong; answer with what to say about it."""
    questions = desk.reference.questions
    edit = forms.edit(posted, questions)
    clashes = desk.save(edit)
    page = desk.page(section_of(questions, edit.first), desk.draft(clashes), edit.window)
    page = saved_page(page, edit, f"Saved {desk.now:%H:%M} by {desk.name}")
    status = HTTPStatus.CONFLICT if clashes else HTTPStatus.OK
    return show(desk.request, page, block="saved", status=status)


def question(desk: Desk, section: str, key: str) -> Response:
    """One question alone, with its notes and its earlier answers."""
    return show(desk.request, _question_page(desk, section, key))


def add_note(desk: Desk, section: str, key: str, text: str, form: str) -> Response:
    """Keep a note and show it, or the same page with what is wrong with it."""
    try:
        desk.add_note(key, text, form)
    except InvalidAnswers as error:
        page = _question_page(desk, section, key, note=text, problems=error.problems)
        return show(desk.request, page, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    here = desk.way.question(desk.reference.questions.question(key))
    return RedirectResponse(f"{here}#notes", HTTPStatus.SEE_OTHER)


def _question_page(
    desk: Desk, section: str, key: str, *, note: str = "", problems: tuple[Problem, ...] = ()
) -> QuestionPage:
    questions = desk.reference.questions
    asked = questions.question(key)
    if asked.section != section or section not in desk.way.keys(questions):
        message = "There is no such question here."
        raise NotFound(message)
    return question_page(
        desk.project,
        questions,
        asked,
        desk.draft({}),
        desk.way,
        notes=notes.listing(desk.db, desk.project, key),
        changes=answering.history(desk.db, desk.project, [f.path for f in asked.fields]),
        may_edit=desk.may_edit,
        window=a_name(),
        now=desk.now,
        note=note,
        problems=problems,
    )
