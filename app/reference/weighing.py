"""The criteria, default weights and goal profiles: `criteria.toml`, and a published set as text."""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict

from app.domain.decision.criteria import Criterion, WeightSet
from app.domain.facts import Source
from app.reference.rows import Row, by_key, each, toml

NAME = "criteria.toml"
_SUM_TOLERANCE = 1e-9
_MOST_RANKED = 4


def weight_set() -> WeightSet:
    """The shipped criteria with their anchors, the default weights and the goal profiles.

    Raises:
        ValueError: it has a mistake.
    """
    whole = toml(NAME)
    table = by_key(NAME, each(whole.rows("criterion"), _criterion))
    weights = whole.pairs("weights")
    if set(weights) != set(table):
        raise ValueError(f"{NAME}: weights and criteria do not name the same keys.")
    if not math.isclose(sum(weights.values()), 1.0, abs_tol=_SUM_TOLERANCE):
        raise ValueError(f"{NAME}: the weights sum to {sum(weights.values()):g}, not 1.")
    return WeightSet(
        version=int(whole.number("weight_set")),
        criteria=tuple(table.values()),
        default_weights=weights,
        profiles=_profiles(whole, set(table)),
        source=_weights_source(whole),
    )


def as_text(weights: WeightSet) -> str:
    """The weights and goal profiles of a set as JSON; the criteria belong to the facts."""
    document = {
        "weights": dict(weights.default_weights),
        "profiles": dict(weights.profiles),
        "source": asdict(weights.source),
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def from_text(text: str, version: int, criteria: tuple[Criterion, ...]) -> WeightSet:
    """The set that `as_text` wrote, as number `version`, over these criteria."""
    document = json.loads(text)
    return WeightSet(
        version=version,
        criteria=criteria,
        default_weights=document["weights"],
        profiles={key: tuple(ranked) for key, ranked in document["profiles"].items()},
        source=Source(**document["source"]),
    )


def _profiles(whole: Row, known: set[str]) -> Mapping[str, tuple[str, ...]]:
    row = whole.row("profiles")
    result = {name: row.texts(name) for name in row.names()}
    for name, ranked in result.items():
        if len(ranked) > _MOST_RANKED or len(set(ranked)) < len(ranked) or set(ranked) - known:
            raise ValueError(f"{NAME}, profiles: {name} must rank up to four different criteria.")
    return result


def _weights_source(whole: Row) -> Source:
    inner = whole.row("weights_source")
    source = inner.source()
    inner.finish()
    return source


def _criterion(row: Row) -> Criterion:
    criterion = Criterion(
        key=row.text("key"),
        title=row.text("title"),
        measure=row.text("measure"),
        meaning=row.text("meaning"),
        unit=row.text("unit"),
        worst=row.number("worst"),
        best=row.number("best"),
        scale="log" if row.one_of("scale", ("linear", "log")) == "log" else "linear",
        source=row.source(),
    )
    if criterion.worst == criterion.best:
        raise row.error("worst and best must differ.")
    return criterion
