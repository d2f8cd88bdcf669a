"""How Footing reaches its database: SQLite in a file, or PostgreSQL."""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryFile

import pysqlite3.dbapi2 as sqlite
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.orm import Session, sessionmaker

from app.domain.errors import Conflict
from app.persistence.fair_queue import FairQueue

# Below this, a WAL database can lose commits when two connections write (fixed 2026-03-13).
SAFE_SQLITE = (3, 51, 3)

# One transaction at a time per place; see Database for why they are counted at all.
PLACES = 8

# How long to wait for a PostgreSQL that says nothing at all, before somebody is told so.
SECONDS_TO_CONNECT = 3

# Any number, but always this one: what `alone_everywhere` locks on PostgreSQL.
_ALONE_EVERYWHERE = 7_330_642

_MIGRATIONS = Path(__file__).parents[2] / "migrations"

# What the drivers call a disk that takes nothing more, and a database that is out of reach or has
# no place for one more connection. A quota or a limit on the size of files is SQLITE_IOERR_WRITE,
# which the driver shortens to SQLITE_IOERR when it comes at the end of the transaction.
# Sources: SQLite, "Result and Error Codes"; PostgreSQL 18 manual, appendix A; both read 2026-11.
_SAYS_FULL = ("SQLITE_FULL", "SQLITE_IOERR", "53100")
_SAYS_AWAY = ("SQLITE_BUSY", "SQLITE_CANTOPEN", "08", "53300", "57P0")


class DatabaseUnusable(Exception):
    """The database cannot be used; the text is a sentence for the operator."""


class DatabaseAway(DatabaseUnusable):
    """The database does not answer just now; nothing was stored, and later it may."""


class DatabaseFull(DatabaseUnusable):
    """The disk takes nothing more; nothing was stored, and reading still works."""


class Database:
    """Opens transactions: `reading()` and `writing()`, each one session, committed at its end.

    Before opening one, a request takes a place (`place_to_read`, `place_to_write`) without
    holding a thread. Two reasons. SQLite has one writer and its own lock is unfair: measured
    waits of four seconds, against milliseconds in order of arrival. And requests share a few
    threads and a few connections: were they to wait for a connection while holding a thread,
    those that hold a connection could not get a thread to finish.
    """

    def __init__(self, engine: Engine | Connection) -> None:
        self.dialect = engine.dialect.name
        self.engine = engine
        self._readers = FairQueue(PLACES)
        self._writers = FairQueue(1) if self.dialect == "sqlite" else self._readers
        self._reading = _sessions(engine)
        self._writing = _sessions(engine.execution_options(writes=True))

    @asynccontextmanager
    async def place_to_read(self) -> AsyncIterator[None]:
        """Wait, in order of arrival, until one more reading transaction may begin."""
        async with self._readers.place_async():
            yield

    @asynccontextmanager
    async def place_to_write(self) -> AsyncIterator[None]:
        """Wait, in order of arrival, until one more writing transaction may begin."""
        async with self._writers.place_async():
            yield

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction for looking; the caller holds a place.

        Raises:
            DatabaseAway: the database does not answer.
        """
        with in_our_words(), self._reading.begin() as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction for changing; the caller holds a place.

        Raises:
            Conflict: what was written contradicts what somebody else wrote meanwhile.
            DatabaseAway: the database does not answer.
            DatabaseFull: there is no room for what was written.
        """
        with in_our_words(), self._writing.begin() as session:
            yield session

    @contextmanager
    def alone(self) -> Iterator[Session]:
        """A transaction for changing outside any request: takes its place itself."""
        with self._writers.place(), self.writing() as session:
            yield session

    @contextmanager
    def alone_everywhere(self) -> Iterator[Session]:
        """As `alone`, and of all processes that share the database only one at a time."""
        with self.alone() as session:
            if self.dialect == "postgresql":
                session.execute(
                    text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ALONE_EVERYWHERE}
                )
            yield session

    def problem(self) -> str:
        """What keeps the database from serving just now, as a sentence; empty when nothing does."""
        try:
            with self.reading() as session:
                found = session.execute(text("SELECT version_num FROM alembic_version")).scalar()
        except (DatabaseUnusable, SQLAlchemyError):
            return "The database does not answer."
        if found != newest_migration():
            return f"The database is at migration {found}, this Footing at {newest_migration()}."
        return ""

    def close(self) -> None:
        """Give back every connection."""
        if isinstance(self.engine, Engine):
            self.engine.dispose()


def _sessions(engine: Engine | Connection) -> sessionmaker[Session]:
    # A Connection comes from a test, inside a transaction that it will roll back.
    return sessionmaker(engine, expire_on_commit=False, join_transaction_mode="create_savepoint")


@contextmanager
def in_our_words() -> Iterator[None]:
    """Says what the database refused as one of our errors, where it is not our own mistake.

    Raises:
        Conflict, DatabaseAway, DatabaseFull: as `Database.writing`.
    """
    try:
        yield
    except IntegrityError as error:
        raise Conflict(
            "Somebody else changed the same thing at the same moment; nothing was stored. "
            "Go back, reload and try again."
        ) from error
    except (DBAPIError, NoConnectionFree) as error:
        trouble = _trouble(error)
        if trouble is None:
            raise
        raise trouble from error


