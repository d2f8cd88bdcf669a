"""Computing an assessment, keeping it for ever, and reading it again."""

import hashlib
import json
import threading
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.domain.assessment import ENGINE_VERSION, Assessed, assessed, ranked_only
from app.domain.assessment.ranking import Ranking
from app.domain.decision.scorecard import Scorecard
from app.domain.errors import Conflict, InvalidAnswers, NotFound, Problem
from app.domain.measurements.kept import Measurement
from app.domain.questionnaire.answers import Answers, Given
from app.domain.questionnaire.reading import flattened, nested, read_answers
from app.domain.worlds import Worlds
from app.persistence import Session, asking, scorecards
from app.persistence import assessments as rows
from app.persistence.assessments import Snapshot
from app.persistence.tables import AssessmentRow, JSONValue
from app.reference import Reference
from app.services import projects, rules
from app.services.people import Person
from app.services.projects import Project
from app.services.texts import one_line, storable_data, too_long

SEED = 1
LONGEST_TITLE = 120
# One assessment at a time in a process: each takes all of a core and some hundred megabytes,
# and two at once would only make both late.
_COMPUTING = threading.BoundedSemaphore(1)


@dataclass(frozen=True)
class SavedAssessment:
    """One immutable version: what was answered, what came out, and what it rested on.

    Attributes:
        answers: field path → what was typed.
        result: the result as plain data.
        price_snapshot: the price catalogue it was priced with; None before they were numbered.
        hidden: paths of the answers that were taken out of this copy; `redaction`.
    """

    project: Project
    number: int
    title: str
    created_at: datetime
    author: str
    answers: dict[str, Any]
    result: dict[str, Any]
    question_set: int
    weight_set: int
    facts_sha256: str
    engine_version: str
    seed: int
    price_snapshot: int | None = None
    hidden: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Stored:
    """The text of a result, byte for byte, and the hash that it was saved with."""

    text: str
    sha256: str


@dataclass(frozen=True)
class Stamp:
    """What tells one saved version from all others, without its answers and its result.

    A version never changes, so an equal stamp means an equal version; the name of its project,
    which may change, is part of it.
    """

    project_name: str
    id: int
    number: int
    result_sha256: str


@dataclass(frozen=True)
class Version:
    """One line of the list of versions."""

    number: int
    title: str
    created_at: datetime
    author: str
    recommended: dict[str, Any] | None


@dataclass(frozen=True)
class Head:
    """The newest version of a project, for a list.

    Attributes:
        result: its recommendation and the families' shares; nothing else of it.
    """

    number: int
    created_at: datetime
    result: dict[str, Any]


def check(db: Session, reference: Reference, project: Project) -> list[Problem]:
    """What keeps the answers of `project` from being assessed; empty when nothing does."""
    try:
        read(db, reference, project)
    except InvalidAnswers as invalid:
        return list(invalid.problems)
    return []


def import_answers(
    db: Session,
    reference: Reference,
    by: Person,
    project: Project,
    document: Mapping[str, Any],
    now: datetime,
    seen: str = "",
) -> None:
    """Replace the answers of `project` by those of an answers file; its name stays.

    What is equal stays whoever's it is. `seen` is the tag of the answers that the file replaces.

    Raises:
        NotAllowed: `by` may not change the project.
        Conflict: the answers are not those that were seen any more; nothing is changed.
        InvalidAnswers: the file is not complete and right; nothing is changed.
    """
    projects.require_editor(by, project)
    read_answers(document, reference.questions)
    present = projects.answers(db, project)
    if seen and seen != answers_tag(present):
        raise Conflict("Somebody changed the answers since you read them: read them again.")
    wanted = storable_data(flattened(document["answers"], reference.questions))
    gone = dict.fromkeys(present.keys() - wanted.keys())
    new = {path: value for path, value in wanted.items() if present.get(path) != value}
    projects.save_answers(db, by, project, {**gone, **new}, now)


