"""The sample projects: shipped answers files, assessed like any other project."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.domain.assessment import ENGINE_VERSION
from app.domain.errors import NotFound
from app.domain.questionnaire.reading import flattened
from app.persistence import Session
from app.persistence import assessments as assessment_rows
from app.persistence import projects as rows
from app.reference import SAMPLES, Reference, sample
from app.services import assessments, projects
from app.services.assessments import SavedAssessment, Stamp


@dataclass(frozen=True)
class Sample:
    """One sample with its newest result."""

    key: str
    name: str
    result: dict[str, Any]


def ensure(db: Session, reference: Reference, *, worlds: int, now: datetime) -> None:
    """Create the sample projects, and assess again those whose facts, weights or engine moved."""
    for key in SAMPLES:
        document = sample(key)
        row = rows.by_sample_key(db, key)
        if row is None:
            row = rows.add(
                db,
                name=str(document["name"]),
                purpose="A sample that ships with Footing.",
                sample_key=key,
                at=now,
            )
        _store_answers(db, row.id, _body(document), reference, now)
        if not _is_current(db, row.id, reference):
            project = projects.sample(db, key)
            assessments.keep(db, reference, project, by=None, title="", worlds=worlds, now=now)


def listing(db: Session) -> list[Sample]:
    """The samples in the order in which they ship; one that is not assessed yet is left out."""
    found = []
    for key in SAMPLES:
        row = rows.by_sample_key(db, key)
        latest = assessments.latest(db, projects.sample(db, key)) if row else None
        if row is not None and latest is not None:
            found.append(Sample(key, row.name, latest.result))
    return found


def saved(db: Session, key: str) -> SavedAssessment:
    """The newest result of the sample `key`.

    Raises:
        NotFound: there is no such sample.
    """
    latest = assessments.latest(db, projects.sample(db, key))
    if latest is None:
        raise NotFound(f"The sample {key} is not assessed yet.")
    return latest


def stamp(db: Session, key: str) -> Stamp:
    """What tells the newest result of the sample `key` from all others.

    Raises:
        NotFound: there is no such sample, or it is not assessed yet.
    """
    return assessments.stamp(db, projects.sample(db, key))


def _store_answers(
    db: Session, project_id: int, body: Mapping[str, Any], reference: Reference, now: datetime
) -> None:
    wanted = flattened(body, reference.questions)
    present = rows.answers(db, project_id)
    for path, value in wanted.items():
        if present.get(path) != value:
            rows.save_answer(db, project_id, path, value, rows.NOBODY, now)
    for path in present.keys() - wanted.keys():
        rows.save_answer(db, project_id, path, None, rows.NOBODY, now)


def _body(document: Mapping[str, object]) -> Mapping[str, Any]:
    body = document["answers"]
    if not isinstance(body, Mapping):
        raise TypeError(body)
    return body


def _is_current(db: Session, project_id: int, reference: Reference) -> bool:
    row = assessment_rows.latest(db, project_id)
    return (
        row is not None
        and row.facts_sha256 == reference.facts.sha256
        and row.weight_set == reference.weights.version
        and row.question_set == reference.questions.version
        and row.engine_version == ENGINE_VERSION
        and row.answers == rows.answers(db, project_id)
    )