def _trouble(error: DBAPIError | NoConnectionFree) -> DatabaseUnusable | None:
    away = DatabaseAway("The database does not answer just now; nothing was stored.")
    if isinstance(error, NoConnectionFree) or error.connection_invalidated:
        return away
    code = _code(error.orig)
    if code.startswith(_SAYS_FULL):
        return DatabaseFull("There is no room left to store anything; nothing was stored.")
    # psycopg has no code for a connection that could not be made or broke while in use.
    is_lost = not code and type(error.orig).__name__ == "OperationalError"
    return away if is_lost or code.startswith(_SAYS_AWAY) else None


def _code(error: BaseException | None) -> str:
    """The driver's own code: `SQLITE_FULL`, or an SQLSTATE such as `53100`; empty without one."""
    return getattr(error, "sqlite_errorname", None) or getattr(error, "sqlstate", None) or ""


@cache
def newest_migration() -> str:
    """The migration that this version of Footing expects the database to be at."""
    head = ScriptDirectory(str(_MIGRATIONS)).get_current_head()
    if head is None:
        raise LookupError(_MIGRATIONS)
    return head


def connect(url: str) -> Database:
    """The database at `url`, not yet asked anything.

    Raises:
        DatabaseUnusable: the address is none, the SQLite at hand is not safe, or its folder
            cannot be written.
    """
    return Database(_engine(url))


def migrate(url: str) -> None:
    """Bring the database at `url` to the tables this version expects; makes it if need be.

    Raises:
        DatabaseUnusable: it cannot be reached or written, or a newer Footing has changed it.
    """
    engine = for_migrations(url)
    try:
        with engine.connect() as connection:
            config = Config(attributes={"connection": connection})
            config.set_main_option("script_location", str(_MIGRATIONS))
            command.upgrade(config, "head")
    except CommandError as error:
        raise DatabaseUnusable(
            "The database was last used by a newer version of Footing than this one. "
            f"Start that version, or restore a backup made before it. ({error})"
        ) from error
    except SQLAlchemyError as error:
        reason = str(error.__cause__ or error).splitlines()[0]
        where = make_url(url).render_as_string(hide_password=True)
        raise DatabaseUnusable(f"The database {where} cannot be used: {reason}.") from error
    finally:
        engine.dispose()


def for_migrations(url: str) -> Engine:
    """An engine that does not enforce foreign keys on SQLite.

    SQLite alters a table by making it anew; dropping the old one would delete what refers to it.

    Raises:
        DatabaseUnusable: as `connect`.
    """
    return _engine(url, foreign_keys=False)


def _engine(url: str, *, foreign_keys: bool = True) -> Engine:
    # hide_parameters: what people answered does not belong in a log, not even in a traceback.
    pool = {"pool_size": PLACES, "max_overflow": 2}
    if not url.startswith("sqlite"):
        return _postgresql(url, pool)
    _refuse_unsafe(sqlite.sqlite_version_info)
    _make_folder(url)
    engine = create_engine(url, module=sqlite, hide_parameters=True, **pool)
    event.listen(engine, "connect", _prepare if foreign_keys else _prepare_without_foreign_keys)
    event.listen(engine, "begin", _begin)
    return engine


def _postgresql(url: str, pool: Mapping[str, int]) -> Engine:
    patience = {"connect_timeout": SECONDS_TO_CONNECT}
    try:
        # pre_ping: after PostgreSQL restarted, no request gets one of the old connections.
        return create_engine(
            url, pool_pre_ping=True, hide_parameters=True, connect_args=patience, **pool
        )
    except (ArgumentError, ValueError) as error:
        # Without the address in it: that may hold a password.
        raise DatabaseUnusable(
            "FOOTING_DATABASE_URL cannot be read: it must look like "
            "postgresql://user:password@host:5432/name, with special characters of the password "
            "written as %40 and the like."
        ) from error


def _refuse_unsafe(version: tuple[int, ...]) -> None:
    if version < SAFE_SQLITE:
        found, needed = (".".join(map(str, v)) for v in (version, SAFE_SQLITE))
        raise DatabaseUnusable(
            f"SQLite {found} can lose committed data; Footing needs {needed} or newer. "
            "Run `make setup`, which installs one."
        )


def _make_folder(url: str) -> None:
    file = make_url(url).database
    if not file or file == ":memory:":
        raise DatabaseUnusable("Footing keeps its SQLite database in a file: sqlite:///FILE.")
    folder = Path(file).parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with Path(file).open("ab"):  # is it there, or may it be made; may it be written?
            pass
        with TemporaryFile(dir=folder):  # SQLite keeps its log beside it
            pass
    except OSError as error:
        raise DatabaseUnusable(
            f"Footing keeps its data in {folder} and may not write there "
            f"({(error.strerror or str(error)).lower()}): change its owner, or set "
            "FOOTING_DATA_DIR to another folder."
        ) from error


def _prepare(connection: sqlite.Connection, record: object) -> None:
    _prepare_without_foreign_keys(connection, record)
    connection.execute("PRAGMA foreign_keys = ON")


def _prepare_without_foreign_keys(connection: sqlite.Connection, _: object) -> None:
    connection.isolation_level = None  # the driver shall not begin transactions; _begin does
    connection.execute("PRAGMA journal_mode = WAL")
    # NORMAL loses acknowledged commits in a power cut; FULL lost none in the same trial.
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA busy_timeout = 5000")


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    # A transaction that begins by reading cannot always become a writing one in WAL.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
