"""What a result becomes if a few of its inputs were others, in the same worlds as before.

A driver is an answer that is a quantity, or the price of a whole market, as a change in percent.
Nothing is computed here: a changed answer is an answer, and changed prices are facts.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from app.domain.assessment.ranking import Ranking
from app.domain.constraints import Verdict
from app.domain.facts import ApiPrice, Facts, Figure, Offer
from app.domain.options import Family
from app.domain.questionnaire.answers import Answers
from app.domain.questionnaire.questions import Field, QuestionSet
from app.domain.worlds import Range

MOST = 8
# So many that move the lead most, before how much there is, which everybody wants to try.
_FIRST = 3
# Asked of everybody, or worth trying whoever asks; after what the tornado names.
_USUAL = (
    "growth_per_year",
    "traffic.peak_to_average",
    "measured_utilisation",
    "horizon_months",
    "discount_rate",
)
ELECTRICITY = "site.electricity_usd_per_kwh"
_CONTRACT, _ELSEWHERE = "commitment.specialist_1y_h100", "electricity.elsewhere"
# How far a market may be moved: judgement. Prices fell by nine tenths in no year on record, and
# what would be five times as dear is no longer the same market.
_LEAST, _MOST = -0.9, 4.0


def _market(key: str, label: str) -> Field:
    return Field(
        f"price.{key}", label, "quantity", "%", minimum=_LEAST, maximum=_MOST, percent=True
    )


RENTED = _market("rented", "Prices of rented accelerators, change in percent")
API = _market("api", "Prices of managed models, change in percent")
SERVERS = _market("servers", "Prices of servers that are bought, change in percent")
TARIFFS = _market("electricity", "Prices of electricity, change in percent")


@dataclass(frozen=True)
class Driver:
    """One input that may be moved.

    Attributes:
        field: what it is called, its unit and what is possible.
        now: its range in the version, in the field's unit; 0 for a change of prices.
        is_answer: whether it is answered, and so may be kept as an answer; else it is a fact.
    """

    field: Field
    now: Range
    is_answer: bool

    def at(self, likely: float) -> Range:
        """The range around another likely value, as wide as before, within what is possible.

        A positive quantity keeps its shape (low/likely and high/likely), one that may be negative
        or is 0 its distances; a change of prices is exact.
        """
        now, field = self.now, self.field
        signed = field.minimum is not None and field.minimum < 0
        if not signed and now.likely > 0:
            low, high = now.low / now.likely, now.high / now.likely
            moved = Range(likely * low, likely, likely * high)
        else:
            by = likely - now.likely
            moved = Range(now.low + by, likely, now.high + by)
        low = moved.low if field.minimum is None else max(moved.low, field.minimum)
        high = moved.high if field.maximum is None else min(moved.high, field.maximum)
        if field.whole:
            low, high = math.floor(low), math.ceil(high)
        return Range(min(low, likely), likely, max(high, likely))


def drivers(result: Mapping[str, Any], answers: Answers) -> tuple[Driver, ...]:
    """Up to eight: answers, the three that move the lead most first, and the markets.

    Args:
        result: of the version; its `tornado` says what moves it.
    """
    markets = tuple(_markets(answers))
    return (*_answered(result, answers)[: MOST - len(markets)], *markets)


def _answered(result: Mapping[str, Any], answers: Answers) -> list[Driver]:
    bars = (result.get("tornado") or {}).get("bars", ())
    named = [driver.field.path for bar in bars if (driver := _driver(bar["path"], answers))]
    volumes = [f"modalities.{m}.volume_per_day" for m in answers.modalities]
    volumes.sort(key=lambda path: named.index(path) if path in named else len(named))
    paths = dict.fromkeys([*named[:_FIRST], *volumes[:1], *named, *volumes, *_USUAL])
    return [driver for path in paths if (driver := _driver(path, answers))]


def _driver(path: str, answers: Answers) -> Driver | None:
    """The driver of an answer; None where it is no quantity, or has neither answer nor default."""
    field = answers.questions.fields(answers.modalities).get(path)
    if field is None or field.kind != "quantity":
        return None
    now = answers.optional_quantity(path)
    if now is None:
        return None
    return Driver(replace(field, label=_label(field, answers.questions)), now, is_answer=True)


def _label(field: Field, questions: QuestionSet) -> str:
    steps = field.path.split(".")
    names = {option.key: option.label for option in questions.modality_options}
    named = f" ({names[steps[1]].lower()})" if steps[0] == "modalities" else ""
    return field.label.removesuffix(" (optional)") + named


def _markets(answers: Answers) -> Iterator[Driver]:
    """The markets; a tariff that is answered is no market's."""
    for field in (RENTED, API, SERVERS, TARIFFS):
        if field is not TARIFFS or not answers.is_given(ELECTRICITY):
            yield Driver(field, Range(0.0, 0.0, 0.0), is_answer=False)


