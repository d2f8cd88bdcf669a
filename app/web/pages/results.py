"""The comparison page: one saved version, in the order in which a reader asks."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import ClassVar

from app.domain.errors import NotFound
from app.domain.questionnaire.questions import QuestionSet
from app.reports.case_words import TOLD_BY
from app.reports.cash_chart import BreakEven, CashCurve, cash_chart
from app.reports.cost_chart import COST_GROUPS, OptionCost, cost_chart
from app.reports.currency import in_its_currency
from app.reports.drawing import Chart
from app.reports.second_opinion import SecondOpinion, second_opinion
from app.reports.why_chart import why_chart
from app.reports.words import day, in_hundred, lower_first, money, percent, rate_words
from app.services.assessments import SavedAssessment
from app.services.share_links import SharedVersion
from app.web.pages.base import Page
from app.web.pages.cases import ATTRIBUTES
from app.web.pages.comparison import (
    Comparison,
    DemandRow,
    RankRow,
    RelaxedRow,
    RuledOption,
    comparison,
    demand,
    feasible,
    ranks,
    relaxed,
    ruled,
)
from app.web.pages.costs import CostSheet, Yardstick, cost_sheets, old_prices, yardsticks
from app.web.pages.questions import section_of
from app.web.pages.share_links import hidden_in_words
from app.web.pages.verdict import (
    AskNext,
    Flip,
    Json,
    Verdict,
    ask_next,
    flips,
    verdict,
)


@dataclass(frozen=True)
class Frozen:
    """What a version pins, for the bar above it and the list below."""

    name: str
    saved: str
    author: str
    pins: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Shared:
    """By whom the version was shared, when, and how long the link works."""

    by: str
    on: str
    until: str
    hidden: str
    follows_newest: bool


@dataclass(frozen=True)
class StandIn:
    """A default that was used because nobody answered."""

    question: str
    used: str
    source: str
    path: str


@dataclass(frozen=True)
class CaseCard:
    """A published decision beside this one."""

    id: str
    organisation: str
    decision: str
    summary: str
    reason: str
    same: tuple[str, ...]
    differs: tuple[str, ...]
    likeness: str
    contrary: bool
    told_by: str


@dataclass(frozen=True)
class ResultPage(Page):
    """A saved version, read only.

    Attributes:
        project_id: 0 for a sample or by a link, where there are no answers to change.
        share_address: where to share this version; empty for whoever may not.
        compare_address: where it is compared with another version; empty where there is none.
        code_address: where its infrastructure code is; empty by a link.
        demand_address: where every phase of the demand is; empty by a link, which is one page.
        cost_address: where the decision figures are; empty by a link.
        why_address: where every rival is, and how sure the order is; empty by a link.
        files_address: under it are the spreadsheet and the table of costs; empty by a link.
        shared: for whoever reads it by a link; None for others.
        addresses: answer path → where to change it; empty for a sample.
        asked: path of an answer behind a must-have → the question that asks for it.
        parts: address and name of each block, in the order of the page.
        second_opinion: None where there was nothing to compare, or nobody was asked yet.
        variance: the share of the result's variance from unanswered questions.
    """

    template: ClassVar[str] = "results/result.html"

    name: str
    project_id: int
    sample_key: str
    share_address: str
    compare_address: str
    code_address: str
    files_address: str
    shared: Shared | None
    parts: tuple[tuple[str, str], ...]
    frozen: Frozen
    addresses: dict[str, str]
    asked: dict[str, str]
    verdict: Verdict
    second_opinion: SecondOpinion | None
    flips: tuple[Flip, ...]
    ask_next: tuple[AskNext, ...]
    variance: str
    failed: tuple[RuledOption, ...]
    relaxations: tuple[RelaxedRow, ...]
    unverified: tuple[RuledOption, ...]
    comparison: Comparison | None
    charts: tuple[Chart, ...]
    why: Chart | None
    cost_sheets: tuple[CostSheet, ...]
    yardsticks: tuple[Yardstick, ...]
    ranks: tuple[RankRow, ...]
    demand: tuple[DemandRow, ...]
    demand_address: str
    cost_address: str
    why_address: str
    cases: tuple[CaseCard, ...]
    stand_ins: tuple[StandIn, ...]
    not_priced: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...]


def version_page(
    saved: SavedAssessment, questions: QuestionSet, *, may_share: bool, has_others: bool
) -> ResultPage:
    """A version of a project, with links to the answers behind it and to its other versions."""
    project = saved.project
    stand_ins = [row["path"] for row in saved.result["defaults"]["paths"]]
    rules = [
        p
        for o in saved.result["options"]
        for r in o["failed"] + o["unverified"]
        for p in r["because"]
    ]
    others = [
        row["path"] for row in saved.result["ask_next"] + saved.result["flips"] if row["path"]
    ]
    addresses = {
        path: f"/projects/{project.id}/questions/{section_of(questions, path)}"
        for path in (*stand_ins, *rules, *others)
    }
    share = f"/projects/{project.id}/share?version={saved.number}" if may_share else ""
    page = _page(
        saved,
        questions,
        project_id=project.id,
        addresses=addresses,
        share_address=share,
    )
    page = replace(page, asked={path: _asked(questions, path) for path in rules})
    return replace(page, compare_address=_compare_address(saved)) if has_others else page


def _asked(questions: QuestionSet, path: str) -> str:
    """The text of the question at `path`; "" if the question set has it no more."""
    with suppress(NotFound):
        return questions.question_at(path).text
    return ""


def _compare_address(saved: SavedAssessment) -> str:
    """With the version before it; the first one with the second."""
    before, after = max(saved.number - 1, 1), max(saved.number, 2)
    return f"/projects/{saved.project.id}/compare?from={before}&to={after}"


def sample_page(saved: SavedAssessment, questions: QuestionSet) -> ResultPage:
    """The saved result of a sample."""
    return _page(saved, questions, sample_key=saved.project.sample_key or "")


def shared_page(shared: SharedVersion, questions: QuestionSet) -> ResultPage:
    """A version as whoever has a link to it reads it: the same, but it leads into no project."""
    told = Shared(
        by=shared.maker,
        on=day(shared.created_at),
        until=day(shared.expires_at),
        hidden=hidden_in_words(shared.hides),
        follows_newest=shared.follows_newest,
    )
    return _page(shared.saved, questions, shared=told)


def _code_address(number: int, project_id: int, sample_key: str) -> str:
    if project_id:
        return f"/projects/{project_id}/versions/{number}/blueprint"
    return f"/sample/{sample_key}/blueprint" if sample_key else ""


def _files_address(number: int, project_id: int, sample_key: str) -> str:
    if project_id:
        return f"/projects/{project_id}/versions/{number}"
    return f"/sample/{sample_key}" if sample_key else ""


@in_its_currency
def _page(
    saved: SavedAssessment,
    questions: QuestionSet,
    *,
    project_id: int = 0,
    sample_key: str = "",
    addresses: dict[str, str] | None = None,
    share_address: str = "",
    shared: Shared | None = None,
) -> ResultPage:
    result, saved_on = saved.result, saved.created_at.date()
    old = old_prices(result, saved_on)
    return ResultPage(
        name=saved.project.name,
        project_id=project_id,
        sample_key=sample_key,
        share_address=share_address,
        compare_address="",
        code_address=_code_address(saved.number, project_id, sample_key),
        files_address=_files_address(saved.number, project_id, sample_key),
        shared=shared,
        parts=_parts(result),
        frozen=_frozen(saved),
        addresses=addresses or {},
        asked={},
        verdict=verdict(result),
        second_opinion=second_opinion(result),
        flips=flips(result),
        ask_next=ask_next(result, questions),
        variance=percent(result["defaults"]["share_of_variance"]),
        failed=ruled(result, "failed"),
        relaxations=relaxed(result),
        unverified=ruled(result, "unverified"),
        comparison=comparison(result),
        charts=tuple(_charts(result)),
        why=_why(result),
        cost_sheets=cost_sheets(result, saved_on),
        yardsticks=yardsticks(result, saved_on),
        ranks=ranks(result),
        demand=demand(result),
        demand_address=_behind("demand", saved.number, project_id, sample_key),
        cost_address=_behind("cost", saved.number, project_id, sample_key),
        why_address=_behind("why", saved.number, project_id, sample_key),
        cases=tuple(_case(case) for case in result["cases"]),
        stand_ins=tuple(
            StandIn(
                row["question"][:1].upper() + row["question"][1:],
                row["default"],
                row["source"] + (f", {day(row['as_of'])}" if row.get("as_of") else ""),
                row["path"],
            )
            for row in result["defaults"]["paths"]
        ),
        not_priced=tuple((row["what"], row["why"]) for row in result["not_priced"]),
        warnings=(*result.get("warnings", ()), *filter(None, (old, rate_words()))),
    )


def _behind(page: str, number: int, project_id: int, sample_key: str) -> str:
    """The address of a page behind the result; empty by a link, which is one page."""
    if sample_key:
        return f"/sample/{sample_key}/{page}"
    return f"/projects/{project_id}/versions/{number}/{page}" if project_id else ""


def _frozen(saved: SavedAssessment) -> Frozen:
    worlds = saved.result["versions"]["worlds"]
    return Frozen(
        name=f"Version {saved.number}" + (f": {saved.title}" if saved.title else ""),
        saved=day(saved.created_at.date().isoformat()),
        author=saved.author or "Footing",
        pins=(
            ("Questions", f"set {saved.question_set}"),
            ("Weights", f"set {saved.weight_set}"),
            ("Facts and prices", f"checksum {saved.facts_sha256.removeprefix('sha256:')[:12]}"),
            *([("Prices", f"catalogue {saved.price_snapshot}")] if saved.price_snapshot else ()),
            ("Engine", f"version {saved.engine_version}"),
            ("Variations", f"{worlds:,}, seed {saved.seed}"),
        ),
    )


def _parts(result: Json) -> tuple[tuple[str, str], ...]:
    is_left = bool(feasible(result))
    named = (
        ("verdict", "Recommendation", True),
        ("changes", "What would change it", is_left),
        ("give-up", "What to give up", bool(relaxed(result))),
        ("unverified", "Check before you sign", bool(ruled(result, "unverified"))),
        ("ruled-out", "Ruled out", bool(ruled(result, "failed"))),
        ("comparison", "Side by side", is_left),
        ("cost", "What it costs", is_left),
        ("why", "Why this one", bool(result["why"])),
        ("stability", "How stable it is", is_left),
        ("demand", "What the work needs", is_left),
        ("cases", "Similar decisions", bool(result["cases"])),
        ("assumptions", "Assumptions", True),
        ("versions", "What it pins", True),
    )
    return tuple((f"#{key}", title) for key, title, is_there in named if is_there)


def _case(case: Json) -> CaseCard:
    return CaseCard(
        id=case["id"],
        organisation=case["organisation"],
        decision=case["decision"],
        summary=case.get("summary", ""),
        reason=case["reason"],
        same=tuple(ATTRIBUTES.get(name, name) for name in case["same"]),
        differs=tuple(ATTRIBUTES.get(name, name) for name in case["differs"]),
        likeness=percent(case["likeness"]),
        contrary=case["contrary"],
        told_by=TOLD_BY.get(case["source_type"], str(case["source_type"])),
    )


def _charts(result: Json) -> list[Chart]:
    options = [o for o in feasible(result) if o["tco_usd"]]
    if not options:
        return []
    months = max(len(option["cumulative_usd"]) for option in options) - 1
    title = _cost_title(options, months)
    return [
        cost_chart([_option_cost(option) for option in options], title=title, months=months),
        _cash(options, months),
    ]


def _cost_title(options: Sequence[Json], months: int) -> str:
    """What the bars show; a lowest cost is claimed only where no missing price could undercut it.

    Ordered as the options are ranked: a missing price at the dearest published one.
    """
    cheapest = min(options, key=lambda option: option["ranked_as_usd"])
    title, middle = cheapest["title"], money(cheapest["tco_usd"]["p50"])
    if cheapest["at_least"]:
        return (
            f"{title}: at least {middle} over {months} months; a price is missing, "
            f"ranked as {money(cheapest['ranked_as_usd'])}"
        )
    lower = [o for o in options if o["tco_usd"]["p50"] < cheapest["tco_usd"]["p50"]]
    claim = "the lowest cost with every price known" if lower else "the lowest cost"
    return f"{title}: {claim}, {middle} over {months} months"


def _option_cost(option: Json) -> OptionCost:
    groups = dict.fromkeys(COST_GROUPS, 0.0)
    for line in option["cost_lines"]:
        groups[line["group"]] += line["usd"] or 0.0
    cost = option["tco_usd"]
    missing = frozenset(line["group"] for line in option["cost_lines"] if line["missing"])
    return OptionCost(option["title"], groups, cost["p10"], cost["p50"], cost["p90"], missing)


def _cash(options: Sequence[Json], months: int) -> Chart:
    owned = [option for option in options if option.get("breakeven")]
    paid = [option for option in owned if option["breakeven"]["month"]]
    even = _break_even(paid[0]) if paid else None
    if even:
        title = f"Break-even of {lower_first(even.title)}: {even.words}"
    elif owned:
        title = f"Buying does not pay off within {months} months in most variations"
    else:
        title = "Renting spreads the cost over time"
    return cash_chart(
        [
            CashCurve(
                o["title"], o["family"], o["cumulative_usd"], first_month=0, at_least=o["at_least"]
            )
            for o in options
        ],
        even,
        title=title,
        notes=[_even_note(option) for option in owned],
    )


def _break_even(option: Json) -> BreakEven:
    even = option["breakeven"]
    month = even["month"]
    return BreakEven(option["title"], even["against"], month["p10"], month["p50"], month["p90"])


def _even_note(option: Json) -> str:
    even = option["breakeven"]
    against = f"against {lower_first(even['against'])}"
    if even["month"]:
        return f"{option['title']}: break-even {against} in {_break_even(option).words}."
    reached = in_hundred(even["share_of_worlds"])
    return f"{option['title']}: no break-even {against}; {reached} variations reach it."


def _why(result: Json) -> Chart | None:
    words = verdict(result)
    if not result["why"] or not words.rival:
        return None
    best = result["recommended"]
    return why_chart(
        [(part["title"], part["contribution"]) for part in result["why"] if part["contribution"]],
        leader=best["title"],
        rival=words.rival,
        title=f"What decides between {lower_first(best['title'])} and {lower_first(words.rival)}",
    )


@in_its_currency
def cost_picture(saved: SavedAssessment) -> Chart | None:
    """The cost chart of a saved version alone; None where no option is left."""
    charts = _charts(saved.result)
    return charts[0] if charts else None
