"""When it pays off: what each option has cost by each month, and the break-even point."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.reports.drawing import (
    FONT,
    NARROW,
    WIDE,
    Chart,
    Curve,
    Dot,
    Drawing,
    Line,
    Table,
    Text,
)
from app.reports.scales import Scale, money_ticks, month_ticks, spread, text_width, wrapped
from app.reports.words import money, money_short

_LINE = 18


@dataclass(frozen=True)
class CashCurve:
    """What one option has cost by the end of each month, in US dollars, undiscounted.

    Attributes:
        usd: one amount per month; the first belongs to `first_month`.
        at_least: a price is missing, so that every amount is a lower bound.
    """

    title: str
    family: str
    usd: Sequence[float]
    first_month: int = 1
    at_least: bool = False

    def words(self, usd: float | None) -> str:
        """One of its amounts in words."""
        return ("at least " if self.at_least else "") + money(usd)


@dataclass(frozen=True)
class BreakEven:
    """From which month one option is the cheaper of two; the percentiles over worlds."""

    title: str
    against: str
    low: float
    likely: float
    high: float

    @property
    def words(self) -> str:
        """The month with its range."""
        return f"month {self.likely:.0f} ({self.low:.0f} to {self.high:.0f})"


def cash_chart(
    curves: Sequence[CashCurve],
    break_even: BreakEven | None,
    *,
    title: str,
    notes: Sequence[str] = (),
) -> Chart:
    """Cumulative cost lines with end labels and, where there is one, the break-even point."""
    months = max(c.first_month + len(c.usd) - 1 for c in curves)
    every_year = [m for m in range(0, months + 1, 12) if m] or [months]
    found = f" Break-even: {break_even.words}." if break_even else ""
    return Chart(
        key="cash",
        title=title,
        measure="Spent by the end of each month in the likely case, US dollars, not discounted.",
        description="; ".join(f"{c.title}: {c.words(c.usd[-1])} by month {months}" for c in curves)
        + f".{found}",
        legend=(),
        drawings=(
            _cash_wide(curves, break_even, months),
            _cash_narrow(curves, break_even, months),
        ),
        table=Table(
            ("Option", *(f"By month {m}" for m in every_year)),
            tuple((c.title, *(c.words(_at(c, m)) for m in every_year)) for c in curves),
        ),
        notes=tuple(notes),
    )


def _cash_wide(curves: Sequence[CashCurve], even: BreakEven | None, months: int) -> Drawing:
    y_ticks = _cash_ticks(curves, 5)
    x, y = Scale(0, months, 56, 520), Scale(y_ticks[0], y_ticks[-1], 300, 14)
    lines, texts = list(_cash_grid(x, y, y_ticks)), list(_cash_axis(x, y, y_ticks, months))
    labels = [wrapped(c.title, FONT, 168) for c in curves]
    ends = spread([y(c.usd[-1]) for c in curves], 2 * _LINE + 4, 20, 300)
    for curve, end, label in zip(curves, ends, labels, strict=True):
        lines.append(Line(x(months) + 2, y(curve.usd[-1]), x(months) + 16, end - 4, "leader"))
        texts += (
            Text(x(months) + 20, end + j * _LINE, line, kind=f"ink-{curve.family}")
            for j, line in enumerate(label)
        )
    marks, dots, note = _even_marks(curves, even, x, y)
    return Drawing(
        "wide", WIDE, 344, (*lines, *marks), (), _cash_curves(curves, x, y), dots, (*texts, *note)
    )


def _cash_narrow(curves: Sequence[CashCurve], even: BreakEven | None, months: int) -> Drawing:
    y_ticks = _cash_ticks(curves, 4)
    head = _LINE * len(curves) + 14
    x, y = Scale(0, months, 46, NARROW - 8), Scale(y_ticks[0], y_ticks[-1], head + 220, head + 10)
    lines, texts = list(_cash_grid(x, y, y_ticks)), list(_cash_axis(x, y, y_ticks, months))
    samples = list[Curve]()
    for i, curve in enumerate(curves):
        row = 14 + i * _LINE
        samples.append(Curve(f"0,{row - 5} 34,{row - 5}", _curve_kind(curves, i)))
        texts.append(Text(42, row, curve.title, kind=f"ink-{curve.family}"))
    marks, dots, note = _even_marks(curves, even, x, y)
    return Drawing(
        "narrow",
        NARROW,
        head + 262,
        (*lines, *marks),
        (),
        (*samples, *_cash_curves(curves, x, y)),
        dots,
        (*texts, *note),
    )


def _cash_ticks(curves: Sequence[CashCurve], about: int) -> tuple[float, ...]:
    return money_ticks(
        min(0.0, *(min(c.usd) for c in curves)), max(max(c.usd) for c in curves), about
    )


def _cash_grid(x: Scale, y: Scale, y_ticks: Sequence[float]) -> Iterator[Line]:
    for tick in y_ticks:
        yield Line(x.start, y(tick), x.end, y(tick), "axis" if tick == 0 else "grid")


def _cash_axis(x: Scale, y: Scale, y_ticks: Sequence[float], months: int) -> Iterator[Text]:
    for tick in y_ticks:
        yield Text(x.start - 8, y(tick) + 5, money_short(tick), "end", "tick")
    for month in month_ticks(months, 6 if x.end - x.start > NARROW else 3):
        yield Text(x(month), y.start + 20, str(month), "middle", "tick")
    yield Text((x.start + x.end) / 2, y.start + 38, "months from the start", "middle", "tick")


def _cash_curves(curves: Sequence[CashCurve], x: Scale, y: Scale) -> tuple[Curve, ...]:
    return tuple(
        Curve(
            " ".join(f"{x(c.first_month + m)},{y(usd)}" for m, usd in enumerate(c.usd)),
            _curve_kind(curves, i),
        )
        for i, c in enumerate(curves)
    )


def _curve_kind(curves: Sequence[CashCurve], i: int) -> str:
    return f"line-{curves[i].family} dash-{i}"


def _even_marks(
    curves: Sequence[CashCurve], even: BreakEven | None, x: Scale, y: Scale
) -> tuple[tuple[Line, ...], tuple[Dot, ...], tuple[Text, ...]]:
    owner = next((c for c in curves if even and c.title == even.title), None)
    if even is None or owner is None or even.likely > x.high:
        return (), (), ()
    spent = _at(owner, even.likely)
    if spent is None:
        return (), (), ()
    place, height = x(even.likely), y(spent)
    low, high = x(max(even.low, x.low)), x(min(even.high, x.high))
    words = f"break-even {even.words}" if x.end > NARROW else even.words
    room = min(max(place + 8, x.start + text_width(words, FONT)), x.end)
    text = Text(room, max(height - 14, y.end + 6), words, "end", "callout")
    marks = (
        Line(place, height, place, y.start, "drop"),
        Line(low, y.start, high, y.start, "span"),
    )
    return marks, (Dot(place, height, "even", f"Break-even: {even.words}"),), (text,)


def _at(curve: CashCurve, month: float) -> float | None:
    """What the option has cost by `month`, interpolated; None outside its months."""
    i = month - curve.first_month
    if not 0 <= i <= len(curve.usd) - 1:
        return None
    before = int(i)
    after = min(before + 1, len(curve.usd) - 1)
    return curve.usd[before] + (i - before) * (curve.usd[after] - curve.usd[before])
