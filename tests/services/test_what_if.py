"""Trying other values on a saved version, by what it pins, and keeping what was tried."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from app import reference
from app.domain.assessment import ENGINE_VERSION
from app.domain.assessment.what_if import API, RENTED, OptionThen, Outcome
from app.domain.errors import Conflict, InvalidAnswers, NotAllowed
from app.domain.questionnaire.reading import flattened
from app.persistence import Session
from app.services import assessments, projects, what_if
from app.services.assessments import SavedAssessment
from app.services.people import Person
from app.services.projects import Project
from app.services.what_if import GRADE, KeptOutcomes, NotComputable, WhatIf
from tests.builders import NOON, a_person, a_project, join
from tests.domain.builders import a_large_document

SHIPPED = reference.load()
WORLDS = 200
VOLUME = "modalities.image.volume_per_day"


@pytest.fixture
def bo(db: Session) -> Person:
    return a_person(db)


@pytest.fixture
def project(db: Session, bo: Person) -> Project:
    """A project with one version."""
    project = a_project(db, bo)
    document = a_large_document(traffic={"shape": "business_hours", "peak_to_average": 3})
    typed = flattened(document["answers"], SHIPPED.questions)
    projects.save_answers(db, bo, project, typed, NOON)
    save(db, project)
    return project


@pytest.fixture
def saved(db: Session, project: Project) -> SavedAssessment:
    return assessments.numbered(db, project, 1)


def save(db: Session, project: Project, shipped: reference.Reference = SHIPPED) -> int:
    return assessments.keep(db, shipped, project, by=None, title="", worlds=WORLDS, now=NOON)


def computed(db: Session, saved: SavedAssessment, typed: dict[str, str]) -> WhatIf:
    asked = what_if.asked(db, saved, typed)
    assert asked.problems == ()
    return what_if.computed(asked, KeptOutcomes())


def is_told_by(outcome: Outcome, saved: SavedAssessment) -> None:
    """The figures of the outcome are those of a version saved with as many worlds."""
    best = saved.result["recommended"]
    assert outcome.best == best["option"]
    assert outcome.share == pytest.approx(best["share_of_worlds"])
    costs = {o["key"]: o["tco_usd"]["p50"] for o in saved.result["options"] if o["tco_usd"]}
    assert {key: o.usd for key, o in outcome.options.items()} == pytest.approx(costs, rel=1e-8)


def test_the_version_itself_says_what_was_saved(db: Session, saved: SavedAssessment) -> None:
    found = computed(db, saved, {})
    is_told_by(found.before, saved)
    assert found.after is found.before
    assert found.before.worlds == WORLDS


def test_what_a_form_shows_and_sends_back_moves_nothing(
    db: Session, saved: SavedAssessment
) -> None:
    asked = what_if.asked(db, saved, {VOLUME: "40000000", "growth_per_year": "30", RENTED.path: ""})
    assert (asked.typed, asked.values) == ({}, {})


def test_doubled_prices_say_what_a_version_with_doubled_prices_says(
    db: Session, project: Project, saved: SavedAssessment
) -> None:
    doubled = tuple(
        replace(
            offer,
            usd_per_hour=offer.usd_per_hour and 2 * offer.usd_per_hour,
            reserved_1y_usd_per_hour=offer.reserved_1y_usd_per_hour
            and 2 * offer.reserved_1y_usd_per_hour,
            reserved_3y_usd_per_hour=offer.reserved_3y_usd_per_hour
            and 2 * offer.reserved_3y_usd_per_hour,
        )
        for offer in SHIPPED.facts.offers
    )
    contract = SHIPPED.facts.figure("commitment.specialist_1y_h100")
    dearer = replace(
        contract, value=2 * contract.value, low=2 * contract.low, high=2 * contract.high
    )
    figures = {**SHIPPED.facts.figures, contract.key: dearer}
    facts = replace(SHIPPED.facts, offers=doubled, figures=figures)
    number = save(db, project, replace(SHIPPED, facts=facts))
    found = computed(db, saved, {RENTED.path: "100"})
    is_told_by(found.after, assessments.numbered(db, project, number))
    before, after = (o.options["hyperscaler_on_demand"].usd for o in (found.before, found.after))
    assert 1.5 * before < after <= 2 * before


def test_what_is_kept_says_what_was_shown(
    db: Session, bo: Person, project: Project, saved: SavedAssessment
) -> None:
    typed = {VOLUME: "90 000 000", "growth_per_year": "-10"}
    asked = what_if.asked(db, saved, typed)
    what_if.take_over(db, bo, asked, NOON + timedelta(days=1))
    number = save(db, project)
    is_told_by(computed(db, saved, typed).after, assessments.numbered(db, project, number))
    kept = projects.answers(db, project)
    # from 30 (0 to 100) percent, all moved by 40
    assert kept["growth_per_year"] == {
        "low": pytest.approx(-0.4), "likely": -0.1, "high": pytest.approx(0.6), "evidence": GRADE,
    }  # fmt: skip
    assert kept[VOLUME] == {
        "low": pytest.approx(9e7 / 1.3), "likely": 9e7, "high": pytest.approx(9e7 * 1.3),
        "evidence": GRADE,
    }  # fmt: skip


def test_prices_are_not_kept(
    db: Session, bo: Person, project: Project, saved: SavedAssessment
) -> None:
    before = projects.answers(db, project)
    with pytest.raises(InvalidAnswers, match="Prices are not answers"):
        what_if.take_over(db, bo, what_if.asked(db, saved, {API.path: "50"}), NOON)
    both = what_if.asked(db, saved, {API.path: "50", VOLUME: "1000"})
    what_if.take_over(db, bo, both, NOON)
    changed = {k for k, v in projects.answers(db, project).items() if before.get(k) != v}
    assert changed == {VOLUME}


def test_an_answer_that_moved_on_is_not_overwritten(
    db: Session, bo: Person, project: Project, saved: SavedAssessment
) -> None:
    projects.save_answers(db, bo, project, {VOLUME: 7_000}, NOON)
    asked = what_if.asked(db, saved, {VOLUME: "9000", "growth_per_year": "10"})
    before = projects.answers(db, project)
    with pytest.raises(Conflict, match=r"answered otherwise after version 1 was saved"):
        what_if.take_over(db, bo, asked, NOON)
    assert projects.answers(db, project) == before


def test_a_viewer_may_try_and_may_not_keep(db: Session, project: Project) -> None:
    cy = a_person(db, "Cy")
    assert project.team is not None
    join(db, cy, project.team.id, "viewer")
    seen = assessments.saved(db, cy, project.id, 1)
    with pytest.raises(NotAllowed):
        what_if.take_over(db, cy, what_if.asked(db, seen, {VOLUME: "9000"}), NOON)


@pytest.mark.parametrize(
    ("path", "typed", "said"),
    [
        (VOLUME, "0", "between 1 images/day"),
        (RENTED.path, "-100", "between -90 % and 400 %"),
        ("growth_per_year", "much", "is not a number"),
    ],
)
def test_what_cannot_be_used_is_said_at_its_driver(
    db: Session, saved: SavedAssessment, path: str, typed: str, said: str
) -> None:
    asked = what_if.asked(db, saved, {path: typed})
    [problem] = asked.problems
    assert problem.path == path
    assert re.search(said, problem.message), problem.message
    assert asked.typed == {path: typed}


def test_a_version_of_another_engine_is_not_tried(db: Session, saved: SavedAssessment) -> None:
    older = replace(saved, engine_version="0")
    said = f"version 1 by engine version 0; this is engine version {ENGINE_VERSION}"
    with pytest.raises(NotComputable, match=said):
        what_if.asked(db, older, {})


def test_a_version_whose_facts_were_not_kept_is_not_tried(
    db: Session, saved: SavedAssessment
) -> None:
    with pytest.raises(NotComputable, match="before Footing kept the facts"):
        what_if.asked(db, replace(saved, facts_sha256="0" * 64), {})


def test_the_version_is_computed_once_for_every_move(db: Session, saved: SavedAssessment) -> None:
    kept = KeptOutcomes()
    first = what_if.computed(what_if.asked(db, saved, {}), kept)
    second = what_if.computed(what_if.asked(db, saved, {API.path: "10"}), kept)
    assert second.before is first.before
    other = replace(saved, created_at=saved.created_at + timedelta(days=1))
    assert kept.find(other) is None


def test_only_so_many_are_kept(saved: SavedAssessment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(what_if, "_MOST_KEPT", 2)
    kept = KeptOutcomes()
    option = OptionThen("x", "X", "cloud", 1.0, at_least=False, failed={})
    one = Outcome({"x": option}, "x", 1.0, ("x",), 1)
    versions = [replace(saved, number=n) for n in (1, 2, 3)]
    for version in versions:
        kept.keep(version, one)
    assert [kept.find(version) for version in versions] == [None, one, one]
