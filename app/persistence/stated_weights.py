"""What each person says that criteria are worth to them.

One row per project and person; of those without an account, one per link and name.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.persistence.dialects import insert
from app.persistence.tables import (
    JSONValue,
    LinkWeightsRow,
    MembershipRow,
    PersonRow,
    ProjectRow,
    ShareLinkRow,
    StatedWeightsRow,
)


def put(
    session: Session, project_id: int, person_id: int, content: JSONValue, at: datetime
) -> None:
    """Keep what a person stated, in place of what they stated before."""
    new = insert(session, StatedWeightsRow).values(
        project_id=project_id, person_id=person_id, content=content, at=at
    )
    session.execute(
        new.on_conflict_do_update(
            index_elements=["project_id", "person_id"],
            set_={"content": new.excluded.content, "at": new.excluded.at},
        )
    )


def drop(session: Session, project_id: int, person_id: int) -> None:
    """Forget what a person stated; nothing happens if they stated nothing."""
    session.execute(
        delete(StatedWeightsRow).where(
            StatedWeightsRow.project_id == project_id, StatedWeightsRow.person_id == person_id
        )
    )


def of_project(session: Session, project_id: int) -> Sequence[tuple[StatedWeightsRow, str]]:
    """What those who are in the team now stated, by name; who left it is no stakeholder."""
    found = session.execute(
        select(StatedWeightsRow, PersonRow.name)
        .join(PersonRow, PersonRow.id == StatedWeightsRow.person_id)
        .join(ProjectRow, ProjectRow.id == StatedWeightsRow.project_id)
        .join(
            MembershipRow,
            (MembershipRow.team_id == ProjectRow.team_id)
            & (MembershipRow.person_id == StatedWeightsRow.person_id),
        )
        .where(StatedWeightsRow.project_id == project_id, PersonRow.closed_at.is_(None))
        .order_by(func.lower(PersonRow.name), PersonRow.id)
    )
    return [(row, name) for row, name in found]


def put_by_link(
    session: Session, link_id: int, name: str, content: JSONValue, at: datetime
) -> None:
    """Keep what somebody stated by a link under `name`, in place of what was there."""
    new = insert(session, LinkWeightsRow).values(link_id=link_id, name=name, content=content, at=at)
    session.execute(
        new.on_conflict_do_update(
            index_elements=["link_id", "name"],
            set_={"content": new.excluded.content, "at": new.excluded.at},
        )
    )


def by_link(session: Session, link_id: int, name: str) -> JSONValue:
    """What was stated by a link under `name`; None for nothing."""
    return session.scalar(
        select(LinkWeightsRow.content).where(
            LinkWeightsRow.link_id == link_id, LinkWeightsRow.name == name
        )
    )


def of_links(session: Session, project_id: int) -> Sequence[LinkWeightsRow]:
    """What was stated by the links of a project, by name; by ended links too."""
    return session.scalars(
        select(LinkWeightsRow)
        .join(ShareLinkRow, ShareLinkRow.id == LinkWeightsRow.link_id)
        .where(ShareLinkRow.project_id == project_id)
        .order_by(func.lower(LinkWeightsRow.name), LinkWeightsRow.link_id)
    ).all()


def drop_by_link(session: Session, link_id: int, name: str) -> bool:
    """Forget what was stated by a link under `name`; False if nothing was."""
    dropped = session.scalar(
        delete(LinkWeightsRow)
        .where(LinkWeightsRow.link_id == link_id, LinkWeightsRow.name == name)
        .returning(LinkWeightsRow.link_id)
    )
    return dropped is not None
