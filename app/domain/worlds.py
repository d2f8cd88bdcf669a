"""Plausible values of the inputs, drawn once and shared by every option.

A *world* is one joint draw of everything uncertain. All options see the same worlds
(common random numbers), so that a difference between two options is never noise.
The point estimate is the same code with a single world in which every draw is its median.
"""

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Literal
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

# The standard normal's ninetieth percentile: a stated low and high are P10 and P90.
Z90 = 1.2815515655446004
_WITH_NOTHING: Mapping[str, float] = MappingProxyType({})


@dataclass(frozen=True)
class Range:
    """A likely value with its tenth and ninetieth percentile, all in one unit."""

    low: float
    likely: float
    high: float

    def scaled(self, factor: float) -> "Range":
        """The range with every value multiplied by `factor` > 0."""
        return Range(self.low * factor, self.likely * factor, self.high * factor)


@dataclass(frozen=True)
class Input:
    """What an uncertain input was drawn from: a positive or a signed quantity."""

    shape: Literal["positive", "signed"]
    range: Range


@dataclass(frozen=True)
class Worlds:
    """A seeded family of `count` worlds.

    Every named input has a random stream of its own, derived from the seed and the name, so
    the first n worlds are the same whatever the count, and adding an input moves no other.

    Attributes:
        count: how many worlds; 1 with `held` for the point estimate.
        seed: any non-negative integer.
        held: tells, by name, which inputs stay at their median.
        seen: every input drawn so far, by name, with the shape and range it was drawn from;
            lets the value of information be read off afterwards.
        asked: every random stream asked for so far, also of processes that have no range.
        kept: the draws themselves, read only, because many formulas ask for the same inputs.
    """

    count: int
    seed: int
    held: Callable[[str], bool] = field(default=lambda _name: False, compare=False)
    seen: dict[str, "Input"] = field(default_factory=dict, compare=False)
    asked: set[str] = field(default_factory=set, compare=False, repr=False)
    kept: dict[tuple[object, ...], Array] = field(default_factory=dict, compare=False, repr=False)

    @property
    def is_likely(self) -> bool:
        """Whether this is the single likely world, with every input at its median."""
        return self.held is _everything

    def normal(self, name: str) -> Array:
        """Standard normal draws for the input `name`, shape (worlds,); zeros when held."""
        self.asked.add(name)
        if self.held(name):
            return np.zeros(self.count)
        generator = np.random.default_rng([self.seed, crc32(name.encode())])
        return generator.standard_normal(self.count)

    def uniform(self, name: str) -> Array:
        """Uniform draws on (0, 1) for the input `name`, shape (worlds,); 0.5 when held."""
        self.asked.add(name)
        if self.held(name):
            return np.full(self.count, 0.5)
        generator = np.random.default_rng([self.seed, crc32(name.encode())])
        return generator.random(self.count)

    def walk(
        self,
        name: str,
        steps: int,
        keep: float,
        step: float,
        along: Mapping[str, float] = _WITH_NOTHING,
    ) -> Array:
        """A walk that starts at 0 and is drawn back to it, shape (worlds, steps); 0 when held.

            w(t + 1) = keep * w(t) + step * z(t)
            x(t) = sqrt(1 - sum r_i^2) * w(t) + sd(t) * sum r_i z_i

        with sd(t) that of w(t), so that x has the spread of w at every step.

        Args:
            along: other inputs → the correlation r_i of every step with each.

        Validity: the squares of `along` sum to at most 1.
        """
        own = self._own_walk(name, steps, keep, step)
        if not along or self.held(name):
            return own
        shared = sum((r * self.normal(other) for other, r in along.items()), np.zeros(self.count))
        rest = math.sqrt(1.0 - sum(r**2 for r in along.values()))
        result: Array = rest * own + np.multiply.outer(shared, _walked_sd(steps, keep, step))
        return result

    def _own_walk(self, name: str, steps: int, keep: float, step: float) -> Array:
        self.asked.add(name)
        walked = np.zeros((self.count, steps))
        if self.held(name):
            return walked
        generator = np.random.default_rng([self.seed, crc32(name.encode())])
        shocks = generator.standard_normal((self.count, steps))
        for t in range(1, steps):
            walked[:, t] = keep * walked[:, t - 1] + step * shocks[:, t]
        return walked

    def process(self, key: tuple[object, ...], make: Callable[[], Array]) -> Array:
        """A random process that many formulas ask for, read only; made the first time.

        Args:
            key: its name and all that shapes it.
        """
        if key not in self.kept:
            made = make()
            made.setflags(write=False)
            self.kept[key] = made
        return self.kept[key]

    def positive(self, name: str, value: Range) -> Array:
        """Draws of a positive quantity, shape (worlds,), in the unit of `value`.

            x = likely * exp(z * s),  s = ln(likely/low)/z90 below, ln(high/likely)/z90 above

        A two-piece lognormal: the median is `likely`, P10 is `low`, P90 is `high`, exactly.
        Validity: 0 <= low <= likely <= high; a low under a thousandth of likely counts as
        that much, because no lognormal reaches 0; a likely of 0 gives zeros.
        """
        if value.likely == 0:
            return np.zeros(self.count)
        return self._drawn(name, Input("positive", value))

    def signed(self, name: str, value: Range) -> Array:
        """Draws of a quantity that may be negative, shape (worlds,), in the unit of `value`.

            x = likely + z * s,  s = (likely-low)/z90 below, (high-likely)/z90 above

        A two-piece normal with median `likely`, P10 `low` and P90 `high`.
        """
        return self._drawn(name, Input("signed", value))

    def _drawn(self, name: str, drawn: Input) -> Array:
        """The draws of an input, made the first time it is asked for."""
        self.seen[name] = drawn
        return self.process((name, drawn), lambda: _spread_out(self.normal(name), drawn))

    def share(self, name: str, value: Range) -> Array:
        """Draws of a share, shape (worlds,): `signed`, kept within [0, 1]."""
        return np.clip(self.signed(name, value), 0.0, 1.0)

    def simplex(self, name: str, concentration: Array) -> Array:
        """Dirichlet draws, shape (worlds, len(concentration)), rows summing to 1; mean if held."""
        if self.held(name):
            return np.tile(concentration / concentration.sum(), (self.count, 1))
        generator = np.random.default_rng([self.seed, crc32(name.encode())])
        gammas = generator.standard_gamma(concentration, (self.count, concentration.size))
        result: Array = gammas / gammas.sum(axis=1, keepdims=True)
        return result

    def redrawn(self, name: str) -> Array:
        """The draws of an input that was seen, once more, shape (worlds,)."""
        drawn = self.seen[name]
        if drawn.shape == "positive":
            return self.positive(name, drawn.range)
        return self.signed(name, drawn.range)

    def first(self, count: int) -> "Worlds":
        """The first `count` of these worlds."""
        return replace(self, count=min(count, self.count), seen={}, asked=set(), kept={})

    def varying_only(self, names: Collection[str] | Callable[[str], bool]) -> "Worlds":
        """The same worlds with every input outside `names` held at its median."""
        varies = names if callable(names) else frozenset(names).__contains__
        return replace(self, held=lambda name: not varies(name), seen={}, asked=set(), kept={})


