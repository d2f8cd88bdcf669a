"""Two saved versions of one project side by side, and what moved the result between them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from app.domain.assessment.attribution import CAUSES, Attribution, Cause, Moved
from app.domain.measurements import kept
from app.domain.options import FAMILY_TITLES
from app.domain.questionnaire.questions import Question, QuestionSet
from app.domain.questionnaire.reading import is_shown
from app.reports.currency import currency_of, speaking
from app.reports.words import change, day, in_hundred, lower_first, money, money_range, whole
from app.services import comparing
from app.services.assessments import SavedAssessment, Version
from app.services.comparing import Pair
from app.services.projects import Project
from app.web import forms
from app.web.forms import Raw
from app.web.pages.answer_words import NOT_ANSWERED, answer
from app.web.pages.base import Page
from app.web.pages.blocks import Stored, is_answered
from app.web.pages.checking import question_text
from app.web.pages.questions import MODALITIES, asked_questions
from app.web.pages.share_links import Pick, named
from app.web.pages.verdict import LABELS, Json, headline, option_titles

NOT_ASKED = "Not asked"
CAUSE_TITLES: Mapping[Cause, str] = {
    "answers": "Answers alone",
    "weights": "Weights alone",
    "facts": "Facts alone",
}
_TOGETHER = "the changes together"
_UNCHANGED = "not changed"


@dataclass(frozen=True)
class Side:
    """One of the two versions: where it is and when it was saved."""

    number: int
    address: str
    name: str
    saved: str


@dataclass(frozen=True)
class Row:
    """One thing in both versions, in words; `mark` says whether it differs, or by how much."""

    name: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    mark: str = ""


@dataclass(frozen=True)
class MovedRow:
    """One figure: before, what each cause alone adds, what only they do together, and after.

    Attributes:
        note: where most of the change comes from, in words.
    """

    name: str
    before: str
    parts: tuple[tuple[str, str], ...]
    after: str
    note: str


@dataclass(frozen=True)
class ComparePage(Page):
    """Two versions; or, before two are chosen, the form alone.

    Attributes:
        from_picks, to_picks: the versions to choose from, newest first.
        advice: why there is nothing to compare; empty when there is.
        sides: the two that are compared.
        differs: answers, weights, facts, engine: which of them changed.
        outcome: recommendation, label, share and total of both.
        totals: the middle total of every option.
        answers: those that changed, and only those; `answers_note` where there are none.
        no_attribution: why nothing is attributed; empty when it can be, or was.
        moved_address: where to compute what moved it; empty where it cannot be, or was.
        moved: what moved it; empty before it was computed.
        notes: what to know about the figures in `moved`.
        worlds, seed: of what is computed.
    """

    template: ClassVar[str] = "projects/compare.html"

    project: Project
    from_picks: tuple[Pick, ...]
    to_picks: tuple[Pick, ...]
    advice: str
    sides: tuple[Side, ...] = ()
    differs: tuple[Row, ...] = ()
    outcome: tuple[Row, ...] = ()
    totals: tuple[Row, ...] = ()
    totals_note: str = ""
    answers: tuple[Row, ...] = ()
    answers_note: str = ""
    no_attribution: str = ""
    moved_address: str = ""
    moved: tuple[MovedRow, ...] = ()
    notes: tuple[str, ...] = ()
    worlds: str = ""
    seed: int = 0


def choose_page(
    project: Project, versions: Sequence[Version], before: int, after: int
) -> ComparePage:
    """The form, with why there is nothing to compare yet."""
    if len(versions) < 2:
        advice = "Two saved versions are needed. Change an answer and save another version."
    else:
        advice = "The same version was chosen twice. Choose two different ones."
    return ComparePage(
        project=project,
        from_picks=_picks(versions, before),
        to_picks=_picks(versions, after),
        advice=advice,
    )


def compare_page(
    two: Pair,
    versions: Sequence[Version],
    questions: QuestionSet,
    *,
    moved: Attribution | None = None,
    no_attribution: str = "",
) -> ComparePage:
    """Both versions, and what `moved` the result once that was computed; money as in the later."""
    with speaking(currency_of(two.after.result)):
        return _compared(two, versions, questions, moved, no_attribution)


def _compared(
    two: Pair,
    versions: Sequence[Version],
    questions: QuestionSet,
    moved: Attribution | None,
    no_attribution: str,
) -> ComparePage:
    before, after = two.before, two.after
    project = after.project
    reason = no_attribution or comparing.why_not(two)
    address = f"/projects/{project.id}/compare/moved"
    answers = tuple(changed_answers(before.answers, after.answers, questions))
    return ComparePage(
        project=project,
        from_picks=_picks(versions, before.number),
        to_picks=_picks(versions, after.number),
        advice="",
        sides=(_side(before), _side(after)),
        differs=tuple(_differs(two, questions)),
        outcome=tuple(_outcome(before.result, after.result)),
        totals=tuple(_totals(before.result, after.result)),
        totals_note=_totals_note(two),
        answers=answers,
        answers_note="" if answers else _why_no_answers(two),
        no_attribution=reason,
        moved_address="" if reason or moved else address,
        moved=tuple(_moved_rows(moved, two)) if moved else (),
        notes=tuple(_notes(moved, two)) if moved else (),
        worlds="" if reason else f"{two.worlds:,}",
        seed=after.seed,
    )


def _picks(versions: Sequence[Version], chosen: int) -> tuple[Pick, ...]:
    return tuple(Pick(v.number, named(v.number, v.title), v.number == chosen) for v in versions)


def _side(saved: SavedAssessment) -> Side:
    return Side(
        number=saved.number,
        address=f"/projects/{saved.project.id}/versions/{saved.number}",
        name=named(saved.number, saved.title),
        saved=f"saved {day(saved.created_at)}" + (f" by {saved.author}" if saved.author else ""),
    )


# ---- what differs ------------------------------------------------------------------------------


def _differs(two: Pair, questions: QuestionSet) -> Iterator[Row]:
    before, after = two.before, two.after
    yield Row(
        "Answers",
        (_answered(before.answers, questions),),
        (_answered(after.answers, questions),),
        _mark("answers" in two.changed),
    )
    for name, one, other in (
        ("Weights", f"set {before.weight_set}", f"set {after.weight_set}"),
        ("Facts, prices and cases", _short(before.facts_sha256), _short(after.facts_sha256)),
        ("Price catalogue", _numbered(before), _numbered(after)),
        ("Questions", f"set {before.question_set}", f"set {after.question_set}"),
        ("Engine", f"version {before.engine_version}", f"version {after.engine_version}"),
    ):
        yield Row(name, (one,), (other,), _mark(one != other))


def _numbered(version: SavedAssessment) -> str:
    return str(version.price_snapshot) if version.price_snapshot else "not numbered yet"


def _answered(stored: Stored, questions: QuestionSet) -> str:
    """How many questions are answered, "I do not know" among them."""
    shown = [q for q in asked_questions(questions, stored) if is_shown(q, stored)]
    count = sum(is_answered(question, stored) for question in shown)
    return f"{count} of {len(shown)} questions answered"


def _mark(differs: object) -> str:
    return "changed" if differs else "same"


def _short(sha256: str) -> str:
    return f"checksum {sha256.removeprefix('sha256:')[:12]}"


# ---- what came out -----------------------------------------------------------------------------


def _outcome(before: Json, after: Json) -> Iterator[Row]:
    rows = zip(_told(before), _told(after), strict=True)
    for (name, one), (_, other) in rows:
        yield Row(name, (one,), (other,), _mark(one != other))


def _told(result: Json) -> Iterator[tuple[str, str]]:
    """Recommendation, label, share and total of one version, each with its name."""
    best = result["recommended"]
    yield "Recommendation", headline(result)
    yield "Option", best["title"] if best else "none"
    yield "How sure", LABELS[best["label"]][0] if best else "nothing is left"
    share = in_hundred(best["share_of_worlds"]) if best else "none of 100"
    yield "Its family is best in", f"{share} variations"
    yield "Its total, middle value", _total(result, best["option"]) if best else "none"


def _total(result: Json, key: str) -> str:
    option = next(row for row in result["options"] if row["key"] == key)
    cost = option["tco_usd"]
    if not cost:
        return "no price"
    least = "at least " if option["at_least"] else ""
    months = len(option["cumulative_usd"]) - 1
    between = money_range(cost["p10"], cost["p90"])
    return f"{least}{money(cost['p50'])} over {months} months (8 of 10: {between})"


def _totals(before: Json, after: Json) -> Iterator[Row]:
    titles = {**option_titles(before), **option_titles(after)}
    rows = [{row["key"]: row for row in result["options"]} for result in (before, after)]
    for key, title in titles.items():
        one, other = (row.get(key) for row in rows)
        yield Row(title, (_middle(one),), (_middle(other),), _step(one, other))


def _middle(option: Json | None) -> str:
    if option is None or not option["tco_usd"]:
        return "no price"
    words = ("at least " if option["at_least"] else "") + money(option["tco_usd"]["p50"])
    return words if option["feasible"] else f"{words}, ruled out"


def _step(one: Json | None, other: Json | None) -> str:
    """The change of the middle total; none where a price is missing in one and not in the other."""
    if one is None or other is None or not (one["tco_usd"] and other["tco_usd"]):
        return ""
    if one["at_least"] != other["at_least"]:
        return "not comparable: a price is missing in one of them"
    usd = other["tco_usd"]["p50"] - one["tco_usd"]["p50"]
    return change(money(usd), usd)


def _totals_note(two: Pair) -> str:
    one, other = (_months(version.result) for version in (two.before, two.after))
    if not one or not other or one == other:
        return ""
    return (
        f"Version {two.before.number} counts {one} months and version {two.after.number} counts "
        f"{other}: part of each difference is only that."
    )


def _months(result: Json) -> int:
    curves = [o["cumulative_usd"] for o in result["options"] if o["tco_usd"]]
    return len(curves[0]) - 1 if curves else 0


# ---- which answers changed ---------------------------------------------------------------------


def changed_answers(before: Stored, after: Stored, questions: QuestionSet) -> Iterator[Row]:
    """The questions that are answered otherwise, in the order in which they are asked."""
    asked = [_asked(questions, stored) for stored in (before, after)]
    either = {*forms.chosen_of(before.get(MODALITIES)), *forms.chosen_of(after.get(MODALITIES))}
    for question in questions.asked(either):
        is_asked = [question.key in keys for keys in asked]
        one, other = (
            _words(question, stored) if there else (NOT_ASKED,)
            for stored, there in zip((before, after), is_asked, strict=True)
        )
        if one != other and {one, other} != {(NOT_ASKED,), (NOT_ANSWERED,)}:
            yield Row(question_text(question, questions), one, other)
    yield from _measurements(before, after, questions)


def _why_no_answers(two: Pair) -> str:
    if "answers" in two.changed:
        return (
            "No question that is asked today is answered otherwise. What changed is how something "
            "is written, or an answer to a question that is not asked."
        )
    return "No question is answered otherwise."


def _asked(questions: QuestionSet, stored: Stored) -> set[str]:
    return {q.key for q in asked_questions(questions, stored) if is_shown(q, stored)}


def _words(question: Question, stored: Stored) -> tuple[str, ...]:
    """What was answered; the defaults that stood in belong to the facts, not to the answers."""
    is_alone = len(question.fields) == 1
    every = (
        (field, answer(field, stored.get(field.path)))
        for field in question.fields
        if not forms.is_blank(stored.get(field.path))
    )
    lines = tuple(words if is_alone else f"{field.label}: {words}" for field, words in every)
    return lines or (NOT_ANSWERED,)


def _measurements(before: Stored, after: Stored, questions: QuestionSet) -> Iterator[Row]:
    """The team's own measurements that were added, replaced or taken back."""
    labels = {option.key: option.label for option in questions.modality_options}
    for path in sorted({*before, *after}):
        head, _, rest = path.partition(".")
        if head != kept.PATH or before.get(path) == after.get(path):
            continue
        modality, _, accelerator = rest.partition(".")
        name = f"Your own measurement: {labels.get(modality, modality)} on {accelerator}"
        is_both = bool(before.get(path) and after.get(path))
        now = "another one" if is_both else _there(after.get(path))
        yield Row(name, (_there(before.get(path)),), (now,))


