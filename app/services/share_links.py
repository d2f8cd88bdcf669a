"""Links that let somebody without an account read one saved version, until they end.

How such a link is kept, opened and ended is the same for those that let somebody answer
(`services/answer_links.py`).
"""

import hashlib
import hmac
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.domain.errors import Gone, InvalidAnswers, Locked, NotFound, Problem
from app.domain.questionnaire.questions import QuestionSet
from app.persistence import Session
from app.persistence import assessments as assessment_rows
from app.persistence import share_links as rows
from app.persistence.tables import ShareLinkRow
from app.reports.words import day
from app.services import assessments, audit, once, passwords, people, projects, redaction, throttle
from app.services.assessments import SavedAssessment
from app.services.people import Person
from app.services.projects import Project
from app.services.redaction import HIDEABLE
from app.services.texts import one_line, too_long

# Every link ends: one that was forgotten must not stay open for ever.
DAYS_OFFERED = (7, 30, 90, 365)
DAYS_PROPOSED = 30

LONGEST_LABEL = 120


@dataclass(frozen=True)
class Link:
    """A link as those who may edit its project see it; its token is not kept.

    Attributes:
        label: for whom it was made.
        maker: who made it; empty if they were erased.
        revoked_at, last_opened_at: None if that has not happened.
    """

    id: int
    label: str
    maker: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    opened_count: int
    last_opened_at: datetime | None

    def is_open(self, now: datetime) -> bool:
        """Whether it still leads somewhere."""
        return self.revoked_at is None and now < self.expires_at


@dataclass(frozen=True)
class ShareLink(Link):
    """A link to read the version `number`, or the newest one whichever that is.

    Attributes:
        hides: what its readers do not get; keys of `redaction`.
        has_passphrase: whether it asks for one.
    """

    number: int
    title: str
    follows_newest: bool
    hides: tuple[str, ...]
    has_passphrase: bool


@dataclass(frozen=True)
class SharedVersion:
    """What a link opens: a version, by whom it was shared, and how long it stays open.

    Attributes:
        saved: already without what the link hides.
    """

    link_id: int
    saved: SavedAssessment
    maker: str
    created_at: datetime
    expires_at: datetime
    follows_newest: bool
    hides: tuple[str, ...]


def create(  # noqa: PLR0913  # what the form says
    db: Session,
    by: Person | None,
    project: Project,
    *,
    number: int,
    label: str,
    days: int,
    now: datetime,
    follows_newest: bool = False,
    hides: Collection[str] = (),
    passphrase: str = "",
    form: str = "",
) -> str:
    """Make a link to version `number` that stays open for `days`, and return its token.

    This is the only time that the token can be seen: what is stored is its SHA-256. The same form
    sent again makes no other link.

    Args:
        follows_newest: it opens the newest version instead, whichever that is by then.
        hides: what its readers do not get; of `HIDEABLE`.
        passphrase: what the readers must know besides; empty for nothing. Kept as a hash.
        form: the random name that the form carries.

    Raises:
        NotAllowed: `by` may not change the project.
        InvalidAnswers: there is no such version, nobody is named, `days` or something to hide
            is not offered, or the passphrase is too weak.
    """
    projects.require_editor(by, project)
    label = one_line(label)
    version = assessment_rows.by_number(db, project.id, number)
    problems = [*label_problems(label), *days_problems(days)]
    if not set(hides) <= set(HIDEABLE):
        problems.append(Problem("hides", f"A link can hide {', '.join(HIDEABLE)}; nothing else."))
    if passphrase and (weak := passwords.weakness(passphrase, (project.name, label))):
        problems.append(Problem("passphrase", weak.replace("password", "passphrase")))
    if version is None:
        message = f"{project.name} has no version {number}; choose one that is saved."
        problems.insert(0, Problem("version", message))
    if version is None or problems:
        raise InvalidAnswers(problems)
    what = f"{'the newest version' if follows_newest else f'version {number}'} of {project.name}"

    def keep(token: str) -> None:
        rows.add(
            db,
            project.id,
            number=number,
            follows_newest=follows_newest,
            hides=" ".join(key for key in HIDEABLE if key in hides),
            passphrase_hash=passwords.hashed(passphrase) if passphrase else None,
            token_sha256=people.hash_of(token),
            label=label,
            by=by.id if by else None,
            at=now,
            until=now + timedelta(days=days),
        )
        said = f"shared by a link for {days} days"
        audit.note(db, by, said, what, now=now, team_id=project.team_id)

    told = (project.id, number, label, days, follows_newest, sorted(hides), passphrase)
    return once.token(db, by, once.named(form, *told), keep, now=now)


def listing(db: Session, by: Person | None, project: Project) -> list[ShareLink]:
    """Every link of `project`, newest first, those that have ended included.

    Raises:
        NotAllowed: `by` may not change the project.
    """
    projects.require_editor(by, project)
    return [_link(listed) for listed in rows.of_project(db, project.id)]


