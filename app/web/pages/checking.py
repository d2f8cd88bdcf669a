"""Checking the answers: every one of them in words, and what must be put right first."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from app.domain.errors import Problem
from app.domain.questionnaire.questions import Field, Question, QuestionSet
from app.domain.questionnaire.reading import clashes, is_shown, nested
from app.services.projects import Project
from app.services.redaction import HIDDEN
from app.web import forms
from app.web.pages.answer_words import DO_NOT_KNOW, NOT_ANSWERED, said
from app.web.pages.base import FieldProblem, Page
from app.web.pages.blocks import Stored, block_id, slug
from app.web.pages.projects import core_count
from app.web.pages.questions import (
    CHECK,
    asked_questions,
    modality_of,
    section_address,
    section_of,
    way_through,
)

TITLE = "title"


@dataclass(frozen=True)
class AnswerRow:
    """One question on the check page.

    Attributes:
        answer: what was typed, with its unit; or what stands in for it.
        tags: its evidence grade, "default", "not answered".
        notes: where the notes about it are, of which `open_notes` are not resolved.
    """

    text: str
    answer: tuple[str, ...]
    tags: tuple[str, ...]
    change: str
    notes: str
    open_notes: int


@dataclass(frozen=True)
class AnswerGroup:
    """One section on the check page."""

    key: str
    title: str
    rows: tuple[AnswerRow, ...]


@dataclass(frozen=True)
class ClashRow:
    """Two answers that do not go together: a sentence, and where each can be changed.

    Attributes:
        links: address and the question's own words, of both.
    """

    words: str
    links: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class CheckPage(Page):
    """All answers before a version is saved.

    Attributes:
        problems: what must be put right first, with a link to the question.
        clashes: pairs of answers that do not go together.
        stand_ins: defaults that would be used.
        rests_on_defaults: fewer core questions were answered than not.
        title, title_problem: of the version, as typed, and what is wrong with it.
        is_refused: somebody tried to save the version, and the problems forbid it.
        form: a name for this form, so that sending it twice saves one version.
    """

    template: ClassVar[str] = "projects/check.html"

    project: Project
    groups: tuple[AnswerGroup, ...]
    problems: tuple[FieldProblem, ...]
    clashes: tuple[ClashRow, ...]
    stand_ins: tuple[AnswerRow, ...]
    rests_on_defaults: bool
    form: str
    title: str = ""
    title_problem: str = ""
    is_refused: bool = False


def check_page(  # noqa: PLR0913  # the answers, and the form as typed
    project: Project,
    questions: QuestionSet,
    stored: Stored,
    problems: Sequence[Problem],
    *,
    open_notes: Mapping[str, int],
    form: str,
    title: str = "",
    is_refused: bool = False,
) -> CheckPage:
    """Every answer of `project`, with `problems` first."""
    groups = tuple(
        AnswerGroup(section.key, section.title, rows)
        for section in questions.sections
        if (rows := tuple(_rows(project, questions, stored, section.key, open_notes)))
    )
    answered, asked = core_count(questions, stored)
    return CheckPage(
        project=project,
        groups=groups,
        problems=tuple(
            FieldProblem(_change(project, questions, p.path), p.message) for p in problems
        ),
        clashes=tuple(
            ClashRow(clash.words, _links(project, questions, clash.paths))
            for clash in clashes({"answers": nested(stored)}, questions)
        ),
        stand_ins=tuple(row for g in groups for row in g.rows if "default" in row.tags),
        rests_on_defaults=answered * 2 < asked,
        form=form,
        title=title,
        title_problem=next((p.message for p in problems if p.path == TITLE), ""),
        is_refused=is_refused,
    )


def _links(
    project: Project, questions: QuestionSet, paths: Sequence[str]
) -> tuple[tuple[str, str], ...]:
    """Where each answer can be changed, and what asks for it.

    That is the question, or its fields where both are of one question: two links that say the
    same and lead to different places tell nobody which is which.
    """
    every = [option.key for option in questions.modality_options]
    asking = [
        next(q for q in questions.asked(every) if any(f.path == path for f in q.fields))
        for path in paths
    ]
    is_one = len({question.key for question in asking}) < len(asking)
    return tuple(
        (
            _change(project, questions, path),
            questions.field(path).label if is_one else question_text(question, questions),
        )
        for path, question in zip(paths, asking, strict=True)
    )


def _rows(
    project: Project,
    questions: QuestionSet,
    stored: Stored,
    section: str,
    open_notes: Mapping[str, int],
) -> list[AnswerRow]:
    return [
        AnswerRow(
            text=question_text(question, questions),
            answer=_answer(question, stored),
            tags=tuple(_tags(question, stored)),
            change=f"{section_address(project, section)}?returns={CHECK}#{block_id(question)}",
            notes=f"{way_through(project).question(question)}#notes",
            open_notes=open_notes.get(question.key, 0),
        )
        for question in asked_questions(questions, stored)
        if question.section == section and is_shown(question, stored)
    ]


def answer_lines(
    questions: QuestionSet, stored: Stored, hidden: Collection[str] = ()
) -> Iterator[tuple[str, str, str, str]]:
    """Section, question, answer and tags of everything that is asked, in words.

    Of a question whose answer was `hidden` only that is said.
    """
    titles = {section.key: section.title for section in questions.sections}
    for question in asked_questions(questions, stored):
        if is_shown(question, stored):
            answer, tags = _answer(question, stored), _tags(question, stored)
            text = question_text(question, questions)
            if any(field.path in hidden for field in question.fields):
                answer, tags = (HIDDEN,), []
            yield titles[question.section], text, "; ".join(answer), ", ".join(tags)


def _answer(question: Question, stored: Stored) -> tuple[str, ...]:
    is_alone = len(question.fields) == 1
    every = (_words(field, stored, is_alone=is_alone) for field in question.fields)
    return tuple(words for words in every if words) or (NOT_ANSWERED,)


def question_text(question: Question, questions: QuestionSet) -> str:
    """The question, with the kind of data that it is about before it."""
    modality = modality_of(question)
    titles = {option.key: option.label for option in questions.modality_options}
    return f"{titles[modality]}: {question.text}" if modality else question.text


def _words(field: Field, stored: Stored, *, is_alone: bool) -> str:
    """What is stored for `field` as a person reads it, or what stands in for it."""
    raw = stored.get(field.path)
    if forms.is_unknown(raw) or forms.is_blank(raw):
        return _stand_in(field, unknown=forms.is_unknown(raw), is_alone=is_alone)
    words = said(field, raw)
    return words if is_alone else f"{field.label}: {words}"


def _stand_in(field: Field, *, unknown: bool, is_alone: bool) -> str:
    used = field.default.words if field.default else ""
    if not (unknown or used or is_alone):
        return ""
    known = DO_NOT_KNOW if unknown else NOT_ANSWERED
    words = f"{known}: {used} is used" if used else known
    return words if is_alone else f"{field.label}: {words}"


def _tags(question: Question, stored: Stored) -> list[str]:
    """How good the answer is; what has one possible answer alone is no default to look at."""
    grades = [forms.evidence_of(stored.get(f.path)) for f in question.fields]
    tags = list(dict.fromkeys(grade for grade in grades if grade))
    first = question.fields[0]
    raw = stored.get(first.path)
    is_a_choice = len(first.options) != 1
    if first.default and is_a_choice and (forms.is_blank(raw) or forms.is_unknown(raw)):
        tags.append("default")
    return tags


def _change(project: Project, questions: QuestionSet, path: str) -> str:
    """Where an answer can be changed, coming back to the check page afterwards."""
    if path == TITLE:
        return f"#{TITLE}"
    section = section_of(questions, path)
    return f"{section_address(project, section)}?returns={CHECK}#f-{slug(path)}"
