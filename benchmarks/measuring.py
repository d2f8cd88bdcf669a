"""A line of the table, and how two things are measured in turns."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One ratio, or one plain figure, with the goal it is held against.

    Attributes:
        goal: the number it is held against; None where there is no goal.
        at_least: the goal is a least value, not a most.
    """

    name: str
    figure: float
    unit: str
    detail: str
    goal: float | None = None
    at_least: bool = False

    @property
    def verdict(self) -> str:
        """`met`, `missed`, or nothing where there is no goal."""
        if self.goal is None:
            return ""
        met = self.figure >= self.goal if self.at_least else self.figure <= self.goal
        return "met" if met else "missed"

    @property
    def goal_words(self) -> str:
        """The goal as it stands in the table."""
        if self.goal is None:
            return "none"
        return f"{'at least' if self.at_least else 'at most'} {self.goal:g}"


def in_turns(first: Callable[[], float], second: Callable[[], float], rounds: int) -> float:
    """The median, over rounds in which both take their turn, of first divided by second.

    The order alternates, so that a machine that grows slower favours neither.
    """
    ratios = []
    for number in range(rounds):
        if number % 2:
            below = second()
            above = first()
        else:
            above = first()
            below = second()
        ratios.append(above / below)
    return statistics.median(ratios)


def seconds(work: Callable[[], object]) -> float:
    """How long `work` takes once."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
