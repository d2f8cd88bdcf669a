"""What stands where: a box for each place, and the link between two."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.reports.drawing import FONT, NARROW, WIDE, Chart, Drawing, Line, Rect, Table, Text

_LEADING = 20
_PADDING = 16
_GAP = 28


@dataclass(frozen=True)
class Box:
    """One place: its name and what stands there, a short line each."""

    title: str
    lines: tuple[str, ...]


def places_diagram(boxes: Sequence[Box], *, link: str) -> Chart:
    """The places one below the other, joined where there are two; `link` says by what."""
    return Chart(
        key="places",
        title="What stands where",
        measure="Each box is one place; the list below says the same.",
        description="; ".join(f"{box.title}: {', '.join(box.lines)}" for box in boxes) + ".",
        legend=(),
        drawings=(_drawing("wide", boxes), _drawing("narrow", boxes)),
        table=Table(
            ("Place", "What stands there"),
            tuple((box.title, line) for box in boxes for line in box.lines),
        ),
        notes=(link,) if len(boxes) > 1 else (),
    )


def _drawing(layout: str, boxes: Sequence[Box]) -> Drawing:
    wide = layout == "wide"
    width = WIDE if wide else NARROW
    most = (width - 2 * _PADDING) // (FONT // 2)
    lines, rects, texts = list[Line](), list[Rect](), list[Text]()
    y = 1.0
    for number, box in enumerate(boxes):
        if number:
            lines.append(Line(width / 2, y, width / 2, y + _GAP, "axis"))
            y += _GAP
        rows = [row for line in box.lines for row in _folded(line, most)]
        heads = _folded(box.title, most)
        height = 2 * _PADDING + _LEADING * (len(heads) + len(rows)) - 4
        rects.append(Rect(1, y, width - 2, height, "even"))
        for place, (row, kind) in enumerate(
            [*((head, "value") for head in heads), *((row, "label") for row in rows)]
        ):
            baseline = y + _PADDING + FONT + place * _LEADING - 2
            texts.append(Text(_PADDING, baseline, row, kind=kind))
        y += height
    return Drawing(
        "wide" if wide else "narrow", width, y + 1, tuple(lines), tuple(rects), texts=tuple(texts)
    )


def _folded(line: str, most: int) -> list[str]:
    """`line` in pieces of at most `most` signs, broken between words."""
    pieces = [""]
    for word in line.split():
        longer = f"{pieces[-1]} {word}".strip()
        if len(longer) > most and pieces[-1]:
            pieces.append(word)
        else:
            pieces[-1] = longer
    return pieces
