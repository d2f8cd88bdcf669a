"""Many at once, each in a transaction of their own, on real databases (security.md O1, O2, O4)."""

import os
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import create_engine, make_url, select, text

from app import reference
from app.domain.errors import Conflict
from app.persistence import Session, assessments
from app.persistence.engine import Database, connect, migrate
from app.persistence.tables import Row
from app.services import (
    answer_links,
    answering,
    notes,
    once,
    projects,
    proposals,
    share_links,
    weights,
)
from app.services.answering import Given
from app.services.people import Person
from app.services.projects import Project
from tests.builders import a_draft, a_person, a_project, a_snapshot

QUESTIONS = reference.load().questions
# The fewest with which each trips: three threads more than there are places in the pool. `make
# faults` asks for those of a real crowd.
IS_FULL = os.environ.get("FAULTS") == "full"
AT_ONCE, ROUNDS = (50, 100) if IS_FULL else (8, 3)


@pytest.fixture(params=["sqlite", "postgresql"])
def real(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database of its own, in which transactions end for good."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'footing.db'}"
        drop: Callable[[], None] = lambda: None  # noqa: E731
    else:
        server = make_url(request.getfixturevalue("postgresql_url"))
        name = f"{server.database}_at_once"
        maintenance = create_engine(server, isolation_level="AUTOCOMMIT")
        with maintenance.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        url = server.set(database=name).render_as_string(hide_password=False)

        def drop() -> None:
            with maintenance.connect() as connection:
                connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
            maintenance.dispose()

    migrate(url)
    database = connect(url)
    with database.alone() as db:
        weights.ensure(db, reference.load(), datetime.now(UTC))
    yield database
    database.close()
    drop()


@pytest.fixture
def bo(real: Database) -> Person:
    with real.alone() as db:
        return a_person(db)


@pytest.fixture
def project(real: Database, bo: Person) -> Project:
    with real.alone() as db:
        return a_project(db, bo)


def at_once(database: Database, work: Callable[[Session, int], object]) -> list[object]:
    """What each of several threads gets that begin `work` in the same moment."""
    ready = Barrier(AT_ONCE)

    def one(number: int) -> object:
        ready.wait()
        with database.alone() as db:
            return work(db, number)

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(one, range(AT_ONCE)))


