"""A draft of another weight set: what an administrator typed, judged and made into weights."""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from app.domain.decision.criteria import Criterion, WeightSet
from app.domain.errors import InvalidAnswers, Problem

MOST_RANKED = 4
MOST_POINTS = 1e6
MOST_PROFILES = 20
# Where a measure can lie, in its own unit: shares, points and tests by what they are; the others
# so wide that only a slip falls outside. Judgement, 2026-11-26.
_POSSIBLE: Mapping[str, tuple[float, float]] = {
    "cost": (0.01, 100.0),
    "predictability": (0.0, 10.0),
    "security": (0.0, 1.0),
    "latency": (0.0, 1.0),
    "scalability": (0.0, 1.0),
    "integration": (0.001, 1e6),
    "talent": (0.0, 4.0),
    "speed": (0.1, 520.0),
    "control": (0.0, 5.0),
    "sustainability": (0.01, 100.0),
}
_PROFILE_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True)
class Draft:
    """What was typed.

    Attributes:
        points: criterion key → what was typed; only ratios matter.
        profiles: profile key → criteria, most important first; empty for the default weights.
        anchors: criterion key → worst and best as typed, shares in percent; a criterion that is
            not there keeps the published ones.
    """

    points: Mapping[str, str]
    profiles: Mapping[str, tuple[str, ...]]
    anchors: Mapping[str, tuple[str, str]] = field(default_factory=dict)


def drafted(draft: Draft, published: WeightSet) -> WeightSet:
    """The set that `draft` makes, with the criteria of `published` and weights summing to 1.

        weight_j = points_j / sum of points

    Raises:
        InvalidAnswers: a weight is no number, negative or too large, all are zero, a profile does
            not rank up to four different criteria, or anchors are equal, the wrong way round or
            where no measure lies; the paths are `weight.CRITERION`, `profile.PROFILE` and
            `anchor.CRITERION`.
    """
    problems: list[Problem] = []
    points = {c.key: _points(c.key, c.title, draft, problems) for c in published.criteria}
    criteria = tuple(_criterion(c, draft, problems) for c in published.criteria)
    problems += _profile_problems(draft, published)
    total = math.fsum(points.values())
    if not problems and total <= 0:
        first = published.criteria[0].key
        problems = [Problem(f"weight.{first}", "All weights are 0; at least one must count.")]
    if problems:
        raise InvalidAnswers(problems)
    return replace(
        published,
        criteria=criteria,
        default_weights={key: value / total for key, value in points.items()},
        profiles=dict(draft.profiles),
    )


def is_same(one: WeightSet, other: WeightSet) -> bool:
    """Whether two sets differ by no more than rounding."""
    return (
        dict(one.profiles) == dict(other.profiles)
        and one.anchors == other.anchors
        and all(
            math.isclose(one.default_weights[key], other.default_weights[key], abs_tol=1e-9)
            for key in one.keys
        )
    )


def as_number(typed: str) -> float:
    """The number that somebody typed, with or without `%`; not a number where it is none."""
    try:
        return float(
            typed.strip().removesuffix("%").replace(" ", "").replace("\N{MINUS SIGN}", "-")
        )
    except ValueError:
        return math.nan


def profile_key(name: str) -> str:
    """The key of a profile that somebody calls `name`: "Board, 2027" becomes `board_2027`."""
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")


def profile_title(key: str) -> str:
    """What a profile is called on a page."""
    return key.replace("_", " ").capitalize()


def _points(key: str, title: str, draft: Draft, problems: list[Problem]) -> float:
    points, wrong = points_typed(draft.points.get(key, ""))
    if wrong:
        problems.append(Problem(f"weight.{key}", f"{title}: {wrong}"))
    return points


def points_typed(typed: str) -> tuple[float, str]:
    """The points that somebody typed, 0 if they cannot be used, and what is wrong with them."""
    typed = typed.strip()
    points = as_number(typed)
    wrong = _what_is_wrong(typed, points)
    return (0.0, wrong) if wrong else (points, "")


