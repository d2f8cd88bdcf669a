"""One's own account."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from app.reports.words import day
from app.services.api_tokens import DAYS_OFFERED, ApiToken, Wanted
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


# What the form sends for "all my teams".
ALL_TEAMS = "all"
_SCOPES = (
    ("read", "Read: projects, answers, versions and their files"),
    ("write", "Read and write: also start projects, answer questions, save versions"),
)


@dataclass(frozen=True)
class TokenRow:
    """An API token, in words."""

    id: int
    label: str
    may: str
    times: str
    is_open: bool


@dataclass(frozen=True)
class TokenForm:
    """The form for another API token: the proposal, or what was typed."""

    label: str
    scope: str
    scopes: tuple[tuple[str, str], ...]
    team: str
    teams: tuple[tuple[str, str], ...]
    days: str
    all_days: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class AccountPage(Page):
    """Name, address, password, where one is signed in, one's teams and API tokens.

    Attributes:
        name, email: as kept, or as typed when something is wrong with it.
        has_password: without one, only a link or a provider leads in.
        is_linked: whether the person signs in by the provider, too.
        done: what was just changed; empty when nothing was.
        form: a name of the form for an API token, so that sending it twice makes one.
        made, made_for: an API token just made, which is shown this once, and what it is for.
    """

    template: ClassVar[str] = "people/account.html"

    name: str
    email: str
    has_password: bool
    is_linked: bool
    visits: tuple[VisitRow, ...]
    teams: tuple[Team, ...]
    tokens: tuple[TokenRow, ...]
    wanted: TokenForm
    form: str
    made: str = ""
    made_for: str = ""
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


def token_rows(tokens: Sequence[ApiToken], now: datetime) -> tuple[TokenRow, ...]:
    """One's API tokens, in words."""
    return tuple(
        TokenRow(
            token.id,
            token.label,
            f"{'Reads and writes' if token.may_write else 'Reads'} "
            f"{f'in {token.team}' if token.team else 'in all your teams'}",
            f"{'until' if token.is_open(now) else 'expired'} "
            f"{day(token.expires_at)}; {_used(token)}",
            token.is_open(now),
        )
        for token in tokens
    )


def _used(token: ApiToken) -> str:
    if token.last_used_at is None:
        return "not used yet"
    return f"last used {day(token.last_used_at)}, {token.last_used_at:%H:%M} UTC"


def token_form(wanted: Wanted, teams: Sequence[Team]) -> TokenForm:
    """The form for another token, with what was typed or is proposed."""
    return TokenForm(
        label=wanted.label,
        scope=wanted.scope,
        scopes=_SCOPES,
        team=ALL_TEAMS if wanted.team_id is None else str(wanted.team_id),
        teams=((ALL_TEAMS, "All my teams"), *((str(team.id), team.name) for team in teams)),
        days=str(wanted.days),
        all_days=tuple((str(days), f"{days} days") for days in DAYS_OFFERED),
    )
