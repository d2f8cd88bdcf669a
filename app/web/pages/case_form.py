"""One case as a form: a field for each column of the case file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from starlette.datastructures import FormData

from app.domain.cases import Case
from app.domain.errors import Problem
from app.reference import case_file
from app.reference.published_cases import ALLOWED, MODALITIES, REQUIRED_CLOSED, REQUIRED_TEXTS
from app.reference.weighing import weight_set
from app.reports.case_words import value_in_words
from app.web.pages.base import Faults, Page, faults

REASON = "reason"
_YES, _NO = "yes", "no"
# Column → what the form calls it, and a hint. In the order of the form, by group.
_GROUPS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "Who decided what": {
        "id": ("Name in addresses", "Small letters and hyphens, such as city-hospital-scans."),
        "organisation": ("Organisation", ""),
        "industry": ("Sector", "As other cases have it, such as healthcare_provider."),
        "country": ("Country", "Two letters."),
        "region": ("Region", ""),
        "org_size": ("Size of the organisation", ""),
        "years": ("Years", "When it was decided and carried out, such as 2019-2022."),
        "decision": ("Decision", ""),
        "direction": ("Direction", ""),
        "decision_scope": ("Scope", ""),
        "ai_relevance": ("How much of it is AI", ""),
    },
    "Situation before the decision": {
        "modalities": ("Kinds of data", ""),
        "workload": ("Work", ""),
        "data_sensitivity": ("Most sensitive data", ""),
        "regulations": ("Rules named", "Separated by commas."),
        "data_volume_tb": ("TB of data", "A number."),
        "gpus": ("GPUs", "A number."),
        "load_profile": ("Load", ""),
        "growth": ("Growth", ""),
        "existing_datacentre": ("A data centre of its own before", ""),
        "team_ops_skill": ("Skill of the team", ""),
        "latency_need": ("Answers needed", ""),
        "drivers": (
            "What was wanted",
            f"The weightiest first, with commas; among: {', '.join(weight_set().keys)}.",
        ),
    },
    "Story and source": {
        "summary": ("Summary", "In our own words."),
        "outcome": ("Outcome", ""),
        "source_title": ("Title of the source", ""),
        "source_url": ("Address of the source", ""),
        "source_type": ("Who tells it", ""),
        "source_date": ("Date of the source", "A year, a month or a day: 2026-11."),
        "confidence": ("Evidence", ""),
    },
}
_LISTS = ("regulations", "drivers")
_LONG = ("summary", "outcome")
_REQUIRED = (*REQUIRED_TEXTS, *REQUIRED_CLOSED, "source_date")


@dataclass(frozen=True)
class CaseField:
    """One column: its control is `line`, `area`, `list` or `many`.

    Attributes:
        options: value and words of a closed column.
        chosen: the values ticked, for `many`.
        is_required: no case is without it.
    """

    column: str
    label: str
    hint: str
    control: str
    value: str
    options: tuple[tuple[str, str], ...]
    chosen: tuple[str, ...]
    problem: str
    is_required: bool


@dataclass(frozen=True)
class CaseFormPage(Page):
    """The form of one case.

    Attributes:
        groups: heading and fields.
        case_id: the case that is corrected; empty for a new one.
        begun: the version of the case from which the correction was begun.
        is_retired: the case left the library; stored again, it is back.
        checked: what storing would change, in a sentence; empty before a check.
    """

    template: ClassVar[str] = "admin/case_form.html"

    groups: tuple[tuple[str, tuple[CaseField, ...]], ...]
    reason: str
    case_id: str
    begun: str
    is_retired: bool
    checked: str
    faults: Faults


def case_form(
    row: Mapping[str, Any],
    *,
    reason: str = "",
    case_id: str = "",
    begun: str = "",
    is_retired: bool = False,
    problems: Sequence[Problem] = (),
    checked: str = "",
) -> CaseFormPage:
    """The form with the values of `row`, a row of the case file, as typed."""
    found = faults([_at_its_column(problem) for problem in problems])
    return CaseFormPage(
        groups=tuple(
            (title, tuple(_field(column, row.get(column), found) for column in columns))
            for title, columns in _GROUPS.items()
        ),
        reason=reason,
        case_id=case_id,
        begun=begun,
        is_retired=is_retired,
        checked=checked,
        faults=found,
    )


def row_of(case: Case) -> Mapping[str, Any]:
    """What the form of `case` is filled with."""
    return case_file.row(case)


def posted_row(posted: FormData) -> dict[str, Any]:
    """The row of the case file that was typed; what is blank is unknown."""
    row: dict[str, Any] = {}
    for column in (column for columns in _GROUPS.values() for column in columns):
        texts = [str(text).strip() for text in posted.getlist(column)]
        text = next((text for text in texts if text), "")
        row[column] = _value_of(column, text, texts)
    return row


def _value_of(column: str, text: str, texts: Sequence[str]) -> Any:  # noqa: ANN401  # a cell of a file
    if column == "modalities":
        return [text for text in texts if text] or None
    if column in _LISTS:
        return [part.strip() for part in text.split(",") if part.strip()] or None
    if column == "existing_datacentre" and text in (_YES, _NO):
        return text == _YES
    return text or None


def _at_its_column(problem: Problem) -> Problem:
    """The problem at the column that its sentence begins with; else at the name of the case."""
    known = {column for columns in _GROUPS.values() for column in columns} | {REASON}
    first = problem.message.split(" ", 1)[0]
    column = next((name for name in (problem.path, first) if name in known), "id")
    return Problem(column, _in_its_words(column, problem.message))


def _in_its_words(column: str, message: str) -> str:
    """The sentence with the name of the field instead of that of the column."""
    label = next((c[column][0] for c in _GROUPS.values() if column in c), "")
    return f"{label}{message.removeprefix(column)}" if message.startswith(column) else message


def _field(column: str, value: object, found: Faults) -> CaseField:
    label, hint = next(c[column] for c in _GROUPS.values() if column in c)
    chosen = tuple(map(str, value)) if isinstance(value, list) else ()
    return CaseField(
        column=column,
        label=label,
        hint=hint,
        control=_control(column),
        value=", ".join(chosen) if chosen else _text(value),
        options=_options(column),
        chosen=chosen,
        problem=found.of(column),
        is_required=column in _REQUIRED,
    )


def _control(column: str) -> str:
    if column == "modalities":
        return "many"
    if column in ALLOWED or column == "existing_datacentre":
        return "list"
    return "area" if column in _LONG else "line"


def _options(column: str) -> tuple[tuple[str, str], ...]:
    if column == "existing_datacentre":
        return ((_YES, "Yes"), (_NO, "No"))
    values = MODALITIES if column == "modalities" else ALLOWED.get(column, ())
    return tuple((value, value_in_words(value)) for value in values)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return _YES if value else _NO
    if isinstance(value, float):
        return f"{value:g}" if value < 1e6 else f"{value:.0f}"
    return "" if value is None else str(value)
