"""The page on which a team brings its own measurements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from app.domain.measurements.kept import SIZES, Measurement
from app.domain.measurements.table import COLUMNS
from app.domain.questionnaire.questions import QuestionSet
from app.persistence.tables import JSONValue
from app.reference import Reference
from app.reports.words import day, number
from app.services import measurements
from app.services.measurements import Listed, Stated
from app.services.projects import Project
from app.web.pages.base import NO_FAULTS, Faults, Page

Options = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class MeasurementRow:
    """A measurement as the list shows it.

    Attributes:
        rate: of one accelerator.
        request: how large a request was.
        how: tool, model, count of requests and day, as the file states them.
        unused: why it decides nothing; "" where it does.
        remove: the address that takes it back.
    """

    modality: str
    accelerator: str
    rate: str
    request: str
    model: str
    how: str
    file: str
    unused: str
    remove: str


@dataclass(frozen=True)
class MeasurementsPage(Page):
    """Upload a benchmark's file, see what there is, take it back.

    Attributes:
        modalities, accelerators, size_classes, precisions: value and words, to choose from.
        choose_modalities: where the kinds of data are chosen.
        columns: of the CSV.
        typed: the form as it was sent; the file is not kept.
    """

    template: ClassVar[str] = "projects/measurements.html"

    project: Project
    may_edit: bool
    modalities: Options
    accelerators: Options
    size_classes: Options
    precisions: Options
    choose_modalities: str
    columns: str
    typed: Stated
    faults: Faults
    rows: tuple[MeasurementRow, ...]


def measurements_page(
    project: Project,
    reference: Reference,
    stored: Mapping[str, JSONValue],
    listed: Sequence[Listed],
    *,
    may_edit: bool,
    typed: Stated,
    wrong: Faults,
) -> MeasurementsPage:
    """The page of `project`, with the form as `typed` and what is wrong with it."""
    questions = reference.questions
    chosen = measurements.chosen(stored)
    names = {option.key: option.label for option in questions.modality_options}
    machines = {key: a.name for key, a in reference.facts.accelerators.items()}
    kinds = tuple((key, names[key]) for key in names if key in chosen)
    section = questions.section_keys[measurements.MODALITIES]
    return MeasurementsPage(
        project=project,
        may_edit=may_edit,
        modalities=(("", "Choose"), *kinds) if len(kinds) > 1 else kinds,
        accelerators=(("", "Choose"), *machines.items()),
        size_classes=_options(questions, "size_class"),
        precisions=_options(questions, "precision"),
        choose_modalities=f"/projects/{project.id}/questions/{section}",
        columns=", ".join(COLUMNS),
        typed=typed,
        faults=wrong if kinds else NO_FAULTS,  # without a form there is nothing to be wrong in
        rows=tuple(_row(one, project, names, machines, questions) for one in listed),
    )


def _options(questions: QuestionSet, name: str) -> Options:
    """The choices are the same for every modality."""
    field = questions.field(f"{measurements.MODALITIES}.text.{name}")
    return (("", "Choose"), *((option.key, option.label) for option in field.options))


def _row(
    listed: Listed,
    project: Project,
    names: Mapping[str, str],
    machines: Mapping[str, str],
    questions: QuestionSet,
) -> MeasurementRow:
    m = listed.measurement
    return MeasurementRow(
        modality=names[m.modality],
        accelerator=machines.get(m.accelerator, m.accelerator),
        rate=f"{_quantity(m.requests_per_second)} requests/s",
        request=_request(m),
        model=_model(m, questions),
        how=_how(m),
        file=m.file,
        unused=listed.unused,
        remove=f"/projects/{project.id}/measurements/{m.modality}/{m.accelerator}/remove",
    )


def _request(m: Measurement) -> str:
    parts = []
    if m.size is not None and m.modality in SIZES:
        unit = SIZES[m.modality]
        parts.append(f"{_quantity(m.size)} {unit.removesuffix('s') if m.size == 1 else unit}")
    if m.tokens_in is not None and m.modality in ("text", "embeddings"):
        parts.append(f"{number(m.tokens_in)} tokens in")
    if m.tokens_out is not None:
        parts.append(f"{number(m.tokens_out)} tokens out")
    return ", ".join(parts) or "a size not stated"


def _quantity(value: float) -> str:
    """Three digits, as a benchmark is worth; `number` rounds more."""
    return f"{value:.3g}" if value < 1_000 else f"{value:,.0f}"


def _model(m: Measurement, questions: QuestionSet) -> str:
    if m.task != "understand":
        return m.model or m.task
    labels = [
        option.label
        for name, key in (("size_class", m.size_class), ("precision", m.precision))
        for option in questions.field(f"{measurements.MODALITIES}.{m.modality}.{name}").options
        if option.key == key
    ]
    return ", ".join(filter(None, (m.model, *labels)))


def _how(m: Measurement) -> str:
    machines = "1 accelerator" if m.accelerators == 1 else f"{m.accelerators:,.0f} accelerators"
    load = "all at once" if m.conditions == "offline" else "as from users"
    if m.at_once is not None:
        load = f"{number(m.at_once)} at once"
    count = f"{m.requests:,.0f} requests" if m.requests is not None else ""
    tool = " ".join(filter(None, (m.tool, m.version)))
    return ", ".join(filter(None, (tool, machines, count, load, day(m.day))))
