"""Why one option leads: how much each criterion adds to its margin over the runner-up."""

from collections.abc import Sequence
from typing import Literal

from app.reports.drawing import (
    NARROW,
    WIDE,
    Anchor,
    Chart,
    Drawing,
    KeyEntry,
    Line,
    Rect,
    Table,
    Text,
)
from app.reports.scales import Scale
from app.reports.words import MINUS, number

_NOTHING = "0.0"


def why_chart(parts: Sequence[tuple[str, float]], *, leader: str, rival: str, title: str) -> Chart:
    """Diverging bars: how much each criterion adds to the leader's margin, largest first.

    contribution = weight * (value of the leader - value of the rival)
    """
    ordered = sorted(parts, key=lambda part: -abs(part[1]))
    reach = max((abs(v) for _, v in ordered), default=0.0) or 1.0
    margin = sum(v for _, v in ordered)
    points = [(name, v * 100) for name, v in ordered]
    drawn = [(name, v) for name, v in points if _signed(v) != _NOTHING] or points
    return Chart(
        key="why",
        title=title,
        measure=f"Points of 100 by which {leader} is ahead of {rival}, by criterion.",
        description=f"Margin {number(margin * 100, 2)} points: "
        + "; ".join(f"{name} {_signed(v)}" for name, v in points)
        + ".",
        legend=(
            KeyEntry("for", f"in favour of {leader}"),
            KeyEntry("against", f"in favour of {rival}"),
        ),
        drawings=(
            _why("wide", drawn, Scale(-reach * 100, reach * 100, 200, 640)),
            _why("narrow", drawn, Scale(-reach * 100, reach * 100, 44, NARROW - 44)),
        ),
        table=Table(("Criterion", "Points"), tuple((name, _signed(v)) for name, v in points)),
    )


def _why(
    layout: Literal["wide", "narrow"], points: Sequence[tuple[str, float]], x: Scale
) -> Drawing:
    wide = layout == "wide"
    row, drop = (30, 0) if wide else (48, 20)
    height = row * len(points) + 8
    rects, texts = list[Rect](), list[Text]()
    for i, (name, value) in enumerate(points):
        y = 4 + i * row
        start, end = sorted((x(0), x(value)))
        kind = "for" if value >= 0 else "against"
        rects.append(Rect(start, y + drop, max(round(end - start, 1), 1), 20, kind, _signed(value)))
        texts.append(Text(0, y + 15, name))
        anchor: Anchor = "start" if value >= 0 else "end"
        outside = x(value) + 6 if value >= 0 else x(value) - 6
        texts.append(Text(outside, y + drop + 15, _signed(value), anchor, "value"))
    zero = Line(x(0), drop, x(0), height, "axis")
    return Drawing(
        layout,
        WIDE if wide else NARROW,
        height,
        (zero,),
        tuple(rects),
        texts=tuple(texts),
    )


def _signed(points: float) -> str:
    """With its sign, and without one where it rounds to nothing."""
    written = f"{points:+.1f}"
    return _NOTHING if float(written) == 0 else written.replace("-", MINUS)
