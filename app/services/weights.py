"""Weight sets: which is in force, who published which and why, and what a draft would change.

A set is published once and never changed; the one with the highest number is in force.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from app.domain.decision.criteria import WeightSet
from app.domain.decision.drafts import Draft, drafted, is_same, profile_title
from app.domain.decision.impact import led
from app.domain.decision.scorecard import Standing, standing
from app.domain.errors import Conflict, InvalidAnswers, NotAllowed, NotFound, Problem
from app.domain.facts import Source
from app.domain.questionnaire.questions import Choice
from app.persistence import Session, pinned, scorecards
from app.persistence.tables import WeightSetRow
from app.reference import Reference, as_pinned, snapshots, weighing
from app.services import audit, cases, prices, projects
from app.services.people import Person
from app.services.projects import Project
from app.services.publishing import Publisher

LONGEST_REASON = 500
CLOSEST = 200
MOST_NAMED = 100
A_MOVE = 0.01
SHIPPED_BY = "Footing"
_PROFILE = "priorities.profile"


@dataclass(frozen=True)
class Published:
    """One published set.

    Attributes:
        by: the name of whoever published it, as it was then.
        is_shipped: it came with Footing.
    """

    weights: WeightSet
    reason: str
    by: str
    at: datetime
    is_shipped: bool

    @property
    def number(self) -> int:
        """The number under which assessments pin it."""
        return self.weights.version


@dataclass(frozen=True)
class Change:
    """A project whose newest version would say something else."""

    project: Project
    now: Standing
    then: Standing


@dataclass(frozen=True)
class Preview:
    """What a draft would change in the newest version of every project and sample.

    Attributes:
        weights: the set that the draft makes.
        projects, samples: how many were compared; samples are among the projects.
        own_ranking: of those, how many rank the criteria themselves, which no set moves.
        not_comparable: saved before Footing kept what it takes, or with other criteria.
        fixed: saved before Footing kept the measures, so that they have the anchors that shipped.
        moves_anchors: the draft has other anchors than the set in force.
        without_profile: how many chose a profile that the draft does not have.
        closely: how many were weighed world by world: the closest, and those that are named.
        options, labels: how many would recommend another option; of those weighed closely, how
            many would only get another label.
        changes: those of them that the person asking may see, at most `MOST_NAMED`.
        closer, further: in how many the lead over the next family shrinks, or grows, by more
            than `A_MOVE` of the score.
    """

    weights: WeightSet
    projects: int
    samples: int
    own_ranking: int
    not_comparable: int
    fixed: int
    moves_anchors: bool
    without_profile: int
    closely: int
    options: int
    labels: int
    changes: tuple[Change, ...]
    closer: int
    further: int


# ---- which is in force ---------------------------------------------------------------------


def ensure(db: Session, shipped: Reference, now: datetime) -> None:
    """Store what ships, so that assessments can pin it: the facts, and the weights if need be.

    Shipped weights are published when there are none, when those in force were shipped too but
    differ, and when the criteria changed, which a published set cannot survive.
    """
    keep_facts(db, shipped, now)
    scorecards.fill_means(db)
    newest = pinned.newest_weights(db)
    if newest is None:
        reason = "The weights that ship with Footing."
    elif _published(newest, shipped).weights.default_weights.keys() != set(shipped.weights.keys):
        reason = "The criteria changed with a new version of Footing."
    elif newest.by_id is None and newest.content != _content(shipped.weights, shipped):
        reason = "A new version of Footing ships other weights."
    else:
        return
    number = newest.number + 1 if newest else shipped.weights.version
    _add(db, shipped, shipped.weights, number, reason=reason, by=None, now=now)


def keep_facts(db: Session, reference: Reference, now: datetime) -> None:
    """Store the facts and cases of `reference`, so that an assessment can pin them."""
    sha256 = reference.facts.sha256
    if not pinned.has_facts(db, sha256):
        content = snapshots.packed(reference.snapshot)
        pinned.add_facts(db, sha256=sha256, content=content, at=now)


def in_force(db: Session, shipped: Reference) -> Reference:
    """The shipped reference with the weights in force; here and nowhere else they are chosen."""
    newest = pinned.newest_weights(db)
    return with_weights(shipped, _published(newest, shipped).weights) if newest else shipped


def with_library_in_force(db: Session, shipped: Reference) -> Reference:
    """As `in_force`, and with the prices and cases in force: what is computed with now."""
    return in_force(db, facts_in_force(db, shipped))


def facts_in_force(db: Session, shipped: Reference) -> Reference:
    """The shipped reference with the prices and the cases as administrators left them."""
    return cases.library(db, prices.in_force(db, shipped))


def with_weights(reference: Reference, weights: WeightSet) -> Reference:
    """`reference` with other weights, and its questions offering the profiles of those."""
    questions = reference.questions
    if not is_same(weights, reference.weights):
        known = {choice.key: choice for choice in questions.field(_PROFILE).options}
        shipped = reference.weights
        offered = tuple(
            known[key]
            if key in known and ranked and shipped.profiles.get(key) == ranked
            else _choice(key, ranked, weights)
            for key, ranked in weights.profiles.items()
        )
        questions = questions.offering(_PROFILE, offered)
    return replace(reference, weights=weights, questions=questions)


def pinned_by(db: Session, *, facts_sha256: str, weight_set: int) -> Reference | None:
    """The reference that an assessment pins; None when it was never stored.

    Raises:
        ValueError: the facts were stored with other rows than this version of Footing reads.
    """
    content, row = pinned.facts(db, facts_sha256), pinned.weights(db, weight_set)
    if content is None or row is None:
        return None
    reference = as_pinned(snapshots.unpacked(content))
    return with_weights(reference, _published(row, reference).weights)


# ---- what administrators do ------------------------------------------------------------------


def listing(db: Session, shipped: Reference, by: Person) -> list[Published]:
    """Every published set, newest first.

    Raises:
        NotAllowed: `by` is not an administrator.
    """
    _require_administrator(by)
    return [_published(row, shipped) for row in pinned.all_weights(db)]


def newest(db: Session, shipped: Reference, by: Person) -> Published:
    """The published set that is in force.

    Raises:
        NotAllowed: `by` is not an administrator.
        NotFound: nothing is published, which only a database without a start can be.
    """
    _require_administrator(by)
    row = pinned.newest_weights(db)
    if row is None:
        raise NotFound("No weight set is published yet.")
    return _published(row, shipped)


def find(db: Session, shipped: Reference, by: Person, number: int) -> Published:
    """The published set of this number.

    Raises:
        NotAllowed: `by` is not an administrator.
        NotFound: there is no such set.
    """
    _require_administrator(by)
    row = pinned.weights(db, number)
    if row is None:
        raise NotFound(f"There is no weight set {number}.")
    return _published(row, shipped)


def preview(db: Session, reference: Reference, by: Person, draft: Draft) -> Preview:
    """What `draft` would change; nothing is stored, and no saved version ever moves.

    Every newest version is scored with the weights in force and with the draft, by its mean
    values. The `CLOSEST` ones, and those that are named, are weighed in each of the first 500
    worlds, whose values were kept. Sizes and prices are those of that version.

    Raises:
        NotAllowed: `by` is not an administrator.
        InvalidAnswers: the draft is no weight set.
    """
    _require_administrator(by)
    drafted_set = drafted(draft, reference.weights)
    shipped = tuple(criterion.anchors for criterion in reference.criteria)
    kept = scorecards.everything(db, reference.weights, drafted_set, shipped)
    found = led(kept.groups, reference.weights, drafted_set)
    close = [int(id_) for id_ in found.closest(CLOSEST)]
    visible, samples = projects.visible_ids(db, by), projects.sample_ids(db)
    moved = [int(id_) for id_ in found.ids[found.moves]]
    named = [id_ for id_ in moved if id_ in visible and id_ not in set(close)][:MOST_NAMED]
    changes = _weighed(db, [*close, *named], reference.weights, drafted_set)
    turned = {id_ for id_, (now, then) in changes.items() if _best(now) != _best(then)}
    relabelled = {
        id_ for id_, (n, t) in changes.items() if id_ not in turned and n.label != t.label
    }
    compared = {int(id_) for id_ in found.ids} | kept.own_ranking
    return Preview(
        weights=drafted_set,
        projects=len(compared),
        samples=len(samples & compared),
        own_ranking=len(kept.own_ranking),
        not_comparable=kept.others,
        fixed=kept.fixed,
        moves_anchors=drafted_set.anchors != reference.weights.anchors,
        without_profile=sum(
            len(group.ids)
            for group in kept.groups
            if group.profile and not group.ranked and group.profile not in drafted_set.profiles
        ),
        closely=len(changes),
        options=len(turned) + len(set(moved) - changes.keys()),
        labels=len(relabelled),
        changes=tuple(
            Change(projects.find(db, by, id_), *changes[id_])
            for id_ in [i for i in changes if i in turned | relabelled and i in visible][
                :MOST_NAMED
            ]
        ),
        closer=int((found.then_margin < found.now_margin - A_MOVE).sum()),
        further=int((found.then_margin > found.now_margin + A_MOVE).sum()),
    )


def _weighed(
    db: Session, project_ids: Sequence[int], now: WeightSet, then: WeightSet
) -> dict[int, tuple[Standing, Standing]]:
    """Project id → what both sets make of its newest version, world by world."""
    cards = scorecards.newest_of(db, project_ids)
    return {
        id_: (standing(cards[id_], now), standing(cards[id_], then))
        for id_ in project_ids
        if id_ in cards
    }


def publish(  # noqa: PLR0913  # what it takes to publish
    db: Session,
    reference: Reference,
    by: Person,
    draft: Draft,
    *,
    based_on: int,
    reason: str,
    now: datetime,
    proposed_by: Person | None = None,
) -> int:
    """Publish `draft` and return its number; from now on it is in force.

    Args:
        based_on: the number of the set that was in force when the draft was begun.
        proposed_by: who drafted it and gave the reason, where `by` only approves.

    Raises:
        NotAllowed, InvalidAnswers: as `checked`.
        Conflict: another set was published meanwhile. Of two at once, one is published.
    """
    made, reason = checked(reference, by, draft, based_on=based_on, reason=reason)
    publisher = Publisher(by, proposed_by)
    number = based_on + 1
    source = Source(f"judgement: {publisher.name}: {reason}", now.date().isoformat(), "low")
    made = _sourced(made, reference, source)
    if not _add(db, reference, made, number, reason=reason, by=publisher, now=now):
        raise _overtaken()
    said = publisher.said(reason)
    audit.note(db, by, "published weight set", str(number), now=now, detail=said)
    return number


def checked(
    reference: Reference, by: Person, draft: Draft, *, based_on: int, reason: str
) -> tuple[WeightSet, str]:
    """The set that `draft` makes and the reason as it is kept, if they could be published now.

    Raises:
        NotAllowed: `by` is not an administrator.
        InvalidAnswers: the draft is no weight set, says what is published already, or has no
            reason.
        Conflict: another set than `based_on` is in force.
    """
    _require_administrator(by)
    reason = " ".join(reason.split())
    made = _checked(draft, reference.weights, reason)
    published = reference.weights
    if based_on != published.version:
        raise _overtaken()
    if is_same(made, published):
        first = published.criteria[0].key
        message = f"Nothing differs from set {published.version}, which is published already."
        raise InvalidAnswers([Problem(f"weight.{first}", message)])
    return made, reason


def _checked(draft: Draft, published: WeightSet, reason: str) -> WeightSet:
    problems: list[Problem] = []
    try:
        made = drafted(draft, published)
    except InvalidAnswers as invalid:
        made = None
        problems += invalid.problems
    problems += _reason_problems(reason)
    if made is None or problems:
        raise InvalidAnswers(problems)
    return made


def _reason_problems(reason: str) -> list[Problem]:
    if not reason:
        message = "Enter a reason, such as: The board wants predictable bills to count more."
        return [Problem("reason", message)]
    if len(reason) > LONGEST_REASON:
        message = f"The reason has {len(reason)} characters; at most {LONGEST_REASON} fit."
        return [Problem("reason", message)]
    return []


def _best(standing: Standing) -> str:
    return standing.best.key if standing.best else ""


def _sourced(made: WeightSet, reference: Reference, source: Source) -> WeightSet:
    """The set with where it comes from; so are anchors that are not what was in force."""
    before = {criterion.key: criterion.anchors for criterion in reference.weights.criteria}
    criteria = tuple(
        c if c.anchors == before[c.key] else replace(c, source=source) for c in made.criteria
    )
    return replace(made, source=source, criteria=criteria)


def _content(weights: WeightSet, reference: Reference) -> str:
    return weighing.as_text(weights, reference.criteria)


def _add(
    db: Session,
    reference: Reference,
    weights: WeightSet,
    number: int,
    *,
    reason: str,
    by: Publisher | None,
    now: datetime,
) -> bool:
    return pinned.add_weights(
        db,
        number=number,
        content=_content(weights, reference),
        reason=reason,
        by_id=by.id if by else None,
        by_name=by.name if by else SHIPPED_BY,
        at=now,
    )


def _published(row: WeightSetRow, reference: Reference) -> Published:
    number = row.number if row.known_as is None else row.known_as
    weights = weighing.from_text(row.content, number, reference.criteria)
    return Published(weights, row.reason, row.by_name, row.at, is_shipped=row.by_id is None)


def _choice(key: str, ranked: tuple[str, ...], weights: WeightSet) -> Choice:
    titles: Mapping[str, str] = {c.key: c.title.lower() for c in weights.criteria}
    what = ", ".join(titles[criterion] for criterion in ranked) or "the default weights"
    return Choice(key, f"{profile_title(key)}: {what}")


def _require_administrator(by: Person) -> None:
    if not by.is_administrator:
        raise NotAllowed("Only administrators may look at weight sets and publish them.")


def _overtaken() -> Conflict:
    return Conflict(
        "Another weight set was published while this draft was being made. Nothing of the draft "
        "is lost: look at what was published, and publish again if it still holds."
    )
