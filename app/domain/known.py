"""The facts seen through the worlds: a figure's likely value, or its draws."""

from dataclasses import dataclass, replace

from app.domain.facts import Accelerator, Facts, Figure
from app.domain.worlds import Array, Range, Worlds


@dataclass(frozen=True)
class Known:
    """What is known of the world outside the project, over the worlds.

    A figure is drawn under its own key, so whoever asks for it sees the same draws.
    """

    facts: Facts
    worlds: Worlds

    def figure(self, key: str) -> Figure:
        """The figure named `key`, with its source.

        Raises:
            MissingFact: there is no such row.
        """
        return self.facts.figure(key)

    def value(self, key: str) -> float:
        """The likely value of a figure that is not drawn, in its unit."""
        return self.facts.figure(key).value

    def range(self, key: str) -> Range:
        """Low, likely and high of a figure, in its unit."""
        return spread(self.facts.figure(key))

    def positive(self, key: str) -> Array:
        """Draws of a positive figure, shape (worlds,), in its unit."""
        return self.worlds.positive(key, self.range(key))

    def share(self, key: str) -> Array:
        """Draws of a share, shape (worlds,), in [0, 1]."""
        return self.worlds.share(key, self.range(key))

    def accelerator(self, key: str) -> Accelerator:
        """The accelerator named `key`."""
        return self.facts.accelerators[key]

    def assuming(self, key: str, value: Range) -> "Known":
        """The same, were the figure `key` this: for fits, and where a case states it.

        Raises:
            MissingFact: there is no such row.
        """
        figure = replace(self.facts.figure(key), value=value.likely, low=value.low, high=value.high)
        figures = {**self.facts.figures, key: figure}
        return Known(replace(self.facts, figures=figures), self.worlds)


def spread(figure: Figure) -> Range:
    """Low, likely and high of a figure, in its unit."""
    return Range(figure.low, figure.value, figure.high)
