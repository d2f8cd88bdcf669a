import base64
import hashlib
import math
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from app import reference
from app.domain.errors import Gone, InvalidAnswers, Locked, NotAllowed, NotFound, TooOften
from app.persistence import Session, assessments
from app.persistence import projects as project_rows
from app.persistence.projects import Author
from app.persistence.tables import ShareLinkRow
from app.services import administration, audit, people, projects, share_links, teams, throttle
from app.services.people import Person
from app.services.projects import Project
from app.services.share_links import ShareLink
from app.services.teams import Role, Team
from tests.builders import NOON, a_person, a_project, a_sample, a_snapshot, join

QUESTIONS = reference.load().questions


DAY = timedelta(days=1)


@pytest.fixture
def bo(db: Session) -> Person:
    return a_person(db)


@pytest.fixture
def project(db: Session, bo: Person) -> Project:
    project = a_project(db, bo)
    assessments.keep(db, project.id, a_snapshot(), by=bo.id, at=NOON)
    return project


def _share(db: Session, by: Person | None, project: Project, *, days: int = 7) -> str:
    return share_links.create(db, by, project, number=1, label=" The   board ", days=days, now=NOON)


def _only(db: Session, by: Person, project: Project) -> ShareLink:
    (link,) = share_links.listing(db, by, project)
    return link


def test_a_link_opens_the_version_it_was_made_for(
    db: Session, bo: Person, project: Project
) -> None:
    shared = share_links.look_up(db, QUESTIONS, _share(db, bo, project), NOON)
    assert (shared.saved.project.id, shared.saved.number) == (project.id, 1)
    assert (shared.maker, shared.created_at, shared.expires_at) == ("Bo", NOON, NOON + 7 * DAY)
    link = _only(db, bo, project)
    assert (link.id, link.label, link.title) == (shared.link_id, "The board", "First")


# ---- who may ------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["editor", "owner"])
def test_editors_and_owners_of_its_team_may_share_list_and_revoke(
    db: Session, project: Project, role: Role
) -> None:
    cy = a_person(db, "Cy")
    assert project.team
    join(db, cy, project.team.id, role)
    found = projects.find(db, cy, project.id)
    token = _share(db, cy, found)
    newest = share_links.listing(db, cy, found)[0]
    share_links.revoke(db, cy, found, newest.id, NOON)
    with pytest.raises(Gone, match="Ask Cy for a new one"):
        share_links.look_up(db, QUESTIONS, token, NOON)


def _taken_out(db: Session, bo: Person, team: Team, ada: Person) -> None:
    teams.take_out(db, ada, team.id, bo.id, now=NOON)


def _made_viewer(db: Session, bo: Person, team: Team, ada: Person) -> None:
    teams.change_role(db, ada, team.id, bo.id, role="viewer", now=NOON)


def _closed(db: Session, bo: Person, team: Team, ada: Person) -> None:
    del team
    administration.close(db, ada, bo.id, NOON)


@pytest.mark.parametrize("lose", [_taken_out, _made_viewer, _closed])
def test_a_link_is_worth_what_its_maker_may_do_now(
    db: Session,
    bo: Person,
    project: Project,
    lose: Callable[[Session, Person, Team, Person], None],
) -> None:
    ada = a_person(db, "Ada", is_administrator=True)
    assert project.team
    join(db, ada, project.team.id, "owner")
    token = _share(db, bo, project)
    lose(db, bo, project.team, ada)
    with pytest.raises(Gone, match=r"Ask their team|Ask its team"):
        share_links.look_up(db, QUESTIONS, token, NOON)


def test_sharing_and_revoking_are_in_the_audit_log(
    db: Session, bo: Person, project: Project
) -> None:
    _share(db, bo, project)
    share_links.revoke(db, bo, project, _only(db, bo, project).id, NOON)
    newest, before, *_ = audit.newest(db, a_person(db, "Ada", is_administrator=True))
    assert [(line.by, line.action) for line in (newest, before)] == [
        (f"Bo (#{bo.id})", "revoked a link to"),
        (f"Bo (#{bo.id})", "shared by a link for 7 days"),
    ]


def test_nobody_else_may(db: Session, bo: Person, project: Project) -> None:
    token = _share(db, bo, project)
    link = _only(db, bo, project)
    viewer, ada = a_person(db, "Vi"), a_person(db, "Ada", is_administrator=True)
    assert project.team
    join(db, viewer, project.team.id, "viewer")
    for person in (a_person(db, "Eve"), viewer, ada, None):
        with pytest.raises(NotAllowed):
            _share(db, person, project)
        with pytest.raises(NotAllowed):
            share_links.listing(db, person, project)
        with pytest.raises(NotAllowed):
            share_links.revoke(db, person, project, link.id, NOON)
    assert _only(db, bo, project) == link
    assert share_links.look_up(db, QUESTIONS, token, NOON).saved.number == 1


