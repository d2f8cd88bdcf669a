"""Two people at one answer: the rule of the revisions, and that it loses nothing."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Engine

from app import reference
from app.domain.errors import NotAllowed
from app.persistence import Session
from app.persistence.tables import JSONValue
from app.services import answering, projects
from app.services.answering import Clash, Given
from app.services.people import Person
from app.services.projects import Project
from tests.builders import NOON, a_person, a_project, a_sample, join

QUESTIONS = reference.load().questions
ANA, BEN = "ana's page", "ben's page"


@pytest.fixture
def ana(db: Session) -> Person:
    return a_person(db, "Ana")


@pytest.fixture
def project(db: Session, ana: Person) -> Project:
    return a_project(db, ana)


@pytest.fixture
def ben(db: Session, project: Project) -> Person:
    ben = a_person(db, "Ben")
    assert project.team
    join(db, ben, project.team.id, "editor")
    return ben


def save(
    db: Session, by: Person, project: Project, value: JSONValue, *, base: int, window: str
) -> Clash | None:
    found = projects.find(db, by, project.id)
    given = {"needed_in_weeks": Given(value, base)}
    clashes = answering.save(db, QUESTIONS, by, found, given, window=window, now=NOON)
    return clashes.get("needed_in_weeks")


def test_an_answer_says_who_gave_it_and_which_revision_it_is(
    db: Session, ana: Person, project: Project
) -> None:
    assert save(db, ana, project, "26", base=0, window=ANA) is None
    row = answering.current(db, project)["needed_in_weeks"]
    assert (row.value, row.by, row.at, row.revision) == ("26", "Ana", NOON, 1)


def test_what_was_not_seen_is_not_written_over(
    db: Session, ana: Person, ben: Person, project: Project
) -> None:
    save(db, ana, project, "26", base=0, window=ANA)
    clash = save(db, ben, project, "52", base=0, window=BEN)
    assert clash is not None
    assert (clash.theirs.value, clash.theirs.by, clash.theirs.revision) == ("26", "Ana", 1)
    assert clash.yours == Given("52", 0)
    assert projects.answers(db, project) == {"needed_in_weeks": "26"}


def test_what_was_seen_may_be_written_over(
    db: Session, ana: Person, ben: Person, project: Project
) -> None:
    save(db, ana, project, "26", base=0, window=ANA)
    assert save(db, ben, project, "52", base=1, window=BEN) is None
    assert answering.current(db, project)["needed_in_weeks"].by == "Ben"


def test_keeping_ones_own_is_no_licence_for_what_came_meanwhile(
    db: Session, ana: Person, ben: Person, project: Project
) -> None:
    save(db, ana, project, "1", base=0, window=ANA)
    assert save(db, ben, project, "2", base=0, window=BEN) is not None  # Ben sees revision 1
    save(db, ana, project, "3", base=1, window=ANA)
    clash = save(db, ben, project, "2", base=1, window=BEN)  # and would keep his
    assert clash is not None
    assert clash.theirs.value == "3"


def test_the_same_answer_is_no_clash_and_no_change(
    db: Session, ana: Person, ben: Person, project: Project
) -> None:
    save(db, ana, project, "26", base=0, window=ANA)
    assert save(db, ben, project, "26", base=0, window=BEN) is None
    row = answering.current(db, project)["needed_in_weeks"]
    assert (row.by, row.revision) == ("Ana", 1)


def test_what_a_file_says_and_what_is_typed_are_alike(
    db: Session, ana: Person, project: Project
) -> None:
    file: dict[str, JSONValue] = {"needed_in_weeks": 36, "growth_per_year": {"likely": 0.3}}
    projects.save_answers(db, ana, project, file, NOON)
    typed = {
        "needed_in_weeks": Given({"likely": "36"}),
        "growth_per_year": Given({"likely": "30 %"}),
    }
    assert answering.save(db, QUESTIONS, ana, project, typed, window=ANA, now=NOON) == {}
    assert projects.answers(db, project) == file


def test_overlapping_requests_of_one_page_are_no_clash(
    db: Session, ana: Person, project: Project
) -> None:
    for value in ("1", "12", "26"):
        assert save(db, ana, project, value, base=0, window=ANA) is None
    assert projects.answers(db, project) == {"needed_in_weeks": "26"}


def test_ones_own_other_page_is_another(db: Session, ana: Person, project: Project) -> None:
    save(db, ana, project, "26", base=0, window=ANA)
    assert save(db, ana, project, "52", base=0, window="her other page") is not None


def test_a_program_without_a_page_must_know_the_newest_revision(
    db: Session, ana: Person, project: Project
) -> None:
    assert save(db, ana, project, "1", base=0, window="") is None
    assert save(db, ana, project, "2", base=0, window="") is not None
    assert save(db, ana, project, "2", base=1, window="") is None


def test_taking_an_answer_back_is_seen_too(
    db: Session, ana: Person, ben: Person, project: Project
) -> None:
    save(db, ana, project, "26", base=0, window=ANA)
    save(db, ana, project, None, base=1, window=ANA)
    clash = save(db, ben, project, "52", base=1, window=BEN)
    assert clash is not None
    assert clash.theirs.value is None


def test_every_change_is_kept(db: Session, ana: Person, ben: Person, project: Project) -> None:
    save(db, ana, project, "1", base=0, window=ANA)
    save(db, ben, project, "2", base=1, window=BEN)
    save(db, ben, project, None, base=2, window=BEN)
    kept = answering.history(db, project, ["needed_in_weeks"])
    assert [(c.revision, c.value, c.by) for c in kept] == [
        (3, None, "Ben"),
        (2, "2", "Ben"),
        (1, "1", "Ana"),
    ]


def test_a_viewer_and_a_stranger_answer_nothing(db: Session, ana: Person, project: Project) -> None:
    viewer, stranger = a_person(db, "Vi"), a_person(db, "Stan")
    assert project.team
    join(db, viewer, project.team.id, "viewer")
    for by in (viewer, stranger, None):
        with pytest.raises(NotAllowed):
            answering.save(
                db, QUESTIONS, by, project, {"needed_in_weeks": Given("26")}, window="", now=NOON
            )
    with pytest.raises(NotAllowed, match="sample"):
        answering.save(
            db, QUESTIONS, ana, a_sample(db), {"needed_in_weeks": Given("26")}, window="", now=NOON
        )
    assert projects.answers(db, project) == {}


# ---- no sequence of edits loses an acknowledged value --------------------------------------------

VALUES = st.sampled_from(["1", "2", "3", None])
WHO = st.sampled_from([ANA, BEN])


class TwoPages(RuleBasedStateMachine):
    """Two open pages at one answer: each shows something, each may save, reload or choose.

    `unseen` holds, per page, the acknowledged values of the other that it has not been shown.
    Were one of them overwritten by that page, it would be lost.
    """

    engine: Engine

    @initialize()
    def begin(self) -> None:
        self.connection = self.engine.connect()
        self.outer = self.connection.begin()
        self.db = Session(self.connection, join_transaction_mode="create_savepoint")
        self.ana = a_person(self.db, "Ana")
        self.project = a_project(self.db, self.ana)
        self.stored: JSONValue = None
        self.base = {ANA: 0, BEN: 0}
        self.offered: dict[str, int] = {}  # by a clash: the revision that "keep mine" carries
        self.seen: dict[str, JSONValue] = {ANA: None, BEN: None}
        self.at = NOON

    @rule(page=WHO)
    def reload(self, page: str) -> None:
        row = answering.current(self.db, self.project).get("needed_in_weeks")
        self.base[page] = row.revision if row else 0
        self.seen[page] = row.value if row else None
        self.offered.pop(page, None)

    @rule(page=WHO, value=VALUES)
    def type(self, page: str, value: JSONValue) -> None:
        self._save(page, value, self.base[page])

    @rule(page=WHO, value=VALUES, behind=st.integers(0, 2))
    def an_earlier_request_arrives_late(self, page: str, value: JSONValue, behind: int) -> None:
        self._save(page, value, max(0, self.base[page] - behind), is_late=True)

    @rule(page=WHO, value=VALUES)
    def keep_mine(self, page: str, value: JSONValue) -> None:
        if page in self.offered:
            self._save(page, value, self.offered[page])

    def _save(self, page: str, value: JSONValue, base: int, *, is_late: bool = False) -> None:
        self.at += timedelta(seconds=1)
        given = {"needed_in_weeks": Given(value, base)}
        clash = answering.save(
            self.db, QUESTIONS, self.ana, self.project, given, window=page, now=self.at
        ).get("needed_in_weeks")
        if clash is None:
            # Acknowledged. What it replaced was this page's own, or it had been shown.
            assert self.stored in (value, self.seen[page]), "an answer that nobody saw is gone"
            self.stored = self.seen[page] = value
            row = answering.current(self.db, self.project).get("needed_in_weeks")
            self.base[page] = row.revision if row else 0
            self.offered.pop(page, None)
        else:
            assert clash.theirs.value == self.stored, "the page is told what is stored"
            if not is_late:  # the box shows theirs
                self.seen[page] = clash.theirs.value
                self.offered[page] = clash.theirs.revision

    @invariant()
    def the_last_acknowledged_is_stored(self) -> None:
        if hasattr(self, "db"):
            row = answering.current(self.db, self.project).get("needed_in_weeks")
            assert (row.value if row else None) == self.stored

    def teardown(self) -> None:
        if hasattr(self, "db"):
            self.db.close()
            self.outer.rollback()
            self.connection.close()


@pytest.fixture
def two_pages(engine: Engine) -> Iterator[type[TwoPages]]:
    TwoPages.engine = engine.execution_options(writes=True)
    yield TwoPages
    del TwoPages.engine


def test_no_sequence_of_edits_loses_an_acknowledged_value(two_pages: type[TwoPages]) -> None:
    quick = settings(
        max_examples=40,
        stateful_step_count=20,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(two_pages, settings=quick)
