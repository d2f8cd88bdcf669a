import threading
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from app.domain.errors import Conflict
from app.persistence import Session, people, projects
from app.persistence.engine import Database, DatabaseUnusable, connect, migrate
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


def test_the_database_says_whether_it_answers(database: Database) -> None:
    assert database.answers()
    assert not Database(_unreachable()).answers()


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