def test_a_sample_is_not_shared(db: Session) -> None:
    sample = a_sample(db)
    assessments.keep(db, sample.id, a_snapshot(), by=None, at=NOON)
    with pytest.raises(NotAllowed, match="sample"):
        _share(db, a_person(db, "Ada", is_administrator=True), sample)


def test_the_link_of_another_project_cannot_be_revoked(
    db: Session, bo: Person, project: Project
) -> None:
    token, other = _share(db, bo, project), a_project(db, bo, "Other")
    with pytest.raises(NotFound):
        share_links.revoke(db, bo, other, _only(db, bo, project).id, NOON)
    assert share_links.look_up(db, QUESTIONS, token, NOON).saved.number == 1


# ---- what can be asked for ----------------------------------------------------------------------


def test_every_problem_is_named_and_nothing_is_made(
    db: Session, bo: Person, project: Project
) -> None:
    with pytest.raises(InvalidAnswers) as caught:
        share_links.create(db, bo, project, number=2, label=" \0 ", days=0, now=NOON)
    assert [problem.path for problem in caught.value.problems] == ["version", "label", "days"]
    assert "7, 30, 90 or 365 days, not 0" in str(caught.value)
    with pytest.raises(InvalidAnswers, match="at most 120 fit"):
        share_links.create(db, bo, project, number=1, label="x" * 121, days=7, now=NOON)
    assert share_links.listing(db, bo, project) == []


@pytest.mark.parametrize("days", share_links.DAYS_OFFERED)
def test_a_link_works_for_as_long_as_was_chosen(
    db: Session, bo: Person, project: Project, days: int
) -> None:
    token = _share(db, bo, project, days=days)
    end = NOON + days * DAY
    last = end - timedelta(microseconds=1)
    assert share_links.look_up(db, QUESTIONS, token, last).saved.number == 1
    assert _only(db, bo, project).is_open(last)
    with pytest.raises(Gone, match=r"worked until .* Ask Bo"):
        share_links.look_up(db, QUESTIONS, token, end)
    assert not _only(db, bo, project).is_open(end)


# ---- how it ends --------------------------------------------------------------------------------


def test_a_revoked_link_opens_nothing_from_that_moment(
    db: Session, bo: Person, project: Project
) -> None:
    token, other = _share(db, bo, project), _share(db, bo, project)
    share_links.revoke(db, bo, project, share_links.listing(db, bo, project)[1].id, NOON)
    with pytest.raises(Gone, match="revoked on 24 Nov 2026"):
        share_links.look_up(db, QUESTIONS, token, NOON)
    assert share_links.look_up(db, QUESTIONS, other, NOON).saved.number == 1


@pytest.mark.parametrize("erased", ["assessment", "project"])
def test_an_erased_version_or_project_takes_its_links_with_it(
    db: Session, bo: Person, project: Project, erased: str
) -> None:
    token = _share(db, bo, project)
    db.execute(text(f"DELETE FROM {erased}"))  # noqa: S608  # a name of ours
    db.expire_all()
    with pytest.raises(NotFound) as ended:
        share_links.look_up(db, QUESTIONS, token, NOON)
    with pytest.raises(NotFound) as unknown:
        share_links.look_up(db, QUESTIONS, "guessed", NOON)
    assert str(ended.value) == str(unknown.value)


def test_a_link_pins_its_version(db: Session, bo: Person, project: Project) -> None:
    token = _share(db, bo, project)
    before = share_links.look_up(db, QUESTIONS, token, NOON)
    for count in range(20):
        at = NOON + count * timedelta(minutes=1)
        project_rows.save_answer(db, project.id, "scope", f"estate {count}", Author(bo.id), at)
        assessments.keep(db, project.id, a_snapshot(f"Later {count}"), by=bo.id, at=at)
        db.expire_all()
        assert share_links.look_up(db, QUESTIONS, token, at) == before


# ---- the token ----------------------------------------------------------------------------------


def test_only_the_hash_of_a_token_is_stored(db: Session, bo: Person, project: Project) -> None:
    token = _share(db, bo, project)
    share_links.note_opened(db, share_links.look_up(db, QUESTIONS, token, NOON).link_id, NOON)
    row = db.execute(text("SELECT * FROM share_link")).mappings().one()
    assert row["token_sha256"] == hashlib.sha256(token.encode()).hexdigest()
    assert token not in repr(dict(row))


