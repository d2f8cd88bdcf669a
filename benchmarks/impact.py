"""A draft of weights held against very many saved projects, over the bare product and one read."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
from sqlalchemy import insert, select, text

from app import reference
from app.domain.assessment import assessed
from app.domain.decision.drafts import Draft, drafted
from app.domain.decision.impact import led
from app.domain.decision.scorecard import Scorecard
from app.domain.questionnaire.reading import read_answers
from app.domain.worlds import Worlds
from app.persistence import Session, scorecards
from app.persistence.engine import Database, connect, migrate
from app.persistence.tables import AssessmentRow, MeanValuesRow, PersonRow, ProjectRow, ScorecardRow
from app.reference import Reference
from app.services import weights
from app.services.people import Person
from app.services.weights import Preview
from benchmarks.databases import new_databases
from benchmarks.measuring import Line, in_turns, seconds
from benchmarks.server import SAMPLE

COUNT = 100_000
ROUNDS = 5
GOAL = 3.0
_BATCH = 10_000


def lines(count: int = COUNT) -> Iterator[Line]:
    """Two lines per engine: a draft of weights, and one that moves an anchor too."""
    for name, url in new_databases():
        yield from _lines(name, url, count)


def _lines(name: str, url: str, count: int) -> Iterator[Line]:
    shipped = reference.load()
    points = {key: str(100 * share) for key, share in shipped.weights.default_weights.items()}
    weighed = Draft({**points, "cost": "40"}, dict(shipped.weights.profiles))
    anchored = replace(weighed, anchors={"cost": ("3", "0.4"), "speed": ("40", "4")})
    drafts = {"weights": (weighed, ["content"]), "anchors": (anchored, ["content", "slices"])}
    migrate(url)
    database = connect(url)
    with database.alone() as session:
        by = _filled(session, shipped, count)
        _give_scorecards(session, shipped, [weighed, anchored])
    for what, (draft, columns) in drafts.items():
        title = f"preview of {what} / bare product and read, {name}"
        yield _line(title, database, by, draft, columns)
    database.close()


def _line(what: str, database: Database, by: Person, draft: Draft, columns: list[str]) -> Line:
    shipped = reference.load()
    spent: dict[str, float] = {}

    def ours() -> float:
        spent["ours"] = min(seconds(lambda: _preview(database, shipped, by, draft)) for _ in "12")
        return spent["ours"]

    def bare() -> float:
        spent["bare"] = min(seconds(lambda: _bare(database, shipped, columns)) for _ in "12")
        return spent["bare"]

    ratio = in_turns(ours, bare, ROUNDS)
    found = _preview(database, shipped, by, draft)
    detail = (
        f"{spent['ours'] * 1e3:.0f} ms against {spent['bare'] * 1e3:.0f} ms, "
        f"{found.projects:,} projects, {found.closely} world by world"
    )
    return Line(what, ratio, "x time", detail, GOAL)


def _preview(database: Database, shipped: Reference, by: Person, draft: Draft) -> Preview:
    with database.reading() as session:
        return weights.preview(session, shipped, by, draft)


def _bare(database: Database, shipped: Reference, columns: list[str]) -> None:
    """One read of the table and one product of its mean values with both sets."""
    with database.reading() as session:
        rows = session.execute(select(*(getattr(MeanValuesRow, name) for name in columns))).all()
    values = np.frombuffer(b"".join(row[0] for row in rows))
    both = np.full((len(shipped.weights.keys), 2), 0.1)
    (values.reshape(len(rows), -1, len(both)) @ both).argmax(axis=1)


def _filled(session: Session, shipped: Reference, count: int) -> Person:
    """An administrator in no team, and projects whose values are spread around a real one's."""
    now = datetime.now(UTC)
    weights.ensure(session, shipped, now)
    real = _a_card(shipped)
    team = session.execute(
        text("INSERT INTO team (name, created_at) VALUES ('Bench', :at) RETURNING id"),
        {"at": now},
    ).scalar_one()
    for start in range(1, count + 1, _BATCH):
        ids = range(start, min(start + _BATCH, count + 1))
        _add(session, shipped, real, ids, team, now)
    row = PersonRow(name="Ada", is_administrator=True, created_at=now)
    session.add(row)
    session.flush()
    return Person(row.id, row.name, is_administrator=True)


def _give_scorecards(session: Session, shipped: Reference, drafts: Sequence[Draft]) -> None:
    """Full ones to those that will be looked at closely; of all they would fill ten gigabytes."""
    now = shipped.weights
    content = scorecards.packed(_a_card(shipped), now.keys)
    ids: set[int] = set()
    for draft in drafts:
        then = drafted(draft, now)
        groups = scorecards.everything(session, now, then, now.anchors).groups
        ids |= set(led(groups, now, then).closest(weights.CLOSEST).tolist())
    session.execute(
        insert(ScorecardRow), [{"assessment_id": id_, "content": content} for id_ in sorted(ids)]
    )


def _a_card(shipped: Reference) -> Scorecard:
    answers = read_answers(reference.sample(SAMPLE), shipped.questions)
    card = assessed(answers, shipped.facts, shipped.weights, (), Worlds(500, 1)).scorecard
    return replace(card, ranked=(), profile="")


def _add(
    session: Session, shipped: Reference, real: Scorecard, ids: range, team: int, now: datetime
) -> None:
    chance = np.random.default_rng(ids.start)
    keys = shipped.weights.keys
    means = np.clip(
        real.values.mean(axis=0) + chance.normal(0, 0.2, (len(ids), *real.values.shape[1:])), 0, 1
    )
    shared = {"name": "Bench", "purpose": "", "team_id": team, "created_at": now}
    session.execute(insert(ProjectRow), [{"id": i, **shared} for i in ids])
    version = {
        "number": 1, "title": "", "created_at": now, "answers": {}, "result": "{}",
        "result_sha256": "0" * 64, "question_set": 1, "weight_set": 1, "seed": 1, "worlds": 500,
        "facts_sha256": shipped.facts.sha256, "engine_version": "0",
    }  # fmt: skip
    session.execute(insert(AssessmentRow), [{"id": i, "project_id": i, **version} for i in ids])
    alike = {
        "criteria": " ".join(keys), "profile": "", "ranks_itself": False,
        "contenders": " ".join(f"{c.key}:{c.family}" for c in real.contenders),
        "anchors": scorecards.as_text(real.anchors), "ranked": "",
        "slices": scorecards.slices_of(real),
    }  # fmt: skip
    rows = [
        {"project_id": i, "assessment_id": i, "content": mean.tobytes(), **alike}
        for i, mean in zip(ids, means, strict=True)
    ]
    session.execute(insert(MeanValuesRow), rows)
