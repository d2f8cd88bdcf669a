"""The landing page and the list of samples."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from app.domain.facts import Offer, earliest_day
from app.domain.options import FAMILIES
from app.domain.questionnaire.reading import is_shown
from app.reference import Reference
from app.reference.checking import age_in_words
from app.reports.drawing import Chart
from app.reports.words import day
from app.services.samples import Sample
from app.web.pages.base import Page
from app.web.pages.projects import core_count
from app.web.pages.questions import MODALITIES
from app.web.pages.verdict import LABELS, verdict


@dataclass(frozen=True)
class SampleCard:
    """A sample with what came out of it; `headline` and `sentence` are those of its result."""

    key: str
    name: str
    label: str
    family: str
    headline: str
    sentence: str


@dataclass(frozen=True)
class SamplesPage(Page):
    """The samples, which everybody may look at."""

    template: ClassVar[str] = "sample.html"

    samples: tuple[SampleCard, ...]


@dataclass(frozen=True)
class CaseTeaser:
    """A published decision in one line."""

    id: str
    organisation: str
    decision: str
    summary: str


@dataclass(frozen=True)
class HomePage(Page):
    """What Footing does, what one needs at hand, and a picture of a real result.

    Attributes:
        core, questions: how many core questions one kind of data has, and how many in all.
        figures, cases: how many figures and published decisions it rests on.
        picture: the cost chart of a sample; None before the samples are assessed.
        picture_of: the sample's key and name.
    """

    template: ClassVar[str] = "home.html"

    core: int
    questions: int
    figures: int
    cases: int
    picture: Chart | None
    picture_of: SampleCard | None
    teasers: tuple[CaseTeaser, ...]
    old_prices: str


def samples_page(samples: Sequence[Sample]) -> SamplesPage:
    """The list of samples."""
    return SamplesPage(tuple(map(_card, samples)))


def home_page(
    reference: Reference, samples: Sequence[Sample], picture: Chart | None, *, today: date
) -> HomePage:
    """The landing page; `picture` is the cost chart of the first sample."""
    questions = reference.questions
    one_kind = {MODALITIES: [questions.modality_options[0].key]}
    cards = tuple(map(_card, samples))
    by_decision = {case.decision: case for case in reversed(reference.cases)}
    return HomePage(
        core=core_count(questions, one_kind)[1],
        questions=len([q for q in questions.asked(one_kind[MODALITIES]) if is_shown(q, one_kind)]),
        figures=len(reference.facts.figures) + len(reference.facts.offers),
        cases=len(reference.cases),
        picture=picture,
        picture_of=cards[0] if cards else None,
        teasers=tuple(
            CaseTeaser(case.id, case.organisation, case.decision, case.summary)
            for family in FAMILIES
            if (case := by_decision.get(family))
        ),
        old_prices=_old_prices(reference.facts.offers, today),
    )


def _old_prices(offers: Sequence[Offer], today: date) -> str:
    """A sentence where even the newest cloud price has grown old; empty where it has not."""
    newest = max((o.source.as_of for o in offers), key=lambda d: earliest_day(d) or date.min)
    age = age_in_words(newest, today)
    if not age:
        return ""
    return (
        f"The newest cloud prices here are of {day(newest)}, {age} old. "
        "Ask for quotes before you rely on a result."
    )


def _card(sample: Sample) -> SampleCard:
    best = sample.result["recommended"]
    said = verdict(sample.result)
    return SampleCard(
        key=sample.key,
        name=sample.name,
        label=LABELS[best["label"]][0] if best else "No option left",
        family=best["family"] if best else "",
        headline=said.headline,
        sentence=said.sentence,
    )
