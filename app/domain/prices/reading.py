"""From the bytes of a price file to its rows, whichever catalogue wrote it.

Four forms are known by their columns: a SkyPilot catalogue (`vms.csv` of one cloud), a gpuhunt
catalogue, our own table of offers, and the research table behind the shipped offers.

Sources: github.com/skypilot-org/skypilot-catalog, README; github.com/dstackai/gpuhunt,
`_internal/models.py`; both read 2026-11.
"""

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from io import StringIO

from app.domain.errors import InvalidAnswers, Problem
from app.domain.prices.rows import Priced, Vocabulary

MOST_BYTES = 10_000_000
MOST_ROWS = 200_000
_LONGEST_CELL = 2_000

Cells = Mapping[str, str]


@dataclass(frozen=True)
class Stated:
    """What a SkyPilot or gpuhunt file does not say about itself, as typed beside it."""

    provider: str = ""
    source: str = ""
    as_of: str = ""


@dataclass(frozen=True)
class PriceFile:
    """What a file holds.

    Attributes:
        form: the catalogue that it comes from, in words.
        passed_over: what was left aside because it prices no accelerator on demand → how often.
    """

    form: str
    rows: tuple[Priced, ...]
    passed_over: Mapping[str, int]


def read_prices(content: bytes, stated: Stated, known: Vocabulary) -> PriceFile:
    """The rows of a price file.

    Raises:
        InvalidAnswers: it is no price file, too large, or does not say enough of itself; each
            problem's path is `file`, or the field of `stated` that is missing.
    """
    table = _table(_text(content))
    columns = set(next(table)[1])
    for form, marks, read in _FORMS:
        if marks <= columns:
            if form in _NEEDS_STATING:
                _refuse_unstated(stated, needs_provider="provider" not in columns)
            return _file(form, table, partial(read, stated, known))
    needed = "; ".join(f"{form}: {', '.join(sorted(marks))}" for form, marks, _ in _FORMS)
    raise _refused(f"The first line names no columns of a known price file. {needed}.")


def _file(
    form: str, table: Iterator[tuple[int, Cells]], read: Callable[[int, Cells], Priced | str]
) -> PriceFile:
    rows: list[Priced] = []
    passed_over: Counter[str] = Counter()
    for line, cells in table:
        row = read(line, cells)
        if isinstance(row, str):
            passed_over[row] += 1
        else:
            rows.append(row)
    if not rows:
        raise _refused("The file has no row that prices an accelerator.")
    return PriceFile(form, tuple(rows), passed_over)


def _refuse_unstated(stated: Stated, *, needs_provider: bool) -> None:
    problems = []
    if needs_provider and not stated.provider:
        problems.append(Problem("provider", "The file is of one cloud: say of which."))
    if not re.match(r"https?://\S+\.\S+", stated.source):
        problems.append(
            Problem("source", "The file names no source: give the address it came from.")
        )
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", stated.as_of):
        problems.append(
            Problem("as_of", "The file has no date: give the day it was made, as 2026-11-24.")
        )
    if problems:
        raise InvalidAnswers(problems)


# ---- the four forms ----------------------------------------------------------------------------

_NO_ACCELERATOR = "machines without an accelerator"
_SPOT = "spot prices, which move daily"


def _skypilot(stated: Stated, known: Vocabulary, line: int, cells: Cells) -> Priced | str:
    instance, accelerator = cells["InstanceType"], cells["AcceleratorName"]
    if not accelerator and instance not in known.hosts:
        return _NO_ACCELERATOR
    return Priced(
        line=line,
        provider=stated.provider,
        region=known.region(stated.provider, cells["Region"]),
        instance=instance,
        accelerator=accelerator,
        count=cells["AcceleratorCount"],
        usd_per_hour=cells["Price"],
        source=stated.source,
        as_of=stated.as_of,
    )


def _gpuhunt(stated: Stated, known: Vocabulary, line: int, cells: Cells) -> Priced | str:
    if not cells["gpu_name"]:
        return _NO_ACCELERATOR
    if cells["spot"].lower() == "true":
        return _SPOT
    provider = cells.get("provider") or stated.provider
    return Priced(
        line=line,
        provider=provider,
        region=known.region(provider, cells["location"]),
        instance=cells["instance_name"],
        accelerator=cells["gpu_name"],
        memory_gb=cells["gpu_memory"],
        count=cells["gpu_count"],
        usd_per_hour=cells["price"],
        source=stated.source,
        as_of=stated.as_of,
    )


def _offers(stated: Stated, known: Vocabulary, line: int, cells: Cells) -> Priced:
    del stated, known
    return Priced(
        line=line,
        provider=cells["provider"],
        region=cells["region"],
        country=cells["country"],
        geography=cells["geography"],
        instance=cells["instance"],
        accelerator=cells["accelerator"],
        count=cells["unit"] or "1",
        per_machine=cells["per_machine"],
        usd_per_hour=cells["usd_per_hour"],
        reserved_1y=cells["reserved_1y_usd_per_hour"],
        reserved_3y=cells["reserved_3y_usd_per_hour"],
        source=cells["source"],
        as_of=cells["as_of"],
        confidence=cells["confidence"],
        currency=cells.get("currency") or "USD",
        is_per_accelerator=True,
    )


