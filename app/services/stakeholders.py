"""Everybody's own weights for a project, and whether a version's choice survives all of them.

Whoever may look at a project may say what counts for them, and so may whoever has a link that asks
for it; nobody changes anybody else's. What came by a link stays when the link ends, and whoever may
change the project may take it away.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from app.domain.decision import stakeholders
from app.domain.decision.criteria import WeightSet
from app.domain.decision.stakeholders import Agreement, Stated
from app.domain.errors import NotAllowed, NotFound
from app.persistence import Session, scorecards
from app.persistence import share_links as link_rows
from app.persistence import stated_weights as rows
from app.persistence.tables import JSONValue
from app.services import activity, answer_links, assessments, audit, projects, throttle
from app.services.answer_links import Invited
from app.services.assessments import SavedAssessment, Version
from app.services.people import Person
from app.services.projects import Project
from app.services.texts import one_line


@dataclass(frozen=True)
class Stakeholder:
    """One person and the weights they stated, read with the criteria in force.

    `person_id` is None for somebody without an account, who stated them by a link.
    """

    person_id: int | None
    name: str
    said: Stated
    at: datetime


@dataclass(frozen=True)
class ByLink:
    """Whose weights came by a link, without saying what they are.

    Attributes:
        link_id, name: what tells them from others.
        label: for whom the link was made.
        is_open: they may still change them by it.
    """

    link_id: int
    name: str
    label: str
    at: datetime
    is_open: bool


@dataclass(frozen=True)
class Weighed:
    """A version of a project under the weights of all its stakeholders.

    Attributes:
        saved: None while no version is saved.
        found: over the worlds that were kept of the version; None where nobody stated weights,
            and where it was saved before those were kept or with other criteria.
        has_other_scales: its values are on other anchors than those that people are asked with.
    """

    project: Project
    versions: Sequence[Version]
    saved: SavedAssessment | None
    people: Sequence[Stakeholder]
    found: Agreement | None
    has_other_scales: bool = False


def everybody(db: Session, project: Project, weights: WeightSet) -> list[Stakeholder]:
    """Who stated weights, of a project that `find` gave, by name.

    What was stated of criteria that are gone no longer counts; who stated nothing else is left
    out, because nothing is left of what they said.
    """
    members = [
        _stakeholder(row.person_id, name, row.content, row.at, weights)
        for row, name in rows.of_project(db, project.id)
    ]
    guests = [
        _stakeholder(None, answer_links.signed(row.name), row.content, row.at, weights)
        for row in rows.of_links(db, project.id)
    ]
    return [one for one in (*members, *guests) if one is not None]


def state_by_link(db: Session, invited: Invited, name: str, said: Stated, now: datetime) -> None:
    """Keep what somebody without an account stated under `name`, in place of what was there.

    Raises:
        NotAllowed: the link does not ask for weights.
        InvalidAnswers: nobody is named.
        TooOften: the link was used too often in the last minutes.
    """
    answer_links.require_section(invited, answer_links.WEIGHTS)
    throttle.admit_by_link(db, invited.link_id, now)
    rows.put_by_link(db, invited.link_id, answer_links.usable_name(name), asdict(said), now)


def stated_by_link(db: Session, invited: Invited, name: str, weights: WeightSet) -> Stated | None:
    """What was stated under `name` by this link; None for nothing.

    Raises:
        NotAllowed: the link does not ask for weights.
    """
    answer_links.require_section(invited, answer_links.WEIGHTS)
    content = rows.by_link(db, invited.link_id, name)
    return None if content is None else _stated(content, weights)


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


def by_links(db: Session, by: Person, project: Project, now: datetime) -> list[ByLink]:
    """Whose weights came by a link, for whoever may take them away; else nobody's."""
    if not projects.may_edit(by, project):
        return []
    links = {link.id: link for link in answer_links.listing(db, by, project)}
    return [
        ByLink(
            row.link_id, row.name, links[row.link_id].label, row.at, links[row.link_id].is_open(now)
        )
        for row in rows.of_links(db, project.id)
    ]


def take_away(  # whose they are takes two
    db: Session, by: Person, project: Project, link_id: int, name: str, now: datetime
) -> None:
    """Forget what was stated under `name` by a link; whoever still has the link may do it anew.

    Nothing happens if nothing was, as on a second click.

    Raises:
        NotAllowed: `by` may not change the project.
        NotFound: the project has no such link.
    """
    projects.require_editor(by, project)
    if not link_rows.is_of(db, project.id, link_id):
        raise NotFound(f"{project.name} has no link {link_id}.")
    name = one_line(name)
    if not rows.drop_by_link(db, link_id, name):
        return
    whose = answer_links.signed(name)
    did = "took away weights stated by a link of"
    audit.note(db, by, did, project.name, now=now, detail=whose, team_id=project.team_id)
    activity.note(db, project.id, by.name, f"took away the weights of {whose}", now=now)


def weighed(db: Session, project: Project, weights: WeightSet, number: int = 0) -> Weighed:
    """What everybody's weights make of version `number`, or of the newest.

    Raises:
        NotFound: the project has no such version.
    """
    versions = assessments.listing(db, project)
    number = number or (versions[0].number if versions else 0)
    saved = assessments.numbered(db, project, number) if number else None
    people = everybody(db, project, weights)
    kept = scorecards.of_version(db, project.id, number)
    if not people or kept is None or kept[1] != weights.keys:
        return Weighed(project, versions, saved, people, None)
    card = kept[0]
    voices = [(one.name, one.said) for one in people]
    return Weighed(
        project,
        versions,
        saved,
        people,
        stakeholders.agreement(card, voices, weights),
        has_other_scales=bool(card.anchors) and card.anchors != weights.anchors,
    )


def _stakeholder(
    person_id: int | None, name: str, content: JSONValue, at: datetime, weights: WeightSet
) -> Stakeholder | None:
    said = _stated(content, weights)
    return Stakeholder(person_id, name, said, at) if said else None


def _stated(content: Any, weights: WeightSet) -> Stated | None:  # noqa: ANN401  # as it was stored
    ranked = tuple(key for key in content["ranked"] if key in weights.keys)
    points = {key: worth for key, worth in content["points"].items() if key in weights.keys}
    if not ranked and not any(points.values()):
        return None
    return Stated(ranked, points, content["sureness"])


def _require_team(project: Project) -> None:
    if project.is_sample:
        raise NotAllowed("A sample project has no stakeholders; start your own to weigh it.")
