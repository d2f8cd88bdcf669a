"""API tokens: a program does what its maker may, or less, until it ends.

A token is shown once and kept as a hash. It makes no other tokens, appoints nobody and invites
nobody: for that one signs in.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.errors import InvalidAnswers, NotFound, Problem
from app.persistence import Session
from app.persistence import api_tokens as rows
from app.persistence.tables import ApiTokenRow
from app.services import audit, once, people, teams
from app.services.people import Person
from app.services.teams import Role
from app.services.texts import one_line, too_long

# By these letters a search for leaked secrets knows a token of ours.
PREFIX = "footing_"
DAYS_OFFERED = (30, 90, 365)
DAYS_PROPOSED = 90
# What a scope lets a program be at most, in each team of its maker.
SCOPES: dict[str, Role] = {"read": "viewer", "write": "editor"}

LONGEST_LABEL = 120
MOST_TOKENS = 50
USED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class Wanted:
    """What somebody asks of a new token, as typed.

    Attributes:
        label: what it is for.
        scope: a key of `SCOPES`.
        team_id: the one team it is for; None for all teams of its maker, later ones included.
        days: one of `DAYS_OFFERED`.
    """

    label: str = ""
    scope: str = "read"
    team_id: int | None = None
    days: int = DAYS_PROPOSED


@dataclass(frozen=True)
class ApiToken:
    """A token as its maker sees it; the token itself is not kept.

    Attributes:
        team: the one team it is for; empty for all.
        last_used_at: to the minute; None if it was not used yet.
    """

    id: int
    label: str
    may_write: bool
    team: str
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None

    def is_open(self, now: datetime) -> bool:
        """Whether it still counts."""
        return now < self.expires_at


@dataclass(frozen=True)
class Holder:
    """Whose program asks.

    Attributes:
        is_due: whether it is time to note that the token is in use: once a minute is enough.
    """

    person: Person
    token_id: int
    is_due: bool


def make(db: Session, by: Person, wanted: Wanted, now: datetime, form: str = "") -> str:
    """A new token of `by`, to be shown this once.

    Args:
        form: the random name that the form carries; sent again, it makes no other token.

    Raises:
        InvalidAnswers: with everything that cannot be used.
    """
    label = one_line(wanted.label)
    if problems := list(_problems(db, by, wanted, label)):
        raise InvalidAnswers(problems)

    def keep(random: str) -> None:
        if problems := list(_too_many(rows.of_person(db, by.id), now)):
            raise InvalidAnswers(problems)
        row = ApiTokenRow(
            token_sha256=people.hash_of(PREFIX + random),
            person_id=by.id,
            label=label,
            may_write=wanted.scope == "write",
            team_id=wanted.team_id,
            created_at=now,
            expires_at=now + timedelta(days=wanted.days),
        )
        rows.add(db, row)
        detail = f"to {wanted.scope}, for {wanted.days} days"
        audit.note(db, by, "made the API token", f"{label} (#{row.id})", now=now, detail=detail)

    return PREFIX + once.token(db, by, once.named(form, "token", wanted), keep, now=now)


def mine(db: Session, by: Person) -> list[ApiToken]:
    """The tokens of `by`, newest first; expired ones stay for a while, to be known again."""
    return [
        ApiToken(
            id=row.id,
            label=row.label,
            may_write=row.may_write,
            team=team,
            created_at=row.created_at,
            expires_at=row.expires_at,
            last_used_at=row.last_used_at,
        )
        for row, team in rows.of_person(db, by.id)
    ]


def revoke(db: Session, by: Person, token_id: int, now: datetime) -> None:
    """End a token of `by` at once.

    Raises:
        NotFound: they have no such token.
    """
    label = rows.end(db, by.id, token_id)
    if label is None:
        raise NotFound("You have no such API token any more.")
    audit.note(db, by, "ended the API token", f"{label} (#{token_id})", now=now)


def holder_of(db: Session, token: str, now: datetime) -> Holder | None:
    """Whose token this is; None if it is unknown, ended or expired, or its maker's account closed.

    What the holder may do is what its maker may do now, and no more than the token's scope.
    An administrator's token administers nothing.
    """
    found = rows.owner_of(db, people.hash_of(token))
    if found is None:
        return None
    row, person = found
    if row.expires_at <= now or person.closed_at is not None:
        return None
    scope = SCOPES["write" if row.may_write else "read"]
    is_due = row.last_used_at is None or now - row.last_used_at >= USED_EVERY
    maker = Person(
        person.id,
        person.name,
        is_administrator=False,
        at_most=scope,
        only_team_id=row.team_id,
    )
    return Holder(maker, row.id, is_due)


def note_used(db: Session, token_id: int, now: datetime) -> None:
    """Note that the token is in use."""
    rows.used(db, token_id, now)


def _problems(db: Session, by: Person, wanted: Wanted, label: str) -> Iterator[Problem]:
    if not label:
        yield Problem("label", "Say what the token is for, so that you know it again.")
    yield from too_long("label", "The name", label, LONGEST_LABEL)
    if wanted.scope not in SCOPES:
        yield Problem("scope", f"Choose one of: {', '.join(SCOPES)}.")
    if wanted.days not in DAYS_OFFERED:
        offered = ", ".join(map(str, DAYS_OFFERED))
        yield Problem("days", f"Choose how many days it lasts: {offered}.")
    if wanted.team_id is not None and teams.role_in(db, by, wanted.team_id) is None:
        yield Problem("team_id", "Choose one of your teams, or all of them.")


def _too_many(held: Sequence[tuple[ApiTokenRow, str]], now: datetime) -> Iterator[Problem]:
    if sum(row.expires_at > now for row, _ in held) >= MOST_TOKENS:
        yield Problem("label", f"You have {MOST_TOKENS} API tokens: end one that you do not need.")
