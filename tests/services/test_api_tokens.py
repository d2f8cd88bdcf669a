from datetime import timedelta

import pytest

from app.domain.errors import InvalidAnswers, NotAllowed, NotFound
from app.persistence import Session, people
from app.persistence.tables import ApiTokenRow
from app.services import administration, api_tokens, audit, projects, teams
from app.services.api_tokens import MOST_TOKENS, Wanted
from app.services.people import Person
from tests.builders import NOON, a_person, a_project, a_team, join

DAY = timedelta(days=1)


@pytest.fixture
def bo(db: Session) -> Person:
    return a_person(db, "Bo", is_administrator=True)


def _program(db: Session, token: str) -> Person:
    holder = api_tokens.holder_of(db, token, NOON)
    assert holder is not None
    return holder.person


def test_a_token_is_256_random_bits_and_only_its_hash_is_kept(db: Session, bo: Person) -> None:
    token = api_tokens.make(db, bo, Wanted("Report"), NOON)
    assert token.startswith("footing_")
    assert len(token.removeprefix("footing_")) == 43
    (row,) = db.query(ApiTokenRow).all()
    assert token not in repr(vars(row))
    assert token[8:] not in repr(vars(row))


def test_a_program_is_its_maker_but_administers_nothing(db: Session, bo: Person) -> None:
    program = _program(db, api_tokens.make(db, bo, Wanted("Report", "write"), NOON))
    assert (program.id, program.name, program.is_administrator) == (bo.id, "Bo", False)
    with pytest.raises(NotAllowed):
        administration.everybody(db, program)


@pytest.mark.parametrize(("scope", "role"), [("read", "viewer"), ("write", "editor")])
def test_a_scope_is_the_most_that_counts_of_a_role(
    db: Session, bo: Person, scope: str, role: str
) -> None:
    team = a_team(db, bo)
    program = _program(db, api_tokens.make(db, bo, Wanted("Report", scope), NOON))
    assert [team.role for team in teams.mine(db, program)] == [role]
    assert teams.find(db, program, team.id).role == role
    with pytest.raises(NotAllowed):
        teams.rename(db, program, team.id, name="Mine")
    with pytest.raises(NotAllowed):
        teams.start(db, program, name="Another", now=NOON)


def test_a_scope_adds_nothing_to_a_role(db: Session, bo: Person) -> None:
    team = a_team(db, a_person(db, "Olga"))
    join(db, bo, team.id, "viewer")
    program = _program(db, api_tokens.make(db, bo, Wanted("Report", "write"), NOON))
    assert teams.find(db, program, team.id).role == "viewer"


def test_a_token_for_one_team_sees_no_other(db: Session, bo: Person) -> None:
    here, there = a_team(db, bo, "Here"), a_team(db, bo, "There")
    seen, hidden = a_project(db, bo, team=here), a_project(db, bo, team=there)
    program = _program(db, api_tokens.make(db, bo, Wanted("Report", "write", here.id), NOON))
    assert [project.id for project in projects.listing(db, program).own] == [seen.id]
    assert projects.may_edit(program, projects.find(db, program, seen.id))
    for look in (
        lambda: projects.find(db, program, hidden.id),
        lambda: teams.find(db, program, there.id),
    ):
        with pytest.raises(NotFound):
            look()


def test_it_ends_with_the_membership_the_account_the_day_and_by_hand(
    db: Session, bo: Person
) -> None:
    team = a_team(db, a_person(db, "Olga"))
    join(db, bo, team.id, "editor")
    token = api_tokens.make(db, bo, Wanted("Report", "write", team.id, 30), NOON)
    program = _program(db, token)
    teams.take_out(db, bo, team.id, bo.id, now=NOON)
    assert teams.mine(db, program) == []
    assert api_tokens.holder_of(db, token, NOON + 30 * DAY - timedelta(seconds=1))
    assert api_tokens.holder_of(db, token, NOON + 30 * DAY) is None
    row = people.by_id(db, bo.id)
    assert row is not None
    row.closed_at = NOON
    assert api_tokens.holder_of(db, token, NOON) is None
    row.closed_at = None
    (kept,) = api_tokens.mine(db, bo)
    api_tokens.revoke(db, bo, kept.id, NOON)
    assert api_tokens.holder_of(db, token, NOON) is None
    assert api_tokens.mine(db, bo) == []


def test_nobody_ends_the_token_of_somebody_else(db: Session, bo: Person) -> None:
    token = api_tokens.make(db, bo, Wanted("Report"), NOON)
    (kept,) = api_tokens.mine(db, bo)
    with pytest.raises(NotFound):
        api_tokens.revoke(db, a_person(db, "Eve"), kept.id, NOON)
    assert api_tokens.holder_of(db, token, NOON)


def test_use_is_noted_to_the_minute(db: Session, bo: Person) -> None:
    token = api_tokens.make(db, bo, Wanted("Report"), NOON)
    first = api_tokens.holder_of(db, token, NOON)
    assert first is not None
    assert first.is_due
    api_tokens.note_used(db, first.token_id, NOON)
    db.expire_all()
    for seconds, is_due in ((59, False), (60, True)):
        holder = api_tokens.holder_of(db, token, NOON + timedelta(seconds=seconds))
        assert holder is not None
        assert holder.is_due == is_due
    assert api_tokens.mine(db, bo)[0].last_used_at == NOON


def test_every_mistake_is_named(db: Session, bo: Person) -> None:
    other = a_team(db, a_person(db, "Olga"))
    with pytest.raises(InvalidAnswers) as refused:
        api_tokens.make(db, bo, Wanted(" ", "admin", other.id, 366), NOON)
    assert [p.path for p in refused.value.problems] == ["label", "scope", "days", "team_id"]


def test_there_is_an_end_to_how_many(db: Session, bo: Person) -> None:
    for _ in range(MOST_TOKENS):
        api_tokens.make(db, bo, Wanted("Report"), NOON)
    with pytest.raises(InvalidAnswers, match="end one"):
        api_tokens.make(db, bo, Wanted("Report"), NOON)
    assert api_tokens.make(db, bo, Wanted("Report"), NOON + 91 * DAY), "expired ones do not count"


def test_the_audit_log_says_who_made_and_ended_which(db: Session, bo: Person) -> None:
    api_tokens.make(db, bo, Wanted("Report", "write"), NOON)
    (kept,) = api_tokens.mine(db, bo)
    api_tokens.revoke(db, bo, kept.id, NOON)
    ended, made = audit.newest(db, bo)
    assert (made.action, made.subject) == ("made the API token", f"Report (#{kept.id})")
    assert made.detail == "to write, for 90 days"
    assert (ended.action, ended.subject) == ("ended the API token", f"Report (#{kept.id})")
