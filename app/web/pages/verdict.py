"""What a result says in sentences: the headline, why, what would change it, what to find out."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from app.domain.errors import NotFound
from app.domain.options import FAMILY_TITLES, Family
from app.domain.questionnaire.questions import QuestionSet
from app.reports.words import (
    in_hundred,
    lower_first,
    money,
    money_range,
    number,
    of_hundred,
    percent,
    retold,
    unit_price,
)

Json = Mapping[str, Any]

CLEAR, LEANING, CLOSE = "clear", "leaning", "too_close_to_call"
_CLEAR_FROM = 0.8
_MOST_REASONS = 3
_UNRANKED = "default weights"
LABELS = {
    CLEAR: ("Clear", "good"),
    LEANING: ("Leaning", "warn"),
    CLOSE: ("Too close to call", "warn"),
}
# A third family that wins so many variations is named beside the two that are close.
_WORTH_NAMING = 0.1


@dataclass(frozen=True)
class FamilyCard:
    """One family beside the other when neither is a clear winner.

    Attributes:
        share: how often an option of the family is best; own_share: how often this one is.
        is_preferred: the one the result leans to; false for both when it is too close.
    """

    key: str
    title: str
    option: str
    share: str
    own_share: str
    cost: str
    range: str
    is_preferred: bool


@dataclass(frozen=True)
class Reason:
    """One criterion on which two options differ, in the words of each."""

    title: str
    here: str
    there: str


@dataclass(frozen=True)
class KeyNumber:
    """One of the few numbers beside the headline."""

    name: str
    value: str
    note: str


@dataclass(frozen=True)
class Verdict:
    """The top of the page.

    Attributes:
        kinds: what the kinds of provider named on the page are; empty where none is.
        tag, tag_kind: the label and how it is coloured.
        sentence: how robust it is, in the terms of the worlds.
        caution: what the label does not mean; empty for a clear one.
        families: two as equals; none where the label is clear, or one family alone is left.
        numbers: what the option costs; empty when two families are shown as equals.
        leader, rival: the recommended option, and what it is compared with.
        rival_is: what the rival is, in words: best outside its family, or the runner-up.
        reasons: what speaks for it against its rival; at most three.
        weakness: what speaks most against it; None where nothing does.
        not_for: who should not follow it; empty where nothing would turn it.
        stop: what is settled when there is nothing left to find out.
    """

    headline: str
    tag: str
    tag_kind: str
    sentence: str
    caution: str
    families: tuple[FamilyCard, ...]
    numbers: tuple[KeyNumber, ...]
    leader: str
    rival: str
    rival_is: str
    reasons: tuple[Reason, ...]
    weakness: Reason | None
    not_for: str
    stop: str
    kinds: str


@dataclass(frozen=True)
class Flip:
    """One thing that would change the answer."""

    what: str
    now: str
    becomes: str
    then_best: str
    evidence: str
    path: str


@dataclass(frozen=True)
class AskNext:
    """One thing worth finding out."""

    question: str
    path: str
    evidence: str
    changes: str


def verdict(result: Json) -> Verdict:
    """The headline and its reasons."""
    best = result["recommended"]
    if best is None:
        return Verdict(
            headline=headline(result),
            tag="Nothing is left",
            tag_kind="bad",
            sentence="Each way to run it breaks at least one must-have. Below is what each breaks, "
            "and the smallest change that would bring it back.",
            caution="",
            families=(),
            numbers=(),
            leader="",
            rival="",
            rival_is="",
            reasons=(),
            weakness=None,
            not_for="",
            stop="",
            kinds="",
        )
    tag, kind = LABELS[best["label"]]
    reasons, weakness = _reasons(result)
    shows_two = best["label"] != CLEAR and len(_families_left(result)) > 1
    return Verdict(
        headline=headline(result),
        tag=tag,
        tag_kind=kind,
        sentence=_sentence(result),
        caution=_caution(result),
        families=_cards(result) if shows_two else (),
        numbers=() if shows_two else tuple(_numbers(result)),
        leader=best["title"],
        rival=_rival(result),
        rival_is=_rival_is(result),
        reasons=reasons,
        weakness=weakness,
        not_for=_not_for(result),
        stop=_stop(result),
        kinds=_kinds(result),
    )


# What a kind of provider is, where a reader first meets the word.
_KINDS = {
    "hyperscaler": "A hyperscaler is a general cloud of the largest kind, such as AWS, Azure or "
    "Google Cloud.",
    "specialist": "A specialist is a cloud that rents out GPU machines and little else",
}


# Who sells at a surveyed price: nobody in particular, and nowhere.
MARKET = "the market"


def _kinds(result: Json) -> str:
    """Explains the kinds of provider that the options or what they are held against name."""
    rows = [*(o for o in result["options"] if o["feasible"]), *filter(None, result["comparators"])]
    titles = " ".join(row["title"].lower() for row in rows)
    found = [words for kind, words in _KINDS.items() if kind in titles]
    rented = [row.get("purchase") or row for row in rows if "specialist" in row["key"]]
    names = [row["provider"] for row in rented if row.get("provider", MARKET) != MARKET]
    if "specialist" in titles:
        found[-1] += f", here {' and '.join(dict.fromkeys(names))}." if names else "."
    return " ".join(found)


def flips(result: Json) -> tuple[Flip, ...]:
    """What would change the answer, nearest first."""
    titles = option_titles(result)
    return tuple(
        Flip(
            what=_capital(flip["what"]),
            now=amount(flip["now"], flip["unit"]),
            becomes=edge(flip),
            then_best=titles.get(flip["then_best"], flip["then_best"]),
            evidence=flip["evidence"],
            path=flip["path"],
        )
        for flip in result["flips"]
    )


def ask_next(result: Json, questions: QuestionSet) -> tuple[AskNext, ...]:
    """What is worth finding out: what a must-have waits for, then what is worth most."""
    titles = option_titles(result)
    return tuple(
        AskNext(
            _capital(row["question"]),
            row["path"],
            row.get("evidence", "default"),
            _what_it_changes(row, titles, _labels(questions, row["path"])),
        )
        for row in result["ask_next"]
    )


def _labels(questions: QuestionSet, path: str) -> dict[str, str]:
    """Key → words of each answer; none for a field that the question set has no more."""
    with suppress(NotFound):
        return {option.key: option.label for option in questions.field(path).options}
    return {}


def _what_waits(row: Json, titles: Mapping[str, str]) -> str:
    if not row.get("must_have"):
        return ""
    concerned = ", ".join(lower_first(titles.get(key, key)) for key in row["concerns"])
    return f"a must-have waits for it: {lower_first(row['must_have'])}. It concerns {concerned}"


def _what_it_changes(row: Json, titles: Mapping[str, str], labels: Mapping[str, str]) -> str:
    alternatives: Mapping[str, Family | None] = row.get("alternatives") or {}
    waits = _what_waits(row, titles)
    if waits and not alternatives:
        return waits
    if not alternatives:
        share = in_hundred(row["changes_winner_share"])
        said = f"knowing it changes the winner in {share} variations"
        return f"{said}{_where_it_turns(row, titles)}"
    leads = (
        f"“{labels.get(key, key.replace('_', ' '))}”: "
        f"{lower_first(FAMILY_TITLES[family]) if family else 'no option is left'}"
        for key, family in alternatives.items()
    )
    decides = f"the answer decides. {'; '.join(leads)}"
    return f"{decides}; {waits}" if waits else decides


def _where_it_turns(row: Json, titles: Mapping[str, str]) -> str:
    if row.get("turns_at") is None:
        return ""
    edge = f"{row['direction']} {amount(row['turns_at'], row['unit'])}"
    return f": {edge}, {lower_first(titles.get(row['then_best'], row['then_best']))} is ahead"


def option_titles(result: Json) -> dict[str, str]:
    """Option key → title."""
    return {option["key"]: option["title"] for option in result["options"]}


def amount(value: float | None, unit: str) -> str:
    """A value with its unit; shares as percent, dollars as money, a ratio as a bare number."""
    if unit == "share":
        return percent(value)
    if unit == "ratio":
        return number(value)
    if unit == "USD":
        return money(value)
    if unit == "USD a year":
        return f"{money(value)} a year"
    if unit.startswith("USD") and value is not None:
        return f"{unit_price(value)}{unit.removeprefix('USD').replace('/', ' per ')}"
    return f"{number(value)} {unit}".strip()


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def headline(result: Json) -> str:
    """The answer in one sentence; of the result it needs `recommended` and `families` alone."""
    best = result["recommended"]
    if best is None:
        return "No option meets every must-have"
    family = FAMILY_TITLES[best["family"]]
    if best["label"] == CLEAR:
        return f"{family} fits best: {lower_first(best['title'])}"
    if best["label"] == LEANING:
        return f"Leaning towards {lower_first(family)}: {lower_first(best['title'])}"
    first, second = (lower_first(FAMILY_TITLES[key]) for key, _ in _two_families(result))
    return f"Too close to call: {first} or {second}"


def _sentence(result: Json) -> str:
    best = result["recommended"]
    (first, lead), second, *third = _by_share(result)
    if best["label"] == CLEAR:
        return _clear_sentence(lead, _own_share(result, best["option"]), best["family"])
    if len(_families_left(result)) == 1:
        return _only_family_sentence(result)
    others = [second, *(family for family in third if family[1] >= _WORTH_NAMING)]
    behind = ", ".join(f"{lower_first(FAMILY_TITLES[f])} in {of_hundred(s)}" for f, s in others)
    return (
        f"{FAMILY_TITLES[first]} is ahead in {in_hundred(lead)} variations of your answers, "
        f"prices and weights, {behind}."
    )


def _clear_sentence(lead: float, own: float, family: str) -> str:
    """How often the family is best, and how often the option itself where that is less."""
    of_what = "variations of your answers, prices and weights"
    if of_hundred(own) == of_hundred(lead):
        return f"Best in {in_hundred(lead)} {of_what}."
    return f"{_ANY[family]} is best in {in_hundred(lead)} {of_what}; this one in {of_hundred(own)}."


def _only_family_sentence(result: Json) -> str:
    """Where the must-haves leave one family, that it wins always says nothing."""
    best = result["recommended"]
    own = in_hundred(_own_share(result, best["option"]))
    return (
        f"{FAMILY_TITLES[best['family']]} is all that the must-haves leave. Among its options "
        f"this one is best in {own} variations of your answers, prices and weights."
    )


_ANY = {
    "cloud": "A cloud option",
    "on_premises": "An on-premises option",
    "hybrid": "A hybrid option",
}


def _own_share(result: Json, key: str | None) -> float:
    """Share of the worlds in which the option itself is first."""
    shares = next((o["rank_shares"] for o in result["options"] if o["key"] == key), ())
    return float(shares[0]) if shares else 0.0


def _stop(result: Json) -> str:
    """What is settled, and what is not, when no open question could move the answer.

    Empty while one could. A version saved before the rule was kept says it without questions.
    """
    best = result["recommended"]
    rule = result.get("stop", {"may_stop": not result["ask_next"]})
    if result["ask_next"] and not rule["may_stop"]:
        return ""
    own = _own_share(result, best["option"])
    if best["label"] != CLEAR:
        return _left_to_settle(best)
    settled = "Nothing you could still find out is likely to move the answer to another family."
    if own < _CLEAR_FROM:
        return (
            f"{settled} Which {lower_first(FAMILY_TITLES[best['family']])} option is not settled: "
            f"this one is first in {in_hundred(own)}. Ask for quotes before you choose among them."
        )
    if best.get("unverified"):
        return f"{settled} What nobody has verified is still to be checked."
    if not rule["may_stop"]:
        return f"{settled} What is left are prices and the weight of each criterion."
    return f"{settled} You can stop here."


def _left_to_settle(best: Json) -> str:
    """What no question would settle where the label is not clear."""
    if _rests_on_unverified(best):
        return (
            "No open question is likely to move the answer to another family. To make it clear, "
            "settle what is listed under “Check before you sign”."
        )
    return (
        "No open question is likely to change the answer: what is uncertain are prices and "
        "how much each criterion counts. Weigh those among yourselves."
    )


def _caution(result: Json) -> str:
    best = result["recommended"]
    if best["label"] == CLEAR:
        return ""
    if best["label"] == CLOSE:
        return _what_is_close(result) + _ahead_on_average(result)
    return (
        "A preference, not a verdict: in published cases this label was right about half the time."
        + _why_not_clear(result)
        + _ahead_on_average(result)
    )


def _what_is_close(result: Json) -> str:
    """Which two options are close, by how much, on what it hinges, and what could settle it."""
    options = {option["key"]: option for option in result["options"]}
    keys = [result["families"][key]["best_option"] for key, _ in _two_families(result)]
    pair = [options[key] for key in keys if key in options]
    if len(pair) < 2:
        return "No option is ahead often enough to be preferred."
    first, second = pair
    apart = abs(first["score"] - second["score"]) * 100
    said = (
        f"Close are {lower_first(first['title'])} and {lower_first(second['title'])}: "
        f"{number(apart, 2)} of 100 points apart on average."
    )
    return f"{said}{_hinge(result, second)} {_how_to_settle(result, keys)}"


def _hinge(result: Json, second: Json) -> str:
    """The criteria that pull hardest either way, and the weight that turns it; "" for none."""
    parts = [part for part in result["why"] if part["against"] == second["key"]]
    ahead = max(parts, key=lambda part: part["contribution"], default=None)
    behind = min(parts, key=lambda part: part["contribution"], default=None)
    if not (ahead and behind and ahead["contribution"] > 0 > behind["contribution"]):
        return ""
    said = (
        f" It hinges on {lower_first(ahead['title'])}, which speaks most for the first, against "
        f"{lower_first(behind['title'])}, which speaks most for the second"
    )
    flip = next((f for f in result["flips"] if f["then_best"] == second["key"]), None)
    if flip is None:
        return f"{said}."
    return f"{said}; with the {lower_first(flip['what'])} {edge(flip)}, the second is ahead."


def _how_to_settle(result: Json, close: Sequence[str | None]) -> str:
    """Sends to the questions only where one of them could turn it, or stop one of the two."""
    for row in result["ask_next"]:
        if row["changes_winner_share"] or set(close) & set(row.get("concerns", ())):
            return "Find out first what is listed below."
    return "No open question would settle it: decide by what is not counted here."


def _ahead_on_average(result: Json) -> str:
    """Says that the best mean score is another option's, which the table below would show."""
    ranked = [option for option in result["options"] if option["score"] is not None]
    top = max(ranked, key=lambda option: option["score"])
    if top["key"] == result["recommended"]["option"]:
        return ""
    return f" On the average score {lower_first(top['title'])} is ahead."


