"""Links that let a colleague without an account answer some sections, under a name they type.

Kept, opened and ended as the links that let somebody read (`services/share_links.py`). Whoever has
one may read and write the answers and notes of its sections, may say what counts for them where it
asks for that, and sees nothing else of the project.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.errors import InvalidAnswers, NotAllowed, Problem
from app.domain.questionnaire.questions import QuestionSet
from app.persistence import Session
from app.persistence import share_links as rows
from app.persistence.projects import Author
from app.persistence.tables import JSONValue
from app.services import (
    activity,
    answering,
    audit,
    notes,
    once,
    people,
    projects,
    share_links,
    throttle,
)
from app.services.answering import Clash, Given
from app.services.people import Person
from app.services.projects import Project
from app.services.share_links import Link
from app.services.texts import one_line, too_long

LONGEST_NAME = 80
# Asked for like a section, though it is none: what counts for whoever has the link.
WEIGHTS = "weights"


@dataclass(frozen=True)
class AnswerLink(Link):
    """A link to answer `sections`."""

    sections: tuple[str, ...]


@dataclass(frozen=True)
class Invited:
    """What a link opens: some sections of a project, and by whom it was asked."""

    link_id: int
    project: Project
    sections: frozenset[str]
    maker: str
    expires_at: datetime


def create(  # noqa: PLR0913  # what the form says
    db: Session,
    questions: QuestionSet,
    by: Person | None,
    project: Project,
    *,
    sections: Collection[str],
    label: str,
    days: int,
    now: datetime,
    form: str = "",
) -> str:
    """Make a link to answer `sections` that stays open for `days`, and return its token.

    This is the only time that the token can be seen: what is stored is its SHA-256. The same form
    sent again makes no other link.

    Args:
        form: the random name that the form carries.

    Raises:
        NotAllowed: `by` may not change the project.
        InvalidAnswers: no section is chosen, or one that there is not, nobody is named, or `days`
            is not offered.
    """
    projects.require_editor(by, project)
    label = one_line(label)
    titles = {section.key: section.title for section in questions.sections}
    titles[WEIGHTS] = "what counts for them"
    chosen = [key for key in titles if key in sections]
    problems = [*share_links.label_problems(label), *share_links.days_problems(days)]
    if not chosen or len(chosen) != len(set(sections)):
        message = "Choose at least one section that shall be answered, or the weights."
        problems.insert(0, Problem("sections", message))
    if problems:
        raise InvalidAnswers(problems)
    said = ", ".join(titles[key] for key in chosen)

    def keep(token: str) -> None:
        rows.add(
            db,
            project.id,
            sections=chosen,
            token_sha256=people.hash_of(token),
            label=label,
            by=by.id if by else None,
            at=now,
            until=now + timedelta(days=days),
        )
        asked = f"asked by a link for {days} days to answer"
        audit.note(db, by, asked, project.name, now=now, team_id=project.team_id)
        activity.note(db, project.id, by.name if by else "", f"asked by a link: {said}", now=now)

    told = (project.id, chosen, label, days)
    return once.token(db, by, once.named(form, *told), keep, now=now)


def listing(db: Session, by: Person | None, project: Project) -> list[AnswerLink]:
    """Every link of `project` to answer, newest first, those that have ended included.

    Raises:
        NotAllowed: `by` may not change the project.
    """
    projects.require_editor(by, project)
    return [
        AnswerLink(**share_links.of_row(row, maker), sections=_sections(row.sections))
        for row, maker in rows.answering_in(db, project.id)
    ]


def look_up(db: Session, token: str, now: datetime) -> Invited:
    """What the link of this token lets its holder answer, whoever they are.

    Raises:
        NotFound, Gone: as `share_links.look_up`.
    """
    link, maker = share_links.opened(db, token, now)
    if link.number is not None:
        raise share_links.unknown_link()
    return Invited(
        link_id=link.id,
        project=projects.behind_a_link(db, link.project_id),
        sections=frozenset(_sections(link.sections)),
        maker=maker,
        expires_at=link.expires_at,
    )


def usable_name(name: str) -> str:
    """The name under which somebody answers, as it is kept with their answers.

    Raises:
        InvalidAnswers: it is missing or too long.
    """
    name = one_line(name)
    problems = list(too_long("name", "The name", name, LONGEST_NAME))
    if not name:
        problems = [
            Problem("name", "Enter your name, so that the team knows whose answers these are.")
        ]
    if problems:
        raise InvalidAnswers(problems)
    return name


def signed(name: str) -> str:
    """How somebody without an account is named beside what they answered."""
    return f"{usable_name(name)} (by link)"


def save(  # as `answering.save`
    db: Session,
    questions: QuestionSet,
    invited: Invited,
    name: str,
    given: Mapping[str, Given],
    *,
    window: str,
    now: datetime,
) -> dict[str, Clash]:
    """Store what was typed, as `answering.save` does; nothing of it if any is not asked for.

    Raises:
        NotAllowed: a question is in none of the link's sections.
        InvalidAnswers: nobody is named.
        TooOften: the link was used too often in the last minutes.
    """
    for path in given:
        require_section(invited, questions.section_keys.get(path, ""))
    throttle.admit_by_link(db, invited.link_id, now)
    author = Author(by_name=signed(name), window=window)
    return answering.put(db, questions, invited.project, given, author, now)


def add_note(  # noqa: PLR0913  # as `notes.add`
    db: Session,
    questions: QuestionSet,
    invited: Invited,
    name: str,
    question: str,
    text: str,
    now: datetime,
    *,
    form: str = "",
) -> None:
    """Keep a note about a question of the link's sections; the same form sent again adds none.

    Raises:
        NotAllowed: the question is in none of them.
        NotFound: there is no such question.
        InvalidAnswers: nobody is named, or the note is empty or too long.
        TooOften: the link was used too often in the last minutes.
    """
    require_section(invited, questions.question(question).section)
    throttle.admit_by_link(db, invited.link_id, now)
    whose = once.named(form, "link", invited.link_id)
    project, by_name = invited.project, signed(name)
    notes.put(db, questions, project, question, text, by_name=by_name, now=now, form=whose)


def require_section(invited: Invited, section: str) -> None:
    """Do nothing if the link is for this section.

    Raises:
        NotAllowed: it is not.
    """
    if section not in invited.sections:
        raise NotAllowed("This link is for other sections. Go back to those that it asks for.")


def _sections(stored: JSONValue) -> tuple[str, ...]:
    return tuple(str(key) for key in stored) if isinstance(stored, list) else ()
