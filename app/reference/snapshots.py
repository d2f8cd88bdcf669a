"""A snapshot: everything from the reference data that moves a result.

The facts, the anchors of the criteria, the case studies and the questions with their defaults,
as one text. Its SHA-256 is the snapshot's name, so that what was stored can be checked by what
it is called. The order of the rows belongs to it, because a tie goes to the first.

What is not in it: the weights, which people publish and which are numbered, and the engine.
"""

import hashlib
import json
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, is_dataclass, replace
from types import NoneType, UnionType
from typing import Any, Literal, Union, cast, get_args, get_origin, get_type_hints

from app.domain.cases import Case
from app.domain.decision.criteria import Criterion
from app.domain.facts import Facts
from app.domain.questionnaire.questions import QuestionSet

_NAMED_BY = "sha256"


@dataclass(frozen=True)
class Snapshot:
    """What an assessment pins under the checksum of its facts."""

    facts: Facts
    criteria: tuple[Criterion, ...]
    cases: tuple[Case, ...]
    questions: QuestionSet


def named(snapshot: Snapshot) -> Snapshot:
    """The snapshot with its checksum in its facts."""
    return _named(snapshot, as_text(snapshot))


def as_text(snapshot: Snapshot) -> str:
    """The snapshot as canonical JSON: equal rows in equal order are equal bytes."""
    document = asdict(snapshot)
    del document["facts"][_NAMED_BY]
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def packed(snapshot: Snapshot) -> bytes:
    """The snapshot to be stored: its text, compressed."""
    return zlib.compress(as_text(snapshot).encode(), 9)


def unpacked(content: bytes) -> Snapshot:
    """The snapshot that was `packed`, named by what it holds now.

    Raises:
        ValueError: it does not have the rows that this version of Footing reads.
    """
    text = zlib.decompress(content).decode()
    document = json.loads(text)
    try:
        document["facts"][_NAMED_BY] = ""
        return _named(cast("Snapshot", _read(Snapshot, document)), text)
    except (KeyError, TypeError) as error:
        raise ValueError(f"the snapshot has other rows than this version reads: {error}") from error


def _named(snapshot: Snapshot, text: str) -> Snapshot:
    checksum = hashlib.sha256(text.encode()).hexdigest()
    return replace(snapshot, facts=replace(snapshot.facts, sha256=checksum))


def _read(kind: Any, value: Any) -> object:  # noqa: ANN401  # a type hint, and what JSON holds
    """`value` as the type `kind`, which is made of dataclasses, tuples, mappings and literals."""
    if is_dataclass(kind) and isinstance(kind, type):
        return _record(kind, value)
    origin, parts = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        inner = next(part for part in parts if part is not NoneType)
        return None if value is None else _read(inner, value)
    if origin is tuple:
        kinds = parts[:1] * len(value) if parts[-1] is ... else parts
        return tuple(_read(part, v) for part, v in zip(kinds, value, strict=True))
    if origin is not None and origin is not Literal and issubclass(origin, Mapping):
        return {key: _read(parts[1], v) for key, v in value.items()}
    return float(value) if kind is float else value


def _record(kind: type, value: Mapping[str, object]) -> object:
    hints = get_type_hints(kind)
    if strange := value.keys() - {field.name for field in fields(kind)}:
        raise KeyError(*sorted(strange))
    return kind(**{name: _read(hints[name], part) for name, part in value.items()})
