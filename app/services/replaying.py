"""Computing a saved assessment again from what it pinned, for the operator's command line."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from app.domain.assessment import ENGINE_VERSION
from app.domain.errors import NotFound
from app.domain.questionnaire.reading import nested, read_answers
from app.persistence import Session
from app.persistence import assessments as rows
from app.persistence import projects as project_rows
from app.persistence.tables import AssessmentRow
from app.reference import Reference
from app.services import assessments, weights

TOLERANCE = 1e-6
_MISSING = "nothing"


@dataclass(frozen=True)
class Replayed:
    """How a saved assessment and the same computed now compare.

    Attributes:
        path: the first place where they differ, as in `options.2.tco_usd.p50`; else empty.
        saved, now: what stands there.
        reason: why it could not be computed again; else empty.
    """

    outcome: Literal["equal", "different", "not_replayable"]
    path: str = ""
    saved: Any = None
    now: Any = None
    reason: str = ""


def replay(db: Session, project_id: int, number: int) -> Replayed:
    """Version `number` of the project, computed again from its answers, facts, weights and seed.

    Numbers are equal within a relative 1e-6, everything else exactly.

    Raises:
        NotFound: there is no such version.
    """
    project, row = project_rows.by_id(db, project_id), rows.by_number(db, project_id, number)
    if project is None or row is None:
        raise NotFound(f"There is no version {number} of a project {project_id}.")
    if row.engine_version != ENGINE_VERSION:
        return _not_replayable(
            f"It was saved by engine version {row.engine_version}; this one is {ENGINE_VERSION}."
        )
    try:
        reference = weights.pinned_by(db, facts_sha256=row.facts_sha256, weight_set=row.weight_set)
    except ValueError as error:
        return _not_replayable(f"It was saved with other facts than this version reads: {error}.")
    if reference is None:
        return _not_replayable("It was saved before Footing kept the facts that a version pins.")
    return _compared(row, _again(row, project.name, reference))


def _again(row: AssessmentRow, name: str, reference: Reference) -> Any:  # noqa: ANN401  # JSON
    typed = row.answers if isinstance(row.answers, Mapping) else {}
    document = {"name": name, "answers": nested(typed)}
    answers = read_answers(document, reference.questions)
    result = assessments.compute(answers, reference, worlds=row.worlds, seed=row.seed)
    return json.loads(assessments.as_json(result))


def _compared(row: AssessmentRow, now: Any) -> Replayed:  # noqa: ANN401  # JSON
    for path, saved_value, now_value in _differences(json.loads(row.result), now, ""):
        return Replayed("different", path, saved_value, now_value)
    return Replayed("equal")


def _differences(saved: Any, now: Any, path: str) -> Iterator[tuple[str, Any, Any]]:  # noqa: ANN401
    """Where two results differ: the path and both values, in the order of the saved one."""
    if isinstance(saved, Mapping) and isinstance(now, Mapping):
        for key in dict.fromkeys((*saved, *now)):
            inner = f"{path}.{key}" if path else str(key)
            yield from _differences(saved.get(key, _MISSING), now.get(key, _MISSING), inner)
    elif isinstance(saved, list) and isinstance(now, list):
        for i in range(max(len(saved), len(now))):
            yield from _differences(_at(saved, i), _at(now, i), f"{path}.{i}")
    elif not _is_equal(saved, now):
        yield path, saved, now


def _at(values: Sequence[Any], i: int) -> Any:  # noqa: ANN401  # JSON
    return values[i] if i < len(values) else _MISSING


def _is_equal(one: Any, other: Any) -> bool:  # noqa: ANN401  # JSON
    if _is_number(one) and _is_number(other):
        return math.isclose(one, other, rel_tol=TOLERANCE)
    return type(one) is type(other) and bool(one == other)


def _is_number(value: Any) -> bool:  # noqa: ANN401  # JSON
    return isinstance(value, int | float) and not isinstance(value, bool)


def _not_replayable(reason: str) -> Replayed:
    return Replayed("not_replayable", reason=reason)
