"""What assessments found before anything was weighed, kept beside them to be weighed anew.

A scorecard is stored as a line of JSON and the values as they are, compressed together. The
values lie criterion by criterion, because many are the same in all worlds. Of the newest version
of each project the means are kept apart, in a short row, so that all are weighed in one go.
"""

import json
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.domain.decision.impact import Group
from app.domain.decision.scorecard import Contender, LikelyCase, Scorecard
from app.domain.options import FAMILIES
from app.domain.worlds import Array
from app.persistence.dialects import insert
from app.persistence.tables import AssessmentRow, MeanValuesRow, ScorecardRow

_STORED = np.dtype("<f8")


@dataclass(frozen=True)
class Everything:
    """The newest version of every project, ready to be weighed at once.

    Attributes:
        groups: those that no ranking of their own fixes and that have the criteria asked for.
        own_ranking: project ids of those that rank the criteria themselves.
        others: how many projects with a version cannot be weighed: saved before scorecards were
            kept, or with other criteria.
    """

    groups: tuple[Group, ...]
    own_ranking: frozenset[int]
    others: int


def keep(session: Session, version: AssessmentRow, card: Scorecard, keys: tuple[str, ...]) -> None:
    """Store the scorecard of a new version; `keys` names its criteria, in order."""
    session.add(ScorecardRow(assessment_id=version.id, content=packed(card, keys)))
    _put_means(session, version.project_id, version.id, card, keys)
    session.flush()


def fill_means(session: Session) -> int:
    """Store the means of newest versions that have none, and return how many; for the start.

    Versions saved by an earlier Footing have a scorecard and no means.
    """
    newest = select(func.max(AssessmentRow.id)).group_by(AssessmentRow.project_id).scalar_subquery()
    missing = session.execute(
        select(AssessmentRow.project_id, AssessmentRow.id, ScorecardRow.content)
        .join(ScorecardRow, ScorecardRow.assessment_id == AssessmentRow.id)
        .outerjoin(MeanValuesRow, MeanValuesRow.assessment_id == AssessmentRow.id)
        .where(AssessmentRow.id.in_(newest), MeanValuesRow.project_id.is_(None))
        .execution_options(yield_per=20)
    ).all()
    for project_id, assessment_id, content in missing:
        _put_means(session, project_id, assessment_id, *_unpacked(content))
    return len(missing)


def everything(session: Session, keys: tuple[str, ...]) -> Everything:
    """Every project that has a version, by its means; `keys` are the criteria asked for."""
    table = MeanValuesRow.__table__.c  # plain rows: of very many, making them objects takes longest
    rows = session.execute(
        select(
            table.project_id,
            table.criteria,
            table.contenders,
            table.profile,
            table.ranks_itself,
            table.content,
        )
    ).all()
    asked = " ".join(keys)
    own_ranking = {row[0] for row in rows if row[1] == asked and row[4]}
    alike: dict[tuple[str, str], tuple[list[int], list[bytes]]] = {}
    for project_id, criteria, contenders, profile, ranks_itself, content in rows:
        if criteria == asked and not ranks_itself:
            ids, contents = alike.setdefault((contenders, profile), ([], []))
            ids.append(project_id)
            contents.append(content)
    saved = session.scalar(select(func.count(func.distinct(AssessmentRow.project_id)))) or 0
    grouped = sum(len(ids) for ids, _ in alike.values())
    return Everything(
        groups=tuple(_group(*key, *members, len(keys)) for key, members in alike.items()),
        own_ranking=frozenset(own_ranking),
        others=saved - grouped - len(own_ranking),
    )


def newest_of(session: Session, project_ids: Sequence[int]) -> dict[int, Scorecard]:
    """Project id → the scorecard of its newest version, of those whose means are kept."""
    found = session.execute(
        select(MeanValuesRow.project_id, ScorecardRow.content)
        .join(ScorecardRow, ScorecardRow.assessment_id == MeanValuesRow.assessment_id)
        .where(MeanValuesRow.project_id.in_(project_ids))
    )
    return {project_id: _unpacked(content)[0] for project_id, content in found}


def _put_means(
    session: Session, project_id: int, assessment_id: int, card: Scorecard, keys: tuple[str, ...]
) -> None:
    worlds, options, criteria = card.values.shape
    means = card.values.mean(axis=0) if worlds else np.zeros((options, criteria))
    values = {
        "assessment_id": assessment_id,
        "criteria": " ".join(keys),
        "contenders": " ".join(f"{c.key}:{c.family}" for c in card.contenders),
        "profile": card.profile,
        "ranks_itself": bool(card.ranked),
        "content": np.ascontiguousarray(means, _STORED).tobytes(),
    }
    new = insert(session, MeanValuesRow).values(project_id=project_id, **values)
    session.execute(new.on_conflict_do_update(index_elements=["project_id"], set_=values))


def _group(
    contenders: str, profile: str, ids: list[int], contents: list[bytes], criteria: int
) -> Group:
    pairs = [pair.partition(":") for pair in contenders.split()]
    values = np.frombuffer(b"".join(contents), _STORED).reshape(len(ids), len(pairs), criteria)
    families = [family for _, _, family in pairs]
    return Group(
        ids=ids,
        contenders=tuple(key for key, _, _ in pairs),
        families=tuple(f for family in families for f in FAMILIES if f == family),
        profile=profile,
        values=values,
    )


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


def packed(card: Scorecard, keys: tuple[str, ...]) -> bytes:
    """A scorecard as it is stored."""
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
