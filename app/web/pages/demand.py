"""The demand page of a saved version: what each kind of data needs in each phase, and why."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from app.reports.currency import in_its_currency
from app.reports.drawing import Chart
from app.reports.week_chart import Week, week_chart
from app.reports.words import NO_DATA, day, hourly_price, in_hundred, money, number, percent
from app.services.assessments import SavedAssessment
from app.web.pages.base import Page
from app.web.pages.verdict import Json

# From a tenth of a unit on it is used; below, the next smaller one.
_SMALL = 0.1
_BYTES = ("MB", "GB", "TB", "PB")
# Units that read otherwise when there is one of them.
_ONE = {"GPUs": "GPU", "copies": "copy"}
_TAGS = {"measured": "good", "modelled": "", "no data": "warn"}
_METHODS = {"full": "All weights", "lora": "LoRA", "qlora": "QLoRA"}

# Phase → its figures → what they are called; the order of the page.
_FIGURES: Mapping[str, Mapping[str, str]] = {
    "ingest": {"gb_per_day": "Arriving", "mbps_peak": "Line in the busiest hour"},
    "preprocess": {
        "vcpu_peak": "Processor in the busiest hour",
        "vcpu_hours_per_day": "Processor time",
        "vcpu_per_gpu": "Processor for each GPU",
    },
    "serve": {
        "busy_gpu_hours_per_day": "Busy",
        "provisioned_gpu_hours_per_day": "Provisioned",
        "gpus_peak": "GPUs for the busiest hour",
        "replicas": "Copies of the model",
        "utilisation": "Busy at most, for a short queue",
        "hbm_gb": "Memory of one copy, at least",
    },
    "store": {"tb": "Kept, once retention is full", "ram_gb": "Memory of the search index"},
    "network": {"egress_gb_per_day": "Sent back"},
    "tune": {
        **{f"{key}_gb_min": f"{name}: memory, at least" for key, name in _METHODS.items()},
        **{f"{key}_gpu_hours_per_run": f"{name}: one run" for key, name in _METHODS.items()},
        "checkpoint_gb": "One checkpoint",
    },
}
_PHASES = {
    "ingest": "Ingest",
    "preprocess": "Preprocess",
    "serve": "Serve",
    "store": "Store",
    "network": "Network",
    "tune": "Train",
}


@dataclass(frozen=True)
class Figure:
    """One figure: its middle, its range, how it is known and from whom."""

    name: str
    value: str
    range: str
    grade: str
    tag: str
    basis: str
    source: str


@dataclass(frozen=True)
class PhaseCell:
    """The main figure of one phase in the overview; `warning` is a tag, empty for none."""

    phase: str
    value: str
    range: str
    grade: str
    tag: str
    notes: tuple[str, ...]
    warning: str


@dataclass(frozen=True)
class PhaseRow:
    """One kind of data: a cell for each phase, and what runs out first."""

    key: str
    title: str
    volume: str
    cells: tuple[PhaseCell, ...]
    limit: str
    limit_words: str


@dataclass(frozen=True)
class Sheet:
    """Every figure of one kind of data, by phase."""

    title: str
    phases: tuple[tuple[str, tuple[Figure, ...]], ...]


@dataclass(frozen=True)
class Machine:
    """One accelerator: chosen, or why not; `mark` is a tag, empty for a runner-up."""

    name: str
    mark: str
    busy: str
    planned: str
    price: str
    every_day: str
    known: str
    why: str


@dataclass(frozen=True)
class DemandPage(Page):
    """What the work of a saved version needs.

    Attributes:
        project_id: 0 for a sample.
        version: name of the version, empty for a sample; at `back` is its result.
        heads: names of the phases, the columns of the overview.
        rows: empty for a version that an earlier engine saved without phases.
    """

    template: ClassVar[str] = "results/demand.html"

    name: str
    project_id: int
    version: str
    back: str
    heads: tuple[str, ...]
    rows: tuple[PhaseRow, ...]
    sheets: tuple[Sheet, ...]
    machines: tuple[Machine, ...]
    week: Chart | None


@in_its_currency
def demand_page(saved: SavedAssessment, *, back: str, is_sample: bool = False) -> DemandPage:
    """The demand of a version; its result is at `back`."""
    demand = [row for row in saved.result["demand"] if "phases" in row]
    return DemandPage(
        name=saved.project.name,
        project_id=0 if is_sample else saved.project.id,
        version="" if is_sample else f"Version {saved.number}",
        back=back,
        heads=tuple(_PHASES.values()),
        rows=tuple(map(_row, demand)),
        sheets=tuple(Sheet(row["title"], tuple(_sheet(row["phases"]))) for row in demand),
        machines=tuple(map(_machine, saved.result.get("accelerators", ()))),
        week=_week(saved.result.get("week")),
    )


# ---- overview ----------------------------------------------------------------------------------


def _row(row: Json) -> PhaseRow:
    phases = row["phases"]
    return PhaseRow(
        key=row["modality"],
        title=row["title"],
        volume=f"{_spread(row['volume_per_day'])} {row['unit']} a day",
        cells=(
            _ingest(phases["ingest"]),
            _preprocess(phases.get("preprocess")),
            _serve(phases["serve"]),
            _store(phases["store"]),
            _cell("network", phases["network"]["egress_gb_per_day"]),
            _tune(phases.get("tune")),
        ),
        limit=row["limit"]["resource"],
        limit_words=row["limit"]["words"],
    )


def _ingest(phase: Json) -> PhaseCell:
    return _cell("ingest", phase["gb_per_day"], f"{_middle(phase['mbps_peak'])} at the peak")


def _preprocess(phase: Json | None) -> PhaseCell:
    if phase is None:
        return _nothing("preprocess", "nothing to prepare")
    each = phase["vcpu_per_gpu"]
    notes = [] if each["grade"] == NO_DATA else [_middle(each)]
    if phase["cpu_bound"]:
        notes.append(f"more than come with a GPU in {in_hundred(phase['cpu_bound_share'])}")
    warning = "CPU-bound" if phase["cpu_bound"] else ""
    return _cell("preprocess", phase["vcpu_peak"], *notes, warning=warning)


def _serve(phase: Json) -> PhaseCell:
    busy, ready = phase["busy_gpu_hours_per_day"], phase["provisioned_gpu_hours_per_day"]
    if phase["gpus_peak"]["grade"] == NO_DATA:
        return _cell("serve", phase["gpus_peak"], phase["gpus_peak"]["basis"])
    return _cell(
        "serve",
        phase["gpus_peak"],
        f"{_middle(busy)} busy",
        f"{_middle(ready)} provisioned",
    )


def _store(phase: Json) -> PhaseCell:
    notes = [f"{_middle(phase['ram_gb'])} of memory for the index"] if "ram_gb" in phase else []
    return _cell("store", phase["tb"], *notes)


def _tune(phase: Json | None) -> PhaseCell:
    if phase is None:
        return _nothing("tune", "not planned, or no language model")
    least = [f"{name} from {_middle(phase[f'{key}_gb_min'])}" for key, name in _METHODS.items()]
    hours = phase["lora_gpu_hours_per_run"]
    if hours["grade"] == NO_DATA:
        return _cell("tune", phase["lora_gb_min"], "memory with LoRA", *least)
    return _cell("tune", hours, "one run with LoRA", *least)


def _cell(phase: str, figure: Json, *notes: str, warning: str = "") -> PhaseCell:
    return PhaseCell(
        phase=_PHASES[phase],
        value=_middle(figure),
        range=_range(figure),
        grade=figure["grade"],
        tag=_TAGS[figure["grade"]],
        notes=notes,
        warning=warning,
    )


def _nothing(phase: str, why: str) -> PhaseCell:
    return PhaseCell(_PHASES[phase], "none", "", "", "", (why,), "")


# ---- every figure ------------------------------------------------------------------------------


def _sheet(phases: Json) -> Iterator[tuple[str, tuple[Figure, ...]]]:
    for key, title in _PHASES.items():
        named = _FIGURES[key]
        held = phases.get(key, {})
        figures = tuple(_figure(named[name], held[name]) for name in named if name in held)
        if figures:
            yield title, figures


def _figure(name: str, figure: Json) -> Figure:
    return Figure(
        name=name,
        value=_middle(figure),
        range=_range(figure),
        grade=figure["grade"],
        tag=_TAGS[figure["grade"]],
        basis=figure["basis"],
        source=f"{figure['source']}, {day(figure['as_of'])}",
    )


def _middle(figure: Json) -> str:
    """The middle value with its unit: `17 GPU hours/day`."""
    if "p50" not in figure:
        return NO_DATA
    value, unit = figure["p50"], figure["unit"]
    if unit == "share":
        return percent(value)
    factor, unit = _readable(figure)
    digits = number(factor * value, 2)
    return f"{digits} {_ONE.get(unit, unit)}" if digits == "1" else f"{digits} {unit}"


def _range(figure: Json) -> str:
    """From the tenth to the ninetieth percentile; empty where both read the same."""
    if "p50" not in figure:
        return ""
    factor, unit = _readable(figure)
    low, high = (
        percent(figure[p]) if unit == "share" else number(factor * figure[p], 2)
        for p in ("p10", "p90")
    )
    return "" if low == high else f"{low} to {high}"


def _readable(figure: Json) -> tuple[float, str]:
    """What to multiply by, and the unit that it gives: bytes in steps of a thousand."""
    unit, middle = figure["unit"], figure["p50"]
    prefix = unit[:2]
    if prefix not in _BYTES or not middle:
        return 1.0, unit
    step = math.floor(math.log10(middle / _SMALL) / 3)
    place = min(max(_BYTES.index(prefix) + step, 0), len(_BYTES) - 1)
    return 1e3 ** (_BYTES.index(prefix) - place), _BYTES[place] + unit[2:]


def _spread(quantiles: Json) -> str:
    low, middle, high = (number(quantiles[p], 2) for p in ("p10", "p50", "p90"))
    return middle if low == high else f"{middle} ({low} to {high})"


# ---- accelerators and the week -----------------------------------------------------------------


def _machine(row: Json) -> Machine:
    price = row["usd_per_hour"]
    grades = sorted(set(row["grades"].values()))
    return Machine(
        name=row["name"],
        mark="stands in" if row["stands_in"] else "chosen" if row["chosen"] else "",
        busy=number(row["busy_gpu_hours_per_day"], 2),
        planned=number(row["planned"]),
        price=f"{hourly_price(price)}, {row['provider']}" if row["provider"] else NO_DATA,
        every_day=money(row["usd_per_day"]),
        known=" and ".join(grades) or NO_DATA,
        why=_why(row),
    )


def _why(row: Json) -> str:
    if row["stands_in"]:
        return "stands in for the vendor's machines, which are not published"
    if row["chosen"]:
        return "chosen by the plan that fits best"
    if not row["fits"]:
        return "cannot be sized, or does not hold every model"
    if not row["in_time"]:
        return "too slow for the answers' time in too many variations"
    return "does the work too" if row["provider"] else "no price in your region"


def _week(week: Json | None) -> Chart | None:
    if week is None:
        return None
    return week_chart(
        Week(week["realtime"], week["deferrable"], week["planned"], week["accelerator"])
    )
