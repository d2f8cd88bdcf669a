"""What ships with Footing besides code: dated facts, the questionnaire, weights, cases, samples.

Everything is read and checked whole, once: a table with a mistake stops the program with one
sentence that names the file and the row. Every row carries its source and its date; a source
that begins with "judgement:" is ours, and says why.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files

import yaml

from app.domain.cases import Case
from app.domain.decision.criteria import Criterion, WeightSet
from app.domain.facts import Facts, Offer
from app.domain.questionnaire.questions import QuestionSet
from app.reference import checking, snapshots
from app.reference.must_haves import contradictions, must_haves
from app.reference.published_cases import cases
from app.reference.questionnaire import question_set
from app.reference.snapshots import Snapshot
from app.reference.tables import facts
from app.reference.weighing import weight_set

SAMPLES = ("hospital_group", "contact_centre", "video_startup")


@dataclass(frozen=True)
class Reference:
    """The shipped reference data, or what people published in place of parts of it.

    Attributes:
        criteria: as the snapshot of the facts has them; a published set may have other anchors.
        price_snapshot: number of the price catalogue that the facts have; None for none.
    """

    questions: QuestionSet
    facts: Facts
    weights: WeightSet
    cases: tuple[Case, ...]
    criteria: tuple[Criterion, ...]
    price_snapshot: int | None = None

    @property
    def snapshot(self) -> Snapshot:
        """What an assessment with it pins, named by `facts.sha256`."""
        return Snapshot(self.facts, self.criteria, self.cases, self.questions)


@cache
def load() -> Reference:
    """The reference data, read once.

    Raises:
        ValueError: a file has a mistake; the text names the file and the row.
    """
    read = facts()
    questions = question_set(read.countries)
    questions = replace(
        questions, rules=must_haves(questions), contradictions=contradictions(questions)
    )
    return as_pinned(snapshots.named(Snapshot(read, weight_set().criteria, cases(), questions)))


def as_pinned(snapshot: Snapshot) -> Reference:
    """The reference of a snapshot, with the shipped weights on its anchors."""
    return Reference(
        questions=snapshot.questions,
        facts=snapshot.facts,
        weights=replace(weight_set(), criteria=snapshot.criteria),
        cases=snapshot.cases,
        criteria=snapshot.criteria,
    )


def with_cases(reference: Reference, cases: tuple[Case, ...]) -> Reference:
    """`reference` with other cases, under the checksum of what it now holds."""
    named = snapshots.named(replace(reference, cases=cases).snapshot)
    return replace(reference, cases=cases, facts=named.facts)


def with_offers(reference: Reference, offers: tuple[Offer, ...]) -> Reference:
    """`reference` with other prices, under the checksum of what it now holds."""
    facts = replace(reference.facts, offers=offers)
    named = snapshots.named(replace(reference, facts=facts).snapshot)
    return replace(reference, facts=named.facts)


def sample(name: str) -> dict[str, object]:
    """The answers file of the sample `name`, as it would be read from disk.

    Raises:
        KeyError: there is no such sample.
    """
    if name not in SAMPLES:
        raise KeyError(name)
    text = files("app.reference").joinpath("samples", f"{name}.yaml").read_text("utf-8")
    document: dict[str, object] = yaml.safe_load(text)
    return document


def check(today: date | None = None) -> list[str]:
    """What is wrong with the shipped data, one sentence each; empty when all is well."""
    reference = load()
    return checking.problems(
        reference.facts,
        reference.questions,
        reference.weights,
        reference.cases,
        today or _today(),
    )


def warnings(today: date | None = None) -> list[str]:
    """Which prices have grown old, one sentence for each source and date."""
    return checking.warnings(load().facts, today or _today())


def _today() -> date:
    return datetime.now(tz=UTC).date()