def answers_tag(answers: Mapping[str, JSONValue]) -> str:
    """A name for these very answers, to see whether they have changed."""
    return hashlib.sha256(json.dumps(answers, sort_keys=True).encode()).hexdigest()


def submit(
    db: Session,
    reference: Reference,
    by: Person | None,
    project: Project,
    *,
    title: str,
    worlds: int,
    now: datetime,
) -> int:
    """Assess the answers of `project` and keep the result; returns the number of the version.

    Raises:
        NotAllowed: `by` may not change the project.
        InvalidAnswers: the answers cannot be used; nothing is kept.
    """
    projects.require_editor(by, project)
    return keep(db, reference, project, by=by, title=title, worlds=worlds, now=now)


def keep(
    db: Session,
    reference: Reference,
    project: Project,
    *,
    by: Person | None,
    title: str,
    worlds: int,
    now: datetime,
) -> int:
    """As `submit`, for whoever has decided that it may be done."""
    title = one_line(title)
    if problems := list(too_long("title", "The title", title, LONGEST_TITLE)):
        raise InvalidAnswers(problems)
    answers = read(db, reference, project)
    found = _found(answers, reference, worlds)
    snapshot = Snapshot(
        title=title,
        answers=dict(projects.answers(db, project)),
        result=found.text,
        question_set=reference.questions.version,
        weight_set=reference.weights.version,
        facts_sha256=reference.facts.sha256,
        engine_version=ENGINE_VERSION,
        seed=SEED,
        worlds=worlds,
        price_snapshot=reference.price_snapshot,
    )
    row = rows.keep(db, project.id, snapshot, by=by.id if by else None, at=now)
    scorecards.keep(db, row, found.scorecard, reference.weights.keys)
    result = json.loads(found.text)
    rules.note(db, row.id, result)
    worth = worth_asking(result, projects.answers(db, project))
    asking.put(db, project.id, worth, now)
    return row.number


def worth_asking(result: Mapping[str, Any], typed: Mapping[str, JSONValue]) -> JSONValue:
    """What a result says of the open questions, with the answers that it was computed from."""
    best = result["recommended"]
    return {
        "open_questions": result["open_questions"],
        "options": [{"key": o["key"], "title": o["title"]} for o in result["options"]],
        "may_stop": result["stop"]["may_stop"],
        "recommended": best["title"] if best else "",
        "worlds": result["versions"]["worlds"],
        "typed": dict(typed),
    }


def compute(
    answers: Answers, reference: Reference, *, worlds: int, seed: int = SEED, profile: str = ""
) -> dict[str, Any]:
    """The result of `answers` with the facts and weights of `reference`, as plain data."""
    return _assessed(answers, reference, Worlds(worlds, seed), profile=profile).result


def rank(answers: Answers, reference: Reference, worlds: Worlds) -> Ranking:
    """The ranking alone, of `answers` with the facts and weights of `reference`."""
    with _COMPUTING:
        return ranked_only(answers, reference.facts, reference.weights, worlds)


@dataclass(frozen=True)
class _Asked:
    """All that an assessment depends on; the name of the project is not among it."""

    given: Mapping[str, Given]
    unknown: frozenset[str]
    modalities: tuple[str, ...]
    measurements: tuple[Measurement, ...]
    reference: Reference
    worlds: int


@dataclass(frozen=True)
class _Found:
    """What an assessment gave: its result as text, so that nobody changes it, and its scorecard."""

    text: str
    scorecard: Scorecard


# Who saves twice, or two who save the same at once, do not wait for the same to be computed again.
# A result has some hundred kilobytes, so it is the last few.
_RECENT: deque[tuple[_Asked, _Found]] = deque(maxlen=8)


def _found(answers: Answers, reference: Reference, worlds: int) -> _Found:
    given, unknown, kinds = answers.given, answers.unknown, answers.modalities
    asked = _Asked(given, unknown, kinds, answers.measurements, reference, worlds)
    with _COMPUTING:
        before = next((found for earlier, found in _RECENT if earlier == asked), None)
        if before is not None:
            return before
        made = assessed(
            answers,
            reference.facts,
            reference.weights,
            reference.cases,
            Worlds(worlds, SEED),
        )
        found = _Found(as_json(made.result), made.scorecard)
        _RECENT.append((asked, found))
        return found


