"""A team's own measurements: uploaded to a project, listed, taken back.

They are kept among the project's answers, so a saved version has them, whatever comes later.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from app.domain.demand.measured import OWN_MODEL, why_unused
from app.domain.errors import InvalidAnswers, NotFound, Problem
from app.domain.measurements import kept
from app.domain.measurements.kept import Measurement
from app.domain.measurements.reading import read_run
from app.domain.measurements.run import TOKENS, Bounds, Run, one_line
from app.domain.questionnaire.answers import Answers
from app.domain.questionnaire.questions import Field, QuestionSet
from app.domain.questionnaire.reading import Unreadable, nested, read_answers, read_number
from app.persistence import Session
from app.persistence.tables import JSONValue
from app.reference import Reference
from app.services import projects
from app.services.people import Person
from app.services.projects import Project

MODALITIES = "modalities"


@dataclass(frozen=True)
class Stated:
    """What no file says, as typed in the form, each field under its name there."""

    modality: str = ""
    accelerator: str = ""
    accelerators: str = ""
    size_class: str = ""
    precision: str = ""
    size: str = ""
    tokens_in: str = ""
    tokens_out: str = ""


@dataclass(frozen=True)
class Upload:
    """A file as it came."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Listed:
    """A measurement of a project.

    Attributes:
        unused: why it decides nothing, as a sentence; "" where it does, or would as soon as the
            other answers are complete.
    """

    measurement: Measurement
    unused: str


def listing(db: Session, reference: Reference, project: Project) -> list[Listed]:
    """The measurements of a project that `projects.find` gave, by modality and accelerator."""
    stored = projects.answers(db, project)
    answers = _answers(project, stored, reference)
    return [
        Listed(m, why_unused(m, answers, reference.facts) if answers else "")
        for m in sorted(_kept(stored, reference), key=lambda m: m.path)
    ]


def add(
    db: Session,
    reference: Reference,
    by: Person | None,
    project: Project,
    stated: Stated,
    upload: Upload,
    now: datetime,
) -> None:
    """Keep what a benchmark's file says; it replaces what was kept for the same place.

    Raises:
        NotAllowed: `by` may not change the project.
        InvalidAnswers: the file or the form cannot be used; each problem's path is a field of
            the form, and that of the file names the line. Nothing is stored.
    """
    projects.require_editor(by, project)
    stored = projects.answers(db, project)
    problems = list(_not_chosen(stated, stored, reference))
    run = _run(upload, problems)
    told = {problem.path for problem in problems}
    numbers = _numbers(stated, problems)
    if run is not None and "modality" not in told:
        problems.extend(_missing(stated, numbers, run, _task(stated, stored, reference.questions)))
    if problems or run is None:
        raise InvalidAnswers(problems)
    measured = _measurement(stated, numbers, run, stored, reference.questions, upload)
    _refuse_impossible(measured, reference)
    projects.save_answers(db, by, project, {measured.path: kept.plain(measured)}, now)


def take_back(
    db: Session, by: Person | None, project: Project, modality: str, accelerator: str, now: datetime
) -> None:
    """Forget a measurement; versions that were saved with it keep it.

    Raises:
        NotAllowed: `by` may not change the project.
        NotFound: there is no such measurement.
    """
    projects.require_editor(by, project)
    path = kept.path(modality, accelerator)
    if path not in projects.answers(db, project):
        raise NotFound(f"{project.name} has no measurement of {modality} on {accelerator}.")
    projects.save_answers(db, by, project, {path: None}, now)


def count(stored: Mapping[str, JSONValue]) -> int:
    """How many measurements are among the stored answers."""
    return sum(path.startswith(f"{kept.PATH}.") for path in stored)


def chosen(stored: Mapping[str, JSONValue]) -> tuple[str, ...]:
    """The modalities that the project has."""
    found = stored.get(MODALITIES)
    return tuple(str(key) for key in found) if isinstance(found, list) else ()


def _answers(
    project: Project, stored: Mapping[str, JSONValue], reference: Reference
) -> Answers | None:
    """The answers; None as long as they cannot be assessed."""
    try:
        document = {"name": project.name, "answers": nested(stored)}
        return read_answers(document, reference.questions)
    except InvalidAnswers:
        return None


def _kept(stored: Mapping[str, JSONValue], reference: Reference) -> tuple[Measurement, ...]:
    known = {option.key: option.label for option in reference.questions.modality_options}
    return kept.read_kept(nested(stored).get(kept.PATH), known, [])


def _not_chosen(
    stated: Stated, stored: Mapping[str, JSONValue], reference: Reference
) -> Iterator[Problem]:
    """What the lists of the form do not offer."""
    if stated.modality not in chosen(stored):
        yield Problem("modality", "Choose the kind of data that was measured.")
    if stated.accelerator not in reference.facts.accelerators:
        yield Problem("accelerator", "Choose the accelerator that it was measured on.")
    for name in ("size_class", "precision"):
        typed = getattr(stated, name)
        if typed and typed not in _field(reference.questions, "text", name).option_keys:
            yield Problem(name, "Choose one of the list.")


