from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, inspect, make_url, text

from app.persistence import case_text
from app.persistence.engine import DatabaseUnusable, for_migrations, migrate
from app.persistence.tables import Row

MIGRATIONS = Path(__file__).parents[2] / "migrations"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database of its own: migrations cannot share one with other tests."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'footing.db'}"
        return
    server = make_url(request.getfixturevalue("postgresql_url"))
    maintenance = create_engine(server, isolation_level="AUTOCOMMIT")
    name = f"{server.database}_migrated"
    with maintenance.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield server.set(database=name).render_as_string(hide_password=False)
    with maintenance.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    maintenance.dispose()


@pytest.fixture
def connection(url: str) -> Iterator[Connection]:
    engine = for_migrations(url)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def _config(connection: Connection) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


def test_every_migration_goes_up_down_and_up_again(connection: Connection) -> None:
    config = _config(connection)
    steps = list(ScriptDirectory.from_config(config).walk_revisions())
    for step in reversed(steps):
        command.upgrade(config, step.revision)
        command.downgrade(config, "-1")
        command.upgrade(config, step.revision)
    command.downgrade(config, "base")
    assert set(inspect(connection).get_table_names()) <= {"alembic_version"}


def test_the_migrations_make_exactly_the_mapped_tables(connection: Connection) -> None:
    command.upgrade(_config(connection), "head")
    unmapped = {"include_name": case_text.is_mapped}
    context = MigrationContext.configure(connection, opts=unmapped)
    differences = compare_metadata(context, Row.metadata)
    assert differences == [], 'write a migration: make migration M="what changes"'


def test_migrating_twice_changes_nothing(url: str) -> None:
    migrate(url)
    migrate(url)


def test_a_database_of_a_newer_footing_is_refused(url: str, connection: Connection) -> None:
    migrate(url)
    connection.execute(text("UPDATE alembic_version SET version_num = 'from_the_future'"))
    connection.commit()
    with pytest.raises(DatabaseUnusable, match="newer version of Footing"):
        migrate(url)


def test_there_is_one_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert len(ScriptDirectory.from_config(config).get_heads()) == 1
