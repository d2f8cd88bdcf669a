"""What moves the choice most: a tornado on the lead, and where buying and renting meet."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from app.domain.assessment.admission import Candidate
from app.domain.assessment.candidates import candidate, comparator_plan
from app.domain.assessment.evaluation import Evaluated, Reference, evaluate, reference
from app.domain.assessment.inputs import answer_path, evidence_of, input_name, input_unit
from app.domain.assessment.plain import Json, number
from app.domain.assessment.ranking import Ranking
from app.domain.cost.plan import Plan, costing, other_bases
from app.domain.cost.setting import Setting
from app.domain.decision.criteria import WeightSet
from app.domain.decision.measures import Measured
from app.domain.decision.scoring import scores, values
from app.domain.decision.tornado import Bar, bars
from app.domain.options import COMPARATORS, OPTIONS, Option
from app.domain.questionnaire.answers import Answers, Given
from app.domain.worlds import Z90, Array, OneAtATime, likely_world

# What is told of all worlds together cannot be told of one; it stays as it was on the whole.
_OF_ALL_WORLDS = ("predictability", "latency")
# Draws of weights are no inputs: the tornado is at the likely weights.
_WEIGHTS = "weights"
_MOST_BARS = 40

# Half and double: each volume but today's is planned anew, which is what takes the time.
_VOLUMES = (0.5, 1.0, 2.0)
_PRICES = (0.4, 0.6, 0.8, 1.0, 1.25, 1.5)


@dataclass(frozen=True)
class Pair:
    """The best option and the runner-up, each with the plan it would follow."""

    best: Candidate
    rival: Candidate


def tornado(
    pair: Pair, held_against: Reference, ranked: Ranking, weights: WeightSet, setting: Setting
) -> Json:
    """`tornado` of a result: every input alone at its tenth and ninetieth percentile.

    The others stay at their likely value, and weights too. A base with rented peaks is planned
    anew in every one of these worlds; other fleets are planned on the likely demand, as always.
    """
    names = sorted(n for n in setting.worlds.asked if not n.startswith(_WEIGHTS))
    alone = setting.over(OneAtATime.of(names))
    against = reference([(y.option, y.plan) for y in held_against.yardsticks], alone)
    sides = [_replanned(c, alone, against) for c in (pair.best, pair.rival)]
    table = {side.option.key: _steady(side, ranked, alone.worlds.count) for side in sides}
    scored = scores(values(table, weights), ranked.weights[None, :])
    lead = 100.0 * (scored[:, 0] - scored[:, 1])
    saved = sides[1].npv - sides[0].npv
    return {
        "best": pair.best.option.key,
        "rival": pair.rival.option.key,
        "points": number(float(lead[0])),
        "usd": number(float(saved[0])),
        "bars": [_bar(bar, setting) for bar in bars(names, lead, saved)[:_MOST_BARS]],
    }


@dataclass(frozen=True)
class _Side:
    """One option over the worlds, its plan the cheapest in each."""

    option: Option
    measured: Mapping[str, Measured]
    npv: Array


def _replanned(chosen: Candidate, alone: Setting, against: Reference) -> _Side:
    plans = other_bases(alone, chosen.plan) if chosen.plan else []
    every = [evaluate(replace(chosen, plan=plan), alone, against) for plan in plans]
    totals = np.stack([_npv(e) for e in every])
    cheapest = totals.argmin(axis=0)
    worlds = np.arange(totals.shape[1])
    measured = {
        key: replace(
            first, value=np.stack([e.measured[key].value for e in every])[cheapest, worlds]
        )
        for key, first in every[0].measured.items()
    }
    return _Side(chosen.option, measured, totals[cheapest, worlds])


def _npv(evaluated: Evaluated) -> Array:
    if evaluated.money is None:
        message = f"{evaluated.option.key} has no price."
        raise ValueError(message)
    return evaluated.money.ranked_npv


def _steady(side: _Side, ranked: Ranking, count: int) -> Mapping[str, Measured]:
    whole = ranked.options[ranked.index[side.option.key]].measured
    return {
        key: replace(m, value=np.full(count, float(np.median(whole[key].value))))
        if key in _OF_ALL_WORLDS
        else m
        for key, m in side.measured.items()
    }


def _bar(bar: Bar, setting: Setting) -> Json:
    low, high, unit = _range(bar.name, setting)
    return {
        "path": answer_path(bar.name, setting),
        "what": input_name(bar.name, setting),
        "evidence": evidence_of(bar.name, setting),
        "low": low,
        "high": high,
        "unit": unit,
        "points_low": number(bar.low),
        "points_high": number(bar.high),
        "usd_low": number(bar.usd_low),
        "usd_high": number(bar.usd_high),
        "flips": bar.flips,
    }


def _range(name: str, setting: Setting) -> tuple[float | None, float | None, str]:
    """The tenth and ninetieth percentile of an input, and its unit."""
    seen = setting.worlds.seen.get(name)
    if seen is not None:
        return number(seen.range.low), number(seen.range.high), input_unit(name, setting)
    known = setting.likely.known
    if name.startswith("price.jump."):
        # uniform at 0.1 and 0.9, so exponential at its own tenth and ninetieth percentile
        rate = known.value("price.jump_rate_per_year")
        return number(-math.log(0.9) / rate), number(-math.log(0.1) / rate), "years from now"
    if name.startswith(("price.specialist.", "price.api.")):
        key = "api.price_sd" if name.startswith("price.api.") else "price.specialist_sd"
        factor = math.exp(Z90 * known.value(key))
        return number(1 / factor), number(factor), "times today's price"
    return None, None, ""


# ---- where buying and renting meet -------------------------------------------------------------


def surface(
    evaluated: Sequence[Evaluated], held_against: Reference, setting: Setting
) -> Json | None:
    """`surface` of a result: volume x rented prices → the cost of the cheapest way to buy and rent.

    Of the likely case; at today's volume with the plans that were evaluated, at any other planned
    anew. None where nothing can be owned.
    """
    owned = _best_owned(evaluated)
    if owned is None:
        return None
    bought = next(e.plan for e in evaluated if e.option.key == owned.key)
    today = _Ways(setting.likely, bought, [y.plan for y in held_against.yardsticks])
    return {
        "owned": owned.key,
        "volumes": list(_VOLUMES),
        "prices": list(_PRICES),
        "rows": [
            _row(volume, today if volume == 1.0 else _planned(volume, owned, setting))
            for volume in _VOLUMES
        ],
    }


def _best_owned(evaluated: Sequence[Evaluated]) -> Option | None:
    """The cheapest way to own everything: one that may be chosen, if any."""
    owning = [
        (not e.feasible, float(np.median(e.money.ranked_npv)), e.option.key)
        for e in evaluated
        if e.money is not None and e.option.family == "on_premises"
    ]
    key = min(owning, default=(True, 0.0, ""))[2]
    return next((option for option in OPTIONS if option.key == key), None)


@dataclass(frozen=True)
class _Ways:
    """The plan that owns everything, if there is one, and those that rent, in a likely world."""

    likely: Setting
    bought: Plan | None
    rented: Sequence[Plan]


def _planned(volume: float, owned: Option, setting: Setting) -> _Ways:
    scaled = Setting(_times(setting.answers, volume), setting.published, likely_world())
    rented = [plan for option in COMPARATORS if (plan := comparator_plan(option, scaled))]
    return _Ways(scaled, candidate(owned, scaled).plan, rented)


def _row(volume: float, ways: _Ways) -> Json:
    bought = [ways.bought] if ways.bought else []
    return {
        "volume": volume,
        "owned_usd": [_usd(ways.likely, bought, price) for price in _PRICES],
        "rented_usd": [_usd(ways.likely, ways.rented, price) for price in _PRICES],
    }


def _times(answers: Answers, volume: float) -> Answers:
    """The same answers with `volume` times as much of every kind of data."""
    paths = [f"modalities.{m}.volume_per_day" for m in answers.modalities]
    scaled = {path: Given(answers.quantity(path).scaled(volume), "estimated") for path in paths}
    return replace(answers, given={**answers.given, **scaled})


def _usd(setting: Setting, plans: Sequence[Plan], price: float) -> float | None:
    """Net present value of the cheapest of `plans` with rents at `price` times today's, USD."""
    if not plans:
        return None
    totals = [costing(setting, _at(plan, price)).ledger.ranked_npv[0] for plan in plans]
    return number(float(min(totals)))


def _at(plan: Plan, price: float) -> Plan:
    """The same plan with everything rented at `price` times today's price."""
    offer, reservation = plan.offer, plan.reservation
    if offer is not None and offer.usd_per_hour is not None:
        offer = replace(offer, usd_per_hour=price * offer.usd_per_hour)
    if reservation is not None:
        usd = price * reservation.usd_per_hour
        reservation = replace(reservation, usd_per_hour=usd, figure=None)
    return replace(plan, offer=offer, reservation=reservation)
