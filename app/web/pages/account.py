"""One's own account."""

from dataclasses import dataclass
from typing import ClassVar

from app.services.people import Visit
from app.services.teams import Team
from app.web.pages.base import NO_FAULTS, Faults, Page


@dataclass(frozen=True)
class AccountPage(Page):
    """Name, address, password, where one is signed in, and one's teams.

    Attributes:
        name, email: as kept, or as typed when something is wrong with it.
        has_password: without one, only a link leads in.
        done: what was just changed; empty when nothing was.
    """

    template: ClassVar[str] = "people/account.html"

    name: str
    email: str
    has_password: bool
    visits: tuple[Visit, ...]
    teams: tuple[Team, ...]
    done: str = ""
    faults: Faults = NO_FAULTS
