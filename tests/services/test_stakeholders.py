from datetime import timedelta

import pytest
from sqlalchemy import delete

from app import reference
from app.domain.decision.stakeholders import Stated
from app.domain.errors import NotAllowed, NotFound
from app.persistence import Session, assessments, scorecards
from app.persistence.tables import PersonRow, ProjectRow, StatedWeightsRow
from app.services import administration, projects, stakeholders, teams
from app.services.people import Person
from app.services.projects import Project
from tests.builders import NOON, a_person, a_project, a_sample, a_snapshot, join
from tests.domain.decision.test_stakeholders import a_card

WEIGHTS = reference.load().weights
COST = Stated(("cost",), {}, "firm")
SECURITY = Stated((), {"security": 100.0}, "firm")


@pytest.fixture
def bo(db: Session) -> Person:
    return a_person(db)


@pytest.fixture
def project(db: Session, bo: Person) -> Project:
    """A project with one version and its scorecard, made by hand."""
    project = a_project(db, bo)
    row = assessments.keep(db, project.id, a_snapshot(), by=bo.id, at=NOON)
    scorecards.keep(db, row, a_card(), WEIGHTS.keys)
    return project


@pytest.fixture
def cy(db: Session, project: Project) -> Person:
    cy = a_person(db, "Cy")
    assert project.team
    join(db, cy, project.team.id, "viewer")
    return cy


def _names(db: Session, project: Project) -> list[str]:
    return [one.name for one in stakeholders.everybody(db, project, WEIGHTS)]


def test_everybody_in_the_team_keeps_their_own(
    db: Session, bo: Person, cy: Person, project: Project
) -> None:
    stakeholders.state(db, bo, project, COST, NOON)
    stakeholders.state(db, cy, project, SECURITY, NOON)
    later = NOON + timedelta(hours=1)
    stakeholders.state(db, bo, project, Stated(("speed", "cost"), {}, "loose"), later)
    people = stakeholders.everybody(db, project, WEIGHTS)
    assert [(one.name, one.said.ranked, one.at) for one in people] == [
        ("Bo", ("speed", "cost"), later),
        ("Cy", (), NOON),
    ]
    assert people[1].said == SECURITY
    stakeholders.take_back(db, bo, project)
    assert _names(db, project) == ["Cy"]


def test_a_version_is_weighed_with_each_of_them(
    db: Session, bo: Person, cy: Person, project: Project
) -> None:
    assert stakeholders.weighed(db, project, WEIGHTS).found is None
    stakeholders.state(db, bo, project, COST, NOON)
    stakeholders.state(db, cy, project, SECURITY, NOON)
    found = stakeholders.weighed(db, project, WEIGHTS).found
    assert found is not None
    assert found.preferred == {"Cloud": ("Bo",), "Own site": ("Cy",)}
    with pytest.raises(NotFound):
        stakeholders.weighed(db, project, WEIGHTS, 2)


def test_a_version_without_a_scorecard_is_not_weighed(
    db: Session, bo: Person, project: Project
) -> None:
    assessments.keep(db, project.id, a_snapshot(), by=bo.id, at=NOON)
    stakeholders.state(db, bo, project, COST, NOON)
    weighed = stakeholders.weighed(db, project, WEIGHTS)
    assert weighed.saved is not None
    assert (weighed.saved.number, weighed.found) == (2, None)
    assert stakeholders.weighed(db, project, WEIGHTS, 1).found is not None


def test_who_left_the_team_or_has_no_account_is_no_stakeholder(
    db: Session, bo: Person, cy: Person, project: Project
) -> None:
    stakeholders.state(db, bo, project, COST, NOON)
    stakeholders.state(db, cy, project, SECURITY, NOON)
    assert project.team
    teams.take_out(db, bo, project.team.id, cy.id, now=NOON)
    assert _names(db, project) == ["Bo"]
    join(db, cy, project.team.id, "viewer")
    assert _names(db, project) == ["Bo", "Cy"]
    administration.close(db, a_person(db, "Ada", is_administrator=True), cy.id, NOON)
    assert _names(db, project) == ["Bo"]


def test_what_was_said_of_criteria_that_are_gone_no_longer_counts(
    db: Session, bo: Person, cy: Person, project: Project
) -> None:
    stakeholders.state(db, bo, project, Stated(("luck", "cost"), {}, "firm"), NOON)
    stakeholders.state(db, cy, project, Stated((), {"luck": 100.0}, "firm"), NOON)
    (bos,) = stakeholders.everybody(db, project, WEIGHTS)
    assert (bos.name, bos.said.ranked) == ("Bo", ("cost",))


def test_a_sample_has_no_stakeholders(db: Session, bo: Person) -> None:
    row = a_sample(db)
    sample = projects.find(db, bo, row.id)
    with pytest.raises(NotAllowed, match="no stakeholders"):
        stakeholders.state(db, bo, sample, COST, NOON)
    with pytest.raises(NotAllowed, match="no stakeholders"):
        stakeholders.take_back(db, bo, sample)


@pytest.mark.parametrize("row", [PersonRow, ProjectRow])
def test_what_somebody_stated_goes_with_them_and_with_the_project(
    db: Session, cy: Person, project: Project, row: type[PersonRow | ProjectRow]
) -> None:
    stakeholders.state(db, cy, project, SECURITY, NOON)
    gone = cy.id if row is PersonRow else project.id
    db.execute(delete(row).where(row.id == gone))
    assert db.query(StatedWeightsRow).count() == 0
