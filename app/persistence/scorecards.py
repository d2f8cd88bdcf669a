"""What assessments found before anything was weighed, kept beside them to be weighed anew.

A scorecard is stored as a line of JSON and the measures as they are, compressed together. They
lie criterion by criterion, because many are the same in all worlds. Cards of an earlier Footing
hold values instead, which cannot be put on other anchors. Of the newest version of each project
the means are kept apart, in a short row, so that all are weighed in one go.
"""

import json
import re
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeAlias

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.domain.decision.criteria import Anchors, WeightSet
from app.domain.decision.impact import SLICES, Group, revalued, sliced
from app.domain.decision.scorecard import Contender, LikelyCase, Scorecard
from app.domain.decision.scoring import Measures
from app.domain.options import FAMILIES
from app.domain.worlds import Array
from app.persistence.dialects import insert
from app.persistence.tables import AssessmentRow, MeanValuesRow, ScorecardRow

_STORED = np.dtype("<f8")
_SLICED: np.dtype[Any] = np.dtype("<f4")
_AT_ONCE = 10_000
# A real one has less than one; what comes from elsewhere may be packed to have a thousand.
_MOST_UNPACKED = 16_000_000
_KEY = re.compile(r"[a-z0-9_]+")


@dataclass(frozen=True)
class Everything:
    """The newest version of every project, ready to be weighed at once.

    Attributes:
        groups: those that the draft may move and that have the criteria asked for.
        own_ranking: project ids of those that rank the criteria themselves, which a draft moves
            only by other anchors.
        fixed: how many cannot be put on the anchors asked for: saved before measures were kept.
        others: how many projects with a version cannot be weighed: saved before scorecards were
            kept, or with other criteria.
    """

    groups: tuple[Group, ...]
    own_ranking: frozenset[int]
    fixed: int
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


def everything(
    session: Session, now: WeightSet, then: WeightSet, shipped: tuple[Anchors, ...]
) -> Everything:
    """Every project that has a version, by its means, on the anchors of both sets.

    Args:
        now, then: the set in force and a draft, with the same criteria.
        shipped: the anchors that ship, of the same criteria.
    """
    table = MeanValuesRow.__table__.c  # plain rows: of very many, making them objects takes longest
    rows = session.execute(
        select(
            table.project_id,
            table.criteria,
            table.contenders,
            table.profile,
            table.ranks_itself,
            table.anchors,
            table.ranked,
            table.content,
        )
    ).all()
    asked, is_moved = " ".join(now.keys), now.anchors != then.anchors
    own_ranking = {row[0] for row in rows if row[1] == asked and row[4]}
    alike: dict[_Alike, tuple[list[int], list[bytes]]] = {}
    for project_id, criteria, contenders, profile, ranks_itself, anchors, ranked, content in rows:
        if criteria == asked and (is_moved or not ranks_itself):
            key = (contenders, profile, anchors, ranked)
            ids, contents = alike.setdefault(key, ([], []))
            ids.append(project_id)
            contents.append(content)
    saved = session.scalar(select(func.count(func.distinct(AssessmentRow.project_id)))) or 0
    found = [_group(session, key, *members, now, then, shipped) for key, members in alike.items()]
    grouped = sum(len(ids) for ids, _ in alike.values())
    left = 0 if is_moved else len(own_ranking)
    return Everything(
        groups=tuple(group for group in found if group.ids),
        own_ranking=frozenset() if is_moved else frozenset(own_ranking),
        fixed=grouped - sum(len(group.ids) for group in found),
        others=saved - grouped - left,
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
        "anchors": as_text(card.anchors) or None,
        "ranked": " ".join(card.ranked),
        "slices": slices_of(card),
    }
    new = insert(session, MeanValuesRow).values(project_id=project_id, **values)
    session.execute(new.on_conflict_do_update(index_elements=["project_id"], set_=values))


def slices_of(card: Scorecard) -> bytes | None:
    """What the means of a card are valued from on other anchors; None without measures."""
    if card.measures is None:
        return None
    return np.ascontiguousarray(sliced(card.measures, card.anchors), _SLICED).tobytes()


def as_text(anchors: Sequence[Anchors]) -> str:
    """Anchors as they are kept beside the means."""
    return " ".join(f"{ends.worst!r}:{ends.best!r}" for ends in anchors)


# What assessments of a group share: contenders, profile, anchors and own ranking.
_Alike: TypeAlias = tuple[str, str, str | None, str | None]


def _group(
    session: Session,
    alike: _Alike,
    ids: list[int],
    contents: list[bytes],
    now: WeightSet,
    then: WeightSet,
    shipped: tuple[Anchors, ...],
) -> Group:
    """The assessments of these means; without those that cannot be put on both sets' anchors."""
    contenders, profile, anchors, ranked = alike
    pairs = [pair.partition(":") for pair in contenders.split()]
    shape = (len(ids), len(pairs), len(now.keys))
    values = np.frombuffer(b"".join(contents), _STORED).reshape(shape)
    made_with = anchors or as_text(shipped)
    changes = [_changed(made_with, weights) for weights in (now, then)]
    kept, on_now, on_then = ids, values, values
    if any(changes):
        kept, (on_now, on_then) = _revalued(session, ids, values, changes)
    return Group(
        ids=kept,
        contenders=tuple(key for key, _, _ in pairs),
        families=tuple(f for _, _, family in pairs for f in FAMILIES if f == family),
        profile=profile,
        values=on_now,
        ranked=tuple((ranked or "").split()),
        drafted=None if changes[0] == changes[1] else on_then,
    )