def test_answers_to_different_questions_are_all_there(
    real: Database, bo: Person, project: Project
) -> None:
    paths = [path for path in QUESTIONS.section_keys if QUESTIONS.field(path).kind == "quantity"]
    for round_ in range(min(ROUNDS, len(paths) // AT_ONCE)):
        own = paths[round_ * AT_ONCE : (round_ + 1) * AT_ONCE]

        def answer(db: Session, number: int, own: list[str] = own) -> object:
            given = {own[number]: Given({"likely": str(number + 1)})}
            now = datetime.now(UTC)
            return answering.save(db, QUESTIONS, bo, project, given, window=f"{number}", now=now)

        assert at_once(real, answer) == [{}] * AT_ONCE
        with real.reading() as db:
            stored = projects.answers(db, project)
        assert [stored[path] for path in own] == [
            {"likely": str(number + 1)} for number in range(AT_ONCE)
        ]


def test_of_answers_to_one_question_one_is_stored_and_the_others_are_told(
    real: Database, bo: Person, project: Project
) -> None:
    for round_ in range(ROUNDS):
        base = round_

        def answer(db: Session, number: int, base: int = base) -> object:
            given = {"needed_in_weeks": Given({"likely": f"{base}{number}"}, base)}
            now = datetime.now(UTC)
            return answering.save(db, QUESTIONS, bo, project, given, window=f"{number}", now=now)

        told = at_once(real, answer)
        assert told.count({}) == 1
        with real.reading() as db:
            row = answering.current(db, project)["needed_in_weeks"]
        assert row.revision == base + 1
        assert row.window == str(told.index({}))


def test_a_form_that_is_sent_several_times_is_done_once(real: Database, bo: Person) -> None:
    for round_ in range(ROUNDS):
        form = f"form {round_}"

        def start(db: Session, _: int, form: str = form) -> object:
            now = datetime.now(UTC)

            def work() -> str:
                return str(a_project(db, bo, form).id)

            return once.done(db, bo, form, work, now=now)

        assert len(set(at_once(real, start))) == 1
        with real.reading() as db:
            names = [found.name for found in projects.listing(db, bo).own]
        assert names.count(form) == 1


def test_a_note_and_a_link_are_made_once_however_often_they_are_sent(
    real: Database, bo: Person, project: Project
) -> None:
    with real.alone() as db:
        assessments.keep(db, project.id, a_snapshot(), by=bo.id, at=datetime.now(UTC))
    for round_ in range(ROUNDS):
        form = f"form {round_}"

        def send(db: Session, _: int, form: str = form) -> str:
            now = datetime.now(UTC)
            notes.add(db, QUESTIONS, bo, project, "scope", form, now, form=form)
            to_read = share_links.create(
                db, bo, project, number=1, label=form, days=7, now=now, form=form
            )
            to_answer = answer_links.create(
                db,
                QUESTIONS,
                bo,
                project,
                sections=["site"],
                label=form,
                days=7,
                now=now,
                form=form,
            )
            return f"{to_read} {to_answer}"

        (sent,) = set(at_once(real, send))  # everybody is shown the same links
        to_read, to_answer = str(sent).split()
        with real.reading() as db:
            now = datetime.now(UTC)
            assert share_links.look_up(db, QUESTIONS, to_read, now).saved.number == 1
            assert answer_links.look_up(db, to_answer, now).sections == {"site"}
            made = [
                [note.text for note in notes.listing(db, project, "scope")],
                [link.label for link in share_links.listing(db, bo, project)],
                [link.label for link in answer_links.listing(db, bo, project)],
            ]
        assert [texts.count(form) for texts in made] == [1, 1, 1]


def test_a_form_that_went_back_and_was_filled_in_anew_is_another(
    real: Database, bo: Person, project: Project
) -> None:
    """A browser that goes back shows the page as it was, the form's name included."""
    now = datetime.now(UTC)
    with real.alone() as db:
        assessments.keep(db, project.id, a_snapshot(), by=bo.id, at=now)
        for text in ("one", "other"):
            notes.add(db, QUESTIONS, bo, project, "scope", text, now, form="f")
        tokens = {
            share_links.create(
                db, bo, project, number=1, label="Fin", days=7, now=now, form="f", hides=hides
            )
            for hides in ((), ("prices",))
        }
        assert len(tokens) == 2
        assert [note.text for note in notes.listing(db, project, "scope")] == ["one", "other"]


def test_of_a_token_that_is_shown_again_the_database_keeps_the_hash_alone(
    real: Database, bo: Person
) -> None:
    now, kept = datetime.now(UTC), list[str]()
    with real.alone() as db:
        first, again = (once.token(db, bo, "f", kept.append, now=now) for _ in range(2))
        other = once.token(db, bo, "g", kept.append, now=now)
        rows = [db.execute(select(table)).all() for table in Row.metadata.sorted_tables]
    assert kept == [first, other]
    assert first == again
    assert re.fullmatch(r"[\w-]{43}", first)
    assert first not in repr(rows)
    with real.alone() as db:
        eve = a_person(db, "Eve")
        assert once.token(db, eve, "f", kept.append, now=now) != first, "the name alone is no key"


def test_without_a_name_a_form_is_done_each_time(real: Database, bo: Person) -> None:
    now = datetime.now(UTC)
    with real.alone() as db:
        results = [once.done(db, bo, "", lambda: "done", now=now) for _ in range(2)]
        assert results == ["done", "done"]
        assert once.done(db, bo, "f", lambda: "one", now=now) == "one"
        assert once.done(db, bo, "f", lambda: "two", now=now) == "one"
        other = a_person(db, "Eve")
        assert once.done(db, other, "f", lambda: "hers", now=now) == "hers"


# ---- publishing by two -----------------------------------------------------------------------


def _proposed(database: Database, by: Person, cost: float) -> int:
    with database.alone() as db:
        in_force = weights.in_force(db, reference.load())
        number = proposals.publish_weights(
            db,
            in_force,
            by,
            a_draft(cost=cost),
            based_on=in_force.weights.version,
            reason="Bills come first.",
            second_person=True,
            now=datetime.now(UTC),
        )
    assert number is not None
    return number


def _or_refusal(work: Callable[[], object]) -> object:
    """What comes of the work; of a conflict its first word, as the page would say it."""
    try:
        return work()
    except Conflict as conflict:
        return str(conflict).split()[0]


def _decides(database: Database, decide: Callable[[Session, int], None]) -> list[object]:
    """What each of several who decide at once is told: None is a success."""
    ready = Barrier(AT_ONCE)

    def one(number: int) -> object:
        ready.wait()

        def work() -> None:
            with database.alone() as db:
                decide(db, number)

        return _or_refusal(work)

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(one, range(AT_ONCE)))


@pytest.fixture
def administrators(real: Database) -> list[Person]:
    """One who proposes, and those who decide."""
    with real.alone() as db:
        return [a_person(db, f"A{i}", is_administrator=True) for i in range(AT_ONCE + 1)]


def _publishes(db: Session, by: Person, based_on: int) -> None:
    proposals.publish_weights(
        db,
        weights.in_force(db, reference.load()),
        by,
        a_draft(cost=30 + based_on),
        based_on=based_on,
        reason="Bills come first.",
        second_person=False,
        now=datetime.now(UTC),
    )


@pytest.mark.parametrize("who", ["one person", "several"])
def test_of_weights_sent_several_times_at_once_one_set_is_published(
    real: Database, administrators: list[Person], who: str
) -> None:
    """Who clicks twice is told so twice; of several administrators all but one have a conflict."""
    for version in range(1, ROUNDS + 1):

        def publish(db: Session, number: int, version: int = version) -> None:
            _publishes(db, administrators[0 if who == "one person" else number], version)

        told = _decides(real, publish)
        assert told.count(None) == (AT_ONCE if who == "one person" else 1)
        with real.reading() as db:
            assert weights.in_force(db, reference.load()).weights.version == version + 1


def test_of_several_who_approve_the_same_one_does(
    real: Database, administrators: list[Person]
) -> None:
    ada, *others = administrators
    for round_ in range(ROUNDS):
        proposal = _proposed(real, ada, 30 + round_)

        def approve(db: Session, number: int, proposal: int = proposal) -> None:
            now = datetime.now(UTC)
            proposals.approve(db, reference.load(), others[number], proposal, "Yes.", now)

        assert _decides(real, approve).count(None) == 1
        with real.reading() as db:
            assert weights.in_force(db, reference.load()).weights.version == round_ + 2


def test_of_several_proposals_over_the_same_set_one_is_published_and_the_others_wait(
    real: Database, administrators: list[Person]
) -> None:
    ada, *others = administrators
    ids = [_proposed(real, ada, 40 + number) for number in range(AT_ONCE)]

    def approve(db: Session, number: int) -> None:
        now = datetime.now(UTC)
        proposals.approve(db, reference.load(), others[number], ids[number], "Yes.", now)

    told = _decides(real, approve)
    assert told.count(None) == 1
    with real.reading() as db:
        shipped = reference.load()
        assert weights.in_force(db, shipped).weights.version == 2
        waiting = proposals.waiting_weights(db, shipped, ada)
        assert [proposal.id for proposal in waiting] == [
            number for number, said in zip(ids, told, strict=True) if said is not None
        ]
        assert all(proposal.is_overtaken for proposal in waiting)


def test_what_is_withdrawn_while_it_is_approved_is_one_or_the_other(
    real: Database, administrators: list[Person]
) -> None:
    ada, *others = administrators
    version = 1
    for round_ in range(ROUNDS):
        proposal = _proposed(real, ada, 60 + round_)

        def decide(db: Session, number: int, proposal: int = proposal) -> None:
            shipped, now = reference.load(), datetime.now(UTC)
            if number % 2:
                proposals.close(db, shipped, ada, proposal, "A slip.", now)
            else:
                proposals.approve(db, shipped, others[number], proposal, "Yes.", now)

        told = _decides(real, decide)
        assert told.count(None) == 1
        version += told.index(None) % 2 == 0
        with real.reading() as db:
            shipped = reference.load()
            assert weights.in_force(db, shipped).weights.version == version
            decision = proposals.find(db, shipped, ada, proposal).decision
        assert decision is not None
        assert decision.outcome == ("withdrawn" if told.index(None) % 2 else "approved")
