"""The result as plain data: what the page shows and the command line prints.

Numbers keep nine significant digits, so that equal results are equal bytes whatever the last
bits of a sum; nothing is rounded for show here.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from app.domain.assessment.asking import Found, open_questions, stopping, worth_knowing
from app.domain.assessment.capacity import capacity
from app.domain.assessment.currency import told_in
from app.domain.assessment.deciding import decision_figures
from app.domain.assessment.evaluation import Evaluated, LineTotal, Money, Reference, Yardstick
from app.domain.assessment.explaining import (
    flips_by_input,
    flips_by_weight,
    reasons,
    rivals,
    stability,
)
from app.domain.assessment.inputs import input_name
from app.domain.assessment.open_choices import OpenChoice
from app.domain.assessment.plain import Json, number, quantiles, sourced
from app.domain.assessment.ranking import Ranking, effects, second_opinions
from app.domain.assessment.relaxations import relaxations
from app.domain.assessment.sized import sized
from app.domain.cases import Case
from app.domain.constraints import Verdict
from app.domain.cost.ledger import LINES, LOSSES, Ledger, Line, Product, Term
from app.domain.cost.owned import OwnedPlan, residual_share, server_price
from app.domain.cost.paying import BOUGHT, LEASED, WAYS, Payment, quoted_use
from app.domain.cost.plan import Plan, costing, plan_accelerator
from app.domain.cost.scope import COSTS, NOT_PRICED, UNANSWERED, Cost, Omission, Scope
from app.domain.cost.setting import Setting
from app.domain.decision.criteria import WeightSet
from app.domain.decision.measures import Measured
from app.domain.decision.robustness import held_back
from app.domain.demand.measured import why_unused
from app.domain.facts import Offer
from app.domain.matching import Library, Precedent, match
from app.domain.options import FAMILIES, Family
from app.domain.questionnaire.answers import Answers, Change
from app.domain.questionnaire.questions import Field
from app.domain.worlds import Array

_MOST_SHOWN = 5
_MOST_QUESTIONS = 3


@dataclass(frozen=True)
class Parts:
    """Everything that a result is made of."""

    setting: Setting
    held_against: Reference
    evaluated: Sequence[Evaluated]
    ranked: Ranking
    weights: WeightSet
    cases: Sequence[Case]
    default_share: float
    rival: str | None
    open_choices: Sequence[OpenChoice]
    tornado: Json | None
    surface: Json | None
    engine: str


def result(parts: Parts) -> Json:
    """The whole result; see the module docstring and the interface description."""
    family = _winning_family(parts.ranked)
    return {
        "recommended": _recommended(parts),
        "families": {f: _family(f, parts) for f in FAMILIES},
        "options": [_option(e, parts) for e in parts.evaluated],
        "comparators": [_comparator(y) for y in parts.held_against.yardsticks],
        **_sized(parts),
        "second_opinion": _second_opinion(parts.ranked),
        "robustness": stability(parts.ranked, parts.setting.worlds, parts.weights),
        "why": reasons(parts.ranked, parts.rival, parts.weights),
        "rivals": rivals(parts.ranked, parts.weights),
        **_changing(parts),
        "defaults": _defaults(parts),
        "cases": _cases(parts, family),
        "not_priced": [{"what": o.what, "why": o.why} for o in _not_priced(parts)],
        "figures": decision_figures(parts.evaluated, parts.held_against, parts.setting),
        "tornado": parts.tornado,
        "surface": parts.surface,
        "currency": told_in(parts.setting.answers, parts.setting.facts),
        "scope": [_scope(cost, parts) for cost in COSTS],
        "versions": {
            "engine": parts.engine,
            "question_set": parts.setting.answers.questions.version,
            "weight_set": parts.weights.version,
            "facts": f"sha256:{parts.setting.facts.sha256}",
            "seed": parts.setting.worlds.seed,
            "worlds": parts.setting.worlds.count,
        },
        **_warnings(parts),
        **_relaxed(parts),
    }


def _winning_family(ranked: Ranking) -> Family | None:
    best = ranked.robust.best
    return ranked.options[ranked.index[best]].option.family if best else None


def _recommended(parts: Parts) -> Json | None:
    ranked = parts.ranked
    robust = ranked.robust
    family = _winning_family(ranked)
    if robust.best is None or family is None:
        return None
    option = ranked.options[ranked.index[robust.best]].option
    return {
        "option": option.key,
        "title": option.title,
        "family": family,
        "label": _label(parts),
        "share_of_worlds": number(robust.family_shares[family]),
        "own_share": number(robust.rank_shares[option.key][0]),
        "unverified": list(ranked.options[ranked.index[robust.best]].doubtful),
    }


def _label(parts: Parts) -> str:
    """The label of the shares, at most *leaning* while a core choice that is open decides."""
    decides = any(choice.flips for choice in parts.open_choices)
    return held_back(parts.ranked.robust.label, choice_decides=decides)


def _family(family: Family, parts: Parts) -> Json:
    best = parts.ranked.robust.best_in_family.get(family)
    money = next((e.money for e in parts.evaluated if e.option.key == best), None)
    return {
        "share_of_worlds": number(parts.ranked.robust.family_shares[family]),
        "best_option": best,
        "tco_usd": quantiles(money.npv) if money else None,
        "at_least": any(line.missing for line in money.lines) if money else False,
        "ranked_as_usd": _median(money.ranked_npv) if money else None,
    }


def _option(evaluated: Evaluated, parts: Parts) -> Json:
    option, verdicts = evaluated.option, evaluated.verdicts
    ranked = parts.ranked
    feasible = evaluated.feasible
    return {
        "key": option.key,
        "title": option.title,
        "family": option.family,
        "feasible": feasible,
        "failed": _verdicts(verdicts, "fail", parts),
        "unverified": _verdicts(verdicts, "unverified", parts),
        "passed": _verdicts(verdicts, "pass", parts),
        "score": number(ranked.mean_score(option.key)) if feasible else None,
        "rank_shares": [number(s) for s in ranked.robust.rank_shares.get(option.key, ())],
        "criteria": _criteria(evaluated, parts),
        **_machines(evaluated, parts.setting),
        **_money(evaluated, parts),
    }


def _verdicts(verdicts: Iterable[Verdict], outcome: str, parts: Parts) -> list[Json]:
    """The verdicts with `outcome`; the same words about several modalities are said once."""
    rows: dict[tuple[str, str], Json] = {}
    for verdict in verdicts:
        if verdict.outcome != outcome:
            continue
        row = rows.setdefault((verdict.rule, verdict.message), _verdict(verdict, parts))
        row["changes"] += [c for c in _plain_changes(verdict) if c not in row["changes"]]
        if verdict.modality and verdict.modality not in row["modality"]:
            row["modality"].append(verdict.modality)
    return list(rows.values())


def _verdict(verdict: Verdict, parts: Parts) -> Json:
    rule = parts.setting.answers.questions.rule(verdict.rule)
    return {
        "id": rule.key,
        "title": rule.title,
        "owner": rule.owner,
        "message": verdict.message,
        "because": list(verdict.because),
        "smallest_change": verdict.smallest_change,
        "modality": [],
        "zone": verdict.zone,
        "changes": _plain_changes(verdict),
    }


def _plain_changes(verdict: Verdict) -> list[Json]:
    return [_plain_change(change) for change in verdict.changes]


def _plain_change(change: Change) -> Json:
    value = change.value
    return {"path": change.path, "value": list(value) if isinstance(value, tuple) else value}


def _criteria(evaluated: Evaluated, parts: Parts) -> Json:
    if not evaluated.measured:
        return {}
    row = parts.ranked.index[evaluated.option.key]
    mean = parts.ranked.valued[:, row].mean(axis=0)
    return {
        c.key: {
            "title": c.title,
            **_measure(evaluated.measured[c.key], float(mean[j])),
            "unit": c.unit,
            "weight": number(float(parts.ranked.weights[j])),
            "words": evaluated.measured[c.key].words,
        }
        for j, c in enumerate(parts.weights.criteria)
    }


def _measure(measured: Measured, value: float) -> Json:
    """The middle measure and its mean value; neither where it is not known."""
    if not measured.is_known:
        return {"raw": None, "value": None, "known": False}
    raw = float(np.median(measured.value))
    return {"raw": number(raw), "value": number(value), "known": True}


def _machines(evaluated: Evaluated, setting: Setting) -> Json:
    plan = evaluated.plan
    if plan is None:
        return {
            "placement": {},
            "purchase": None,
            "services": [],
            "fleet": None,
            "boxes": None,
            "capacity": None,
            "utilisation": None,
        }
    return {
        "placement": {m: _zones(plan, m) for m in setting.answers.modalities},
        "purchase": _purchase(plan, plan.offer) if plan.offer else None,
        "services": [
            {
                "modality": modality,
                "vendor": price.vendor,
                "model": price.model,
                **sourced(price.source),
            }
            for modality, price in plan.services
        ],
        "fleet": _fleet(plan, setting),
        "boxes": _boxes(plan),
        "capacity": capacity(plan, setting),
        "utilisation": quantiles(evaluated.used_share),
        "owned_share": quantiles(evaluated.owned_share),
        "unserved_share": quantiles(evaluated.unserved_share),
    }


def _boxes(plan: Plan) -> Json | None:
    """What is prepared at the devices, and the boxes for it; None where nothing is."""
    edge = plan.edge
    if edge is None:
        return None
    return {
        "modalities": list(edge.modalities),
        "places": edge.places,
        "boxes": edge.boxes_by_year[-1],
        "boxes_by_year": list(edge.boxes_by_year),
    }


def _zones(plan: Plan, modality: str) -> str:
    """Where one kind of data is worked on: `own_site`, `provider:region`, both with a `+`.

    `devices` stands for the places where it arises and is prepared.
    """
    for part in plan.parts:
        if modality in part.modalities:
            return _zones(part.plan, modality)
    if plan.is_managed:
        price = dict(plan.services)[modality]
        return f"{price.vendor}:{price.model}"
    rented = f"{plan.offer.provider_name}:{plan.offer.region}" if plan.offer else ""
    if plan.edge is not None and modality in plan.edge.modalities:
        return f"devices+{rented}"
    if plan.owned is None:
        return rented
    peaks_leave = plan.is_hybrid and modality not in plan.stays
    return f"{plan.owned.place}+{rented}" if peaks_leave else plan.owned.place


def _purchase(plan: Plan, offer: Offer) -> Json:
    paid = plan.reservation or offer
    away = [p for p in plan.parts if p.plan.owned is None and p.plan.offer is not None]
    if away:
        role = ", ".join(m for part in away for m in part.modalities)
    elif plan.owned is None:
        role = "everything" if plan.edge is None else "the models"
    else:
        role = "peaks" if plan.is_hybrid else "shortages and the wait for servers"
    return {
        "role": role,
        "provider": offer.provider_name,
        "provider_key": offer.provider,
        "region": offer.region,
        "country": offer.country,
        "accelerator": offer.accelerator,
        "instance": offer.instance,
        "accelerators_per_machine": offer.per_machine,
        "usd_per_hour": paid.usd_per_hour,
        "commitment_years": plan.reservation.years if plan.reservation else None,
        "priced_by": plan.reservation.seller if plan.reservation else offer.provider_name,
        **sourced(paid.source),
    }


def _fleet(plan: Plan, setting: Setting) -> Json | None:
    if plan.owned is None:
        return None
    owned = plan.owned
    return {
        "accelerator": owned.server.accelerator,
        "server": owned.server.name,
        "accelerators": owned.servers_by_year[-1] * owned.server.accelerators,
        "servers": owned.servers_by_year[-1],
        "servers_by_year": list(owned.servers_by_year),
        "spare_servers": owned.spares,
        "servers_there": owned.kept,
        "paid": owned.payment.way,
        "tranches": [
            _tranche(year, count, owned, setting.likely)
            for year, count in enumerate(owned.bought())
        ],
        "kw": number(owned.servers_by_year[-1] * owned.server.power_kw.value),
    }


def _ways_to_pay(plan: Plan, as_planned: Ledger, setting: Setting) -> list[Json]:
    """The same servers paid in each way, in the likely case; none where no server is added.

    Args:
        as_planned: the likely case of `plan` as it is paid.
    """
    if plan.owned is None or not any(plan.owned.bought()):
        return []
    use = quoted_use(setting.answers)
    fits = use is not None and use.accelerator == plan.owned.server.accelerator
    ways = [BOUGHT, LEASED, *([use] if use is not None and fits else [])]
    ledgers = [
        as_planned
        if way == plan.owned.payment
        else costing(setting.likely, _paid(plan, way)).ledger
        for way in ways
    ]
    cheapest = min(float(ledger.npv[0]) for ledger in ledgers)
    return [
        {
            "way": way.way,
            "title": WAYS[way.way],
            "chosen": way == plan.owned.payment,
            "cheapest": float(ledger.npv[0]) == cheapest,
            "total_usd": number(float(ledger.npv[0])),
            "at_once_usd": number(float(ledger.capex[0])),
            "first_month_usd": number(ledger.first_bill),
        }
        for way, ledger in zip(ways, ledgers, strict=True)
    ]


def _paid(plan: Plan, way: Payment) -> Plan:
    """`plan` with the servers that are added to it, in every part, paid like that."""
    owned = None if plan.owned is None else replace(plan.owned, payment=way)
    parts = tuple(replace(part, plan=_paid(part.plan, way)) for part in plan.parts)
    return replace(plan, owned=owned, parts=parts)


def _tranche(year: int, bought: int, owned: OwnedPlan, likely: Setting) -> Json:
    """The servers of one year in the likely case: added, standing, and worth at the horizon.

    Those that are not bought go back, and are worth nothing then.
    """
    age = likely.workload.months - 12 * year
    price = float(server_price(owned.server, likely.known)[0])
    share = float(residual_share(age, likely.known)[0]) if owned.payment.is_purchase else 0.0
    return {
        "year": year + 1,
        "bought": bought,
        "standing": owned.servers_by_year[year],
        "price_usd": number(price),
        "age_months": age,
        "resale_share": number(share),
        "resale_usd": number(bought * price * share),
    }


def _money(evaluated: Evaluated, parts: Parts) -> Json:
    money, plan = evaluated.money, evaluated.plan
    if money is None or plan is None:
        return {"tco_usd": None, "at_least": False, "cost_lines": [], "breakeven": None}
    likely = costing(parts.setting.likely, plan).ledger
    totals = {line.key: line for line in money.lines}
    return {
        "tco_usd": quantiles(money.npv),
        "likely_usd": number(float(likely.npv[0])),
        "at_least": any(line.missing for line in money.lines),
        "ranked_as_usd": _median(money.ranked_npv),
        "undiscounted_usd": quantiles(money.undiscounted),
        "capex_usd": quantiles(money.capex),
        "first_month_usd": number(likely.first_bill),
        "dearest_month_usd": quantiles(money.dearest_month),
        "breakeven": _breakeven(money, parts.held_against.cheapest, plan),
        "ways_to_pay": _ways_to_pay(plan, likely, parts.setting),
        "cost_lines": [
            _line(totals[key], likely.lines.get(key), parts) for key in LINES if key in totals
        ],
        "cumulative_usd": [number(x) for x in np.cumsum(likely.cash[0, :-1]).tolist()],
    }


def _line(total: LineTotal, likely: Line | None, parts: Parts) -> Json:
    """One line: the likely sum, which its formula and inputs give, and its range.

    A line that only some worlds pay has no likely payment; its formula is that of the worlds. Of a
    missing one there may be a part with a price, where another seller of the option publishes it.
    """
    title, group = LINES[total.key]
    low, high = np.percentile(total.npv, [10, 90])
    usd = float(likely.npv[0]) if likely else 0.0
    nothing_priced = total.missing and not total.npv.any()
    return {
        "key": total.key,
        "title": title,
        "group": group,
        "usd": None if nothing_priced else number(usd),
        "p10": None if nothing_priced else number(float(low)),
        "p90": None if nothing_priced else number(float(high)),
        "missing": total.missing,
        "only_in_some_worlds": likely is None,
        "formula": likely.formula if likely else total.formula,
        "products": [_product(product) for product in (likely.products if likely else ())],
        "inputs": [
            _term(term)
            for term in (*(likely.behind if likely else total.behind), *_shared(total.key, parts))
        ],
    }


def _product(product: Product) -> Json:
    """A part of a line as a reader can multiply it."""
    return {
        "what": product.what,
        "usd": number(product.usd),
        "factors": [
            {**_term(factor.term), "divides": factor.divides} for factor in product.factors
        ],
    }


def _not_priced(parts: Parts) -> Iterator[Omission]:
    """What nobody prices, and what lacks an answer that some option wants."""
    answers = parts.setting.answers
    plans = [e.plan for e in parts.evaluated if e.plan is not None]
    for cost in COSTS:
        if any(cost.lacks_answer(plan, answers) for plan in plans):
            yield Omission(cost.what, UNANSWERED)
    yield from NOT_PRICED


def _scope(cost: Cost, parts: Parts) -> Json:
    """One row of the scope table: whether this cost is in the total of each priced option."""
    answers = parts.setting.answers
    cells = {e.option.key: _cell(cost, e, answers) for e in parts.evaluated if e.money is not None}
    return {
        "what": cost.what,
        "line": cost.line,
        "options": {key: {"status": cell.status, "why": cell.why} for key, cell in cells.items()},
    }


_NO_PRICE = "no published price"


def _cell(cost: Cost, evaluated: Evaluated, answers: Answers) -> Scope:
    """What the table says of the option, and what these answers and prices make of it."""
    stands = cost.of(evaluated.option)
    lines = {line.key: line for line in evaluated.money.lines} if evaluated.money else {}
    if stands.status != "priced":
        return stands
    if evaluated.plan is not None and cost.lacks_answer(evaluated.plan, answers):
        return Scope("missing", UNANSWERED)
    if cost.line not in lines:
        return Scope("not_applicable", "does not arise with these answers")
    if lines[cost.line].missing:
        return Scope("missing", "no published promise" if cost.line in LOSSES else _NO_PRICE)
    return stands


# Lines that follow the volume from month to month, and therefore its growth.
_GROWING = (
    "managed_api",
    "cloud_compute",
    "spot",
    "by_use",
    "shortage",
    "storage",
    "egress",
    "between_zones",
    "support",
    "energy",
    "exit",
)


def _shared(key: str, parts: Parts) -> Iterator[Term]:
    """What every line is summed and discounted with, and the growth where it follows the volume."""
    answers = parts.setting.answers
    months, growth, rate = SHARED_INPUTS
    yield Term(months, float(parts.setting.workload.months), "months", None)
    if key in _GROWING:
        yield _answered("growth_per_year", growth, "share", answers)
    yield _answered("discount_rate", rate, "share", answers)


SHARED_INPUTS = ("months summed", "growth of the volume a year", "discount rate a year")


def _answered(path: str, name: str, unit: str, answers: Answers) -> Term:
    """The likely value of an answer, or of the default that stands in, with its source."""
    default = answers.questions.field(path).default
    source = None if answers.is_given(path) or default is None else default.source
    return Term(name, answers.quantity(path).likely, unit, source)


def _term(term: Term) -> Json:
    return {
        "name": term.name,
        "value": number(term.value),
        "unit": term.unit,
        **(sourced(term.source) if term.source else {"source": "your answers and the model"}),
    }


def _breakeven(money: Money, against: Yardstick | None, plan: Plan) -> Json | None:
    """When owning has paid off against the cheapest yardstick; a reason where it never does."""
    if plan.owned is None or against is None:
        return None
    reached = money.breakeven[np.isfinite(money.breakeven)]
    share = reached.size / money.breakeven.size
    return {
        "against": against.option.title,
        "share_of_worlds": number(share),
        "month": quantiles(reached) if share >= 0.5 else None,
        "reason": "" if share >= 0.5 else "it does not pay off within the horizon in most worlds",
    }


def _comparator(yardstick: Yardstick) -> Json:
    offer, reservation = yardstick.plan.offer, yardstick.plan.reservation
    if offer is None:
        return {}
    return {
        "key": yardstick.option.key,
        "title": yardstick.option.title,
        "tco_usd": quantiles(yardstick.npv),
        "at_least": not yardstick.is_complete,
        "ranked_as_usd": _median(yardstick.ranked_npv),
        "usd_per_hour": reservation.usd_per_hour if reservation else offer.usd_per_hour,
        "provider": reservation.seller if reservation else offer.provider_name,
        "region": offer.region,
        "accelerator": offer.accelerator,
        **sourced(reservation.source if reservation else offer.source),
    }


def _sized(parts: Parts) -> Json:
    """The demand on the accelerator of the recommended plan, or of the first priced one."""
    ranked = parts.ranked
    shown = ranked.options[ranked.index[ranked.robust.best]] if ranked.robust.best else None
    plan = (shown or ranked.options[0]).plan if ranked.options else None
    if plan is None:
        return sized(parts.setting, None)
    key = plan_accelerator(plan, parts.setting)
    return sized(parts.setting, key, stands_in=plan.is_managed)


def _relaxed(parts: Parts) -> Json:
    """The least that would have to be given up; nothing at all where something may be chosen."""
    found = relaxations(parts.evaluated, parts.setting)
    titles = {e.option.key: e.option.title for e in parts.evaluated}
    rows = [
        {
            "rules": [_verdict(verdict, parts) for verdict in relaxation.verdicts],
            "changes": [_plain_change(change) for change in relaxation.changes],
            "options": [{"key": key, "title": titles[key]} for key in relaxation.options],
        }
        for relaxation in found
    ]
    return {"relaxations": rows} if rows else {}


def _warnings(parts: Parts) -> Json:
    """What was uploaded in vain; nothing at all where nothing was."""
    answers, facts = parts.setting.answers, parts.setting.facts
    unused = [
        f"The measurement of {m.modality} on {m.accelerator} was not used. {reason}"
        for m in answers.measurements
        if (reason := why_unused(m, answers, facts))
    ]
    return {"warnings": unused} if unused else {}


def _second_opinion(ranked: Ranking) -> list[Json]:
    """What two other methods would put first; nothing where there is nothing to compare."""
    return [
        {"method": method, "leads": key, "agrees": key == ranked.robust.best}
        for method, key in second_opinions(ranked).items()
    ]


def _changing(parts: Parts) -> Json:
    """What would change the answer, what to find out next, and whether one may stop."""
    ranked, setting = parts.ranked, parts.setting
    every = effects(ranked, setting)
    found = Found(setting, ranked, parts.evaluated, parts.open_choices, every)
    questions = open_questions(found)
    by_weight = flips_by_weight(ranked, parts.weights)
    by_input = flips_by_input(ranked, every, setting)
    return {
        "flips": [*by_weight[:_MOST_SHOWN], *by_input[:_MOST_SHOWN]],
        "ask_next": questions[:_MOST_QUESTIONS],
        "open_questions": questions,
        "stop": stopping(found, questions),
        "worth_knowing": {"inputs": worth_knowing(found), "varied": len(every)},
    }


def _defaults(parts: Parts) -> Json:
    answers = parts.setting.answers
    rows = []
    for path, field in _used_fields(answers):
        if answers.is_given(path) or field.default is None:
            continue
        rows.append(
            {
                "path": path,
                "question": input_name(path, parts.setting),
                "default": field.default.words,
                **sourced(field.default.source),
            }
        )
    return {"share_of_variance": number(parts.default_share), "paths": rows}


def _used_fields(answers: Answers) -> Iterator[tuple[str, Field]]:
    """Every field but those of a closed gate: nothing is trained where no training was chosen."""
    for question in answers.questions.asked(answers.modalities):
        gate = question.gate
        if gate is None or set(gate.values) & set(answers.choices(gate.path)):
            yield from ((field.path, field) for field in question.fields)


def _cases(parts: Parts, family: Family | None) -> list[Json]:
    matched = match(Library.of(parts.cases), parts.setting.answers)
    return [_case(precedent) for precedent in matched.precedents(family)]


def _case(precedent: Precedent) -> Json:
    found, case = precedent.found, precedent.found.case
    return {
        "id": case.id,
        "organisation": case.organisation,
        "decision": case.decision,
        "summary": case.summary,
        "likeness": number(found.share),
        "contrary": precedent.contrary,
        "reason": precedent.reason,
        "same": list(found.same),
        "differs": list(found.differs),
        "source_type": case.source_type,
        "source_url": case.source_url,
        "as_of": case.source.as_of,
    }


def _median(draws: Array) -> float | None:
    return number(float(np.median(draws)))
