"""Stated probability against hit rate: does a share mean what it says?"""

from collections.abc import Sequence
from typing import Literal

from app.domain.backtest import Band
from app.reports.drawing import (
    NARROW,
    WIDE,
    Chart,
    Dot,
    Drawing,
    Line,
    Table,
    Text,
)
from app.reports.scales import Scale
from app.reports.words import percent

_MARKS = (0.0, 0.25, 0.5, 0.75, 1.0)


def calibration_chart(bands: Sequence[Band], *, title: str) -> Chart:
    """A dot for each band of cases: across, the mean share stated; up, the share of hits."""
    return Chart(
        key="calibration",
        title=title,
        measure="Up: share of cases in which that was what was chosen. Across: share of worlds "
        "that Footing stated for its first choice. On the slanted line the two are equal.",
        description="; ".join(
            f"stated {percent(b.stated)}, right {percent(b.hit)} of {b.n}" for b in bands
        )
        + ".",
        legend=(),
        drawings=(
            _drawing("wide", bands, Scale(0, 1, 64, WIDE - 32), Scale(0, 1, 300, 20)),
            _drawing("narrow", bands, Scale(0, 1, 52, NARROW - 20), Scale(0, 1, 240, 20)),
        ),
        table=Table(
            ("Stated", "Cases", "Mean stated", "Right"),
            tuple(
                (
                    f"{percent(band.low)} to {percent(band.high)}",
                    str(band.n),
                    percent(band.stated),
                    percent(band.hit),
                )
                for band in bands
            ),
        ),
        notes=(
            (
                "The number beside a dot is how many cases it stands for. A rate of ten cases is "
                "uncertain by some 30 points either way, one of thirty by some 18."
            ),
        ),
    )


def _drawing(
    layout: Literal["wide", "narrow"], bands: Sequence[Band], x: Scale, y: Scale
) -> Drawing:
    bottom = y(0)
    marks = _MARKS if layout == "wide" else _MARKS[::2]
    lines = [Line(x(0), y(mark), x(1), y(mark), "axis" if not mark else "grid") for mark in marks]
    texts = [Text(x(0) - 8, y(mark) + 5, percent(mark), "end", "tick") for mark in marks]
    texts += [Text(x(mark), bottom + 20, percent(mark), "middle", "tick") for mark in marks]
    texts += [
        Text(round(x(b.stated) - 12, 1), round(y(b.hit) + 5, 1), f"{b.n}", "end", "value")
        for b in bands
    ]
    return Drawing(
        layout,
        WIDE if layout == "wide" else NARROW,
        bottom + 28,
        lines=(*lines, Line(x(0), y(0), x(1), y(1), "leader")),
        dots=tuple(
            Dot(round(x(b.stated), 1), round(y(b.hit), 1), "even", f"{b.n} cases") for b in bands
        ),
        texts=tuple(texts),
    )
