import resource
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import psycopg
import pysqlite3.dbapi2 as sqlite
import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from app.domain.errors import Conflict
from app.persistence import Session, people, projects
from app.persistence.engine import (
    Database,
    DatabaseAway,
    DatabaseFull,
    DatabaseUnusable,
    connect,
    in_our_words,
    migrate,
    newest_migration,
)
from tests.builders import NOON, a_sample


@pytest.fixture
def empty(tmp_path: Path) -> Database:
    url = f"sqlite:///{tmp_path / 'footing.db'}"
    migrate(url)
    return connect(url)


def test_sqlite_is_set_up_to_lose_nothing(empty: Database) -> None:
    with empty.reading() as session:
        found = {
            name: session.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,  # FULL
        "foreign_keys": 1,
        "busy_timeout": 5000,
    }


def test_an_sqlite_that_may_lose_commits_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pysqlite3.dbapi2.sqlite_version_info", (3, 51, 2))
    with pytest.raises(DatabaseUnusable, match=r"SQLite 3\.51\.2 .* needs 3\.51\.3"):
        connect("sqlite:///never-opened.db")


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DatabaseUnusable, match="may not write there"):
        connect(f"sqlite:///{tmp_path / 'file' / 'footing.db'}")


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "footing.db").write_text("Dear diary, " * 100)
    with pytest.raises(DatabaseUnusable, match=r"footing\.db cannot be used: file is not"):
        migrate(f"sqlite:///{tmp_path / 'footing.db'}")


def test_an_unreachable_postgresql_is_named_without_its_password() -> None:
    with pytest.raises(DatabaseUnusable, match="cannot be used") as caught:
        migrate("postgresql+psycopg://me:secret@127.0.0.1:1/footing")
    assert "secret" not in str(caught.value)


def test_two_who_write_the_same_are_told_of_a_conflict(database: Database) -> None:
    with database.writing() as session:
        a_sample(session, "hospital")
    with pytest.raises(Conflict, match="at the same moment"):
        _add_sample(database, "hospital")


def test_what_failed_is_not_stored(empty: Database) -> None:
    _add_sample(empty, "hospital")
    with pytest.raises(Conflict):
        _add_sample(empty, "speech", "hospital")
    with empty.reading() as session:
        assert [row.sample_key for row in projects.samples(session)] == ["hospital"]


def _add_sample(database: Database, *keys: str) -> None:
    with database.writing() as session:
        for key in keys:
            a_sample(session, key)


def test_a_database_in_order_has_no_problem(database: Database) -> None:
    assert database.problem() == ""


def test_a_database_that_does_not_answer_says_so() -> None:
    assert Database(_unreachable()).problem() == "The database does not answer."


def test_a_database_with_other_tables_says_so(database: Database, db: Session) -> None:
    db.execute(text("UPDATE alembic_version SET version_num = 'f00'"))
    db.flush()
    problem = database.problem()
    assert problem == f"The database is at migration f00, this Footing at {newest_migration()}."


def test_an_unreachable_database_is_told_from_our_mistakes() -> None:
    unreachable = Database(_unreachable())
    with (
        pytest.raises(DatabaseAway, match="does not answer just now"),
        unreachable.reading() as session,
    ):
        session.execute(text("SELECT 1"))


def test_our_mistakes_stay_mistakes(database: Database) -> None:
    with pytest.raises(SQLAlchemyError, match="nowhere"), database.reading() as session:
        session.execute(text("SELECT 1 FROM nowhere"))


def test_an_address_that_is_none_is_a_sentence_without_the_password() -> None:
    with pytest.raises(DatabaseUnusable, match="must look like postgresql://") as caught:
        connect("postgresql+psycopg://me:secret@host:port/footing")
    assert "secret" not in str(caught.value)


def test_one_process_at_a_time_is_alone_everywhere(database: Database) -> None:
    with database.alone_everywhere() as session:
        a_sample(session, "hospital")
    with database.reading() as session:
        assert len(projects.samples(session)) == 1


def test_a_second_process_waits_until_the_first_is_done(postgresql_url: str) -> None:
    migrate(postgresql_url)
    first, second = connect(postgresql_url), connect(postgresql_url)
    order: list[str] = []

    def follow() -> None:
        with second.alone_everywhere():
            order.append("second")

    follower = threading.Thread(target=follow)
    with first.alone_everywhere() as session:
        follower.start()
        while not session.execute(
            text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
        ).scalar():
            time.sleep(0.01)
        order.append("first")
    follower.join()
    first.close()
    second.close()
    assert order == ["first", "second"]


# ---- a full disk ---------------------------------------------------------------------------------


@contextmanager
def no_more_pages(database: Database) -> Iterator[None]:
    """The file may not grow: what SQLite then says is SQLITE_FULL."""
    engine = database.engine
    assert isinstance(engine, Engine)

    @event.listens_for(engine, "checkout")
    def limit(connection: sqlite.Connection, *_: object) -> None:
        connection.execute("PRAGMA max_page_count = 1")  # at least as many as there are

    yield
    event.remove(engine, "checkout", limit)
    engine.dispose()  # the limit belongs to the connection


@contextmanager
def no_larger_files(database: Database) -> Iterator[None]:
    """No file may grow: what SQLite then says is SQLITE_IOERR_WRITE."""
    file = Path(str(database.engine.engine.url.database))
    most = max(path.stat().st_size for path in (file, Path(f"{file}-wal")))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("full", [no_more_pages, no_larger_files])
def test_a_full_disk_is_told_and_costs_nothing_that_was_stored(
    empty: Database, full: Callable[[Database], AbstractContextManager[None]]
) -> None:
    _add_sample(empty, "hospital")
    with full(empty):
        for _ in range(3):
            with pytest.raises(DatabaseFull, match="no room left"), empty.writing() as session:
                projects.add(session, name="Large", purpose="x" * 500_000, at=NOON)
            with empty.reading() as session:
                assert [row.sample_key for row in projects.samples(session)] == ["hospital"]
    _add_sample(empty, "speech")  # there is room again, and nobody started anything again
    with empty.reading() as session:
        assert len(projects.samples(session)) == 2
        assert session.execute(text("PRAGMA integrity_check")).scalar() == "ok"


def test_a_full_disk_of_postgresql_is_known_by_its_code() -> None:
    disk_full = OperationalError("INSERT", {}, psycopg.errors.DiskFull("could not extend file"))
    with pytest.raises(DatabaseFull), in_our_words():
        raise disk_full


def _unreachable() -> Engine:
    engine = connect("postgresql+psycopg://127.0.0.1:1/footing").engine
    assert isinstance(engine, Engine)
    return engine


def test_errors_do_not_tell_what_was_typed(db: Session) -> None:
    with pytest.raises(SQLAlchemyError) as caught:
        db.execute(text("SELECT :answer FROM nowhere"), {"answer": "40 racks in Bonn"})
    assert "Bonn" not in str(caught.value)
    db.rollback()


def test_many_writers_at_once_all_get_their_turn(empty: Database) -> None:
    def write(number: int) -> None:
        for turn in range(5):
            with empty.alone() as session:
                people.add_link(
                    session, token_sha256=f"{number}-{turn}", person_id=None, at=NOON, until=NOON
                )

    writers = [threading.Thread(target=write, args=(number,)) for number in range(16)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    # Each addition forgets the links that have expired, which all of them have at once.
    with empty.reading() as session:
        assert session.execute(text("SELECT count(*) FROM sign_in_link")).scalar() == 1
        assert session.execute(text("PRAGMA integrity_check")).scalar() == "ok"
