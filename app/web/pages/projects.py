"""The pages around a project: the list, the beginning, the hub, checking the answers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from app.domain.errors import Problem
from app.domain.questionnaire.questions import Question, QuestionSet
from app.domain.questionnaire.reading import is_shown
from app.reports.words import day
from app.services import measurements
from app.services.assessments import Version
from app.services.projects import Project
from app.services.teams import Team
from app.web import forms
from app.web.pages.base import NO_FAULTS, Faults, Page, faults
from app.web.pages.blocks import Stored, is_answered
from app.web.pages.questions import (
    asked_questions,
    section_address,
    typed_problems,
)
from app.web.pages.verdict import LABELS


@dataclass(frozen=True)
class Progress:
    """How far a section is.

    Attributes:
        status: Not started, In progress, Completed or There is a problem.
    """

    key: str
    title: str
    intro: str
    answered: int
    asked: int
    unknown: int
    status: str


@dataclass(frozen=True)
class ProjectsPage(Page):
    """The reader's own projects and the samples."""

    template: ClassVar[str] = "projects/list.html"

    own: tuple[Project, ...]
    samples: tuple[Project, ...]


@dataclass(frozen=True)
class NewProjectPage(Page):
    """A name, a purpose and a team, as typed, and what is wrong with each.

    Attributes:
        teams: id and name of those in which the reader may start a project.
    """

    template: ClassVar[str] = "projects/new.html"

    name: str = ""
    purpose: str = ""
    team_id: int | None = None
    teams: tuple[tuple[int, str], ...] = ()
    faults: Faults = NO_FAULTS


@dataclass(frozen=True)
class VersionLink:
    """A saved version, to be read again; `found` is its headline in a few words."""

    number: int
    title: str
    saved: str
    found: str


@dataclass(frozen=True)
class HubPage(Page):
    """A project's task list.

    Attributes:
        core_answered, core_asked: of the questions that give a first result.
        unknown: how often "I do not know" was chosen.
        next_section: where to go on answering; empty when everything is answered.
        measurements: how many of the team's own there are.
        versions: saved ones, newest first.
        may_share: whether the reader may make links to them.
    """

    template: ClassVar[str] = "projects/hub.html"

    project: Project
    sections: tuple[Progress, ...]
    core_answered: int
    core_asked: int
    unknown: int
    next_section: str
    measurements: int
    versions: tuple[VersionLink, ...]
    may_share: bool


def new_project_page(teams: Sequence[Team]) -> NewProjectPage:
    """The empty form."""
    return NewProjectPage(teams=tuple((team.id, team.name) for team in teams))


def refused_project(typed: NewProjectPage, problems: Sequence[Problem]) -> NewProjectPage:
    """The form for a new project again, as typed, with what is wrong."""
    return replace(typed, faults=faults(problems))


def hub_page(
    project: Project,
    questions: QuestionSet,
    stored: Stored,
    problems: Sequence[Problem],
    versions: Sequence[Version],
    *,
    may_share: bool,
) -> HubPage:
    """The task list of `project`, with the versions saved so far."""
    sections = progress(questions, stored, problems)
    answered, asked = core_count(questions, stored)
    unfinished = (s.key for s in sections if s.status != "Completed")
    following = next(unfinished, "")
    return HubPage(
        project=project,
        sections=sections,
        core_answered=answered,
        core_asked=asked,
        unknown=sum(s.unknown for s in sections),
        next_section=section_address(project, following) if following else "",
        measurements=measurements.count(stored),
        versions=tuple(map(_version, versions)),
        may_share=may_share,
    )


def _version(version: Version) -> VersionLink:
    best = version.recommended
    return VersionLink(
        version.number,
        version.title,
        day(version.created_at.isoformat()),
        f"{LABELS[best['label']][0]}: {best['title']}" if best else "No option left",
    )


def progress(
    questions: QuestionSet, stored: Stored, problems: Sequence[Problem]
) -> tuple[Progress, ...]:
    """How far each section is, in order."""
    wrong = {problem.path for problem in typed_problems(problems, stored)}
    shown = [q for q in asked_questions(questions, stored) if is_shown(q, stored)]
    return tuple(
        _progress(
            section.key,
            (section.title, section.intro),
            [q for q in shown if q.section == section.key],
            stored,
            wrong,
        )
        for section in questions.sections
    )


def _progress(
    key: str, words: tuple[str, str], shown: Sequence[Question], stored: Stored, wrong: set[str]
) -> Progress:
    answered = sum(is_answered(q, stored) for q in shown)
    fields = [field for q in shown for field in q.fields]
    return Progress(
        key=key,
        title=words[0],
        intro=words[1],
        answered=answered,
        asked=len(shown),
        unknown=sum(forms.is_unknown(stored.get(f.path)) for f in fields),
        status=_status(answered, len(shown), has_problem=any(f.path in wrong for f in fields)),
    )


def _status(answered: int, asked: int, *, has_problem: bool) -> str:
    if has_problem:
        return "There is a problem"
    if asked == 0:
        return "Not needed yet"
    if answered == 0:
        return "Not started"
    return "Completed" if answered == asked else "In progress"


def core_count(questions: QuestionSet, stored: Stored) -> tuple[int, int]:
    """Answered and asked core questions."""
    core = [q for q in asked_questions(questions, stored) if q.core and is_shown(q, stored)]
    return sum(is_answered(q, stored) for q in core), len(core)
