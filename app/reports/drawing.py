"""What a chart is before it is SVG: marks with places and kinds, a key and a table.

The templates turn these into `<svg>`; colours and dashes belong to the style sheet, which
knows every `kind`. Each chart carries two drawings, because one drawing scaled to a phone
has unreadable text: `wide` is 720 units across, `narrow` is 280.
"""

from dataclasses import dataclass
from typing import Literal

Anchor = Literal["start", "middle", "end"]
WIDE, NARROW = 720, 280
FONT = 14


@dataclass(frozen=True)
class Text:
    """One line of text; `y` is its baseline."""

    x: float
    y: float
    text: str
    anchor: Anchor = "start"
    kind: str = "label"


@dataclass(frozen=True)
class Rect:
    """A bar or a part of one; `title` says its value to a pointer, `href` where it leads."""

    x: float
    y: float
    width: float
    height: float
    kind: str
    title: str = ""
    href: str = ""


@dataclass(frozen=True)
class Line:
    """A straight stroke: a grid line, an axis, a whisker, a leader."""

    x1: float
    y1: float
    x2: float
    y2: float
    kind: str


@dataclass(frozen=True)
class Curve:
    """A line through `points`, written as SVG wants them."""

    points: str
    kind: str


@dataclass(frozen=True)
class Dot:
    """A marked point."""

    x: float
    y: float
    kind: str
    title: str = ""


@dataclass(frozen=True)
class Drawing:
    """One layout of a chart; marks are drawn in the order of the fields."""

    layout: Literal["wide", "narrow"]
    width: int
    height: float
    lines: tuple[Line, ...] = ()
    rects: tuple[Rect, ...] = ()
    curves: tuple[Curve, ...] = ()
    dots: tuple[Dot, ...] = ()
    texts: tuple[Text, ...] = ()


@dataclass(frozen=True)
class KeyEntry:
    """What one colour or dash stands for."""

    kind: str
    text: str


@dataclass(frozen=True)
class Table:
    """The same numbers as a table; the first cell of each row is its head."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Chart:
    """A drawing in two layouts with everything that makes it readable without eyes or colour.

    Attributes:
        title: the finding, a sentence.
        measure: what is drawn, in which unit, over which period.
        description: the same as a short text, for those who cannot see it.
        notes: what the drawing cannot show, for example that there is no break-even.
    """

    key: str
    title: str
    measure: str
    description: str
    legend: tuple[KeyEntry, ...]
    drawings: tuple[Drawing, ...]
    table: Table
    notes: tuple[str, ...] = ()
