import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from app import reference
from app.domain.assessment import ENGINE_VERSION
from app.domain.errors import NotFound
from app.domain.questionnaire.reading import flattened
from app.persistence import Session
from app.persistence import assessments as rows
from app.reference import Reference
from app.services import assessments, projects, replaying, weights
from app.services.projects import Project
from tests.builders import NOON, a_person, a_project, a_snapshot
from tests.domain.builders import a_decided_document

SHIPPED = reference.load()


@pytest.fixture
def project(db: Session) -> Project:
    """A project with one version, in which nothing is ranked."""
    bo = a_person(db)
    project = a_project(db, bo)
    typed = flattened(a_decided_document(priorities=None)["answers"], SHIPPED.questions)
    projects.save_answers(db, bo, project, typed, NOON)
    _save(db, project, SHIPPED)
    return project


def _save(db: Session, project: Project, shipped: Reference) -> None:
    now = weights.in_force(db, shipped)
    assessments.keep(db, now, project, by=None, title="", worlds=200, now=NOON)


def _altered(db: Session, project: Project, result: str, engine: str = "") -> int:
    """A version that says it came out as `result`, from what the first version rests on."""
    first = rows.by_number(db, project.id, 1)
    assert first is not None
    answers = dict(first.answers) if isinstance(first.answers, dict) else {}
    snapshot = replace(
        a_snapshot(result=result or first.result),
        answers=answers,
        engine_version=engine or first.engine_version,
        worlds=first.worlds,
    )
    return rows.keep(db, project.id, snapshot, by=None, at=NOON).number


def _saved(db: Session, project: Project) -> dict[str, object]:
    found = assessments.latest(db, project)
    assert found is not None
    return found.result


def test_a_version_comes_out_the_same_from_what_it_pinned(db: Session, project: Project) -> None:
    assert replaying.replay(db, project.id, 1) == replaying.Replayed("equal")


def test_the_first_difference_is_named_with_both_values(db: Session, project: Project) -> None:
    result = json.loads(json.dumps(_saved(db, project)))
    was = result["options"][2]["tco_usd"]["p50"]
    result["options"][2]["tco_usd"]["p50"] = was * 1.001
    result["options"][3]["title"] = "Something else"
    number = _altered(db, project, json.dumps(result))
    found = replaying.replay(db, project.id, number)
    assert (found.outcome, found.path) == ("different", "options.2.tco_usd.p50")
    assert (found.saved, found.now) == (was * 1.001, was)


def test_a_millionth_is_no_difference(db: Session, project: Project) -> None:
    result = json.loads(json.dumps(_saved(db, project)))
    result["options"][2]["tco_usd"]["p50"] *= 1 + 5e-7
    number = _altered(db, project, json.dumps(result))
    assert replaying.replay(db, project.id, number).outcome == "equal"


@pytest.mark.parametrize(("change", "path"), [("drop", "cases.0"), ("add", "surprise")])
def test_what_is_missing_on_either_side_is_a_difference(
    db: Session, project: Project, change: str, path: str
) -> None:
    result = json.loads(json.dumps(_saved(db, project)))
    if change == "drop":
        result["cases"] = []
    else:
        result["surprise"] = 1
    number = _altered(db, project, json.dumps(result))
    found = replaying.replay(db, project.id, number)
    assert (found.outcome, found.path) == ("different", path)
    assert "nothing" in (found.saved, found.now)


def test_another_engine_version_is_not_replayed(db: Session, project: Project) -> None:
    number = _altered(db, project, "", engine="0.9")
    found = replaying.replay(db, project.id, number)
    assert found.outcome == "not_replayable"
    assert "engine version 0.9" in found.reason


def test_a_version_from_before_facts_were_kept_is_not_replayed(db: Session) -> None:
    project = a_project(db, a_person(db))
    if db.get_bind().dialect.name == "postgresql":
        db.execute(text("ALTER TABLE assessment DROP CONSTRAINT " + _PINS_FACTS))
    else:
        db.execute(text("PRAGMA defer_foreign_keys = ON"))
    old = replace(a_snapshot(facts_sha256="e" * 64), engine_version=ENGINE_VERSION)
    rows.keep(db, project.id, old, by=None, at=NOON)
    found = replaying.replay(db, project.id, 1)
    assert found.outcome == "not_replayable"
    assert "before Footing kept the facts" in found.reason


_PINS_FACTS = "fk_assessment_facts_sha256_facts_snapshot"


def test_no_such_version_is_not_found(db: Session, project: Project) -> None:
    for project_id, number in ((project.id, 99), (999_999, 1)):
        with pytest.raises(NotFound, match=f"no version {number} of a project {project_id}"):
            replaying.replay(db, project_id, number)


def test_new_facts_and_weights_leave_it_equal(db: Session, project: Project) -> None:
    facts = replace(SHIPPED.facts, figures=dict(list(SHIPPED.facts.figures.items())[::-1]))
    changed = reference.as_pinned(reference.snapshots.named(replace(SHIPPED.snapshot, facts=facts)))
    other = dict(zip(SHIPPED.weights.keys, SHIPPED.weights.default_weights.values(), strict=True))
    other["cost"], other["speed"] = other["speed"], other["cost"]
    changed = replace(changed, weights=replace(changed.weights, default_weights=other))
    weights.ensure(db, changed, NOON + timedelta(days=1))
    assert weights.in_force(db, changed).weights.version == 2
    _save(db, project, changed)
    second = assessments.latest(db, project)
    assert second is not None
    assert (second.number, second.weight_set) == (2, 2)
    assert second.facts_sha256 == changed.facts.sha256 != SHIPPED.facts.sha256
    for number in (1, 2):
        assert replaying.replay(db, project.id, number).outcome == "equal", number
