"""Teams, who is in them, and the invitations to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app.persistence.tables import InvitationRow, MembershipRow, PersonRow, ProjectRow, TeamRow


def add(session: Session, *, name: str, at: datetime) -> TeamRow:
    """Add a team that nobody is in yet."""
    team = TeamRow(name=name, created_at=at)
    session.add(team)
    session.flush()
    return team


def by_id(session: Session, team_id: int) -> TeamRow | None:
    """The team, or None."""
    return session.get(TeamRow, team_id)


def everyone(session: Session) -> Sequence[TeamRow]:
    """All teams, by name."""
    return session.scalars(select(TeamRow).order_by(func.lower(TeamRow.name), TeamRow.id)).all()


def project_count(session: Session, team_id: int) -> int:
    """How many projects the team has."""
    counted = select(func.count()).select_from(ProjectRow).where(ProjectRow.team_id == team_id)
    return session.scalar(counted) or 0


# ---- members ---------------------------------------------------------------------------------


def role_of(session: Session, team_id: int, person_id: int) -> str | None:
    """The person's role in the team, or None."""
    return session.scalar(
        select(MembershipRow.role).where(
            MembershipRow.team_id == team_id, MembershipRow.person_id == person_id
        )
    )


def of_person(session: Session, person_id: int) -> Sequence[tuple[TeamRow, str]]:
    """The teams a person is in, by name, each with their role."""
    found = session.execute(
        select(TeamRow, MembershipRow.role)
        .join(MembershipRow, MembershipRow.team_id == TeamRow.id)
        .where(MembershipRow.person_id == person_id)
        .order_by(func.lower(TeamRow.name), TeamRow.id)
    )
    return [(team, role) for team, role in found]


def members(session: Session, team_id: int) -> Sequence[tuple[PersonRow, str]]:
    """Who is in the team, by name, each with their role."""
    found = session.execute(
        select(PersonRow, MembershipRow.role)
        .join(MembershipRow, MembershipRow.person_id == PersonRow.id)
        .where(MembershipRow.team_id == team_id)
        .order_by(func.lower(PersonRow.name), PersonRow.id)
    )
    return [(person, role) for person, role in found]


def lock(session: Session, team_id: int) -> None:
    """Keep others from changing who is in the team, and as what, until the transaction ends.

    Of two owners who leave at once, one comes second and sees it.
    """
    session.execute(select(TeamRow.id).where(TeamRow.id == team_id).with_for_update())
    session.expire_all()  # what was read before may have changed while this one waited


def owners(session: Session, team_id: int) -> Sequence[int]:
    """The ids of the team's owners with open accounts."""
    return session.scalars(
        select(MembershipRow.person_id)
        .join(PersonRow, PersonRow.id == MembershipRow.person_id)
        .where(
            MembershipRow.team_id == team_id,
            MembershipRow.role == "owner",
            PersonRow.closed_at.is_(None),
        )
    ).all()


def put(session: Session, *, team_id: int, person_id: int, role: str, at: datetime) -> None:
    """Give the person this role in the team, whether they are in it or not."""
    membership = session.get(MembershipRow, (team_id, person_id))
    if membership is None:
        session.add(MembershipRow(team_id=team_id, person_id=person_id, role=role, since=at))
    else:
        membership.role = role
    session.flush()


def take_out(session: Session, team_id: int, person_id: int) -> None:
    """Take the person out of the team."""
    session.execute(
        delete(MembershipRow).where(
            MembershipRow.team_id == team_id, MembershipRow.person_id == person_id
        )
    )


# ---- invitations -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """What an invitation offers, and to whom."""

    team_id: int
    role: str
    for_whom: str


def invite(
    session: Session, place: Place, *, token_sha256: str, by_id: int, at: datetime, until: datetime
) -> None:
    """Keep a new invitation."""
    session.add(
        InvitationRow(
            token_sha256=token_sha256,
            team_id=place.team_id,
            role=place.role,
            for_whom=place.for_whom,
            created_by_id=by_id,
            created_at=at,
            expires_at=until,
        )
    )
    session.flush()


def invitation(session: Session, token_sha256: str) -> InvitationRow | None:
    """The invitation of this token, used or not, expired or not."""
    return session.scalar(select(InvitationRow).where(InvitationRow.token_sha256 == token_sha256))


def open_invitations(
    session: Session, team_id: int, now: datetime
) -> Sequence[tuple[InvitationRow, str]]:
    """The team's invitations that can still be used, newest first, each with its maker's name."""
    found = session.execute(
        select(InvitationRow, PersonRow.name)
        .join(PersonRow, PersonRow.id == InvitationRow.created_by_id)
        .where(
            InvitationRow.team_id == team_id,
            InvitationRow.used_at.is_(None),
            InvitationRow.expires_at > now,
        )
        .order_by(InvitationRow.id.desc())
    )
    return [(invitation, name) for invitation, name in found]


def use_invitation(session: Session, invitation_id: int, at: datetime) -> bool:
    """Mark it used; False if it is used already. Of two at once, one gets True."""
    used = session.scalar(
        update(InvitationRow)
        .where(InvitationRow.id == invitation_id, InvitationRow.used_at.is_(None))
        .values(used_at=at)
        .returning(InvitationRow.id)
    )
    return used is not None


def take_back_all(session: Session, team_id: int, person_id: int) -> None:
    """Delete the unused invitations to the team that this person made."""
    session.execute(
        delete(InvitationRow).where(
            InvitationRow.team_id == team_id,
            InvitationRow.created_by_id == person_id,
            InvitationRow.used_at.is_(None),
        )
    )


def take_back(session: Session, team_id: int, invitation_id: int) -> bool:
    """Delete this invitation of the team; False if the team has no such one."""
    gone = session.scalar(
        delete(InvitationRow)
        .where(InvitationRow.team_id == team_id, InvitationRow.id == invitation_id)
        .returning(InvitationRow.id)
    )
    return gone is not None
