"""The pages about teams."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from app.services.invitations import OpenInvitation
from app.services.teams import Member, Team
from app.web.pages.base import NO_FAULTS, Faults, Page

# What a role may do, for whoever gives it.
ROLES = (
    ("viewer", "Viewer", "Looks at projects and results."),
    ("editor", "Editor", "Also answers, saves versions, shares them by link and starts projects."),
    ("owner", "Owner", "Also invites, and says who may do what."),
)


@dataclass(frozen=True)
class TeamsPage(Page):
    """One's teams, and a form for another, with a name of its own that it is sent under."""

    template: ClassVar[str] = "teams/list.html"

    teams: tuple[Team, ...]
    form: str
    name: str = ""
    faults: Faults = NO_FAULTS


@dataclass(frozen=True)
class TeamPage(Page):
    """Who is in a team, and who is invited.

    Attributes:
        own_id: the reader, who may leave.
        is_owner: whether the reader may change anything else.
        link: a new invitation's address, shown this once; empty otherwise.
        link_for: whom it is for.
        for_whom, role: what was typed for an invitation.
        name: what was typed for the team's name.
        form: a name of the form, so that sending it twice makes one invitation.
        roles: key, name and meaning of each.
    """

    template: ClassVar[str] = "teams/team.html"

    team: Team
    members: tuple[Member, ...]
    invitations: tuple[OpenInvitation, ...]
    own_id: int
    is_owner: bool
    name: str
    form: str
    link: str = ""
    link_for: str = ""
    for_whom: str = ""
    role: str = "editor"
    faults: Faults = NO_FAULTS
    roles: tuple[tuple[str, str, str], ...] = ROLES
    role_choices: tuple[tuple[str, str], ...] = tuple((key, name) for key, name, _ in ROLES)


def team_page(
    team: Team,
    members: Sequence[Member],
    invitations: Sequence[OpenInvitation],
    own_id: int,
    form: str,
) -> TeamPage:
    """The page of a team, for the member `own_id`."""
    return TeamPage(
        team=team,
        members=tuple(members),
        invitations=tuple(invitations),
        own_id=own_id,
        is_owner=team.role == "owner",
        name=team.name,
        form=form,
    )
