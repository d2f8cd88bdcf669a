"""A usual week: how many accelerators are busy in each hour, and how many are planned."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from app.reports.drawing import (
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
from app.reports.scales import Scale, nice_ticks
from app.reports.words import number

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_DAY = 24
_HOURS = _DAY * len(_DAYS)
_LEAST_HEIGHT = 0.05
_WAITING, _DEFERRED = "group-data", "group-facility"


@dataclass(frozen=True)
class Week:
    """Busy accelerators in each of 168 hours, Monday 0:00 first.

    Attributes:
        waiting: by work that somebody waits for.
        deferred: by work that can wait, put into the quiet hours.
        planned: accelerators that are planned for the first year.
    """

    waiting: Sequence[float]
    deferred: Sequence[float]
    planned: int
    accelerator: str

    @property
    def whole(self) -> list[float]:
        """Both together."""
        return [one + other for one, other in zip(self.waiting, self.deferred, strict=True)]


def week_chart(week: Week) -> Chart:
    """A column for each hour, stacked where some of the work can wait."""
    busiest, mean = max(week.whole), sum(week.whole) / _HOURS
    return Chart(
        key="week",
        title=f"At most {_gpus(busiest)} busy in a usual week, {_gpus(mean)} on average, "
        f"of {number(week.planned)} planned",
        measure=f"{week.accelerator} busy in each hour at today's volume, in the likely case.",
        description="; ".join(
            f"{day} {_gpus(min(hours))} to {_gpus(max(hours))}"
            for day, hours in zip(_DAYS, _by_day(week.whole), strict=True)
        )
        + ".",
        legend=tuple(_legend(week)),
        drawings=(
            _drawing("wide", week, Scale(0, _HOURS, 56, WIDE - 8)),
            _drawing("narrow", week, Scale(0, _HOURS, 46, NARROW - 4)),
        ),
        table=Table(
            ("Day", "Quietest hour", "Mean", "Busiest hour", "Of it can wait"),
            tuple(
                (
                    day,
                    number(min(hours), 2),
                    number(sum(hours) / _DAY, 2),
                    number(max(hours), 2),
                    number(sum(can_wait) / _DAY, 2),
                )
                for day, hours, can_wait in zip(
                    _DAYS, _by_day(week.whole), _by_day(week.deferred), strict=True
                )
            ),
        ),
        notes=(
            (
                "How busy the hours are follows from your peak and mean. Which hours these are is "
                "drawn after the shape of your traffic, by judgement."
            ),
            (
                "The plan covers 99 of 100 hours in the busiest month of the first year, keeps the "
                "queue short and the models in memory, so it stands above today's busiest hour."
            ),
        ),
    )


def _gpus(count: float) -> str:
    return number(count, 2)


def _by_day(hours: Sequence[float]) -> list[Sequence[float]]:
    return [hours[at : at + _DAY] for at in range(0, _HOURS, _DAY)]


def _legend(week: Week) -> Iterator[KeyEntry]:
    if any(week.waiting):
        yield KeyEntry(_WAITING, "Somebody waits")
    if any(week.deferred):
        yield KeyEntry(_DEFERRED, "Can wait, put into quiet hours")


def _drawing(layout: Literal["wide", "narrow"], week: Week, x: Scale) -> Drawing:
    ticks = nice_ticks(0.0, max(*week.whole, float(week.planned)), 4)
    y = Scale(ticks[0], ticks[-1], 220, 20)
    lines = [Line(x.start, y(t), x.end, y(t), "axis" if t == 0 else "grid") for t in ticks]
    planned = Line(x.start, y(week.planned), x.end, y(week.planned), "drop")
    wide = layout == "wide"
    return Drawing(
        layout,
        WIDE if wide else NARROW,
        248,
        lines=(*lines, planned),
        rects=tuple(_columns(week, x, y)),
        texts=(
            *(Text(x.start - 8, y(t) + 5, f"{t:g}", "end", "tick") for t in ticks),
            *_day_names(x, is_short=not wide),
            Text(x.end, y(week.planned) - 6, f"{week.planned} planned", "end", "callout"),
        ),
    )


def _columns(week: Week, x: Scale, y: Scale) -> Iterator[Rect]:
    width = round((x.end - x.start) / _HOURS, 1)
    for hour, (waiting, deferred) in enumerate(zip(week.waiting, week.deferred, strict=True)):
        middle, top = y(waiting), y(waiting + deferred)
        if y.start - middle >= _LEAST_HEIGHT:
            yield Rect(x(hour), middle, width, round(y.start - middle, 1), f"hour {_WAITING}")
        if middle - top >= _LEAST_HEIGHT:
            yield Rect(x(hour), top, width, round(middle - top, 1), f"hour {_DEFERRED}")


def _day_names(x: Scale, *, is_short: bool) -> Iterator[Text]:
    for number_of, day in enumerate(_DAYS):
        middle = x(_DAY * number_of + _DAY / 2)
        yield Text(middle, 240, day[:1] if is_short else day[:3], "middle", "tick")
