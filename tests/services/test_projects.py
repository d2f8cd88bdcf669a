from contextlib import nullcontext
from datetime import timedelta

import pytest

from app.domain.errors import InvalidAnswers, NotAllowed, NotFound
from app.persistence import Session, assessments
from app.services import projects
from app.services.assessments import Head, heads
from app.services.teams import Role
from tests.builders import NOON, a_person, a_project, a_sample, a_snapshot, a_team, join


def test_a_project_belongs_to_a_team_of_who_started_it(db: Session) -> None:
    bo = a_person(db)
    team = a_team(db, bo)
    project = projects.start(db, bo, name="  Radiology   assistant ", purpose=" Why ", now=NOON)
    assert (project.name, project.purpose, project.team) == ("Radiology assistant", "Why", team)
    assert projects.find(db, bo, project.id) == project


def test_in_several_teams_one_is_chosen(db: Session) -> None:
    bo = a_person(db)
    a_team(db, bo, "One")
    two = a_team(db, bo, "Two")
    for wrong in (None, 999_999):
        with pytest.raises(InvalidAnswers, match="Choose the team"):
            projects.start(db, bo, name="P", purpose="", team_id=wrong, now=NOON)
    assert projects.start(db, bo, name="P", purpose="", team_id=two.id, now=NOON).team == two


def test_a_viewer_starts_no_project_in_the_team(db: Session) -> None:
    team = a_team(db, a_person(db, "Bo"))
    cy = a_person(db, "Cy")
    join(db, cy, team.id, "viewer")
    with pytest.raises(InvalidAnswers, match="no team yet"):
        projects.start(db, cy, name="P", purpose="", team_id=team.id, now=NOON)


def test_every_problem_of_a_new_project_is_named(db: Session) -> None:
    bo = a_person(db)
    a_team(db, bo)
    with pytest.raises(InvalidAnswers) as caught:
        projects.start(db, bo, name=" ", purpose="x" * 2_001, now=NOON)
    assert [problem.path for problem in caught.value.problems] == ["name", "purpose"]


def test_a_strangers_project_looks_like_none(db: Session) -> None:
    bo, eve = a_person(db, "Bo"), a_person(db, "Eve")
    project = a_project(db, bo)
    for visitor in (eve, None):
        with pytest.raises(NotFound) as hidden:
            projects.find(db, visitor, project.id)
        assert f"There is no project {project.id} " in str(hidden.value)


def test_an_unknown_project_is_not_found(db: Session) -> None:
    with pytest.raises(NotFound):
        projects.find(db, a_person(db, is_administrator=True), 999_999)


def test_an_administrator_finds_no_project_of_others(db: Session) -> None:
    project = a_project(db, a_person(db, "Bo"))
    ada = a_person(db, "Ada", is_administrator=True)
    with pytest.raises(NotFound):
        projects.find(db, ada, project.id)
    assert not projects.may_edit(ada, project)


@pytest.mark.parametrize(
    ("role", "may_edit"), [("viewer", False), ("editor", True), ("owner", True)]
)
def test_what_one_may_do_follows_from_the_role(db: Session, role: Role, *, may_edit: bool) -> None:
    bo, cy = a_person(db, "Bo"), a_person(db, "Cy")
    team = a_team(db, bo)
    join(db, cy, team.id, role)
    project = projects.find(db, cy, a_project(db, bo, team=team).id)
    assert projects.may_edit(cy, project) is may_edit
    with nullcontext() if may_edit else pytest.raises(NotAllowed, match="of Radiology may"):
        projects.require_editor(cy, project)


def test_what_one_found_gives_nobody_else_a_right(db: Session) -> None:
    bo, eve = a_person(db, "Bo"), a_person(db, "Eve")
    project = a_project(db, bo)
    assert projects.may_edit(bo, project)
    assert not projects.may_edit(eve, project)


def test_everybody_may_look_at_a_sample_and_nobody_change_it(db: Session) -> None:
    sample = a_sample(db, "hospital")
    ada = a_person(db, "Ada", is_administrator=True)
    assert projects.find(db, None, sample.id) == projects.sample(db, "hospital") == sample
    for visitor in (None, ada):
        assert not projects.may_edit(visitor, sample)
        with pytest.raises(NotAllowed, match="sample"):
            projects.save_answers(db, visitor, sample, {"scope": "estate"}, NOON)


def test_an_unknown_sample_is_not_found(db: Session) -> None:
    with pytest.raises(NotFound, match="called bakery"):
        projects.sample(db, "bakery")


def test_answers_are_stored_by_their_owner(db: Session) -> None:
    bo = a_person(db)
    project = a_project(db, bo)
    projects.save_answers(db, bo, project, {"scope": "estate", "traffic": {"low": "1"}}, NOON)
    projects.save_answers(db, bo, project, {"scope": None}, NOON)
    assert projects.answers(db, project) == {"traffic": {"low": "1"}}


def test_nobody_else_stores_answers(db: Session) -> None:
    project = a_project(db, a_person(db, "Bo"))
    for visitor in (a_person(db, "Eve"), None):
        with pytest.raises(NotAllowed, match="Only an editor or owner"):
            projects.save_answers(db, visitor, project, {"scope": "estate"}, NOON)
    assert projects.answers(db, project) == {}


def test_the_listing_shows_ones_own_and_the_samples(db: Session) -> None:
    bo, cy = a_person(db, "Bo"), a_person(db, "Cy")
    own, sample = a_project(db, bo), a_sample(db)
    a_project(db, cy)
    assert projects.listing(db, bo) == projects.Listing(own=(own,), samples=(sample,))
    assert projects.listing(db, None) == projects.Listing(own=(), samples=(sample,))


def test_what_was_done_on_each_project_is_told_at_once(db: Session) -> None:
    bo = a_person(db, "Bo")
    one, two = a_project(db, bo, "One"), a_project(db, bo, "Two")
    later = NOON + timedelta(hours=1)
    projects.save_answers(db, bo, one, {"scope": "estate", "workloads": ["training"]}, NOON)
    projects.save_answers(db, bo, one, {"scope": None}, later)
    assert projects.work_on(db, [one, two]) == {
        one.id: projects.Work({"workloads": ["training"]}, later, "Bo"),
        two.id: projects.Work({}, NOON, ""),
    }
    assert projects.work_on(db, []) == {}


def test_a_list_reads_of_the_newest_version_what_it_shows(db: Session) -> None:
    bo = a_person(db)
    one, two = a_project(db, bo, "One"), a_project(db, bo, "Two")
    for title in ("Older", "Newer"):
        result = f'{{"recommended":{{"title":"{title}"}},"families":{{}},"options":[1]}}'
        assessments.keep(db, one.id, a_snapshot(result=result), by=None, at=NOON)
    expected = {"recommended": {"title": "Newer"}, "families": {}}
    assert heads(db, [one, two]) == {one.id: Head(2, NOON, expected)}
