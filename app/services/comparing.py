"""Comparing two saved versions of one project, and computing what moved the result between them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.domain.assessment import ENGINE_VERSION
from app.domain.assessment.attribution import (
    MOST_WORLDS,
    Attribution,
    Cause,
    Figures,
    attribution,
    figures,
)
from app.domain.errors import InvalidAnswers
from app.domain.options import FAMILIES, Family
from app.domain.questionnaire.reading import nested, read_answers
from app.domain.worlds import Worlds
from app.persistence import Session
from app.services import assessments, weights
from app.services.assessments import SavedAssessment
from app.services.projects import Project


@dataclass(frozen=True)
class Pair:
    """Two versions of one project; what is attributed is the step from `before` to `after`."""

    before: SavedAssessment
    after: SavedAssessment

    @property
    def changed(self) -> frozenset[Cause]:
        """Which of the causes differ between the two."""
        one, other = self.before, self.after
        differs: dict[Cause, bool] = {
            "answers": one.answers != other.answers,
            "weights": one.weight_set != other.weight_set,
            "facts": one.facts_sha256 != other.facts_sha256,
        }
        return frozenset(cause for cause, is_other in differs.items() if is_other)

    @property
    def worlds(self) -> int:
        """How many worlds are counted to compare them: no more than either was saved with."""
        saved = (int(v.result["versions"]["worlds"]) for v in (self.before, self.after))
        return min(MOST_WORLDS, *saved)


class NotAttributable(Exception):
    """What moved the result cannot be computed; the text is a sentence that says why."""


def why_not(two: Pair) -> str:
    """Why nothing can be attributed, as far as the two versions say; empty when they do not."""
    return of_other_engines((two.before, two.after), "so nothing is attributed")


def of_other_engines(versions: Iterable[SavedAssessment], consequence: str) -> str:
    """Which of `versions` another engine saved, and the consequence; empty when none is."""
    others = {v.number: v.engine_version for v in versions if v.engine_version != ENGINE_VERSION}
    if not others:
        return ""
    saved = " and ".join(f"version {n} by engine version {e}" for n, e in others.items())
    return (
        f"Footing saved {saved}; this is engine version {ENGINE_VERSION}. "
        f"Numbers of another engine cannot be computed again, {consequence}."
    )


def pair(db: Session, project: Project, before: int, after: int) -> Pair:
    """Two versions of a project that `find` gave.

    Raises:
        NotFound: the project has no such version.
    """
    return Pair(assessments.numbered(db, project, before), assessments.numbered(db, project, after))


def what_moved(db: Session, two: Pair) -> Attribution:
    """The change from one version to the other, attributed to answers, weights and facts.

    Each combination is computed from what the versions pin, in the same `two.worlds` worlds.

    Raises:
        NotAttributable: a version was saved by another engine, pins what was never stored, or
            holds answers that the questions or weights of the other do not know.
    """
    if reason := why_not(two):
        raise NotAttributable(reason)
    before = _figures(db, two, frozenset())
    after = _figures(db, two, two.changed) if two.changed else before
    alone: Mapping[Cause, Figures] = {
        cause: after if {cause} == two.changed else _figures(db, two, frozenset({cause}))
        for cause in two.changed
    }
    best = [v.result["recommended"] for v in (two.before, two.after) if v.result["recommended"]]
    families: list[Family] = [f for row in best for f in FAMILIES if f == row["family"]]
    return attribution(before, after, alone, [row["option"] for row in best], families)


def _figures(db: Session, two: Pair, later: frozenset[Cause]) -> Figures:
    """The figures with the causes in `later` as after, and the rest as before."""

    def of(cause: Cause) -> SavedAssessment:
        return two.after if cause in later else two.before

    answered, facts, weighed = of("answers"), of("facts"), of("weights")
    mix = (
        f"The answers of version {answered.number} with the weights of version {weighed.number} "
        f"and the facts of version {facts.number}"
    )
    try:
        reference = weights.pinned_by(
            db, facts_sha256=facts.facts_sha256, weight_set=weighed.weight_set
        )
    except ValueError as error:
        raise NotAttributable(f"{mix} cannot be read: {error}.") from error
    except KeyError as error:  # a goal profile that ranks what these facts have no anchors for
        raise NotAttributable(f"{mix} know different criteria.") from error
    if reference is None:
        raise NotAttributable("A version was saved before Footing kept the facts that it pins.")
    if set(reference.weights.default_weights) != set(reference.weights.keys):
        raise NotAttributable(f"{mix} know different criteria.")
    document = {"name": answered.project.name, "answers": nested(answered.answers)}
    try:
        answers = read_answers(document, reference.questions)
    except InvalidAnswers as invalid:
        first = invalid.problems[0].message
        raise NotAttributable(f"{mix} do not go together: {first}") from invalid
    worlds = Worlds(two.worlds, two.after.seed)
    return figures(assessments.rank(answers, reference, worlds))
