"""The administrators' pages about people, and the audit log."""

from dataclasses import dataclass
from typing import ClassVar

from app.services.administration import Account
from app.services.audit import Line
from app.services.teams import Member, Team
from app.web.pages.base import Page


@dataclass(frozen=True)
class PeoplePage(Page):
    """All accounts, and the teams that nobody owns any more."""

    template: ClassVar[str] = "admin/people.html"

    accounts: tuple[Account, ...]
    orphans: tuple[tuple[Team, tuple[Member, ...]], ...]


@dataclass(frozen=True)
class PersonPage(Page):
    """One account and what can be done with it.

    Attributes:
        is_own: an administrator does nothing of it to themselves.
        link: a new sign-in link's address, shown this once; empty otherwise.
    """

    template: ClassVar[str] = "admin/person.html"

    account: Account
    is_own: bool
    link: str = ""


@dataclass(frozen=True)
class AuditPage(Page):
    """Who did what, newest first.

    Attributes:
        older: the line before which an older page begins; None on the last one.
    """

    template: ClassVar[str] = "admin/audit.html"

    lines: tuple[Line, ...]
    older: int | None
