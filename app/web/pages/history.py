"""What became of a project: its versions, the drafts that were kept, and who did what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from app.domain.questionnaire.questions import QuestionSet
from app.services.activity import Event
from app.services.assessments import Version
from app.services.projects import Project
from app.services.versions import LONGEST_NAME, Earlier, KeptDraft
from app.web.pages.base import Page
from app.web.pages.blocks import Stored, moment
from app.web.pages.projects import found_in_words
from app.web.pages.versions import Row, changed_answers


@dataclass(frozen=True)
class VersionRow:
    """A saved version.

    Attributes:
        milestone: its name, empty without one.
        compare: where it is held against the one before it; empty for the first.
    """

    number: int
    title: str
    milestone: str
    saved: str
    found: str
    compare: str


@dataclass(frozen=True)
class DraftRow:
    """A draft that was kept, by whom and when."""

    id: int
    kept: str


@dataclass(frozen=True)
class EventRow:
    """Who did what, and when."""

    at: str
    by: str
    did: str


@dataclass(frozen=True)
class HistoryPage(Page):
    """The history of a project, newest first."""

    template: ClassVar[str] = "projects/history.html"

    project: Project
    versions: tuple[VersionRow, ...]
    drafts: tuple[DraftRow, ...]
    events: tuple[EventRow, ...]
    may_edit: bool
    longest_name: int


@dataclass(frozen=True)
class RestorePage(Page):
    """What would be replaced if earlier answers were taken up again.

    Attributes:
        here: where it is confirmed.
        as_of: the last change of the answers that this page has seen.
    """

    template: ClassVar[str] = "projects/restore.html"

    project: Project
    name: str
    here: str
    as_of: int
    changes: tuple[Row, ...]


def history_page(  # noqa: PLR0913  # all that became of a project
    project: Project,
    questions: QuestionSet,
    versions: Sequence[Version],
    milestones: Mapping[int, str],
    drafts: Sequence[KeptDraft],
    events: Sequence[Event],
    now: datetime,
    *,
    may_edit: bool,
) -> HistoryPage:
    """The history as it is now."""
    return HistoryPage(
        project=project,
        versions=tuple(_version(project, v, milestones.get(v.number, ""), now) for v in versions),
        drafts=tuple(DraftRow(d.id, f"{moment(d.at, now)} by {d.by}") for d in drafts),
        events=tuple(event_row(event, questions, now) for event in events),
        may_edit=may_edit,
        longest_name=LONGEST_NAME,
    )


def restore_page(
    project: Project, questions: QuestionSet, earlier: Earlier, present: Stored, here: str
) -> RestorePage:
    """The page before `earlier` takes the place of `present`."""
    return RestorePage(
        project=project,
        name=earlier.name,
        here=here,
        as_of=earlier.as_of,
        changes=tuple(changed_answers(present, earlier.answers, questions)),
    )


def event_row(event: Event, questions: QuestionSet, now: datetime) -> EventRow:
    """An event in words; of answers only how many, and in which sections."""
    return EventRow(
        moment(event.at, now), event.by or "Footing", event.did or _did(event, questions)
    )


def _did(event: Event, questions: QuestionSet) -> str:
    keys = {questions.section_keys.get(path, "") for path in event.answered}
    titles = [section.title for section in questions.sections if section.key in keys]
    titles += ["Measurements"] if "" in keys else []
    count = len(event.answered)
    return f"answered {count} field{'s' if count > 1 else ''} in {', '.join(titles)}"


def _version(project: Project, version: Version, milestone: str, now: datetime) -> VersionRow:
    number = version.number
    by = f" by {version.author}" if version.author else ""
    before = f"/projects/{project.id}/compare?from={number - 1}&to={number}"
    return VersionRow(
        number=number,
        title=version.title,
        milestone=milestone,
        saved=f"Saved {moment(version.created_at, now)}{by}",
        found=found_in_words(version),
        compare=before if number > 1 else "",
    )