def _changed(made_with: str, weights: WeightSet) -> dict[int, Anchors]:
    """Index of each criterion whose anchors are not those of the means → those of the set."""
    there = zip(made_with.split(), as_text(weights.anchors).split(), weights.anchors, strict=True)
    return {j: ends for j, (before, after, ends) in enumerate(there) if before != after}


def _revalued(
    session: Session, ids: list[int], values: Array, changes: Sequence[dict[int, Anchors]]
) -> tuple[list[int], list[Array]]:
    """Those with slices, and their mean values with each of the changes; some at a time."""
    kept: list[int] = []
    parts: list[list[Array]] = [[] for _ in changes]
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        found = _slices(session, some)
        rows = [i for i, id_ in enumerate(some) if id_ in found]
        means = values[start : start + _AT_ONCE][rows]
        raw = b"".join(found[some[i]] for i in rows)
        slices = np.frombuffer(raw, _SLICED).reshape(*means.shape, SLICES)
        kept += [some[i] for i in rows]
        for part, changed in zip(parts, changes, strict=True):
            part.append(revalued(means, slices, changed))
    return kept, [np.concatenate(part) for part in parts]


def _slices(session: Session, ids: Sequence[int]) -> dict[int, bytes]:
    """Project id → what its means are valued from on other anchors, of those that have it."""
    table = MeanValuesRow.__table__.c
    query = select(table.project_id, table.slices)
    wanted = query.where(table.project_id.in_(ids), table.slices.is_not(None))
    return {row[0]: row[1] for row in session.execute(wanted).all()}


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


def is_readable(content: bytes) -> bool:
    """Whether bytes from elsewhere are a scorecard that can be weighed with all others."""
    try:
        card, keys = _unpacked(content)
        cases = [card.likely, *(case for cases in card.open_choices for case in cases)]
        return (
            card.values.shape[1:] == (len(card.contenders), len(keys))
            and all(_KEY.fullmatch(key) for key in (*keys, *(c.key for c in card.contenders)))
            and {c.family for c in card.contenders} <= set(FAMILIES)
            and len(set(card.ranked)) == len(card.ranked)
            and set(card.ranked) <= set(keys)
            and (card.measures is None or len(card.anchors) == len(keys))
            and _are_values(card.values)
            and all(_is_case(case, len(keys)) for case in cases)
        )
    except (ValueError, TypeError, LookupError, AttributeError, zlib.error):
        return False


def _is_case(case: LikelyCase, criteria: int) -> bool:
    shape = (len(case.families), criteria)
    is_whole = case.values.shape == shape and _are_values(case.values)
    return is_whole and set(case.families) <= set(FAMILIES)


def _are_values(values: Array) -> bool:
    return bool(np.all((values >= 0) & (values <= 1)))  # not a number is neither


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
    kept = card.values
    if card.measures is not None:
        kept = card.measures.found
        head["anchors"] = [asdict(ends) for ends in card.anchors]
        head["is_known"] = card.measures.is_known.tolist()
    raw = np.ascontiguousarray(kept.transpose(2, 1, 0), _STORED)
    return zlib.compress(json.dumps(head).encode() + b"\n" + raw.tobytes(), 6)


def _unpacked(content: bytes) -> tuple[Scorecard, tuple[str, ...]]:
    unzip = zlib.decompressobj()
    whole = unzip.decompress(content, _MOST_UNPACKED)
    if not unzip.eof:
        raise ValueError("the scorecard is cut off, or too large to be one.")
    line, _, raw = whole.partition(b"\n")
    head: dict[str, Any] = json.loads(line)
    worlds, options, criteria = head["shape"]
    kept = np.frombuffer(raw, _STORED).reshape(criteria, options, worlds).transpose(2, 1, 0)
    kept = np.ascontiguousarray(kept)
    anchors = tuple(Anchors(**ends) for ends in head.get("anchors", ()))
    measures = _measures(kept, head.get("is_known"))
    card = Scorecard(
        contenders=tuple(Contender(**contender) for contender in head["contenders"]),
        values=kept if measures is None else measures.values(anchors),
        ranked=tuple(head["ranked"]),
        profile=str(head["profile"]),
        seed=int(head["seed"]),
        likely=_case(head["likely"], anchors),
        open_choices=tuple(
            tuple(_case(case, anchors) for case in cases) for cases in head["open_choices"]
        ),
        anchors=anchors,
        measures=measures,
    )
    return card, tuple(head["keys"])


def _measures(found: Array, is_known: list[list[bool]] | None) -> Measures | None:
    if is_known is None:
        return None
    return Measures(found, np.array(is_known, bool).reshape(found.shape[1:]))


def _plain(case: LikelyCase) -> dict[str, Any]:
    kept, measures = case.values, case.measures
    plain: dict[str, Any] = {"families": case.families, "shape": kept.shape}
    if measures is not None:
        kept = measures.found[0]
        plain["is_known"] = measures.is_known.tolist()
    return {**plain, "values": kept.ravel().tolist()}


def _case(plain: dict[str, Any], anchors: Sequence[Anchors]) -> LikelyCase:
    kept: Array = np.array(plain["values"], dtype=np.float64).reshape(plain["shape"])
    measures = _measures(kept[None], plain.get("is_known"))
    values = kept if measures is None else measures.values(anchors)[0]
    return LikelyCase(tuple(plain["families"]), values, measures)
