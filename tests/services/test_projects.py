import pytest

from app.domain.errors import InvalidAnswers, NotAllowed, NotFound
from app.persistence import Session
from app.services import projects
from tests.builders import NOON, a_person, a_project, a_sample


def test_a_project_belongs_to_who_started_it(db: Session) -> None:
    bo = a_person(db)
    project = projects.start(db, bo, name="  Radiology   assistant ", purpose=" Why ", now=NOON)
    assert (project.name, project.purpose, project.owner_id) == (
        "Radiology assistant",
        "Why",
        bo.id,
    )
    assert projects.find(db, bo, project.id) == project


def test_every_problem_of_a_new_project_is_named(db: Session) -> None:
    with pytest.raises(InvalidAnswers) as caught:
        projects.start(db, a_person(db), name=" ", purpose="x" * 2_001, now=NOON)
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


def test_an_administrator_finds_every_project(db: Session) -> None:
    project = a_project(db, a_person(db, "Bo"))
    ada = a_person(db, "Ada", is_administrator=True)
    assert projects.find(db, ada, project.id) == project
    assert projects.may_edit(ada, project)


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
        with pytest.raises(NotAllowed, match="Only the owner"):
            projects.save_answers(db, visitor, project, {"scope": "estate"}, NOON)
    assert projects.answers(db, project) == {}


def test_the_listing_shows_ones_own_and_the_samples(db: Session) -> None:
    bo, cy = a_person(db, "Bo"), a_person(db, "Cy")
    own, sample = a_project(db, bo), a_sample(db)
    a_project(db, cy)
    assert projects.listing(db, bo) == projects.Listing(own=(own,), samples=(sample,))
    assert projects.listing(db, None) == projects.Listing(own=(), samples=(sample,))
