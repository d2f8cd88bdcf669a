"""Everybody's own weights for a project, and whether a version's choice survives all of them.

Whoever may look at a project may say what counts for them; nobody changes anybody else's.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from app.domain.decision import stakeholders
from app.domain.decision.criteria import WeightSet
from app.domain.decision.stakeholders import Agreement, Stated
from app.domain.errors import NotAllowed
from app.persistence import Session, scorecards
from app.persistence import stated_weights as rows
from app.persistence.tables import StatedWeightsRow
from app.services import assessments
from app.services.assessments import SavedAssessment, Version
from app.services.people import Person
from app.services.projects import Project


@dataclass(frozen=True)
class Stakeholder:
    """One person and the weights they stated, read with the criteria in force."""

    person_id: int
    name: str
    said: Stated
    at: datetime


@dataclass(frozen=True)
class Weighed:
    """A version of a project under the weights of all its stakeholders.

    Attributes:
        saved: None while no version is saved.
        found: over the worlds that were kept of the version; None where nobody stated weights,
            and where it was saved before those were kept or with other criteria.
    """

    project: Project
    versions: Sequence[Version]
    saved: SavedAssessment | None
    people: Sequence[Stakeholder]
    found: Agreement | None


def everybody(db: Session, project: Project, weights: WeightSet) -> list[Stakeholder]:
    """Who stated weights, of a project that `find` gave, by name.

    What was stated of criteria that are gone no longer counts; who stated nothing else is left
    out, because nothing is left of what they said.
    """
    found = [_stakeholder(row, name, weights) for row, name in rows.of_project(db, project.id)]
    return [one for one in found if one is not None]


def state(db: Session, by: Person, project: Project, said: Stated, now: datetime) -> None:
    """Keep what `by` stated, in place of what they stated before.

    Raises:
        NotAllowed: the project is a sample, which has no stakeholders.
    """
    _require_team(project)
    rows.put(db, project.id, by.id, asdict(said), now)


def take_back(db: Session, by: Person, project: Project) -> None:
    """Forget what `by` stated; nothing happens if they stated nothing.

    Raises:
        NotAllowed: as `state`.
    """
    _require_team(project)
    rows.drop(db, project.id, by.id)


def weighed(db: Session, project: Project, weights: WeightSet, number: int = 0) -> Weighed:
    """What everybody's weights make of version `number`, or of the newest.

    Raises:
        NotFound: the project has no such version.
    """
    versions = assessments.listing(db, project)
    number = number or (versions[0].number if versions else 0)
    saved = assessments.numbered(db, project, number) if number else None
    people = everybody(db, project, weights)
    return Weighed(
        project, versions, saved, people, _agreement(db, project, number, people, weights)
    )


def _agreement(
    db: Session,
    project: Project,
    number: int,
    heard: Sequence[Stakeholder],
    weights: WeightSet,
) -> Agreement | None:
    kept = scorecards.of_version(db, project.id, number)
    if not heard or kept is None or kept[1] != weights.keys:
        return None
    return stakeholders.agreement(kept[0], [(one.name, one.said) for one in heard], weights)


def _stakeholder(row: StatedWeightsRow, name: str, weights: WeightSet) -> Stakeholder | None:
    content: Any = row.content
    ranked = tuple(key for key in content["ranked"] if key in weights.keys)
    points = {key: worth for key, worth in content["points"].items() if key in weights.keys}
    if not ranked and not any(points.values()):
        return None
    said = Stated(ranked, points, content["sureness"])
    return Stakeholder(row.person_id, name, said, row.at)


def _require_team(project: Project) -> None:
    if project.is_sample:
        raise NotAllowed("A sample project has no stakeholders; start your own to weigh it.")
