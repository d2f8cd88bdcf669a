"""Who answers what: sections for colleagues of the team, and links for those without an account."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from app.domain.errors import Problem
from app.domain.questionnaire.questions import QuestionSet
from app.reports.words import day
from app.services.answer_links import WEIGHTS, AnswerLink, Invited
from app.services.assignments import Assigned
from app.services.projects import Project
from app.services.share_links import DAYS_OFFERED, DAYS_PROPOSED
from app.services.teams import Member
from app.web.pages.base import NO_FAULTS, Faults, Page, faults
from app.web.pages.projects import Progress
from app.web.pages.share_links import Pick, opened_in_words, until_in_words

NOBODY = 0  # in particular
_WEIGHTS = "what counts for you"


@dataclass(frozen=True)
class SectionChoice:
    """A section with whom it is for: everybody, or one of `picks`."""

    key: str
    title: str
    picks: tuple[Pick, ...]
    is_asked: bool


@dataclass(frozen=True)
class AnswerLinkRow:
    """A link in the list; `until` says how long it works, or why it does not."""

    id: int
    label: str
    sections: str
    made: str
    is_open: bool
    until: str
    opened: str


@dataclass(frozen=True)
class AskPage(Page):
    """Ask colleagues to answer sections.

    Attributes:
        made: the address of the link just made, which is shown this once; empty otherwise.
        made_for: for whom that one is.
        form: a name of the form, so that sending it twice makes one link.
    """

    template: ClassVar[str] = "projects/ask.html"

    project: Project
    sections: tuple[SectionChoice, ...]
    days: tuple[Pick, ...]
    weights: Pick
    label: str
    faults: Faults
    links: tuple[AnswerLinkRow, ...]
    form: str
    made: str
    made_for: str


@dataclass(frozen=True)
class AskedPage(Page):
    """What somebody who was asked by a link sees first: who asks, for what, and their name.

    Attributes:
        here: the address of the link.
        sections: empty until there is a name.
        weights: where to say what counts; empty where that is not asked for, and without a name.
    """

    template: ClassVar[str] = "projects/asked.html"

    project_name: str
    maker: str
    until: str
    here: str
    name: str
    typed: str
    sections: tuple[Progress, ...]
    titles: tuple[str, ...]
    weights: str
    faults: Faults = NO_FAULTS


def ask_page(  # noqa: PLR0913  # who is there, who is asked, and the form
    project: Project,
    questions: QuestionSet,
    members: Sequence[Member],
    assigned: Mapping[str, Assigned],
    links: Sequence[AnswerLink],
    now: datetime,
    *,
    form: str,
    chosen: Collection[str] = (),
    label: str = "",
    days: int = DAYS_PROPOSED,
    problems: Sequence[Problem] = (),
    made: str = "",
    made_for: str = "",
) -> AskPage:
    """The page with the form as typed, or empty again after a link was `made`."""
    titles = {section.key: section.title for section in questions.sections}
    asks = {**titles, WEIGHTS: "What counts for them"}
    return AskPage(
        project=project,
        sections=tuple(
            SectionChoice(
                key,
                title,
                _picks(members, assigned.get(key)),
                key in chosen,
            )
            for key, title in titles.items()
        ),
        days=tuple(Pick(option, f"{option} days", option == days) for option in DAYS_OFFERED),
        weights=Pick(WEIGHTS, asks[WEIGHTS], WEIGHTS in chosen),
        label=label,
        faults=faults(problems),
        links=tuple(_row(link, asks, now) for link in links),
        form=form,
        made=made,
        made_for=made_for,
    )


def asked_page(
    invited: Invited,
    questions: QuestionSet,
    here: str,
    progress: Sequence[Progress],
    *,
    name: str,
    typed: str = "",
    problems: Sequence[Problem] = (),
) -> AskedPage:
    """The first page of a link, once with and once without a `name`."""
    own = [section for section in questions.sections if section.key in invited.sections]
    weighs = WEIGHTS in invited.sections
    return AskedPage(
        project_name=invited.project.name,
        maker=invited.maker,
        until=day(invited.expires_at),
        here=here,
        name=name,
        typed=typed or name,
        sections=tuple(row for row in progress if row.key in invited.sections) if name else (),
        titles=(*(section.title for section in own), *([_WEIGHTS] if weighs else [])),
        weights=f"{here}/weights" if weighs and name else "",
        faults=faults(problems),
    )


def _picks(members: Sequence[Member], one: Assigned | None) -> tuple[Pick, ...]:
    nobody = Pick(NOBODY, "Everybody", one is None)
    return (nobody, *(Pick(m.id, m.name, bool(one and one.person_id == m.id)) for m in members))


def _row(link: AnswerLink, titles: Mapping[str, str], now: datetime) -> AnswerLinkRow:
    return AnswerLinkRow(
        id=link.id,
        label=link.label,
        sections=", ".join(titles.get(key, key) for key in link.sections),
        made=day(link.created_at) + (f" by {link.maker}" if link.maker else ""),
        is_open=link.is_open(now),
        until=until_in_words(link, now),
        opened=opened_in_words(link),
    )
