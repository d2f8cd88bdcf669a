"""Who is asked to answer which section: said on the task list, and no limit for the others."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from app.domain.errors import InvalidAnswers, Problem
from app.domain.questionnaire.questions import QuestionSet
from app.persistence import Session
from app.persistence import assignments as rows
from app.services import activity, projects, teams
from app.services.people import Person
from app.services.projects import Project
from app.services.teams import Member


@dataclass(frozen=True)
class Assigned:
    """Whoever is asked to answer a section."""

    person_id: int
    name: str


def listing(db: Session, project: Project) -> dict[str, Assigned]:
    """Section → who is asked to answer it, of a project that `find` gave; some have nobody."""
    found = rows.of_project(db, project.id)
    return {section: Assigned(*person) for section, person in found.items()}


def possible(db: Session, project: Project) -> list[Member]:
    """Who can be asked: those of its team who may answer, by name."""
    if project.team is None:
        return []
    everybody = teams.members(db, project.team)
    return [one for one in everybody if teams.at_least(one.role, "editor") and not one.is_closed]


def assign(
    db: Session,
    questions: QuestionSet,
    by: Person,
    project: Project,
    people: Mapping[str, int],
    now: datetime,
) -> None:
    """Ask these people, by section; the other sections are for everybody.

    Raises:
        NotAllowed: `by` may not change the project.
        InvalidAnswers: somebody is not in the team or may only look; nothing is changed.
    """
    projects.require_editor(by, project)
    can = {member.id: member.name for member in possible(db, project)}
    titles = {section.key: section.title for section in questions.sections}
    if any(section not in titles or person not in can for section, person in people.items()):
        message = "Choose an editor or owner of the team for each section, or nobody."
        raise InvalidAnswers([Problem("sections", message)])
    before = {section: one.person_id for section, one in listing(db, project).items()}
    rows.put(db, project.id, people)
    for section, person in people.items():
        if before.get(section) != person:
            did = f"asked {can[person]} to answer {titles[section]}"
            activity.note(db, project.id, by.name, did, now=now)
    for section in before.keys() - people.keys():
        did = f"asked nobody in particular to answer {titles.get(section, section)}"
        activity.note(db, project.id, by.name, did, now=now)
