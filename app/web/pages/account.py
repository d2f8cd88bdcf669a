"""One's own account."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from app.reports.words import day
from app.services.people import Visit
from app.services.teams import Team
from app.web.pages.base import NO_FAULTS, Faults, Page
from app.web.pages.browsers import browser_in_words


@dataclass(frozen=True)
class VisitRow:
    """A browser that is signed in, in words."""

    id: int
    browser: str
    times: str
    is_this: bool


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
    visits: tuple[VisitRow, ...]
    teams: tuple[Team, ...]
    done: str = ""
    faults: Faults = NO_FAULTS


def visit_rows(visits: Sequence[Visit]) -> tuple[VisitRow, ...]:
    """Where one is signed in, with the moments in UTC."""
    return tuple(
        VisitRow(
            visit.id,
            browser_in_words(visit.browser),
            f"Signed in {day(visit.began)}, {visit.began:%H:%M} UTC; "
            f"last seen {day(visit.last_seen)}, {visit.last_seen:%H:%M} UTC",
            visit.is_this,
        )
        for visit in visits
    )
