"""How sizing and pricing work, and how near they come to what others published."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from app.domain.validation.refit import Fits, RateError, RunError, median_error, within_factor_two
from app.domain.validation.sizing import Computed
from app.domain.validation.tco import TcoComputed
from app.reference.tco_file import Restored
from app.reports.price_report import share_words
from app.reports.sizing_report import (
    FAMILY_NAMES,
    IN_SAMPLE,
    LEFT_OUT,
    ROOFLINE,
    exactly,
    rounded,
    signed,
    tuned_rates,
)
from app.reports.tco_report import Line, figure_name, figure_words
from app.reports.words import day, percent
from app.services.validating import Study
from app.web.pages.base import Page

# Words for the reader, and how the tag is coloured.
_VERDICTS = {
    "within": ("within tolerance", "good"),
    "covered": ("covered by the range", "warn"),
    "flagged": ("flagged: the processor binds", "warn"),
    "missed": ("missed", "bad"),
    "not computed": ("not computed", "bad"),
    "no figure to compare": ("nothing to compare with", ""),
}


@dataclass(frozen=True)
class CaseRow:
    """One case: what was published, what comes out, and how it stands.

    Attributes:
        tone: how the verdict is coloured: `good`, `warn`, `bad` or nothing.
    """

    title: str
    note: str
    published: str
    computed: str
    range: str
    error: str
    tolerance: str
    verdict: str
    tone: str
    used_in_tuning: str
    source: str
    dated: str


@dataclass(frozen=True)
class CaseGroup:
    """Cases of one kind, and what is expected of them."""

    key: str
    title: str
    expected: str
    rows: tuple[CaseRow, ...]


@dataclass(frozen=True)
class ErrorRow:
    """One published run or rate against what is in force, and against a fit without it."""

    name: str
    on: str
    published: str
    error: str
    left_out: str
    used_in_tuning: str


@dataclass(frozen=True)
class FamilyRow:
    """The share of the peak that one kind of training reaches."""

    name: str
    runs: int
    value: str
    range: str
    fitted: str


@dataclass(frozen=True)
class Median:
    """One summary figure: measured, and at most."""

    name: str
    value: str
    most: str


@dataclass(frozen=True)
class StudyFigure:
    """One figure that a study of buying against renting prints."""

    name: str
    published: str
    computed: str
    difference: str


@dataclass(frozen=True)
class RestoredRow:
    """What comes out with something put back that the study leaves out."""

    title: str
    figures: str
    source: str
    dated: str


@dataclass(frozen=True)
class StudyRow:
    """A study of buying against renting.

    Attributes:
        flags: what in it does not agree with itself, or with its time.
        tone: how the verdict is coloured: `good` or `bad`.
    """

    key: str
    title: str
    source: str
    dated: str
    evidence: str
    left_out: str
    figures: tuple[StudyFigure, ...]
    flags: tuple[str, ...]
    restored: tuple[RestoredRow, ...]
    verdict: str
    tone: str


@dataclass(frozen=True)
class MethodPage(Page):
    """The formulas, the summary, and every case behind it."""

    template: ClassVar[str] = "method.html"

    headline: str
    medians: tuple[Median, ...]
    groups: tuple[CaseGroup, ...]
    families: tuple[FamilyRow, ...]
    runs: tuple[ErrorRow, ...]
    rates: tuple[ErrorRow, ...]
    compute: str
    bandwidth: str
    studies: tuple[StudyRow, ...]


def method_page(cases: Sequence[Computed], fits: Fits, studies: Sequence[Study]) -> MethodPage:
    """Everything that was computed again, in the order of the shipped file."""
    return MethodPage(
        headline=_headline(cases, fits),
        medians=_medians(fits),
        groups=_groups(cases),
        families=tuple(
            FamilyRow(
                FAMILY_NAMES[fit.family],
                fit.runs,
                percent(fit.in_force.likely),
                f"{percent(fit.in_force.low)} to {percent(fit.in_force.high)}",
                percent(fit.median),
            )
            for fit in fits.families
        ),
        runs=tuple(_run(error) for error in fits.runs),
        rates=tuple(_rate(error) for error in fits.roofline.errors),
        compute=percent(fits.compute),
        bandwidth=percent(fits.bandwidth),
        studies=tuple(map(_study, studies)),
    )


def _study(study: Study) -> StudyRow:
    scenario, line = study.scenario, study.line
    published = dict(line.case.published) if line.case else {}
    holds = line.case is not None and line.computed.holds(line.case)
    return StudyRow(
        key=scenario.id,
        title=scenario.title,
        source=scenario.url,
        dated=day(scenario.as_of),
        evidence=scenario.evidence,
        left_out=scenario.left_out,
        figures=tuple(_figure(line, name, value) for name, value in published.items()),
        flags=tuple(flag.sentence for flag in line.flags),
        restored=tuple(_restored(step, found, published) for step, found in study.restored),
        verdict="comes out as printed" if holds else "does not follow from its inputs",
        tone="good" if holds else "bad",
    )


def _figure(line: Line, name: str, published: float) -> StudyFigure:
    error = line.computed.error(line.case, name) if line.case else None
    return StudyFigure(
        name=figure_name(name),
        published=figure_words(name, published),
        computed=figure_words(name, line.computed.figures[name]),
        difference="" if error is None else share_words(error),
    )


def _restored(step: Restored, found: TcoComputed, figures: Iterable[str]) -> RestoredRow:
    return RestoredRow(
        title=step.title,
        figures="; ".join(figure_words(name, found.figures[name]) for name in figures),
        source=step.source,
        dated=day(step.as_of),
    )


def _headline(cases: Sequence[Computed], fits: Fits) -> str:
    verdicts = [row.verdict for row in cases]
    errors = [run.shipped for run in fits.runs]
    held = verdicts.count("covered") + verdicts.count("flagged")
    return (
        f"We computed {len(cases)} published workloads again. {verdicts.count('within')} come out "
        f"within their tolerance; {held} are hard on purpose, and there the range or a warning has "
        f"to hold. Half of {len(errors)} training runs come out within "
        f"{percent(median_error(errors))}, {within_factor_two(errors)} within a factor of two."
    )


def _medians(fits: Fits) -> tuple[Median, ...]:
    tuned, every = tuned_rates(fits), fits.roofline.errors
    measured = (
        (f"{len(fits.runs)} training runs", [e.shipped for e in fits.runs], IN_SAMPLE),
        ("the same, each foretold by the others", [e.left_out for e in fits.runs], LEFT_OUT),
        (f"{len(tuned)} serving rates used in tuning", [e.shipped for e in tuned], ROOFLINE),
        (f"all {len(every)} serving rates", [e.shipped for e in every], ROOFLINE),
    )
    return tuple(
        Median(name, percent(median_error(errors)), percent(most))
        for name, errors, most in measured
    )


def _groups(cases: Sequence[Computed]) -> tuple[CaseGroup, ...]:
    kinds = (
        ("core", "Usual workloads", "Each must come out within its tolerance."),
        ("deterministic", "Plain arithmetic", "Bytes, memory and processor time."),
        (
            "stress",
            "Hard cases",
            (
                "Our likely value is meant to miss these. Then the range must cover what was "
                "published, or the result must carry a warning."
            ),
        ),
    )
    return tuple(
        CaseGroup(key, title, expected, tuple(_case(c) for c in cases if c.case.kind == key))
        for key, title, expected in kinds
    )


def _case(row: Computed) -> CaseRow:
    case = row.case
    words, tone = _VERDICTS[row.verdict]
    unit = _in_words(case.unit)
    return CaseRow(
        title=case.title,
        note=" ".join((case.note, *row.notes)).strip(),
        published=f"{exactly(case.published)} {unit}",
        computed=f"{rounded(row.predicted)} {unit}" if row.predicted else "",
        range=_between(row),
        error=signed(row.error),
        tolerance=f"±{percent(case.tolerance)}",
        verdict=words,
        tone=tone,
        used_in_tuning="yes" if case.is_tuned else "no",
        source=case.source.source,
        dated=day(case.source.as_of),
    )


def _in_words(unit: str) -> str:
    """A unit of the file as a person says it: `A100 hours`, `images/s per GPU`."""
    for short, words in (("-h", " hours"), ("/GPU", " per GPU"), ("/replica", " per copy")):
        unit = unit.removesuffix(short) + words if unit.endswith(short) else unit
    return unit


def _between(row: Computed) -> str:
    low, high = rounded(row.p10), rounded(row.p90)
    return f"{low} to {high}" if low != high else "exact"


def _run(error: RunError) -> ErrorRow:
    return ErrorRow(
        name=error.run.name,
        on=error.run.accelerator,
        published=f"{exactly(error.run.gpu_hours)} GPU-hours",
        error=signed(error.shipped),
        left_out=signed(error.left_out),
        used_in_tuning="yes",
    )


def _rate(error: RateError) -> ErrorRow:
    return ErrorRow(
        name=error.rate.name,
        on=error.rate.accelerator,
        published=f"{error.rate.tokens_per_second:,.0f} tokens/s",
        error=signed(error.shipped),
        left_out=signed(error.left_out),
        used_in_tuning="yes" if error.rate.is_tuned else "no",
    )