# ---- facts with other prices -------------------------------------------------------------------


def repriced(facts: Facts, changes: Mapping[str, float]) -> Facts:
    """`facts` with the prices of whole markets changed; the same where none is.

    Args:
        changes: path of a market → change of its prices: -0.1 for ten percent less.

    What is rented by the hour, on demand and reserved, and the surveyed contract move together;
    so do managed models by token and by minute. A missing price stays missing.
    """
    factor = {path: 1.0 + change for path, change in changes.items() if change}
    if not factor:
        return facts
    rented, api = factor.get(RENTED.path, 1.0), factor.get(API.path, 1.0)
    servers, power = factor.get(SERVERS.path, 1.0), factor.get(TARIFFS.path, 1.0)
    figures = {
        key: _times(figure, {_CONTRACT: rented, _ELSEWHERE: power}.get(key, 1.0))
        for key, figure in facts.figures.items()
    }
    countries = {
        code: replace(c, electricity=c.electricity and _times(c.electricity, power))
        for code, c in facts.countries.items()
    }
    return replace(
        facts,
        figures=figures,
        countries=countries,
        offers=tuple(_offer(offer, rented) for offer in facts.offers),
        api_prices=tuple(_api_price(price, api) for price in facts.api_prices),
        servers=tuple(replace(s, price_usd=_times(s.price_usd, servers)) for s in facts.servers),
    )


def _times(figure: Figure, factor: float) -> Figure:
    return replace(
        figure, value=factor * figure.value, low=factor * figure.low, high=factor * figure.high
    )


def _offer(offer: Offer, factor: float) -> Offer:
    return replace(
        offer,
        usd_per_hour=_scaled(offer.usd_per_hour, factor),
        reserved_1y_usd_per_hour=_scaled(offer.reserved_1y_usd_per_hour, factor),
        reserved_3y_usd_per_hour=_scaled(offer.reserved_3y_usd_per_hour, factor),
    )


def _api_price(price: ApiPrice, factor: float) -> ApiPrice:
    return replace(
        price,
        usd_per_mtok_in=_scaled(price.usd_per_mtok_in, factor),
        usd_per_mtok_out=_scaled(price.usd_per_mtok_out, factor),
        usd_per_audio_minute=_scaled(price.usd_per_audio_minute, factor),
    )


def _scaled(usd: float | None, factor: float) -> float | None:
    return None if usd is None else factor * usd


# ---- what came out -----------------------------------------------------------------------------


@dataclass(frozen=True)
class OptionThen:
    """One priced option.

    Attributes:
        usd: median net present value over the worlds.
        at_least: a price is missing, so that its cost is a lower bound.
        failed: title of a must-have that it breaks → how, in words; empty for one that may be
            chosen.
    """

    key: str
    title: str
    family: Family
    usd: float
    at_least: bool
    failed: Mapping[str, str]


@dataclass(frozen=True)
class Outcome:
    """What one computation says.

    Attributes:
        options: option key → the option; one that cannot be priced is absent.
        best: the recommended option; empty when none may be chosen.
        share: of the worlds that the best option's family wins; 0 without one.
        leading: the best option of each family, in the order of their shares.
        worlds: how many were counted.
    """

    options: Mapping[str, OptionThen]
    best: str
    share: float
    leading: tuple[str, ...]
    worlds: int


def outcome(ranked: Ranking, questions: QuestionSet) -> Outcome:
    """What is told of one ranking."""
    robust = ranked.robust
    options = {
        e.option.key: OptionThen(
            e.option.key,
            e.option.title,
            e.option.family,
            float(np.median(e.money.npv)),
            at_least=any(line.missing for line in e.money.lines),
            failed=_failed(e.verdicts, questions),
        )
        for e in ranked.options
        if e.money is not None
    }
    shares = robust.family_shares
    families = sorted(robust.best_in_family, key=lambda family: -shares[family])
    return Outcome(
        options=options,
        best=robust.best or "",
        share=shares[options[robust.best].family] if robust.best else 0.0,
        leading=tuple(robust.best_in_family[family] for family in families),
        worlds=len(ranked.scored),
    )


def _failed(verdicts: tuple[Verdict, ...], questions: QuestionSet) -> dict[str, str]:
    return {
        questions.rule(verdict.rule).title: verdict.message
        for verdict in verdicts
        if verdict.outcome == "fail"
    }
