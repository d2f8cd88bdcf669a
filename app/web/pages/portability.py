"""Pages to take a project or a team along, to bring one in, and to delete one for good."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from app.domain.errors import Problem
from app.services.projects import Project
from app.services.teams import Team
from app.web.pages.base import Faults, Page, faults
from app.web.pages.share_links import Pick

NEW_TEAM = 0


@dataclass(frozen=True)
class KeepOrDeletePage(Page):
    """An archive to download, and the form that deletes.

    Attributes:
        what: "project" or "team".
        address: of the thing; the archive and the deletion are under it.
        may_delete: only owners do.
        goes: what else is deleted with it, in words.
    """

    template: ClassVar[str] = "projects/archive.html"

    what: str
    name: str
    address: str
    crumbs: tuple[tuple[str, str], ...]
    may_delete: bool
    goes: str
    typed: str
    faults: Faults


def project_archive_page(
    project: Project, *, typed: str = "", problems: Sequence[Problem] = ()
) -> KeepOrDeletePage:
    """What can be taken along of a project, and its deletion."""
    address = f"/projects/{project.id}"
    return KeepOrDeletePage(
        what="project",
        name=project.name,
        address=address,
        crumbs=(("/projects", "Projects"), (address, project.name)),
        may_delete=project.team is not None and project.team.role == "owner",
        goes="its answers, all its saved versions and every link to them",
        typed=typed,
        faults=faults(problems),
    )


def team_archive_page(
    team: Team, *, typed: str = "", problems: Sequence[Problem] = ()
) -> KeepOrDeletePage:
    """The same for a team with all its projects."""
    address = f"/teams/{team.id}"
    return KeepOrDeletePage(
        what="team",
        name=team.name,
        address=address,
        crumbs=(("/teams", "Teams"), (address, team.name)),
        may_delete=team.role == "owner",
        goes="all its projects with their versions and links; people keep their accounts",
        typed=typed,
        faults=faults(problems),
    )


@dataclass(frozen=True)
class ImportPage(Page):
    """The form that brings an archive in."""

    template: ClassVar[str] = "projects/import.html"

    teams: tuple[Pick, ...]
    faults: Faults


def import_page(
    teams: Sequence[Team], chosen: int = NEW_TEAM, problems: Sequence[Problem] = ()
) -> ImportPage:
    """The teams to choose from, and a new one."""
    own = (Pick(team.id, team.name, team.id == chosen) for team in teams)
    new = Pick(NEW_TEAM, "A new team, named as in the archive", chosen == NEW_TEAM)
    return ImportPage((new, *own), faults(problems))
