"""The criteria, default weights and goal profiles: `criteria.toml`, and a published set as text."""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import TypeAlias

from app.domain.decision.criteria import Anchors, Criterion, WeightSet
from app.domain.facts import Source
from app.reference.rows import Row, by_key, each, toml

NAME = "criteria.toml"
_SUM_TOLERANCE = 1e-9
_MOST_RANKED = 4
_Ends: TypeAlias = tuple[float, float, Source]  # worst, best, and where they come from


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


def as_text(weights: WeightSet, shipped: tuple[Criterion, ...]) -> str:
    """The weights and goal profiles of a set as JSON, and the anchors that are not the `shipped`.

    The criteria belong to the facts. A set from before anchors could be published has none.
    """
    document: dict[str, object] = {
        "weights": dict(weights.default_weights),
        "profiles": dict(weights.profiles),
        "source": asdict(weights.source),
    }
    ends = {criterion.key: criterion.anchors for criterion in shipped}
    if own := [c for c in weights.criteria if c.anchors != ends.get(c.key)]:
        document["anchors"] = {
            c.key: {"worst": c.worst, "best": c.best, "source": asdict(c.source)} for c in own
        }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def from_text(text: str, version: int, criteria: tuple[Criterion, ...]) -> WeightSet:
    """The set that `as_text` wrote, as number `version`, over these criteria.

    Raises:
        ValueError: an anchor is none; KeyError, TypeError: something else is not there.
    """
    document = json.loads(text)
    own: dict[str, _Ends] = {
        key: (float(plain["worst"]), float(plain["best"]), Source(**plain["source"]))
        for key, plain in document.get("anchors", {}).items()
    }
    return WeightSet(
        version=version,
        criteria=tuple(_on_own(c, own.get(c.key)) for c in criteria),
        default_weights=document["weights"],
        profiles={key: tuple(ranked) for key, ranked in document["profiles"].items()},
        source=Source(**document["source"]),
    )


def _on_own(criterion: Criterion, own: _Ends | None) -> Criterion:
    """The criterion with the anchors of a set, which are checked: they may come from elsewhere."""
    if own is None:
        return criterion
    worst, best, source = own
    ends = Anchors(worst, best, criterion.scale)
    return replace(criterion, worst=ends.worst, best=ends.best, source=source)


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