def _rests_on_unverified(best: Json) -> bool:
    """Whether only a must-have that nobody has verified keeps the label from being clear."""
    return bool(best.get("unverified")) and best["share_of_worlds"] >= _CLEAR_FROM


def _why_not_clear(result: Json) -> str:
    """Why a large share is not called clear; empty where the share is not large."""
    best = result["recommended"]
    if best["share_of_worlds"] < _CLEAR_FROM:
        return ""
    if _rests_on_unverified(best):
        return " It rests on a must-have that nobody has verified, so the label is no stronger."
    if any(row.get("alternatives") for row in result["ask_next"]):
        return " A question that is still open could turn it, so the label is no stronger."
    if any(flip["evidence"] == _UNRANKED for flip in result["flips"]):
        return " Nothing is ranked under what matters most, so the label is no stronger."
    return ""


def _two_families(result: Json) -> list[tuple[str, float]]:
    """The two families with the largest shares: (key, share), the recommended one first."""
    return _by_share(result)[:2]


def _families_left(result: Json) -> set[str]:
    """The families of which an option meets every must-have."""
    return {option["family"] for option in result["options"] if option["feasible"]}


def _by_share(result: Json) -> list[tuple[str, float]]:
    """Every family and its share of the worlds, the recommended one first."""
    best = result["recommended"]["family"]
    shares = [(key, family["share_of_worlds"] or 0.0) for key, family in result["families"].items()]
    return sorted(shares, key=lambda pair: (pair[0] != best, -pair[1]))


