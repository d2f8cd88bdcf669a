"""What to answer next: the questions that are worth most, each with what it would change."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.domain.questionnaire.questions import QuestionSet
from app.reports.words import day
from app.services.asking import Asking
from app.web.pages.blocks import block_id
from app.web.pages.verdict import ask_next

_MOST = 3


@dataclass(frozen=True)
class Worthwhile:
    """One question to answer next."""

    question: str
    address: str
    evidence: str
    effort: str
    changes: str


@dataclass(frozen=True)
class NextQuestions:
    """The questions that are worth most, and from when that is known.

    Attributes:
        stop: that one may stop; empty while one should not.
        known: from when and how many variations it is, and whether answers changed since.
    """

    rows: tuple[Worthwhile, ...]
    stop: str
    known: str


NOTHING_KNOWN = NextQuestions((), "", "")


def next_questions(
    asking: Asking | None, questions: QuestionSet, sections: Mapping[str, str]
) -> NextQuestions:
    """What to answer next, at most three.

    Args:
        sections: key of each section that the reader may answer → its address.
    """
    if asking is None:
        return NOTHING_KNOWN
    worlds, best = asking.found["worlds"], asking.found["recommended"]
    changed = "" if asking.is_current else " Answers have changed since."
    stop = (
        f"You can stop here: {best} is far enough ahead, and no open question is likely to "
        "change that."
    )
    return NextQuestions(
        rows=tuple(_rows(asking, questions, sections))[:_MOST],
        stop=stop if asking.found["may_stop"] and asking.is_current else "",
        known=f"Computed on {day(asking.at)} from {worlds:,} variations.{changed}",
    )


def _rows(
    asking: Asking, questions: QuestionSet, sections: Mapping[str, str]
) -> Iterator[Worthwhile]:
    ids = {
        field.path: block_id(question)
        for question in questions.asked([option.key for option in questions.modality_options])
        for field in question.fields
    }
    rows = asking.found["open_questions"]
    said = ask_next({"ask_next": rows, "options": asking.found["options"]}, questions)
    for row, told in zip(rows, said, strict=True):
        section = questions.section_keys.get(told.path, "")
        if section in sections and told.path in ids:
            yield Worthwhile(
                question=told.question,
                address=f"{sections[section]}#{ids[told.path]}",
                evidence=told.evidence,
                effort=f"about {row['effort_minutes']} min",
                changes=told.changes,
            )