def _what_is_wrong(typed: str, points: float) -> str:
    if not typed:
        return "enter a number; 0 if it shall not count."
    if math.isnan(points):
        return f"{typed!r} is no number; a weight is a number such as 12.5."
    if points < 0:
        return f"{typed} is negative; a weight is 0 or more."
    if points > MOST_POINTS:
        return f"{typed} is too large; only the ratios matter, so a million is enough."
    return ""


# ---- anchors -----------------------------------------------------------------------------------


def in_percent(criterion: Criterion) -> bool:
    """Whether the measure is a share, which people read and type in percent."""
    return criterion.unit.startswith(("share", "probability"))


def typed_anchors(criterion: Criterion) -> tuple[str, str]:
    """Worst and best of a criterion as somebody would type them."""
    return _as_typed(criterion, criterion.worst), _as_typed(criterion, criterion.best)


def _as_typed(criterion: Criterion, measure: float) -> str:
    return f"{measure * (100 if in_percent(criterion) else 1):.10g}"


def _criterion(criterion: Criterion, draft: Draft, problems: list[Problem]) -> Criterion:
    """The criterion with its anchors as typed; as published where they cannot be used."""
    typed = draft.anchors.get(criterion.key)
    if typed is None or tuple(map(str.strip, typed)) == typed_anchors(criterion):
        return criterion
    worst, best = (_measure(criterion, end) for end in typed)
    if wrong := _what_is_wrong_with_anchors(criterion, typed, worst, best):
        problems.append(Problem(f"anchor.{criterion.key}", f"{criterion.title}: {wrong}"))
        return criterion
    return replace(criterion, worst=worst, best=best)


def _measure(criterion: Criterion, typed: str) -> float:
    """The end that somebody typed, in the unit of the measure; minus nothing is nothing."""
    return as_number(typed) / (100 if in_percent(criterion) else 1) + 0.0


def _what_is_wrong_with_anchors(
    criterion: Criterion, typed: tuple[str, str], worst: float, best: float
) -> str:
    low, high = _POSSIBLE.get(criterion.key, (-math.inf, math.inf))
    for word, text, measure in (("worst", typed[0], worst), ("best", typed[1], best)):
        if not text.strip():
            return f"enter the {word} end; the published one is {_published_end(criterion, word)}."
        if math.isnan(measure):
            example = _published_end(criterion, word)
            return f"the {word} end {text.strip()!r} is no number; it is one such as {example}."
        if not low <= measure <= high:
            ends = f"{_as_typed(criterion, low)} and {_as_typed(criterion, high)}"
            return f"the {word} end {text.strip()} lies outside what it can be, {ends}."
    if worst == best:
        return f"worst and best are both {typed[0].strip()}; between them nothing is told apart."
    if (best > worst) != (criterion.best > criterion.worst):
        which = "more" if criterion.best > criterion.worst else "less"
        side = "above" if which == "more" else "below"
        return f"{which} is better, so the best end must lie {side} the worst."
    return ""


def _published_end(criterion: Criterion, word: str) -> str:
    return typed_anchors(criterion)[0 if word == "worst" else 1]


# ---- profiles ----------------------------------------------------------------------------------


def _profile_problems(draft: Draft, published: WeightSet) -> Iterator[Problem]:
    titles = {c.key: c.title for c in published.criteria}
    if len(draft.profiles) > MOST_PROFILES:
        message = f"There are {len(draft.profiles)} profiles; people choose from {MOST_PROFILES}."
        yield Problem("profile", message)
    for key, ranked in draft.profiles.items():
        if not _PROFILE_KEY.fullmatch(key):
            message = f"A profile cannot be called {key!r}: use up to 40 letters, first a letter."
            yield Problem(f"profile.{key}", message)
        elif strange := [c for c in ranked if c not in titles]:
            yield Problem(f"profile.{key}", f"There is no criterion named {strange[0]!r}.")
        elif twice := [c for c in ranked if ranked.count(c) > 1]:
            message = f"{profile_title(key)} ranks {titles[twice[0]].lower()} twice."
            yield Problem(f"profile.{key}", message)
        elif len(ranked) > MOST_RANKED:
            message = f"{profile_title(key)} ranks {len(ranked)} criteria; up to four are ranked."
            yield Problem(f"profile.{key}", message)