def _cards(result: Json) -> tuple[FamilyCard, ...]:
    titles = option_titles(result)
    best = result["recommended"]
    cards = []
    for key, share in _two_families(result):
        family = result["families"][key]
        cost = family["tco_usd"]
        cards.append(
            FamilyCard(
                key=key,
                title=FAMILY_TITLES[key],
                option=titles.get(family["best_option"] or "", "No option left"),
                share=in_hundred(share),
                own_share=_own_words(result, family["best_option"], share),
                cost=("at least " if family.get("at_least") else "") + money(cost["p50"])
                if cost
                else "nothing to price",
                range=money_range(cost["p10"], cost["p90"]) if cost else "",
                is_preferred=key == best["family"] and best["label"] == LEANING,
            )
        )
    return tuple(cards)


def _own_words(result: Json, key: str | None, share: float) -> str:
    """How often a family's best option is first itself; empty where that is all its family has."""
    own = of_hundred(_own_share(result, key))
    return "" if own == of_hundred(share) else f"itself best in {own}"


def _rival_is(result: Json) -> str:
    """The rival is the best of another family, and no runner-up unless it is of the same."""
    families = {option["key"]: option["family"] for option in result["options"]}
    family = result["recommended"]["family"]
    against = result["why"][0]["against"] if result["why"] else ""
    if families.get(against) == family:
        return "runner-up"
    return f"best outside {lower_first(FAMILY_TITLES[family])}"