def revoke(db: Session, by: Person | None, project: Project, link_id: int, now: datetime) -> None:
    """End a link at once, for everybody; one that has ended stays as it is.

    Raises:
        NotAllowed: `by` may not change the project.
        NotFound: the project has no such link.
    """
    projects.require_editor(by, project)
    if not rows.revoke(db, project.id, link_id, now):
        raise NotFound(f"{project.name} has no link {link_id}.")
    audit.note(db, by, "revoked a link to", project.name, now=now, team_id=project.team_id)


def look_up(
    db: Session, questions: QuestionSet, token: str, now: datetime, *, proof: str = ""
) -> SharedVersion:
    """The version that the link of this token opens, whoever is asking; what it hides is not in it.

    Args:
        proof: what `unlock` gave, for a link with a passphrase.

    Raises:
        Locked: the link asks for a passphrase, and `proof` is not of it.
        NotFound: there is no such link; its project or its version may have been erased.
        Gone: it was revoked or has expired, or its maker may not share any more; the text says
            whom to ask.
    """
    link, maker = opened(db, token, now)
    if link.number is None:
        raise unknown_link()
    if not hmac.compare_digest(proof.encode(), _proof(link, token).encode()):
        raise Locked("This link asks for a passphrase.")
    project, hides = projects.behind_a_link(db, link.project_id), tuple(link.hides.split())
    newest = assessments.latest(db, project) if link.follows_newest else None
    saved = newest or assessments.numbered(db, project, link.number)
    return SharedVersion(
        link_id=link.id,
        saved=redaction.redacted(saved, questions, hides),
        maker="" if "names" in hides else maker,
        created_at=link.created_at,
        expires_at=link.expires_at,
        follows_newest=link.follows_newest,
        hides=hides,
    )


def unlock(db: Session, token: str, passphrase: str, now: datetime) -> str:
    """Proof that somebody knew the passphrase of this link; "" for another one.

    It holds for this link and this passphrase only, and as long as the link does.

    Raises:
        NotFound: there is no such link, or it asks for none.
        Gone: as `look_up`.
        TooOften: there were too many wrong ones within the hour.
    """
    link, _ = opened(db, token, now)
    if link.passphrase_hash is None:
        raise unknown_link()
    throttle.admit_passphrase(db, link.id, now)
    if not passwords.matches(passphrase, link.passphrase_hash):
        return ""
    throttle.forgive_passphrase(db, link.id)
    return _proof(link, token)


def _proof(link: ShareLinkRow, token: str) -> str:
    """HMAC-SHA256 of the token under the kept hash, which nobody outside knows; "" without one."""
    if link.passphrase_hash is None:
        return ""
    return hmac.new(link.passphrase_hash.encode(), token.encode(), hashlib.sha256).hexdigest()


def opened(db: Session, token: str, now: datetime) -> tuple[ShareLinkRow, str]:
    """The link of this token, to read or to answer, and the name of who made it.

    Raises:
        NotFound, Gone: as `look_up`.
    """
    found = rows.by_token(db, people.hash_of(token))
    if found is None:
        raise unknown_link()
    link, maker = found
    _refuse_ended(link, "" if "names" in link.hides.split() else maker, now)
    if not rows.may_still_share(db, link):
        raise Gone(
            "Whoever made this link may share the project no more. Ask its team for a new one."
        )
    return link, maker


def unknown_link() -> NotFound:
    """What is said of a link that does not exist, and of one that is used for something else."""
    return NotFound(
        "There is no such link. Check that all of it was copied, or ask whoever sent it to you."
    )


def note_opened(db: Session, link_id: int, now: datetime) -> None:
    """Count an opening, so that whoever shared can see that the link is used."""
    rows.opened(db, link_id, now)


def _refuse_ended(link: ShareLinkRow, maker: str, now: datetime) -> None:
    ask = f"Ask {maker or 'whoever sent it to you'} for a new one."
    if link.revoked_at is not None:
        raise Gone(f"This link was revoked on {day(link.revoked_at)}. {ask}")
    if now >= link.expires_at:
        raise Gone(f"This link worked until {day(link.expires_at)}. {ask}")


def label_problems(label: str) -> Iterator[Problem]:
    """What is wrong with saying for whom a link is."""
    if not label:
        message = "Enter for whom the link is, such as: Finance. Only its project's editors see it."
        yield Problem("label", message)
    yield from too_long("label", "The name", label, LONGEST_LABEL)


def days_problems(days: int) -> list[Problem]:
    """What is wrong with how long a link shall last."""
    if days not in DAYS_OFFERED:
        *others, last = DAYS_OFFERED
        message = f"A link can last {', '.join(map(str, others))} or {last} days, not {days}."
        return [Problem("days", message)]
    return []


def _link(listed: rows.Listed) -> ShareLink:
    return ShareLink(
        **of_row(listed.link, listed.maker),
        number=listed.link.number or 0,
        title=listed.title,
        follows_newest=listed.link.follows_newest,
        hides=tuple(listed.link.hides.split()),
        has_passphrase=listed.link.passphrase_hash is not None,
    )


def of_row(link: ShareLinkRow, maker: str) -> dict[str, Any]:
    """What every kind of link says of itself, as arguments of `Link`."""
    said = ("id", "label", "created_at", "expires_at", "revoked_at", "opened_count")
    return {key: getattr(link, key) for key in (*said, "last_opened_at")} | {"maker": maker}
