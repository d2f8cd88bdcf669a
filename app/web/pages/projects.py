"""The pages around a project: the list, the beginning, the hub, checking the answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from app.domain.errors import Problem
from app.domain.questionnaire.questions import Question, QuestionSet
from app.domain.questionnaire.reading import is_shown
from app.reports.words import day
from app.services import measurements
from app.services.assessments import Head, Version
from app.services.assignments import Assigned
from app.services.people import Person
from app.services.projects import Listing, Project, Work
from app.services.teams import Team
from app.web import forms
from app.web.pages.asking import NextQuestions
from app.web.pages.base import NO_FAULTS, Faults, Page, faults
from app.web.pages.blocks import Stored, is_answered
from app.web.pages.questions import (
    asked_questions,
    section_address,
    typed_problems,
)
from app.web.pages.verdict import LABELS, headline


@dataclass(frozen=True)
class Progress:
    """How far a section is.

    Attributes:
        status: Not started, In progress, Completed or There is a problem.
        assigned: who is asked to answer it; empty for everybody.
        is_yours: that is the reader.
    """

    key: str
    title: str
    intro: str
    answered: int
    asked: int
    unknown: int
    status: str
    assigned: str = ""
    is_yours: bool = False


@dataclass(frozen=True)
class ProjectCard:
    """A project in the list.

    Attributes:
        answered: how many core questions are, in words.
        changed: when an answer was last changed, and by whom; or when it was started.
        found: the headline of its newest version; empty before the first.
        version: which one that is, and of when.
    """

    id: int
    name: str
    purpose: str
    team: str
    answered: str
    changed: str
    found: str
    version: str


@dataclass(frozen=True)
class ProjectsPage(Page):
    """The reader's own projects, the last changed first, and the samples.

    Attributes:
        joined: the team that the reader has just joined, with their role in it.
    """

    template: ClassVar[str] = "projects/list.html"

    own: tuple[ProjectCard, ...]
    samples: tuple[Project, ...]
    joined: Team | None = None


@dataclass(frozen=True)
class NewProjectPage(Page):
    """A name, a purpose and a team, as typed, and what is wrong with each.

    Attributes:
        teams: id and name of those in which the reader may start a project.
        form: a random name, so that sending it twice starts one project.
    """

    template: ClassVar[str] = "projects/new.html"

    name: str = ""
    purpose: str = ""
    team_id: int | None = None
    teams: tuple[tuple[int, str], ...] = ()
    form: str = ""
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
        next_section: where to go on answering: after the core, what is worth most; empty when
            everything is answered.
        measurements: how many of the team's own there are.
        versions: saved ones, newest first.
        may_share: whether the reader may make links to them.
        open_notes: how many notes are not resolved.
        may_ask: whether they may have it computed what to answer next.
        asking: what to answer next, as it was last computed.
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
    open_notes: int
    may_ask: bool
    asking: NextQuestions


def projects_page(
    found: Listing,
    work: Mapping[int, Work],
    heads: Mapping[int, Head],
    questions: QuestionSet,
    *,
    joined: Team | None = None,
) -> ProjectsPage:
    """The list, with what was done on each project and what came out last."""
    latest = sorted(found.own, key=lambda p: (work[p.id].changed_at, p.id), reverse=True)
    cards = (_project_card(p, work[p.id], heads.get(p.id), questions) for p in latest)
    return ProjectsPage(tuple(cards), found.samples, joined)


def _project_card(
    project: Project, work: Work, head: Head | None, questions: QuestionSet
) -> ProjectCard:
    answered, asked = core_count(questions, work.answers)
    by = f" by {work.changed_by}" if work.changed_by else ""
    verb = "changed" if work.changed_at != project.created_at else "started"
    return ProjectCard(
        id=project.id,
        name=project.name,
        purpose=project.purpose,
        team=project.team.name if project.team else "",
        answered=f"{answered} of {asked} core questions answered",
        changed=f"{verb} {day(work.changed_at)}{by}",
        found=headline(head.result) if head else "",
        version=f"version {head.number}, {day(head.created_at)}" if head else "",
    )


def new_project_page(teams: Sequence[Team], form: str) -> NewProjectPage:
    """The empty form, which is named `form`."""
    return NewProjectPage(teams=tuple((team.id, team.name) for team in teams), form=form)


def refused_project(typed: NewProjectPage, problems: Sequence[Problem]) -> NewProjectPage:
    """The form for a new project again, as typed, with what is wrong."""
    return replace(typed, faults=faults(problems))


def hub_page(  # noqa: PLR0913  # all that is known of a project
    project: Project,
    questions: QuestionSet,
    stored: Stored,
    problems: Sequence[Problem],
    versions: Sequence[Version],
    *,
    by: Person,
    assigned: Mapping[str, Assigned],
    open_notes: int,
    may_share: bool,
    asking: NextQuestions,
) -> HubPage:
    """The task list of `project` as `by` sees it, with the versions saved so far."""
    sections = _with_people(progress(questions, stored, problems), assigned, by)
    answered, asked = core_count(questions, stored)
    following = _next_section(questions, sections, stored)
    # After the core the questions come by what they are worth.
    worthwhile = asking.rows[0].address if asking.rows and answered == asked else ""
    return HubPage(
        project=project,
        sections=sections,
        core_answered=answered,
        core_asked=asked,
        unknown=sum(s.unknown for s in sections),
        next_section=worthwhile or (section_address(project, following) if following else ""),
        measurements=measurements.count(stored),
        versions=tuple(map(_version, versions)),
        may_share=may_share,
        open_notes=open_notes,
        may_ask=may_share and answered == asked,
        asking=asking,
    )


def _with_people(
    sections: Sequence[Progress], assigned: Mapping[str, Assigned], by: Person
) -> tuple[Progress, ...]:
    """The sections with who is asked, those of the reader first."""
    named = (
        replace(row, assigned=one.name, is_yours=one.person_id == by.id)
        if (one := assigned.get(row.key))
        else row
        for row in sections
    )
    return tuple(sorted(named, key=lambda row: not row.is_yours))


def _next_section(questions: QuestionSet, sections: Sequence[Progress], stored: Stored) -> str:
    """The first section with an open core question, else the first with any; "" for none."""
    open_core = {q.section for q in _core(questions, stored) if not is_answered(q, stored)}
    unfinished = [s.key for s in sections if s.status != "Completed"]
    return next((key for key in unfinished if key in open_core), next(iter(unfinished), ""))


def _version(version: Version) -> VersionLink:
    return VersionLink(
        version.number,
        version.title,
        day(version.created_at.isoformat()),
        found_in_words(version),
    )


def found_in_words(version: Version) -> str:
    """What a version recommends, in a few words."""
    best = version.recommended
    return f"{LABELS[best['label']][0]}: {best['title']}" if best else "No option left"


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
    core = _core(questions, stored)
    return sum(is_answered(q, stored) for q in core), len(core)


def _core(questions: QuestionSet, stored: Stored) -> list[Question]:
    return [q for q in asked_questions(questions, stored) if q.core and is_shown(q, stored)]
