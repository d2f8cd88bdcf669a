"""Answering by a link: what it opens, what it does not, and how it ends."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from app import reference
from app.domain.errors import Gone, InvalidAnswers, NotAllowed, NotFound, TooOften
from app.persistence import Session, assessments
from app.services import (
    activity,
    answer_links,
    answering,
    notes,
    projects,
    share_links,
    teams,
    throttle,
)
from app.services.answering import Given
from app.services.people import Person
from app.services.projects import Project
from tests.builders import NOON, a_person, a_project, a_sample, a_snapshot, join

QUESTIONS = reference.load().questions
DAY = timedelta(days=1)
SITE = {"site.type": Given("server_room")}


@pytest.fixture
def bo(db: Session) -> Person:
    return a_person(db)


@pytest.fixture
def project(db: Session, bo: Person) -> Project:
    return a_project(db, bo)


def ask(
    db: Session,
    by: Person | None,
    project: Project,
    *sections: str,
    label: str = "Cy",
    days: int = 7,
) -> str:
    return answer_links.create(
        db, QUESTIONS, by, project, sections=sections or ("site",), label=label, days=days, now=NOON
    )


def test_who_has_the_link_answers_its_sections_under_a_name(
    db: Session, bo: Person, project: Project
) -> None:
    invited = answer_links.look_up(db, ask(db, bo, project), NOON)
    assert (invited.maker, sorted(invited.sections)) == ("Bo", ["site"])
    clashes = answer_links.save(db, QUESTIONS, invited, " Cy ", SITE, window="w", now=NOON)
    assert clashes == {}
    row = answering.current(db, project)["site.type"]
    assert (row.value, row.by) == ("server_room", "Cy (by link)")


def test_the_rule_of_the_revisions_holds_for_them_too(
    db: Session, bo: Person, project: Project
) -> None:
    invited = answer_links.look_up(db, ask(db, bo, project), NOON)
    answering.save(db, QUESTIONS, bo, project, {"site.type": Given("none")}, window="b", now=NOON)
    clashes = answer_links.save(db, QUESTIONS, invited, "Cy", SITE, window="c", now=NOON)
    assert clashes["site.type"].theirs.by == "Bo"
    assert projects.answers(db, project) == {"site.type": "none"}


def test_no_question_of_another_section_is_written(
    db: Session, bo: Person, project: Project
) -> None:
    invited = answer_links.look_up(db, ask(db, bo, project), NOON)
    others = [path for path, section in QUESTIONS.section_keys.items() if section != "site"]
    assert len(others) > 50
    for path in others:
        given = {**SITE, path: Given("1")}
        with pytest.raises(NotAllowed):
            answer_links.save(db, QUESTIONS, invited, "Cy", given, window="w", now=NOON)
    for path in ("measurements.image.H100", "is_admin", ""):
        with pytest.raises(NotAllowed):
            answer_links.save(db, QUESTIONS, invited, "Cy", {path: Given(1)}, window="", now=NOON)
    assert projects.answers(db, project) == {}


def test_notes_are_for_its_sections_only(db: Session, bo: Person, project: Project) -> None:
    invited = answer_links.look_up(db, ask(db, bo, project), NOON)
    answer_links.add_note(db, QUESTIONS, invited, "Cy", "site_power", "Ask the utility", NOON)
    (note,) = notes.listing(db, project, "site_power")
    assert (note.text, note.by) == ("Ask the utility", "Cy (by link)")
    for question in ("scope", "image.volume"):
        with pytest.raises((NotAllowed, NotFound)):
            answer_links.add_note(db, QUESTIONS, invited, "Cy", question, "x", NOON)
    assert notes.count_open(db, project) == {"site_power": 1}


def test_somebody_without_a_name_answers_nothing(db: Session, bo: Person, project: Project) -> None:
    invited = answer_links.look_up(db, ask(db, bo, project), NOON)
    for name in ("", "  ", "x" * 81):
        with pytest.raises(InvalidAnswers):
            answer_links.save(db, QUESTIONS, invited, name, SITE, window="w", now=NOON)
    assert projects.answers(db, project) == {}


def test_only_an_editor_makes_one(db: Session, bo: Person, project: Project) -> None:
    viewer = a_person(db, "Vi")
    assert project.team
    join(db, viewer, project.team.id, "viewer")
    found = projects.find(db, viewer, project.id)
    for by, where in ((viewer, found), (None, project), (bo, a_sample(db))):
        with pytest.raises(NotAllowed):
            ask(db, by, where)
        with pytest.raises(NotAllowed):
            answer_links.listing(db, by, where)


def test_what_is_wrong_with_the_form_is_named(db: Session, bo: Person, project: Project) -> None:
    with pytest.raises(InvalidAnswers) as caught:
        ask(db, bo, project, "nonsense", label=" ", days=8)
    assert [problem.path for problem in caught.value.problems] == ["sections", "label", "days"]


def test_only_the_hash_of_the_token_is_stored(db: Session, bo: Person, project: Project) -> None:
    token = ask(db, bo, project)
    assert len(token) == 43
    stored = str(db.execute(text("SELECT * FROM share_link")).all())
    assert token not in stored


def test_it_ends_by_itself_and_by_hand(db: Session, bo: Person, project: Project) -> None:
    token = ask(db, bo, project)
    with pytest.raises(Gone, match="worked until"):
        answer_links.look_up(db, token, NOON + 7 * DAY)
    (link,) = answer_links.listing(db, bo, project)
    assert link.is_open(NOON)
    share_links.revoke(db, bo, project, link.id, NOON)
    with pytest.raises(Gone, match="revoked"):
        answer_links.look_up(db, token, NOON)
    with pytest.raises(NotFound):
        answer_links.look_up(db, "guessed", NOON)


def test_it_ends_when_its_maker_may_not_edit_any_more(
    db: Session, bo: Person, project: Project
) -> None:
    cy = a_person(db, "Cy")
    assert project.team
    join(db, cy, project.team.id, "editor")
    token = ask(db, cy, projects.find(db, cy, project.id))
    teams.change_role(db, bo, project.team.id, cy.id, role="viewer", now=NOON)
    with pytest.raises(Gone, match="no more"):
        answer_links.look_up(db, token, NOON)


def test_a_link_is_for_reading_or_for_answering_and_never_both(
    db: Session, bo: Person, project: Project
) -> None:
    assessments.keep(db, project.id, a_snapshot(), by=bo.id, at=NOON)
    to_read = share_links.create(db, bo, project, number=1, label="Fin", days=7, now=NOON)
    to_answer = ask(db, bo, project)
    with pytest.raises(NotFound) as one:
        answer_links.look_up(db, to_read, NOON)
    with pytest.raises(NotFound) as other:
        share_links.look_up(db, QUESTIONS, to_answer, NOON)
    with pytest.raises(NotFound) as unknown:
        share_links.look_up(db, QUESTIONS, "guessed", NOON)
    assert str(one.value) == str(other.value) == str(unknown.value)
    assert [link.label for link in share_links.listing(db, bo, project)] == ["Fin"]
    assert [link.label for link in answer_links.listing(db, bo, project)] == ["Cy"]


def test_a_link_of_another_project_is_not_revoked(
    db: Session, bo: Person, project: Project
) -> None:
    ask(db, bo, project)
    (link,) = answer_links.listing(db, bo, project)
    other = a_project(db, a_person(db, "Eve"))
    eve = a_person(db, "Eve's editor")
    assert other.team
    join(db, eve, other.team.id, "editor")
    with pytest.raises(NotFound):
        share_links.revoke(db, eve, projects.find(db, eve, other.id), link.id, NOON)
    assert answer_links.listing(db, bo, project)[0].revoked_at is None


def test_a_link_is_not_used_without_end(
    db: Session, bo: Person, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttle, "MOST_BY_ONE_LINK", 3)
    invited = answer_links.look_up(db, ask(db, bo, project), NOON)
    for power in ("1", "2", "3"):
        given = {"site.free_kw": Given({"likely": power})}
        answer_links.save(db, QUESTIONS, invited, "Cy", given, window="w", now=NOON)
    with pytest.raises(TooOften):
        answer_links.save(db, QUESTIONS, invited, "Cy", SITE, window="w", now=NOON)
    answer_links.save(db, QUESTIONS, invited, "Cy", SITE, window="w", now=NOON + throttle.WITHIN)


def test_asking_is_told_in_the_activity_of_the_project(
    db: Session, bo: Person, project: Project
) -> None:
    ask(db, bo, project, "site", "team")
    (event,) = activity.newest(db, project, most=5)
    assert (event.by, event.did) == ("Bo", "asked by a link: Your site, Team")
