"""What each option costs over its whole life: stacked bars with a whisker for what is plausible."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.reports.currency import spoken
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
from app.reports.scales import Scale, money_ticks, wrapped
from app.reports.words import NOT_KNOWN, money, money_range, money_short

# The order is the order of the colours: neighbours differ for every kind of sight.
COST_GROUPS: Mapping[str, str] = {
    "compute": "Compute",
    "facility": "Facility and energy",
    "data": "Data and network",
    "people": "People",
    "other": "Other",
}
_BAR = 24
_LINE = 18


@dataclass(frozen=True)
class OptionCost:
    """The whole-life cost of one option, by cost group, in US dollars.

    Attributes:
        groups: cost group → the likely amount; an absent group costs nothing.
        low, middle, high: tenth, fiftieth and ninetieth percentile of the total.
        missing: the groups with a price that is not known; the total is then a lower bound.
    """

    title: str
    groups: Mapping[str, float]
    low: float
    middle: float
    high: float
    missing: frozenset[str] = frozenset()

    @property
    def total(self) -> str:
        """The middle of the total in words."""
        return self._least + money(self.middle)

    @property
    def likely(self) -> str:
        """The sum of the groups in words."""
        return self._least + money(sum(self.groups.values()))

    def group(self, key: str) -> str:
        """The likely amount of one group in words; what is not known is not nothing."""
        usd = self.groups.get(key, 0.0)
        if key not in self.missing:
            return money(usd)
        return f"at least {money(usd)}" if usd else NOT_KNOWN

    @property
    def _least(self) -> str:
        return "at least " if self.missing else ""


def cost_chart(options: Sequence[OptionCost], *, title: str, months: int) -> Chart:
    """Stacked bars of whole-life cost with a whisker from P10 to P90, in the order given."""
    ticks = money_ticks(*_reach(options))
    used = [
        key for key in COST_GROUPS if any(o.groups.get(key) or key in o.missing for o in options)
    ]
    return Chart(
        key="cost",
        title=title,
        measure=f"Whole-life cost over {months} months in today's money, US dollars. Bars: the "
        "likely case by group. Line below: 8 of 10 variations, the middle one, which is the figure "
        "beside it, at its mark.",
        description="; ".join(
            f"{o.title}: {o.total}, {money_range(o.low, o.high)}" for o in options
        )
        + ".",
        legend=tuple(
            KeyEntry(f"group-{key}", COST_GROUPS[key])
            for key in used
            if any(o.groups.get(key) for o in options)
        ),
        drawings=(_cost_wide(options, ticks), _cost_narrow(options)),
        table=Table(
            (
                "Option",
                *(f"{COST_GROUPS[key]}, likely" for key in used),
                "Sum of the likely case",
                "Total, middle of the variations",
                "8 of 10 variations",
            ),
            tuple(
                (
                    o.title,
                    *(o.group(key) for key in used),
                    o.likely,
                    o.total,
                    money_range(o.low, o.high),
                )
                for o in options
            ),
        ),
    )


def _cost_wide(options: Sequence[OptionCost], ticks: Sequence[float]) -> Drawing:
    x = Scale(ticks[0], ticks[-1], 176, 508)
    row, top = 58, 8
    bottom = top + row * len(options)
    rects, lines, texts = list[Rect](), list(_grid(x, ticks, top, bottom)), list[Text]()
    for i, option in enumerate(options):
        y = top + i * row + 8
        rects += _segments(option, x, y)
        lines += _whisker(option, x, y + _BAR + 8)
        names = wrapped(option.title, FONT, 170)
        texts += (Text(0, y + 16 + j * _LINE, name) for j, name in enumerate(names))
        texts.append(Text(WIDE, y + 14, option.total, "end", "value"))
        texts.append(Text(WIDE, y + 32, _between(option), "end", "muted"))
    texts += (Text(x(t), bottom + 18, money_short(t), "middle", "tick") for t in ticks)
    return Drawing("wide", WIDE, bottom + 26, tuple(lines), tuple(rects), texts=tuple(texts))


def _cost_narrow(options: Sequence[OptionCost]) -> Drawing:
    few = money_ticks(*_reach(options), about=4)
    x = Scale(few[0], few[-1], 14, NARROW - 20)
    row, top, head = 112, 4, 58
    bottom = top + row * len(options)
    rects, lines, texts = list[Rect](), list[Line](), list[Text]()
    for i, option in enumerate(options):
        y = top + i * row
        texts.append(Text(0, y + 14, option.title, kind="value"))
        texts.append(Text(0, y + 32, option.total))
        texts.append(Text(0, y + 50, _between(option), kind="muted"))
        lines += _grid(x, few, y + head, y + head + _BAR + 16)
        rects += _segments(option, x, y + head)
        lines += _whisker(option, x, y + head + _BAR + 8)
    texts += (Text(x(t), bottom + 12, money_short(t), "middle", "tick") for t in few)
    return Drawing("narrow", NARROW, bottom + 20, tuple(lines), tuple(rects), texts=tuple(texts))


def _between(option: OptionCost) -> str:
    return money_range(option.low, option.high).removeprefix(f"{spoken().code} ")


def _reach(options: Sequence[OptionCost]) -> tuple[float, float]:
    """The least and the most that is drawn."""
    return (
        min(0.0, *(_negatives(o) for o in options)),
        max(max(o.high, _positives(o)) for o in options),
    )


def _positives(option: OptionCost) -> float:
    return sum(max(0.0, usd) for usd in option.groups.values())


def _negatives(option: OptionCost) -> float:
    return sum(min(0.0, usd) for usd in option.groups.values())


def _segments(option: OptionCost, x: Scale, y: float) -> Iterator[Rect]:
    """The parts of one bar: costs to the right of zero, what comes back to the left."""
    right = left = 0.0
    for key, name in COST_GROUPS.items():
        usd = option.groups.get(key, 0.0)
        start = right if usd > 0 else left + usd
        width = round(abs(x(start + abs(usd)) - x(start)), 1)
        if width:
            title = f"{option.title}, {name}: {money(usd)}"
            yield Rect(x(start), y, width, _BAR, f"group-{key}", title)
        right, left = right + max(0.0, usd), left + min(0.0, usd)


def _whisker(option: OptionCost, x: Scale, y: float) -> Iterator[Line]:
    low, middle, high = x(option.low), x(option.middle), x(option.high)
    yield Line(low, y, high, y, "whisker")
    yield from (Line(end, y - 4, end, y + 4, "whisker") for end in (low, high))
    yield Line(middle, y - 5, middle, y + 5, "whisker-middle")


def _grid(x: Scale, ticks: Sequence[float], top: float, bottom: float) -> Iterator[Line]:
    for tick in ticks:
        yield Line(x(tick), top, x(tick), bottom, "axis" if tick == 0 else "grid")
