"""Starting a project, finding it, answering its questions. Who may is decided here.

An administrator sees no more projects than anybody else: those of their own teams.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.domain.errors import InvalidAnswers, NotAllowed, NotFound, Problem
from app.domain.questionnaire.questions import QuestionSet
from app.domain.questionnaire.reading import FORMAT, nested
from app.persistence import Session
from app.persistence import projects as rows
from app.persistence.projects import Answered, Author
from app.persistence.tables import JSONValue, ProjectRow
from app.services import teams
from app.services.people import Person
from app.services.teams import Role, Team
from app.services.texts import one_line, storable, too_long

LONGEST_NAME = 120
LONGEST_PURPOSE = 2_000


@dataclass(frozen=True)
class Project:
    """One decision to make, as somebody found it.

    A sample belongs to no team, and everybody may look at it.

    Attributes:
        team: its team with the finder's role in it; None for a sample.
        finder_id: for whom it was found: nobody else may use what it says of `team`.
    """

    id: int
    name: str
    purpose: str
    team: Team | None
    finder_id: int | None
    sample_key: str | None
    created_at: datetime

    @property
    def team_id(self) -> int | None:
        """Of its team; None for a sample."""
        return self.team.id if self.team else None

    @property
    def is_sample(self) -> bool:
        """Whether it shipped with Footing."""
        return self.sample_key is not None


@dataclass(frozen=True)
class Listing:
    """What a person sees first: the projects of their teams, newest first, and the samples."""

    own: tuple[Project, ...]
    samples: tuple[Project, ...]


@dataclass(frozen=True)
class Work:
    """What was done on a project.

    Attributes:
        answers: question key → what was typed.
        changed_at, changed_by: when an answer was last changed, and by whom; the project's
            beginning and "" before the first.
    """

    answers: dict[str, JSONValue]
    changed_at: datetime
    changed_by: str


def start(
    db: Session, by: Person, *, name: str, purpose: str, now: datetime, team_id: int | None = None
) -> Project:
    """Start a project in a team; without `team_id` in the only one where `by` may.

    Raises:
        InvalidAnswers: the name is missing, name or purpose is too long, or it is not clear
            in which team.
    """
    name, purpose = one_line(name), storable(purpose).strip()
    team = _team_for(db, by, team_id)
    problems = [
        *_name_problems(name),
        *too_long("purpose", "The purpose", purpose, LONGEST_PURPOSE),
    ]
    if isinstance(team, Problem):
        problems.append(team)
    if problems or isinstance(team, Problem):
        raise InvalidAnswers(problems)
    row = rows.add(db, name=name, purpose=purpose, team_id=team.id, at=now)
    return _project(row, by, team)


def teams_to_start_in(db: Session, by: Person) -> list[Team]:
    """The teams in which `by` may start a project."""
    return [team for team in teams.mine(db, by) if teams.at_least(team.role, "editor")]


def find(db: Session, by: Person | None, project_id: int) -> Project:
    """The project, if `by` may look at it.

    Raises:
        NotFound: there is none, or it is another team's: the two look alike on purpose.
    """
    row = rows.by_id(db, project_id)
    if row is not None and row.sample_key is not None:
        return _project(row, None, None)
    if row is None or by is None or row.team_id is None:
        raise _not_found(project_id)
    try:
        team = teams.find(db, by, row.team_id)
    except NotFound as hidden:
        raise _not_found(project_id) from hidden
    return _project(row, by, team)


def _not_found(project_id: int) -> NotFound:
    return NotFound(
        f"There is no project {project_id} that you can see. "
        "If it is yours, sign in first; if a colleague's, ask them to invite you to their team."
    )


def behind_a_link(db: Session, project_id: int) -> Project:
    """The project of a share link that is open: having the link is the permission.

    Raises:
        NotFound: there is no such project.
    """
    row = rows.by_id(db, project_id)
    if row is None:
        raise NotFound("The project of this link is not there any more.")
    return _project(row, None, None)


def sample(db: Session, key: str) -> Project:
    """The sample project of this key.

    Raises:
        NotFound: there is no such sample.
    """
    row = rows.by_sample_key(db, key)
    if row is None:
        raise NotFound(f"There is no sample project called {key}.")
    return _project(row, None, None)


def answers(db: Session, project: Project) -> dict[str, JSONValue]:
    """Question key → what was typed, of a project that `find` or `sample` gave."""
    return rows.answers(db, project.id)


def answers_file(db: Session, project: Project, questions: QuestionSet) -> dict[str, JSONValue]:
    """The answers of a project that `find` or `sample` gave, in the form of an answers file."""
    return {
        "format": FORMAT,
        "name": project.name,
        "question_set": questions.version,
        "answers": nested(answers(db, project)),
    }


def work_on(db: Session, found: Sequence[Project]) -> dict[int, Work]:
    """Project id → what was done, of projects that `find` or `listing` gave."""
    by_project: dict[int, list[Answered]] = {project.id: [] for project in found}
    for row in rows.answers_of(db, list(by_project)):
        by_project[row.project_id].append(row)
    return {project.id: _work(project, by_project[project.id]) for project in found}


def _work(project: Project, answered: Sequence[Answered]) -> Work:
    answers: dict[str, JSONValue] = {
        row.question: row.value for row in answered if row.value is not None
    }
    if not answered:
        return Work(answers, project.created_at, "")
    return Work(answers, answered[-1].at, answered[-1].by)


def save_answers(
    db: Session,
    by: Person | None,
    project: Project,
    typed: Mapping[str, JSONValue],
    now: datetime,
) -> None:
    """Store these answers whatever is stored now; None takes an answer back.

    For what replaces all there is, such as a file. What people type over what they saw is for
    `answering.save`.

    Raises:
        NotAllowed: as `require_editor`.
    """
    require_editor(by, project)
    author = Author(by.id, by.name) if by else rows.NOBODY
    for question, value in typed.items():
        rows.save_answer(db, project.id, question, value, author, now)


def require_editor(by: Person | None, project: Project) -> None:
    """Do nothing if `by` may answer questions and save versions.

    Raises:
        NotAllowed: the project is a sample, or `by` may only look at it.
    """
    if project.is_sample:
        raise NotAllowed("A sample project stays as it is; start your own to answer questions.")
    if not may_edit(by, project):
        team = project.team.name if project.team else "its team"
        raise NotAllowed(f"Only an editor or owner of {team} may do that to {project.name}.")


def may_edit(by: Person | None, project: Project) -> bool:
    """Whether `by` may answer questions and save versions."""
    return teams.at_least(_role_of(by, project), "editor")


def listing(db: Session, by: Person | None) -> Listing:
    """The projects of the teams of `by`, and the samples, which everybody sees."""
    of_teams = {team.id: team for team in teams.mine(db, by)} if by else {}
    found = rows.seen_by(db, by.id) if by else ()
    return Listing(
        own=tuple(
            _project(row, by, of_teams[row.team_id]) for row in found if row.team_id in of_teams
        ),
        samples=tuple(_project(row, None, None) for row in rows.samples(db)),
    )


def visible_ids(db: Session, by: Person) -> frozenset[int]:
    """The ids of all projects that `listing` gives, samples included."""
    return rows.seen_ids(db, by.id) | sample_ids(db)


def sample_ids(db: Session) -> frozenset[int]:
    """The ids of the samples, which everybody sees."""
    return frozenset(row.id for row in rows.samples(db))


def _role_of(by: Person | None, project: Project) -> Role | None:
    if by is None or project.team is None or project.finder_id != by.id:
        return None
    return project.team.role


def _team_for(db: Session, by: Person, team_id: int | None) -> Team | Problem:
    possible = teams_to_start_in(db, by)
    if not possible:
        return Problem("team_id", "You may start projects in no team yet: make one first.")
    if team_id is None and len(possible) == 1:
        return possible[0]
    chosen = next((team for team in possible if team.id == team_id), None)
    return chosen or Problem("team_id", "Choose the team that the project belongs to.")


def _name_problems(name: str) -> Iterator[Problem]:
    if not name:
        yield Problem("name", "Enter a name for the project, such as: Radiology assistant.")
    yield from too_long("name", "The name", name, LONGEST_NAME)


def _project(row: ProjectRow, finder: Person | None, team: Team | None) -> Project:
    return Project(
        id=row.id,
        name=row.name,
        purpose=row.purpose,
        team=team,
        finder_id=finder.id if finder else None,
        sample_key=row.sample_key,
        created_at=row.created_at,
    )