def test_openings_are_counted(db: Session, bo: Person, project: Project) -> None:
    shared = share_links.look_up(db, QUESTIONS, _share(db, bo, project), NOON)
    assert _only(db, bo, project).last_opened_at is None
    for later in (DAY, 2 * DAY):
        share_links.note_opened(db, shared.link_id, NOON + later)
    db.expire_all()
    link = _only(db, bo, project)
    assert (link.opened_count, link.last_opened_at) == (2, NOON + 2 * DAY)


def test_tokens_are_256_evenly_random_bits() -> None:
    # A fair coin fails one draw in a thousand; three in a row would be one in 10^9.
    assert any(_evenness(_tokens(100_000)) > 0.001 for _ in range(3))


def _tokens(count: int) -> list[bytes]:
    texts = {people.new_token() for _ in range(count)}
    assert len(texts) == count, "a token came twice"
    assert {len(text) for text in texts} == {43}
    tokens = [base64.urlsafe_b64decode(text + "=") for text in texts]
    assert {len(token) for token in tokens} == {32}
    return tokens


def _evenness(tokens: list[bytes]) -> float:
    """The p-value of the monobit test, NIST SP 800-22 rev. 1a, section 2.1."""
    bits = b"".join(tokens)
    ones = int.from_bytes(bits).bit_count()
    total = 8 * len(bits)
    return math.erfc(abs(2 * ones - total) / math.sqrt(total) / math.sqrt(2))


# ---- passphrases ---------------------------------------------------------------------------------

PASSPHRASE = "seven purple tractors"


def _locked(db: Session, by: Person, project: Project, passphrase: str = PASSPHRASE) -> str:
    return share_links.create(
        db, by, project, number=1, label="Board", days=7, now=NOON, passphrase=passphrase
    )


def test_without_its_passphrase_a_link_opens_nothing(
    db: Session, bo: Person, project: Project
) -> None:
    token = _locked(db, bo, project)
    assert _only(db, bo, project).has_passphrase
    for proof in ("", "x", "\N{SNOWMAN}"):
        with pytest.raises(Locked):
            share_links.look_up(db, QUESTIONS, token, NOON, proof=proof)
    assert share_links.unlock(db, token, "eight purple tractors", NOON) == ""
    proof = share_links.unlock(db, token, PASSPHRASE, NOON)
    assert share_links.look_up(db, QUESTIONS, token, NOON, proof=proof).saved.number == 1
    stored = db.scalars(select(ShareLinkRow.passphrase_hash)).one()
    assert stored
    assert stored.startswith("$argon2id$")
    assert PASSPHRASE not in stored


def test_a_proof_is_of_one_link_and_dies_with_it(db: Session, bo: Person, project: Project) -> None:
    one, other = _locked(db, bo, project), _locked(db, bo, project)
    proof = share_links.unlock(db, one, PASSPHRASE, NOON)
    with pytest.raises(Locked):
        share_links.look_up(db, QUESTIONS, other, NOON, proof=proof)
    for link in share_links.listing(db, bo, project):
        share_links.revoke(db, bo, project, link.id, NOON)
    with pytest.raises(Gone):
        share_links.look_up(db, QUESTIONS, one, NOON, proof=proof)
    with pytest.raises(Gone):
        share_links.unlock(db, one, PASSPHRASE, NOON)


def test_l7_five_wrong_passphrases_lock_the_link_for_an_hour(
    db: Session, bo: Person, project: Project
) -> None:
    token, other = _locked(db, bo, project), _locked(db, bo, project)
    for minute in range(5):
        assert share_links.unlock(db, token, "wrong", NOON + timedelta(minutes=minute)) == ""
    with pytest.raises(TooOften):
        share_links.unlock(db, token, PASSPHRASE, NOON + timedelta(minutes=59))
    assert share_links.unlock(db, other, PASSPHRASE, NOON), "the other link is nobody's fault"
    throttle.admit(db, account="ada", network="192.0.2.1", now=NOON + timedelta(minutes=58))
    with pytest.raises(TooOften):
        share_links.unlock(db, token, PASSPHRASE, NOON + timedelta(minutes=59))
    assert share_links.unlock(db, token, PASSPHRASE, NOON + timedelta(minutes=64, seconds=1))
    assert share_links.unlock(db, token, PASSPHRASE, NOON + timedelta(minutes=65)), "forgiven"


def test_a_weak_passphrase_is_refused_with_what_would_do(
    db: Session, bo: Person, project: Project
) -> None:
    with pytest.raises(InvalidAnswers) as refused:
        _locked(db, bo, project, "short")
    (problem,) = refused.value.problems
    assert problem.path == "passphrase"
    assert "passphrase of at least 12 characters" in problem.message
    assert share_links.listing(db, bo, project) == []


def test_a_link_without_a_passphrase_has_none_to_guess(
    db: Session, bo: Person, project: Project
) -> None:
    with pytest.raises(NotFound):
        share_links.unlock(db, _share(db, bo, project), "", NOON)