# Remarks of the research table that say a price is not to be relied on.
_NOT_FOR_SALE = ("NOT listed in this region", "may be stale", "; stale")


def _research(stated: Stated, known: Vocabulary, line: int, cells: Cells) -> Priced:
    del stated
    note = cells["note"]
    dated = re.match(r"\d{4}(?:-(?:0\d|1[0-2])(?!\d)(?:-\d{2}(?!\d))?)?", cells["price_date"])
    return Priced(
        line=line,
        provider=cells["provider"],
        region=known.region(cells["provider"], cells["region"]),
        instance=cells["instance_type"],
        accelerator=cells["accelerator"],
        count=cells["count"],
        usd_per_hour=cells["on_demand_usd_hr"],
        reserved_1y=cells["reserved_1y_usd_hr"],
        reserved_3y=cells["reserved_3y_usd_hr"],
        source=re.sub(r"^github:", "https://github.com/", cells["source"]),
        as_of=dated[0] if dated else cells["price_date"],
        currency=cells.get("currency") or "USD",
        confidence="low" if "inferred" in note else "medium",
        remark=note if any(mark in note for mark in _NOT_FOR_SALE) else "",
    )


_SKYPILOT_FORM, _GPUHUNT_FORM = "a SkyPilot catalogue", "a gpuhunt catalogue"
_NEEDS_STATING = (_SKYPILOT_FORM, _GPUHUNT_FORM)
_Read = Callable[[Stated, Vocabulary, int, Cells], Priced | str]
_FORMS: tuple[tuple[str, set[str], _Read], ...] = (
    (
        _SKYPILOT_FORM,
        {"InstanceType", "AcceleratorName", "AcceleratorCount", "Price", "Region"},
        _skypilot,
    ),
    (
        _GPUHUNT_FORM,
        {"instance_name", "location", "price", "gpu_count", "gpu_name", "gpu_memory", "spot"},
        _gpuhunt,
    ),
    (
        "a table of offers",
        {
            "provider", "region", "country", "geography", "accelerator", "instance", "unit",
            "per_machine", "usd_per_hour", "reserved_1y_usd_per_hour", "reserved_3y_usd_per_hour",
            "source", "as_of", "confidence",
        },
        _offers,
    ),
    (
        "the research table of cloud prices",
        {
            "provider", "instance_type", "accelerator", "count", "region", "on_demand_usd_hr",
            "reserved_1y_usd_hr", "reserved_3y_usd_hr", "price_date", "source", "note",
        },
        _research,
    ),
)  # fmt: skip


# ---- bytes to cells ----------------------------------------------------------------------------


def _text(content: bytes) -> str:
    if not content.strip():
        raise _refused("Choose a file: none was sent, or it is empty.")
    if len(content) > MOST_BYTES:
        raise _refused(
            f"The file has {len(content):,} bytes; at most {MOST_BYTES:,} are read. "
            "Leave out the machines without an accelerator."
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _refused(
            f"Line {line} is not text in UTF-8: save the file as CSV in UTF-8."
        ) from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise _refused(f"Line {line} holds a NUL, which no text does.")
    return text


def _table(text: str) -> Iterator[tuple[int, Cells]]:
    """The header, each column under its own name, and then each row that is not blank."""
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    try:
        header = [name.strip() for name in next(reader)]
        _refuse_header(header)
        yield 1, dict(zip(header, header, strict=True))
        for number, row in enumerate(reader, start=1):
            if number > MOST_ROWS:
                raise _refused(f"The file has more than {MOST_ROWS:,} rows; give it in parts.")
            if any(cell.strip() for cell in row):
                yield reader.line_num, _cells(reader.line_num, header, row)
    except csv.Error as error:
        raise _refused(f"Line {reader.line_num} is not CSV: {error}.") from None


def _refuse_header(header: list[str]) -> None:
    for name, times in Counter(header).items():
        if times > 1:
            raise _refused(f"The column {name[:40]!r} is there {times} times.")


def _cells(line: int, header: list[str], row: list[str]) -> Cells:
    if len(row) != len(header):
        raise _refused(f"Line {line} has {len(row)} cells under {len(header)} columns.")
    if any(len(cell) > _LONGEST_CELL for cell in row):
        raise _refused(f"Line {line} has a cell of more than {_LONGEST_CELL:,} characters.")
    return {name: cell.strip() for name, cell in zip(header, row, strict=True)}


def _refused(sentence: str) -> InvalidAnswers:
    return InvalidAnswers([Problem("file", sentence)])
