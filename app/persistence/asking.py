"""What is worth asking about a project: one row each, replaced whenever it is computed."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.persistence.dialects import insert
from app.persistence.tables import AskingRow, JSONValue


def put(session: Session, project_id: int, content: JSONValue, at: datetime) -> None:
    """Keep `content` in the place of what was computed before."""
    found = {"content": content, "at": at}
    session.execute(
        insert(session, AskingRow)
        .values(project_id=project_id, **found)
        .on_conflict_do_update(index_elements=[AskingRow.project_id], set_=found)
    )


def find(session: Session, project_id: int) -> AskingRow | None:
    """What was computed last, or None."""
    return session.get(AskingRow, project_id, populate_existing=True)
