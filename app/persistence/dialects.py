"""What the two databases spell alike and SQLAlchemy keeps apart."""

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.persistence.tables import Row


def insert(session: Session, row: type[Row]) -> sqlite.Insert | postgresql.Insert:
    """An INSERT into the table of `row` that can say what to do on a conflict."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    return sqlite.insert(row) if is_sqlite else postgresql.insert(row)
