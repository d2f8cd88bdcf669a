"""What assessments found before anything was weighed, kept beside them to be weighed anew.

A scorecard is stored as a line of JSON and the values as they are, compressed together. The
values lie criterion by criterion, because many are the same in all worlds.
"""

import json
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.domain.decision.scorecard import Contender, LikelyCase, Scorecard
from app.domain.worlds import Array
from app.persistence.tables import AssessmentRow, ProjectRow, ScorecardRow

_STORED = np.dtype("<f8")


@dataclass(frozen=True)
class Kept:
    """The newest version of a project, to be weighed anew.

    Attributes:
        card: None for a version that was saved before scorecards were kept.
        keys: the criteria of the card, in its order.
    """

    project_id: int
    is_sample: bool
    card: Scorecard | None
    keys: tuple[str, ...]


def keep(session: Session, assessment_id: int, card: Scorecard, keys: tuple[str, ...]) -> None:
    """Store the scorecard of an assessment; `keys` names its criteria, in order."""
    session.add(ScorecardRow(assessment_id=assessment_id, content=_packed(card, keys)))
    session.flush()


def newest_of_each_project(session: Session) -> Iterator[Kept]:
    """The newest version of every project and sample, one at a time, oldest project first."""
    newest = select(func.max(AssessmentRow.id)).group_by(AssessmentRow.project_id).scalar_subquery()
    rows = session.execute(
        select(ProjectRow.id, ProjectRow.sample_key, ScorecardRow.content)
        .join(AssessmentRow, AssessmentRow.project_id == ProjectRow.id)
        .outerjoin(ScorecardRow, ScorecardRow.assessment_id == AssessmentRow.id)
        .where(AssessmentRow.id.in_(newest))
        .order_by(ProjectRow.id)
        .execution_options(yield_per=20)
    )
    for project_id, sample_key, content in rows:
        card, keys = _unpacked(content) if content else (None, ())
        yield Kept(project_id, sample_key is not None, card, keys)


def of_version(
    session: Session, project_id: int, number: int
) -> tuple[Scorecard, tuple[str, ...]] | None:
    """The scorecard of one version and the criteria it has, in order; None if none was kept."""
    content = session.scalar(
        select(ScorecardRow.content)
        .join(AssessmentRow, AssessmentRow.id == ScorecardRow.assessment_id)
        .where(AssessmentRow.project_id == project_id, AssessmentRow.number == number)
    )
    return _unpacked(content) if content else None


def _packed(card: Scorecard, keys: tuple[str, ...]) -> bytes:
    head = {
        "keys": keys,
        "shape": card.values.shape,
        "contenders": [asdict(contender) for contender in card.contenders],
        "ranked": card.ranked,
        "profile": card.profile,
        "seed": card.seed,
        "likely": _plain(card.likely),
        "open_choices": [[_plain(case) for case in cases] for cases in card.open_choices],
    }
    values = np.ascontiguousarray(card.values.transpose(2, 1, 0), _STORED)
    return zlib.compress(json.dumps(head).encode() + b"\n" + values.tobytes(), 6)


def _unpacked(content: bytes) -> tuple[Scorecard, tuple[str, ...]]:
    line, _, raw = zlib.decompress(content).partition(b"\n")
    head: dict[str, Any] = json.loads(line)
    worlds, options, criteria = head["shape"]
    values = np.frombuffer(raw, _STORED).reshape(criteria, options, worlds).transpose(2, 1, 0)
    card = Scorecard(
        contenders=tuple(Contender(**contender) for contender in head["contenders"]),
        values=np.ascontiguousarray(values),
        ranked=tuple(head["ranked"]),
        profile=head["profile"],
        seed=head["seed"],
        likely=_case(head["likely"]),
        open_choices=tuple(tuple(map(_case, cases)) for cases in head["open_choices"]),
    )
    return card, tuple(head["keys"])


def _plain(case: LikelyCase) -> dict[str, Any]:
    return {
        "families": case.families,
        "shape": case.values.shape,
        "values": case.values.ravel().tolist(),
    }


def _case(plain: dict[str, Any]) -> LikelyCase:
    values: Array = np.array(plain["values"], dtype=np.float64).reshape(plain["shape"])
    return LikelyCase(tuple(plain["families"]), values)
