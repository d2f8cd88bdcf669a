"""What two other methods would put first, in a line under the answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.domain.decision.robustness import Label
from app.domain.decision.second_opinion import INDIFFERENCE
from app.reports.words import lower_first, number

Json = Mapping[str, Any]
_CLEAR: Label = "clear"
_CLOSE: Label = "too_close_to_call"

_NAMES = {"topsis": "TOPSIS", "promethee_ii": "PROMETHEE II"}
_METHODS = (
    "TOPSIS looks for the option that is nearest to the best value on each criterion and farthest "
    "from the worst. PROMETHEE II compares the options in pairs and counts the weight of the "
    f"criteria on which each is ahead by more than {number(100 * INDIFFERENCE)} of 100 points. "
    "Both take the average of each value and the likely weights, and neither changes the ranking."
)


@dataclass(frozen=True)
class SecondOpinion:
    """A badge, who puts what first, and what the methods do.

    Attributes:
        tag_kind: coloured as good only beside a clear answer: the methods know nothing of how
            often it holds. Where it is too close to call nothing is preferred, so they agree or
            differ with each other.
    """

    tag: str
    tag_kind: str
    sentence: str
    methods: str


def second_opinion(result: Json) -> SecondOpinion | None:
    """None where no two options are left, and for a version that was saved before it was asked."""
    rows: Sequence[Json] = result.get("second_opinion", ())
    best = result["recommended"]
    if not rows or best is None:
        return None
    said = _who_puts_what_first(rows, result)
    agree = len({row["leads"] for row in rows}) == 1
    if agree and best["label"] != _CLEAR:
        said += " That makes the answer no clearer: they do not look at the variations."
    is_good = best["label"] == _CLEAR and all(row["agrees"] for row in rows)
    tag = _tag_between(agree=agree) if best["label"] == _CLOSE else _tag(rows)
    return SecondOpinion(tag, "good" if is_good else "", said, _METHODS)


def _tag(rows: Sequence[Json]) -> str:
    agreeing = sum(row["agrees"] for row in rows)
    if agreeing == 0:
        return "Two other methods disagree"
    return "One of two other methods agrees" if agreeing == 1 else "Two other methods agree"


def _tag_between(*, agree: bool) -> str:
    return "Two other methods name the same" if agree else "Two other methods differ"


def _who_puts_what_first(rows: Sequence[Json], result: Json) -> str:
    """A sentence per option that is named, the recommended one first."""
    titles = {option["key"]: option["title"] for option in result["options"]}
    label = result["recommended"]["label"]
    by_option: dict[str, list[Json]] = {}
    for row in sorted(rows, key=lambda row: not row["agrees"]):
        by_option.setdefault(row["leads"], []).append(row)
    return " ".join(
        f"{' and '.join(_NAMES[row['method']] for row in named)} "
        f"{_puts(named, label)} {lower_first(titles.get(key, key))} first."
        for key, named in by_option.items()
    )


def _puts(named: Sequence[Json], label: str) -> str:
    """In agreement *also*; in dissent *would*, because its answer is not the one that stands."""
    if label != _CLOSE and named[0]["agrees"]:
        return "also puts" if len(named) == 1 else "also put"
    return "would put"
