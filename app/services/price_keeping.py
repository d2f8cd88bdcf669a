"""What administrators do with the price catalogue: bring a file, look at it, publish, go back.

Nothing is overwritten and nothing half applied: a publication is one transaction, provider by
provider as accepted, and to go back is to publish an earlier catalogue again.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.errors import Conflict, InvalidAnswers, NotAllowed, NotFound, Problem
from app.domain.prices.catalogue import ProviderChanges, changes, contenders, merged
from app.domain.prices.guards import judged
from app.domain.prices.reading import Stated, read_prices
from app.persistence import Session, price_catalogue
from app.persistence.tables import PriceSnapshotRow
from app.reference import Reference
from app.reference.price_names import vocabulary
from app.services import audit, cases, prices, texts, weights
from app.services.audit import OPERATOR
from app.services.people import Person
from app.services.publishing import Publisher

DRAFT_KEPT_FOR = timedelta(days=7)
_EXAMPLE = "prices of November, read from the providers' pages"


@dataclass(frozen=True)
class Upload:
    """A file as it came."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Plan:
    """What a price file would change; nothing is stored.

    Attributes:
        form: which catalogue the file comes from, in words.
        based_on: the catalogue in force that it is compared with; 0 before the first.
        passed_over: what was left aside → how often.
        repeated: rows that said the same again.
    """

    file: str
    form: str
    based_on: int
    changes: tuple[ProviderChanges, ...]
    passed_over: Mapping[str, int]
    repeated: int


@dataclass(frozen=True)
class Choice:
    """What somebody decided about a plan.

    Attributes:
        taken: keys of the providers whose prices are taken.
        looked_at: of those, whose cautions somebody has looked at.
        based_on: the catalogue that the plan was compared with.
    """

    taken: Collection[str]
    looked_at: Collection[str]
    based_on: int
    reason: str


@dataclass(frozen=True)
class Published:
    """One published catalogue.

    Attributes:
        rows_of: the earlier catalogue that it publishes again, or its own number.
        providers: keys of those whose prices it changed.
    """

    number: int
    rows_of: int
    file: str
    form: str
    providers: tuple[str, ...]
    reason: str
    by: str
    at: datetime


# ---- looking -------------------------------------------------------------------------------------


def listing(db: Session, by: Person) -> list[Published]:
    """Every published catalogue, newest first.

    Raises:
        NotAllowed: `by` is not an administrator.
    """
    _require_administrator(by)
    return [_published(row) for row in price_catalogue.every(db)]


def bring(
    db: Session, shipped: Reference, by: Person, upload: Upload, stated: Stated, now: datetime
) -> int:
    """Keep a price file to be looked at, for a week; returns its number.

    Raises:
        NotAllowed: `by` is not an administrator.
        InvalidAnswers: it is no price file; each problem's path is a field of the form.
    """
    _require_administrator(by)
    read_prices(upload.content, stated, vocabulary(shipped.facts))
    price_catalogue.forget_drafts(db, now - DRAFT_KEPT_FOR)
    return price_catalogue.add_draft(
        db,
        content=upload.content,
        file=upload.name,
        stated=(stated.provider, stated.source, stated.as_of),
        at=now,
    )


def plan(db: Session, shipped: Reference, by: Person, draft_id: int, now: datetime) -> Plan:
    """What a file that was brought would change in the catalogue in force.

    Raises:
        NotAllowed: `by` is not an administrator.
        NotFound: there is no such file, or its week is over.
    """
    _require_administrator(by)
    return operators_plan(db, shipped, *_draft(db, draft_id), now)


def operators_plan(
    db: Session, shipped: Reference, upload: Upload, stated: Stated, now: datetime
) -> Plan:
    """As `plan`, of a file that never was kept, for whoever runs the command line.

    Raises:
        InvalidAnswers: as `bring`.
    """
    known = vocabulary(shipped.facts)
    file = read_prices(upload.content, stated, known)
    base = prices.all_offers(db, shipped)
    found = judged(file.rows, known, base, now.date())
    return Plan(
        file=upload.name,
        form=file.form,
        based_on=number_in_force(db),
        changes=changes(base, found, shipped.facts.providers),
        passed_over=file.passed_over,
        repeated=found.repeated,
    )


