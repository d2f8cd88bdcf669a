from datetime import timedelta

import pytest
from sqlalchemy import delete, text
from sqlalchemy.exc import IntegrityError

from app.persistence import Session, assessments, share_links
from app.persistence.tables import AssessmentRow, PersonRow, ProjectRow, ShareLinkRow
from app.services.people import Person
from tests.builders import NOON, a_person, a_project, a_snapshot

LATER = NOON + timedelta(days=7)


@pytest.fixture
def bo(db: Session) -> Person:
    return a_person(db)


@pytest.fixture
def version(db: Session, bo: Person) -> AssessmentRow:
    return assessments.keep(db, a_project(db, bo).id, a_snapshot(), by=bo.id, at=NOON)


def _add(db: Session, version: AssessmentRow, token_sha256: str, by: int | None) -> ShareLinkRow:
    return share_links.add(
        db,
        version.project_id,
        number=version.number,
        token_sha256=token_sha256,
        label="Finance",
        by=by,
        at=NOON,
        until=LATER,
    )


def test_a_link_is_found_by_its_hash_with_who_made_it(
    db: Session, bo: Person, version: AssessmentRow
) -> None:
    link = _add(db, version, "a", bo.id)
    db.expire_all()
    assert share_links.by_token(db, "a") == (link, "Bo")
    assert (link.number, link.expires_at, link.opened_count) == (1, LATER, 0)
    assert share_links.by_token(db, "b") is None


def test_a_hash_exists_once(db: Session, version: AssessmentRow) -> None:
    _add(db, version, "a", None)
    with pytest.raises(IntegrityError), db.begin_nested():
        _add(db, version, "a", None)


def test_a_link_survives_the_person_who_made_it(db: Session, version: AssessmentRow) -> None:
    cy = a_person(db, "Cy")
    _add(db, version, "a", cy.id)
    db.execute(delete(PersonRow).where(PersonRow.id == cy.id))
    db.expire_all()
    found = share_links.by_token(db, "a")
    assert found is not None
    assert found[1] == ""
    assert share_links.of_project(db, version.project_id)[0].maker == ""


def test_the_links_of_a_project_come_newest_first_and_no_others(
    db: Session, bo: Person, version: AssessmentRow
) -> None:
    other = assessments.keep(db, a_project(db, bo).id, a_snapshot(), by=None, at=NOON)
    first, second = (_add(db, version, token, bo.id) for token in "ab")
    _add(db, other, "c", bo.id)
    listed = share_links.of_project(db, version.project_id)
    assert [row.link.id for row in listed] == [second.id, first.id]
    assert (listed[0].title, listed[0].maker) == ("First", "Bo")


def test_the_first_revocation_counts(db: Session, version: AssessmentRow) -> None:
    link = _add(db, version, "a", None)
    for moment in (NOON, LATER):
        assert share_links.revoke(db, version.project_id, link.id, moment)
    db.expire_all()
    assert link.revoked_at == NOON


def test_a_link_is_revoked_in_its_own_project_only(
    db: Session, bo: Person, version: AssessmentRow
) -> None:
    link = _add(db, version, "a", None)
    assert not share_links.revoke(db, a_project(db, bo).id, link.id, NOON)
    db.expire_all()
    assert link.revoked_at is None


def test_openings_are_counted_one_by_one(db: Session, version: AssessmentRow) -> None:
    link, untouched = (_add(db, version, token, None) for token in "ab")
    for moment in (NOON, LATER):
        share_links.opened(db, link.id, moment)
    db.expire_all()
    assert (link.opened_count, link.last_opened_at) == (2, LATER)
    assert (untouched.opened_count, untouched.last_opened_at) == (0, None)


@pytest.mark.parametrize("erased", [AssessmentRow, ProjectRow])
def test_a_link_ends_with_what_it_opens(
    db: Session, version: AssessmentRow, erased: type[AssessmentRow | ProjectRow]
) -> None:
    _add(db, version, "a", None)
    db.execute(delete(erased))
    assert share_links.by_token(db, "a") is None
    assert db.execute(text("SELECT count(*) FROM share_link")).scalar_one() == 0