def _there(raw: Raw) -> str:
    return "uploaded" if raw else "none"


# ---- what moved it -----------------------------------------------------------------------------


def _moved_rows(found: Attribution, two: Pair) -> Iterator[MovedRow]:
    titles = {**option_titles(two.before.result), **option_titles(two.after.result)}
    for key, moved in found.costs.items():
        if moved is not None:
            least = ", at least" if key in found.at_least else ""
            # In dollars: what is rounded after a conversion no longer adds up exactly.
            yield _moved_row(f"{titles[key]}: average total cost, USD{least}", "USD ", moved, two)
    for family, moved in found.shares.items():
        name = f"{FAMILY_TITLES[family]}: best in how many of {found.worlds:,} variations"
        yield _moved_row(name, "", moved, two)
    best = two.after.result["recommended"]
    if found.lead is not None and best:
        name = f"{FAMILY_TITLES[best['family']]}: its lead over the next family, in variations"
        yield _moved_row(name, "", found.lead, two)


def _moved_row(name: str, unit: str, moved: Moved, two: Pair) -> MovedRow:
    parts = [
        (CAUSE_TITLES[c], _step_words(moved.parts[c]) if c in two.changed else _UNCHANGED)
        for c in CAUSES
    ]
    return MovedRow(
        name=name,
        before=whole(moved.before),
        parts=(*parts, ("Only together", _step_words(moved.remainder))),
        after=whole(moved.after),
        note=_note(moved, unit + whole(abs(moved.difference))),
    )


def _step_words(value: int) -> str:
    return change(whole(value), value)


def _note(moved: Moved, size: str) -> str:
    """By how much it moved and what the largest part of it is."""
    sizes = {f"the {cause}": part for cause, part in moved.parts.items()}
    sizes[_TOGETHER] = moved.remainder
    largest = max(sizes, key=lambda name: abs(sizes[name]))
    if not sizes[largest]:
        return "It did not move."
    if not moved.difference:
        return "It did not move: the parts cancel out."
    direction = "Up" if moved.difference > 0 else "Down"
    return f"{direction} by {size}. The largest part: {largest}."


def _notes(found: Attribution, two: Pair) -> Iterator[str]:
    titles = {**option_titles(two.before.result), **option_titles(two.after.result)}
    for key, moved in found.costs.items():
        if moved is None:
            yield (
                f"{titles[key]} has no price in at least one of the computations, so the change "
                "of its cost is not attributed."
            )
    for key in sorted(found.at_least):
        if found.costs[key] is not None:
            yield (
                f"A price of {lower_first(titles[key])} is missing in at least one of the "
                "computations. Where it is missing it counts as nothing, so part of the change "
                "may be only that."
            )
    if found.lead is None:
        yield "Neither version recommends anything, so there is no figure to follow."
