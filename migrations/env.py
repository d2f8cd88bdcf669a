"""How alembic reaches the database: by the application's connection, or by the settings."""

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection, text

from app.persistence import case_text
from app.persistence.engine import for_migrations
from app.persistence.tables import Row, UtcDateTime
from app.settings import load

# Any number, but always this one: of two processes that start at once, one migrates.
MIGRATION_LOCK = 7_330_641


def run(connection: Connection) -> None:
    """Run the migrations asked for, one transaction each."""
    is_postgresql = connection.dialect.name == "postgresql"
    if is_postgresql:
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": MIGRATION_LOCK})
        connection.commit()  # the lock belongs to the connection, not to this transaction
    context.configure(
        connection=connection,
        target_metadata=Row.metadata,
        render_as_batch=not is_postgresql,  # SQLite alters a table by making it anew
        transaction_per_migration=True,
        compare_server_default=True,
        render_item=plainly,
        include_name=case_text.is_mapped,
    )
    with context.begin_transaction():
        context.run_migrations()
    if is_postgresql:
        connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": MIGRATION_LOCK})
        connection.commit()


def plainly(_: str, item: object, __: AutogenContext) -> str | Literal[False]:
    """Name the column's own type: a migration must not depend on code that changes."""
    return "sa.DateTime(timezone=True)" if isinstance(item, UtcDateTime) else False


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    engine = for_migrations(load().database)
    with engine.connect() as opened:
        run(opened)
    engine.dispose()
