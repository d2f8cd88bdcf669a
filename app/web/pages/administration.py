"""The administrators' pages about people, the settings and the audit log."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urlencode

from app.domain.errors import Problem
from app.services.administration import Account
from app.services.audit import Line
from app.services.teams import Member, Team
from app.web.pages.base import Faults, Page, faults


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
        sought: what is looked for: field of the form → what was typed.
        older: where an older page is; empty on the last one.
        is_part: whether only what is sought is shown.
        faults: what of it cannot be used, and is left out.
    """

    template: ClassVar[str] = "admin/audit.html"

    lines: tuple[Line, ...]
    sought: Mapping[str, str]
    older: str
    is_part: bool
    faults: Faults


def audit_page(
    lines: Sequence[Line],
    typed: Mapping[str, str],
    *,
    is_full: bool,
    problems: Sequence[Problem] = (),
) -> AuditPage:
    """A page of the log; `is_full` where older lines may follow."""
    given = {field: text for field, text in typed.items() if text}
    return AuditPage(
        lines=tuple(lines),
        sought=typed,
        older=f"/admin/audit?{urlencode({'before': lines[-1].id, **given})}" if is_full else "",
        is_part=bool(given),
        faults=faults(problems),
    )


@dataclass(frozen=True)
class SettingRow:
    """One setting: the name of its variable, its value, where that comes from, what it does."""

    name: str
    value: str
    origin: str
    means: str


@dataclass(frozen=True)
class SettingsPage(Page):
    """How this Footing is set up; no secret is in it."""

    template: ClassVar[str] = "admin/settings.html"

    settings: tuple[SettingRow, ...]
