"""What moves the lead of one option over another: a bar for each input, the longest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from app.reports.drawing import (
    FONT,
    NARROW,
    WIDE,
    Chart,
    Drawing,
    KeyEntry,
    Line,
    Rect,
    Table,
    Text,
)
from app.reports.scales import Scale, wrapped
from app.reports.why_chart import signed

_LINE, _BAR, _GAP = 18, 16, 14


@dataclass(frozen=True)
class TornadoBar:
    """One input moved alone.

    Attributes:
        low, high: its tenth and ninetieth percentile, written with their unit.
        points_low, points_high: the lead at both, in points of 100.
        costs: what the runner-up costs more at both, written.
    """

    name: str
    low: str
    high: str
    points_low: float
    points_high: float
    costs: tuple[str, str]
    flips: bool

    @property
    def words(self) -> str:
        """The lead at both ends, in words."""
        ends = f"{self.low}: {signed(self.points_low)}; {self.high}: {signed(self.points_high)}"
        return f"{ends}; flips" if self.flips else ends


def tornado_chart(
    bars: Sequence[TornadoBar], lead: float, *, leader: str, rival: str, title: str, most: int = 10
) -> Chart:
    """The bars around the lead in the likely case; the tie line stands at 0.

    Args:
        lead: points of 100 by which `leader` is ahead of `rival` in the likely case.
        most: bars that are drawn; all are in the table.
    """
    drawn = bars[:most]
    ends = [x for bar in drawn for x in (bar.points_low, bar.points_high)]
    low, high = min(0.0, lead, *ends), max(0.0, lead, *ends)
    flipping = [bar.name for bar in bars if bar.flips]
    return Chart(
        key="tornado",
        title=title,
        measure=(
            f"Points of 100 by which {leader} is ahead of {rival}, with one input at its tenth and "
            "ninetieth percentile and the others as they likely are."
        ),
        description=f"Lead in the likely case {signed(lead)} points; "
        + (f"these flip it: {', '.join(flipping)}." if flipping else "no input flips it alone."),
        legend=(
            KeyEntry("for", f"{leader} ahead"),
            KeyEntry("against", f"{rival} ahead"),
        ),
        drawings=(
            _drawing("wide", WIDE, drawn, Scale(low, high, 8, WIDE - 8), lead),
            _drawing("narrow", NARROW, drawn, Scale(low, high, 8, NARROW - 8), lead),
        ),
        table=Table(
            (
                "Input",
                "Low",
                "High",
                "Lead at low",
                "Lead at high",
                "Runner-up costs more, at low",
                "At high",
                "Flips",
            ),
            tuple(
                (
                    bar.name,
                    bar.low,
                    bar.high,
                    signed(bar.points_low),
                    signed(bar.points_high),
                    *bar.costs,
                    "yes" if bar.flips else "no",
                )
                for bar in bars
            ),
        ),
        notes=(f"The lines beside each bar are a tie and the likely case, {signed(lead)} points.",),
    )


def _drawing(
    layout: Literal["wide", "narrow"],
    width: int,
    bars: Sequence[TornadoBar],
    x: Scale,
    lead: float,
) -> Drawing:
    rects, texts, lines, y = list[Rect](), list[Text](), list[Line](), 0.0
    for bar in bars:
        for line in wrapped(bar.name, FONT, width):
            y += _LINE
            texts.append(Text(0, y, line, kind="value"))
        for line in wrapped(bar.words, FONT, width):
            y += _LINE
            texts.append(Text(0, y, line))
        y += 6
        rects.extend(_halves(bar, x, y))
        # beside the bar alone, so that no line crosses the words
        lines.extend(
            Line(x(at), y - 4, x(at), y + _BAR + 4, kind)
            for at, kind in ((0.0, "axis"), (lead, "grid"))
        )
        y += _BAR + _GAP
    return Drawing(layout, width, y, tuple(lines), tuple(rects), texts=tuple(texts))


def _halves(bar: TornadoBar, x: Scale, y: float) -> list[Rect]:
    """The part where one leads and the part where the other does."""
    low, high = sorted((bar.points_low, bar.points_high))
    parts = ((max(low, 0.0), high, "for"), (low, min(high, 0.0), "against"))
    return [
        Rect(
            x(start), y, max(round(x(end) - x(start), 1), 1), _BAR, kind, f"{bar.name}: {bar.words}"
        )
        for start, end, kind in parts
        if end > start or (low == high and (kind == "for") == (low >= 0))
    ]