def _run(upload: Upload, problems: list[Problem]) -> Run | None:
    try:
        return read_run(upload.content)
    except InvalidAnswers as refused:
        problems.extend(refused.problems)
        return None


_BOUNDS: Mapping[str, Bounds] = {
    "accelerators": kept.ACCELERATORS,
    "size": kept.SIZE,
    "tokens_in": TOKENS,
    "tokens_out": TOKENS,
}


def _numbers(stated: Stated, problems: list[Problem]) -> dict[str, float | None]:
    found: dict[str, float | None] = {}
    for name, bounds in _BOUNDS.items():
        typed = getattr(stated, name).strip()
        field = Field(
            name,
            name,
            "quantity",
            minimum=bounds.low,
            maximum=bounds.high,
            whole=bounds.whole,
        )
        try:
            found[name] = read_number(typed, field) if typed else None
        except Unreadable as unreadable:
            found[name] = None
            problems.append(Problem(name, str(unreadable)))
    return found


def _missing(
    stated: Stated, numbers: Mapping[str, float | None], run: Run, task: str
) -> Iterator[Problem]:
    """What is needed to compare the measured requests with the project's."""
    if not stated.accelerators.strip():
        yield Problem("accelerators", "Say on how many accelerators it was measured.")
    yield from _missing_tokens(stated, numbers, run)
    if task != "embed" and stated.modality in kept.SIZES and not stated.size.strip():
        unit = kept.SIZES[stated.modality]
        yield Problem("size", f"Say how large one request was, in {unit}.")
    if task not in OWN_MODEL:
        for name, what in (("size_class", "the size of the model"), ("precision", "its precision")):
            if not getattr(stated, name):
                yield Problem(name, f"Choose {what}, as it was measured.")


_TOKENS_NEEDED: Mapping[str, tuple[str, ...]] = {
    "text": ("tokens_in", "tokens_out"),
    "embeddings": ("tokens_in",),
}


def _missing_tokens(
    stated: Stated, numbers: Mapping[str, float | None], run: Run
) -> Iterator[Problem]:
    needed = _TOKENS_NEEDED.get(stated.modality, ())
    for name in ("tokens_in", "tokens_out"):
        in_file = getattr(run, name)
        if in_file is not None and numbers[name] is not None:
            yield Problem(name, f"The file says {in_file:,.0f}: leave this empty.")
        elif name in needed and in_file is None and not getattr(stated, name).strip():
            yield Problem(name, "The file does not say this: how many, on average?")


def _measurement(
    stated: Stated,
    numbers: Mapping[str, float | None],
    run: Run,
    stored: Mapping[str, JSONValue],
    questions: QuestionSet,
    upload: Upload,
) -> Measurement:
    accelerators = numbers["accelerators"] or 1.0
    needs_size = stated.modality in kept.SIZES
    return Measurement(
        modality=stated.modality,
        accelerator=stated.accelerator,
        requests_per_second=run.requests_per_second / accelerators,
        accelerators=accelerators,
        conditions=run.conditions,
        task=_task(stated, stored, questions),
        size_class=stated.size_class or _answered("size_class", stated, stored, questions),
        precision=stated.precision or _answered("precision", stated, stored, questions),
        tokens_in=run.tokens_in or numbers["tokens_in"],
        tokens_out=run.tokens_out or numbers["tokens_out"],
        size=numbers["size"] if needs_size else None,
        at_once=run.at_once,
        requests=run.requests,
        tool=run.tool,
        version=run.version,
        model=run.model,
        day=run.day,
        file=one_line(upload.name.replace("\\", "/").rpartition("/")[2]),
        sha256=hashlib.sha256(upload.content).hexdigest(),
    )


def _refuse_impossible(measured: Measurement, reference: Reference) -> None:
    """Do nothing if what would be kept can be read again."""
    problems: list[Problem] = []
    known = {option.key: option.label for option in reference.questions.modality_options}
    rows = {measured.modality: {measured.accelerator: kept.plain(measured)}}
    kept.read_kept(rows, known, problems)
    if problems:
        name = problems[0].path.rpartition(".")[2]
        message = f"Together with what you typed, {name} is not possible. {problems[0].message}"
        raise InvalidAnswers([Problem("file", message)])


def _task(stated: Stated, stored: Mapping[str, JSONValue], questions: QuestionSet) -> str:
    return _answered("task", stated, stored, questions)


def _answered(
    name: str, stated: Stated, stored: Mapping[str, JSONValue], questions: QuestionSet
) -> str:
    """The answered choice for the modality, else the default one; "" where it is not asked."""
    if f"{MODALITIES}.{stated.modality}.{name}" not in questions.fields([stated.modality]):
        return ""
    field = _field(questions, stated.modality, name)
    typed = stored.get(field.path)
    if isinstance(typed, str) and typed in field.option_keys:
        return typed
    return field.default.choice if field.default else ""


def _field(questions: QuestionSet, modality: str, name: str) -> Field:
    return questions.field(f"{MODALITIES}.{modality}.{name}")
