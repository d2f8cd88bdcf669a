"""The page behind a result: what decides against any rival, how sure it is, what to ask."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from app.domain.questionnaire.questions import Question, QuestionSet
from app.reports.currency import in_its_currency
from app.reports.drawing import Chart
from app.reports.why_chart import added_up, signed, why_chart
from app.reports.words import in_hundred, lower_first, number, percent
from app.services.assessments import SavedAssessment
from app.web.pages.base import Page
from app.web.pages.blocks import block_id
from app.web.pages.questions import chosen_modalities
from app.web.pages.share_links import Pick
from app.web.pages.verdict import Json, amount, ask_next, edge, headline, option_titles, verdict

# What an answer drives → the criterion that it moves besides those it names itself. Predictability
# is that of prices and demand; carbon follows the machines.
_ALSO_DRIVES: Mapping[str, tuple[str, ...]] = {
    "cost": ("tco:",),
    "predictability": ("tco:growth", "tco:fleet", "tco:prices"),
    "sustainability": ("tco:compute",),
}
_MOST_NAMED = 3
# Both are alike in a criterion that ties only where it holds all the weight.
_ALL = 0.9995
# A central weight this far above an equal share is what somebody cares about.
_CARED_FOR = 1.1


@dataclass(frozen=True)
class Answer:
    """A question behind a criterion; `address` is empty where there is nothing to change."""

    text: str
    address: str


@dataclass(frozen=True)
class PartRow:
    """What one criterion adds to the margin, and the weight at which it would make both equal."""

    key: str
    title: str
    points: str
    weight: str
    tie: str
    behind: tuple[Answer, ...]


@dataclass(frozen=True)
class SureRow:
    """How often one option is first, and what is lost by choosing it."""

    title: str
    family: str
    first: str
    regret: str
    anyone: str
    favoured_by: str


@dataclass(frozen=True)
class DuelRow:
    """How often one option scores more than each other; "" against itself."""

    title: str
    shares: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class WorthRow:
    """What knowing one input, or one question, is worth."""

    what: str
    address: str
    evidence: str
    effort: str
    worth: str
    changes: str


@dataclass(frozen=True)
class WhyPage(Page):
    """Why the recommended option leads, against any other that may be chosen.

    Attributes:
        picks: the options to hold it against; empty for a version saved before they were kept.
        margin: that the bars add up, and to what.
        turns: where along one input another option is ahead, in sentences.
        error: by how much counting 20,000 variations may be off.
        rest: how many inputs were varied that are worth nothing to know.
    """

    template: ClassVar[str] = "results/why.html"

    name: str
    project_id: int
    version: str
    back: str
    here: str
    headline: str
    sentence: str
    leader: str
    rival: str
    picks: tuple[Pick, ...]
    chart: Chart | None
    margin: str
    parts: tuple[PartRow, ...]
    not_for: str
    turns: tuple[str, ...]
    error: str
    sureness: tuple[SureRow, ...]
    duels: tuple[DuelRow, ...]
    questions: tuple[WorthRow, ...]
    inputs: tuple[WorthRow, ...]
    rest: str
    stop: str


@in_its_currency
def why_page(
    saved: SavedAssessment, questions: QuestionSet, *, rival: str, back: str, may_change: bool
) -> WhyPage:
    """The page of a saved version, held against `rival`, else against the best of the rest.

    Args:
        back: the address of the result.
        may_change: whether its questions lead to where they are answered.
    """
    result = saved.result
    titles = option_titles(result)
    said = verdict(result)
    against = _against(result, rival)
    best = result["recommended"]
    places = _Places(saved, questions) if may_change else None
    return WhyPage(
        name=saved.project.name,
        project_id=0 if saved.project.sample_key else saved.project.id,
        version=f"Version {saved.number}",
        back=back,
        here=f"{back}/why",
        headline=headline(result),
        sentence=said.sentence,
        leader=best["title"] if best else "",
        rival=lower_first(titles[against["option"]]) if against else "",
        picks=_picks(result, against),
        chart=_chart(result, against),
        margin=_margin(result, against),
        parts=tuple(_parts(saved, against, questions, places)),
        not_for=said.not_for,
        turns=tuple(_turns(result)),
        error=_error(result),
        sureness=tuple(_sureness(result)),
        duels=tuple(_duels(result)),
        questions=tuple(_questions(result, questions, places)),
        inputs=tuple(_inputs(result, places)),
        rest=_rest(result),
        stop=said.stop,
    )


class _Places:
    """Where each question of a project is answered."""

    def __init__(self, saved: SavedAssessment, questions: QuestionSet) -> None:
        every = [option.key for option in questions.modality_options]
        self._by_path = {
            field.path: self.of(saved.project.id, question)
            for question in questions.asked(every)
            for field in question.fields
        }

    @staticmethod
    def of(project_id: int, question: Question) -> str:
        """The address of the question."""
        return f"/projects/{project_id}/questions/{question.section}#{block_id(question)}"

    def at(self, path: str) -> str:
        """The address of the question that asks for `path`; "" where none does any more."""
        return self._by_path.get(path, "")


def _against(result: Json, rival: str) -> Json | None:
    """The asked rival, else the one that the result compares with, else the closest one."""
    rows: Sequence[Json] = result.get("rivals", ())
    usual = result["why"][0]["against"] if result["why"] else ""
    by_key = {row["option"]: row for row in rows}
    closest = min(rows, key=lambda row: row["margin"], default=None)
    return by_key.get(rival) or by_key.get(usual) or closest


def _picks(result: Json, against: Json | None) -> tuple[Pick, ...]:
    titles = option_titles(result)
    return tuple(
        Pick(row["option"], titles[row["option"]], row is against)
        for row in result.get("rivals", ())
    )


def _points(against: Json) -> list[float]:
    """What each criterion adds, in points to a tenth that add up to the margin."""
    return added_up([part["contribution"] * 100 for part in against["parts"]])


def _chart(result: Json, against: Json | None) -> Chart | None:
    best = result["recommended"]
    if best is None or against is None:
        return None
    criteria, titles = _criteria(result, best["option"]), option_titles(result)
    here, there = best["title"], titles[against["option"]]
    return why_chart(
        [(criteria[p["criterion"]]["title"], p["contribution"]) for p in against["parts"]],
        leader=here,
        rival=there,
        title=f"What decides between {lower_first(here)} and {lower_first(there)}",
        hrefs={criteria[p["criterion"]]["title"]: f"#c-{p['criterion']}" for p in against["parts"]},
    )


def _criteria(result: Json, key: str) -> dict[str, Json]:
    option = next(o for o in result["options"] if o["key"] == key)
    return dict(option["criteria"])


def _margin(result: Json, against: Json | None) -> str:
    best = result["recommended"]
    if best is None or against is None:
        return ""
    there = lower_first(option_titles(result)[against["option"]])
    margin = sum(_points(against))
    scores = {o["key"]: o["score"] * 100 for o in result["options"] if o["score"] is not None}
    words = f"{abs(margin):.1f} of 100 points"
    ahead = "ahead of" if margin >= 0 else "behind"
    return (
        f"The bars add up to the margin: on average {lower_first(best['title'])} is {words} "
        f"{ahead} {there}, {scores[best['option']]:.1f} against {scores[against['option']]:.1f}."
    )


def _parts(
    saved: SavedAssessment,
    against: Json | None,
    questions: QuestionSet,
    places: _Places | None,
) -> Iterator[PartRow]:
    best = saved.result["recommended"]
    if best is None or against is None:
        return
    criteria = _criteria(saved.result, best["option"])
    asked = list(questions.asked(chosen_modalities(saved.answers)))
    rows = zip(against["parts"], _points(against), strict=True)
    for part, points in sorted(rows, key=lambda row: -abs(row[0]["contribution"])):
        criterion = criteria[part["criterion"]]
        behind = (q for q in asked if _moves(q, part["criterion"]))
        yield PartRow(
            key=part["criterion"],
            title=criterion["title"],
            points=signed(points),
            weight=percent(criterion["weight"]),
            tie=_tie(part["ties_at"]),
            behind=tuple(
                Answer(q.text, places.at(q.fields[0].path) if places else "") for q in behind
            ),
        )


def _tie(weight: float | None) -> str:
    if weight is None:
        return "no weight"
    return "nothing but all of it" if weight > _ALL else percent(weight)


def _moves(question: Question, criterion: str) -> bool:
    wanted = (f"crit:{criterion}", *_ALSO_DRIVES.get(criterion, ()))
    return any(drive.startswith(wanted) for drive in question.drives)


def _turns(result: Json) -> Iterator[str]:
    titles = option_titles(result)
    for flip in result["flips"]:
        if flip["kind"] == "input":
            then = lower_first(titles.get(flip["then_best"], flip["then_best"]))
            what = flip["what"][:1].upper() + flip["what"][1:]
            yield (
                f"{what}: you have {amount(flip['now'], flip['unit'])}; "
                f"{edge(flip)}, {then} is ahead."
            )


def _error(result: Json) -> str:
    found = result.get("robustness")
    if found is None:
        return ""
    worlds, off = result["versions"]["worlds"], found["largest_error"] * 100
    return (
        f"Counted over {worlds:,} variations; a share that is counted so has a standard error of "
        f"at most {number(off, 2)} of 100."
    )


def _sureness(result: Json) -> Iterator[SureRow]:
    options = {option["key"]: option for option in result["options"]}
    rows: Mapping[str, Json] = result.get("robustness", {}).get("options", {})
    for key in sorted(rows, key=lambda key: -rows[key]["first"]):
        row, option = rows[key], options[key]
        yield SureRow(
            title=option["title"],
            family=option["family"],
            first=f"{in_hundred(row['first'])} ± {row['first_error'] * 100:.1f}",
            regret=f"{row['regret'] * 100:.1f} ± {row['regret_error'] * 100:.1f} points",
            anyone=in_hundred(row["first_whatever_one_values"]),
            favoured_by=_favoured_by(option, row["central_weights"]),
        )


def _favoured_by(option: Json, central: Mapping[str, float] | None) -> str:
    """Whose choice an option is: the criteria that count most where it is first."""
    title = lower_first(option["title"])
    if central is None:
        return f"Nobody would choose {title}: with no weights was it first."
    even = _CARED_FOR / len(central)
    most = sorted((k for k in central if central[k] >= even), key=lambda k: -central[k])
    if not most:
        return f"You would choose {title} if everything counted about the same."
    named = ", ".join(
        f"{lower_first(option['criteria'][key]['title'])} ({percent(central[key])})"
        for key in most[:_MOST_NAMED]
    )
    return f"You would choose {title} if you cared this much about {named}."


def _duels(result: Json) -> Iterator[DuelRow]:
    titles = option_titles(result)
    rows: Mapping[str, Json] = result.get("robustness", {}).get("options", {})
    order = sorted(rows, key=lambda key: -rows[key]["first"])
    for key in order:
        shares = tuple(
            (titles[other], percent(rows[key]["beats"][other]) if other != key else "")
            for other in order
        )
        yield DuelRow(titles[key], shares)


def _questions(result: Json, questions: QuestionSet, places: _Places | None) -> Iterator[WorthRow]:
    rows: Sequence[Json] = result.get("open_questions", ())
    asked = ask_next({**result, "ask_next": rows}, questions)
    for row, said in zip(rows, asked, strict=True):
        value = row["value"]
        yield WorthRow(
            what=said.question,
            address=places.at(row["path"]) if places else "",
            evidence=said.evidence,
            effort=f"{row['effort_minutes']} min",
            worth=f"{value * 100:.2f} points" if value is not None else "first of all",
            changes=said.changes,
        )


def _inputs(result: Json, places: _Places | None) -> Iterator[WorthRow]:
    for row in result.get("worth_knowing", {}).get("inputs", ()):
        yield WorthRow(
            what=row["what"][:1].upper() + row["what"][1:],
            address=places.at(row["path"]) if places else "",
            evidence=row["evidence"],
            effort="",
            worth=f"{row['value'] * 100:.2f} points",
            changes=in_hundred(row["changes_winner_share"]),
        )


def _rest(result: Json) -> str:
    found = result.get("worth_knowing")
    if not found or not found["varied"]:
        return ""
    nothing = found["varied"] - len(found["inputs"])
    return (
        f"{found['varied']} inputs were varied. For {nothing} of them it is worth nothing to know "
        "more: along them nobody's lead moves by more than chance. A choice outside the core that "
        "nobody made is not tried; its default stands in."
    )
