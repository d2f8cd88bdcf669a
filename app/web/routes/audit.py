"""The audit log: read, searched and taken along. Administrators only."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import Response, StreamingResponse
from starlette.concurrency import run_in_threadpool

from app.domain.errors import Problem
from app.persistence.engine import Database
from app.reports import records
from app.reports.records import Record
from app.services import audit
from app.services.audit import Line, Sought
from app.services.texts import storable
from app.web.current import MOST
from app.web.deps import Administrator, Confirmed, Db, Now, TheDatabase
from app.web.downloads import as_attachment
from app.web.pages.administration import audit_page
from app.web.render import show

router = APIRouter(prefix="/admin/audit")

LINES_A_PAGE = 100
COLUMNS = ("line", "at", "by", "action", "subject", "reason", "team")
_MEDIA_TYPES = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl"}


@dataclass(frozen=True)
class Typed:
    """What was typed to look for lines, as it was typed."""

    by: str = ""
    words: str = ""
    since: str = ""
    until: str = ""
    team: str = ""

    def sought(self) -> Sought:
        """What it asks for; a day that is none is left out."""
        return Sought(self.by, self.words, _day(self.since), _day(self.until), self.team)

    def problems(self) -> Iterator[Problem]:
        """One for each day that is none."""
        for field in ("since", "until"):
            typed = getattr(self, field)
            if typed and _day(typed) is None:
                yield Problem(field, f"{typed[:20]} is no day: write it as 2026-11-24.")


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed.strip())
    except ValueError:
        return None


_Part = Annotated[str, Query(max_length=200)]
_Posted = Annotated[str, Form(max_length=200)]


async def _asked(
    by: _Part = "", words: _Part = "", since: _Part = "", until: _Part = "", team: _Part = ""
) -> Typed:
    return Typed(*map(storable, (by, words, since, until, team)))


async def _posted(
    by: _Posted = "",
    words: _Posted = "",
    since: _Posted = "",
    until: _Posted = "",
    team: _Posted = "",
) -> Typed:
    return Typed(*map(storable, (by, words, since, until, team)))


@router.get("")
def look(
    request: Request,
    *,
    db: Db,
    by: Administrator,
    typed: Annotated[Typed, Depends(_asked)],
    before: Annotated[int | None, Query(ge=1, le=MOST)] = None,
) -> Response:
    """Who did what."""
    lines = audit.newest(db, by, typed.sought(), most=LINES_A_PAGE, before=before)
    is_full = len(lines) == LINES_A_PAGE
    page = audit_page(lines, asdict(typed), is_full=is_full, problems=tuple(typed.problems()))
    return show(request, page)


@router.post("/export")
def export(
    *,
    db: Db,
    database: TheDatabase,
    by: Confirmed,
    now: Now,
    typed: Annotated[Typed, Depends(_posted)],
    form: Annotated[records.Form, Form(alias="as")] = "csv",
) -> Response:
    """What is looked for as a file; that it was taken along is its last line."""
    last = audit.begin_export(db, by, typed.sought(), form, now)
    return StreamingResponse(
        _written(database, typed.sought(), form, last),
        media_type=_MEDIA_TYPES[form],
        headers=as_attachment(f"footing-audit-{now:%Y-%m-%d}.{form}"),
    )


async def _written(
    database: Database, sought: Sought, form: records.Form, last: int
) -> AsyncIterator[str]:
    """The file in parts, each read in a short transaction: who saves slowly holds up nobody."""
    yield records.head(form, COLUMNS)
    after = 0
    while after < last:
        async with database.place_to_read():
            lines = await run_in_threadpool(_next, database, sought, after, last)
        if not lines:
            return
        yield records.body(form, map(_record, lines))
        after = lines[-1].id


def _next(database: Database, sought: Sought, after: int, last: int) -> list[Line]:
    with database.reading() as db:
        return audit.exported(db, sought, after=after, upto=last)


def _record(line: Line) -> Record:
    values = (
        line.id,
        line.at.isoformat(timespec="seconds"),
        line.by,
        line.action,
        line.subject,
        line.detail,
        line.team,
    )
    return dict(zip(COLUMNS, values, strict=True))