# ---- publishing ----------------------------------------------------------------------------------


def publish(
    db: Session,
    shipped: Reference,
    by: Person,
    draft_id: int,
    choice: Choice,
    now: datetime,
    *,
    proposed_by: Person | None = None,
) -> int:
    """Publish the prices of the accepted providers of a file; returns the catalogue's number.

    Args:
        proposed_by: who chose and gave the reason, where `by` only approves.

    Raises:
        NotAllowed: `by` is not an administrator.
        NotFound: there is no such file, or its week is over.
        InvalidAnswers: nothing is accepted, a caution was not looked at, or there is no reason.
        Conflict: another catalogue was published meanwhile. Of two at once, one is published.
    """
    planned = plan(db, shipped, by, draft_id, now)
    return _publish(db, shipped, Publisher(by, proposed_by), planned, choice, now)


def check(
    db: Session, shipped: Reference, by: Person, draft_id: int, choice: Choice, now: datetime
) -> Choice:
    """The choice as it is kept, if it could be published now: without what is not in the file.

    Raises:
        NotAllowed, NotFound, InvalidAnswers, Conflict: as `publish`.
    """
    changed, reason = _accepted(plan(db, shipped, by, draft_id, now), choice)
    _require_newest(db, choice.based_on)
    taken = tuple(provider.key for provider in changed)
    looked_at = tuple(key for key in taken if key in choice.looked_at)
    return Choice(taken, looked_at, choice.based_on, reason)


def operators_publish(
    db: Session, shipped: Reference, planned: Plan, choice: Choice, now: datetime
) -> int:
    """As `publish`, for whoever runs the command line.

    Raises:
        InvalidAnswers, Conflict: as `publish`.
    """
    return _publish(db, shipped, None, planned, choice, now)


def _publish(
    db: Session,
    shipped: Reference,
    by: Publisher | None,
    planned: Plan,
    choice: Choice,
    now: datetime,
) -> int:
    taken, reason = _accepted(planned, choice)
    offers = merged(prices.all_offers(db, shipped), taken)
    number = choice.based_on + 1
    row = PriceSnapshotRow(
        number=number,
        rows_of=number,
        sha256=prices.named(offers),
        file=planned.file,
        form=planned.form,
        providers=",".join(changed.key for changed in taken),
        reason=reason,
        by_id=by.id if by else None,
        by_name=by.name if by else OPERATOR,
        at=now,
    )
    _add(db, row, based_on=choice.based_on)
    price_catalogue.add_offers(db, number, offers, contenders(offers))
    _put_in_force(db, shipped, by, row, now)
    return number


def _accepted(planned: Plan, choice: Choice) -> tuple[list[ProviderChanges], str]:
    """The accepted changes and the reason, or everything that is wrong with the choice."""
    problems: list[Problem] = []
    taken = [changed for changed in planned.changes if changed.key in choice.taken]
    if not taken:
        problems.append(Problem("taken", "Choose at least one provider whose prices to take."))
    for changed in taken:
        if not changed.may_be_taken:
            message = f"No row of {changed.name} is believed, so there is nothing to take."
            problems.append(Problem("taken", message))
        elif changed.cautions and changed.key not in choice.looked_at:
            message = f"{changed.name}: {' '.join(changed.cautions)} Say that you looked at it."
            problems.append(Problem(f"looked_at.{changed.key}", message))
    reason = ""
    try:
        reason = texts.reason(choice.reason, _EXAMPLE)
    except InvalidAnswers as invalid:
        problems += invalid.problems
    if problems:
        raise InvalidAnswers(problems)
    return taken, reason