def _assessed(answers: Answers, reference: Reference, worlds: Worlds, *, profile: str) -> Assessed:
    with _COMPUTING:
        return assessed(
            answers, reference.facts, reference.weights, reference.cases, worlds, profile
        )


def as_json(result: dict[str, Any]) -> str:
    """The result as canonical text: equal results are equal bytes."""
    return json.dumps(result, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def saved(db: Session, by: Person | None, project_id: int, number: int) -> SavedAssessment:
    """One saved version.

    Raises:
        NotFound: there is no such project or version that `by` may see.
    """
    return numbered(db, projects.find(db, by, project_id), number)


def numbered(db: Session, project: Project, number: int) -> SavedAssessment:
    """As `saved`, for whoever has decided that the project may be read.

    Raises:
        NotFound: the project has no such version.
    """
    row = rows.by_number(db, project.id, number)
    if row is None:
        raise _no_version(project, number)
    return _saved(project, row, rows.author_of(db, row))


def stored(db: Session, project: Project, number: int) -> Stored:
    """The result of a version of a project that `find` or `sample` gave, as it was stored.

    Raises:
        NotFound: the project has no such version.
    """
    row = rows.by_number(db, project.id, number)
    if row is None:
        raise _no_version(project, number)
    return Stored(row.result, row.result_sha256)


def stamp(db: Session, project: Project, number: int | None = None) -> Stamp:
    """What tells a version of a project that `find` or `sample` gave from all others.

    Without `number`, the newest version.

    Raises:
        NotFound: there is no such version.
    """
    found = rows.stamp(db, project.id, number)
    if found is None:
        raise NotFound(f"{project.name} has no version{'' if number is None else f' {number}'}.")
    return Stamp(project.name, *found)


def latest(db: Session, project: Project) -> SavedAssessment | None:
    """The newest version of a project that `find` or `sample` gave; None before the first."""
    row = rows.latest(db, project.id)
    return _saved(project, row, rows.author_of(db, row)) if row else None


def listing(db: Session, project: Project) -> list[Version]:
    """The versions of `project`, newest first."""
    return [
        Version(
            number=row.number,
            title=row.title,
            created_at=row.created_at,
            author=rows.author_of(db, row),
            recommended=json.loads(row.result)["recommended"],
        )
        for row in rows.all_of(db, project.id)
    ]


def heads(db: Session, found: Sequence[Project]) -> dict[int, Head]:
    """Project id → newest version, of projects that `find` or `listing` gave; some have none."""
    ids = [project.id for project in found]
    return {
        row.project_id: Head(row.number, row.created_at, dict(row.result))
        for row in rows.heads(db, ids, ("recommended", "families"))
    }


def _no_version(project: Project, number: int) -> NotFound:
    return NotFound(f"{project.name} has no version {number}.")


def read(db: Session, reference: Reference, project: Project) -> Answers:
    """The answers of a project that `find` gave, as values.

    Raises:
        InvalidAnswers: they cannot be used as they are.
    """
    typed: dict[str, JSONValue] = projects.answers(db, project)
    document = {"name": project.name, "answers": nested(typed)}
    return read_answers(document, reference.questions)


def _saved(project: Project, row: AssessmentRow, author: str) -> SavedAssessment:
    answers = row.answers if isinstance(row.answers, dict) else {}
    return SavedAssessment(
        project=project,
        number=row.number,
        title=row.title,
        created_at=row.created_at,
        author=author,
        answers=dict(answers),
        result=json.loads(row.result),
        question_set=row.question_set,
        weight_set=row.weight_set,
        facts_sha256=row.facts_sha256,
        engine_version=row.engine_version,
        seed=row.seed,
        price_snapshot=row.price_snapshot,
    )