@dataclass(frozen=True)
class OneAtATime(Worlds):
    """The likely world, and then two for each of `names`: that input low, and high, alone.

    World 0 is the likely one; input i is at its tenth percentile in world 2 i + 1 and at its
    ninetieth in world 2 i + 2, so that one pass over these worlds gives every bar of a tornado.
    """

    names: tuple[str, ...] = ()

    @staticmethod
    def of(names: Collection[str]) -> "OneAtATime":
        """The worlds in which each of `names` moves alone."""
        return OneAtATime(count=2 * len(names) + 1, seed=0, names=tuple(names))

    def normal(self, name: str) -> Array:
        """0, but -z90 and z90 where `name` moves, shape (worlds,)."""
        return self._moved(name, 0.0, Z90)

    def uniform(self, name: str) -> Array:
        """0.5, but 0.1 and 0.9 where `name` moves, shape (worlds,)."""
        return self._moved(name, 0.5, 0.4)

    def walk(
        self,
        name: str,
        steps: int,
        keep: float,
        step: float,
        along: Mapping[str, float] = _WITH_NOTHING,  # noqa: ARG002  # each moves alone
    ) -> Array:
        """0, but the tenth and ninetieth percentile of each step where `name` moves."""
        spread = _walked_sd(steps, keep, step)
        result: Array = self._moved(name, 0.0, Z90)[:, None] * spread[None, :]
        return result

    def simplex(self, name: str, concentration: Array) -> Array:
        """The mean in every world."""
        self.asked.add(name)
        return np.tile(concentration / concentration.sum(), (self.count, 1))

    def _moved(self, name: str, middle: float, by: float) -> Array:
        self.asked.add(name)
        values = np.full(self.count, middle)
        if name in self.names:
            low = 2 * self.names.index(name) + 1
            values[low : low + 1], values[low + 1 : low + 2] = middle - by, middle + by
        return values


def _walked_sd(steps: int, keep: float, step: float) -> Array:
    """Standard deviation of a walk at each step, shape (steps,); 0 at the first."""
    spread = step * np.sqrt(np.cumsum(keep ** (2.0 * np.arange(steps))))
    result: Array = np.concatenate([[0.0], spread[:-1]])
    return result


def _spread_out(z: Array, drawn: Input) -> Array:
    """Standard normal draws stretched to the low, likely and high of an input, (worlds,)."""
    value = drawn.range
    if drawn.shape == "positive":
        below = np.log(value.likely / max(value.low, value.likely / 1e3)) / Z90
        above = np.log(value.high / value.likely) / Z90
        grown: Array = value.likely * np.exp(z * np.where(z < 0, below, above))
        return grown
    below = (value.likely - value.low) / Z90
    above = (value.high - value.likely) / Z90
    moved: Array = value.likely + z * np.where(z < 0, below, above)
    return moved


def likely_world() -> Worlds:
    """The single world in which every input has its likely value."""
    return Worlds(count=1, seed=0, held=_everything)


def _everything(_name: str) -> bool:
    return True
