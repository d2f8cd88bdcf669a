"""Share links: what each opens, and how often it was. Only hashes of tokens come here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.persistence.tables import AssessmentRow, MembershipRow, PersonRow, ProjectRow, ShareLinkRow


@dataclass(frozen=True)
class Listed:
    """A link, the title of the version it opens, and the name of who made it; "" if erased."""

    link: ShareLinkRow
    title: str
    maker: str


def add(  # noqa: PLR0913  # the columns of a link
    session: Session,
    project_id: int,
    *,
    number: int | None = None,
    sections: Sequence[str] | None = None,
    follows_newest: bool = False,
    hides: str = "",
    passphrase_hash: str | None = None,
    token_sha256: str,
    label: str,
    by: int | None,
    at: datetime,
    until: datetime,
) -> ShareLinkRow:
    """Keep a new link: to read the version `number`, or to answer `sections`."""
    row = ShareLinkRow(
        token_sha256=token_sha256,
        project_id=project_id,
        number=number,
        sections=sections,
        follows_newest=follows_newest,
        hides=hides,
        passphrase_hash=passphrase_hash,
        label=label,
        created_by=by,
        created_at=at,
        expires_at=until,
        opened_count=0,
    )
    session.add(row)
    session.flush()
    return row


def by_token(session: Session, token_sha256: str) -> tuple[ShareLinkRow, str] | None:
    """The link of this token, open or not, and the name of who made it; None if it is unknown."""
    row = session.execute(
        select(ShareLinkRow, PersonRow.name)
        .outerjoin(PersonRow, PersonRow.id == ShareLinkRow.created_by)
        .where(ShareLinkRow.token_sha256 == token_sha256)
    ).one_or_none()
    return row and (row[0], row[1] or "")


def may_still_share(session: Session, link: ShareLinkRow) -> bool:
    """Whether who made the link has an open account and may still edit the project."""
    found = session.scalar(
        select(MembershipRow.person_id)
        .join(ProjectRow, ProjectRow.team_id == MembershipRow.team_id)
        .join(PersonRow, PersonRow.id == MembershipRow.person_id)
        .where(
            ProjectRow.id == link.project_id,
            MembershipRow.person_id == link.created_by,
            MembershipRow.role.in_(("editor", "owner")),
            PersonRow.closed_at.is_(None),
        )
    )
    return found is not None


def of_project(session: Session, project_id: int) -> Sequence[Listed]:
    """Every link to a version of the project, newest first."""
    rows = session.execute(
        select(ShareLinkRow, AssessmentRow.title, PersonRow.name)
        .join(
            AssessmentRow,
            (AssessmentRow.project_id == ShareLinkRow.project_id)
            & (AssessmentRow.number == ShareLinkRow.number),
        )
        .outerjoin(PersonRow, PersonRow.id == ShareLinkRow.created_by)
        .where(ShareLinkRow.project_id == project_id)
        .order_by(ShareLinkRow.id.desc())
    )
    return [Listed(link, title, name or "") for link, title, name in rows]


def answering_in(session: Session, project_id: int) -> Sequence[tuple[ShareLinkRow, str]]:
    """Every link to answer sections of the project with who made it, newest first."""
    rows = session.execute(
        select(ShareLinkRow, PersonRow.name)
        .outerjoin(PersonRow, PersonRow.id == ShareLinkRow.created_by)
        .where(ShareLinkRow.project_id == project_id, ShareLinkRow.number.is_(None))
        .order_by(ShareLinkRow.id.desc())
    )
    return [(link, name or "") for link, name in rows]


def is_of(session: Session, project_id: int, link_id: int) -> bool:
    """Whether the project has this link, to read or to answer."""
    of_this_project = (ShareLinkRow.id == link_id, ShareLinkRow.project_id == project_id)
    return session.scalar(select(ShareLinkRow.id).where(*of_this_project)) is not None


def revoke(session: Session, project_id: int, link_id: int, at: datetime) -> bool:
    """End the link now; the first time counts. False if the project has no such link."""
    of_this_project = (ShareLinkRow.id == link_id, ShareLinkRow.project_id == project_id)
    session.execute(
        update(ShareLinkRow)
        .where(*of_this_project, ShareLinkRow.revoked_at.is_(None))
        .values(revoked_at=at)
    )
    return session.scalar(select(ShareLinkRow.id).where(*of_this_project)) is not None


def opened(session: Session, link_id: int, at: datetime) -> None:
    """Count one more opening. One statement, so that of two at once both are counted."""
    session.execute(
        update(ShareLinkRow)
        .where(ShareLinkRow.id == link_id)
        .values(opened_count=ShareLinkRow.opened_count + 1, last_opened_at=at)
    )
