"""Why one option leads: how much each criterion adds to its margin over the runner-up."""

import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType
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
from app.reports.words import MINUS

_NOTHING = "0.0"
# Below this a number of tenths counts as whole.
_EXACT = 1e-9


def why_chart(
    parts: Sequence[tuple[str, float]],
    *,
    leader: str,
    rival: str,
    title: str,
    hrefs: Mapping[str, str] = MappingProxyType({}),
) -> Chart:
    """Diverging bars: how much each criterion adds to the leader's margin, largest first.

    contribution = weight * (value of the leader - value of the rival)

    Args:
        hrefs: name of a criterion → where its bar leads.
    """
    ordered = sorted(parts, key=lambda part: -abs(part[1]))
    reach = max((abs(v) for _, v in ordered), default=0.0) or 1.0
    tenths = added_up([v * 100 for _, v in ordered])
    points = [(name, v) for (name, _), v in zip(ordered, tenths, strict=True)]
    drawn = [(name, v) for name, v in points if signed(v) != _NOTHING] or points
    return Chart(
        key="why",
        title=title,
        measure=f"Points of 100 by which {leader} is ahead of {rival}, by criterion.",
        description=f"Margin {signed(sum(tenths))} points: "
        + "; ".join(f"{name} {signed(v)}" for name, v in points)
        + ".",
        legend=(
            KeyEntry("for", f"in favour of {leader}"),
            KeyEntry("against", f"in favour of {rival}"),
        ),
        drawings=(
            _why("wide", drawn, Scale(-reach * 100, reach * 100, 200, 640), hrefs),
            _why("narrow", drawn, Scale(-reach * 100, reach * 100, 44, NARROW - 44), hrefs),
        ),
        table=Table(("Criterion", "Points"), tuple((name, signed(v)) for name, v in points)),
    )


def _why(
    layout: Literal["wide", "narrow"],
    points: Sequence[tuple[str, float]],
    x: Scale,
    hrefs: Mapping[str, str],
) -> Drawing:
    wide = layout == "wide"
    row, drop = (30, 0) if wide else (48, 20)
    height = row * len(points) + 8
    rects, texts = list[Rect](), list[Text]()
    for i, (name, value) in enumerate(points):
        y = 4 + i * row
        start, end = sorted((x(0), x(value)))
        kind = "for" if value >= 0 else "against"
        width, href = max(round(end - start, 1), 1), hrefs.get(name, "")
        said = f"{name} {signed(value)}" if href else signed(value)
        rects.append(Rect(start, y + drop, width, 20, kind, said, href))
        texts.append(Text(0, y + 15, name))
        anchor: Anchor = "start" if value >= 0 else "end"
        outside = x(value) + 6 if value >= 0 else x(value) - 6
        texts.append(Text(outside, y + drop + 15, signed(value), anchor, "value"))
    zero = Line(x(0), drop, x(0), height, "axis")
    return Drawing(
        layout,
        WIDE if wide else NARROW,
        height,
        (zero,),
        tuple(rects),
        texts=tuple(texts),
    )


def added_up(points: Sequence[float]) -> list[float]:
    """Points to a tenth that add up to their sum to a tenth: the largest remainders go up.

    Rounded one by one they would miss it by some tenths, and a reader who adds the bars up
    would find another margin than the one that is printed.
    """
    tenths = [math.floor(10 * p + _EXACT) for p in points]
    short = round(10 * math.fsum(points)) - sum(tenths)
    largest = sorted(range(len(points)), key=lambda i: tenths[i] - 10 * points[i])
    for i in largest[:short]:
        tenths[i] += 1
    return [tenth / 10 for tenth in tenths]


def signed(points: float) -> str:
    """With its sign, and without one where it rounds to nothing."""
    written = f"{points:+.1f}"
    return _NOTHING if float(written) == 0 else written.replace("-", MINUS)
