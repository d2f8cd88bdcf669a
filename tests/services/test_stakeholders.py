from datetime import timedelta

import pytest
from sqlalchemy import delete

from app import reference
from app.domain.decision.stakeholders import Stated
from app.domain.errors import InvalidAnswers, NotAllowed, NotFound
from app.persistence import Session, assessments, scorecards
from app.persistence.tables import LinkWeightsRow, PersonRow, ProjectRow, StatedWeightsRow
from app.services import (
    activity,
    administration,
    answer_links,
    audit,
    projects,
    share_links,
    stakeholders,
    teams,
)
from app.services.answer_links import Invited
from app.services.people import Person
from app.services.projects import Project
from tests.builders import NOON, a_person, a_project, a_sample, a_snapshot, join
from tests.domain.decision.test_stakeholders import a_card

WEIGHTS = reference.load().weights
QUESTIONS = reference.load().questions
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


# ---- by a link -----------------------------------------------------------------------------------


def invited(db: Session, by: Person, project: Project, *sections: str) -> Invited:
    token = answer_links.create(
        db, QUESTIONS, by, project, sections=sections, label="Finance", days=7, now=NOON
    )
    return answer_links.look_up(db, token, NOON)


def test_whoever_has_a_link_keeps_their_own_weights_under_a_name(
    db: Session, bo: Person, project: Project
) -> None:
    stakeholders.state(db, bo, project, COST, NOON)
    finance = invited(db, bo, project, "weights")
    stakeholders.state_by_link(db, finance, "Fay", SECURITY, NOON)
    stakeholders.state_by_link(db, finance, "Gil", COST, NOON)
    again = Stated(("security",), {}, "loose")
    stakeholders.state_by_link(db, finance, "Fay", again, NOON)
    people = stakeholders.everybody(db, project, WEIGHTS)
    assert [(one.name, one.said) for one in people] == [
        ("Bo", COST),
        ("Fay (by link)", again),
        ("Gil (by link)", COST),
    ]
    assert stakeholders.stated_by_link(db, finance, "Fay", WEIGHTS) == again
    assert stakeholders.stated_by_link(db, finance, "Ida", WEIGHTS) is None
    weighed = stakeholders.weighed(db, project, WEIGHTS)
    assert weighed.found is not None
    assert [voice.name for voice in weighed.found.voices] == [one.name for one in people]


def test_a_link_for_a_section_is_none_for_weights_and_the_reverse(
    db: Session, bo: Person, project: Project
) -> None:
    site, finance = invited(db, bo, project, "site"), invited(db, bo, project, "weights")
    with pytest.raises(NotAllowed):
        stakeholders.state_by_link(db, site, "Fay", COST, NOON)
    with pytest.raises(NotAllowed):
        stakeholders.stated_by_link(db, site, "Fay", WEIGHTS)
    with pytest.raises(NotAllowed):
        answer_links.require_section(finance, "site")
    assert stakeholders.everybody(db, project, WEIGHTS) == []


def test_another_link_under_the_same_name_says_its_own(
    db: Session, bo: Person, project: Project
) -> None:
    one, other = (invited(db, bo, project, "weights") for _ in range(2))
    stakeholders.state_by_link(db, one, "Fay", COST, NOON)
    stakeholders.state_by_link(db, other, "Fay", SECURITY, NOON)
    said = [one.said for one in stakeholders.everybody(db, project, WEIGHTS)]
    assert sorted(said, key=repr) == sorted([COST, SECURITY], key=repr)


def test_it_goes_with_the_project(db: Session, bo: Person, project: Project) -> None:
    stakeholders.state_by_link(db, invited(db, bo, project, "weights"), "Fay", COST, NOON)
    assert db.query(LinkWeightsRow).count() == 1
    db.execute(delete(ProjectRow).where(ProjectRow.id == project.id))
    assert db.query(LinkWeightsRow).count() == 0


def test_nobody_states_weights_without_a_name(db: Session, bo: Person, project: Project) -> None:
    with pytest.raises(InvalidAnswers):
        stakeholders.state_by_link(db, invited(db, bo, project, "weights"), " ", COST, NOON)


def test_an_editor_takes_away_what_came_by_a_link_and_nothing_else(
    db: Session, bo: Person, project: Project
) -> None:
    stakeholders.state(db, bo, project, COST, NOON)
    finance, other = (invited(db, bo, project, "weights") for _ in range(2))
    for link, name in ((finance, "Fay"), (finance, "Gil"), (other, "Fay")):
        stakeholders.state_by_link(db, link, name, SECURITY, NOON)
    stakeholders.take_away(db, bo, project, finance.link_id, "Fay", NOON)
    left = [(one.link_id, one.name) for one in stakeholders.by_links(db, bo, project, NOON)]
    assert left == [(other.link_id, "Fay"), (finance.link_id, "Gil")]
    assert _names(db, project) == ["Bo", "Fay (by link)", "Gil (by link)"]
    for name in ("Fay", "Nobody\x00", ""):  # a second click, and what no page sends
        stakeholders.take_away(db, bo, project, finance.link_id, name, NOON)
    done = activity.newest(db, project, most=1)[0]
    assert (done.by, done.did) == ("Bo", "took away the weights of Fay (by link)")
    before = activity.newest(db, project, most=2)[1]
    assert before.did != done.did
    noted = audit.newest(db, a_person(db, "Ada", is_administrator=True))[0]
    assert noted.action == "took away weights stated by a link of"
    assert "100" not in repr(noted)  # whose, and not what they were


def test_a_viewer_or_somebody_of_another_team_takes_nothing_away(
    db: Session, bo: Person, cy: Person, project: Project
) -> None:
    finance = invited(db, bo, project, "weights")
    stakeholders.state_by_link(db, finance, "Fay", COST, NOON)
    eve = a_person(db, "Eve")
    elsewhere = a_project(db, eve)
    assert stakeholders.by_links(db, cy, project, NOON) == []
    with pytest.raises(NotAllowed):
        stakeholders.take_away(db, cy, project, finance.link_id, "Fay", NOON)
    with pytest.raises(NotFound):
        stakeholders.take_away(db, eve, elsewhere, finance.link_id, "Fay", NOON)
    assert _names(db, project) == ["Fay (by link)"]


def test_what_came_by_a_link_outlives_it_and_is_said_to(
    db: Session, bo: Person, project: Project
) -> None:
    finance = invited(db, bo, project, "weights")
    stakeholders.state_by_link(db, finance, "Fay", COST, NOON)
    (before,) = stakeholders.by_links(db, bo, project, NOON)
    share_links.revoke(db, bo, project, finance.link_id, NOON)
    (after,) = stakeholders.by_links(db, bo, project, NOON)
    assert (before.label, before.is_open, after.is_open) == ("Finance", True, False)
    assert _names(db, project) == ["Fay (by link)"]
