"""The administrators' page about the library of cases."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from app.domain.errors import Problem
from app.services.case_keeping import Plan, Revision
from app.web.pages.base import Page


@dataclass(frozen=True)
class CaseKeepingPage(Page):
    """Rows of the case file to check and store, and what was changed so far.

    Attributes:
        text, reason: as typed.
        problems: field or row → what is wrong with it.
        planned: what storing would change; None before a check.
        case_id: the case whose row stands in `text`, which may be retired; empty for none.
        why, why_problem: the reason for retiring it, as typed, and what is wrong with that.
    """

    template: ClassVar[str] = "admin/cases.html"

    text: str
    reason: str
    problems: tuple[tuple[str, str], ...]
    reason_problem: str
    planned: Plan | None
    case_id: str
    why: str
    why_problem: str
    history: tuple[Revision, ...]


def in_a_sentence(plan: Plan) -> str:
    """What storing would change, for the form of one case."""
    if plan.added:
        return "Nothing is stored yet. It would be a new case."
    return "Nothing is stored yet. It would be corrected." if plan.changes else "Nothing differs."


def keeping_page(
    history: Sequence[Revision],
    *,
    text: str = "",
    reason: str = "",
    problems: Sequence[Problem] = (),
    planned: Plan | None = None,
    case_id: str = "",
    retiring: tuple[str, str] = ("", ""),
) -> CaseKeepingPage:
    """The page with what was typed, and what came of a check.

    Args:
        retiring: the reason for retiring the case, as typed, and what is wrong with it.
    """
    return CaseKeepingPage(
        text=text,
        reason=reason,
        problems=tuple((p.path, p.message) for p in problems if p.path != "reason"),
        reason_problem=next((p.message for p in problems if p.path == "reason"), ""),
        planned=planned,
        case_id=case_id,
        why=retiring[0],
        why_problem=retiring[1],
        history=tuple(history),
    )
