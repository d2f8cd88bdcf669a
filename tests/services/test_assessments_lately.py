"""The same question asked again is not computed again; another one is."""

from dataclasses import replace
from typing import Any

import pytest

from app import reference
from app.domain.assessment import Assessed, assessed
from app.domain.questionnaire.reading import flattened
from app.persistence import Session
from app.persistence import assessments as rows
from app.reference import Reference
from app.services import assessments, projects
from tests.builders import NOON, a_person, a_project
from tests.domain.builders import a_decided_document

SHIPPED = reference.load()


@pytest.fixture
def computed(monkeypatch: pytest.MonkeyPatch) -> list[Reference]:
    """One entry for each time that the engine itself was asked; nothing is remembered before."""
    asked: list[Reference] = []

    def counted(*args: Any) -> Assessed:  # noqa: ANN401  # as it was called
        asked.append(SHIPPED)
        return assessed(*args)

    monkeypatch.setattr(assessments, "assessed", counted)
    assessments._RECENT.clear()  # noqa: SLF001  # what earlier tests left
    return asked


def _save(db: Session, by_name: str, known: Reference, worlds: int = 20, **answers: Any) -> str:  # noqa: ANN401
    by = a_person(db, by_name)
    project = a_project(db, by, f"Of {by_name}")
    typed = flattened(a_decided_document(**answers)["answers"], known.questions)
    projects.save_answers(db, by, project, typed, NOON)
    number = assessments.keep(db, known, project, by=by, title="", worlds=worlds, now=NOON)
    row = rows.by_number(db, project.id, number)
    assert row is not None
    return row.result


def test_equal_answers_of_two_projects_are_computed_once(
    db: Session, computed: list[Reference]
) -> None:
    assert _save(db, "Bo", SHIPPED) == _save(db, "Cy", replace(SHIPPED))
    assert len(computed) == 1


def test_anything_else_is_computed_anew(db: Session, computed: list[Reference]) -> None:
    swapped = dict(SHIPPED.weights.default_weights)
    swapped["cost"], swapped["control"] = swapped["control"], swapped["cost"]
    dearer = [
        replace(o, usd_per_hour=2 * o.usd_per_hour) if o.usd_per_hour else o
        for o in SHIPPED.facts.offers
    ]
    others = (
        SHIPPED,
        replace(SHIPPED, weights=replace(SHIPPED.weights, default_weights=swapped)),
        replace(SHIPPED, cases=SHIPPED.cases[1:]),
        replace(SHIPPED, facts=replace(SHIPPED.facts, offers=tuple(dearer))),
    )
    found = [_save(db, name, known) for name, known in zip("ABCD", others, strict=True)]
    found += [_save(db, "E", SHIPPED, worlds=21), _save(db, "F", SHIPPED, horizon_months=24)]
    assert len(computed) == 6
    assert len({found[0], *found[3:]}) == 4  # weights and cases need not move these answers