def _rival(result: Json) -> str:
    key = result["why"][0]["against"] if result["why"] else ""
    return option_titles(result).get(key, "")


def _numbers(result: Json) -> Iterator[KeyNumber]:
    best = result["recommended"]
    option = next(o for o in result["options"] if o["key"] == best["option"])
    cost, capex = option["tco_usd"], option["capex_usd"]
    months = len(option["cumulative_usd"]) - 1
    least = "at least " if option["at_least"] else ""
    if cost:
        between = money_range(cost["p10"], cost["p90"])
        yield KeyNumber(f"Total over {months} months", least + money(cost["p50"]), between)
    if capex and capex["p90"]:
        between = money_range(capex["p10"], capex["p90"])
        yield KeyNumber("Bought up front", money(capex["p50"]), between)
    else:
        yield KeyNumber("Bought up front", "nothing", "all of it is rented")
    yield KeyNumber(
        "First month", least + money(option["first_month_usd"]), "running cost, likely case"
    )


def _reasons(result: Json) -> tuple[tuple[Reason, ...], Reason | None]:
    """What speaks for the leader against its rival, strongest first; and what most against."""
    by_key = {option["key"]: option for option in result["options"]}
    leader = by_key[result["recommended"]["option"]]
    parts = [part for part in result["why"] if part["contribution"]]
    rival = by_key.get(parts[0]["against"]) if parts else None
    if rival is None:
        return (), None
    ordered = sorted(parts, key=lambda part: -part["contribution"])
    ahead = [_reason(part, leader, rival) for part in ordered if part["contribution"] > 0]
    behind = [part for part in ordered if part["contribution"] < 0]
    weakness = _reason(behind[-1], leader, rival) if behind else None
    return tuple(ahead[:_MOST_REASONS]), weakness


