"""The page on which versions are shared, and links taken back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from app.domain.errors import Problem
from app.reports.words import day
from app.services.assessments import Version
from app.services.projects import Project
from app.services.redaction import HIDEABLE
from app.services.share_links import DAYS_OFFERED, DAYS_PROPOSED, Link, ShareLink
from app.web.pages.base import Faults, FieldProblem, Page, faults

HIDE_WORDS = {
    "prices": "Your own prices and budgets, and the cost lines made of them; totals stay",
    "site": "Site details: power, connection, country, GPU servers that are there, prices there",
    "names": "Names of people",
    "notes": "The title of the version",
}
_HIDE_SHORT = {
    "prices": "own prices",
    "site": "site details",
    "names": "names",
    "notes": "the title",
}


@dataclass(frozen=True)
class Typed:
    """What the form holds: the proposal, or what was typed."""

    version: int = 0
    label: str = ""
    days: int = DAYS_PROPOSED
    follows: bool = False
    hides: tuple[str, ...] = ()
    passphrase: str = ""


@dataclass(frozen=True)
class LockedPage(Page):
    """Asks whoever has a link for its passphrase; says nothing of what is behind it."""

    template: ClassVar[str] = "results/locked.html"

    here: str
    faults: Faults


def locked_page(here: str, problems: Sequence[Problem] = ()) -> LockedPage:
    """The form for the passphrase of the link at `here`."""
    return LockedPage(here, faults(problems))


@dataclass(frozen=True)
class Pick:
    """One entry of a list to choose from."""

    value: int | str
    words: str
    is_chosen: bool


@dataclass(frozen=True)
class LinkRow:
    """A link with what became of it.

    Attributes:
        until: when it ends, or when and how it ended.
        opened: how often and when last, in words.
    """

    id: int
    label: str
    version: str
    hides: str
    made: str
    is_open: bool
    until: str
    opened: str


@dataclass(frozen=True)
class SharePage(Page):
    """Make a link to a version, see who has one, take it back.

    Attributes:
        made: the address of the link just made, which is shown this once; empty otherwise.
        made_for: for whom that one is.
        form: a name of the form, so that sending it twice makes one link.
        versions: to choose from, newest first; without one there is nothing to share.
    """

    template: ClassVar[str] = "projects/share.html"

    project: Project
    form: str
    made: str
    made_for: str
    versions: tuple[Pick, ...]
    days: tuple[Pick, ...]
    follows: tuple[Pick, ...]
    hides: tuple[Pick, ...]
    label: str
    passphrase: str
    problems: tuple[FieldProblem, ...]
    messages: dict[str, str]
    links: tuple[LinkRow, ...]


def share_page(  # noqa: PLR0913  # what there is to share, and the form
    project: Project,
    versions: Sequence[Version],
    links: Sequence[ShareLink],
    now: datetime,
    *,
    form: str,
    typed: Typed | None = None,
    problems: Sequence[Problem] = (),
    made: str = "",
    made_for: str = "",
) -> SharePage:
    """The page with the form as `typed`, or empty again after a link was `made`."""
    typed = typed or Typed()
    return SharePage(
        project=project,
        form=form,
        made=made,
        made_for=made_for,
        versions=tuple(
            Pick(v.number, named(v.number, v.title), v.number == typed.version) for v in versions
        ),
        days=tuple(Pick(days, f"{days} days", days == typed.days) for days in DAYS_OFFERED),
        follows=(
            Pick("", "This version, as it is", not typed.follows),
            Pick("1", "Always the newest version", typed.follows),
        ),
        hides=tuple(Pick(key, HIDE_WORDS[key], key in typed.hides) for key in HIDEABLE),
        label=typed.label,
        passphrase=typed.passphrase,
        problems=tuple(FieldProblem(f"#{p.path}", p.message) for p in problems),
        messages={problem.path: problem.message for problem in problems},
        links=tuple(_row(link, now) for link in links),
    )


def _row(link: ShareLink, now: datetime) -> LinkRow:
    return LinkRow(
        id=link.id,
        label=link.label,
        version=("Always the newest" if link.follows_newest else named(link.number, link.title))
        + ("; with a passphrase" if link.has_passphrase else ""),
        hides=hidden_in_words(link.hides),
        made=day(link.created_at) + (f" by {link.maker}" if link.maker else ""),
        is_open=link.is_open(now),
        until=until_in_words(link, now),
        opened=opened_in_words(link),
    )


def named(number: int, title: str) -> str:
    """What a version is called in a list: its number, and its title if it has one."""
    return f"Version {number}" + (f": {title}" if title else "")


def hidden_in_words(hides: Sequence[str]) -> str:
    """What a link hides, in few words; empty if nothing."""
    return ", ".join(_HIDE_SHORT[key] for key in hides)


def until_in_words(link: Link, now: datetime) -> str:
    """How long a link works, or since when it does not."""
    if link.revoked_at is not None:
        return f"Revoked {day(link.revoked_at)}"
    return ("Until " if link.is_open(now) else "Expired ") + day(link.expires_at)


def opened_in_words(link: Link) -> str:
    """How often a link was opened, and when last."""
    if link.last_opened_at is None:
        return "Not yet"
    times = "Once" if link.opened_count == 1 else f"{link.opened_count:,} times"
    return f"{times}, last {day(link.last_opened_at)}, {link.last_opened_at:%H:%M} UTC"
