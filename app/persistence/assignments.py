"""Who is asked to answer which section of a project."""

from collections.abc import Mapping

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.persistence.tables import AssignmentRow, PersonRow


def of_project(session: Session, project_id: int) -> dict[str, tuple[int, str]]:
    """Section → id and name of the person who is asked to answer it."""
    rows = session.execute(
        select(AssignmentRow.section, PersonRow.id, PersonRow.name)
        .join(PersonRow, PersonRow.id == AssignmentRow.person_id)
        .where(AssignmentRow.project_id == project_id)
    )
    return {section: (person_id, name) for section, person_id, name in rows}


def put(session: Session, project_id: int, people: Mapping[str, int]) -> None:
    """Ask these people, by section, and nobody else."""
    session.execute(delete(AssignmentRow).where(AssignmentRow.project_id == project_id))
    session.add_all(
        AssignmentRow(project_id=project_id, section=section, person_id=person_id)
        for section, person_id in people.items()
    )
    session.flush()