def _reason(part: Json, leader: Json, rival: Json) -> Reason:
    here, there = (_words(option["criteria"].get(part["criterion"])) for option in (leader, rival))
    return Reason(part["title"], here, there)


def _words(criterion: Json | None) -> str:
    return retold(str(criterion["words"]).replace("_", " ")) if criterion else "no data"


def _not_for(result: Json) -> str:
    """Who should not follow it: where the nearest weight, and the strongest input, turn it."""
    by_kind = {flip["kind"]: flip for flip in reversed(result["flips"])}
    turning = [by_kind[kind] for kind in ("weight", "input") if kind in by_kind]
    begins = ("Not for a team for which the", "Nor for one for which the")
    titles = option_titles(result)
    return " ".join(
        f"{begin} {lower_first(flip['what'])} is {edge(flip)}: then "
        f"{lower_first(titles.get(flip['then_best'], 'another option'))} is ahead."
        for begin, flip in zip(begins, turning, strict=False)
    )


def edge(flip: Json) -> str:
    """What it must become, or that hardly anything is needed, where both read alike."""
    becomes = amount(flip["becomes"], flip["unit"])
    if becomes == amount(flip["now"], flip["unit"]):
        return f"a touch {'higher' if flip['becomes'] > flip['now'] else 'lower'}"
    return f"{_direction(flip)} {becomes}"


def _direction(flip: Json) -> str:
    """A weight is stated where the order was made again; an input by the edge it must pass."""
    upward = flip["becomes"] > flip["now"]
    if flip["kind"] == "weight":
        return "at least" if upward else "at most"
    return "above" if upward else "below"