def publish_again(  # noqa: PLR0913  # what it takes to publish
    db: Session,
    shipped: Reference,
    by: Person,
    number: int,
    *,
    based_on: int,
    reason: str,
    now: datetime,
    proposed_by: Person | None = None,
) -> int:
    """Publish an earlier catalogue once more, which is how to go back; returns its new number.

    Args:
        proposed_by: as in `publish`.

    Raises:
        NotAllowed, NotFound, InvalidAnswers, Conflict: as `check_again`.
    """
    given = check_again(db, by, number, based_on=based_on, reason=reason)
    earlier = _catalogue(db, number)
    publisher = Publisher(by, proposed_by)
    row = PriceSnapshotRow(
        number=based_on + 1,
        rows_of=earlier.rows_of,
        sha256=earlier.sha256,
        file=earlier.file,
        form=earlier.form,
        providers="",
        reason=given,
        by_id=publisher.id,
        by_name=publisher.name,
        at=now,
    )
    _add(db, row, based_on=based_on)
    _put_in_force(db, shipped, publisher, row, now)
    return row.number


def check_again(db: Session, by: Person, number: int, *, based_on: int, reason: str) -> str:
    """The reason as it is kept, if the earlier catalogue could be published once more now.

    Raises:
        NotAllowed: `by` is not an administrator.
        NotFound: there is no such catalogue.
        InvalidAnswers: its prices are in force already, or there is no reason.
        Conflict: another one was published meanwhile.
    """
    _require_administrator(by)
    earlier, newest = _catalogue(db, number), price_catalogue.newest(db)
    given = texts.reason(reason, "the prices of catalogue 3 were of the wrong month")
    if newest is not None and earlier.sha256 == newest.sha256:
        message = f"The prices of catalogue {number} are in force already."
        raise InvalidAnswers([Problem("reason", message)])
    _require_newest(db, based_on)
    return given


def number_in_force(db: Session) -> int:
    """Of the catalogue in force; 0 before the first."""
    newest = price_catalogue.newest(db)
    return newest.number if newest else 0


def _catalogue(db: Session, number: int) -> PriceSnapshotRow:
    found = price_catalogue.snapshot(db, number)
    if found is None:
        raise NotFound(f"There is no price catalogue {number}.")
    return found


def _add(db: Session, row: PriceSnapshotRow, *, based_on: int) -> None:
    _require_newest(db, based_on)
    if not price_catalogue.add(db, row):
        raise _overtaken()


def _require_newest(db: Session, based_on: int) -> None:
    if based_on != number_in_force(db):
        raise _overtaken()


def _overtaken() -> Conflict:
    return Conflict(
        "Another price catalogue was published while this one was looked at. Nothing was "
        "stored: look at what the file changes in that one."
    )


def _put_in_force(
    db: Session, shipped: Reference, by: Publisher | None, row: PriceSnapshotRow, now: datetime
) -> None:
    """Pin what the next assessment is computed with, and write down who decided it."""
    library = weights.facts_in_force(db, shipped)
    weights.keep_facts(db, library, now)
    cases.ensure(db, library)
    did = (
        "published price catalogue"
        if row.rows_of == row.number
        else "published again, as price catalogue"
    )
    who, said = (by.by, by.said(row.reason)) if by else (None, row.reason)
    audit.note(db, who, did, str(row.number), now=now, detail=said)


def _draft(db: Session, draft_id: int) -> tuple[Upload, Stated]:
    found = price_catalogue.draft(db, draft_id)
    if found is None:
        raise NotFound("This price file is not kept any more; bring it again.")
    row, content = found
    return Upload(row.file, content), Stated(row.provider, row.source, row.as_of)


def _published(row: PriceSnapshotRow) -> Published:
    return Published(
        number=row.number,
        rows_of=row.rows_of,
        file=row.file,
        form=row.form,
        providers=tuple(key for key in row.providers.split(",") if key),
        reason=row.reason,
        by=row.by_name,
        at=row.at,
    )


def _require_administrator(by: Person) -> None:
    if not by.is_administrator:
        raise NotAllowed("Only administrators may look at price catalogues and publish them.")
