"""What administrators do with the library: add, correct and retire cases, each with a reason.

A case goes in as its row of the case file, whether typed or imported. Nothing is overwritten:
each change is a revision, and what was computed before keeps the cases that it was made with.
What is called `shipped` is the reference data as it ships; the library lies over it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.domain.cases import Case
from app.domain.errors import Conflict, InvalidAnswers, NotAllowed, Problem
from app.persistence import Session, case_revisions
from app.reference import Reference, case_file, checking
from app.reference.backtests import fingerprint
from app.services import audit, cases, texts, weights
from app.services.people import Person

LONGEST_ID, LONGEST_STORY, LONGEST_TEXT = 60, 1_000, 300
_LONGEST = {"id": LONGEST_ID, "summary": LONGEST_STORY, "outcome": LONGEST_STORY}
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
# What stands in addresses where the id of a case does.
RESERVED = ("backtest", "export", "form")
_SHOWN = 50


@dataclass(frozen=True)
class Plan:
    """What a file of cases would change, by id."""

    added: tuple[str, ...]
    corrected: tuple[str, ...]
    unchanged: tuple[str, ...]

    @property
    def changes(self) -> tuple[str, ...]:
        """The cases that would be stored."""
        return (*self.added, *self.corrected)


@dataclass(frozen=True)
class Revision:
    """One change that was made."""

    case_id: str
    number: int
    is_retired: bool
    by: str
    reason: str
    at: datetime


def plan(db: Session, shipped: Reference, by: Person, text: str, now: datetime) -> Plan:
    """What storing the cases in `text` would change; nothing is stored.

    Raises:
        NotAllowed: `by` is not an administrator.
        InvalidAnswers: a row is bad; each problem names its row.
    """
    _require_administrator(by)
    return _planned(db, shipped, _read(text, now))


def keep(
    db: Session,
    shipped: Reference,
    by: Person,
    text: str,
    *,
    reason: str,
    now: datetime,
    begun_from: Mapping[str, str] | None = None,
) -> Plan:
    """Store the cases in `text` that are new or differ: all of them, or none.

    Args:
        begun_from: id → `version` from which a correction was begun; empty for a new case.

    Raises:
        NotAllowed: `by` is not an administrator.
        InvalidAnswers: a row is bad, or the reason is missing or too long.
        Conflict: somebody else changed a case since its correction was begun.
    """
    _require_administrator(by)
    read = _read(text, now)
    reason = texts.reason(reason, "the source was corrected")
    case_revisions.lock(db)
    for case_id, begun in (begun_from or {}).items():
        if version(db, shipped, case_id) != begun:
            raise Conflict(f"Somebody else stored or retired {case_id} meanwhile.")
    planned = _planned(db, shipped, read)
    for case in read:
        if case.id in planned.changes:
            row = case_file.row(case)
            case_revisions.add(db, case.id, row, by_name=by.name, reason=reason, at=now)
            act = "added the case" if case.id in planned.added else "corrected the case"
            audit.note(db, by, act, case.id, now=now, detail=reason)
    _pin(db, shipped, now)
    return planned


def retire(
    db: Session, shipped: Reference, by: Person, case_id: str, *, reason: str, now: datetime
) -> None:
    """Take a case out of the library; stored again, it is back.

    Raises:
        NotAllowed: `by` is not an administrator.
        NotFound: there is no such case.
        InvalidAnswers: the reason is missing or too long.
    """
    _require_administrator(by)
    case_revisions.lock(db)
    case = cases.find(cases.library(db, shipped), case_id)
    reason = texts.reason(reason, "the source was corrected")
    case_revisions.add(db, case.id, None, by_name=by.name, reason=reason, at=now)
    audit.note(db, by, "retired the case", case.id, now=now, detail=reason)
    _pin(db, shipped, now)


def last_known(db: Session, shipped: Reference, case_id: str) -> Case:
    """The case as it is, or was before it was retired.

    Raises:
        NotFound: there never was such a case.
    """
    present = cases.library(db, shipped)
    if any(case.id == case_id for case in present.cases):
        return cases.find(present, case_id)
    content = case_revisions.last_content(db, case_id)
    return case_file.case_of(content) if content else cases.find(shipped, case_id)


def version(db: Session, shipped: Reference, case_id: str) -> str:
    """What differs as soon as the case states something else; empty where there is none."""
    present = cases.library(db, shipped).cases
    return next((fingerprint(case) for case in present if case.id == case_id), "")


def history(db: Session, by: Person) -> list[Revision]:
    """The newest changes.

    Raises:
        NotAllowed: `by` is not an administrator.
    """
    _require_administrator(by)
    return [
        Revision(row.case_id, row.number, row.content is None, row.by_name, row.reason, row.at)
        for row in case_revisions.latest(db, _SHOWN)
    ]


def _pin(db: Session, shipped: Reference, now: datetime) -> None:
    """Make the library findable, and something that the next assessment can pin."""
    library = weights.facts_in_force(db, shipped)
    weights.keep_facts(db, library, now)
    cases.ensure(db, library)


def _require_administrator(by: Person) -> None:
    if not by.is_administrator:
        raise NotAllowed("Only administrators may change the library of cases.")


def _read(text: str, now: datetime) -> tuple[Case, ...]:
    read = case_file.read(text, is_complete=True)
    problems = [
        Problem(_where(number, case), sentence)
        for number, case in enumerate(read, start=1)
        for sentence in _problems(case, now)
    ]
    if problems:
        raise InvalidAnswers(problems)
    return read


def _where(number: int, case: Case) -> str:
    return case.id if _ID.fullmatch(case.id) else f"case {number}"


def _problems(case: Case, now: datetime) -> Iterator[str]:
    """What keeps a case from being stored, in sentences that begin with their column."""
    yield from _id_problems(case.id)
    for column, value in case_file.row(case).items():
        typed = ", ".join(value) if isinstance(value, list) else str(value or "")
        most = _LONGEST.get(column, LONGEST_TEXT)
        if texts.storable(typed) != typed:
            yield f"{column} holds a sign that cannot be stored."
        yield from (problem.message for problem in texts.too_long("", column, typed, most))
    yield from checking.case_problems(case, now.date())


def _id_problems(case_id: str) -> Iterator[str]:
    """What keeps the page of a case from being found under its id."""
    if not _ID.fullmatch(case_id):
        words = "small letters and digits, with single hyphens between them"
        yield f"id must be {words}, not {case_id[:LONGEST_ID]!r}."
    if case_id in RESERVED:
        yield f"id may not be {case_id}: another page has that address."


def _planned(db: Session, shipped: Reference, read: Sequence[Case]) -> Plan:
    present = {case.id: case for case in cases.library(db, shipped).cases}
    return Plan(
        added=tuple(case.id for case in read if case.id not in present),
        corrected=tuple(
            case.id for case in read if case.id in present and present[case.id] != case
        ),
        unchanged=tuple(case.id for case in read if present.get(case.id) == case),
    )
